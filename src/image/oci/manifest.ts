import { CodedError } from '../../model/index.ts';
import { annotationLimit, type Descriptor, descriptorsField, parseDescriptor } from './descriptor.ts';
import { countField, type JsonObject, objectField, objectOf, textField, textMapField, wrong } from './fields.ts';
import { type JsonKind, parseJson } from './json.ts';
import { compressionOf, configTypes, indexTypes, manifestTypes, schema1Types } from './media-types.ts';
import { displayText } from './text.ts';

/** An image manifest whose configuration and layers are those of a container image. */
export interface ImageManifest {
  readonly kind: 'image';
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** An OCI index or Docker manifest list. */
export interface ImageIndex {
  readonly kind: 'index';
  readonly manifests: readonly Descriptor[];
  readonly annotations: Readonly<Record<string, string>>;
}

const layerLimit = 4096;
const manifestLimit = 10_000;

/**
 * Reads a manifest or an index (image-spec manifest.md and image-index.md; Docker schema 2).
 * @param what stands first in messages: `the manifest of …`
 * @param contentType what the registry called it; the document's own word must not contradict it.
 * @throws CodedError `bad-manifest`; `unsupported-manifest` for schema 1; `not-an-image` for other artifacts.
 */
export function parseManifest(bytes: Uint8Array, what: string, contentType?: string): ImageManifest | ImageIndex {
  const kind: JsonKind = { what, code: 'bad-manifest' };
  const document = parseJson(bytes, kind);
  if (document === null) throw wrong(kind, 'it is null');
  const object = objectOf(document, 'it', kind);
  const own = textField(object, 'mediaType', kind);
  const said = contentType?.split(';')[0]?.trim().toLowerCase();
  if (countField(object, 'schemaVersion', kind) === 1 || schema1Types.has(own ?? '') || schema1Types.has(said ?? ''))
    throw new CodedError('unsupported-manifest', `${what} is of the old schema 1, which names no verifiable layers`, {
      hint: 'Pull the image with a current engine and push it again: that writes a current manifest',
    });
  refuseAmbiguity(object, own, said, kind);
  return Object.hasOwn(object, 'manifests') || (indexTypes.has(own ?? '') && !Object.hasOwn(object, 'config'))
    ? parseIndex(object, kind)
    : parseImage(object, own, kind);
}

/** A document that is an index to one reader and an image to another could hide one of them (image-spec, CVE-2021-41190). */
function refuseAmbiguity(object: JsonObject, own: string | undefined, said: string | undefined, kind: JsonKind): void {
  const isIndex = Object.hasOwn(object, 'manifests');
  const isImage = Object.hasOwn(object, 'config') || Object.hasOwn(object, 'layers');
  if (isIndex && isImage) throw wrong(kind, 'it is an image and an index at once');
  for (const type of [own, said]) {
    if (type === undefined) continue;
    if ((isIndex && manifestTypes.has(type)) || (isImage && indexTypes.has(type)))
      throw wrong(kind, `its media type ${displayText(type)} contradicts what it holds`);
  }
}

function parseIndex(object: JsonObject, kind: JsonKind): ImageIndex {
  const manifests = descriptorsField(object, 'manifests', manifestLimit, kind);
  return {
    kind: 'index',
    manifests: manifests ?? [],
    annotations: textMapField(object, 'annotations', annotationLimit, kind) ?? {},
  };
}

function parseImage(object: JsonObject, own: string | undefined, kind: JsonKind): ImageManifest {
  const artifactType = textField(object, 'artifactType', kind);
  const configObject = objectField(object, 'config', kind);
  if (configObject === undefined) {
    if (Object.hasOwn(object, 'blobs') || own === 'application/vnd.oci.artifact.manifest.v1+json')
      throw notAnImage(kind, artifactType ?? own ?? '');
    throw wrong(kind, '"config" is missing');
  }
  const config = parseDescriptor(configObject, '"config"', kind);
  const layers = descriptorsField(object, 'layers', layerLimit, kind);
  if (layers === undefined) throw wrong(kind, '"layers" is missing');
  if (config.mediaType !== '' && !configTypes.has(config.mediaType))
    throw notAnImage(kind, artifactType ?? config.mediaType);
  const strange = layers.find((layer) => compressionOf(layer.mediaType) === undefined);
  if (strange !== undefined) throw notAnImage(kind, artifactType ?? strange.mediaType);
  return {
    kind: 'image',
    config,
    layers,
    annotations: textMapField(object, 'annotations', annotationLimit, kind) ?? {},
  };
}

function notAnImage(kind: JsonKind, type: string): CodedError {
  return new CodedError(
    'not-an-image',
    `${kind.what} is no container image: it holds ${displayText(type) || 'something else'}`,
    {
      hint: 'Charts, signatures, attestations and other artifacts share registries with images: name the image itself',
    },
  );
}
