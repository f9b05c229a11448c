import { CodedError, type Digest, parseDigest } from '../../model/index.ts';
import type { LayerBlob, OpenedImage } from '../image.ts';
import {
  compressionOf,
  type Descriptor,
  digestOf,
  displayText,
  manifestLimitBytes,
  objectOf,
  parseJson,
  parseManifest,
  resolveImage,
  type ResolvedImage,
  type RootDocument,
  textField,
  verifyBytes,
} from '../oci/index.ts';
import { fullName, parseReference } from '../reference.ts';
import { type FileRange, type FileTree, readRange } from './file-tree.ts';
import { blobName, holdsWhole } from './held-blobs.ts';
import type { SourceOptions } from './source.ts';

/** What of an opened image the files of an OCI layout give (image-spec, image-layout.md). */
export interface OciFilesImage {
  readonly image: Omit<OpenedImage, 'name' | 'sourceKind' | 'close'>;
  /** The configuration as it was verified. */
  readonly configBytes: Uint8Array;
}

const nameAnnotations = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'] as const;

/**
 * Opens the image that a selector (tag, reference or digest) names, or the only one.
 * @throws CodedError `bad-layout`, `image-not-found`, `choose-an-image`, and those of reading documents.
 */
export async function openOciFiles(
  tree: FileTree,
  selector: string | undefined,
  options: SourceOptions,
): Promise<OciFilesImage> {
  checkVersion(tree);
  const { root, entries } = chooseRoot(tree, selector);
  const read = async (descriptor: Descriptor, limitBytes: number): Promise<Uint8Array> =>
    readRange(blobRange(tree, descriptor.digest), limitBytes, `${tree.label}: blob ${descriptor.digest}`);
  const resolved = await resolveImage(root, read, options.platform, holdsWhole(tree));
  const image = {
    manifestDigest: resolved.manifestDigest,
    configDigest: resolved.manifest.config.digest,
    config: resolved.config,
    annotations: resolved.annotations,
    references: referencesOf(entries),
    attestations: resolved.attestations,
    layers: layersOf(tree, resolved),
    documents: async () => ({ config: resolved.configBytes, manifest: resolved.manifestBytes }),
  };
  return { image, configBytes: resolved.configBytes };
}

/** Whether the layout's index lists nothing. */
export function isEmptyIndex(tree: FileTree): boolean {
  const range = tree.find('index.json');
  const what = `index.json of ${tree.label}`;
  const index = range && parseManifest(readRange(range, manifestLimitBytes, what), what);
  return index?.kind === 'index' && index.manifests.length === 0;
}

function checkVersion(tree: FileTree): void {
  const range = tree.find('oci-layout');
  if (range === undefined) throw new CodedError('bad-layout', `${tree.label} has no file oci-layout`);
  const kind = { what: `oci-layout in ${tree.label}`, code: 'bad-layout' } as const;
  const version = textField(
    objectOf(parseJson(readRange(range, 64 << 10, kind.what), kind), 'it', kind),
    'imageLayoutVersion',
    kind,
  );
  if (version === undefined || !version.startsWith('1.'))
    throw new CodedError(
      'bad-layout',
      `${tree.label} is of the layout version "${displayText(version ?? 'none')}"; 1.x is understood`,
    );
}

function chooseRoot(
  tree: FileTree,
  selector: string | undefined,
): { root: RootDocument; entries: readonly Descriptor[] } {
  const range = tree.find('index.json');
  if (range === undefined) throw new CodedError('bad-layout', `${tree.label} has no file index.json`);
  const what = `index.json of ${tree.label}`;
  const bytes = readRange(range, manifestLimitBytes, what);
  const index = parseManifest(bytes, what);
  if (index.kind !== 'index') throw new CodedError('bad-layout', `${what} is no index`);
  const digest = parseDigest(selector);
  if (digest !== undefined) return rootByDigest(tree, index.manifests, digest);
  const named = selector === undefined ? index.manifests : index.manifests.filter((entry) => isNamed(entry, selector));
  if (named.length === 0)
    throw selector === undefined
      ? new CodedError('not-an-image', `${tree.label} holds no image`)
      : new CodedError('image-not-found', `${tree.label} has no image "${displayText(selector)}"`, {
          hint: offer(index.manifests),
        });
  const images = named.filter((entry) => entry.platform?.os !== 'unknown');
  const only = images.length === 1 ? images[0]! : undefined;
  const isWhole = only === undefined || named.length > 1;
  if (only === undefined && new Set(images.map(nameOf)).size > 1)
    throw new CodedError('choose-an-image', `${tree.label} holds ${images.length} images`, {
      hint: offer(images),
      kind: 'usage',
    });
  if (isWhole && named.length === index.manifests.length)
    return {
      root: { bytes, digest: digestOf(bytes), what: `the index of ${tree.label}` },
      entries: only === undefined ? images : [only],
    };
  const entry = only ?? images[0]!;
  return { root: rootOf(tree, entry), entries: [entry] };
}

