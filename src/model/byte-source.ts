/**
 * Random access to a file's bytes, in memory or behind a temporary file; the reader need not know which.
 */
export interface ByteSource {
  readonly sizeBytes: number;
  /**
   * The bytes from an offset, fewer than asked at the end. The result may share memory that the next `read` overwrites:
   * copy what must stay.
   */
  read(offset: number, length: number): Uint8Array;
}

/** A byte source over bytes in memory. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return { sizeBytes: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}
