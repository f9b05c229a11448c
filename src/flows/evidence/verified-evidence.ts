import type { TrustEvidence } from '../../model/index.ts';
import {
  evidenceFound,
  type EvidenceRow,
  noteVerified,
  type Store,
  type VerifiedEvidence,
} from '../../server-store/index.ts';
import { evidenceFromKept, parseKeptEvidence } from '../verify/index.ts';
import type { TrustInForce } from './trust-in-force.ts';

/** What a judge is told of who vouches for an image, and until when time alone changes nothing in it. */
export interface JudgedEvidence {
  readonly evidence: TrustEvidence;
  readonly validUntil: Date | undefined;
}

/** What was found beside an image, verified: as it is told, and as it is kept. @throws CodedError `bad-evidence` */
export async function verifyFound(
  text: string,
  trust: TrustInForce,
  now: Date,
): Promise<JudgedEvidence & { readonly kept: VerifiedEvidence }> {
  const { root, catalogue, by } = trust;
  const kept = parseKeptEvidence(text);
  const evidence = await evidenceFromKept(kept, { root, now, ...(catalogue === undefined ? {} : { catalogue }) });
  const validUntil = trust.validUntil(now);
  return {
    ...{ evidence, validUntil },
    kept: { verified: JSON.stringify(evidence), verifiedBy: by, validUntil: validUntil?.toISOString() ?? null },
  };
}

/**
 * What vouches for an image by the trust root in force: as it was verified, or verified anew where it was by another or where time
 * has changed it. Undefined where nobody looks (no trust root), or nobody could.
 */
export async function evidenceForJudging(
  store: Store,
  row: EvidenceRow | undefined,
  { trust, now }: { readonly trust: TrustInForce | undefined; readonly now: Date },
): Promise<JudgedEvidence | undefined> {
  if (trust === undefined || row === undefined || row.digest === null) return undefined;
  const { verified, verifiedBy, validUntil } = row;
  const holds = validUntil === null || Date.parse(validUntil) > now.getTime();
  if (verified !== null && verifiedBy === trust.by && holds)
    return {
      evidence: JSON.parse(verified) as TrustEvidence,
      validUntil: validUntil === null ? undefined : new Date(validUntil),
    };
  const text = await evidenceFound(store, row.image);
  if (text === undefined) return undefined;
  const { kept, ...judged } = await verifyFound(text, trust, now);
  await noteVerified(store, row.image, kept);
  return judged;
}
