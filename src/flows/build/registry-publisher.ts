import { copyImage, type ImageTarget, type ManifestToPut, openTarget } from '../../image/copy/index.ts';
import { openImage, type RepositoryOptions } from '../../image/index.ts';
import type { Digest } from '../../model/index.ts';
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
  const pushed = new Map<Digest, ManifestToPut>();
  const opening = { ...registry, platform: undefined };

  async function inTarget<T>(repository: string, work: (target: ImageTarget) => Promise<T>): Promise<T> {
    const { target } = await openTarget(repository, opening);
    try {
      return await work(target);
    } finally {
      target.close();
    }
  }

  return {
    async push(layout, repository) {
      const image = await openImage(`layout:${layout}`, opening);
      try {
        const { cacheDirectory, signal } = registry;
        const copied = await inTarget(repository, (target) =>
          copyImage(image, target, { tags: [], cacheDirectory, signal }),
        );
        pushed.set(copied.digest, copied);
        return copied.digest;
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
    tag: (repository, digest, tag) => inTarget(repository, (target) => target.putManifest(pushed.get(digest)!, tag)),
  };
}
