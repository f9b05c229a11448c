import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type TarMember, type TarOptions, writeTar } from './tar-writer.ts';

/** A file by its contents, or with more said about it. */
export type FileSpec = string | Uint8Array | Omit<TarMember, 'name'>;

export interface LayerSpec {
  /** Absolute paths; parent folders come by themselves. Whiteouts: `/dir/.wh.name`, `/dir/.wh..wh..opq`. */
  readonly files?: Readonly<Record<string, FileSpec>>;
  /** Members exactly as they are, after the files. */
  readonly members?: readonly TarMember[];
  readonly tar?: TarOptions;
  /** The layer's tar as it is, instead of all that. */
  readonly rawTar?: Uint8Array;
  /** What the history says made it. */
  readonly instruction?: string;
  /** Default gzip. */
  readonly compression?: 'gzip' | 'zstd' | 'none';
}

export interface ImageSpec {
  readonly layers?: readonly LayerSpec[];
  /** The configuration's `config`: User, Env, Entrypoint, Labels … */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Default linux/amd64. */
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly created?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Which media types. Default oci. */
  readonly flavour?: 'oci' | 'docker';
  /** Instructions that made no layer, after those that did. */
  readonly emptyInstructions?: readonly string[];
  /** Members of the configuration that replace what the builder writes: for broken images. */
  readonly configOverrides?: Readonly<Record<string, unknown>>;
  /** Members of the manifest that replace what the builder writes. */
  readonly manifestOverrides?: Readonly<Record<string, unknown>>;
}

export interface BuiltBlob {
  readonly digest: string;
  readonly bytes: Buffer;
  readonly mediaType: string;
}

export interface BuiltLayer extends BuiltBlob {
  readonly diffId: string;
  readonly tar: Buffer;
}

export interface BuiltImage {
  readonly kind: 'image';
  readonly config: BuiltBlob;
  readonly layers: readonly BuiltLayer[];
  readonly manifest: BuiltBlob;
  readonly platform: { readonly os: string; readonly architecture: string; readonly variant?: string };
}

export interface BuiltIndex {
  readonly kind: 'index';
  readonly manifest: BuiltBlob;
  readonly images: readonly BuiltImage[];
}

const mediaTypes = {
  oci: {
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    index: 'application/vnd.oci.image.index.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    none: 'application/vnd.oci.image.layer.v1.tar',
    gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
    zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  },
  docker: {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    none: 'application/vnd.docker.image.rootfs.diff.tar',
    gzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    zstd: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
  },
} as const;

/** The SHA-256 of bytes as a digest. */
export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Builds an image in memory; the same description gives the same digests. */
export function buildImage(spec: ImageSpec = {}): BuiltImage {
  const types = mediaTypes[spec.flavour ?? 'oci'];
  const platform = spec.platform ?? { os: 'linux', architecture: 'amd64' };
  const created = spec.created ?? '2026-01-02T03:04:05Z';
  const known = new Set<string>();
  const specs = spec.layers ?? [{ files: { '/hello.txt': 'ahoy\n' }, instruction: 'COPY hello.txt /' }];
  const layers = specs.map((layer) => buildLayer(layer, known, types));
  const history = [
    ...specs.map((layer, index) => ({ created, created_by: layer.instruction ?? `COPY layer-${index} /` })),
    ...(spec.emptyInstructions ?? []).map((text) => ({ created, created_by: text, empty_layer: true })),
  ];
  const config = jsonBlob(types.config, {
    created,
    ...platform,
    config: spec.config ?? {},
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
    history,
    ...spec.configOverrides,
  });
  const manifest = jsonBlob(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
    ...(spec.annotations === undefined ? {} : { annotations: spec.annotations }),
    ...spec.manifestOverrides,
  });
  return { kind: 'image', config, layers, manifest, platform };
}

export interface IndexOptions {
  readonly flavour?: 'oci' | 'docker';
  readonly annotations?: Readonly<Record<string, string>>;
  /** Adds BuildKit's attestation manifest for each image. */
  readonly attestations?: boolean;
}

