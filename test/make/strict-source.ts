import type { ByteSource } from '../../src/model/index.ts';

/** A source that hands out the same memory each time, refuses what lies outside, and counts what was read. */
export function strictSource(bytes: Uint8Array): ByteSource & { readBytes: number } {
  let scratch = new Uint8Array(0);
  return {
    sizeBytes: bytes.length,
    readBytes: 0,
    read(offset, length) {
      if (
        !Number.isSafeInteger(offset) ||
        !Number.isSafeInteger(length) ||
        offset < 0 ||
        offset + length > bytes.length
      ) {
        throw new Error(`read of ${length} at ${offset} of ${bytes.length}`);
      }
      this.readBytes += length;
      scratch.fill(0xa5);
      if (scratch.length < length) scratch = new Uint8Array(length);
      scratch.set(bytes.subarray(offset, offset + length));
      return scratch.subarray(0, length);
    },
  };
}
