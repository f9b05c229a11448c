import { createHash } from 'node:crypto';
import { closeSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { Place, type Ran } from '../cli/plimsoll.ts';
import { buildImage, type BuiltLayer } from '../make/image-builder.ts';
import { writeDockerArchive, writeOciArchive } from '../make/image-files.ts';
import { writeTar } from '../make/tar-writer.ts';
import { onlyUnread, soundFiles } from './hostile-image.ts';

const place = new Place();
afterAll(() => place.remove());

const most = 512 * 2 ** 20;
const policy = place.at('policy.yaml');
writeFileSync(policy, onlyUnread);

/** Scans in a process of its own, whose memory counts. */
async function scan(input: string): Promise<Ran> {
  const ran = await place.plimsoll(['scan', input, '--offline', '--no-cache', '--policy', policy, '--format', 'json'], {
    timeoutMs: 55_000,
  });
  expect(ran.signal).toBeNull();
  expect(ran.peakBytes).toBeLessThan(most);
  return ran;
}

/** An image whose one layer is stored as these bytes, whatever they unpack to. */
function imageOf(bytes: Buffer, compression: 'gzip' | 'zstd', tarDigest = `sha256:${'0'.repeat(64)}`) {
  const image = buildImage({ layers: [{ files: soundFiles, compression }] });
  const config = buildImage({ configOverrides: { rootfs: { type: 'layers', diff_ids: [tarDigest] } } }).config;
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const layer: BuiltLayer = { ...image.layers[0]!, bytes, digest, diffId: tarDigest, tar: bytes };
  const manifest = buildImage({
    manifestOverrides: {
      config: { mediaType: config.mediaType, digest: config.digest, size: config.bytes.length },
      layers: [{ mediaType: layer.mediaType, digest, size: bytes.length }],
    },
  }).manifest;
  return { ...image, config, layers: [layer], manifest };
}

/** Zeros behind the header of one enormous file, as a tar. */
const bombHead = writeTar([{ name: 'bomb', claimedSize: 2 ** 40 }], { unfinished: true });
const zeros = Buffer.alloc(32 << 20);

describe('decompression bombs', () => {
  test.each([['gzip', gzipSync] as const, ['zstd', zstdCompressSync] as const])(
    'in %s are told as such, having cost no more than a buffer',
    async (packing, compress) => {
      const piece = compress(zeros);
      const bytes = Buffer.concat([compress(bombHead), ...Array.from({ length: 100 }, () => piece)]);
      expect(bytes.length).toBeLessThan(6e6);
      const ran = await scan(writeOciArchive(place.at(`${packing}.tar`), imageOf(bytes, packing)));
      expect(ran).toMatchObject({ status: 1, stdout: '' });
      expect(ran.stderr).toMatch(/^plimsoll: layer \d of archive:.*decompression bombs do \(decompression-bomb\)\n/);
    },
  );

  test('of zstd with a window of gigabytes are refused', async () => {
    // A frame header with a window of 2 GiB (RFC 8878 § 3.1.1.1.2), and one raw block of a byte.
    const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x09, 0x00, 0x00, 0x41]);
    const ran = await scan(writeOciArchive(place.at('window.tar'), imageOf(frame, 'zstd')));
    expect(ran).toMatchObject({ status: 1, stdout: '' });
    expect(ran.stderr).toContain('layer-unreadable');
  });
});

describe('many', () => {
  /** A layer's tar made piece by piece, and its digest: too large to hold. */
  function layerOf(pieces: Iterable<Buffer>): { bytes: Buffer; digest: string } {
    const sum = createHash('sha256');
    const packed: Buffer[] = [];
    for (const piece of pieces) {
      sum.update(piece);
      packed.push(zstdCompressSync(piece));
    }
    return { bytes: Buffer.concat(packed), digest: `sha256:${sum.digest('hex')}` };
  }

  /** Headers of so many empty files, made by changing digits of one: a million are made in a second. */
  function* emptyFiles(count: number): Generator<Buffer> {
    const width = 7;
    const name = (index: number): string => `srv/${String(index).padStart(width, '0')}`;
    const template = writeTar([{ name: name(0) }], { unfinished: true });
    const sum = Number.parseInt(template.toString('latin1', 148, 154), 8);
    for (let from = 0; from < count; from += 50_000) {
      const block = Buffer.alloc(512 * 50_000);
      for (let i = 0; i < 50_000; i++) {
        template.copy(block, i * 512);
        const digits = name(from + i);
        block.write(digits, i * 512, 'latin1');
        let more = 0;
        for (let at = digits.length - width; at < digits.length; at++) more += digits.charCodeAt(at) - 48;
        block.write((sum + more).toString(8).padStart(6, '0'), i * 512 + 148, 'latin1');
      }
      yield block;
    }
    yield Buffer.alloc(1024);
  }

  interface Output {
    readonly record: {
      readonly layers: readonly { readonly entries: number }[];
      readonly executables: readonly unknown[];
      readonly problems: readonly { readonly code: string }[];
    };
    readonly verdict: { readonly result: string };
  }

  test('a layer of a million entries is read, in little memory', async () => {
    const { bytes, digest } = layerOf(emptyFiles(1_000_000));
    const ran = await scan(writeOciArchive(place.at('million.tar'), imageOf(bytes, 'zstd', digest)));
    expect(ran).toMatchObject({ status: 0, stderr: '' });
    expect((JSON.parse(ran.stdout) as Output).record.layers[0]?.entries).toBe(1_000_000);
  });

  test('links, each with a target of half a megabyte, do not fill the memory', async () => {
    const link = 'x/'.repeat(250_000);
    const { bytes, digest } = layerOf(
      (function* () {
        for (let i = 0; i < 1_200; i++)
          yield writeTar([{ name: `link-${i}`, type: 'symlink', link }], { unfinished: true });
        yield Buffer.alloc(1024);
      })(),
    );
    const ran = await scan(writeOciArchive(place.at('links.tar'), imageOf(bytes, 'zstd', digest)));
    expect(ran.status).toBe(3);
  });

  test('images listed in one archive by the thousand are an error that says how many may be', async () => {
    const built = buildImage({ layers: [{ files: soundFiles }] });
    const ran = await scan(
      writeDockerArchive(
        place.at('many.tar'),
        Array.from({ length: 2_000 }, (_, i) => ({ built, name: `app:${i}` })),
      ),
    );
    expect(ran).toMatchObject({ status: 1, stdout: '' });
    expect(ran.stderr).toMatch(/manifest\.json .* 1024/);
  });

  test('a layer named by a configuration five thousand times is an error', async () => {
    const diffIds = Array.from({ length: 5_000 }, () => buildImage().layers[0]!.diffId);
    const image = buildImage({ configOverrides: { rootfs: { type: 'layers', diff_ids: diffIds } } });
    const ran = await scan(writeDockerArchive(place.at('layers.tar'), image));
    expect(ran).toMatchObject({ status: 1, stdout: '' });
  });
});

test('a sparse archive of a terabyte is refused by its first bytes', async () => {
  const file = place.at('sparse.tar');
  const fd = openSync(file, 'w');
  writeSync(fd, Buffer.from('not a tar'), 0, 9, 2 ** 40 - 9);
  closeSync(fd);
  expect(statSync(file).size).toBe(2 ** 40);
  const ran = await scan(`archive:${file}`);
  expect(ran).toMatchObject({ status: 1, stdout: '' });
  expect(ran.stderr).toContain('sparse.tar');
});
