import { copyImage, openTarget } from '../../image/copy/index.ts';
import { openImage, openRepository, parseReference, type RepositoryOptions } from '../../image/index.ts';
import { CodedError, type Digest } from '../../model/index.ts';
import { attestImage } from '../attest/index.ts';
import { signImage, type SigningOptions } from '../sign/index.ts';
import type { Publisher } from './publish.ts';

export interface PublisherOptions {
  readonly registry: RepositoryOptions;
  /** Absent: nothing is signed, and no statement is pushed. */
  readonly signing?: SigningOptions;
  readonly now: Date;
}

/** Publishes to registries, signed with the builder's key as `plimsoll sign` and `attest` do. */
export function registryPublisher({ registry, signing, now }: PublisherOptions): Publisher {
  const manifests = new Map<Digest, { readonly bytes: Uint8Array; readonly mediaType: string }>();

  const opening = { ...registry, platform: undefined };

  async function putManifest(repository: string, digest: Digest, tag?: string): Promise<void> {
    const { bytes, mediaType } = manifests.get(digest)!;
    const opened = openRepository(parseReference(repository), registry);
    try {
      await opened.pushManifest(bytes, mediaType, tag);
    } finally {
      opened.close();
    }
  }

  return {
    async push(layout, repository) {
      const image = await openImage(`layout:${layout}`, opening);
      try {
        const { target } = await openTarget(repository, opening);
        try {
          const { cacheDirectory, signal } = registry;
          const digest = await copyImage(image, target, { tags: [], cacheDirectory, signal });
          const { manifest } = await image.documents();
          if (manifest === undefined) throw new CodedError('bad-layout', `${layout} has no manifest`);
          manifests.set(digest, { bytes: manifest, mediaType: 'application/vnd.oci.image.manifest.v1+json' });
          await putManifest(repository, digest);
          return digest;
        } finally {
          target.close();
        }
      } finally {
        await image.close();
      }
    },
    async sign(image) {
      if (signing !== undefined)
        await signImage(image, { ...signing, now, form: 'bundle', recursive: false, registry });
    },
    async attest(image, type, predicate) {
      if (signing === undefined) return;
      await attestImage(image, {
        ...signing,
        now,
        type,
        predicate: () => Promise.resolve(predicate),
        form: 'bundle',
        registry,
      });
    },
    tag: (repository, digest, tag) => putManifest(repository, digest, tag),
  };
}
