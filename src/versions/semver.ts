import { compareDigits, compareText, endOfDigits, isDigit, isLetter } from './digits.ts';
import type { VersionScheme } from './version-scheme.ts';

/**
 * Semantic Versioning 2.0.0 § 11, lenient: `v` or `=` before it, missing minor and patch are 0, numbers of any length,
 * what follows a third dot counts as build, and anything else after the numbers (`1.0rc1`) as a pre-release.
 */
export const semver: VersionScheme = { name: 'semver', compare: compareSemver, isValid: isSemver };

/** The order of `semver`, for schemes that build on it. */
export function compareSemver(a: string, b: string): number {
  if (a === b) return 0;
  let i = prefixEnd(a);
  let j = prefixEnd(b);
  for (let part = 0; part < 3; part++) {
    const aFrom = partStart(a, i, part);
    const bFrom = partStart(b, j, part);
    const aTo = aFrom === -1 ? i : endOfDigits(a, aFrom);
    const bTo = bFrom === -1 ? j : endOfDigits(b, bFrom);
    const difference = compareDigits(a, aFrom === -1 ? aTo : aFrom, aTo, b, bFrom === -1 ? bTo : bFrom, bTo);
    if (difference !== 0) return difference;
    i = aTo;
    j = bTo;
  }
  return comparePrerelease(a, prereleaseStart(a, i), b, prereleaseStart(b, j));
}

/** Whether the text is a semantic version as the specification writes it; `v` before it is allowed. */
export function isSemver(version: string): boolean {
  let at = version.charCodeAt(0) === 118 ? 1 : 0;
  for (let part = 0; part < 3; part++) {
    if (part > 0 && version.charCodeAt(at++) !== 46) return false;
    const to = endOfDigits(version, at);
    if (to === at || (to > at + 1 && version.charCodeAt(at) === 48)) return false;
    at = to;
  }
  if (version.charCodeAt(at) === 45) {
    at = identifiersEnd(version, at + 1, true);
    if (at === -1) return false;
  }
  if (version.charCodeAt(at) === 43) {
    at = identifiersEnd(version, at + 1, false);
    if (at === -1) return false;
  }
  return at === version.length;
}

function prefixEnd(version: string): number {
  let i = version.charCodeAt(0) === 61 ? 1 : 0;
  if ((version.charCodeAt(i) | 32) === 118) i++;
  return i;
}

/** Where the digits of major (0), minor or patch begin, or -1 where the part is missing. */
function partStart(version: string, at: number, part: number): number {
  if (part === 0) return at;
  return version.charCodeAt(at) === 46 && isDigit(version.charCodeAt(at + 1)) ? at + 1 : -1;
}

/** Where the pre-release begins, or -1 for a release. */
function prereleaseStart(version: string, at: number): number {
  if (at >= version.length) return -1;
  const code = version.charCodeAt(at);
  if (code === 45) return at + 1;
  if (code === 43) return -1;
  if (code === 46) return isDigit(version.charCodeAt(at + 1)) || at + 1 >= version.length ? -1 : at + 1;
  return at;
}

function comparePrerelease(a: string, aFrom: number, b: string, bFrom: number): number {
  if (aFrom === -1 || bFrom === -1) return aFrom === bFrom ? 0 : aFrom === -1 ? 1 : -1;
  let i = aFrom;
  let j = bFrom;
  for (;;) {
    const aTo = identifierEnd(a, i);
    const bTo = identifierEnd(b, j);
    const difference = compareIdentifier(a, i, aTo, b, j, bTo);
    if (difference !== 0) return difference;
    const aMore = a.charCodeAt(aTo) === 46;
    const bMore = b.charCodeAt(bTo) === 46;
    if (!aMore || !bMore) return Number(aMore) - Number(bMore);
    i = aTo + 1;
    j = bTo + 1;
  }
}

function identifierEnd(version: string, from: number): number {
  let i = from;
  for (; i < version.length; i++) {
    const code = version.charCodeAt(i);
    if (code === 46 || code === 43) break;
  }
  return i;
}

/** Numbers by value and before words, words by ASCII. */
function compareIdentifier(a: string, aFrom: number, aTo: number, b: string, bFrom: number, bTo: number): number {
  const aNumber = aTo > aFrom && endOfDigits(a, aFrom) === aTo;
  const bNumber = bTo > bFrom && endOfDigits(b, bFrom) === bTo;
  if (aNumber !== bNumber) return aNumber ? -1 : 1;
  return (aNumber ? compareDigits : compareText)(a, aFrom, aTo, b, bFrom, bTo);
}

/** The end of dot-separated identifiers, or -1 where one is empty, has other characters or (if asked) a leading zero. */
function identifiersEnd(version: string, from: number, noLeadingZeros: boolean): number {
  for (let start = from; ;) {
    let i = start;
    let digits = true;
    for (; i < version.length; i++) {
      const code = version.charCodeAt(i);
      if (isDigit(code)) continue;
      if (!isLetter(code) && code !== 45) break;
      digits = false;
    }
    if (i === start) return -1;
    if (noLeadingZeros && digits && i > start + 1 && version.charCodeAt(start) === 48) return -1;
    if (version.charCodeAt(i) !== 46) return i;
    start = i + 1;
  }
}
