const wordBytes = 4;

/**
 * A number that tells whether bytes are the ones that were written: any flipped bit and most other damage changes it (FNV-1a, by
 * words). Against accidents, not against forgers. It needs no library, whose start would cost more than the check.
 */
export function checksum(bytes: Uint8Array): number {
  // Words must lie on their own boundaries to be read as such.
  const aligned = bytes.byteOffset % wordBytes === 0 ? bytes : Uint8Array.from(bytes);
  const words = new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
  let sum = 0x811c9dc5 ^ bytes.length;
  // Multiplying by an odd number loses nothing, so that one change stays one to the end.
  for (let at = 0; at < words.length; at++) sum = Math.imul(sum ^ words[at]!, 0x01000193);
  for (let at = words.length * wordBytes; at < aligned.length; at++) sum = Math.imul(sum ^ aligned[at]!, 0x01000193);
  return sum;
}
