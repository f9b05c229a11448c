import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Command } from 'commander';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { everyRule } from '../dockerfile/index.ts';
import { CodedError } from '../model/index.ts';
import { registerDockerfile } from './dockerfile.ts';
import type { Io } from './io.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-dockerfile-'));
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
  readonly stdin?: string;
  readonly env?: Record<string, string>;
  readonly columns?: number;
}

/** Runs `plimsoll dockerfile …` and gives what it printed and its exit status. */
async function run(args: readonly string[], { stdin = '', env = {}, columns = 80 }: World = {}) {
  const stdout = new PassThrough();
  // Read as it comes: a pipe that nobody reads stops the writer at its high-water mark.
  let out = '';
  stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  const io: Io = {
    stdin: PassThrough.from([Buffer.from(stdin)]),
    stdout,
    stderr: new PassThrough(),
    env,
    columns,
    color: false,
    progress: false,
    now: new Date('2026-01-01T00:00:00Z'),
    signal: new AbortController().signal,
    exitStatus: 0,
  };
  const command = new Command('dockerfile').exitOverride();
  registerDockerfile(command, io);
  await command.parseAsync(args, { from: 'user' });
  stdout.end();
  await finished(stdout);
  // How many rules there are is no business of these tests: a new rule must not touch them.
  return { out: out.replaceAll(folder, 'DIR').replace(/\b\d+ rules\b/g, 'N rules'), status: io.exitStatus };
}

/** `line rule` of all findings of the JSON report. */
async function found(args: readonly string[], world?: World): Promise<string[]> {
  const { out } = await run(['lint', ...args, '--format', 'json'], world);
  const { files } = JSON.parse(out) as {
    files: { path: string; findings: { rule: string; start: { line: number }; severity: string }[] }[];
  };
  return files.flatMap(({ path: name, findings }) =>
    findings.map(({ rule, start, severity }) => `${name}:${start.line} ${severity} ${rule}`),
  );
}

const good = `FROM debian:12.5@sha256:${'a'.repeat(64)}
LABEL org.opencontainers.image.source=https://example.org/shop org.opencontainers.image.revision=1 org.opencontainers.image.vendor=Shop
USER 65532
HEALTHCHECK NONE
ENTRYPOINT ["/app"]
`;

