import fc from 'fast-check';
import { fuzz } from './fuzz.ts';

/** The bytes cut at every 64th byte. */
export function* truncations(bytes: Uint8Array): Generator<Uint8Array> {
  for (let length = 0; length < bytes.length; length += 64) yield bytes.subarray(0, length);
}

/** Calls the check with copies of the bytes in which a few bytes were changed, the same ones each time. */
export function forBrokenCopies(bytes: Uint8Array, runs: number, check: (broken: Uint8Array) => void): void {
  const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }));
  // Headers and indices lie in front: half of the changes go there.
  const early = fc.tuple(fc.nat(Math.min(bytes.length - 1, 8191)), fc.integer({ min: 1, max: 255 }));
  fc.assert(
    fc.property(fc.array(fc.oneof(change, early), { minLength: 1, maxLength: 12 }), (changes) => {
      const broken = Uint8Array.from(bytes);
      for (const [at, mask] of changes) broken[at]! ^= mask;
      check(broken);
    }),
    fuzz(runs),
  );
}
