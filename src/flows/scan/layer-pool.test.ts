import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import type { LayerBlob } from '../../image/index.ts';
import type { Digest } from '../../model/index.ts';
import { type LayerJob, type PoolOptions, scanLayers } from './layer-pool.ts';
import type { LayerScan } from './layer-scan.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-pool-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A tar of regular files, as little as it takes. */
function tarOf(files: Readonly<Record<string, Buffer>>): Buffer {
  const parts: Buffer[] = [];
  for (const [name, bytes] of Object.entries(files)) {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000755\0' + '0000000\0'.repeat(2) + `${bytes.length.toString(8).padStart(11, '0')}\0`, 100);
    header.write(`${'0'.repeat(11)}\0        0`, 136);
    header.write('ustar\x0000', 257, 'latin1');
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    parts.push(header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512));
  }
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

const big = tarOf({
  'bin/tool': Buffer.from('#!/bin/sh\necho tool\n'),
  'srv/blob': randomBytes(9 << 20),
  'srv/last.sh': Buffer.from('#!/bin/sh\necho last\n'),
});
const small = tarOf({ 'bin/small': Buffer.from('#!/bin/sh\necho small\n') });

function job(name: string, plain: Buffer, change: Partial<{ stored: Buffer; asStream: boolean }> = {}): LayerJob {
  const stored = change.stored ?? zlib.gzipSync(plain, { level: 1 });
  const file = path.join(folder, name);
  fs.writeFileSync(file, stored);
  const diffId = `sha256:${createHash('sha256').update(plain).digest('hex')}` as Digest;
  const blob: LayerBlob = {
    diffId,
    sizeBytes: stored.length,
    compression: 'gzip',
    locate: () =>
      Promise.resolve(
        change.asStream === true
          ? { kind: 'stream', open: () => fs.createReadStream(file, { highWaterMark: 100_000 }) }
          : { kind: 'file', path: file, offsetBytes: 0, sizeBytes: stored.length },
      ),
  };
  return { blob, request: { diffId, label: `layer ${name}`, spoolDirectory: folder } };
}

async function scan(jobs: readonly LayerJob[], options: Partial<PoolOptions> = {}): Promise<Map<string, LayerScan>> {
  const scans = new Map<string, LayerScan>();
  await scanLayers(jobs, {
    signal: new AbortController().signal,
    ...options,
    onDone: ({ request }, found) => void scans.set(request.label, found),
  });
  return scans;
}

function scripts(found: LayerScan): string[] {
  return found.found
    .flatMap(({ items }) => items)
    .filter(({ kind }) => kind === 'executable')
    .map((item) => String(item.path))
    .sort();
}

describe('reading layers on several processors', () => {
  test('gives the same whether a layer is unpacked in its own thread or in another one, by whatever', async () => {
    const jobs = [job('big', big), job('small', small)];
    const [first, ...others] = await Promise.all([
      scan(jobs, { processors: 1, inflate: 'zlib' }),
      scan(jobs, { processors: 2, inflate: 'zlib' }),
      scan(jobs, { processors: 2, inflate: 'isal' }),
      scan(jobs, { processors: 2, inflate: 'own' }),
      scan([job('stream', big, { asStream: true }), jobs[1]!], { processors: 4 }),
    ]);
    expect(scripts(first!.get('layer big')!)).toEqual(['/bin/tool', '/srv/blob', '/srv/last.sh']);
    expect(first!.get('layer small')!.entries).toBe(1);
    const plain = (scans: Map<string, LayerScan>): unknown =>
      [...scans.values()]
        .map((each) => ({ ...each, index: Buffer.from(each.index).toString('hex') }))
        .sort((a, b) => a.entries - b.entries);
    for (const other of others) expect(plain(other)).toEqual(plain(first!));
  });

  test('reports bytes of a layer that is unpacked beside', async () => {
    let most = 0;
    const only = job('progress', big);
    await scan([only], { processors: 2, onProgress: (_, bytes) => void (most = Math.max(most, bytes)) });
    expect(most).toBeGreaterThan(4 << 20);
  });

  test('begins by itself with the largest layer that the others will not wait for', async () => {
    const first = async (jobs: readonly LayerJob[]): Promise<string | undefined> => {
      const begun: string[] = [];
      await scan(jobs, { processors: 2, onProgress: ({ request }) => void begun.push(request.label) });
      return begun.find((label) => label !== 'layer large');
    };
    const [large, last] = [job('large', big), job('small', small)];
    const third = job('third', tarOf({ 'srv/third': randomBytes(2 << 20) }));
    expect(await first([large, last, third])).toBe('layer third');
    const half = job('half', tarOf({ 'srv/half': randomBytes(4 << 20) }));
    expect(await first([large, last, half])).toBe('layer small');
  });

  const wrong = zlib.gzipSync(Buffer.concat([big.subarray(0, 5 << 20), randomBytes(5 << 20)]), { level: 1 });
  const whole = zlib.gzipSync(big, { level: 1 });
  const damaged = Buffer.from(whole);
  damaged.fill(0x55, 5 << 20, (5 << 20) + 64);
  test.each([
    ['bytes that are not the ones that the image vouches for', wrong, 'digest-mismatch'],
    ['a stream that is cut short', whole.subarray(0, 6 << 20), 'layer-unreadable'],
    ['a damaged stream', damaged, /^(layer-unreadable|digest-mismatch)$/],
  ])('says what is wrong with %s, in one thread or in two', async (what, stored, code) => {
    const bad = job(`bad ${what.length}`, big, { stored });
    for (const processors of [1, 2])
      for (const inflate of ['isal', 'own', 'zlib'] as const)
        await expect(scan([bad, job('good', small)], { processors, inflate })).rejects.toMatchObject({
          code: expect.stringMatching(code) as string,
          message: expect.stringContaining(`layer bad ${what.length}`) as string,
        });
  });

  test('ends when a stream breaks off or the caller has had enough', async () => {
    const broken = job('broken', big);
    const locate = (): ReturnType<LayerBlob['locate']> =>
      Promise.resolve({
        kind: 'stream',
        open: async function* () {
          yield whole.subarray(0, 1 << 20);
          await Promise.resolve();
          throw new Error('the connection is gone');
        },
      });
    for (const processors of [1, 2])
      await expect(scan([{ ...broken, blob: { ...broken.blob, locate } }], { processors })).rejects.toThrow(
        'the connection is gone',
      );
    const enough = new AbortController();
    const stalled = (): ReturnType<LayerBlob['locate']> =>
      Promise.resolve({
        kind: 'stream',
        open: async function* (signal: AbortSignal) {
          yield whole.subarray(0, 1 << 20);
          enough.abort(new Error('enough'));
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
        },
      });
    await expect(
      scan([{ ...broken, blob: { ...broken.blob, locate: stalled } }], { processors: 2, signal: enough.signal }),
    ).rejects.toThrow('enough');
  });
});
