import { type Base, type BaseRelease, CodedError, type ReleaseVerdict } from '../model/index.ts';

/** What an endorsement says: the predicate's type (in-toto attestation framework, § Predicate). */
export const endorsementType = 'https://plimsoll.dev/attestation/base-endorsement/v1';

/** A signed claim about images (in-toto Statement v1). */
export interface Statement<Predicate = unknown> {
  readonly _type: 'https://in-toto.io/Statement/v1';
  readonly subject: readonly { readonly name: string; readonly digest: Readonly<Record<string, string>> }[];
  readonly predicateType: string;
  readonly predicate: Predicate;
}

/** Signs a statement and gives the envelope's bytes (DSSE, JSON). */
export type SignStatement = (statement: Statement) => Promise<Uint8Array>;

export interface EndorsementPredicate {
  readonly base: string;
  readonly release: string;
  readonly source: string;
  readonly owner: string;
  readonly by: string;
  readonly role: string;
  readonly at: string;
  readonly reason?: string;
  readonly verdict: ReleaseVerdict;
  readonly supportEnd?: string;
}

/** The statement that a person signs who stands behind a release of a base. */
export function endorsementStatement(
  base: Base,
  release: BaseRelease,
  who: { readonly by: string; readonly role: string; readonly at: string; readonly reason?: string },
): Statement<EndorsementPredicate> {
  const { verdict } = release;
  if (verdict?.result !== 'pass')
    throw new CodedError('base-not-passing', `${base.name}: the release ${release.digest} has no verdict that passes`, {
      hint: `plimsoll base assess ${base.name} says what to change`,
    });
  const digests = [release.digest, ...release.aliases];
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: digests.map((digest) => {
      const colon = digest.indexOf(':');
      return { name: base.name, digest: { [digest.slice(0, colon)]: digest.slice(colon + 1) } };
    }),
    predicateType: endorsementType,
    predicate: {
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
    },
  };
}