describe('plimsoll dockerfile lint', () => {
  test('shows verdict, line, caret, and what to do, within 80 columns', async () => {
    const stdin = good
      .replace('ENTRYPOINT ["/app"]', `ENTRYPOINT /app \u001b[31m ${'x'.repeat(90)}`)
      .replace('USER 65532', 'USER\troot');
    const { out, status } = await run(['lint', '-', '--file-path-in-report', 'app/Dockerfile'], { stdin });
    expect(out).toBe(` FAIL   app/Dockerfile: 2 warnings

app/Dockerfile
  3:6      warning  last-user-not-root (DL3002)
    the image runs as root
       3 | USER root
         |      ^^^^
    mend  end the final stage with USER and a number, as USER 65532:65532

  5:12     warning  exec-form (JSONArgsRecommended, DL3025)
    ENTRYPOINT is in shell form: the program runs below a shell that passes no
    signals on
       5 | ENTRYPOINT /app \\x1b[31m xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
         |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    mend  write ENTRYPOINT ["program", "argument"]

 1 file · N rules · fails from info · plimsoll 0.1.0
`);
    expect(status).toBe(2);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('passes a file that breaks no rule', async () => {
    expect(await run(['lint', '-'], { stdin: good })).toEqual({
      out: ' PASS   -: none of N rules is broken\n\n 1 file · N rules · fails from info · plimsoll 0.1.0\n',
      status: 0,
    });
  });

  test('reads standard input, and calls it what it is told', async () => {
    expect(
      await found(
        [
          '-',
          '--file-path-in-report',
          'a/Dockerfile',
          '--ignore',
          'user-declared,healthcheck',
          '--ignore',
          'audit-labels',
        ],
        { stdin: 'FROM debian\n' },
      ),
    ).toEqual(['a/Dockerfile:1 warning tagged-base']);
  });

  test('finds Dockerfiles below folders, and nothing that is only named alike', async () => {
    for (const name of ['Dockerfile', 'b/Dockerfile.dev', 'b/web.Dockerfile', 'c/Containerfile', 'd/dockerfile'])
      write(name, good);
    for (const name of [
      'Dockerfile.dockerignore',
      'Dockerfile.md',
      'x/Dockerfile.j2',
      'node_modules/a/Dockerfile',
      '.git/Dockerfile',
      'b/Dockerfile~',
    ])
      write(name, 'FORM x\n');
    const { out } = await run(['lint', folder, '--format', 'json']);
    const { files } = JSON.parse(out) as { files: { path: string }[] };
    expect(files.map((each) => each.path)).toEqual([
      'DIR/Dockerfile',
      'DIR/b/Dockerfile.dev',
      'DIR/b/web.Dockerfile',
      'DIR/c/Containerfile',
      'DIR/d/dockerfile',
    ]);
  });

  test('takes the threshold, severities and rules as hadolint does', async () => {
    const file = write('Dockerfile', good.replace('debian:12.5', 'debian:latest').replace(/@sha256:a+/, ''));
    expect((await run(['lint', file])).status).toBe(2);
    expect((await run(['lint', file, '-t', 'error'])).status).toBe(0);
    expect((await run(['lint', file, '-t', 'error', '--error', 'DL3007'])).status).toBe(2);
    expect((await run(['lint', file, '--exit-zero'])).status).toBe(0);
    expect((await run(['lint', file, '--failure-threshold', 'none'])).status).toBe(0);
    expect(await found([file, '--trusted-registry', 'ghcr.io'])).toEqual([
      'DIR/Dockerfile:1 warning no-latest',
      'DIR/Dockerfile:1 error trusted-registry',
    ]);
    expect(await found([file, '--ignore', 'DL3007', '--require-label', 'version:semver', '--strict-labels'])).toEqual([
      'DIR/Dockerfile:1 info required-labels',
      ...Array.from({ length: 3 }, () => 'DIR/Dockerfile:2 info no-other-labels'),
    ]);
  });

  test("takes hadolint's configuration, from where hadolint has it; flags beat it", async () => {
    const file = write('Dockerfile', good.replace('debian:12.5', 'debian:latest').replace(/@sha256:a+/, ''));
    const config = write('c.yaml', 'ignored: [DL3007]\nfailure-threshold: error\n');
    expect(await found([file, '--config', config])).toEqual([]);
    expect(await found([file, '--config', config, '--ignore', 'DL3008'])).toEqual([
      'DIR/Dockerfile:1 warning no-latest',
    ]);
    write('.config/hadolint.yaml', 'override: { info: [DL3007] }\n');
    expect(await found([file], { env: { HOME: folder } })).toEqual(['DIR/Dockerfile:1 info no-latest']);
    await expect(run(['lint', file, '--config', path.join(folder, 'none.yaml')])).rejects.toMatchObject({
      code: 'lint-configuration-unreadable',
    });
  });

  test('looks at what COPY would take from the build context', async () => {
    const file = write('app/Dockerfile', `${good}COPY . /app\nCOPY src /src\n`);
    write('app/src/tls/server.key', 'x');
    write('app/.env', 'x');
    expect(await found([file])).toEqual([
      'DIR/app/Dockerfile:6 warning context-has-ignore-file',
      'DIR/app/Dockerfile:6 error no-secret-files',
      'DIR/app/Dockerfile:7 error no-secret-files',
    ]);
    write('app/.dockerignore', '.env\nsrc/tls\n');
    expect(await found([file])).toEqual([]);
    write('app/Dockerfile.dockerignore', 'src\n');
    expect(await found([file])).toEqual([
      'DIR/app/Dockerfile:6 error no-secret-files',
      'DIR/app/Dockerfile:7 warning copied-file-ignored',
    ]);
  });

  test('takes a folder above for the context where that has what is copied, and none where none has', async () => {
    write('.git/HEAD', '');
    write('src/id_rsa', 'x');
    const file = write('docker/app/Dockerfile', `${good}COPY src /src\n`);
    expect(await found([file])).toEqual(['DIR/docker/app/Dockerfile:6 error no-secret-files']);
    const other = write('docker/app/other.Dockerfile', `${good}COPY . /src\nCOPY missing /x\n`);
    expect(await found([other])).toEqual([]);
    expect(await found([other, '--context', folder])).toEqual([
      'DIR/docker/app/other.Dockerfile:6 warning context-has-ignore-file',
      'DIR/docker/app/other.Dockerfile:6 error no-secret-files',
    ]);
  });

  test('reads bytes that are no UTF-8, and stops at a mebibyte', async () => {
    expect(await found([write('Dockerfile', Buffer.from(good.replace('Shop', 'Caf\xe9'), 'latin1'))])).toEqual([]);
    expect(await found([write('large.Dockerfile', good + '#'.repeat(3 * 1024 * 1024))])).toEqual([
      'DIR/large.Dockerfile:1 error valid-syntax',
    ]);
  });

  test.each([
    [['lint', 'none'], 'dockerfile-unreadable', 'none could not be read: there is no such file'],
    [
      ['lint', 'x', '--require-label', 'version'],
      'invalid-label-schema',
      '--require-label "version" is not a label and its form',
    ],
    [['rules', 'nothing'], 'unknown-lint-rule', 'there is no rule "nothing"'],
  ])('%j is an error that says what is wrong', async (args, code, message) => {
    await expect(run(args)).rejects.toMatchObject({ code, message });
  });

  test('a folder without Dockerfiles is an error', async () => {
    const error: unknown = await run(['lint', folder]).catch((thrown: unknown) => thrown);
    expect(error instanceof CodedError && error.code).toBe('no-dockerfile');
  });
});

describe('reports for other tools', () => {
  const text = `${good.replace('["/app"]', '/app')}ENV DB_PASSWORD=hunter2-hunter2\nEXPOSE 80:80\n`;
  const report = async (format: string): Promise<string> =>
    (await run(['lint', '-', '--file-path-in-report', './a b/Dockerfile', '-f', format], { stdin: text })).out;

  test('GitHub annotations', async () => {
    expect(await report('github')).toBe(
      `::warning file=a b/Dockerfile,line=5,endLine=5,col=12,endColumn=16,title=exec-form::ENTRYPOINT is in shell form: the program runs below a shell that passes no signals on. write ENTRYPOINT ["/app"]
::warning file=a b/Dockerfile,line=6,endLine=6,col=5,endColumn=32,title=no-secrets-in-variables::ENV DB_PASSWORD looks like a secret, and its value stands in the file. give it to the container when it starts, or to the build with RUN --mount=type=secret
::warning file=a b/Dockerfile,line=7,endLine=7,col=8,endColumn=13,title=expose-format::80:80 names a place on the host. write 80; docker run -p 80:80 publishes it
`,
    );
  });

  test('GitLab code quality, with fingerprints of their own', async () => {
    const issues = JSON.parse(await report('gitlab')) as { fingerprint: string }[];
    expect(issues.map(({ fingerprint, ...rest }) => ({ ...rest, length: fingerprint.length }))[0]).toEqual({
      description:
        'ENTRYPOINT is in shell form: the program runs below a shell that passes no signals on. write ENTRYPOINT ["/app"]',
      check_name: 'exec-form',
      severity: 'major',
      location: { path: 'a b/Dockerfile', lines: { begin: 5, end: 5 } },
      length: 64,
    });
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });

  test('JUnit', async () => {
    const xml = await report('junit');
    expect(xml).toContain('<testsuites name="plimsoll dockerfile lint" tests="3" failures="3">');
    expect(xml).toContain('<testcase classname="./a b/Dockerfile" name="expose-format at 7:8">');
    expect(xml).toContain('ENTRYPOINT [&quot;/app&quot;]');
  });

  test('SARIF, with regions, safe mends and what was ignored', async () => {
    const { runs } = JSON.parse(await report('sarif')) as {
      runs: { results: Record<string, unknown>[]; tool: { driver: { rules: { id: string }[] } } }[];
    };
    expect(new Set(runs[0]!.tool.driver.rules.map(({ id }) => id)).size).toBe(everyRule.length);
    expect(runs[0]!.results.at(-1)).toMatchObject({
      ruleId: 'expose-format',
      level: 'warning',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'a%20b/Dockerfile' },
            region: { startLine: 7, startColumn: 8, endLine: 7, endColumn: 13 },
          },
        },
      ],
      fixes: [
        {
          artifactChanges: [{ replacements: [{ deletedRegion: { charLength: 5 }, insertedContent: { text: '80' } }] }],
        },
      ],
    });
  });

  test.each(['table', 'json', 'sarif', 'junit', 'gitlab', 'github'])(
    '%s shows no value of a secret',
    async (format) => {
      const out = (await run(['lint', '-', '-f', format], { stdin: `${text}ENV API_TOKEN hunter3 hunter3\n` })).out;
      expect(out).toContain('no-secrets-in-variables');
      expect(out).not.toMatch(/hunter[23]/);
    },
  );

  test('JSON has aliases, positions and mends', async () => {
    expect(JSON.parse(await report('json'))).toMatchObject({
      schemaVersion: '1.0',
      verdict: 'fail',
      failureThreshold: 'info',
      summary: { files: 1, error: 0, warning: 3, info: 0, style: 0, ignored: 0 },
      files: [
        {
          path: './a b/Dockerfile',
          findings: [
            { rule: 'exec-form', aliases: ['JSONArgsRecommended', 'DL3025'], start: { line: 5, column: 12 } },
            { rule: 'no-secrets-in-variables' },
            { rule: 'expose-format', fix: { isSafe: true, edits: [{ text: '80' }] } },
          ],
        },
      ],
    });
  });
});

describe('plimsoll dockerfile rules', () => {
  test('names all with what they cover', async () => {
    const { out } = await run(['rules']);
    expect(out.split('\n').length).toBe(everyRule.length + 1);
    expect(out).toContain('exec-form                  warning  JSONArgsRecommended, DL3025\n');
    expect(out).toContain('no-inline-ignores          info     off by default, DL1001\n');
  });

  test('explains one by any of its names', async () => {
    expect((await run(['rules', 'dl3065'])).out).toBe(`redundant-platform  warning
  FROM does not say --platform=$TARGETPLATFORM, which is the default.

  FROM takes the target platform by itself. The flag makes readers look for a
  reason that is not there.

  covers RedundantTargetPlatform, DL3065
`);
  });
});
