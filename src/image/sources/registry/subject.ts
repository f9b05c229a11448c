import { CodedError, type Digest } from '../../../model/index.ts';
import { attestationsOf, chooseManifest, isBeside, parseManifest, parsePlatform } from '../../oci/index.ts';
import { fullName, type ImageReference } from '../../reference.ts';
import type { HeldManifest, Repository } from './repository.ts';

/** What signatures and attestations of a reference are about. */
export interface Subject extends Pick<HeldManifest, 'digest' | 'mediaType'> {
  readonly sizeBytes: number;
  /** The index through which it was found. */
  readonly index?: Digest;
  /** Where it is an index itself: the images that it lists. */
  readonly listed: readonly { readonly digest: Digest; readonly mediaType: string; readonly sizeBytes: number }[];
  /** Digests of BuildKit's attestation manifests for it. */
  readonly attestations: readonly Digest[];
}

/**
 * The manifest or index that a reference points at; with a platform, the image for it.
 * @throws CodedError `image-not-found`, `platform-not-found`, `bad-manifest`.
 */
export async function findSubject(
  repository: Repository,
  reference: ImageReference,
  platform: string | undefined,
): Promise<Subject> {
  const wanted = reference.digest ?? reference.tag ?? 'latest';
  const what = `the manifest of ${fullName(reference)}`;
  const held = await repository.manifest(wanted);
  if (held === undefined) throw new CodedError('image-not-found', `${repository.label} has no ${wanted}`);
  const manifest = parseManifest(held.bytes, what);
  const itself = { digest: held.digest, mediaType: held.mediaType, sizeBytes: held.bytes.length };
  if (manifest.kind === 'image') return { ...itself, listed: [], attestations: [] };
  if (platform !== undefined) {
    const { digest, mediaType, sizeBytes } = chooseManifest(manifest, parsePlatform(platform), what);
    const attestations = attestationsOf(manifest, digest);
    return { digest, mediaType, sizeBytes, index: held.digest, listed: [], attestations };
  }
  const listed = manifest.manifests.filter((entry) => !isBeside(entry));
  return {
    ...itself,
    listed,
    attestations: manifest.manifests
      .filter((entry) => entry.annotations['vnd.docker.reference.type'] === 'attestation-manifest')
      .map(({ digest }) => digest),
  };
}
