import type { Digest } from '../../model/index.ts';
import { digestOf } from './digest-check.ts';
import { annotationLimit, type Descriptor, descriptorsField, parseDescriptor } from './descriptor.ts';
import { objectField, objectOf, textField, textMapField, wrong } from './fields.ts';
import { type JsonKind, parseJson } from './json.ts';
import { parseManifest } from './manifest.ts';

/** A manifest of anything: signatures, attestations, SBOMs (image-spec, manifest.md § Guidelines for Artifact Usage). */
export interface ArtifactManifest {
  /** What it is: its own word, else its configuration's media type. */
  readonly artifactType: string;
  readonly config?: Descriptor;
  readonly layers: readonly Descriptor[];
  /** The manifest that it speaks of. */
  readonly subject?: Digest;
  readonly annotations: Readonly<Record<string, string>>;
}

const layerLimit = 1000;
const artifactManifestType = 'application/vnd.oci.image.manifest.v1+json';
const emptyType = 'application/vnd.oci.empty.v1+json';

/**
 * Reads a manifest without asking that it be an image's.
 * @throws CodedError `bad-manifest`.
 */
export function parseArtifact(bytes: Uint8Array, what: string): ArtifactManifest {
  const kind: JsonKind = { what, code: 'bad-manifest' };
  const object = objectOf(parseJson(bytes, kind), 'it', kind);
  if (Object.hasOwn(object, 'manifests')) throw wrong(kind, 'it is an index where a manifest should be');
  const config = objectField(object, 'config', kind);
  const subject = objectField(object, 'subject', kind);
  const parsed = config === undefined ? undefined : parseDescriptor(config, '"config"', kind);
  return {
    artifactType: textField(object, 'artifactType', kind) ?? parsed?.mediaType ?? '',
    ...(parsed === undefined ? {} : { config: parsed }),
    layers: descriptorsField(object, 'layers', layerLimit, kind) ?? [],
    ...(subject === undefined ? {} : { subject: parseDescriptor(subject, '"subject"', kind).digest }),
    annotations: textMapField(object, 'annotations', annotationLimit, kind) ?? {},
  };
}

/**
 * Reads an index as a list of descriptors: what the referrers API answers, and what its fallback tag holds.
 * @throws CodedError `bad-manifest`.
 */
export function parseReferrers(bytes: Uint8Array, what: string): readonly Descriptor[] {
  const manifest = parseManifest(bytes, what);
  if (manifest.kind !== 'index') throw wrong({ what, code: 'bad-manifest' }, 'it is no index');
  return manifest.manifests;
}

/** An artifact of one blob, which refers to its subject. */
export interface ArtifactToPush {
  readonly artifactType: string;
  readonly subject: { readonly digest: Digest; readonly mediaType: string; readonly sizeBytes: number };
  readonly blob: Uint8Array;
  readonly blobType: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What stands where an artifact has no configuration (image-spec, manifest.md § Guidance for an Empty Descriptor). */
export const emptyBlob: Uint8Array = new TextEncoder().encode('{}');

/** The manifest of an artifact, and how lists of referrers name it. The same input gives the same bytes. */
export function artifactDocument(
  artifact: Omit<ArtifactToPush, 'subject'> & { readonly subject?: ArtifactToPush['subject'] },
) {
  const { artifactType, subject, blob, blobType, annotations } = artifact;
  const noted = annotations === undefined ? {} : { annotations };
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: artifactManifestType,
      artifactType,
      config: { mediaType: emptyType, digest: digestOf(emptyBlob), size: emptyBlob.length },
      layers: [{ mediaType: blobType, digest: digestOf(blob), size: blob.length }],
      ...(subject === undefined
        ? {}
        : { subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.sizeBytes } }),
      ...noted,
    }),
  );
  const digest = digestOf(bytes);
  const entry = { mediaType: artifactManifestType, digest, size: bytes.length, artifactType, ...noted };
  return { bytes, mediaType: artifactManifestType, digest, entry } as const;
}
