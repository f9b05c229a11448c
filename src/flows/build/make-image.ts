import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { BuildParameters, ReadyEngine, SecretMount, World } from '../../build/index.ts';
import { openImage, type OpenedImage, type OpenImageOptions } from '../../image/index.ts';
import { writeImage, type WrittenImage } from '../../image/write/index.ts';
import { CodedError } from '../../model/index.ts';
import type { PinnedImage } from './resolve-images.ts';
import { checkNoSecrets } from './secrets.ts';

export interface MakeImageOptions {
  readonly engine: ReadyEngine;
  readonly world: World;
  readonly open: OpenImageOptions;
  /** A folder for all that is made. */
  readonly work: string;
  /** The folder that `parameters.context` and `.dockerfile` are relative to. */
  readonly source: string;
  /** It was written out for this build. */
  readonly sourceIsOurs: boolean;
  readonly parameters: BuildParameters;
  /** The Dockerfile with its images pinned. */
  readonly dockerfile: string;
  readonly base: PinnedImage | undefined;
  readonly mounts: readonly SecretMount[];
  readonly noCache: boolean;
  readonly plainHttp: boolean;
  /** Seconds since 1970 that no time may be beyond; undefined: the image stays as the engine made it. */
  readonly sourceDateEpoch: number | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
}

/** An image that was built, as OCI layout. */
export interface MadeImage extends WrittenImage {
  readonly layout: string;
}

/**
 * Builds, takes the image out of the engine, makes sure that it stands on the pinned base and holds no secret, and writes it
 * as OCI layout. The engine keeps nothing but its cache.
 * @throws CodedError `build-failed`, `base-not-used`, `secret-in-image`.
 */
export async function makeImage(options: MakeImageOptions): Promise<MadeImage> {
  const { world, parameters, base, engine, work } = options;
  const engineFolder = join(work, 'engine');
  mkdirSync(engineFolder);
  const built = await engine.build(
    {
      context: join(options.source, parameters.context),
      contextIsOurs: options.sourceIsOurs,
      ...writtenDockerfile(parameters),
      dockerfile: writeDockerfile(options),
      work: engineFolder,
      ...(parameters.target === undefined ? {} : { target: parameters.target }),
      ...(parameters.platform === undefined ? {} : { platform: parameters.platform }),
      buildArgs: { ...parameters.buildArgs, ...epochArgument(options) },
      network: parameters.network,
      secrets: options.mounts,
      noCache: options.noCache,
      plainHttp: options.plainHttp,
      onLine: options.onLine,
    },
    world,
  );
  try {
    const image = await openImage(built.image, options.open);
    try {
      const firstLayer = base?.diffIds.length ?? 0;
      checkBase(image, base);
      await checkNoSecrets(image, { mounts: options.mounts, firstLayer, signal: world.signal });
      const layout = join(work, 'layout');
      const latest = options.sourceDateEpoch;
      const written = await writeImage(image, layout, {
        signal: world.signal,
        annotations: options.annotations,
        labels: parameters.labels,
        ...(parameters.references[0] === undefined ? {} : { name: parameters.references[0] }),
        ...(latest === undefined ? {} : { normalise: { firstLayer, latest } }),
      });
      return { ...written, layout };
    } finally {
      await image.close();
    }
  } finally {
    await built.drop();
  }
}

function writtenDockerfile({ context, dockerfile }: BuildParameters): { readonly writtenDockerfile?: string } {
  const path = relative(context, dockerfile);
  return path.startsWith('..') ? {} : { writtenDockerfile: path };
}

/** In a folder of its own, with the ignore file that BuildKit and buildah look for beside it. */
function writeDockerfile({ work, source, parameters, dockerfile }: MakeImageOptions): string {
  const folder = join(work, 'dockerfile');
  mkdirSync(folder);
  const file = join(folder, 'Dockerfile');
  writeFileSync(file, dockerfile);
  const ignore = join(source, `${parameters.dockerfile}.dockerignore`);
  if (existsSync(ignore)) writeFileSync(`${file}.dockerignore`, readFileSync(ignore));
  return file;
}

/** BuildKit takes it by itself; others complain of arguments that nothing declares. */
function epochArgument({ sourceDateEpoch, dockerfile, engine }: MakeImageOptions): Readonly<Record<string, string>> {
  const name = 'SOURCE_DATE_EPOCH';
  const isTaken =
    /^buildkit$|^buildx$/.test(engine.name) || new RegExp(`^\\s*ARG\\s[^#\\n]*\\b${name}\\b`, 'im').test(dockerfile);
  return sourceDateEpoch === undefined || !isTaken ? {} : { [name]: String(sourceDateEpoch) };
}

function checkBase(image: OpenedImage, base: PinnedImage | undefined): void {
  if (base === undefined) return;
  const layers = image.layers.map(({ diffId }) => diffId);
  if (base.diffIds.every((diffId, index) => layers[index] === diffId)) return;
  throw new CodedError(
    'base-not-used',
    `the built image does not stand on ${base.reference} as it was pinned (${base.digest})`,
    {
      hint: 'The engine took another image, or squashed the layers: nothing was pushed or written',
    },
  );
}
