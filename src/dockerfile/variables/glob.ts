/** A shell pattern: `*` any text, `?` one character, `\` takes the next one as it is. */
export type Pattern = readonly (string | typeof anyText | typeof anyCharacter)[];

const anyText = Symbol('*');
const anyCharacter = Symbol('?');

/** Undefined for an escape that builders refuse. */
export function parsePattern(text: string): Pattern | undefined {
  const pattern: (string | typeof anyText | typeof anyCharacter)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === '*') pattern.push(anyText);
    else if (character === '?') pattern.push(anyCharacter);
    else if (character === '\\') {
      const next = text[++at] ?? '';
      if (!['}', '/', '*', '?', '\\'].includes(next)) return undefined;
      pattern.push(next);
    } else pattern.push(character);
  }
  return pattern;
}

/** Lengths of the shortest or longest match that begins at an offset; undefined where there is none. */
export function matchLength(pattern: Pattern, text: string, from: number, isGreedy: boolean): number | undefined {
  // The places that the pattern may have come to after each character: its length times the text's, at worst.
  let states = closure(new Set([0]), pattern);
  let found = states.has(pattern.length) ? 0 : undefined;
  for (let at = from; at < text.length && states.size > 0 && (isGreedy || found === undefined); at++) {
    const next = new Set<number>();
    for (const state of states) {
      const wanted = pattern[state];
      if (wanted === anyText) next.add(state);
      else if (wanted === anyCharacter || wanted === text[at]) next.add(state + 1);
    }
    states = closure(next, pattern);
    if (states.has(pattern.length)) found = at + 1 - from;
  }
  return found;
}

/** `*` may also stand for nothing. */
function closure(states: Set<number>, pattern: Pattern): Set<number> {
  for (const state of states) if (pattern[state] === anyText) states.add(state + 1);
  return states;
}
