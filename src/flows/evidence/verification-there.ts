import { type Digest, parseDigest, type StepName, type TrustEvidence, type Verification } from '../../model/index.ts';
import { evidenceFound, evidenceOf, type Store } from '../../server-store/index.ts';
import { nobodysTrustRoot } from '../trust-root/index.ts';
import { parseKeptEvidence, verificationFromKept } from '../verify/index.ts';
import type { TrustInForce } from './trust-in-force.ts';

const steps: readonly StepName[] = ['signature', 'identity', 'subject', 'provenance', 'verdict'];
const mend = 'have the server scan it in its registry: POST /v1/scans, or the page';

/**
 * Verifies an image by the trust root of a server and what it kept of the image's registry: the steps of `plimsoll verify`. Where there
 * is no trust root or nothing is kept it can't be told.
 */
export async function verificationThere(
  store: Store,
  image: { readonly digest: string; readonly name: string },
  { trust, now }: { readonly trust: TrustInForce | undefined; readonly now: Date },
): Promise<Verification> {
  const digest = parseDigest(image.digest)!;
  if (trust === undefined)
    return untold(digest, image.name, {
      code: 'no-trust',
      what: 'the server has no trust root: nobody said whose word counts',
      mend: 'plimsoll trust apply trust.yaml --why REASON',
    });
  const row = (await evidenceOf(store, [digest])).get(digest);
  const text = row === undefined ? undefined : await evidenceFound(store, digest);
  if (text === undefined) {
    const why = row?.problem;
    const what =
      why === undefined || why === null
        ? 'the server has not looked beside it in a registry: it did not scan it there itself'
        : `the server could not look beside it: ${why}`;
    return untold(digest, image.name, { code: 'no-evidence', what, mend });
  }
  const { root, catalogue } = trust;
  return verificationFromKept(parseKeptEvidence(text), image.name, {
    ...{ root, now },
    ...(catalogue === undefined ? {} : { catalogue }),
  });
}

function untold(
  digest: Digest,
  name: string,
  why: { readonly code: string; readonly what: string; readonly mend: string },
): Verification {
  const evidence: TrustEvidence = {
    trustRoot: { name: nobodysTrustRoot.name, digest: nobodysTrustRoot.digest },
    repository: '',
    signatures: [],
    attestations: [],
    refused: [],
  };
  return {
    image: name,
    digest,
    repository: '',
    result: 'cannot-tell',
    steps: steps.map((step) =>
      step === 'signature'
        ? { step, result: 'cannot-tell', ...why }
        : { step, result: 'not-asked', what: 'not looked at: a step before it can’t be told' },
    ),
    evidence,
  };
}
