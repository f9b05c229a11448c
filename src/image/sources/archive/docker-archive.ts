import { CodedError, type Digest, parseDigest, sha256Digest } from '../../../model/index.ts';
import type { LayerBlob } from '../../image.ts';
import {
  arrayField,
  checkPlatform,
  configLimitBytes,
  digestOf,
  displayText,
  type JsonKind,
  manifestLimitBytes,
  objectOf,
  parseConfig,
  parseJson,
  textField,
  textListField,
  verifyBytes,
} from '../../oci/index.ts';
import { type FileTree, readRange } from '../file-tree.ts';
import { type OciFilesImage, sameReference } from '../oci-files.ts';
import type { SourceOptions } from '../source.ts';

/** One image of a `docker save` archive, as its manifest.json lists it. */
export interface SavedImage {
  readonly config: string;
  readonly repoTags: readonly string[];
  readonly layers: readonly string[];
}

const imageLimit = 1024;
const layerLimit = 4096;

/** Reads manifest.json (moby image/tarexport). @throws CodedError `bad-archive`. */
export function readSavedImages(tree: FileTree): readonly SavedImage[] {
  const range = tree.find('manifest.json');
  if (range === undefined) return [];
  const kind: JsonKind = { what: `manifest.json in ${tree.label}`, code: 'bad-archive' };
  const list = arrayField(
    { images: parseJson(readRange(range, manifestLimitBytes, kind.what), kind) },
    'images',
    imageLimit,
    kind,
  );
  if (list === undefined) throw new CodedError('bad-archive', `${kind.what}: it is null`);
  return list.map((value, index) => {
    const object = objectOf(value, `entry ${index + 1}`, kind);
    const config = textField(object, 'Config', kind);
    if (config === undefined) throw new CodedError('bad-archive', `${kind.what}: entry ${index + 1} names no "Config"`);
    return {
      config,
      repoTags: textListField(object, 'RepoTags', imageLimit, kind) ?? [],
      layers: textListField(object, 'Layers', layerLimit, kind) ?? [],
    };
  });
}

/**
 * Opens the image that a selector (reference, image id) names, or the only one.
 * @throws CodedError `image-not-found`, `choose-an-image`, `bad-archive`, `bad-image-config`, `digest-mismatch`.
 */
export function openSavedImage(tree: FileTree, selector: string | undefined, options: SourceOptions): OciFilesImage {
  const saved = chooseSaved(tree, readSavedImages(tree), selector);
  const what = `the configuration ${displayText(saved.config)} of ${tree.label}`;
  const bytes = readMember(tree, saved.config, configLimitBytes, what);
  const named = digestInName(saved.config);
  if (named !== undefined) verifyBytes(bytes, named, what);
  const config = parseConfig(bytes, what);
  checkPlatform(config, options.platform, tree.label);
  if (config.diffIds.length !== saved.layers.length)
    throw new CodedError(
      'bad-image-config',
      `${what} names ${config.diffIds.length} layers but manifest.json lists ${saved.layers.length}`,
    );
  const image = {
    configDigest: named ?? digestOf(bytes),
    config,
    annotations: {},
    references: [...saved.repoTags].sort(),
    attestations: [],
    layers: saved.layers.map((name, index) => savedLayer(tree, name, config.diffIds[index]!)),
    documents: async () => ({ config: bytes }),
  };
  return { image, configBytes: bytes };
}

function savedLayer(tree: FileTree, name: string, diffId: Digest): LayerBlob {
  const range = tree.find(name);
  if (range === undefined) throw new CodedError('missing-blob', `${tree.label} lacks the layer ${displayText(name)}`);
  return {
    diffId,
    sizeBytes: range.sizeBytes,
    compression: 'unknown',
    locate: async () => ({ kind: 'file', ...range }),
  };
}

function chooseSaved(tree: FileTree, images: readonly SavedImage[], selector: string | undefined): SavedImage {
  if (images.length === 0) throw new CodedError('not-an-image', `${tree.label} holds no image`);
  const hint = `Choose with #NAME: ${images
    .slice(0, 20)
    .map((image) => displayText(image.repoTags[0] ?? image.config))
    .join(', ')}`;
  if (selector === undefined) {
    if (images.length === 1) return images[0]!;
    throw new CodedError('choose-an-image', `${tree.label} holds ${images.length} images`, { hint, kind: 'usage' });
  }
  const digest = parseDigest(selector);
  const found = images.find((image) =>
    digest === undefined
      ? image.repoTags.some((tag) => tag === selector || sameReference(tag, selector))
      : digestInName(image.config) === digest,
  );
  if (found === undefined)
    throw new CodedError('image-not-found', `${tree.label} has no image "${displayText(selector)}"`, { hint });
  return found;
}

/** Engines name a configuration by its digest: `HEX.json`, `sha256:HEX`, `blobs/sha256/HEX`. */
export function digestInName(name: string): Digest | undefined {
  const hex = /^(?:blobs\/sha256\/|sha256:)?([0-9a-f]{64})(?:\.json)?$/.exec(name)?.[1];
  return hex === undefined ? undefined : sha256Digest(hex);
}

function readMember(tree: FileTree, name: string, limitBytes: number, what: string): Uint8Array {
  const range = tree.find(name);
  if (range === undefined)
    throw new CodedError('missing-blob', `${tree.label} lacks ${what.replace(` of ${tree.label}`, '')}`);
  return readRange(range, limitBytes, what);
}
