import { spawnSync } from 'node:child_process';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { decompressor, type Inflate } from './decompress.ts';
import { loadIsal } from './isal.ts';

const isHere = loadIsal() !== undefined;
function unpack(packed: Buffer, inflate: Inflate, pieceBytes = packed.length, outputBytes = 1 << 16): Buffer {
  const output = Buffer.allocUnsafeSlow(outputBytes);
  const reader = decompressor('gzip', { inflate, output: () => output });
  const pieces: Buffer[] = [];
  const sink = (plain: Buffer): void => void pieces.push(Buffer.from(plain));
  for (let at = 0; at < packed.length; at += pieceBytes) reader.push(packed.subarray(at, at + pieceBytes), sink);
  reader.end(sink);
  reader.close();
  return Buffer.concat(pieces);
}

/** What comes of it, errors included. */
function outcome(work: () => Buffer): string {
  try {
    return work().toString('latin1');
  } catch (error) {
    return (error as { code?: string }).code === 'layer-unreadable' ? 'layer-unreadable' : `error: ${String(error)}`;
  }
}

const text = Buffer.from('the load line of a ship '.repeat(4000) + Array.from({ length: 5000 }, (_, i) => i).join(' '));

describe.each([
  ["Node's zlib", 'zlib'],
  ['ISA-L', 'isal'],
  ['our own', 'own'],
] as const)('unpacking by %s', (_, inflate) => {
  beforeEach((context) => context.skip(inflate === 'isal' && !isHere, 'libisal.so.2 or koffi is missing'));

  test('gives what zlib gives, whatever the pieces of input and output', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 3000 }),
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 1, max: 9000 }),
        fc.integer({ min: 1, max: 70_000 }),
        (noise, repeats, level, pieceBytes, outputBytes) => {
          const plain = Buffer.concat([
            ...Array<Uint8Array>(repeats + 1).fill(noise),
            text.subarray(0, noise.length * 9),
          ]);
          expect(unpack(zlib.gzipSync(plain, { level }), inflate, pieceBytes, outputBytes).equals(plain)).toBe(true);
        },
      ),
      { seed: 20, numRuns: 150 },
    );
  });

  test('reads members one after another, and headers with every optional field', () => {
    const named = Buffer.concat([
      Buffer.from([0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 3, 0]),
      Buffer.from('abcname\0comment\0'),
      Buffer.from([1, 2]),
      zlib.gzipSync('named').subarray(10),
    ]);
    const empty = zlib.gzipSync('');
    const packed = Buffer.concat([zlib.gzipSync(text), named, empty, named, Buffer.alloc(512)]);
    for (const pieceBytes of [1, 7, 4096, packed.length])
      expect(unpack(packed, inflate, pieceBytes).toString().slice(-20)).toBe(`${text.toString().slice(-10)}namednamed`);
  });

  test('tells a stream that is cut short anywhere', () => {
    const packed = Buffer.concat([zlib.gzipSync(text), zlib.gzipSync('second')]);
    const first = zlib.gzipSync(text).length;
    for (let length = 0; length < packed.length; length += length < packed.length - 60 ? 97 : 1)
      expect([length, outcome(() => unpack(packed.subarray(0, length), inflate))]).toEqual([
        length,
        length === first ? text.toString('latin1') : 'layer-unreadable',
      ]);
  });

  test('survives damage, and never takes for whole what zlib does not, but for the checksum', () => {
    const packed = zlib.gzipSync(text);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: packed.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        fc.integer({ min: 100, max: 9000 }),
        (at, flip, pieceBytes) => {
          const damaged = Buffer.from(packed);
          damaged[at]! ^= flip;
          const byGunzip = outcome(() => zlib.gunzipSync(damaged));
          const byUs = outcome(() => unpack(damaged, inflate, pieceBytes));
          if (!byGunzip.startsWith('error')) expect(byUs).toBe(byGunzip);
          else if (byUs !== 'layer-unreadable') expect(byUs.length).toBe(text.length);
        },
      ),
      { seed: 21, numRuns: 400 },
    );
  });

  test('stops a stream that unpacks beyond the limit', () => {
    const packed = zlib.gzipSync(Buffer.alloc(10 << 20));
    const reader = decompressor('gzip', { inflate, limits: { outputBytes: 1 << 20, ratio: 200 } });
    expect(() => reader.push(packed, () => undefined)).toThrow('more than 1048576 bytes');
  });
});

test('unpacks where the library is asked for, whether it is here or not', () => {
  expect(unpack(zlib.gzipSync(text), 'isal').equals(text)).toBe(true);
});

test('does without the library where it can not be reached', () => {
  const script = `
    const { loadIsal } = await import(${JSON.stringify(new URL('./isal.ts', import.meta.url).href)});
    process.stdout.write(String(loadIsal()));`;
  const { stdout } = spawnSync(
    'node',
    [
      '--input-type=module',
      '-e',
      `import m from 'node:module'; m.createRequire = () => () => { throw new Error('no koffi') }; m.syncBuiltinESMExports();${script}`,
    ],
    { encoding: 'utf8' },
  );
  expect(stdout).toBe('undefined');
});
