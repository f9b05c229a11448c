import { spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { matchAdvisories, openAdvisoryDatabase } from '../src/advisories/index.ts';
import type { Package } from '../src/model/index.ts';

/*
 * Importing 400,000 synthetic advisories, and looking packages up: `node bench/advisories.ts [ADVISORIES]`. The floor, in
 * the same run: Node reading the same file line by line through JSON.parse and doing nothing with it. The bars: 60 s and
 * 512 MiB for the import, microseconds for a lookup.
 */
const count = Number(process.argv[2] ?? 400_000);
const ecosystems = ['npm', 'PyPI', 'Maven', 'Go', 'Debian:12', 'Ubuntu:22.04:LTS', 'Alpine:v3.20', 'crates.io'];
const sentence =
  'A flaw in the handling of crafted input lets a remote attacker cause a denial of service or run code. ';
const floorScript = `import { createReadStream } from 'node:fs'; import { createInterface } from 'node:readline';
let n = 0; for await (const line of createInterface({ input: createReadStream(process.argv.at(-1)) })) n += JSON.parse(line).id.length;`;
const root = path.join(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'plimsoll-bench-advisories-'));
try {
  const feed = path.join(folder, 'all.ndjson');
  await writeFeed(feed);
  const megabytes = statSync(feed).size / 1e6;
  print(`${count} advisories, ${megabytes.toFixed(0)} MB of NDJSON`);
  const floor = run('floor: read and JSON.parse', ['--input-type=module', '-e', floorScript, feed]);
  const database = path.join(folder, 'advisories.db');
  const imported = run('plimsoll db import', [
    path.join(root, 'src/cli/main.ts'),
    'db',
    'import',
    '-q',
    '--db',
    database,
    feed,
  ]);
  const again = run('the same again, nothing new', [
    path.join(root, 'src/cli/main.ts'),
    'db',
    'import',
    '-q',
    '--db',
    database,
    feed,
  ]);
  const ratio = (imported.seconds / floor.seconds).toFixed(1);
  print(
    `import ${ratio}x the floor (bars: 60 s, 512 MiB: ${verdict(imported)}), again ${(again.seconds / floor.seconds).toFixed(1)}x`,
  );
  print(`database ${(statSync(database).size / 1e6).toFixed(0)} MB`);
  lookups(database);
} finally {
  rmSync(folder, { recursive: true });
}

interface Run {
  readonly seconds: number;
  readonly mebibytes: number;
}

/** Runs Node in a process of its own; wall time, and the peak of its memory as the kernel counted it. */
function run(name: string, args: readonly string[]): Run {
  const preload =
    'data:text/javascript,process.on("exit",()=>process.stderr.write("\\npeak "+process.resourceUsage().maxRSS))';
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--import', preload, ...args], { encoding: 'utf8' });
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
  const mebibytes = Number(/peak (\d+)/.exec(stderr)?.[1] ?? 0) / 1024;
  print(`${name.padEnd(30)} ${seconds.toFixed(1).padStart(6)} s ${mebibytes.toFixed(0).padStart(5)} MiB`);
  return { seconds, mebibytes };
}

function verdict({ seconds, mebibytes }: Run): string {
  return seconds <= 60 && mebibytes <= 512 ? 'kept' : 'broken';
}

function lookups(database: string): void {
  const start = performance.now();
  const opened = openAdvisoryDatabase(database);
  print(`open ${(performance.now() - start).toFixed(1)} ms`);
  const rounds = 20_000;
  const time = (name: string, work: (i: number) => unknown): void => {
    for (let i = 0; i < 1_000; i++) work(i);
    const begin = performance.now();
    for (let i = 0; i < rounds; i++) work(i);
    print(`${name.padEnd(30)} ${(((performance.now() - begin) / rounds) * 1000).toFixed(1).padStart(6)} µs`);
  };
  time('lookup, package without any', (i) => opened.affected('npm', `nothing-${i}`));
  time('lookup, package with some', (i) => opened.affected('npm', `package-${i % 60_000}`));
  time('lookup, advisory by id', (i) => opened.advisory(`x_BENCH-${i}`));
  const packages = Array.from({ length: 2_000 }, (_, i) => synthetic(i));
  const begin = performance.now();
  const { findings } = matchAdvisories(opened, { packages });
  print(`match 2,000 packages: ${(performance.now() - begin).toFixed(0)} ms, ${findings.length} findings`);
  opened.close();
}

function synthetic(i: number): Package {
  const name = `package-${i * 30}`;
  return {
    id: String(i),
    type: 'npm',
    name,
    version: '1.10.0',
    purl: `pkg:npm/${name}@1.10.0`,
    scheme: 'semver',
    ecosystem: 'npm',
    licenses: [],
    evidence: 'installed',
    cataloger: 'npm',
    place: { owner: 'app' },
  };
}

/** Records of the size and shape of real ones, in an order that is not that of their ids: the worst for an index. */
async function writeFeed(file: string): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true });
  if (existsSync(file)) return;
  const out = createWriteStream(file);
  let text = '';
  for (let i = 0; i < count; i++) {
    text += `${JSON.stringify(record(i))}\n`;
    if (text.length < 1 << 20) continue;
    if (!out.write(text)) await once(out, 'drain');
    text = '';
  }
  out.end(text);
  await once(out, 'finish');
}

function record(i: number): object {
  const ecosystem = ecosystems[i % ecosystems.length]!;
  const major = i % 5;
  const affected = Array.from({ length: 1 + (i % 3) }, (_, j) => ({
    package: { ecosystem, name: `package-${(Math.imul(i + j * 40_503, 0x9e3779b1) >>> 0) % 60_000}` },
    ranges: [
      {
        type: ecosystem === 'npm' ? 'SEMVER' : 'ECOSYSTEM',
        events: [{ introduced: '0' }, { fixed: `${major}.${i % 50}.${j}` }],
      },
    ],
    versions: i % 10 === 0 ? Array.from({ length: 40 }, (_unused, v) => `${major}.${v}.0`) : undefined,
  }));
  return {
    schema_version: '1.7.3',
    id: `x_BENCH-${(i * 7_919) % count}`,
    modified: '2026-01-02T03:04:05Z',
    published: '2025-05-06T07:08:09Z',
    aliases: [`CVE-20${10 + (i % 17)}-${10_000 + i}`],
    summary: `Something is wrong in number ${i}`,
    details: sentence.repeat(3 + (i % 10)),
    severity: [
      {
        type: 'CVSS_V3',
        score: `CVSS:3.1/AV:${'NALP'[i % 4]}/AC:${'LH'[i % 2]}/PR:${'NLH'[i % 3]}/UI:N/S:U/C:H/I:L/A:${'NLH'[(i >> 2) % 3]}`,
      },
    ],
    affected,
    references: [{ type: 'ADVISORY', url: `https://example.org/advisories/${i}` }],
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
