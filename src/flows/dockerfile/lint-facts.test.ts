import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { defaultSettings, type LintFacts } from '../../dockerfile/index.ts';
import { importAdvisories } from '../advisories/index.ts';
import { basesFact, type FixedDockerfile, fixFiles, lintFiles, maliciousFact } from './index.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'lint-facts-'));
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

function options(facts: LintFacts) {
  const stdin = Readable.from([]);
  return { settings: defaultSettings, context: undefined, stdinName: undefined, stdin, facts };
}

/** `line rule: message` of the findings of some rules. */
async function found(file: string, rules: readonly string[], facts: LintFacts = {}): Promise<string[]> {
  const [linted] = await lintFiles([file], options(facts));
  return linted!.findings
    .filter(({ rule }) => rules.includes(rule))
    .map(({ start, rule, message }) => `${start.line} ${rule}: ${message}`);
}

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** A catalogue as `plimsoll base` writes it: one base in two endorsed releases, and one that is retired. */
async function catalogue(): Promise<LintFacts> {
  const release = (letter: string, published = ''): string => `  - digest: ${digest(letter)}
    reference: registry.example.com/debian:12
    platform: linux/amd64
    added: "2026-01-02T00:00:00Z"
    sizeBytes: 1
    diffIds: ["${digest(letter)}"]
    state: endorsed
    endorsement: { by: alice, role: keeper, at: "2026-01-03T00:00:00Z", statement: "${digest('e')}" }
${published}`;
  const published = `    aliases: ["${digest('f')}"]
    published: [{ reference: "registry.example.com/bases/java:17", digest: "${digest('f')}", at: "2026-01-03T00:00:00Z" }]
`;
  const base = (name: string, source: string, state: string, releases: string): void =>
    void write(
      `bases/${name}.yaml`,
      `apiVersion: plimsoll.dev/v1\nkind: Base\nmetadata: { name: ${name} }\npurpose: plain\nsource: ${source}\nowner: team-base\nsupportEnd: "2026-06-30"\nstate: ${state}\n${releases === '' ? '' : `releases:\n${releases}`}`,
    );
  base('debian-12', 'registry.example.com/debian:12', 'endorsed', release('a') + release('b'));
  base('java-17', 'registry.example.com/java:17', 'endorsed', release('9') + release('8', published));
  base('debian-10', 'registry.example.com/debian:10', 'retired', '');
  return { base: await basesFact(path.join(folder, 'bases')) };
}

test('the catalogue of bases says which are endorsed, over, and newer; the mend pins what it knows', async () => {
  const facts = await catalogue();
  const file = write(
    'Dockerfile',
    `FROM registry.example.com/debian:12 AS a
FROM registry.example.com/debian:12@${digest('a')} AS b
FROM registry.example.com/debian:12@${digest('b')} AS c
FROM registry.example.com/debian:12@${digest('c')} AS d
FROM registry.example.com/debian:10 AS e
FROM docker.io/library/debian:12
FROM registry.example.com/java:17 AS g
`,
  );
  expect(await found(file, ['endorsed-base', 'fresh-base'], facts)).toEqual([
    '2 fresh-base: registry.example.com/debian:12 has a newer build',
    '4 endorsed-base: the base debian-12 is only a candidate',
    '4 fresh-base: registry.example.com/debian:12 has a newer build',
    '5 endorsed-base: the base debian-10 is retired, supported until 2026-06-30',
    '6 endorsed-base: docker.io/library/debian:12 is not in the catalogue of bases',
  ]);
  const only = ['pinned-base', 'fresh-base'];
  const fixing = fixFiles([file], { ...options(facts), takesAll: true, only, isDryRun: false });
  const { value: fixed } = (await fixing.next()) as { value: FixedDockerfile };
  await fixing.next();
  expect(fixed.after.text).toBe(fs.readFileSync(file, 'utf8'));
  expect(fixed.after.text.split('\n')).toEqual([
    ...['a', 'b', 'c', 'd'].map((name) => `FROM registry.example.com/debian:12@${digest('b')} AS ${name}`),
    'FROM registry.example.com/debian:10 AS e',
    'FROM docker.io/library/debian:12',
    // The release was published elsewhere.
    `FROM registry.example.com/bases/java:17@${digest('f')} AS g`,
    '',
  ]);
});

