import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { packFrame, unpackFrame } from './zstd-frame.ts';

const textOf = (bytes: number): string =>
  Array.from({ length: bytes / 8 }, (_, i) => i.toString(36).padStart(8, '.')).join('');

test('texts of any size come out as they were packed, one after the other', async () => {
  for (const bytes of [0, 8, 200, 300, 4096, 70_000, 1 << 20, (1 << 20) + 8, 3 << 20]) {
    const text = textOf(bytes);
    for (const packed of [zstdCompressSync(text), await promisify(zstdCompress)(text), packFrame(text)])
      expect(unpackFrame(packed).toString() === text, `${bytes} bytes`).toBe(true);
  }
});

test('what is cut short or damaged is refused as zlib does, and the next one is read all the same', () => {
  const whole = zstdCompressSync(textOf(40_000));
  const damaged = Buffer.from(whole);
  damaged.fill(7, 100, 200);
  for (const bad of [
    whole.subarray(0, whole.length - 10),
    whole.subarray(0, 20),
    damaged,
    Buffer.concat([whole, whole]),
    Buffer.from('no zstd'),
    Buffer.alloc(0),
  ]) {
    const outcome = (unpack: (packed: Buffer) => Buffer): string => {
      try {
        return unpack(bad).toString();
      } catch (error) {
        return String(error);
      }
    };
    expect(outcome(unpackFrame)).toBe(outcome((packed) => zstdDecompressSync(packed)));
    expect(unpackFrame(whole).toString()).toBe(textOf(40_000));
  }
});

test('packed texts stay as they are when others are packed, and any program reads them', () => {
  const noise = randomBytes(3 << 20).toString('base64');
  const texts = ['first', noise, textOf(40_000), ''];
  const packed = texts.map(packFrame);
  for (const [i, each] of packed.entries())
    expect(zstdDecompressSync(each).toString() === texts[i], `text ${i}`).toBe(true);
});
