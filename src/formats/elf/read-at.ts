import type { ByteSource } from '../../model/index.ts';

const none = new Uint8Array(0);

/** The bytes from an offset that may be absurd: clamped to the file, so that a source only sees what it has. */
export function readAt(source: ByteSource, offset: number, length: number): Uint8Array {
  if (!(offset >= 0 && offset < source.sizeBytes) || !(length > 0)) return none;
  return source.read(offset, Math.min(length, source.sizeBytes - offset));
}
