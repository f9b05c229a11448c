/** A pattern of `.dockerignore` by its parts. */
interface IgnorePattern {
  readonly parts: readonly string[];
  readonly isException: boolean;
}

/** Patterns of a `.dockerignore`. */
export interface IgnoreFile {
  readonly hasExceptions: boolean;
  /** Whether everything at the root is left out. */
  readonly leavesOutAll: boolean;
  /** Whether a path of the context is left out, by itself or with a folder above it. */
  leavesOut(path: string): boolean;
}

const mostPatterns = 2000;
const deepest = 100;

/** Reads `.dockerignore` (Docker, "Build context", ".dockerignore files"; patterns as Go's filepath.Match, and `**`). */
export function parseIgnoreFile(text: string): IgnoreFile {
  const patterns: IgnorePattern[] = [];
  for (const line of text.replace(/^\ufeff/, '').split('\n')) {
    if (line.startsWith('#') || patterns.length === mostPatterns) continue;
    let pattern = line.trim();
    const isException = pattern.startsWith('!');
    if (isException) pattern = pattern.slice(1).trim();
    const parts = cleanParts(pattern);
    if (pattern !== '' && parts.length <= deepest) patterns.push({ parts, isException });
  }
  return {
    hasExceptions: patterns.some(({ isException }) => isException),
    leavesOutAll: patterns.some(
      ({ parts, isException }) => !isException && ['*', '**', '**/*'].includes(parts.join('/')),
    ),
    leavesOut: (path) => {
      const parts = cleanParts(path);
      if (parts.length === 0 || parts.length > deepest) return false;
      let isOut = false;
      for (const { parts: pattern, isException } of patterns)
        if (isOut === isException && matchesOrAbove(pattern, parts)) isOut = !isException;
      return isOut;
    },
  };
}

/** Without `.`, empty parts and what `..` takes back. */
function cleanParts(path: string): readonly string[] {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts;
}

/** Whether the pattern fits the path or a folder that it lies in. */
function matchesOrAbove(pattern: readonly string[], path: readonly string[]): boolean {
  // Which parts of the pattern may come next; all of the pattern done at any part of the path is a match.
  let states = withoutAny(new Set([0]), pattern);
  for (const part of path) {
    const next = new Set<number>();
    for (const state of states) {
      if (pattern[state] === '**') next.add(state);
      else if (state < pattern.length && matchesPart(pattern[state]!, part)) next.add(state + 1);
    }
    states = withoutAny(next, pattern);
    if (states.has(pattern.length)) return true;
  }
  return false;
}

function withoutAny(states: Set<number>, pattern: readonly string[]): Set<number> {
  for (const state of states) if (pattern[state] === '**') states.add(state + 1);
  return states;
}

/** Go's filepath.Match of one part: `*`, `?`, `[a-z]`, `\`. */
export function matchesPart(pattern: string, text: string): boolean {
  let [at, from] = [0, 0];
  let [star, taken] = [-1, 0];
  while (from < text.length) {
    const length = at < pattern.length && pattern[at] !== '*' ? tokenLength(pattern, at, text[from]!) : 0;
    if (pattern[at] === '*') [star, taken, at] = [at, from, at + 1];
    else if (length > 0) [at, from] = [at + length, from + 1];
    else if (star === -1) return false;
    // The last star takes one character more.
    else [at, from] = [star + 1, ++taken];
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/** Length of the piece of the pattern that fits the character; 0 where it doesn't. */
function tokenLength(pattern: string, at: number, character: string): number {
  const token = pattern[at]!;
  if (token === '?') return 1;
  if (token === '\\') return pattern[at + 1] === character ? 2 : 0;
  if (token !== '[') return token === character ? 1 : 0;
  const end = pattern.indexOf(']', at + 2);
  if (end === -1) return 0;
  const isNot = pattern[at + 1] === '^' || pattern[at + 1] === '!';
  let isIn = false;
  for (let i = at + (isNot ? 2 : 1); i < end; i++) {
    if (pattern[i + 1] === '-' && i + 2 < end) {
      isIn ||= pattern[i]! <= character && character <= pattern[i + 2]!;
      i += 2;
    } else isIn ||= pattern[i] === character;
  }
  return isIn === isNot ? 0 : end + 1 - at;
}
