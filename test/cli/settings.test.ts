import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/list.ts';
import { writeDockerArchive } from '../make/image-files.ts';
import { Place, type Ran } from './plimsoll.ts';
import { shopImage } from './shop.ts';

const place = new Place();
const archive = writeDockerArchive(place.at('shop.tar'), shopImage());
const work = place.folder('settings');
const file = `${work}/plimsoll.yaml`;
afterAll(() => place.remove());
beforeEach(() => rmSync(file, { force: true }));

/** A scan in a folder that may hold a plimsoll.yaml. */
function scan(env: Record<string, string> = {}, ...args: readonly string[]): Promise<Ran> {
  return place.plimsoll(['scan', archive, '--offline', ...args], { cwd: work, env });
}
const formatOf = ({ stdout }: Ran): string =>
  stdout.startsWith('{') ? (stdout.includes('"bomFormat"') ? 'cyclonedx' : 'json') : 'table';

describe('settings', () => {
  test('a flag beats a variable, a variable beats the file, the file beats what is usual', async () => {
    expect(formatOf(await scan())).toBe('table');
    writeFileSync(file, 'format: json\n');
    expect(formatOf(await scan())).toBe('json');
    expect(formatOf(await scan({ PLIMSOLL_FORMAT: 'cyclonedx' }))).toBe('cyclonedx');
    expect(formatOf(await scan({ PLIMSOLL_FORMAT: 'cyclonedx' }, '--format', 'table'))).toBe('table');
  });

  test('switches and names with dashes work in both', async () => {
    writeFileSync(file, 'exit-zero: true\ncache: false\ncache-dir: never-made\n');
    expect((await scan()).status).toBe(0);
    expect(existsSync(`${work}/never-made`)).toBe(false);
    expect((await scan({ PLIMSOLL_EXIT_ZERO: 'false' })).status).toBe(2);
    expect((await scan({ PLIMSOLL_EXIT_ZERO: 'perhaps' })).status).toBe(64);
  });

  test.each([
    ['frobnicate: 1\n', 'no command has a setting "frobnicate"'],
    ['__proto__: { polluted: 1 }\n', 'no command has a setting "__proto__"'],
    ['constructor: 1\n', 'no command has a setting "constructor"'],
    ['- a\n- list\n', 'must hold "name: value" lines'],
    ['just text\n', 'must hold "name: value" lines'],
    ['format: pdf\n', '"pdf" is none of'],
    ['severity: awful\n', 'must be one of critical'],
    ['exit-zero: "no idea"\n', 'must be true or false'],
    ['severity: [low, high]\n', 'takes one value'],
    ['policy: { a: 1 }\n', 'must be text'],
    ['a: b: c\n', 'is not YAML'],
    ['format: json\nformat: table\n', 'is not YAML'],
    ['a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n', 'is not YAML'],
    [`policy: ${'['.repeat(100_000)}\n`, 'is not YAML'],
  ])('%j is an error that names the file', async (text, saying) => {
    writeFileSync(file, text);
    const ran = await scan();
    expect(ran).toMatchObject({ status: 64, stdout: '' });
    expect(ran.stderr).toContain('plimsoll.yaml');
    expect(ran.stderr).toContain(saying);
    expect(ran.stderr).not.toContain('mistake of ours');
    expect(ran.stderr.length).toBeLessThan(2_000);
  });

  test('PLIMSOLL_CONFIG names another file, which must be there', async () => {
    writeFileSync(place.at('other.yaml'), 'exit-zero: true\n');
    expect((await scan({ PLIMSOLL_CONFIG: place.at('other.yaml') })).status).toBe(0);
    const missing = await scan({ PLIMSOLL_CONFIG: place.at('nowhere.yaml') });
    expect(missing.status).toBe(1);
    expect(missing.stderr).toContain('nowhere.yaml could not be read');
  });

  test('a folder instead of a file is told', async () => {
    mkdirSync(file);
    const ran = await scan();
    rmSync(file, { recursive: true });
    expect(ran.status).toBe(1);
    expect(ran.stderr).toContain('plimsoll.yaml could not be read');
  });
});

describe('help', () => {
  test('of the program names every command, begins with examples, and says what statuses mean', async () => {
    const { status, stdout } = await place.plimsoll(['--help']);
    expect(status).toBe(0);
    expect(stdout.startsWith('Examples:')).toBe(true);
    for (const { name } of commands) expect(stdout).toContain(`\n  ${name} `);
    expect(stdout).toContain('0 pass, 2 fail, 3 cannot tell, 1 tool error, 64 usage');
  });

  test.each(commands.map(({ name }) => name).filter((name) => name !== 'compare'))(
    'of %s begins with examples',
    async (name) => {
      const { status, stdout, stderr } = await place.plimsoll([name, '--help']);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/^Examples:\n {2}(?:source <\()?plimsoll /);
      expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
    },
  );

  test('without a command is help and a usage error; an unknown command too', async () => {
    expect(await place.plimsoll([])).toMatchObject({ status: 64 });
    const unknown = await place.plimsoll(['scna']);
    expect(unknown.status).toBe(64);
    expect(unknown.stderr).toContain("unknown command 'scna'");
    expect((await place.plimsoll(['--version'])).stdout).toMatch(/^plimsoll \d+\.\d+\.\d+\n$/);
  });
});

describe('completion', () => {
  test('for bash parses, and completes commands, flags and choices', async () => {
    const script = place.at('completion.bash');
    writeFileSync(script, (await place.plimsoll(['completion', 'bash'])).stdout);
    expect(spawnSync('bash', ['-n', script]).status).toBe(0);
    const complete = (...words: readonly string[]): readonly string[] => {
      const list = words.map((word) => `'${word}'`).join(' ');
      const run = `source ${script}; COMP_WORDS=(plimsoll ${list}); COMP_CWORD=${words.length}; _plimsoll; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['-c', run], { cwd: place.folder('empty'), encoding: 'utf8' })
        .stdout.split('\n')
        .filter((word) => word !== '');
    };
    expect(complete('s')).toEqual(['scan', 'sbom', 'sign', 'sign-blob', 'store', 'serve', 'sources']);
    expect(complete('db', 'im')).toEqual(['import']);
    expect(complete('scan', '--sev')).toEqual(['--severity']);
    expect(complete('scan', '--severity', 'c')).toEqual(['critical']);
    expect(complete('policy', 'ex')).toEqual(['explain']);
  });

  test.for(['zsh', 'fish'])('for %s parses', async (shell, ctx) => {
    const script = place.at(`completion.${shell}`);
    writeFileSync(script, (await place.plimsoll(['completion', shell])).stdout);
    const checked = spawnSync(shell, ['-n', script]);
    if (checked.error !== undefined) ctx.skip(`${shell} is not installed`);
    expect(checked.status).toBe(0);
  });

  test('for another shell is a usage error', async () => {
    expect((await place.plimsoll(['completion', 'tcsh'])).status).toBe(64);
  });
});
