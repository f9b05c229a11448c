import { CodedError } from '../../model/index.ts';

/** What can stand in a Dockerfile and in a shell's command without quotes. */
const plain = /^[A-Za-z0-9_@+.,=/][A-Za-z0-9_@+.,=/-]{0,254}$/;

/**
 * A name or path from the project as it may stand in COPY and RUN, where anything else would be read as syntax. Throws
 * `name-unusable`.
 */
export function plainWord(word: string, what: string): string {
  if (plain.test(word) && !word.startsWith('/') && !word.split('/').includes('..')) return word;
  throw new CodedError('name-unusable', `${what} "${word}" cannot stand in a Dockerfile`, {
    hint: 'rename it: letters, digits and _ @ + . , = - / work',
  });
}

/** The same without throwing. */
export function isPlainWord(word: string): boolean {
  return plain.test(word) && !word.startsWith('/') && !word.split('/').includes('..');
}

/** A name that OCI repositories and Kubernetes objects take (RFC 1123 label), from whatever the project is called. */
export function imageName(name: string): string {
  const kept = name
    .slice(0, 300)
    .toLowerCase()
    .replace(/^@[^/]{0,200}\//, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-/, '')
    .replace(/-$/, '');
  return /^[a-z]/.test(kept) ? kept : `app${kept === '' ? '' : `-${kept}`}`;
}

/** Arguments that a simple command line holds, or undefined where it needs a shell. */
export function simpleArguments(command: string): string[] | undefined {
  if (command.length > 2_000 || /["'`$|&;<>(){}*?\\\n\r]/.test(command)) return undefined;
  const words = command.split(/[ \t]+/).filter((word) => word !== '');
  return words.length === 0 ? undefined : words;
}
