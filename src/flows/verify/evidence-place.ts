import { type ImageReference, openRepository, type RepositoryOptions } from '../../image/index.ts';
import type { Digest } from '../../model/index.ts';
import type { RawClaim } from '../../trust/index.ts';
import { openSearch, rawBundles, rawTaggedAttestations, rawTaggedSignatures, type Wanted } from './gather-claims.ts';

/** Bundles first; then the tags of older cosigns. */
export const claimKinds = ['bundles', 'tagged-signatures', 'tagged-attestations'] as const;
export type ClaimKind = (typeof claimKinds)[number];

/** Where what vouches for images is looked for: a repository, or what was kept of one. */
export interface EvidencePlace {
  /** `registry/repository` */
  readonly label: string;
  find(kind: ClaimKind, subject: Digest): Promise<readonly RawClaim[]>;
  close(): void;
}

export type OpenPlace = (reference: ImageReference, wanted: Wanted) => EvidencePlace;

/** Places in registries. */
export function inRegistries(options: RepositoryOptions): OpenPlace {
  return (reference, wanted) => {
    const repository = openRepository(reference, options);
    const search = openSearch(repository, wanted);
    const find = {
      bundles: rawBundles,
      'tagged-signatures': rawTaggedSignatures,
      'tagged-attestations': rawTaggedAttestations,
    } as const satisfies Readonly<Record<ClaimKind, unknown>>;
    return {
      label: repository.label,
      find: (kind, subject) => find[kind](search, subject),
      close: () => repository.close(),
    };
  };
}
