/**
 * How common each byte is in text, as measured over 180 MB of code, documentation and configuration of a Debian system
 * with npm packages: for the characters 32–126 the negative binary logarithm of the share, one base-36 digit each.
 */
const logarithms = '3b78bda8667b6877788998999988888bb687868897a978777976789a99b999d595756467659766556a55468887a9a9d';

/** Share of each byte, 0–1; undefined for what is rare. */
export const byteCommonness: readonly (number | undefined)[] = Array.from({ length: 256 }, (_, byte) => {
  if (byte === 10) return 2 ** -5.6;
  if (byte === 9) return 2 ** -8;
  const digit = logarithms[byte - 32];
  return byte < 32 || digit === undefined ? undefined : 2 ** -Number.parseInt(digit, 36);
});