/** An index over images, as BuildKit and `docker manifest` write it. */
export function buildIndex(images: readonly BuiltImage[], options: IndexOptions = {}): BuiltIndex {
  const types = mediaTypes[options.flavour ?? 'oci'];
  const beside = options.attestations ? images.map(attestationFor) : [];
  const manifest = jsonBlob(types.index, {
    schemaVersion: 2,
    mediaType: types.index,
    manifests: [
      ...images.map((image) => ({ ...descriptorOf(image.manifest), platform: image.platform })),
      ...beside.map((attestation, index) => ({
        ...descriptorOf(attestation.manifest),
        annotations: {
          'vnd.docker.reference.type': 'attestation-manifest',
          'vnd.docker.reference.digest': images[index]!.manifest.digest,
        },
        platform: { architecture: 'unknown', os: 'unknown' },
      })),
    ],
    ...(options.annotations === undefined ? {} : { annotations: options.annotations }),
  });
  return { kind: 'index', manifest, images: [...images, ...beside] };
}

function attestationFor(image: BuiltImage): BuiltImage {
  const statement = jsonBlob('application/vnd.in-toto+json', {
    _type: 'https://in-toto.io/Statement/v0.1',
    subject: [{ name: 'image', digest: { sha256: image.manifest.digest.slice(7) } }],
    predicateType: 'https://slsa.dev/provenance/v0.2',
    predicate: {},
  });
  const config = jsonBlob(mediaTypes.oci.config, {
    architecture: 'unknown',
    os: 'unknown',
    config: {},
    rootfs: { type: 'layers', diff_ids: [statement.digest] },
  });
  const manifest = jsonBlob(mediaTypes.oci.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.oci.manifest,
    config: descriptorOf(config),
    layers: [descriptorOf(statement)],
  });
  return {
    kind: 'image',
    config,
    layers: [{ ...statement, diffId: statement.digest, tar: statement.bytes }],
    manifest,
    platform: { os: 'unknown', architecture: 'unknown' },
  };
}

function buildLayer(spec: LayerSpec, known: Set<string>, types: (typeof mediaTypes)['oci' | 'docker']): BuiltLayer {
  const tar =
    spec.rawTar === undefined
      ? writeTar([...membersOf(spec.files ?? {}, known), ...(spec.members ?? [])], spec.tar)
      : Buffer.from(spec.rawTar);
  const compression = spec.compression ?? 'gzip';
  const bytes = compression === 'gzip' ? gzipSync(tar) : compression === 'zstd' ? zstdCompressSync(tar) : tar;
  return { digest: sha256(bytes), bytes, mediaType: types[compression], diffId: sha256(tar), tar };
}

/** Files in the order given, each after its folders that no layer has named yet, as COPY makes them. */
function membersOf(files: Readonly<Record<string, FileSpec>>, known: Set<string>): TarMember[] {
  const members: TarMember[] = [];
  for (const [path, spec] of Object.entries(files)) {
    const parts = path.split('/').filter((part) => part !== '');
    for (let i = 1; i < parts.length; i++) {
      const folder = parts.slice(0, i).join('/');
      if (!known.has(folder)) members.push({ name: `${folder}/`, type: 'directory' });
      known.add(folder);
    }
    const member = typeof spec === 'string' || spec instanceof Uint8Array ? { content: spec } : spec;
    const name = parts.join('/');
    known.add(name);
    members.push({ ...member, name: member.type === 'directory' ? `${name}/` : name });
  }
  return members;
}

export function jsonBlob(mediaType: string, value: unknown): BuiltBlob {
  const bytes = Buffer.from(JSON.stringify(value));
  return { digest: sha256(bytes), bytes, mediaType };
}

export function descriptorOf(blob: BuiltBlob): { mediaType: string; digest: string; size: number } {
  return { mediaType: blob.mediaType, digest: blob.digest, size: blob.bytes.length };
}

/** All blobs that an image or index needs, each once; manifests of an index before the index. */
export function blobsOf(built: BuiltImage | BuiltIndex): readonly BuiltBlob[] {
  const all =
    built.kind === 'image'
      ? [...built.layers, built.config, built.manifest]
      : [...built.images.flatMap(blobsOf), built.manifest];
  return [...new Map(all.map((blob) => [blob.digest, blob])).values()];
}
