import type { Repository } from '../../image/index.ts';
import { CodedError, type Digest, type ProvenanceFacts } from '../../model/index.ts';
import { factsOf, isRefusal, parseStatement, type Statement } from '../../trust/index.ts';

const statementLimitBytes = 16 << 20;
const manifestLimit = 50;

/** Provenance that a builder left beside an image, and that nobody signed. */
export interface UnsignedProvenance {
  /** Digest of the attestation manifest. */
  readonly manifest: Digest;
  readonly facts: ProvenanceFacts;
  readonly statement: Statement;
}

/**
 * Reads the provenance that BuildKit puts into an image's index (moby/buildkit, docs/attestations/attestation-storage.md).
 * What can't be read is left out: nobody is asked to believe it anyway.
 */
export async function unsignedProvenance(
  repository: Repository,
  manifests: readonly Digest[],
): Promise<UnsignedProvenance[]> {
  const found: UnsignedProvenance[] = [];
  for (const manifest of manifests.slice(0, manifestLimit)) {
    try {
      const { layers } = await repository.artifact(manifest);
      for (const layer of layers) {
        const type = layer.annotations['in-toto.io/predicate-type'];
        if (layer.mediaType !== 'application/vnd.in-toto+json') continue;
        if (type !== undefined && !type.startsWith('https://slsa.dev/provenance/')) continue;
        const statement = parseStatement(await repository.blob(layer, statementLimitBytes));
        if (isRefusal(statement)) continue;
        const facts = factsOf(statement);
        if (facts?.kind === 'provenance') found.push({ manifest, facts, statement });
      }
    } catch (error) {
      if (!(error instanceof CodedError) || !['bad-manifest', 'image-not-found', 'too-large'].includes(error.code))
        throw error;
    }
  }
  return found;
}
