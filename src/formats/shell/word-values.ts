import type { Word, WordPart } from './syntax.ts';

/** The text that a word is whatever the shell's state, undefined where something in it is expanded. */
export function staticValue(word: Word): string | undefined {
  return staticText(word.parts);
}

function staticText(parts: readonly WordPart[]): string | undefined {
  let text = '';
  for (const part of parts) {
    const value = part.kind === 'double' ? staticText(part.parts) : isText(part) ? part.value : undefined;
    if (value === undefined) return undefined;
    text += value;
  }
  return text;
}

function isText(part: WordPart): part is Extract<WordPart, { readonly kind: 'literal' | 'single' | 'ansi-c' }> {
  return part.kind === 'literal' || part.kind === 'single' || part.kind === 'ansi-c';
}

/**
 * A word as a person reads it: without quotes and backslashes, and what is expanded in a short form that says its kind
 * (`$name`, `$(…)`, `$((…))`, globs and tildes as they are).
 */
export function shownValue(word: Word): string {
  return shownText(word.parts);
}

function shownText(parts: readonly WordPart[]): string {
  return parts.map(shownPart).join('');
}

function shownPart(part: WordPart): string {
  switch (part.kind) {
    case 'literal':
    case 'single':
    case 'ansi-c':
    case 'glob':
      return part.value;
    case 'double':
      return shownText(part.parts);
    case 'tilde':
      return `~${part.user}`;
    case 'parameter':
      return part.braced ? `\${${part.prefix ?? ''}${part.name}${part.operator ?? ''}}` : `$${part.name}`;
    case 'command-substitution':
      return '$(…)';
    case 'process-substitution':
      return `${part.direction}(…)`;
    case 'arithmetic':
      return '$((…))';
    case 'array':
      return '(…)';
  }
}

/** The parts of a word that stand outside of quotes. */
export function unquotedParts(word: Word): readonly WordPart[] {
  return word.parts.filter(({ kind }) => kind !== 'double' && kind !== 'single' && kind !== 'ansi-c');
}
