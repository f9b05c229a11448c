import { digestOf, type Repository, type Subject } from '../../image/index.ts';
import type { Digest } from '../../model/index.ts';
import { bundleType, cosignSignature, simpleSigningType } from '../../trust/index.ts';

type SubjectImage = Pick<Subject, 'digest' | 'mediaType' | 'sizeBytes'>;

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const configType = 'application/vnd.oci.image.config.v1+json';
const envelopeType = 'application/vnd.dsse.envelope.v1+json';

/** Pushes a bundle that refers to an image, as cosign 3 does. Gives the digest of its manifest. */
export function attachBundle(
  repository: Pick<Repository, 'attach'>,
  subject: SubjectImage,
  { bundle, predicateType, now }: { readonly bundle: Uint8Array; readonly predicateType: string; readonly now: Date },
): Promise<Digest> {
  return repository.attach({
    artifactType: bundleType,
    subject,
    blob: bundle,
    blobType: bundleType,
    annotations: {
      'dev.sigstore.bundle.content': 'dsse-envelope',
      'dev.sigstore.bundle.predicateType': predicateType,
      'org.opencontainers.image.created': `${now.toISOString().slice(0, 19)}Z`,
    },
  });
}

/** Adds a payload and its signature under cosign's tag `sha256-<hex>.sig`. */
export function attachSimple(
  repository: Repository,
  subject: SubjectImage,
  { payload, signature }: { readonly payload: Uint8Array; readonly signature: Uint8Array },
): Promise<Digest> {
  const annotations = { [cosignSignature]: Buffer.from(signature).toString('base64') };
  return addLayer(repository, `${subject.digest.replace(':', '-')}.sig`, {
    bytes: payload,
    mediaType: simpleSigningType,
    annotations,
  });
}

/** Adds an envelope under cosign's tag `sha256-<hex>.att`. */
export function attachEnvelope(
  repository: Repository,
  subject: SubjectImage,
  { envelope, predicateType }: { readonly envelope: Uint8Array; readonly predicateType: string },
): Promise<Digest> {
  return addLayer(repository, `${subject.digest.replace(':', '-')}.att`, {
    bytes: envelope,
    mediaType: envelopeType,
    annotations: { [cosignSignature]: '', predicateType },
  });
}

interface AddedLayer {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Cosign's tags are images whose layers are payloads; what stands there stays. */
async function addLayer(repository: Repository, tag: string, added: AddedLayer): Promise<Digest> {
  const before = await repository.manifest(tag);
  const layers = before === undefined ? [] : (await repository.artifact(before.digest)).layers;
  const digest = await repository.pushBlob(added.bytes);
  const all = [
    ...layers.map((layer) => ({
      mediaType: layer.mediaType,
      size: layer.sizeBytes,
      digest: layer.digest,
      annotations: layer.annotations,
    })),
    { mediaType: added.mediaType, size: added.bytes.length, digest, annotations: added.annotations },
  ];
  const config = Buffer.from(
    JSON.stringify({
      architecture: '',
      created: '0001-01-01T00:00:00Z',
      history: all.map(() => ({ created: '0001-01-01T00:00:00Z' })),
      os: '',
      rootfs: { type: 'layers', diff_ids: all.map((layer) => layer.digest) },
      config: {},
    }),
  );
  await repository.pushBlob(config);
  const manifest = {
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: configType, size: config.length, digest: digestOf(config) },
    layers: all,
  };
  return repository.pushManifest(Buffer.from(JSON.stringify(manifest)), manifestType, tag);
}
