import { compareNumbers, compareTexts, endOfDigits, isDigit, isLetter } from './digits.ts';
import type { VersionScheme } from './version-scheme.ts';

/** RubyGems' order, as Gem::Version: runs of digits and of letters, letters before numbers, trailing zeros nothing. */
export const gem: VersionScheme = {
  name: 'gem',
  compare(a, b) {
    if (a === b) return 0;
    const left = segments(a);
    const right = segments(b);
    for (let i = 0; i < left.length || i < right.length; i++) {
      const difference = compareSegment(left[i] ?? '0', right[i] ?? '0');
      if (difference !== 0) return difference;
    }
    return 0;
  },
  isValid,
};

/**
 * The runs of digits and letters, `-` standing for `.pre.`; zeros that end the release (all before the first word) or
 * the whole version left out.
 */
function segments(version: string): string[] {
  const found: string[] = [];
  let sawWord = false;
  const word = (text: string): void => {
    if (!sawWord) dropTrailingZeros(found);
    sawWord = true;
    found.push(text);
  };
  for (let i = 0; i < version.length;) {
    const code = version.charCodeAt(i);
    const from = i;
    if (isDigit(code)) {
      i = endOfDigits(version, i);
      found.push(version.slice(from, i));
    } else if (isLetter(code)) {
      while (isLetter(version.charCodeAt(i))) i++;
      word(version.slice(from, i));
    } else {
      if (code === 45) word('pre');
      i++;
    }
  }
  dropTrailingZeros(found);
  return found;
}

function dropTrailingZeros(found: string[]): void {
  while (found.length > 0 && isZero(found[found.length - 1] ?? '')) found.pop();
}

/** Whether the segment is a number that is zero. */
function isZero(segment: string): boolean {
  return isDigit(segment.charCodeAt(0)) && compareNumbers(segment, '0') === 0;
}

function compareSegment(a: string, b: string): number {
  const aNumber = isDigit(a.charCodeAt(0));
  const bNumber = isDigit(b.charCodeAt(0));
  if (aNumber !== bNumber) return aNumber ? 1 : -1;
  return aNumber ? compareNumbers(a, b) : compareTexts(a, b);
}

/** Gem::Version::VERSION_PATTERN, white space around it and the empty version (which is 0) included. */
function isValid(version: string): boolean {
  const text = version.trim();
  if (text === '') return true;
  let at = endOfDigits(text, 0);
  if (at === 0) return false;
  at = dottedEnd(text, at, false);
  if (text.charCodeAt(at) === 45) {
    const to = runEnd(text, at + 1, true);
    if (to === at + 1) return false;
    at = dottedEnd(text, to, true);
  }
  return at === text.length;
}

function dottedEnd(text: string, from: number, dashes: boolean): number {
  let at = from;
  while (text.charCodeAt(at) === 46) {
    const to = runEnd(text, at + 1, dashes);
    if (to === at + 1) return -1;
    at = to;
  }
  return at;
}

function runEnd(text: string, from: number, dashes: boolean): number {
  let i = from;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (!isDigit(code) && !isLetter(code) && !(dashes && code === 45)) break;
  }
  return i;
}
