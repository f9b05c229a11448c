import { CodedError } from '../../../model/index.ts';

/** A registry and what of it matters. */
export interface RegistryPlace {
  readonly registry: string;
  /** Whole names, where no pattern was given. */
  readonly names?: readonly string[];
  wants(repository: string): boolean;
  /** Whether a name that the registry gives can be one: it goes into addresses. */
  mayBeNamed(repository: string): boolean;
}

const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const nameShape = new RegExp(`^${part}(?:/${part})*$`);

/**
 * `registry.example.com`: all of it; `registry.example.com/shop/*,base/*`: repositories that fit one of the patterns, in which `*`
 * is any text.
 * @throws CodedError `bad-source-address`
 */
export function readAddress(address: string): RegistryPlace {
  const slash = address.indexOf('/');
  const registry = (slash < 0 ? address : address.slice(0, slash)).toLowerCase();
  if (!/^(?:\[[0-9a-f:]{2,45}\]|[a-z0-9](?:[a-z0-9.-]{0,253}[a-z0-9])?)(?::\d{1,5})?$/.test(registry))
    throw new CodedError('bad-source-address', `"${address.slice(0, 200)}" names no registry`, {
      kind: 'usage',
      hint: 'it is registry.example.com, or registry.example.com/shop/* for a part of it',
    });
  const patterns =
    slash < 0
      ? []
      : address
          .slice(slash + 1)
          .split(',')
          .map((each) => each.trim())
          .filter((each) => each !== '');
  const mayBeNamed = (name: string): boolean => name.length <= 255 && nameShape.test(name);
  if (patterns.length === 0) return { registry, wants: () => true, mayBeNamed };
  for (const pattern of patterns)
    if (!mayBeNamed(pattern.replaceAll('*', 'x').replaceAll(/x{2,}/g, 'x')))
      throw new CodedError('bad-source-address', `"${pattern.slice(0, 200)}" is no name of repositories`, {
        kind: 'usage',
        hint: 'names are lower case; * stands for any text',
      });
  const isWhole = patterns.every((pattern) => !pattern.includes('*'));
  return {
    registry,
    ...(isWhole ? { names: patterns } : {}),
    wants: (repository) => patterns.some((pattern) => fits(pattern, repository)),
    mayBeNamed,
  };
}

/** Linear in both: after a star the first place where the rest begins is as good as any. */
function fits(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === first;
  if (!text.startsWith(first)) return false;
  const last = rest.pop()!;
  let from = first.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return text.length - from >= last.length && text.endsWith(last);
}
