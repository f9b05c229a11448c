const longestSubject = 16_384;
const mostRemembered = 20_000;
const remembered = new Map<string, (text: string) => boolean>();

/**
 * Whether a text matches a pattern: `?` is one character but `/`, `*` any run without `/`, `**` any run; `\` takes the
 * next character as it is. Takes at most pattern × text steps; a text over 16 Ki characters matches no pattern with `?` or inner `*`.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  return compiled(pattern)(text);
}

/** Whether any of the patterns matches. */
export function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matchesPattern(pattern, text));
}

/** The pattern that matches this text alone. */
export function escapePattern(text: string): string {
  return /[*?\\]/.test(text) ? text.replace(/[*?\\]/g, '\\$&') : text;
}

function compiled(pattern: string): (text: string) => boolean {
  let test = remembered.get(pattern);
  if (test === undefined) {
    if (remembered.size >= mostRemembered) remembered.clear();
    test = compile(pattern);
    remembered.set(pattern, test);
  }
  return test;
}

/** Most texts differ from a pattern in what stands before its first special character: those take no walk. */
function compile(pattern: string): (text: string) => boolean {
  const parts = tokens(pattern);
  const special = parts.findIndex((token) => typeof token !== 'string');
  const prefix = parts.slice(0, special < 0 ? parts.length : special).join('');
  if (special < 0) return (text) => text === prefix;
  const rest = parts.slice(special);
  if (rest.length === 1 && rest[0] === anything) return (text) => text.startsWith(prefix);
  return (text) =>
    text.length <= longestSubject && text.startsWith(prefix) && matchTokens(rest, text.slice(prefix.length));
}

const one = 1;
const run = 2;
const anything = 3;
type Token = string | typeof one | typeof run | typeof anything;

function tokens(pattern: string): readonly Token[] {
  const result: Token[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i]!;
    if (character === '\\' && i + 1 < pattern.length) result.push(pattern[++i]!);
    else if (character === '?') result.push(one);
    else if (character !== '*') result.push(character);
    else if (pattern[i + 1] === '*') {
      while (pattern[i + 1] === '*') i++;
      result.push(anything);
    } else result.push(run);
  }
  return result;
}

/** Walks all ways through the pattern at once: `reached[i]` says that the first i tokens match what was read so far. */
function matchTokens(pattern: readonly Token[], text: string): boolean {
  const length = pattern.length;
  let reached = new Uint8Array(length + 1);
  let next = new Uint8Array(length + 1);
  reached[0] = 1;
  skipEmptyRuns(pattern, reached);
  for (const character of codeUnits(text)) {
    next.fill(0);
    let alive = false;
    for (let i = 0; i < length; i++) {
      if (reached[i] === 0) continue;
      const token = pattern[i]!;
      if (token === anything || (token === run && character !== '/')) next[i] = 1;
      else if (token === character || (token === one && character !== '/')) next[i + 1] = 1;
      else continue;
      alive = true;
    }
    if (!alive) return false;
    skipEmptyRuns(pattern, next);
    [reached, next] = [next, reached];
  }
  return reached[length] === 1;
}

function skipEmptyRuns(pattern: readonly Token[], reached: Uint8Array): void {
  for (let i = 0; i < pattern.length; i++) {
    if (reached[i] === 1 && (pattern[i] === run || pattern[i] === anything)) reached[i + 1] = 1;
  }
}

function* codeUnits(text: string): Generator<string> {
  for (let i = 0; i < text.length; i++) yield text[i]!;
}
