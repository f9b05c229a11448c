import type { ImageDependency, ReadyEngine, World } from '../../build/index.ts';
import { openImage, type OpenImageOptions, parseReference } from '../../image/index.ts';
import { CodedError, type Digest, parseDigest } from '../../model/index.ts';
import type { TakenImage } from './dockerfile-images.ts';

/** An image that a build takes in, found: exactly which it is, and how the pinned Dockerfile calls it. */
export interface PinnedImage extends ImageDependency {
  readonly pin: string;
  readonly diffIds: readonly Digest[];
}

export interface ResolveOptions {
  readonly engine: ReadyEngine;
  readonly world: World;
  readonly open: OpenImageOptions;
  /** The platform that is built for, where one was asked for. */
  readonly platform?: string;
  /** Ask the registry, also for what the engine has itself. */
  readonly pull: boolean;
}

/**
 * Finds which image a name means now, in the engine's own store or else in the registry.
 * @throws CodedError of opening images; `base-takes-images`.
 */
export async function pinImage(taken: TakenImage, options: ResolveOptions): Promise<PinnedImage> {
  const { reference, role } = taken;
  const found = await findImage(taken, options);
  if (found.onBuild.some((trigger) => /\bfrom=/.test(trigger)))
    throw new CodedError('base-takes-images', `${reference} brings instructions that take in further images`, {
      hint: 'Its ONBUILD has COPY --from or RUN --mount=from=: write these into the Dockerfile, where they can be pinned',
    });
  const { pin, digest, digestOf, diffIds } = found;
  return { role, reference, pin, digest, digestOf, diffIds };
}

/** What the name means now, where that is another image than it was; undefined too where nobody can say any more. */
export async function movedTo(
  image: PinnedImage,
  taken: TakenImage,
  options: ResolveOptions,
): Promise<Digest | undefined> {
  try {
    const { digest } = await findImage(taken, options);
    return digest === image.digest ? undefined : digest;
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

interface Found extends Pick<PinnedImage, 'pin' | 'digest' | 'digestOf' | 'diffIds'> {
  readonly onBuild: readonly string[];
}

async function findImage(taken: TakenImage, options: ResolveOptions): Promise<Found> {
  const { reference } = taken;
  if (!options.pull) {
    const local = await options.engine.localImage(reference, options.world);
    if (local !== undefined) {
      const { configDigest, diffIds, onBuild, pin, registryDigests } = local;
      const known = registryDigests.map((name) => parseDigest(name.slice(name.indexOf('@') + 1)));
      // Where a registry knows it, others can find it by that digest.
      const manifest = known.find((digest) => digest !== undefined);
      const identity =
        manifest === undefined
          ? ({ digest: configDigest, digestOf: 'config' } as const)
          : ({ digest: manifest, digestOf: 'manifest' } as const);
      return { pin, diffIds, onBuild, ...identity };
    }
  }
  const platform = taken.platform ?? options.platform;
  const image = await openImage(`registry:${reference}`, {
    ...options.open,
    ...(platform === undefined ? {} : { platform }),
  });
  await image.close();
  const { registry, repository } = parseReference(reference);
  return {
    pin: `${registry}/${repository}@${image.manifestDigest!}`,
    digest: image.manifestDigest!,
    digestOf: 'manifest',
    diffIds: image.config.diffIds,
    onBuild: image.config.config.OnBuild ?? [],
  };
}
