import type { ImageRecord, Verdict } from '../../model/index.ts';
import {
  judge,
  type JudgeContext,
  matchesPattern,
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
  readonly names: readonly string[];
  readonly team?: string | undefined;
  readonly now: Date;
  /** Statements that count for it. */
  readonly vex?: JudgeContext['vex'] | undefined;
  /** Who vouches for it, verified; absent where nobody looked. */
  readonly evidence?: JudgeContext['evidence'] | undefined;
}

/** The verdicts of a record in those scopes, the default first. */
export function judgeInScopes(
  record: ImageRecord,
  { policy, prepared }: { readonly policy: Policy; readonly prepared: PreparedPolicy },
  context: JudgedAs,
): readonly Verdict[] {
  const { names, team, now, vex, evidence } = context;
  return scopesOf(policy, record, names).map((scope) =>
    judge(record, prepared, {
      now,
      scope: scope === 'default' ? '' : scope,
      ...(names[0] === undefined ? {} : { reference: names[0] }),
      ...(team === undefined ? {} : { team }),
      ...(vex === undefined ? {} : { vex }),
      ...(evidence === undefined ? {} : { evidence }),
    }),
  );
}

function mayConcern({ match }: Scope, record: ImageRecord, names: readonly string[]): boolean {
  const { images, imageLabels = {} } = match;
  const all = [record.image.digest, ...names];
  return (
    (images === undefined || images.some((pattern) => all.some((name) => matchesPattern(pattern, name)))) &&
    Object.entries(imageLabels).every(
      ([label, pattern]) =>
        Object.hasOwn(record.image.labels, label) && matchesPattern(pattern, record.image.labels[label]!),
    )
  );
}
