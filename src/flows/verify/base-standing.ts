import { parseReference } from '../../image/index.ts';
import {
  type BaseStanding,
  CodedError,
  parseDigest,
  type ProvenanceImage,
  type TrustEvidence,
} from '../../model/index.ts';
import {
  asksForBase,
  basesIn,
  claimsOf,
  endorsementKind,
  endorsementObjection,
  examine,
  hasEndorser,
  isNamedBase,
  type TrustRoot,
} from '../../trust/index.ts';
import type { OpenPlace } from './evidence-place.ts';
import { isOutOfReach } from './gather-claims.ts';

/** What a catalogue of bases says of an image; undefined where it does not know it. */
export type AskCatalogue = (base: ProvenanceImage) => Promise<BaseStanding | undefined>;

export interface StandingOptions {
  readonly root: TrustRoot;
  readonly now: Date;
  /** Where endorsements are looked for. */
  readonly open: OpenPlace;
  readonly catalogue?: AskCatalogue;
}

const mostBases = 50;

/**
 * The evidence with who stands behind the bases that verified provenance names: the catalogue's word counts first, then what
 * the trust root names itself, then the endorsement that lies beside the base in its registry. That is asked only where
 * somebody's endorsement would count. Nothing is added where nobody demands anything of bases.
 */
export async function withBaseStandings(evidence: TrustEvidence, options: StandingOptions): Promise<TrustEvidence> {
  if (options.catalogue === undefined && !asksForBase(options.root)) return evidence;
  const named = new Map<string, ProvenanceImage>();
  for (const { facts } of evidence.attestations)
    if (facts.kind === 'provenance')
      for (const base of basesIn(facts)) named.set(`${base.reference} ${base.digest ?? ''}`, base);
  const bases: BaseStanding[] = [];
  for (const base of [...named.values()].slice(0, mostBases)) bases.push(await standingOf(base, options));
  return { ...evidence, bases };
}

async function standingOf(base: ProvenanceImage, options: StandingOptions): Promise<BaseStanding> {
  const { root, catalogue } = options;
  const known = await catalogue?.(base);
  if (known !== undefined) return known;
  if (isNamedBase(base, root)) return { ...base, result: 'endorsed', what: `trust root ${root.name} names it` };
  const refused = (what: string): BaseStanding => ({ ...base, result: 'refused', code: 'base-not-endorsed', what });
  const beyond = catalogue === undefined ? '' : 'the catalogue does not list it, and ';
  if (root.endorsers.length === 0)
    return refused(
      root.bases.length === 0 ? 'the catalogue does not list it' : `${beyond}trust root ${root.name} does not name it`,
    );
  const digest = base.digest ?? parseDigest(base.reference.split('@', 2)[1]);
  if (digest === undefined) return refused(`${beyond}without a digest nobody can tell which image that was`);
  let reference: ReturnType<typeof parseReference>;
  try {
    reference = parseReference(base.reference);
  } catch (error) {
    if (error instanceof CodedError) return refused(`${beyond}that is no name of an image`);
    throw error;
  }
  const place = `${reference.registry}/${reference.repository}`;
  if (!hasEndorser(root, place))
    return refused(`${beyond}nobody in trust root ${root.name} may endorse bases in ${place}`);
  try {
    return { ...base, ...(await inRegistry({ ...reference, digest }, options, beyond)) };
  } catch (error) {
    if (!(error instanceof CodedError) || !isOutOfReach(error)) throw error;
    const what = `${beyond}who endorsed it could not be asked: ${error.message}`;
    return { ...base, result: 'cannot-tell', code: 'base-unreachable', what };
  }
}

/** What lies beside the base itself: the first endorsement that counts is enough. */
async function inRegistry(
  {
    digest,
    ...reference
  }: ReturnType<typeof parseReference> & { readonly digest: NonNullable<ProvenanceImage['digest']> },
  { root, now, open }: StandingOptions,
  beyond: string,
): Promise<Omit<BaseStanding, 'reference' | 'digest'>> {
  const place = open(reference, (type) => endorsementKind.types.includes(type));
  try {
    let why: string | undefined;
    for (const kind of ['bundles', 'tagged-attestations'] as const) {
      const claims = (await place.find(kind, digest)).flatMap(claimsOf);
      const { evidence, attempts } = examine(claims, { repository: place.label, digest, listed: [] }, { root, now });
      for (const { facts, signer } of evidence.attestations) {
        if (facts.kind !== 'endorsement') continue;
        const objection = endorsementObjection({ signer }, facts, root);
        if (objection === undefined)
          return {
            result: 'endorsed',
            what: `${facts.base}, endorsed by ${signer.name} as ${facts.role} on ${facts.endorsedAt.slice(0, 10)}`,
          };
        why ??= `${objection.what} (${objection.code})`;
      }
      const refused = attempts.find(
        ({ predicateType, refusal }) => refusal !== undefined && endorsementKind.types.includes(predicateType ?? ''),
      )?.refusal;
      if (refused !== undefined) why ??= `${refused.what} (${refused.code})`;
    }
    const what = why === undefined ? `nobody endorsed it in ${place.label}` : `its endorsement does not count: ${why}`;
    return { result: 'refused', code: 'base-not-endorsed', what: `${beyond}${what}` };
  } finally {
    place.close();
  }
}
