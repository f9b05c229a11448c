import { CodedError, parseDigest } from '../../../model/index.ts';
import type { LayerBlob } from '../../image.ts';
import {
  algorithmOf,
  compressionOf,
  type Descriptor,
  digestOf,
  manifestLimitBytes,
  resolveImage,
  type ResolvedImage,
  type RootDocument,
  verifyBytes,
} from '../../oci/index.ts';
import { fullName, type ImageReference, parseReference } from '../../reference.ts';
import { type DocumentCache, documentCache } from '../document-cache.ts';
import { foreignLayer } from '../oci-files.ts';
import type { ImageSource, SourceOptions } from '../source.ts';
import { readBlob } from './blob-stream.ts';
import { openRegistryClient, type RegistryClient } from './client.ts';
import { readWhole } from './whole-document.ts';

const accepted = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** Opens an image of a registry (distribution-spec 1.1). */
export const registrySource: ImageSource = {
  async open(target, options) {
    const reference = parseReference(target);
    if (options.offline)
      throw new CodedError('offline', `${fullName(reference)} lies in a registry, and --offline forbids the network`, {
        hint: 'Save it to a file while online: docker save, or skopeo copy',
      });
    const client = await openRegistryClient(reference, options);
    try {
      const root = await readRoot(client, reference, options);
      const cache = documentCache(options.cacheDirectory);
      const resolved = await resolveImage(
        root,
        (descriptor, limit, use) => readDocument(client, cache, descriptor, { limit, use, signal: options.signal }),
        options.platform,
      );
      return {
        name: `registry:${target}`,
        sourceKind: 'registry',
        manifestDigest: resolved.manifestDigest,
        configDigest: resolved.manifest.config.digest,
        config: resolved.config,
        annotations: resolved.annotations,
        references: referencesOf(reference, root, resolved),
        attestations: resolved.attestations,
        layers: layersOf(client, resolved, options),
        documents: async () => ({ config: resolved.configBytes, manifest: resolved.manifestBytes }),
        close: async () => client.close(),
      };
    } catch (error) {
      client.close();
      throw withPrefixHint(error, target);
    }
  },
};

async function readRoot(
  client: RegistryClient,
  reference: ImageReference,
  options: SourceOptions,
): Promise<RootDocument> {
  const what = `the manifest of ${fullName(reference)}`;
  const wanted = reference.digest ?? reference.tag ?? 'latest';
  const request = { limit: manifestLimitBytes, what, accept: accepted, signal: options.signal };
  const { bytes, headers } = (await readWhole(client, `manifests/${wanted}`, request))!;
  const said = parseDigest(headers['docker-content-digest']);
  for (const digest of [reference.digest, said]) if (digest !== undefined) verifyBytes(bytes, digest, what);
  const digest = reference.digest ?? said ?? digestOf(bytes);
  return { bytes, digest, what, contentType: headers['content-type'] };
}

interface DocumentRequest {
  readonly limit: number;
  readonly use: 'manifest' | 'config';
  readonly signal: AbortSignal;
}

/** A document by digest: kept ones are not fetched again. The caller verifies it, so only true bytes are kept. */
async function readDocument(
  client: RegistryClient,
  cache: DocumentCache,
  descriptor: Descriptor,
  { limit, use, signal }: DocumentRequest,
): Promise<Uint8Array> {
  const kept = cache.get(descriptor.digest);
  if (kept !== undefined) return kept;
  const path = use === 'manifest' ? `manifests/${descriptor.digest}` : `blobs/${descriptor.digest}`;
  const what = `the ${use} ${descriptor.digest} of ${client.label}`;
  const { bytes } = (await readWhole(client, path, {
    limit,
    what,
    accept: use === 'manifest' ? accepted : '*/*',
    signal,
  }))!;
  if (digestOf(bytes, algorithmOf(descriptor.digest)) === descriptor.digest) cache.put(descriptor.digest, bytes);
  return bytes;
}

function layersOf(client: RegistryClient, resolved: ResolvedImage, options: SourceOptions): readonly LayerBlob[] {
  return resolved.manifest.layers.map((layer, index) => {
    const compression = compressionOf(layer.mediaType) ?? 'unknown';
    return {
      diffId: resolved.config.diffIds[index]!,
      digest: layer.digest,
      sizeBytes: layer.sizeBytes,
      compression,
      locate: async () => {
        if (compression === 'foreign') throw foreignLayer(layer.digest, client.label);
        const onBytes = (doneBytes: number): void =>
          options.onProgress?.({
            what: `layer ${index + 1} of ${client.label}`,
            doneBytes,
            totalBytes: layer.sizeBytes,
          });
        return { kind: 'stream', open: (signal) => readBlob(client, { ...layer, onBytes }, signal) };
      },
    };
  });
}

function referencesOf(reference: ImageReference, root: RootDocument, resolved: ResolvedImage): readonly string[] {
  const name = `${reference.registry}/${reference.repository}`;
  const tagged = reference.tag === undefined ? [] : [`${name}:${reference.tag}`];
  return [...new Set([...tagged, `${name}@${root.digest}`, `${name}@${resolved.manifestDigest}`])].sort();
}

/** `registry:2` means the image called 2: whoever wanted the image called registry should learn how to say so. */
function withPrefixHint(error: unknown, target: string): unknown {
  if (!(error instanceof CodedError) || error.hint !== undefined || !/^[\w.-]+$/.test(target)) return error;
  const hint = `"registry:" says where to look; for the image called registry write registry:registry:${target}`;
  return new CodedError(error.code, error.message, { hint, cause: error, kind: error.kind });
}
