import { openRepository, parseReference, type RepositoryOptions } from '../../image/index.ts';
import { CodedError, type ImageRecord, parseDigest, type TrustEvidence } from '../../model/index.ts';
import type { TrustRoot } from '../../trust/index.ts';
import { type AskCatalogue, withBaseStandings } from './base-standing.ts';
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
  { image }: ImageRecord,
  references: readonly string[],
  options: EvidenceOptions,
): Promise<TrustEvidence | undefined> {
  const { root, now, registry } = options;
  const { manifestDigest } = image;
  const known = references.map(readReference).filter((reference) => reference?.digest !== undefined);
  const own = known.find((reference) => reference!.digest === manifestDigest);
  if (manifestDigest === undefined || own === undefined) return undefined;
  const beside = known.find(
    (other) =>
      other!.registry === own.registry && other!.repository === own.repository && other!.digest !== manifestDigest,
  );
  const index = parseDigest(beside?.digest);
  const repository = openRepository(own, registry);
  try {
    const { evidence } = await examineImage(
      repository,
      {
        digest: manifestDigest,
        mediaType: '',
        sizeBytes: 0,
        ...(index === undefined ? {} : { index }),
        listed: [],
        attestations: image.attestations,
      },
      // A policy may ask for anything: all places are looked at.
      { wanted, isEnough: () => false, options: { root, now } },
    );
    return await withBaseStandings(evidence, options);
  } finally {
    repository.close();
  }
}

/** The image may be a path: that is no reference. */
function readReference(text: string) {
  try {
    return parseReference(text.replace(/^(?:registry|docker):/, ''));
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}
