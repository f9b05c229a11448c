import { CodedError } from '../model/index.ts';
import { imageNames, type NamedImage } from './image-names.ts';
import type { JudgeContext } from './judge-context.ts';
import { matchesAny, matchesPattern } from './pattern.ts';
import type { BuildTerms, Policy, Scope, ScopeMatch } from './policy.ts';

/** The name of the verdict's scope where no scope of the policy applies. */
const defaultScope = 'default';

/**
 * The scopes of a policy that apply, in the policy's order: those named (joined by `+`), else all whose patterns match.
 * Throws `unknown-scope` for a name that the policy does not have.
 */
export function selectScopes(policy: Policy, record: NamedImage, context: JudgeContext): readonly Scope[] {
  if (context.scope === undefined) return policy.scopes.filter(({ match }) => scopeMatches(match, record, context));
  const names = context.scope === '' ? [] : context.scope.split('+');
  const unknown = names.find((name) => name !== defaultScope && !policy.scopes.some((scope) => scope.name === name));
  if (unknown !== undefined) {
    const known = [defaultScope, ...policy.scopes.map(({ name }) => name)].join(', ');
    const hint = `its scopes: ${known}`;
    throw new CodedError('unknown-scope', `policy ${policy.name} has no scope ${unknown}`, { hint, kind: 'usage' });
  }
  return policy.scopes.filter(({ name }) => names.includes(name));
}

/** The name that the verdict carries: names joined by `+`, as `--scope` takes them. */
export function scopeName(scopes: readonly Scope[]): string {
  return scopes.length === 0 ? defaultScope : scopes.map(({ name }) => name).join('+');
}

/** Whether a scope's patterns on images leave an image in, by names that are known without its record. */
export function mayMeanImage({ images }: ScopeMatch, names: readonly string[]): boolean {
  return images === undefined || images.some((pattern) => names.some((name) => matchesPattern(pattern, name)));
}

function scopeMatches(match: ScopeMatch, record: NamedImage, context: JudgeContext): boolean {
  const asked = Object.values(match).some((patterns) => patterns !== undefined);
  return (
    asked &&
    matchesOne(match.environments, context.environment === undefined ? [] : [context.environment]) &&
    matchesOne(match.teams, context.team === undefined ? [] : [context.team]) &&
    matchesOne(match.regulations, context.regulations ?? []) &&
    matchesOne(match.images, match.images === undefined ? [] : imageNames(record, context.reference)) &&
    matchesLabels(match.labels, context.labels ?? {}) &&
    matchesLabels(match.imageLabels, record.image.labels)
  );
}

function matchesOne(patterns: readonly string[] | undefined, values: readonly string[]): boolean {
  return patterns === undefined || values.some((value) => matchesAny(patterns, value));
}

function matchesLabels(
  patterns: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(patterns ?? {}).every(
    ([name, pattern]) => Object.hasOwn(labels, name) && matchesPattern(pattern, labels[name]!),
  );
}

/** What a policy says of the source of an image that is to be built: of the scopes that apply, the later ones win. */
export function buildTerms(
  policy: Policy,
  context: Pick<JudgeContext, 'scope' | 'environment' | 'team' | 'regulations' | 'reference'>,
): BuildTerms {
  const scopes = selectScopes(policy, { image: { labels: {} } }, { ...context, now: new Date(0) });
  return Object.assign({}, policy.builds, ...scopes.map(({ builds }) => builds ?? {})) as BuildTerms;
}
