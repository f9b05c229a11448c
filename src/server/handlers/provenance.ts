import type { ImageRecord, Verification, VerificationStep } from '../../model/index.ts';
import {
  evidenceForJudging,
  type JudgedEvidence,
  trustInForce,
  type TrustInForce,
  verificationThere,
} from '../../flows/evidence/index.ts';
import { type ContainerRow, evidenceOf, type EvidenceRow } from '../../server-store/index.ts';
import type { ProvenanceHop } from '../contract/index.ts';
import type { Service } from '../service.ts';

/** What is known of who vouches for an image. */
export interface KnownEvidence {
  readonly trust: TrustInForce | undefined;
  readonly row: EvidenceRow | undefined;
  readonly judged: JudgedEvidence | undefined;
  /** The steps of verifying it: what was signed counts only where they say so. */
  readonly verification: Verification | undefined;
}

/** Asks what is kept of who vouches for an image, by the trust root of now. */
export async function knownEvidence({ store, options, now }: Service, digest: string): Promise<KnownEvidence> {
  const trust = await trustInForce(store, options.bases);
  const row = (await evidenceOf(store, [digest])).get(digest);
  const at = { trust, now: now() };
  const judged = await evidenceForJudging(store, row, at);
  const verification = judged === undefined ? undefined : await verificationThere(store, { digest, name: digest }, at);
  return { trust, row, judged, verification };
}

/** From commit to containers, as far as signatures, record, tags and inventory tell; what nobody knows is a gap. */
export function provenanceOf(
  record: ImageRecord,
  tags: readonly { readonly repository: string; readonly tag: string; readonly since: string }[],
  { containers, known }: { readonly containers: readonly ContainerRow[]; readonly known: KnownEvidence },
): readonly ProvenanceHop[] {
  const tag = tags[0];
  const oldest = containers.map(({ since }) => since).sort()[0];
  const hosts = new Set(containers.map(({ host }) => host));
  return [
    commitOf(record, known),
    builderOf(record, known),
    signatureOf(record, known),
    tag === undefined
      ? { kind: 'registry', known: false, detail: 'no registry is known that holds it' }
      : { kind: 'registry', known: true, detail: `${tag.repository}:${tag.tag}`, when: tag.since },
    {
      kind: 'containers',
      known: containers.length > 0,
      detail:
        containers.length === 0
          ? 'no container that we know of runs from it'
          : `${containers.length} ${containers.length === 1 ? 'container' : 'containers'} on ${[...hosts].sort().slice(0, 3).join(', ')}${hosts.size > 3 ? ` and ${hosts.size - 3} more` : ''}`,
      ...(oldest === undefined ? {} : { when: oldest }),
    },
  ];
}

/** What a builder that the trust root names says it built from; else what the image says of itself. */
function commitOf({ image }: ImageRecord, known: KnownEvidence): ProvenanceHop {
  const { judged } = known;
  const against = objectionTo(known);
  for (const { facts, signer } of judged?.evidence.attestations ?? []) {
    if (facts.kind !== 'provenance' || facts.source === undefined) continue;
    const { uri, revision } = facts.source;
    const dirty = facts.dirty === true ? ', with changes that are in no revision' : '';
    const at = revision === undefined ? '' : ` at ${revision}`;
    const detail = `${uri}${at}${dirty}, as ${signer.name} signed`;
    if (against !== undefined)
      return { kind: 'commit', known: false, standing: 'refused', detail: `${detail}; ${against}` };
    return { kind: 'commit', known: revision !== undefined, standing: 'verified', who: signer.name, detail };
  }
  const said = (name: string): string | undefined => image.annotations[name] ?? image.labels[name];
  const source = said('org.opencontainers.image.source');
  const revision = said('org.opencontainers.image.revision');
  return {
    ...{ kind: 'commit', known: revision !== undefined, standing: 'said' },
    detail:
      revision === undefined
        ? 'the image does not say which commit it was built from'
        : `${source ?? 'a source that it does not name'} at ${revision}, as the image itself says`,
    ...(revision !== undefined || source === undefined ? {} : { who: source }),
  };
}

