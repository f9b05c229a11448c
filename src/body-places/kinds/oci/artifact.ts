import {
  artifactDocument,
  type ArtifactToPush,
  emptyBlob,
  parseReference,
  type Repository,
} from '../../../image/index.ts';
import { CodedError, type Digest } from '../../../model/index.ts';
import type { NewBody } from '../../body-place.ts';

const artifactType = 'application/vnd.plimsoll.record.v1+json';

/** A body as an artifact: it says whose it is, so that two stores never have one and the same. */
export function artifactOf({ digest, stored, owner }: NewBody): Omit<ArtifactToPush, 'subject'> {
  return {
    artifactType,
    blob: stored,
    blobType: `${artifactType}+zstd`,
    annotations: { 'org.plimsoll.store': owner, 'org.plimsoll.content': digest },
  };
}

/** The manifest that a body speaks of, as it lies in a repository; undefined where it does not. */
export async function subjectIn(
  repository: Repository,
  { image }: NewBody,
): Promise<ArtifactToPush['subject'] | undefined> {
  if (image?.manifestDigest === undefined) return undefined;
  const held = await repository.manifest(image.manifestDigest);
  return held === undefined
    ? undefined
    : { digest: held.digest, mediaType: held.mediaType, sizeBytes: held.bytes.length };
}

/** The repository that an image came from; undefined where its name says none in so many words. */
export function ownRepository({ image }: NewBody): string | undefined {
  // What begins with a host. Anything else may be a file's name, and Docker Hub is not asked for those.
  if (image?.manifestDigest === undefined || !/^(?:localhost|[\w-]+(?:\.[\w-]+)+|[\w.-]+:\d+)[:/]/.test(image.name))
    return undefined;
  try {
    const { registry, repository } = parseReference(image.name);
    return `${registry}/${repository}`;
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

/** An artifact as it lies there, with or without a subject; one without is held by a tag, or it would be swept away. */
export function pushUnattached(
  artifact: Omit<ArtifactToPush, 'subject'> & { readonly subject?: ArtifactToPush['subject'] },
): { readonly digest: Digest; write(repository: Repository): Promise<void> } {
  const { bytes, mediaType, digest } = artifactDocument(artifact);
  return {
    digest,
    async write(repository) {
      await repository.pushBlob(emptyBlob);
      await repository.pushBlob(artifact.blob);
      await repository.pushManifest(bytes, mediaType, `plimsoll-${digest.slice(7)}`);
    },
  };
}
