import { catalogers, preferOperatingSystem } from '../../catalog/index.ts';
import { redactText, secretsInConfiguration } from '../../catalog/index.ts';
import type { LayerBlob, OciImageConfig, OpenedImage } from '../../image/index.ts';
import { CodedError, type Digest, type ImageFacts, type ImageRecord, type Problem } from '../../model/index.ts';
import { assembleRecord, type PackageKind } from '../../record/index.ts';
import { engine } from '../engine.ts';
import { contentsVersion } from './contents-version.ts';
import { instructionsOf } from './history.ts';
import { layOver } from './lay-over.ts';
import { LayerCache } from './layer-cache.ts';
import { scanLayers } from './layer-pool.ts';
import type { LayerScan } from './layer-scan.ts';
import { setPatient } from './patient-compiler.ts';

export interface ContentsOptions {
  readonly cacheDirectory: string;
  /** Neither read nor write what was found before. */
  readonly noCache: boolean;
  readonly base?: BaseImage;
  /**
   * The stored bytes of this image were verified before and are untouched since. Otherwise layers that lie in local
   * files are hashed again even when what is in them is known: a file may have changed under the same name.
   */
  readonly verified?: boolean;
  /** The process ends soon afterwards. */
  readonly endsSoon?: boolean;
  readonly now: Date;
  readonly signal: AbortSignal;
  onProgress?(progress: ScanProgress): void;
}

/** Reading an image of more stored bytes takes long enough for thorough compilation to be worth it. */
const longBytes = 400 << 20;

/** The base image that the image is said to stand on. */
export interface BaseImage {
  readonly known: 'layers' | 'attestation' | 'annotation' | 'chain';
  readonly name?: string;
  readonly digest?: Digest;
  readonly diffIds: readonly Digest[];
}

export interface ScanProgress {
  readonly layersDone: number;
  readonly layers: number;
  readonly storedBytes: number;
  readonly totalBytes: number | undefined;
}

/** Which cataloger's packages are called what: the facts that catalogers carry, for the record's assembly. */
export const packageKinds: readonly PackageKind[] = catalogers.flatMap((cataloger) =>
  cataloger.packages.map((facts) => ({ cataloger: cataloger.name, ...facts })),
);

/** Opens every layer of an image and makes its record, advisories aside. */
export async function contentsOfImage(image: OpenedImage, options: ContentsOptions): Promise<ImageRecord> {
  const scans = await scansOf(image, options);
  return recordOf(scans, image, options);
}

async function scansOf(image: OpenedImage, options: ContentsOptions): Promise<LayerScan[]> {
  const cache = options.noCache ? undefined : new LayerCache(options.cacheDirectory, await contentsVersion());
  const scans = new Map<Digest, LayerScan>();
  const missing = new Map<Digest, LayerBlob>();
  const isLocal = image.sourceKind === 'archive' || image.sourceKind === 'layout';
  image.layers.forEach((blob, index) => {
    if (scans.has(blob.diffId) || missing.has(blob.diffId)) return;
    if (blob.compression === 'foreign')
      throw new CodedError(
        'foreign-layer',
        `layer ${index + 1} of ${image.name} (${blob.diffId}) is not distributed with the image`,
        { hint: 'scan it where it was built' },
      );
    const kept = cache?.get(blob.diffId);
    if (kept !== undefined) scans.set(blob.diffId, kept);
    if (kept === undefined || (isLocal && options.verified !== true)) missing.set(blob.diffId, blob);
  });
  if (missing.size > 0) await scanMissing(image, { missing, scans, cache, options });
  return image.layers.map(({ diffId }) => scans.get(diffId)!);
}

interface Missing {
  readonly missing: ReadonlyMap<Digest, LayerBlob>;
  readonly scans: Map<Digest, LayerScan>;
  readonly cache: LayerCache | undefined;
  readonly options: ContentsOptions;
}

async function scanMissing(image: OpenedImage, { missing, scans, cache, options }: Missing): Promise<void> {
  const jobs = [...missing.values()].map((blob) => ({
    blob,
    request: {
      diffId: blob.diffId,
      label: `layer ${image.layers.indexOf(blob) + 1} of ${image.name}`,
      spoolDirectory: options.cacheDirectory,
    },
  }));
  const sizes = jobs.map(({ blob }) => blob.sizeBytes);
  const totalBytes = sizes.every((size) => size !== undefined) ? sizes.reduce((sum, size) => sum + size, 0) : undefined;
  const read = new Map<Digest, number>();
  let done = 0;
  const progress = (): void =>
    options.onProgress?.({
      layersDone: done,
      layers: jobs.length,
      storedBytes: [...read.values()].reduce((a, b) => a + b, 0),
      totalBytes,
    });
  if (options.endsSoon === true) setPatient((totalBytes ?? Infinity) < longBytes);
  await scanLayers(jobs, {
    signal: options.signal,
    onProgress(job, storedBytes) {
      read.set(job.blob.diffId, storedBytes);
      progress();
    },
    onDone(job, scan) {
      done++;
      if (job.request.verifyOnly !== true) {
        scans.set(job.blob.diffId, scan);
        cache?.put(scan);
      }
      progress();
    },
  });
  cache?.prune(options.now);
}

