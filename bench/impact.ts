import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { importAdvisories } from '../src/flows/advisories/index.ts';
import { RecordStore } from '../src/store/index.ts';
import { makeRecord } from '../test/make/record.ts';
import { measureInTurn, printFigures } from './measure.ts';

/*
 * `plimsoll impact` over kept records, whole processes: `npm run bench impact [RECORDS]`. Each record has 300 packages, of
 * 40 bases in 5 releases each; the vulnerability is in a package of every base, fixed in the newest release. The floor reads
 * the index alone: `node -e` that reads the whole file. The bar: 1 s for 10,000 records. Where the machine does other work too:
 * `chrt -r 10 npm run bench impact`.
 */
const count = Number(process.argv[2] ?? 10_000);
const folder = path.join(os.tmpdir(), `plimsoll-bench-impact-${count}`);
const records = path.join(folder, 'records');
const bases = path.join(folder, 'bases');
const database = path.join(folder, 'advisories.db');
const program = path.resolve(import.meta.dirname, '../dist/plimsoll.js');
const releases = 200;

if (!fs.existsSync(path.join(folder, 'whole'))) await make();
const run = (...words: readonly string[]): string[] => [
  process.execPath,
  program,
  'impact',
  ...words,
  '--records',
  records,
  '--bases',
  bases,
  '--db',
  database,
];
const index = path.join(records, 'index.sqlite');
process.stdout.write(`${count} records, index of ${(fs.statSync(index).size / 1e6).toFixed(0)} MB\n`);
const script = `require('node:fs').readFileSync(${JSON.stringify(index)})`;
const figures = measureInTurn(
  [
    { name: 'node -e 0', command: [process.execPath, '-e', '0'] },
    { name: 'the index read', command: [process.execPath, '-e', script] },
    { name: 'impact CVE, in most images', command: run('CVE-2026-0001') },
    { name: 'impact CVE, as JSON', command: run('CVE-2026-0001', '--format', 'json') },
    { name: 'impact CVE, in few images', command: run('CVE-2026-0002') },
    { name: 'impact PACKAGE in a range', command: run('package-7', '--versions', '<1.3') },
    { name: 'impact NAME@VERSION', command: run('package-7@1.2-3') },
    { name: 'impact DIGEST of a release', command: run(digest('release 7')) },
  ],
  5,
);
printFigures('impact', figures, 'node -e 0');
const barMs = 1000;
for (const [name, { medianMs, status }] of figures) {
  if (status !== 0) throw new Error(`${name} ended with ${status}`);
  if (name.startsWith('impact') && medianMs > barMs)
    process.stdout.write(`${name}: ${medianMs.toFixed(0)} ms, over the bar of ${barMs} ms\n`);
}

function digest(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

async function make(): Promise<void> {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(bases, { recursive: true });
  for (let base = 0; base < releases / 5; base++)
    fs.writeFileSync(path.join(bases, `base-${base}.yaml`), baseText(base));
  const osv = path.join(folder, 'osv.ndjson');
  const lines = [advisory('CVE-2026-0001', 'package-7', '1.4'), advisory('CVE-2026-0002', 'rare-package', '2.0')];
  fs.writeFileSync(osv, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await importAdvisories({ paths: [osv], database, replace: true, builtAt: '2026-06-01T00:00:00Z', now: new Date() });
  const store = new RecordStore(records, { mayBeNew: true });
  const began = performance.now();
  for (let image = 0; image < count; image++)
    store.keep(
      record(image),
      `registry.example.com/team-${image % 50}/app-${image}:1`,
      new Date('2026-06-01T00:00:00Z'),
    );
  store.close();
  process.stdout.write(`${count} records kept in ${((performance.now() - began) / 1000).toFixed(0)} s\n`);
  fs.writeFileSync(path.join(folder, 'whole'), '');
}

function record(image: number) {
  const release = image % releases;
  const layer = (text: string, position: number) => ({
    index: position,
    diffId: digest(text),
    sizeBytes: 1,
    entries: 1,
    owner: position < 2 ? 'base' : 'app',
  });
  const found = (name: string, version: string, at: number) => ({
    id: `${name}@${version}`,
    type: 'deb',
    name,
    version,
    purl: `pkg:deb/debian/${name}@${version}?distro=debian-12`,
    scheme: 'deb',
    ecosystem: 'Debian:12',
    place: { owner: at < 2 ? 'base' : 'app', layer: at, path: '/var/lib/dpkg/status' },
  });
  return makeRecord({
    image: { ...makeRecord().image, digest: digest(`image ${image}`) },
    layers: [layer(`bottom ${release}`, 0), layer(`release ${release}`, 1), layer(`app ${image}`, 2)],
    packages: [
      ...Array.from({ length: 220 }, (_, i) => found(`package-${i}`, `1.${release % 5}-${Math.floor(release / 5)}`, 1)),
      ...Array.from({ length: 80 }, (_, i) => found(`own-${(image * 7 + i) % 2000}`, `0.${(image + i) % 3}`, 2)),
      ...(image % 2000 === 3 ? [found('rare-package', '1.0', 2)] : []),
    ],
  });
}

function baseText(base: number): string {
  const list = Array.from({ length: 5 }, (_, i) => base * 5 + i).map(
    (release) => `  - digest: ${digest(`release ${release}`)}
    reference: registry.example.com/bases/base-${base}:${release}
    added: 2026-05-01T00:00:00Z
    sizeBytes: 2
    diffIds: ["${digest(`bottom ${release}`)}", "${digest(`release ${release}`)}"]
    state: candidate
`,
  );
  return `apiVersion: plimsoll.dev/v1
kind: Base
metadata: { name: base-${base} }
purpose: plain
source: debian:12
owner: platform@example.com
state: candidate
releases:
${list.join('')}`;
}

function advisory(id: string, name: string, fixed: string): object {
  return {
    schema_version: '1.6.0',
    id: `DEBIAN-${id}`,
    upstream: [id],
    modified: '2026-05-01T00:00:00Z',
    published: '2026-05-01T00:00:00Z',
    summary: 'a made-up flaw',
    affected: [
      {
        package: { ecosystem: 'Debian:12', name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  };
}
