import { matchesAny } from '../../formats/pattern.ts';
import type { EndorsementFacts, ProvenanceImage, VerifiedAttestation } from '../../model/index.ts';
import { type Refusal, refusal } from '../refusal.ts';
import type { TrustRoot } from '../root/trust-root.ts';

/** Whether a trust root demands anything of the base that an image stands on. */
export function asksForBase({ bases, endorsers }: TrustRoot): boolean {
  return bases.length > 0 || endorsers.length > 0;
}

/** Whether a trust root names a base itself, by reference or digest. */
export function isNamedBase({ reference, digest }: ProvenanceImage, { bases }: TrustRoot): boolean {
  const bare = reference.split('@', 1)[0]!;
  return [reference, bare, digest].some((name) => name !== undefined && matchesAny(bases, name));
}

/** Whether anybody's endorsement would count in a repository: else nobody need be asked there. */
export function hasEndorser({ people, endorsers }: TrustRoot, repository: string): boolean {
  return people.some(
    ({ roles, repositories }) => roles.some((role) => endorsers.includes(role)) && matchesAny(repositories, repository),
  );
}

/**
 * Why an endorsement that is well signed does not count: whoever signed must be who it speaks of, in a role that the trust
 * root gives them, and that role must be one that endorses.
 */
export function endorsementObjection(
  { signer }: Pick<VerifiedAttestation, 'signer'>,
  { by, role }: EndorsementFacts,
  { endorsers, name }: TrustRoot,
): Refusal | undefined {
  if (by !== signer.name) return refusal('not-an-endorser', `${signer.name} signed it, but it speaks of ${by}`);
  if (signer.roles?.includes(role) !== true)
    return refusal('not-an-endorser', `${by} signed it as ${role}, a role that trust root ${name} does not give them`);
  return endorsers.includes(role)
    ? undefined
    : refusal('not-an-endorser', `${by} signed it as ${role}, whom trust root ${name} does not let endorse bases`);
}
