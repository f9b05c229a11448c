import { compareDigits, endOfDigits, isDigit } from './digits.ts';

/** Whether the text is numbers with single dots between them, which most versions of every ecosystem are. */
export function isDottedNumbers(version: string): boolean {
  let digits = false;
  for (let i = 0; i < version.length; i++) {
    if (isDigit(version.charCodeAt(i))) digits = true;
    else if (version.charCodeAt(i) === 46 && digits) digits = false;
    else return false;
  }
  return digits;
}

/** Compares two dotted numbers, missing parts being zero. */
export function compareDottedNumbers(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const aEnd = endOfDigits(a, i);
    const bEnd = endOfDigits(b, j);
    const difference = compareDigits(a, i, aEnd, b, j, bEnd);
    if (difference !== 0) return difference;
    i = Math.min(aEnd + 1, a.length);
    j = Math.min(bEnd + 1, b.length);
  }
  return 0;
}
