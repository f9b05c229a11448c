import { compareDigits, compareText, endOfDigits, isDigit } from './digits.ts';
import type { VersionScheme } from './version-scheme.ts';

/**
 * Alpine's order: `digit{.digit}…{letter}{_suffix{digit}}…{~hash}{-rN}`, apk-package(5); as apk-tools 3. Where that
 * calls two versions broken at the same place equal, what follows is ordered by text with its numbers by value, as
 * apk-tools 2 did for the commonest such (`1.2.r10`, `6.6.2p1`).
 */
export const apk: VersionScheme = { name: 'apk', compare, isValid };

// Kinds of token. When two versions part, the one with the later kind is the older; but see `isBefore`.
const first = 0;
const number = 1;
const letter = 2;
const suffix = 3;
const suffixNumber = 4;
const hash = 5;
const revision = 6;
const end = 7;
const broken = 8;

/** Suffixes from the oldest; those before the empty one stand before the version without suffix. */
const suffixes = ['alpha', 'beta', 'pre', 'rc', '', 'cvs', 'svn', 'git', 'hg', 'p'];
const noSuffix = 4;

/** Where a walk through a version stands. */
interface Cursor {
  kind: number;
  from: number;
  to: number;
  suffix: number;
  /** Where the token began, its mark (`.`, `_`, `-r`) included. */
  start: number;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  const left = start(a);
  const right = start(b);
  while (left.kind === right.kind && left.kind < end) {
    const difference = compareToken(a, left, b, right);
    if (difference !== 0) return difference;
    advance(a, left);
    advance(b, right);
  }
  if (left.kind === right.kind) return left.kind === broken ? compareRest(a, left.start, b, right.start) : 0;
  if (left.kind === suffix && left.suffix < noSuffix) return -1;
  if (right.kind === suffix && right.suffix < noSuffix) return 1;
  return right.kind - left.kind;
}

function compareToken(a: string, left: Cursor, b: string, right: Cursor): number {
  if (left.kind === suffix) return left.suffix - right.suffix;
  const asText =
    left.kind === letter ||
    left.kind === hash ||
    // A leading zero makes it a fraction, as in Gentoo.
    (left.kind === number && (a.charCodeAt(left.from) === 48 || b.charCodeAt(right.from) === 48));
  return (asText ? compareText : compareDigits)(a, left.from, left.to, b, right.from, right.to);
}

function start(version: string): Cursor {
  const to = endOfDigits(version, 0);
  return { kind: to === 0 ? broken : first, from: 0, to, suffix: noSuffix, start: 0 };
}

/** Moves to the next token; the grammar decides what may follow what. */
function advance(version: string, cursor: Cursor): void {
  const at = cursor.to;
  const previous = cursor.kind;
  cursor.start = at;
  if (at >= version.length) {
    cursor.kind = end;
    return;
  }
  const code = version.charCodeAt(at);
  cursor.kind = broken;
  if (code >= 97 && code <= 122) {
    if (previous <= number) take(cursor, letter, at, at + 1);
  } else if (code === 46) {
    const to = endOfDigits(version, at + 1);
    if (previous <= number && to > at + 1) take(cursor, number, at + 1, to);
  } else if (isDigit(code)) {
    if (previous === suffix) take(cursor, suffixNumber, at, endOfDigits(version, at));
  } else if (code === 95) {
    if (previous <= suffixNumber) takeSuffix(version, cursor, at + 1);
  } else if (code === 126) {
    const to = endOfHex(version, at + 1);
    if (previous < hash && to > at + 1) take(cursor, hash, at + 1, to);
  } else if (code === 45 && previous < revision && version.charCodeAt(at + 1) === 114) {
    const to = endOfDigits(version, at + 2);
    // apk-tools 2 took `-r` without a number for `-r0`.
    if (to > at + 2 || to === version.length || version.charCodeAt(to) === 45) take(cursor, revision, at + 2, to);
  }
}

function take(cursor: Cursor, kind: number, from: number, to: number): void {
  cursor.kind = kind;
  cursor.from = from;
  cursor.to = to;
}

function takeSuffix(version: string, cursor: Cursor, from: number): void {
  let to = from;
  while (version.charCodeAt(to) >= 97 && version.charCodeAt(to) <= 122) to++;
  if (to === from || to - from > 5) return;
  const value = suffixes.indexOf(version.slice(from, to));
  if (value === -1) return;
  take(cursor, suffix, from, to);
  cursor.suffix = value;
}

function endOfHex(version: string, from: number): number {
  let i = from;
  for (; ; i++) {
    const code = version.charCodeAt(i);
    if (!isDigit(code) && !(code >= 97 && code <= 102) && !(code >= 65 && code <= 70)) return i;
  }
}

/** Orders what follows the place where both are broken; all that begins with `-` is alike. */
function compareRest(a: string, aFrom: number, b: string, bFrom: number): number {
  const aDash = a.charCodeAt(aFrom) === 45;
  const bDash = b.charCodeAt(bFrom) === 45;
  if (aDash || bDash) return Number(bDash) - Number(aDash);
  let i = aFrom;
  let j = bFrom;
  while (i < a.length && j < b.length) {
    const aEnd = endOfDigits(a, i);
    const bEnd = endOfDigits(b, j);
    if (aEnd > i && bEnd > j) {
      const difference = compareDigits(a, i, aEnd, b, j, bEnd);
      if (difference !== 0) return difference;
      i = aEnd;
      j = bEnd;
      continue;
    }
    const difference = a.charCodeAt(i++) - b.charCodeAt(j++);
    if (difference !== 0) return difference;
  }
  return a.length - i - (b.length - j);
}

function isValid(version: string): boolean {
  const cursor = start(version);
  while (cursor.kind < end) {
    advance(version, cursor);
    if (cursor.kind === revision && cursor.from === cursor.to) return false;
  }
  return cursor.kind === end;
}
