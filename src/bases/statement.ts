import { type Base, type BaseRelease, CodedError, type Digest, type ReleaseVerdict } from '../model/index.ts';

/** What a person says who stands behind a release of a base (docs/formats/base.md, § The statement). */
export interface EndorsementPredicate {
  readonly base: string;
  readonly release: Digest;
  readonly source: string;
  readonly owner: string;
  readonly by: string;
  readonly role: string;
  readonly at: string;
  readonly reason?: string;
  readonly verdict: ReleaseVerdict;
  readonly supportEnd?: string;
}

/** The predicate of an endorsement. Throws `base-not-passing` where the release has no verdict that passes. */
export function endorsementPredicate(
  base: Base,
  release: BaseRelease,
  who: { readonly by: string; readonly role: string; readonly at: string; readonly reason?: string },
): EndorsementPredicate {
  const { verdict } = release;
  if (verdict?.result !== 'pass')
    throw new CodedError('base-not-passing', `${base.name}: the release ${release.digest} has no verdict that passes`, {
      hint: `plimsoll base assess ${base.name} says what to change`,
    });
  return {
    base: base.name,
    release: release.digest,
    source: base.source,
    owner: base.owner,
    by: who.by,
    role: who.role,
    at: who.at,
    ...(who.reason === undefined ? {} : { reason: who.reason }),
    verdict,
    ...(base.supportEnd === undefined ? {} : { supportEnd: base.supportEnd }),
  };
}