function recordOf(scans: readonly LayerScan[], image: OpenedImage, options: ContentsOptions): ImageRecord {
  const over = layOver(scans);
  const { config } = image;
  const instructions = instructionsOf(config, redactText);
  const base = baseOf(image, options.base);
  const configurationSecrets = secretsInConfiguration({
    env: config.config.Env ?? [],
    labels: config.config.Labels ?? {},
    history: config.history.map(({ createdBy }) => createdBy ?? ''),
    cmd: config.config.Cmd ?? [],
    entrypoint: config.config.Entrypoint ?? [],
    healthcheck: config.config.Healthcheck ?? [],
  });
  const problems: Problem[] = [...over.problems, ...base.problems];
  return assembleRecord(
    {
      engine,
      image: imageFacts(image),
      layers: scans.map((scan, index) => ({
        diffId: scan.diffId,
        ...(image.layers[index]?.digest === undefined ? {} : { digest: image.layers[index].digest }),
        sizeBytes: scan.sizeBytes,
        entries: scan.entries,
        ...(instructions[index] === undefined ? {} : { instruction: instructions[index] }),
        share: over.shares[index]!,
      })),
      ...(base.facts === undefined ? {} : { base: base.facts }),
      items: over.items,
      packageKinds,
      symlinks: over.symlinks,
      hardLinks: over.hardLinks,
      preferOperatingSystem,
      problems,
      textFiles: scans.reduce((sum, { textFiles }) => sum + textFiles, 0),
    },
    configurationSecrets,
  );
}

function baseOf(image: OpenedImage, base: BaseImage | undefined): { facts?: ImageRecord['base']; problems: Problem[] } {
  if (base === undefined) return { problems: [] };
  const named = {
    known: base.known,
    ...(base.name === undefined ? {} : { name: base.name }),
    ...(base.digest === undefined ? {} : { digest: base.digest }),
  };
  const isBase =
    base.diffIds.length <= image.layers.length &&
    base.diffIds.every((diffId, index) => image.layers[index]!.diffId === diffId);
  if (isBase) return { facts: { ...named, layers: base.diffIds.length }, problems: [] };
  const message = `the image does not stand on ${base.name ?? base.digest ?? 'the given base'}: its lowest layers are others, so all of it counts as the application`;
  return { problems: [{ code: 'not-the-base', message, source: 'image', hides: 'nothing' }] };
}

/** The image as the record names it: configuration values that hold secrets are redacted. */
function imageFacts(image: OpenedImage): ImageFacts {
  const { config } = image;
  const platform =
    config.os === undefined
      ? undefined
      : [config.os, config.architecture ?? 'unknown', config.variant].filter((part) => part !== undefined).join('/');
  return {
    digest: image.manifestDigest ?? image.configDigest,
    ...(image.manifestDigest === undefined ? {} : { manifestDigest: image.manifestDigest }),
    configDigest: image.configDigest,
    ...(platform === undefined ? {} : { platform }),
    ...(config.created === undefined ? {} : { created: config.created }),
    kind: 'image',
    configuration: configurationOf(config),
    labels: redactValues(config.config.Labels ?? {}),
    annotations: redactValues(image.annotations),
    attestations: image.attestations,
  };
}

function configurationOf({ config }: OciImageConfig): ImageFacts['configuration'] {
  return {
    ...(config.User === undefined ? {} : { user: config.User }),
    ...(config.Entrypoint === undefined ? {} : { entrypoint: redactWords(config.Entrypoint) }),
    ...(config.Cmd === undefined ? {} : { cmd: redactWords(config.Cmd) }),
    ...(config.WorkingDir === undefined ? {} : { workingDir: config.WorkingDir }),
    env: (config.Env ?? []).map(redactText),
    exposedPorts: [...(config.ExposedPorts ?? [])].sort(),
    volumes: [...(config.Volumes ?? [])].sort(),
    ...(config.StopSignal === undefined ? {} : { stopSignal: config.StopSignal }),
    ...(config.Healthcheck === undefined ? {} : { healthcheck: redactWords(config.Healthcheck) }),
    ...(config.Shell === undefined ? {} : { shell: config.Shell }),
  };
}

function redactValues(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, redactAfter(`${key}=`, value)]),
  );
}

/** Words of a command: what a switch before a word says of it counts. */
function redactWords(words: readonly string[]): string[] {
  return words.map((word, index) => redactAfter(index === 0 ? '' : `${words[index - 1]!} `, word));
}

/** A text as it is told where a name before it gives it away: `password=`, `--token `. */
function redactAfter(before: string, text: string): string {
  const alone = redactText(text);
  const together = redactText(before + text);
  return alone === text && together.startsWith(before) ? together.slice(before.length) : alone;
}
