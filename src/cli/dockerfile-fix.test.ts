import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Command } from 'commander';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { registerDockerfile } from './dockerfile.ts';
import type { Io } from './io.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'fix-'));
let folder = root;
let count = 0;
afterAll(() => fs.rmSync(root, { recursive: true }));
beforeEach(() => {
  folder = path.join(root, String(count++));
  fs.mkdirSync(folder);
});

function write(name: string, text: string | Buffer): string {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return file;
}

interface World {
  readonly stdin?: string | Buffer;
  /** Somebody sits at a terminal and types this. */
  readonly typed?: string;
}

/** Runs `plimsoll dockerfile …`: the bytes of stdout, stderr, the exit status. */
async function run(args: readonly string[], { stdin = '', typed }: World = {}) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const out: Buffer[] = [];
  let err = '';
  stdout.on('data', (bytes: Buffer) => out.push(bytes));
  stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const io: Io = {
    stdin: Object.assign(PassThrough.from([Buffer.from(typed ?? stdin)]), { isTTY: typed !== undefined }),
    stdout,
    stderr,
    env: {},
    columns: 80,
    color: false,
    progress: typed !== undefined,
    now: new Date('2026-01-01T00:00:00Z'),
    signal: new AbortController().signal,
    exitStatus: 0,
  };
  const command = new Command('dockerfile').exitOverride();
  registerDockerfile(command, io);
  await command.parseAsync(args, { from: 'user' });
  stdout.end();
  stderr.end();
  await Promise.all([finished(stdout), finished(stderr)]);
  const bytes = Buffer.concat(out);
  return {
    bytes,
    out: bytes.toString().replaceAll(folder, 'DIR'),
    err: err.replaceAll(folder, 'DIR'),
    status: io.exitStatus,
  };
}

const text =
  'from debian:12 as Build\nRUN apt-get install -y --no-install-recommends a=1\nMAINTAINER Alice\nUSER 1\nCMD a b\n';
const safe = text.replace('from debian:12 as Build', 'FROM debian:12 AS build');

