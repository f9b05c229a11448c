import { schemeNamed } from '../versions/index.ts';
import type { VersionScheme } from '../versions/index.ts';
import type { Zod } from './rule.ts';

/** Which versions are meant: all bounds of one of the alternatives hold. `>=2.0 <2.17.1 || =1.2.17`. */
export interface VersionRange {
  readonly text: string;
  readonly alternatives: readonly (readonly Bound[])[];
}

interface Bound {
  readonly operator: '<' | '<=' | '>' | '>=' | '=';
  readonly version: string;
}

/** The setting of a rule that takes a range. */
export function versionsSetting(z: Zod) {
  return z
    .string()
    .max(500)
    .refine(
      (text) => parseVersionRange(text) !== undefined,
      'must be bounds such as "<2.17.1", ">=1.0 <2" or "=1.4 || =1.5"',
    )
    .optional();
}

/** Reads a range; undefined for anything that is none. */
export function parseVersionRange(text: string): VersionRange | undefined {
  const alternatives: Bound[][] = [];
  for (const alternative of text.split('||')) {
    const words = alternative.replace(/([<>]=?|=) +/g, '$1').match(/[^ ]+/g) ?? [];
    const bounds = words.map((word) => /^([<>]=?|=)([^<>=|\s]+)$/.exec(word));
    if (bounds.length === 0 || bounds.includes(null)) return undefined;
    alternatives.push(
      bounds.map((match) => ({ operator: match![1] as Bound['operator'], version: match![2]! }) satisfies Bound),
    );
  }
  return { text, alternatives };
}

/** Whether a version lies in a range, or why nobody can tell. */
export type RangeAnswer = boolean | { readonly why: string };

/** Compares by a scheme of versions/. What a scheme's rules do not allow is not compared: any answer would be a guess. */
export function isInRange(range: VersionRange, version: string, schemeName: string): RangeAnswer {
  const scheme = schemeNamed(schemeName);
  if (scheme === undefined) return { why: `nobody knows how versions of scheme ${schemeName} are ordered` };
  if (version === '') return { why: 'it has no known version' };
  if (!scheme.isValid(version)) return { why: `its version ${version} is none by ${schemeName} rules` };
  return any(range.alternatives.map((bounds) => all(bounds.map((bound) => holds(bound, version, scheme)))));
}

function holds({ operator, version: limit }: Bound, version: string, scheme: VersionScheme): RangeAnswer {
  if (!mayBound(limit, scheme)) return { why: `${limit} is no version by ${scheme.name} rules` };
  const order = scheme.compare(version, limit);
  if (order === 0) return operator !== '<' && operator !== '>';
  return operator.startsWith(order < 0 ? '<' : '>');
}

/** People write `<2` also where versions have three numbers. */
function mayBound(limit: string, scheme: VersionScheme): boolean {
  return [limit, `${limit}.0`, `${limit}.0.0`].some((text) => scheme.isValid(text));
}

function all(answers: readonly RangeAnswer[]): RangeAnswer {
  if (answers.includes(false)) return false;
  return answers.find((answer) => answer !== true) ?? true;
}

function any(answers: readonly RangeAnswer[]): RangeAnswer {
  if (answers.includes(true)) return true;
  return answers.find((answer) => answer !== false) ?? false;
}
