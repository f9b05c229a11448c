import type { Descriptor, Repository } from '../../image/index.ts';
import { CodedError, type Digest } from '../../model/index.ts';
import {
  bundleLimitBytes,
  type Claim,
  claimsOf,
  isBundleType,
  type RawClaim,
  signPredicateType,
  simpleSigningType,
} from '../../trust/index.ts';

/** Which attestations are wanted, by predicate type; signatures always are. */
export type Wanted = (predicateType: string) => boolean;

/** A repository that is searched, and how many more bytes may be read of it for one image. */
export interface Search {
  readonly repository: Repository;
  readonly wanted: Wanted;
  readonly budget: { leftBytes: number };
}

/** Bytes of bundles and envelopes that are read for one image, all together. */
const budgetBytes = 256 << 20;

/** Begins a search for what vouches for an image. */
export function openSearch(repository: Repository, wanted: Wanted): Search {
  return { repository, wanted, budget: { leftBytes: budgetBytes } };
}

const predicateAnnotation = 'dev.sigstore.bundle.predicateType';
const envelopeType = 'application/vnd.dsse.envelope.v1+json';
const payloadLimitBytes = 1 << 20;
/** Bundles and layers that are looked at for one image. */
const claimLimit = 500;
const atOnce = 4;

/** Sigstore bundles that refer to a manifest: signatures, and the attestations that are wanted. */
export async function bundleClaims(search: Search, subject: Digest): Promise<Claim[]> {
  return (await rawBundles(search, subject)).flatMap(claimsOf);
}

/** Attestations under cosign's tag `sha256-<hex>.att`. */
export async function taggedAttestations(search: Search, subject: Digest): Promise<Claim[]> {
  return (await rawTaggedAttestations(search, subject)).flatMap(claimsOf);
}

/** The bundles as they lie there. */
export async function rawBundles(search: Search, subject: Digest): Promise<RawClaim[]> {
  const { repository, wanted } = search;
  const referrers = (await repository.referrers(subject)).filter(
    ({ artifactType, mediaType }) => isBundleType(artifactType ?? '') || isBundleType(mediaType),
  );
  refuseTooMany(referrers.length, `${repository.label}: ${subject}`);
  // What says itself to be of a type that nobody asks for is not fetched: an SBOM may be large.
  const asked = referrers.filter(({ annotations }) => mayBeWanted(annotations[predicateAnnotation], wanted));
  const claims = await inOrder(asked, (referrer) => bundleClaim(search, referrer));
  return claims.flat();
}

async function bundleClaim(search: Search, referrer: Descriptor): Promise<readonly RawClaim[]> {
  const { repository, wanted } = search;
  const where = `bundle ${referrer.digest.slice(0, 19)}`;
  return readable(where, async () => {
    const { layers, annotations } = await repository.artifact(referrer.digest);
    if (!mayBeWanted(annotations[predicateAnnotation], wanted)) return [];
    const layer = layers.find(({ mediaType }) => isBundleType(mediaType));
    if (layer === undefined) throw new CodedError('bad-manifest', 'its manifest names no bundle');
    const type = annotations[predicateAnnotation] ?? referrer.annotations[predicateAnnotation];
    const bytes = await blobOf(search, layer, bundleLimitBytes);
    return [{ where, form: 'bundle', bytes, ...(type === undefined ? {} : { type }) }];
  });
}

/** Signatures under cosign's tag `sha256-<hex>.sig`, as they lie there. */
export async function rawTaggedSignatures(search: Search, subject: Digest): Promise<RawClaim[]> {
  const layers = await layersOfTag(search.repository, subject, 'sig');
  const claims = await inOrder(layers, ({ layer, where }) =>
    readable(where, async () => {
      if (layer.mediaType !== simpleSigningType) return [];
      const bytes = await blobOf(search, layer, payloadLimitBytes);
      return [{ where, form: 'signature-layer', bytes, annotations: layer.annotations }];
    }),
  );
  return claims.flat();
}

/** Attestations under cosign's tag, as they lie there. */
export async function rawTaggedAttestations(search: Search, subject: Digest): Promise<RawClaim[]> {
  const { repository, wanted } = search;
  const layers = await layersOfTag(repository, subject, 'att');
  const claims = await inOrder(layers, ({ layer, where }) =>
    readable(where, async () => {
      if (layer.mediaType !== envelopeType || !mayBeWanted(layer.annotations['predicateType'], wanted)) return [];
      const { annotations } = layer;
      const type = annotations['predicateType'];
      const bytes = await blobOf(search, layer, bundleLimitBytes);
      return [{ where, form: 'attestation-layer', bytes, annotations, ...(type === undefined ? {} : { type }) }];
    }),
  );
  return claims.flat();
}

async function layersOfTag(repository: Repository, subject: Digest, suffix: 'sig' | 'att') {
  const tag = `${subject.replace(':', '-')}.${suffix}`;
  const held = await repository.manifest(tag);
  if (held === undefined) return [];
  const { layers } = await repository.artifact(held.digest);
  refuseTooMany(layers.length, `${repository.label}:${tag}`);
  return layers.map((layer, index) => ({ layer, where: `tag ${tag.slice(0, 19)}….${suffix}, entry ${index + 1}` }));
}

/** A blob, within what is left of the budget: whoever can push must not make whoever verifies read for ever. */
function blobOf({ repository, budget }: Search, layer: Descriptor, limitBytes: number): Promise<Uint8Array> {
  // What is refused by its size alone takes nothing from the others.
  if (layer.sizeBytes <= limitBytes) budget.leftBytes -= layer.sizeBytes;
  if (budget.leftBytes < 0)
    throw new CodedError('too-large', `all bundles of the image together are larger than ${budgetBytes >> 20} MiB`);
  return repository.blob(layer, limitBytes);
}

/** Whether something that gives itself such a type is asked for: what gives itself none may be anything. */
export function mayBeWanted(predicateType: string | undefined, wanted: Wanted): boolean {
  return predicateType === undefined || predicateType === signPredicateType || wanted(predicateType);
}

function refuseTooMany(count: number, where: string): void {
  if (count > claimLimit)
    throw new CodedError(
      'too-many-signatures',
      `${where} has ${count} signatures and attestations, over ${claimLimit}`,
      {
        hint: 'Delete those that nobody needs; someone may be filling the repository',
      },
    );
}

/** What the network can't give ends the work; what is wrong with one of many is that one's refusal. */
const ends: ReadonlySet<string> = new Set([
  'registry-unreachable',
  'registry-denied',
  'registry-untrusted',
  'proxy-denied',
  'plain-http-refused',
  'offline',
  'interrupted',
]);

/** Whether an error means that a registry could not be asked, whatever it would have said. */
export function isOutOfReach({ code }: CodedError): boolean {
  return ends.has(code) && code !== 'interrupted';
}

async function readable(where: string, read: () => Promise<readonly RawClaim[]>): Promise<readonly RawClaim[]> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof CodedError) || ends.has(error.code)) throw error;
    return [{ where, form: 'unreadable', refusal: { code: 'unreadable', what: error.message } }];
  }
}

/** A few at once; the answers keep the order of the questions. */
async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += atOnce)
    results.push(...(await Promise.all(items.slice(at, at + atOnce).map(work))));
  return results;
}
