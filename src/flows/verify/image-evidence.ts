import { openRepository, parseReference, type RepositoryOptions } from '../../image/index.ts';
import type { ImageRecord, TrustEvidence, Verification } from '../../model/index.ts';
import type { TrustRoot } from '../../trust/index.ts';
import { type AskCatalogue, withBaseStandings } from './base-standing.ts';
import { inRegistries, type OpenPlace } from './evidence-place.ts';
import { EvidenceNotes, inKept, type KeptEvidence } from './kept-evidence.ts';
import { type RecordedSubject, subjectOfRecord } from './subject-of-record.ts';
import { unsignedProvenance } from './unsigned-provenance.ts';
import { examineImage, verifySubject } from './verify-image.ts';

/** By whose word, and when. */
export interface TrustedBy {
  readonly root: TrustRoot;
  readonly now: Date;
  /** The organisation's catalogue of bases. */
  readonly catalogue?: AskCatalogue;
}

export interface EvidenceOptions extends TrustedBy {
  readonly registry: RepositoryOptions;
}

/** SBOMs say nothing that a rule asks, and may be large. */
const wanted = (type: string): boolean => !/^https:\/\/(?:cyclonedx\.org|spdx\.dev)\//.test(type);

/**
 * All that vouches for an image that was scanned, for a judge: every signature and attestation in the repository that it
 * came from. Undefined where the image came from no registry.
 * @param references names under which the image is known, as the scan gives them.
 */
export async function imageEvidence(
  record: ImageRecord,
  references: readonly string[],
  options: EvidenceOptions,
): Promise<TrustEvidence | undefined> {
  const found = subjectOfRecord(record, references);
  return found === undefined ? undefined : evidenceAt(found, inRegistries(options.registry), options);
}

/**
 * All that vouches for an image that was scanned, as it lies in its registry, to be verified elsewhere. Undefined where the image came
 * from no registry.
 */
export async function keepEvidence(
  record: ImageRecord,
  references: readonly string[],
  options: EvidenceOptions,
): Promise<KeptEvidence | undefined> {
  const found = subjectOfRecord(record, references);
  if (found === undefined) return undefined;
  const notes = new EvidenceNotes();
  const { repository } = await evidenceAt(found, notes.over(inRegistries(options.registry)), options);
  const { digest, index, attestations } = found.subject;
  const beside = openRepository(found.reference, options.registry);
  try {
    const unsigned = await unsignedProvenance(beside, attestations);
    return {
      format: 1,
      ...{ repository, digest },
      ...(index === undefined ? {} : { index }),
      found: notes.found,
      unsigned: unsigned.map(({ facts }) => facts),
    };
  } finally {
    beside.close();
  }
}

/** What `imageEvidence` says, by what was kept; no registry is asked. */
export function evidenceFromKept(kept: KeptEvidence, by: TrustedBy): Promise<TrustEvidence> {
  return evidenceAt(subjectOfKept(kept), inKept(kept), by);
}

/** What `verifyImage` says, by what was kept; no registry is asked. */
export function verificationFromKept(kept: KeptEvidence, name: string, by: TrustedBy): Promise<Verification> {
  const { reference, subject } = subjectOfKept(kept);
  const hasUnsigned = async (): Promise<boolean> => kept.unsigned.length > 0;
  return verifySubject({ name, reference, subject, hasUnsigned }, { ...by, open: inKept(kept) });
}

async function evidenceAt(
  { reference, subject }: RecordedSubject,
  open: OpenPlace,
  by: TrustedBy,
): Promise<TrustEvidence> {
  const place = open(reference, wanted);
  try {
    // A policy may ask for anything: all places are looked at.
    const { evidence } = await examineImage(place, subject, { isEnough: () => false, options: by });
    return await withBaseStandings(evidence, { ...by, open });
  } finally {
    place.close();
  }
}

function subjectOfKept({ repository, digest, index }: KeptEvidence): RecordedSubject {
  return {
    reference: parseReference(`${repository}@${digest}`),
    subject: {
      ...{ digest, mediaType: '', sizeBytes: 0, listed: [], attestations: [] },
      ...(index === undefined ? {} : { index }),
    },
  };
}
