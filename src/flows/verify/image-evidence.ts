import { openRepository, type RepositoryOptions } from '../../image/index.ts';
import type { ImageRecord, TrustEvidence } from '../../model/index.ts';
import type { TrustRoot } from '../../trust/index.ts';
import { type AskCatalogue, withBaseStandings } from './base-standing.ts';
import { subjectOfRecord } from './subject-of-record.ts';
import { examineImage } from './verify-image.ts';

export interface EvidenceOptions {
  readonly root: TrustRoot;
  readonly now: Date;
  readonly registry: RepositoryOptions;
  /** The organisation's catalogue of bases. */
  readonly catalogue?: AskCatalogue;
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
  if (found === undefined) return undefined;
  const { root, now, registry } = options;
  const repository = openRepository(found.reference, registry);
  try {
    // A policy may ask for anything: all places are looked at.
    const asked = { wanted, isEnough: () => false, options: { root, now } };
    const { evidence } = await examineImage(repository, found.subject, asked);
    return await withBaseStandings(evidence, options);
  } finally {
    repository.close();
  }
}