function rootByDigest(
  tree: FileTree,
  entries: readonly Descriptor[],
  digest: Digest,
): { root: RootDocument; entries: readonly Descriptor[] } {
  const entry = entries.find((candidate) => candidate.digest === digest);
  if (entry !== undefined) return { root: rootOf(tree, entry), entries: [entry] };
  const range = tree.find(blobName(digest));
  if (range === undefined)
    throw new CodedError('image-not-found', `${tree.label} has no image ${digest}`, { hint: offer(entries) });
  const found: Descriptor = { mediaType: '', digest, sizeBytes: range.sizeBytes, annotations: {} };
  return { root: rootOf(tree, found), entries: [] };
}

function rootOf(tree: FileTree, entry: Descriptor): RootDocument {
  const what = `the manifest of ${tree.label}`;
  const bytes = readRange(blobRange(tree, entry.digest), manifestLimitBytes, `${what} (${entry.digest})`);
  if (bytes.length !== entry.sizeBytes)
    throw new CodedError(
      'size-mismatch',
      `${what} (${entry.digest}) should have ${entry.sizeBytes} bytes but has ${bytes.length}`,
    );
  verifyBytes(bytes, entry.digest, what);
  return {
    bytes,
    digest: entry.digest,
    what,
    contentType: entry.mediaType || undefined,
    annotations: entry.annotations,
  };
}

function layersOf(tree: FileTree, resolved: ResolvedImage): readonly LayerBlob[] {
  return resolved.manifest.layers.map((layer, index) => {
    const diffId = resolved.config.diffIds[index]!;
    const compression = compressionOf(layer.mediaType) ?? 'unknown';
    const range = tree.find(blobName(layer.digest));
    if (range === undefined && compression !== 'foreign')
      throw new CodedError('missing-blob', `${tree.label} lacks layer ${index + 1}, the blob ${layer.digest}`);
    if (range !== undefined && range.sizeBytes !== layer.sizeBytes)
      throw new CodedError(
        'size-mismatch',
        `layer ${index + 1} of ${tree.label} (${layer.digest}) should have ${layer.sizeBytes} bytes but has ${range.sizeBytes}`,
      );
    return {
      diffId,
      digest: layer.digest,
      sizeBytes: layer.sizeBytes,
      // A layer that need not be distributed may lie here all the same: then it can be read.
      compression: range !== undefined && compression === 'foreign' ? 'unknown' : compression,
      locate: async () => {
        if (range === undefined) throw foreignLayer(layer.digest, tree.label);
        return { kind: 'file', ...range };
      },
    };
  });
}

/** The error of a layer that its publisher keeps elsewhere. */
export function foreignLayer(digest: Digest, label: string): CodedError {
  return new CodedError('foreign-layer', `the layer ${digest} of ${label} is not distributable and lies elsewhere`, {
    hint: 'Save the image from an engine that has run it: its archive holds all layers',
  });
}

function blobRange(tree: FileTree, digest: Digest): FileRange {
  const range = tree.find(blobName(digest));
  if (range === undefined) throw new CodedError('missing-blob', `${tree.label} lacks the blob ${digest}`);
  return range;
}

function nameOf(entry: Descriptor): string {
  for (const key of nameAnnotations) if (entry.annotations[key] !== undefined) return entry.annotations[key];
  return '';
}

function isNamed(entry: Descriptor, selector: string): boolean {
  const names = nameAnnotations.map((key) => entry.annotations[key]).filter((name) => name !== undefined);
  return names.some((name) => name === selector || sameReference(name, selector));
}

/** Whether two names mean the same image once registry, repository and tag are filled in. */
export function sameReference(a: string, b: string): boolean {
  try {
    return fullName(parseReference(a)) === fullName(parseReference(b));
  } catch {
    return false;
  }
}

function referencesOf(entries: readonly Descriptor[]): readonly string[] {
  const names = entries.map(nameOf).filter((name) => name.includes('/') || name.includes(':'));
  return [...new Set(names)].sort();
}

function offer(entries: readonly Descriptor[]): string {
  const names = entries.slice(0, 20).map((entry) => displayText(nameOf(entry) || entry.digest));
  return names.length === 0
    ? 'It holds none'
    : `Choose with #NAME or @DIGEST: ${names.join(', ')}${entries.length > 20 ? ', …' : ''}`;
}
