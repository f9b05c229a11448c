import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ownInflater } from './own-inflater.ts';

/** Inflates one stream in pieces; gives what came of it and what lies behind its end, or why it is none. */
function inflate(packed: Buffer, pieceBytes = packed.length): { plain: Buffer; behind: Buffer } | string {
  const inflater = ownInflater()!;
  const plain: Buffer[] = [];
  const sink = (bytes: Buffer): void => void plain.push(Buffer.from(bytes));
  try {
    for (let at = 0; at < packed.length; at += pieceBytes) {
      const piece = packed.subarray(at, at + pieceBytes);
      const { at: reached, early } = inflater.inflate(piece, 0, sink);
      if (early === undefined) continue;
      const behind = Buffer.concat([early, piece.subarray(reached), packed.subarray(at + pieceBytes)]);
      return { plain: Buffer.concat(plain), behind };
    }
    return 'cut short';
  } catch (error) {
    return (error as Error).message;
  } finally {
    inflater.close();
  }
}

/** Bytes of which some are far commoner than others, so that codes get long, with repeats near and far. */
const bytes = fc
  .tuple(
    fc.uint8Array({ minLength: 1, maxLength: 2000 }),
    fc.integer({ min: 1, max: 255 }),
    fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 60 }),
  )
  .map(([noise, mask, copies]) => {
    const plain = Buffer.alloc(300_000);
    let length = 0;
    for (const byte of noise) plain[length++] = byte & (byte > 200 ? 255 : mask);
    for (const from of copies) {
      const part = plain.subarray(Math.max(0, length - from), Math.max(0, length - from) + 1 + (from % 900));
      length += Buffer.from(part).copy(plain, length);
    }
    return plain.subarray(0, length);
  });
const options = fc.record({
  level: fc.integer({ min: 0, max: 9 }),
  memLevel: fc.integer({ min: 1, max: 9 }),
  strategy: fc.constantFrom(
    zlib.constants.Z_DEFAULT_STRATEGY,
    zlib.constants.Z_FILTERED,
    zlib.constants.Z_HUFFMAN_ONLY,
    zlib.constants.Z_RLE,
    zlib.constants.Z_FIXED,
  ),
});

describe('inflating by our own code', () => {
  test('gives what was deflated, whatever the strategy and the pieces, and what lies behind the end', () => {
    fc.assert(
      fc.property(bytes, options, fc.integer({ min: 1, max: 70_000 }), (plain, how, pieceBytes) => {
        const packed = Buffer.concat([zlib.deflateRawSync(plain, how), Buffer.from('behind the end')]);
        const outcome = inflate(packed, pieceBytes);
        expect(typeof outcome).toBe('object');
        const { plain: found, behind } = outcome as { plain: Buffer; behind: Buffer };
        expect(found.equals(plain)).toBe(true);
        expect(behind.toString()).toBe('behind the end');
      }),
      { seed: 30, numRuns: 300 },
    );
  });

  test('says of damaged streams what zlib says: the same bytes, or that they are none', () => {
    fc.assert(
      fc.property(
        bytes,
        options,
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 }),
        (plain, how, flips) => {
          const packed = zlib.deflateRawSync(plain, how);
          for (const [at, flip] of flips) packed[at % Math.min(packed.length, 400)]! ^= flip;
          let byZlib: Buffer | undefined;
          try {
            byZlib = zlib.inflateRawSync(packed, { maxOutputLength: 1 << 26 });
          } catch {
            byZlib = undefined;
          }
          const outcome = inflate(packed);
          if (byZlib === undefined) expect(typeof outcome).toBe('string');
          else expect((outcome as { plain: Buffer }).plain.equals(byZlib)).toBe(true);
        },
      ),
      { seed: 31, numRuns: 600 },
    );
  });

  test.each([
    ['a block of no type', '07', 'invalid block type'],
    ['a stored block whose lengths do not agree', '0105000500', 'invalid stored block lengths'],
    ['no code for code lengths', '0500000000', 'invalid code lengths set'],
    ['more symbols than there are', 'fdff000000000000', 'invalid code lengths set'],
    ['a distance before the first byte', '0302000000', 'invalid distance'],
    ['nothing but a header', '05', 'cut short'],
  ])('refuses %s', (_, hex, why) => {
    expect(inflate(Buffer.from(hex, 'hex'))).toContain(why);
  });

  test('unpacks a long run of one byte from pieces of any size', () => {
    const packed = zlib.deflateRawSync(Buffer.alloc(3 << 20, 'a'));
    for (const pieceBytes of [1, 13, 65_536, 1 << 20])
      expect((inflate(packed, pieceBytes) as { plain: Buffer }).plain.equals(Buffer.alloc(3 << 20, 'a'))).toBe(true);
  });
});
