/** One challenge of a WWW-Authenticate header: the scheme and parameter names in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const headerLimit = 16 << 10;
const tokenCharacter = /[!#$%&'*+\-.^_`|~0-9A-Za-z]/;

/**
 * Reads a WWW-Authenticate header with one or several challenges (RFC 9110 § 11.6.1). Reads each character once; what
 * it cannot read ends the list.
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const text = header.slice(0, headerLimit);
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let at = 0;
  const skip = (characters: string): void => {
    while (at < text.length && characters.includes(text[at]!)) at++;
  };
  const token = (): string => {
    const start = at;
    while (at < text.length && tokenCharacter.test(text[at]!)) at++;
    return text.slice(start, at);
  };
  const quoted = (): string => {
    let value = '';
    for (at++; at < text.length && text[at] !== '"'; at++) {
      if (text[at] === '\\') at++;
      value += text[at] ?? '';
    }
    at++;
    return value;
  };
  while (at < text.length) {
    skip(' \t,');
    const word = token();
    if (word === '') break;
    skip(' \t');
    const current = challenges.at(-1);
    if (text[at] === '=' && current !== undefined) {
      at++;
      skip(' \t');
      const value = text[at] === '"' ? quoted() : token();
      if (!current.parameters.has(word.toLowerCase())) current.parameters.set(word.toLowerCase(), value);
    } else challenges.push({ scheme: word.toLowerCase(), parameters: new Map() });
  }
  return challenges;
}
