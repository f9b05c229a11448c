import { compareNumbers, compareTexts, endOfDigits, isDigit, isLetter } from './digits.ts';
import { compareDottedNumbers, isDottedNumbers } from './dotted-numbers.ts';
import type { VersionScheme } from './version-scheme.ts';

/**
 * Python's order: PEP 440 with epochs, pre-, post- and development releases and local versions, in every spelling that
 * its appendix B allows. Other text stands before all valid versions, in the order that setuptools once gave it.
 */
export const pep440: VersionScheme = { name: 'pep440', compare, isValid: (version) => parse(version) !== undefined };

interface Parsed {
  readonly epoch: string;
  readonly release: readonly string[];
  /** 0 before all pre-releases (a bare `.dev`), 1 a, 2 b, 3 rc, 4 no pre-release. */
  readonly preRank: number;
  readonly pre: string;
  readonly post: string | undefined;
  readonly dev: string | undefined;
  readonly local: readonly string[] | undefined;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  if (isDottedNumbers(a) && isDottedNumbers(b)) return compareDottedNumbers(a, b);
  const left = parse(a);
  const right = parse(b);
  if (left === undefined && right === undefined) return compareLegacy(a, b);
  if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
  return (
    compareNumbers(left.epoch, right.epoch) ||
    compareRelease(left.release, right.release) ||
    left.preRank - right.preRank ||
    compareNumbers(left.pre, right.pre) ||
    compareOptional(left.post, right.post, -1) ||
    compareOptional(left.dev, right.dev, 1) ||
    compareLocal(left.local, right.local)
  );
}

function compareRelease(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length || i < b.length; i++) {
    const difference = compareNumbers(a[i] ?? '', b[i] ?? '');
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `missing` says on which side a version without the part stands. */
function compareOptional(a: string | undefined, b: string | undefined, missing: -1 | 1): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? missing : -missing;
  return compareNumbers(a, b);
}

function compareLocal(a: readonly string[] | undefined, b: readonly string[] | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = compareLocalPart(a[i] ?? '', b[i] ?? '');
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Words before numbers. */
function compareLocalPart(a: string, b: string): number {
  const aNumber = endOfDigits(a, 0) === a.length;
  const bNumber = endOfDigits(b, 0) === b.length;
  if (aNumber !== bNumber) return aNumber ? 1 : -1;
  return aNumber ? compareNumbers(a, b) : compareTexts(a, b);
}

/** Longer words before those that they begin with. */
const preWords = [
  ['preview', 3],
  ['alpha', 1],
  ['beta', 2],
  ['pre', 3],
  ['rc', 3],
  ['a', 1],
  ['b', 2],
  ['c', 3],
] as const;
const postWords = ['post', 'rev', 'r'] as const;

/** The parts of a valid version, or undefined. */
function parse(version: string): Parsed | undefined {
  const text = version.trim().toLowerCase();
  let at = text.charCodeAt(0) === 118 ? 1 : 0;
  let to = endOfDigits(text, at);
  if (to === at) return undefined;
  let epoch = '';
  if (text.charCodeAt(to) === 33) {
    epoch = text.slice(at, to);
    at = to + 1;
    to = endOfDigits(text, at);
    if (to === at) return undefined;
  }
  const release = [text.slice(at, to)];
  while (text.charCodeAt(to) === 46 && isDigit(text.charCodeAt(to + 1))) {
    at = to + 1;
    to = endOfDigits(text, at);
    release.push(text.slice(at, to));
  }
  const pre = takePre(text, to);
  const post = takePost(text, pre?.to ?? to);
  const beforeDev = post?.to ?? pre?.to ?? to;
  const dev = takeWord(text, beforeDev, 'dev');
  const local = takeLocal(text, dev?.to ?? beforeDev);
  if (local === undefined) return undefined;
  return {
    epoch,
    release,
    preRank: pre?.rank ?? (post === undefined && dev !== undefined ? 0 : 4),
    pre: pre?.number ?? '',
    post: post?.number,
    dev: dev?.number,
    local: local.parts,
  };
}

interface Taken {
  readonly number: string;
  readonly to: number;
}

function takePre(text: string, from: number): (Taken & { readonly rank: number }) | undefined {
  for (const [word, rank] of preWords) {
    const taken = takeWord(text, from, word);
    if (taken !== undefined) return { ...taken, rank };
  }
  return undefined;
}

function takePost(text: string, from: number): Taken | undefined {
  if (text.charCodeAt(from) === 45 && isDigit(text.charCodeAt(from + 1))) {
    const to = endOfDigits(text, from + 1);
    return { number: text.slice(from + 1, to), to };
  }
  for (const word of postWords) {
    const taken = takeWord(text, from, word);
    if (taken !== undefined) return taken;
  }
  return undefined;
}

/** A word with the separator before it, the one after it and its number, each of which may be missing. */
function takeWord(text: string, from: number, word: string): Taken | undefined {
  const start = isSeparator(text.charCodeAt(from)) ? from + 1 : from;
  if (!text.startsWith(word, start)) return undefined;
  let at = start + word.length;
  if (isSeparator(text.charCodeAt(at))) at++;
  const to = endOfDigits(text, at);
  return { number: text.slice(at, to), to };
}

function isSeparator(code: number): boolean {
  return code === 45 || code === 46 || code === 95;
}

/** What stands after `+`, if that is all that is left; undefined where the version is broken. */
function takeLocal(text: string, from: number): { readonly parts: readonly string[] | undefined } | undefined {
  if (from === text.length) return { parts: undefined };
  if (text.charCodeAt(from) !== 43) return undefined;
  const parts: string[] = [];
  for (let start = from + 1; ;) {
    let i = start;
    while (isDigit(text.charCodeAt(i)) || isLetter(text.charCodeAt(i))) i++;
    if (i === start) return undefined;
    parts.push(text.slice(start, i));
    if (i === text.length) return { parts };
    if (!isSeparator(text.charCodeAt(i))) return undefined;
    start = i + 1;
  }
}

/** setuptools' order for what PEP 440 does not know (pkg_resources before version 8). */
function compareLegacy(a: string, b: string): number {
  const left = legacyParts(a);
  const right = legacyParts(b);
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = compareTexts(left[i] ?? '', right[i] ?? '');
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function legacyParts(version: string): string[] {
  const parts: string[] = [];
  const text = version.toLowerCase();
  for (let i = 0; i < text.length;) {
    const from = i;
    const code = text.charCodeAt(i);
    if (isDigit(code)) {
      i = endOfDigits(text, i);
      parts.push(text.slice(from, i).padStart(8, '0'));
    } else if (isLetter(code)) {
      while (isLetter(text.charCodeAt(i))) i++;
      pushLegacyWord(parts, text.slice(from, i));
    } else {
      i++;
      if (code === 45) pushLegacyWord(parts, 'final-');
    }
  }
  pushLegacyWord(parts, 'final');
  return parts;
}

function pushLegacyWord(parts: string[], word: string): void {
  const ranked = word === 'pre' || word === 'preview' || word === 'rc' ? 'c' : word === 'dev' ? '@' : word;
  if (ranked < 'final') while (parts.at(-1) === '*final-') parts.pop();
  while (parts.at(-1) === '00000000') parts.pop();
  parts.push(`*${ranked}`);
}
