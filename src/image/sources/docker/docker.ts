import { CodedError } from '../../../model/index.ts';
import type { BlobLocation, LayerBlob, OpenedImage } from '../../image.ts';
import { checkPlatform, displayText, parseConfig } from '../../oci/index.ts';
import { parseReference } from '../../reference.ts';
import { openArchiveFile } from '../archive/index.ts';
import { type DocumentCache, documentCache } from '../document-cache.ts';
import type { OciFilesImage } from '../oci-files.ts';
import type { ImageSource, SourceOptions } from '../source.ts';
import { type Spool, spool } from '../spool.ts';
import { askEngine, readAnswer } from './engine.ts';
import { type EngineAddress, findEngine } from './engine-address.ts';
import { type InspectedImage, inspectImage } from './inspect.ts';

/** Opens an image of the Docker engine that DOCKER_HOST, the docker context or the usual socket leads to. */
export const dockerSource: ImageSource = {
  async open(target, options) {
    const engine = findEngine(options);
    if (engine === undefined)
      throw new CodedError('engine-unreachable', 'there is no Docker engine here: no socket was found', {
        hint: 'DOCKER_HOST, or a docker context, names one that is elsewhere',
      });
    checkName(target);
    const inspected = await inspectImage(engine, target, settingsOf(options));
    if (inspected === undefined)
      throw new CodedError('image-not-found', `${engine.label} has no image ${displayText(target)}`, {
        hint: `docker pull ${displayText(target)}, or scan registry:${displayText(target)}`,
      });
    return openInspected(engine, target, inspected, options);
  },
};

/** The engine's image of that name, or undefined where there is no engine, no answer, or no such image. */
export async function openIfThere(target: string, options: SourceOptions): Promise<OpenedImage | undefined> {
  const engine = findEngine(options);
  if (engine === undefined) return undefined;
  checkName(target);
  let inspected: InspectedImage | undefined;
  try {
    inspected = await inspectImage(engine, target, settingsOf(options));
  } catch (error) {
    if (error instanceof CodedError && error.code === 'engine-unreachable') return undefined;
    throw error;
  }
  return inspected === undefined ? undefined : openInspected(engine, target, inspected, options);
}

function settingsOf(options: SourceOptions): { signal: AbortSignal; stallTimeoutMs: number } {
  return { signal: options.signal, stallTimeoutMs: options.network?.stallTimeoutMs ?? 120_000 };
}

/** Names and ids only: what goes into the request's path must mean nothing else there. */
function checkName(target: string): void {
  if (!/^(?:sha256:)?[0-9a-f]{4,64}$/.test(target)) parseReference(target);
}

async function openInspected(
  engine: EngineAddress,
  target: string,
  inspected: InspectedImage,
  options: SourceOptions,
): Promise<OpenedImage> {
  const saved = savedOnDemand(engine, target, inspected, options);
  const cache = documentCache(options.cacheDirectory);
  try {
    const image =
      (inspected.hasManifest ? undefined : fromCache(cache, inspected, engine, options)) ??
      fromSaved(cache, inspected, await saved.image());
    return {
      ...image,
      name: `docker:${target}`,
      sourceKind: 'docker',
      references: inspected.references,
      layers: image.layers.map((layer, index) => ({ ...layer, locate: () => saved.locate(index) })),
      documents: async () => {
        const { config, manifest } = await (await saved.image()).image.documents();
        // Without a store for manifests the engine makes one up, which vouches for nothing.
        return inspected.hasManifest && manifest !== undefined ? { config, manifest } : { config };
      },
      close: saved.close,
    };
  } catch (error) {
    await saved.close();
    throw error;
  }
}

type EngineLayer = Omit<LayerBlob, 'locate'>;
type EngineImage = Omit<OciFilesImage['image'], 'references' | 'layers' | 'documents'> & {
  readonly layers: readonly EngineLayer[];
};

/** The configuration is what the image id vouches for, so one that is kept will do. */
function fromCache(
  cache: DocumentCache,
  inspected: InspectedImage,
  engine: EngineAddress,
  options: SourceOptions,
): EngineImage | undefined {
  const bytes = cache.get(inspected.id);
  if (bytes === undefined) return undefined;
  const config = parseConfig(bytes, `the configuration ${inspected.id}`);
  checkPlatform(config, options.platform, `${inspected.references[0] ?? inspected.id} in ${engine.label}`);
  const layers = config.diffIds.map((diffId): EngineLayer => ({ diffId, compression: 'unknown' }));
  return { configDigest: inspected.id, config, annotations: {}, attestations: [], layers };
}

function fromSaved(
  cache: DocumentCache,
  inspected: InspectedImage,
  { image, configBytes }: OciFilesImage,
): EngineImage {
  if (inspected.hasManifest) return image;
  if (image.configDigest !== inspected.id)
    throw new CodedError(
      'digest-mismatch',
      `the engine calls the image ${inspected.id} but saves the configuration ${image.configDigest}`,
    );
  cache.put(inspected.id, configBytes);
  // An engine without a store for manifests makes one up when it saves: it vouches for nothing.
  const layers = image.layers.map((layer): EngineLayer => ({ diffId: layer.diffId, compression: 'unknown' }));
  return { configDigest: image.configDigest, config: image.config, annotations: {}, attestations: [], layers };
}

/** The engine's copy of the image as a nameless temporary file, made when it is first needed. */
function savedOnDemand(engine: EngineAddress, target: string, inspected: InspectedImage, options: SourceOptions) {
  let spooled: Spool | undefined;
  let closed = false;
  let pending: Promise<OciFilesImage> | undefined;
  const image = (): Promise<OciFilesImage> => (pending ??= save());

  async function save(): Promise<OciFilesImage> {
    const file = await saveImage(engine, target, inspected, options);
    spooled = file;
    if (closed) file.close();
    const label = `the image ${displayText(target)} as saved by ${engine.label}`;
    return openArchiveFile({ path: file.path, label }, undefined, options);
  }

  return {
    image,
    async locate(index: number): Promise<BlobLocation> {
      if (closed) throw new Error('the image is closed');
      const layer = (await image()).image.layers[index];
      if (layer === undefined) throw new CodedError('bad-archive', `${engine.label} saves fewer layers than it names`);
      return layer.locate();
    },
    async close(): Promise<void> {
      closed = true;
      spooled?.close();
    },
  };
}

const savedLimitBytes = 256 * 2 ** 30;

/** Asks for the image by id, so that a tag that moves meanwhile changes nothing. */
async function saveImage(
  engine: EngineAddress,
  target: string,
  inspected: InspectedImage,
  options: SourceOptions,
): Promise<Spool> {
  const answer = await askEngine(engine, `/images/${encodeURI(inspected.id)}/get`, settingsOf(options));
  if (answer.status !== 200) {
    const body = await readAnswer(engine, answer.body, 64 << 10);
    throw new CodedError(
      'bad-engine-answer',
      `${engine.label} answers ${answer.status} when asked to save ${displayText(target)}: ${displayText(body.toString('utf8').trim())}`,
    );
  }
  const { onProgress } = options;
  try {
    return await spool(answer.body, {
      directory: options.cacheDirectory,
      limitBytes: savedLimitBytes,
      what: `${displayText(target)} from the engine`,
      signal: options.signal,
      onProgress: onProgress && ((progress) => onProgress({ ...progress, totalBytes: inspected.sizeBytes })),
    });
  } catch (cause) {
    if (cause instanceof CodedError || options.signal.aborted) throw cause;
    throw new CodedError(
      'engine-unreachable',
      `${engine.label} stopped while saving ${displayText(target)}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
