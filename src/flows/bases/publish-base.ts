import { copyImage, openTarget } from '../../image/copy/index.ts';
import { openImage } from '../../image/index.ts';
import { type Base, type BaseRelease, CodedError, type Digest, type PublishedRelease } from '../../model/index.ts';
import { attachBundle } from '../sign/index.ts';
import type { AssessBaseOptions } from './assess-base.ts';

/** What a person signs for the digest under which a release is published. */
export type Vouch = (published: Digest) => Promise<{ readonly bundle: Uint8Array; readonly predicateType: string }>;

/** Where a release is published, and what was put beside it. */
export interface Publication {
  readonly published: PublishedRelease;
  /** Manifest of the attestation. */
  readonly attestation: Digest;
}

/**
 * Copies a release to where the organisation takes its bases from, lets somebody vouch for it there, and only then moves the
 * reference's tag and the base's channels to it: what fails half-way leaves no tag that leads to it. What lies under the
 * release's own reference must still be that release.
 */
export async function publishRelease(
  { base, release, to }: { readonly base: Base; readonly release: BaseRelease; readonly to: string },
  options: AssessBaseOptions,
  vouch: Vouch,
): Promise<Publication> {
  const { platform, insecureHttp, signal, cacheDirectory, env, offline, onFetch, now } = options;
  const opening = {
    insecureHttp,
    signal,
    cacheDirectory,
    env,
    offline,
    ...(platform === undefined ? {} : { platform }),
    onProgress: ({ what, doneBytes, totalBytes }: { what: string; doneBytes: number; totalBytes?: number }) =>
      onFetch?.(what, doneBytes, totalBytes),
  };
  const image = await openImage(release.reference, opening);
  try {
    const found = image.manifestDigest ?? image.configDigest;
    if (![release.digest, ...release.aliases].includes(found))
      throw new CodedError(
        'release-moved',
        `${release.reference} is another image now: ${found}, not ${release.digest}`,
        { hint: `plimsoll base assess ${base.name} takes it in as a new release` },
      );
    const { target, tag, referenceOf } = await openTarget(to, opening);
    try {
      const manifest = await copyImage(image, target, { tags: [], cacheDirectory, signal });
      const { digest, mediaType, bytes } = manifest;
      const subject = { digest, mediaType, sizeBytes: bytes.length };
      const attestation = await attachBundle(target, subject, { ...(await vouch(digest)), now });
      for (const each of new Set([tag, ...base.channels])) await target.putManifest(manifest, each);
      return { published: { reference: referenceOf(tag), digest, at: now.toISOString() }, attestation };
    } finally {
      target.close();
    }
  } finally {
    await image.close();
  }
}
