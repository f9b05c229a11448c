/** A word in pieces: text, and variables to put in. Offsets are into the word. */
export type Part = TextPart | VariablePart;

export interface TextPart {
  readonly kind: 'text';
  /** Without quotes; without escapes where they are taken away. */
  readonly text: string;
  readonly isQuoted: boolean;
  readonly from: number;
  readonly to: number;
}

export interface VariablePart {
  readonly kind: 'variable';
  readonly name: string;
  readonly operator: '' | '-' | '+' | '?' | '#' | '%' | '/' | '//';
  /** `:-`, `:+`, `:?`: an empty value counts as none. */
  readonly emptyIsUnset: boolean;
  /** What stands behind the operator. */
  readonly word: readonly Part[];
  /** What stands behind the second `/`. */
  readonly replacement: readonly Part[];
  readonly isQuoted: boolean;
  readonly from: number;
  readonly to: number;
}

export interface Template {
  readonly parts: readonly Part[];
  /** Why builders refuse the word. */
  readonly error: string | undefined;
}

const deepest = 50;

/**
 * Takes a word apart as BuildKit's shell lexer does: `$name`, `${name}`, the operators `:-` `-` `:+` `+` `:?` `?` `#` `##` `%`
 * `%%` `/` `//`, single and double quotes, the escape character. (Dockerfile reference, "Environment replacement".)
 */
export function parseTemplate(word: string, options: { escape: string; quotes?: boolean }): Template {
  const reader = new TemplateReader(word, options.escape, options.quotes !== false);
  try {
    return { parts: reader.until(''), error: undefined };
  } catch (error) {
    if (!(error instanceof BadTemplate)) throw error;
    return { parts: [], error: error.message };
  }
}

class BadTemplate extends Error {}

class TemplateReader {
  readonly #text: string;
  readonly #escape: string;
  readonly #quotes: boolean;
  #at = 0;
  #depth = 0;

  constructor(text: string, escape: string, quotes: boolean) {
    this.#text = text;
    this.#escape = escape;
    this.#quotes = quotes;
  }

