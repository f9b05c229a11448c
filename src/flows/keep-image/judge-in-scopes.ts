import type { ImageRecord, Verdict } from '../../model/index.ts';
import {
  judge,
  type JudgeContext,
  judgeUntil,
  matchesPattern,
  mayMeanImage,
  type Policy,
  type PreparedPolicy,
  type Scope,
} from '../../policy/index.ts';

/**
 * The scopes in which an image is judged: `default`, and each of the policy's that does not say that it is about other images. Where
 * it will run is not known of an image: scopes for environments and teams all count.
 */
export function scopesOf(policy: Policy, record: ImageRecord, names: readonly string[]): readonly string[] {
  return ['default', ...policy.scopes.filter((scope) => mayConcern(scope, record, names)).map(({ name }) => name)];
}

/** What is known beside a record of the image that is judged. */
export interface JudgedAs {
  /** Names of the image: the first is the one that patterns on references see. */
  readonly names: readonly string[];
  readonly team?: string | undefined;
  readonly now: Date;
  /** Statements that count for it. */
  readonly vex?: JudgeContext['vex'] | undefined;
  /** Who vouches for it, verified; absent where nobody looked. */
  readonly evidence?: JudgeContext['evidence'] | undefined;
  /** Where the record has only the packages that judging asks for. */
  readonly findPackage?: JudgeContext['findPackage'];
  readonly findingLists?: JudgeContext['findingLists'];
}

/** The verdicts of a record in those scopes, the default first. */
export function judgeInScopes(
  record: ImageRecord,
  { policy, prepared }: { readonly policy: Policy; readonly prepared: PreparedPolicy },
  context: JudgedAs,
): readonly Verdict[] {
  return contextsOf(policy, record, context).map((each) => judge(record, prepared, each));
}

/** The same, and of each until when it holds if nothing but the time changes. */
export function judgeInScopesUntil(
  record: ImageRecord,
  { policy, prepared }: { readonly policy: Policy; readonly prepared: PreparedPolicy },
  context: JudgedAs,
): readonly ReturnType<typeof judgeUntil>[] {
  return contextsOf(policy, record, context).map((each) => judgeUntil(record, prepared, each));
}

function contextsOf(policy: Policy, record: ImageRecord, context: JudgedAs): JudgeContext[] {
  const { names, team, now, findPackage, findingLists, vex, evidence } = context;
  return scopesOf(policy, record, names).map((scope) => ({
    now,
    scope: scope === 'default' ? '' : scope,
    ...(names[0] === undefined ? {} : { reference: names[0] }),
    ...(team === undefined ? {} : { team }),
    ...(findPackage === undefined ? {} : { findPackage }),
    ...(findingLists === undefined ? {} : { findingLists }),
    ...(vex === undefined ? {} : { vex }),
    ...(evidence === undefined ? {} : { evidence }),
  }));
}

function mayConcern({ match }: Scope, record: ImageRecord, names: readonly string[]): boolean {
  const { imageLabels = {} } = match;
  return (
    mayMeanImage(match, [record.image.digest, ...names]) &&
    Object.entries(imageLabels).every(
      ([label, pattern]) =>
        Object.hasOwn(record.image.labels, label) && matchesPattern(pattern, record.image.labels[label]!),
    )
  );
}
