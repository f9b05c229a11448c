import { compareDigits, compareText, endOfDigits, isDigit, isLetter } from './digits.ts';
import type { VersionScheme } from './version-scheme.ts';

/** RPM's order: `[epoch:]version[-release]`, each part by rpmvercmp (rpm-version(7)), with `~` and `^`. */
export const rpm: VersionScheme = { name: 'rpm', compare, isValid };

const tilde = 126;
const caret = 94;

function compare(a: string, b: string): number {
  if (a === b) return 0;
  const aEpochEnd = epochEnd(a);
  const bEpochEnd = epochEnd(b);
  const epochs = compareDigits(a, 0, Math.max(aEpochEnd, 0), b, 0, Math.max(bEpochEnd, 0));
  if (epochs !== 0) return epochs;
  const aDash = a.lastIndexOf('-');
  const bDash = b.lastIndexOf('-');
  const aVersionEnd = aDash > aEpochEnd ? aDash : a.length;
  const bVersionEnd = bDash > bEpochEnd ? bDash : b.length;
  const versions = comparePart(a, aEpochEnd + 1, aVersionEnd, b, bEpochEnd + 1, bVersionEnd);
  if (versions !== 0) return versions;
  // A version without a release stands before the same one with any.
  const aRelease = aVersionEnd < a.length;
  const bRelease = bVersionEnd < b.length;
  if (aRelease !== bRelease) return aRelease ? 1 : -1;
  return comparePart(a, aVersionEnd + 1, a.length, b, bVersionEnd + 1, b.length);
}

/** Index of the colon after a numeric epoch, or -1. An empty epoch counts as none written, as in rpm. */
function epochEnd(version: string): number {
  const end = endOfDigits(version, 0);
  return version.charCodeAt(end) === 58 ? end : -1;
}

function comparePart(a: string, aFrom: number, aTo: number, b: string, bFrom: number, bTo: number): number {
  let i = aFrom;
  let j = bFrom;
  for (;;) {
    i = skipSeparators(a, i, aTo);
    j = skipSeparators(b, j, bTo);
    const aCode = i < aTo ? a.charCodeAt(i) : 0;
    const bCode = j < bTo ? b.charCodeAt(j) : 0;
    if (i >= aTo && j >= bTo) return 0;
    const kind = kindOf(aCode, i < aTo) - kindOf(bCode, j < bTo);
    if (kind !== 0) return kind;
    if (aCode === tilde || aCode === caret) {
      i++;
      j++;
      continue;
    }
    const digits = isDigit(aCode);
    const aEnd = endOfRun(a, i, aTo, digits);
    const bEnd = endOfRun(b, j, bTo, digits);
    const difference = digits ? compareDigits(a, i, aEnd, b, j, bEnd) : compareText(a, i, aEnd, b, j, bEnd);
    if (difference !== 0) return difference;
    i = aEnd;
    j = bEnd;
  }
}

/** What may stand at a place, from the oldest: `~`, the end, `^`, letters, digits. */
function kindOf(code: number, present: boolean): number {
  if (!present) return 1;
  if (code === tilde) return 0;
  if (code === caret) return 2;
  return isDigit(code) ? 4 : 3;
}

function skipSeparators(text: string, from: number, to: number): number {
  let i = from;
  for (; i < to; i++) {
    const code = text.charCodeAt(i);
    if (isDigit(code) || isLetter(code) || code === tilde || code === caret) break;
  }
  return i;
}

function endOfRun(text: string, from: number, to: number, digits: boolean): number {
  let i = from;
  while (i < to && (digits ? isDigit(text.charCodeAt(i)) : isLetter(text.charCodeAt(i)))) i++;
  return i;
}

function isValid(version: string): boolean {
  const end = epochEnd(version);
  if (end === 0) return false;
  const dash = version.indexOf('-');
  if (dash !== version.lastIndexOf('-') || dash === end + 1 || dash === version.length - 1) return false;
  if (version.length === end + 1) return false;
  for (let i = end + 1; i < version.length; i++) {
    const code = version.charCodeAt(i);
    const allowed = isDigit(code) || isLetter(code) || code === 46 || code === 95 || code === 43 || i === dash;
    if (!allowed && code !== tilde && code !== caret) return false;
  }
  return true;
}
