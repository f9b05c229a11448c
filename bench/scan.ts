import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { benchFolder, benchImage, type BenchImage } from './images.ts';
import { measureInTurn, printFigures, type Subject } from './measure.ts';
import { peer } from './peers.ts';

/**
 * Cold and warm scans of the two images, against the floor (what the fastest native tools need to unpack and hash the same
 * layers, both cores busy) and the peers that are installed, all in the same run.
 */

const root = path.resolve(import.meta.dirname, '..');

/** Measures both images, or the named one. */
export function benchScan(names: readonly string[]): void {
  execFileSync('node', ['tools/build.ts'], { cwd: root, stdio: 'ignore' });
  for (const name of names.length === 0 ? (['app', 'big'] as const) : (names as readonly BenchImage[])) {
    benchCold(name);
    benchWarm(name);
  }
}

const program = path.join(root, 'dist/plimsoll.js');

function benchCold(name: BenchImage): void {
  const archive = benchImage(name);
  const layout = unpacked(name, archive);
  const cache = path.join(os.tmpdir(), `plimsoll-bench-${process.pid}`);
  const forget = (): void => fs.rmSync(cache, { recursive: true, force: true });
  const cold = [
    'node',
    program,
    'scan',
    `archive:${archive}`,
    '--offline',
    '--cache-dir',
    cache,
    '--format',
    'json',
    '--exit-zero',
    '-q',
  ];
  const subjects: Subject[] = [
    {
      name: 'floor: igzip | openssl, 2 at once',
      command: [
        'sh',
        '-c',
        `ls -S ${layersOf(layout).join(' ')} | xargs -P2 -I{} sh -c 'igzip -dc < {} | openssl dgst -sha256'`,
      ],
    },
    { name: 'plimsoll scan, cold, all on', command: cold, prepare: forget },
    { name: 'plimsoll, with our own inflate', command: cold, env: { PLIMSOLL_INFLATE: 'own' }, prepare: forget },
    { name: "plimsoll, with Node's own inflate", command: cold, env: { PLIMSOLL_INFLATE: 'zlib' }, prepare: forget },
  ];
  const trivy = peer('trivy');
  const trivyCache = path.join(os.tmpdir(), `plimsoll-bench-trivy-${process.pid}`);
  const clear = (): void => fs.rmSync(trivyCache, { recursive: true, force: true });
  const trivyScan = (what: readonly string[]): readonly string[] => [
    trivy!,
    'image',
    // It reads OCI images from folders only, not from archives of them.
    '--input',
    layout,
    '--cache-dir',
    trivyCache,
    '--quiet',
    '--offline-scan',
    '--skip-db-update',
    '--skip-java-db-update',
    '--skip-version-check',
    '--disable-telemetry',
    '--skip-files',
    '**/*.jar',
    ...what,
  ];
  if (trivy !== undefined) {
    subjects.push({
      name: 'trivy, packages only, cold',
      command: trivyScan(['--format', 'cyclonedx']),
      prepare: clear,
    });
    subjects.push({
      name: 'trivy, packages and secrets, cold',
      command: trivyScan(['--format', 'json', '--scanners', 'secret', '--list-all-pkgs']),
      prepare: clear,
    });
  }
  const syft = peer('syft');
  if (syft !== undefined)
    subjects.push({
      name: 'syft',
      command: [syft, 'scan', `oci-archive:${archive}`, '-o', 'json', '-q'],
      env: { SYFT_CHECK_FOR_APP_UPDATE: 'false' },
    });
  const rounds = name === 'app' ? 5 : 3;
  printFigures(
    `${name}: cold scan of ${(fs.statSync(archive).size / 1e6).toFixed(0)} MB of gzip layers, median of ${rounds}`,
    measureInTurn(subjects, rounds),
    subjects[0]!.name,
  );
  fs.rmSync(cache, { recursive: true, force: true });
  clear();
}

function benchWarm(name: BenchImage): void {
  const archive = benchImage(name);
  const cache = path.join(os.tmpdir(), `plimsoll-bench-warm-${process.pid}`);
  const scan = ['node', program, 'scan', `archive:${archive}`, '--offline', '--cache-dir', cache, '--exit-zero', '-q'];
  const figures = measureInTurn(
    [
      { name: 'floor: node -e 0', command: ['node', '-e', '0'] },
      { name: 'plimsoll scan, warm, table', command: scan },
      { name: 'plimsoll scan, warm, json', command: [...scan, '--format', 'json'] },
    ],
    11,
  );
  printFigures(`${name}: warm scan, whole process, median of 11`, figures, 'floor: node -e 0');
  fs.rmSync(cache, { recursive: true, force: true });
}

/** The image as an OCI layout in a folder. */
function unpacked(name: string, archive: string): string {
  const folder = path.join(benchFolder, `layout-${name}`);
  if (!fs.existsSync(folder)) {
    fs.mkdirSync(`${folder}.tmp`, { recursive: true });
    execFileSync('tar', ['-xf', archive, '-C', `${folder}.tmp`]);
    fs.renameSync(`${folder}.tmp`, folder);
  }
  return folder;
}

/** Only layers: the manifest and the configuration are no gzip. */
function layersOf(layout: string): string[] {
  const blobs = path.join(layout, 'blobs/sha256');
  return fs
    .readdirSync(blobs)
    .map((name) => path.join(blobs, name))
    .filter((file) => {
      const head = Buffer.alloc(2);
      const open = fs.openSync(file, 'r');
      fs.readSync(open, head, 0, 2, 0);
      fs.closeSync(open);
      return head.readUInt16BE(0) === 0x1f8b;
    });
}

if (import.meta.main) benchScan(process.argv.slice(2));
