import {
  findSubject,
  openRepository,
  parseReference,
  type Repository,
  type RepositoryOptions,
  type Subject,
} from '../../image/index.ts';
import type { Digest, EvidenceSigner, ProvenanceFacts } from '../../model/index.ts';
import {
  type Claim,
  envelopeOf,
  examine,
  factsOf,
  isReadable,
  isRefusal,
  parseStatement,
  type TrustRoot,
} from '../../trust/index.ts';
import { bundleClaims, openSearch, taggedAttestations } from './gather-claims.ts';
import { unsignedProvenance } from './unsigned-provenance.ts';

/** Provenance of an image, and how far it can be believed. */
export interface FoundProvenance {
  readonly where: string;
  /** `verified`: an enrolled builder signed it. `signed`: someone did, nobody checked who. */
  readonly standing: 'verified' | 'refused' | 'signed' | 'unsigned';
  readonly signer?: EvidenceSigner;
  /** Why it does not count. */
  readonly why?: string;
  readonly facts: ProvenanceFacts;
}

export interface ImageProvenance {
  readonly repository: string;
  readonly digest: Digest;
  readonly found: readonly FoundProvenance[];
}

const wanted = (type: string): boolean => type.startsWith('https://slsa.dev/provenance/');

export interface ProvenanceOptions {
  readonly root?: TrustRoot;
  readonly now: Date;
  readonly registry: RepositoryOptions;
}

/** All that says what an image was built from: signed statements about it, and what BuildKit left beside it. */
export async function imageProvenance(
  name: string,
  options: ProvenanceOptions & { readonly platform?: string },
): Promise<ImageProvenance> {
  const reference = parseReference(name.replace(/^registry:/, ''));
  const repository = openRepository(reference, options.registry);
  try {
    const subject = await findSubject(repository, reference, options.platform);
    const found = await provenanceOf(repository, subject, options);
    return { repository: repository.label, digest: subject.digest, found };
  } finally {
    repository.close();
  }
}

/** The same of an image that was found already. */
export async function provenanceOf(
  repository: Repository,
  subject: Subject,
  options: ProvenanceOptions,
): Promise<readonly FoundProvenance[]> {
  const search = openSearch(repository, wanted);
  const found: FoundProvenance[] = [];
  for (const digest of subject.index === undefined ? [subject.digest] : [subject.digest, subject.index]) {
    const claims = await bundleClaims(search, digest);
    claims.push(...(await taggedAttestations(search, digest)));
    for (const claim of claims) {
      const facts = factsIn(claim);
      if (facts !== undefined) found.push({ where: claim.where, facts, ...standingOf(claim) });
    }
  }
  for (const { manifest, facts } of await unsignedProvenance(repository, subject.attestations))
    found.push({ where: `beside it in the index, ${manifest.slice(0, 19)}`, standing: 'unsigned', facts });
  return found;

  function standingOf(claim: Claim): Pick<FoundProvenance, 'standing' | 'signer' | 'why'> {
    if (options.root === undefined) return { standing: 'signed' };
    const image = {
      repository: repository.label,
      digest: subject.digest,
      ...(subject.index === undefined ? {} : { index: subject.index }),
      listed: subject.listed.map(({ digest }) => digest),
    };
    const { attestations, refused } = examine([claim], image, { root: options.root, now: options.now }).evidence;
    const accepted = attestations[0];
    return accepted === undefined
      ? { standing: 'refused', why: refused[0]?.what ?? 'it is no attestation' }
      : { standing: 'verified', signer: accepted.signer };
  }
}

function factsIn(claim: Claim): ProvenanceFacts | undefined {
  const envelope = isReadable(claim) ? envelopeOf(claim.bundle) : undefined;
  if (envelope === undefined) return undefined;
  const statement = parseStatement(envelope.payload);
  const facts = isRefusal(statement) ? undefined : factsOf(statement);
  return facts?.kind === 'provenance' ? facts : undefined;
}
