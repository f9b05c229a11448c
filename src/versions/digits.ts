/** Walks over ASCII text by character code, which the schemes share: no substrings, no regular expressions. */

/** Whether a code is `0`–`9`; false for NaN, which `charCodeAt` gives past the end. */
export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** Whether a code is `A`–`Z` or `a`–`z`. */
export function isLetter(code: number): boolean {
  const lower = code | 32;
  return lower >= 97 && lower <= 122;
}

/** The index of the first character at or after `from` that is not a digit. */
export function endOfDigits(text: string, from: number): number {
  let i = from;
  while (isDigit(text.charCodeAt(i))) i++;
  return i;
}

/** Compares two runs of digits by value, however long; an empty run is zero. */
export function compareDigits(a: string, aFrom: number, aTo: number, b: string, bFrom: number, bTo: number): number {
  let i = aFrom;
  let j = bFrom;
  while (i < aTo && a.charCodeAt(i) === 48) i++;
  while (j < bTo && b.charCodeAt(j) === 48) j++;
  const longer = aTo - i - (bTo - j);
  if (longer !== 0) return longer;
  for (; i < aTo; i++, j++) {
    const difference = a.charCodeAt(i) - b.charCodeAt(j);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Compares two stretches of text by UTF-16 code units. */
export function compareText(a: string, aFrom: number, aTo: number, b: string, bFrom: number, bTo: number): number {
  const shorter = Math.min(aTo - aFrom, bTo - bFrom);
  for (let i = 0; i < shorter; i++) {
    const difference = a.charCodeAt(aFrom + i) - b.charCodeAt(bFrom + i);
    if (difference !== 0) return difference;
  }
  return aTo - aFrom - (bTo - bFrom);
}

/** Compares two numbers written in digits by value. */
export function compareNumbers(a: string, b: string): number {
  return compareDigits(a, 0, a.length, b, 0, b.length);
}

/** Compares two whole texts by UTF-16 code units. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