  /** Parts up to a character that ends them, which is taken too; up to the end of the word for `''`. */
  until(stop: string, keepEscapes = false): readonly Part[] {
    if (++this.#depth > deepest) throw new BadTemplate(`variables are nested deeper than ${deepest} levels`);
    const parts: Part[] = [];
    let pending = '';
    let from = this.#at;
    const flush = (): void => {
      if (this.#at > from) parts.push({ kind: 'text', text: pending, isQuoted: false, from, to: this.#at });
      pending = '';
    };
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at]!;
      if (character === stop) {
        flush();
        this.#at++;
        this.#depth--;
        return parts;
      }
      if (character === '$' || (this.#quotes && (character === '"' || character === "'"))) {
        flush();
        if (character === '$') parts.push(this.#variable(false));
        else if (character === '"') parts.push(...this.#doubleQuoted(keepEscapes));
        else parts.push(this.#singleQuoted());
        from = this.#at;
      } else if (character === this.#escape) {
        if (keepEscapes) pending += character;
        pending += this.#text[this.#at + 1] ?? '';
        this.#at = Math.min(this.#at + 2, this.#text.length);
      } else {
        pending += character;
        this.#at++;
      }
    }
    if (stop !== '') throw new BadTemplate(`missing '${stop}' in \${}`);
    flush();
    this.#depth--;
    return parts;
  }

  #singleQuoted(): Part {
    const from = this.#at;
    const end = this.#text.indexOf("'", from + 1);
    if (end === -1) throw new BadTemplate('a single quote is not closed');
    this.#at = end + 1;
    return { kind: 'text', text: this.#text.slice(from + 1, end), isQuoted: true, from, to: end + 1 };
  }

  #doubleQuoted(keepEscapes: boolean): readonly Part[] {
    const parts: Part[] = [];
    let pending = '';
    let from = this.#at;
    this.#at++;
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined) throw new BadTemplate('a double quote is not closed');
      if (character === '"' || character === '$') {
        if (character === '"') this.#at++;
        if (pending !== '' || character === '"')
          parts.push({ kind: 'text', text: pending, isQuoted: true, from, to: this.#at });
        if (character === '"') return parts;
        parts.push(this.#variable(true));
        pending = '';
        from = this.#at;
      } else if (character === this.#escape) {
        const next = this.#text[this.#at + 1] ?? '';
        const isEscape = next === '"' || next === '$' || next === this.#escape;
        pending += isEscape ? (keepEscapes ? character : '') + next : (keepEscapes ? character : '') + character;
        this.#at += isEscape ? 2 : 1;
      } else {
        pending += character;
        this.#at++;
      }
    }
  }

  /** `$name` or `${…}`; a `$` that no name follows is itself. */
  #variable(isQuoted: boolean): Part {
    const from = this.#at++;
    if (this.#text[this.#at] !== '{') {
      const name = this.#name();
      if (name === '') return { kind: 'text', text: '$', isQuoted, from, to: this.#at };
      const none = { operator: '', emptyIsUnset: false, word: [], replacement: [] } as const;
      return { kind: 'variable', name, ...none, isQuoted, from, to: this.#at };
    }
    this.#at++;
    const first = this.#text[this.#at];
    if (first === undefined) throw new BadTemplate("missing '}' in ${}");
    if (first === '{' || first === '}' || first === ':') throw new BadTemplate('bad substitution');
    const name = this.#name();
    return { kind: 'variable', name, ...this.#operation(), isQuoted, from, to: this.#at };
  }

  #operation(): Pick<VariablePart, 'operator' | 'emptyIsUnset' | 'word' | 'replacement'> {
    const first = this.#text[this.#at++];
    const emptyIsUnset = first === ':';
    const operator = emptyIsUnset ? this.#text[this.#at++] : first;
    const none = { emptyIsUnset, word: [], replacement: [] };
    if (operator === undefined) throw new BadTemplate("missing '}' in ${}");
    if (operator === '}' && !emptyIsUnset) return { ...none, operator: '' };
    if (operator === '-' || operator === '+' || operator === '?') return { ...none, operator, word: this.until('}') };
    if (!emptyIsUnset && (operator === '#' || operator === '%'))
      return { ...none, operator, word: this.until('}', true) };
    if (!emptyIsUnset && operator === '/') {
      const isAll = this.#text[this.#at] === '/';
      if (isAll) this.#at++;
      const word = this.until('/', true);
      return { ...none, operator: isAll ? '//' : '/', word, replacement: this.until('}', true) };
    }
    throw new BadTemplate(`builders don't know \${…${emptyIsUnset ? ':' : ''}${operator}…}`);
  }

  /** Letters, digits and `_`; digits alone; or one of the shell's special parameters. */
  #name(): string {
    const from = this.#at;
    const first = this.#text[from] ?? '';
    if (special.has(first)) this.#at++;
    else if (isDigit(first)) while (isDigit(this.#text[this.#at] ?? '')) this.#at++;
    else while (isNameCharacter(this.#text, this.#at)) this.#at += characterLength(this.#text, this.#at);
    return this.#text.slice(from, this.#at);
  }
}

const special: ReadonlySet<string> = new Set('@*#?-$!');

function isDigit(character: string): boolean {
  return character < '\u0080' ? character >= '0' && character <= '9' : /^\p{Nd}$/u.test(character);
}

/** Tells ASCII without a pattern: those of Unicode take milliseconds to compile. */
function isNameCharacter(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code >= 0x80) return /^[\p{L}\p{Nd}]$/u.test(String.fromCodePoint(text.codePointAt(at)!));
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
}

function characterLength(text: string, at: number): number {
  return text.codePointAt(at)! > 0xffff ? 2 : 1;
}