describe('plimsoll dockerfile fix', () => {
  test('makes the safe mends, shows the others with what they change, and what takes a person', async () => {
    const file = write('Dockerfile', text);
    fs.chmodSync(file, 0o640);
    const { out, status } = await run(['fix', file]);
    expect(fs.readFileSync(file, 'utf8')).toBe(safe);
    expect(fs.statSync(file).mode & 0o777).toBe(0o640);
    expect(fs.readdirSync(folder)).toEqual(['Dockerfile']);
    expect(status).toBe(0);
    expect(out.replace(/plimsoll \S+\n/, 'plimsoll\n'))
      .toBe(`DIR/Dockerfile: mended 3 findings; the image stays as it is
   instruction-case           write FROM  line 1
   stage-name-case            name the stage build  line 1
   from-as-case               write AS  line 1

 OFFERED  2 mends that may change the image

   3:1 no-maintainer: MAINTAINER is deprecated
     mend  write it as a label
     changes its configuration: the label says the author, the deprecated field
       no longer does
     @@ -1,5 +1,5 @@
      FROM debian:12 AS build
      RUN apt-get install -y --no-install-recommends a=1
     -MAINTAINER Alice
     +LABEL org.opencontainers.image.authors="Alice"
      USER 1
      CMD a b

   5:5 exec-form: CMD is in shell form: the program runs below a shell that
     passes no signals on
     mend  write it as a JSON array
     changes its configuration: the program starts without a shell: it gets
       signals itself
     @@ -2,4 +2,4 @@
      RUN apt-get install -y --no-install-recommends a=1
      MAINTAINER Alice
      USER 1
     -CMD a b
     +CMD ["a", "b"]

 LEFT  3 findings for a person to mend
   3 below the threshold: plimsoll dockerfile lint

 --unsafe makes what is offered; on a terminal each is asked about.
 1 file · plimsoll
`);
  });

  test('--unsafe makes all, --only those of some rules, by any of their names', async () => {
    const file = write('Dockerfile', text);
    await run(['fix', file, '--unsafe', '--only', 'DL4000']);
    expect(fs.readFileSync(file, 'utf8')).toBe(
      text.replace('MAINTAINER Alice', 'LABEL org.opencontainers.image.authors="Alice"'),
    );
    const { out } = await run(['fix', file, '--unsafe']);
    expect(fs.readFileSync(file, 'utf8')).toBe(
      safe
        .replace('MAINTAINER Alice', 'LABEL org.opencontainers.image.authors="Alice"')
        .replace('CMD a b', 'CMD ["a", "b"]'),
    );
    expect(out).toContain('mended 4 findings; 1 of them may change the image\n');
  });

  test('--diff prints what patch takes, --dry-run says it, and both write nothing and fail', async () => {
    const file = write('Dockerfile', text.replaceAll('\n', '\r\n'));
    const diff = await run(['fix', file, '--diff']);
    expect(diff.out).toBe(
      [
        '--- DIR/Dockerfile\n+++ DIR/Dockerfile\n@@ -1,4 +1,4 @@\n',
        '-from debian:12 as Build\r\n+FROM debian:12 AS build\r\n',
        ' RUN apt-get install -y --no-install-recommends a=1\r\n MAINTAINER Alice\r\n USER 1\r\n',
      ].join(''),
    );
    expect(diff.err).toContain('would mend 3 findings');
    expect(diff.status).toBe(2);
    const dry = await run(['fix', file, '--dry-run']);
    expect([dry.out.includes('would mend 3 findings'), dry.err, dry.status]).toEqual([true, '', 2]);
    expect(fs.readFileSync(file, 'utf8')).toBe(text.replaceAll('\n', '\r\n'));
    await run(['fix', file]);
    expect((await run(['fix', file, '--diff'])).status).toBe(0);
  });

  test('standard input comes out mended, byte for byte what it was elsewhere', async () => {
    const latin = Buffer.from('\tfrom a:1\r\nLABEL a=Caf\xe9\r\n\r\n# \xff\nUSER 1', 'latin1');
    const { bytes, err, status } = await run(['fix', '-'], { stdin: latin });
    expect(bytes).toEqual(Buffer.from('\tFROM a:1\r\nLABEL a=Caf\xe9\r\n\r\n# \xff\nUSER 1', 'latin1'));
    expect([err.includes('-: mended 1 finding; the image stays as it is'), status]).toEqual([true, 0]);
    expect((await run(['fix', '-'], { stdin: safe })).out).toBe(safe);
  });

  test.each([
    ['a byte order mark', Buffer.from('\ufefffrom a:1\nUSER 1\n'), Buffer.from('\ufeffFROM a:1\nUSER 1\n')],
    [
      'Latin-1',
      Buffer.from('from a:1\n# \xe9\nUSER 1\n', 'latin1'),
      Buffer.from('FROM a:1\n# \xe9\nUSER 1\n', 'latin1'),
    ],
    [
      'mixed line ends and no last one',
      Buffer.from('from a:1\r\nUSER 1\nCMD ["b"]'),
      Buffer.from('FROM a:1\r\nUSER 1\nCMD ["b"]'),
    ],
  ])('%s stays', async (_, before, after) => {
    const file = write('Dockerfile', before);
    await run(['fix', file]);
    expect(fs.readFileSync(file)).toEqual(after);
  });

  test('a link stays one, what it names is mended; a file with nothing to mend is not written', async () => {
    const file = write('real/Dockerfile', text);
    const link = path.join(folder, 'Dockerfile');
    fs.symlinkSync('real/Dockerfile', link);
    await run(['fix', link]);
    expect(fs.lstatSync(link).isSymbolicLink()).toBe(true);
    expect(fs.readFileSync(file, 'utf8')).toBe(safe);
    const { ino } = fs.statSync(file);
    const { out } = await run(['fix', link]);
    expect(out).toContain('Dockerfile: nothing to mend without asking\n');
    expect(fs.statSync(file).ino).toBe(ino);
  });

  test('finds the Dockerfiles below a folder', async () => {
    write('a/Dockerfile', text);
    write('b/web.Dockerfile', text);
    const { out } = await run(['fix', folder, '--only', 'instruction-case']);
    expect(out.match(/^DIR.*$/gm)).toEqual([
      'DIR/a/Dockerfile: mended 1 finding; the image stays as it is',
      'DIR/b/web.Dockerfile: mended 1 finding; the image stays as it is',
    ]);
  });

  test('nothing of a secret is shown', async () => {
    const file = write('Dockerfile', 'from a:1\nENV DB_PASSWORD hunter2-hunter2\nUSER 1\nCMD a hunter2-hunter2\n');
    for (const args of [['--dry-run'], ['--diff', '--unsafe'], []]) {
      const { out, err } = await run(['fix', file, ...args]);
      expect(out + err).toContain('DB_PASSWORD');
      expect(out + err).not.toContain('hunter2');
    }
    expect(fs.readFileSync(file, 'utf8')).toContain('ENV DB_PASSWORD=hunter2-hunter2\n');
  });

  test('what its findings are ignored for stays', async () => {
    const file = write('Dockerfile', `# plimsoll global ignore=exec-form as it was\n${safe}`);
    const { out } = await run(['fix', file, '--ignore', 'no-maintainer']);
    expect(out).not.toContain('OFFERED');
  });

  test.each([
    [['fix', 'none'], 'dockerfile-unreadable'],
    [['fix', '--only', 'nothing'], 'unknown-lint-rule'],
    [['fix', root, '--bases', 'none'], 'bases-missing'],
  ])('%j is an error', async (args, code) => {
    await expect(run(args)).rejects.toMatchObject({ code });
  });
});

describe('on a terminal each mend that changes the image is asked about', () => {
  const label = 'LABEL org.opencontainers.image.authors="Alice"';

  test.each([
    ['y\nn\n', safe.replace('MAINTAINER Alice', label)],
    ['no\nYES\n', safe.replace('CMD a b', 'CMD ["a", "b"]')],
    ['what?\n\na\n', safe.replace('MAINTAINER Alice', label).replace('CMD a b', 'CMD ["a", "b"]')],
    ['y\nq\n', safe.replace('MAINTAINER Alice', label)],
    // The end of the input is no consent.
    ['', safe],
  ])('and %j is heard', async (typed, after) => {
    const file = write('Dockerfile', text);
    const { out, err, status } = await run(['fix', file], { typed });
    expect(fs.readFileSync(file, 'utf8')).toBe(after);
    expect(status).toBe(0);
    expect(err).toContain('   3:1 no-maintainer: MAINTAINER is deprecated\n');
    expect(err).toContain('changes its configuration: the label says the author');
    expect(err).toContain('[y/n/a/q]');
    expect(out).not.toContain('[y/n/a/q]');
  });

  test('but not with --unsafe, --diff or --dry-run', async () => {
    for (const flag of ['--diff', '--dry-run', '--unsafe']) {
      const { err } = await run(['fix', write('Dockerfile', text), flag], { typed: '' });
      expect(err).not.toContain('[y/n/a/q]');
    }
  });
});