test('secrets are found in the content of what COPY takes, and shown by no report', async () => {
  write('.dockerignore', 'left-out\n');
  write('app/settings.yaml', 'name: shop\n\naws_access_key_id: AKIAQYLPMN5HFIQR7XYZ\n');
  write('app/notes.txt', 'nothing\n');
  write('left-out/settings.yaml', 'aws_access_key_id: AKIAQYLPMN5HFIQR7XYZ\n');
  write('elsewhere/settings.yaml', 'aws_access_key_id: AKIAQYLPMN5HFIQR7XYZ\n');
  // Not text, too large, and another place.
  write('app/binary', Buffer.from('\0aws_access_key_id: AKIAQYLPMN5HFIQR7XYZ\n'));
  write('app/large.yaml', `aws_access_key_id: AKIAQYLPMN5HFIQR7XYZ\n${' '.repeat(1 << 20)}`);
  fs.symlinkSync('../elsewhere/settings.yaml', path.join(folder, 'app/link'));
  const file = write('Dockerfile', 'FROM a:1\nCOPY app left-out* /app/\nCOPY app/notes.txt /\n');
  expect(await found(file, ['no-secret-files'])).toEqual([
    '2 no-secret-files: COPY brings app/settings.yaml (AWS access key id AK…YZ in line 3) into the image',
  ]);
});

test('names on a list of malicious packages are found, in the versions that are', async () => {
  const database = path.join(folder, 'advisories.db');
  const record = path.resolve(import.meta.dirname, '../../../test/vectors/osv/MAL-2024-9934.json');
  await importAdvisories({
    paths: [record],
    database,
    replace: false,
    builtAt: '2026-01-01T00:00:00Z',
    now: new Date(),
  });
  const file = write(
    'Dockerfile',
    'FROM a:1\nRUN pip install flask 3web-py && pip3 install 3Web.py==1.0.0\nRUN pip install 3web-py==2.0\nRUN npm install 3web-py\n',
  );
  expect(await found(file, ['no-malicious-packages'], { malicious: await maliciousFact(database) })).toEqual([
    '2 no-malicious-packages: 3web-py is on the list of malicious packages: MAL-2024-9934',
    '2 no-malicious-packages: 3Web.py is on the list of malicious packages: MAL-2024-9934',
  ]);
  expect(await found(file, ['no-malicious-packages'])).toEqual([]);
});

test('a version is compared with the ranges of a list; a range or tag may come to one of them', async () => {
  const database = path.join(folder, 'ranges.db');
  const record = write(
    'MAL-2026-1.json',
    JSON.stringify({
      schema_version: '1.7.4',
      id: 'MAL-2026-1',
      modified: '2026-01-01T00:00:00Z',
      affected: [
        {
          package: { ecosystem: 'npm', name: 'left-padding' },
          ranges: [{ type: 'SEMVER', events: [{ introduced: '1.10.0' }, { fixed: '2.0.0' }] }],
        },
      ],
    }),
  );
  await importAdvisories({
    paths: [record],
    database,
    replace: false,
    builtAt: '2026-01-01T00:00:00Z',
    now: new Date(),
  });
  const asked = ['1.9.0', '1.10.0', '2.0.0', '1.x', 'latest'].map((version) => `RUN npm i left-padding@${version}`);
  const file = write('Dockerfile', ['FROM a:1', ...asked, ''].join('\n'));
  expect(await found(file, ['no-malicious-packages'], { malicious: await maliciousFact(database) })).toEqual(
    [3, 5, 6].map(
      (line) => `${line} no-malicious-packages: left-padding is on the list of malicious packages: MAL-2026-1`,
    ),
  );
});