function builderOf({ image }: ImageRecord, known: KnownEvidence): ProvenanceHop {
  const { evidence } = known.judged ?? {};
  const provenance = evidence?.attestations.find(({ facts }) => facts.kind === 'provenance');
  const made =
    image.created === undefined ? '' : `; it says of itself that it was made on ${image.created.slice(0, 10)}`;
  if (provenance?.facts.kind === 'provenance') {
    const { builderId, finishedAt } = provenance.facts;
    const { name } = provenance.signer;
    const detail = `${name} of trust root ${evidence!.trustRoot.name}${builderId === undefined ? '' : ` (${builderId})`}`;
    const against = objectionTo(known);
    if (against !== undefined)
      return { kind: 'builder', known: false, standing: 'refused', detail: `${detail}: ${against}` };
    return {
      ...{ kind: 'builder', known: true, standing: 'verified', who: name, detail },
      ...(finishedAt === undefined ? {} : { when: finishedAt }),
    };
  }
  if (evidence === undefined)
    return { kind: 'builder', known: false, standing: 'cannot-tell', detail: `${whyUntold(known)}${made}` };
  return {
    ...{ kind: 'builder', known: false, standing: 'said' },
    detail: `no builder of trust root ${evidence.trustRoot.name} says that it built it${made}`,
  };
}

function signatureOf({ image }: ImageRecord, known: KnownEvidence): ProvenanceHop {
  const { evidence } = known.judged ?? {};
  if (evidence === undefined) {
    const beside = image.attestations.length;
    const more = beside === 0 ? '' : `; ${beside} ${beside === 1 ? 'attestation lies' : 'attestations lie'} beside it`;
    return { kind: 'signature', known: false, standing: 'cannot-tell', detail: `${whyUntold(known)}${more}` };
  }
  const { signatures, refused, trustRoot, repository } = evidence;
  const first = signatures[0];
  if (first !== undefined)
    return {
      ...{ kind: 'signature', known: true, standing: 'verified' },
      who: [...new Set(signatures.map(({ signer }) => signer.name))].join(', '),
      detail: `verified by trust root ${trustRoot.name} in ${repository}`,
      ...(first.provenAt === undefined ? {} : { when: first.provenAt }),
    };
  const why = refused[0];
  if (why === undefined)
    return { kind: 'signature', known: false, standing: 'said', detail: `nobody signed it in ${repository}` };
  const count = `${refused.length} ${refused.length === 1 ? 'signature or attestation does' : 'signatures and attestations do'}`;
  return {
    ...{ kind: 'signature', known: false, standing: 'refused' },
    detail: `${count} not count in ${repository}: ${why.what} (${why.code})`,
  };
}

/** Why signed provenance does not count all the same; undefined where it does. */
function objectionTo({ verification }: KnownEvidence): string | undefined {
  const step = verification?.steps.find((each) => each.step === 'provenance');
  if (step?.result === 'pass') return undefined;
  if (step !== undefined && step.result !== 'not-asked') return told(step);
  const first = verification?.steps.find(({ result }) => result === 'fail' || result === 'cannot-tell');
  return first === undefined ? 'it was not verified' : `the image itself is not verified: ${told(first)}`;
}

function told({ what, code }: VerificationStep): string {
  return code === undefined ? what : `${what} (${code})`;
}

function whyUntold({ trust, row }: KnownEvidence): string {
  if (trust === undefined) return 'cannot tell: this server has no trust root that says whose word counts';
  if (row === undefined) return 'cannot tell: this server has not looked beside it in a registry';
  return `cannot tell: what lies beside it could not be asked for${row.problem === null ? '' : `: ${row.problem}`}`;
}
