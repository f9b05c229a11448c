import { compareNumbers, compareTexts, isDigit } from './digits.ts';
import { compareDottedNumbers, isDottedNumbers } from './dotted-numbers.ts';
import type { VersionScheme } from './version-scheme.ts';

/**
 * Maven's order, as its Version Order Specification and ComparableVersion have it. Every text is a version to Maven.
 * Where ComparableVersion goes in a circle (`sp` < `0rc` < `` < `sp`), the specification's order of tokens holds.
 */
export const maven: VersionScheme = { name: 'maven', compare, isValid: (version) => version !== '' };

/**
 * A piece of a version. `rank` is the order of kinds: qualifiers up to `snapshot`, the end, the qualifiers of a release
 * and after it, numbers after a hyphen, numbers after a dot.
 */
interface Token {
  readonly rank: number;
  /** The digits of a number, the word of an unknown qualifier; empty for the others. */
  readonly text: string;
}

const qualifiers = new Map([
  ['alpha', 0],
  ['beta', 1],
  ['milestone', 2],
  ['rc', 3],
  ['cr', 3],
  ['snapshot', 4],
  ['', 6],
  ['ga', 6],
  ['final', 6],
  ['release', 6],
  ['sp', 7],
]);
/** What these letters mean when a digit follows. */
const beforeDigits = new Map([
  ['a', 0],
  ['b', 1],
  ['m', 2],
]);
const end: Token = { rank: 5, text: '' };
const releaseRank = 6;
const otherQualifier = 8;
const numberAfterHyphen = 9;
const numberAfterDot = 10;

function compare(a: string, b: string): number {
  if (a === b) return 0;
  if (isDottedNumbers(a) && isDottedNumbers(b)) return compareDottedNumbers(a, b);
  const left = tokens(a);
  const right = tokens(b);
  for (let i = 0; i < left.length || i < right.length; i++) {
    const difference = compareTokens(left[i] ?? end, right[i] ?? end);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareTokens(a: Token, b: Token): number {
  if (a.rank !== b.rank) return a.rank - b.rank;
  return (a.rank >= numberAfterHyphen ? compareNumbers : compareTexts)(a.text, b.text);
}

/** Cuts at dots, hyphens and between digits and letters (which counts as a hyphen); drops zeros that say nothing. */
function tokens(version: string): readonly Token[] {
  const text = version.toLowerCase();
  const found: Token[] = [];
  let afterHyphen = false;
  let from = 0;
  const take = (to: number, hyphenFollows: boolean, digitFollows: boolean): void => {
    const token = tokenOf(text.slice(from, to), afterHyphen, digitFollows);
    // A qualifier after a dot is one after a hyphen.
    if (afterHyphen || token.rank < numberAfterHyphen) dropNothings(found);
    found.push(token);
    afterHyphen = hyphenFollows;
  };
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46 || code === 45) {
      take(i, code === 45, false);
      from = i + 1;
    } else if (i > from && isDigit(code) !== isDigit(text.charCodeAt(i - 1))) {
      take(i, true, isDigit(code));
      from = i;
    }
  }
  if (from < text.length) take(text.length, false, false);
  dropNothings(found);
  return found;
}

function tokenOf(text: string, afterHyphen: boolean, digitFollows: boolean): Token {
  if (text === '' || isDigit(text.charCodeAt(0))) {
    return { rank: afterHyphen ? numberAfterHyphen : numberAfterDot, text };
  }
  const rank = (digitFollows ? beforeDigits.get(text) : undefined) ?? qualifiers.get(text);
  return rank === undefined ? { rank: otherQualifier, text } : { rank, text: '' };
}

/** Drops zeros and words for the release from the end. */
function dropNothings(found: Token[]): void {
  for (let last = found.at(-1); last !== undefined; last = found.at(-1)) {
    const isZero = last.rank >= numberAfterHyphen && compareNumbers(last.text, '') === 0;
    if (!isZero && last.rank !== releaseRank) return;
    found.pop();
  }
}
