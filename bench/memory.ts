import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { benchFolder } from './images.ts';
import { measureInTurn } from './measure.ts';

/**
 * Peak memory of a cold scan: an image of a million files and 2 GB in one layer, and one of half of that. The bar is
 * 256 MiB, and that twice the image takes hardly more.
 */

const root = path.resolve(import.meta.dirname, '..');
const bar = 256;

/** Scans both images, each with threads for layers as the machine has them, and prints the peaks and their ratio. */
export async function benchMemory(rounds: number): Promise<void> {
  execFileSync('node', ['tools/build.ts'], { cwd: root, stdio: 'ignore' });
  const images = [await syntheticImage(500_000), await syntheticImage(1_000_000)];
  const cache = path.join(os.tmpdir(), `plimsoll-bench-memory-${process.pid}`);
  const subjects = images.map((archive) => ({
    name: path.basename(archive, '.tar'),
    command: [
      'node',
      path.join(root, 'dist/plimsoll.js'),
      'scan',
      `archive:${archive}`,
      '--offline',
      '--cache-dir',
      cache,
      '--format',
      'json',
      '--exit-zero',
      '-q',
    ],
    prepare: () => fs.rmSync(cache, { recursive: true, force: true }),
  }));
  const figures = [...measureInTurn(subjects, rounds)];
  fs.rmSync(cache, { recursive: true, force: true });
  process.stdout.write('\npeak memory of a cold scan, everything on\n');
  for (const [name, { peakMib, medianMs, status }] of figures)
    process.stdout.write(
      `${name.padEnd(24)} ${peakMib.toFixed(0).padStart(4)} MiB  ${(medianMs / 1000).toFixed(1)} s${status === 0 ? '' : `  (ended with ${status})`}\n`,
    );
  const [half, whole] = figures.map(([, { peakMib }]) => peakMib);
  process.stdout.write(`the whole takes ${(whole! / half!).toFixed(2)}x the half; the bar is ${bar} MiB\n`);
  if (!(whole! <= bar)) process.exitCode = 1;
}

/** One layer with so many files of two kilobytes, streamed into an OCI archive: nothing of its size is ever in memory. */
async function syntheticImage(files: number): Promise<string> {
  const target = path.join(benchFolder, `memory-${files}-v2.tar`);
  if (fs.existsSync(target)) return target;
  fs.mkdirSync(benchFolder, { recursive: true });
  process.stderr.write(`making an image of ${files} files\n`);
  const blob = `${target}.layer`;
  const diff = createHash('sha256');
  const gzip = zlib.createGzip({ level: 1 });
  const file = fs.createWriteStream(blob);
  gzip.pipe(file);
  const write = async (bytes: Buffer): Promise<void> => {
    diff.update(bytes);
    if (!gzip.write(bytes)) await new Promise<void>((resolve) => gzip.once('drain', () => resolve()));
  };
  for (let from = 0; from < files; from += 500) await write(someFiles(from, Math.min(500, files - from)));
  await write(Buffer.alloc(1024));
  gzip.end();
  await new Promise<void>((resolve, reject) => file.on('close', () => resolve()).on('error', reject));
  writeArchive(target, blob, diff.digest('hex'));
  fs.rmSync(blob);
  return target;
}

const line = 'const value = require("./module"); // the load line of a ship\n';

function someFiles(from: number, count: number): Buffer {
  const parts: Buffer[] = [];
  for (let number = from; number < from + count; number++) {
    const body = Buffer.from(`${number}\n${line.repeat(16 + (number % 24))}`);
    const name = `srv/app/part-${Math.floor(number / 10_000)}/module-${Math.floor(number / 500)}/file-${number}.${number % 3 === 0 ? 'js' : 'txt'}`;
    parts.push(headerOf(name, body.length), body, Buffer.alloc((512 - (body.length % 512)) % 512));
  }
  return Buffer.concat(parts);
}

/** A ustar header of a regular file. */
function headerOf(name: string, sizeBytes: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`0000644\0${'0000000\0'.repeat(2)}${sizeBytes.toString(8).padStart(11, '0')}\0`, 100);
  header.write(`${'0'.repeat(11)}\0        0`, 136);
  header.write('ustar\x0000', 257, 'latin1');
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function writeArchive(target: string, blob: string, diffHex: string): void {
  const work = fs.mkdtempSync(path.join(benchFolder, 'oci-'));
  const blobs = path.join(work, 'blobs/sha256');
  fs.mkdirSync(blobs, { recursive: true });
  const put = (value: unknown): { digest: string; size: number } => {
    const bytes = Buffer.from(JSON.stringify(value));
    const hex = createHash('sha256').update(bytes).digest('hex');
    fs.writeFileSync(path.join(blobs, hex), bytes);
    return { digest: `sha256:${hex}`, size: bytes.length };
  };
  const layerHex = execFileSync('sha256sum', [blob], { encoding: 'utf8' }).slice(0, 64);
  fs.linkSync(blob, path.join(blobs, layerHex));
  const config = put({
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [`sha256:${diffHex}`] },
  });
  const manifest = put({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: [
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        digest: `sha256:${layerHex}`,
        size: fs.statSync(blob).size,
      },
    ],
  });
  fs.writeFileSync(path.join(work, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  fs.writeFileSync(
    path.join(work, 'index.json'),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [{ mediaType: 'application/vnd.oci.image.manifest.v1+json', ...manifest }],
    }),
  );
  execFileSync('tar', ['-C', work, '-cf', `${target}.tmp`, 'oci-layout', 'index.json', 'blobs']);
  fs.renameSync(`${target}.tmp`, target);
  fs.rmSync(work, { recursive: true, force: true });
}

if (import.meta.main) await benchMemory(Number(process.argv[2] ?? 2));
