import { CodedError, type Digest } from '../../model/index.ts';
import type { OciImageConfig } from '../image.ts';
import { parseConfig } from './config.ts';
import type { Descriptor } from './descriptor.ts';
import { verifyBytes } from './digest-check.ts';
import { configLimitBytes, manifestLimitBytes } from './json.ts';
import { type ImageIndex, type ImageManifest, parseManifest } from './manifest.ts';
import { hostPlatform, matchesPlatform, normalPlatform, type Platform, platformName, rankOf } from './platform.ts';

/** Reads one small document by digest from wherever the source keeps it; need not verify it. */
export type DocumentReader = (
  descriptor: Descriptor,
  limitBytes: number,
  use: 'manifest' | 'config',
) => Promise<Uint8Array>;

/** Whether a place that may hold only some of what its index lists has all blobs of an image. */
export type HoldsWhole = (descriptor: Descriptor) => boolean;

/** Where the search begins: a manifest or an index whose bytes are at hand. */
export interface RootDocument {
  readonly bytes: Uint8Array;
  /** The digest that the bytes have: computed or checked by the source. */
  readonly digest: Digest;
  /** How messages call it. */
  readonly what: string;
  readonly contentType?: string;
  /** Annotations of the descriptor that led to it. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An image found for the platform, its manifest and configuration verified. */
export interface ResolvedImage {
  readonly manifestDigest: Digest;
  readonly manifest: ImageManifest;
  readonly manifestBytes: Uint8Array;
  readonly config: OciImageConfig;
  readonly configBytes: Uint8Array;
  readonly annotations: Readonly<Record<string, string>>;
  readonly attestations: readonly Digest[];
}

const indexDepthLimit = 4;

/**
 * Follows an index to the image for a platform and reads its configuration; every document is checked against the
 * digest and size that named it. Without a platform the machine's own is taken, or the only one that there is.
 * @param holds says of an index's entries which are there; without it all count as there.
 * @throws CodedError `platform-not-found` (listing those there are), `digest-mismatch`, `size-mismatch`, `bad-manifest`,
 * `bad-image-config`, `not-an-image`, `unsupported-manifest`.
 */
export async function resolveImage(
  root: RootDocument,
  read: DocumentReader,
  platform: Platform | undefined,
  holds: HoldsWhole = () => true,
): Promise<ResolvedImage> {
  let current = root;
  let manifest = parseManifest(root.bytes, root.what, root.contentType);
  const annotations: Record<string, string>[] = [{ ...root.annotations }];
  let attestations: readonly Digest[] = [];
  let fromIndex = false;
  for (let depth = 0; manifest.kind === 'index'; depth++) {
    if (depth === indexDepthLimit)
      throw new CodedError('bad-manifest', `${root.what}: indexes lie more than ${indexDepthLimit} deep in each other`);
    const chosen = chooseManifest(manifest, platform, root.what, holds);
    attestations = attestationsOf(manifest, chosen.digest);
    annotations.push({ ...manifest.annotations, ...chosen.annotations });
    fromIndex ||= chosen.platform !== undefined;
    const what = `the manifest ${chosen.digest} of ${root.what.replace(/^the (?:manifest|index) of /, '')}`;
    current = {
      bytes: await readChecked(chosen, manifestLimitBytes, 'manifest', what, read),
      digest: chosen.digest,
      what,
    };
    manifest = parseManifest(current.bytes, what, chosen.mediaType);
  }
  const configWhat = `the configuration ${manifest.config.digest} of ${root.what.replace(/^the (?:manifest|index) of /, '')}`;
  const configBytes = await readChecked(manifest.config, configLimitBytes, 'config', configWhat, read);
  const config = parseConfig(configBytes, configWhat);
  if (!fromIndex) checkPlatform(config, platform, root.what);
  if (config.diffIds.length !== manifest.layers.length)
    throw new CodedError(
      'bad-image-config',
      `${configWhat} names ${config.diffIds.length} layers but the manifest has ${manifest.layers.length}`,
    );
  return {
    manifestDigest: current.digest,
    manifest,
    manifestBytes: current.bytes,
    config,
    configBytes,
    annotations: Object.fromEntries([...annotations, manifest.annotations].flatMap((map) => Object.entries(map))),
    attestations,
  };
}

async function readChecked(
  descriptor: Descriptor,
  limitBytes: number,
  use: 'manifest' | 'config',
  what: string,
  read: DocumentReader,
): Promise<Uint8Array> {
  if (descriptor.sizeBytes > limitBytes)
    throw new CodedError(
      'too-large',
      `${what} should have ${descriptor.sizeBytes} bytes, more than the limit of ${limitBytes}`,
    );
  const bytes = await read(descriptor, limitBytes, use);
  if (bytes.length !== descriptor.sizeBytes)
    throw new CodedError('size-mismatch', `${what} should have ${descriptor.sizeBytes} bytes but has ${bytes.length}`);
  verifyBytes(bytes, descriptor.digest, what);
  return bytes;
}

/** An attestation of BuildKit, or something else that is not made to run. */
export function isBeside(entry: Descriptor): boolean {
  return (
    entry.annotations['vnd.docker.reference.type'] !== undefined ||
    (entry.platform?.os === 'unknown' && entry.platform.architecture === 'unknown')
  );
}

/** BuildKit's attestation manifests for an image, beside it in its index. */
export function attestationsOf(index: ImageIndex, image: Digest): readonly Digest[] {
  return index.manifests
    .filter((entry) => entry.annotations['vnd.docker.reference.type'] === 'attestation-manifest')
    .filter((entry) => (entry.annotations['vnd.docker.reference.digest'] ?? image) === image)
    .map((entry) => entry.digest);
}

/** Of an index, the descriptor of the image for a platform. @throws CodedError `platform-not-found`, `not-an-image`. */
export function chooseManifest(
  index: ImageIndex,
  platform: Platform | undefined,
  what: string,
  holds: HoldsWhole = () => true,
): Descriptor {
  const listed = index.manifests.filter((entry) => !isBeside(entry));
  if (listed.length === 0) throw new CodedError('not-an-image', `${what} lists no image`);
  // Of the only one, reading it tells better what is missing.
  const images = listed.length === 1 ? listed : listed.filter(holds);
  if (images.length === 0)
    throw new CodedError('missing-blob', `${what} lists ${namesOf(listed)}, and holds none of them whole`, {
      hint: 'Save the image again from where it was pulled',
    });
  if (images.length === 1 && (platform === undefined || images[0]!.platform === undefined)) return images[0]!;
  const asked = platform ?? hostPlatform();
  const best = bestOf(images, asked);
  if (best !== undefined) return best;
  const absent = bestOf(listed, asked);
  if (absent?.platform === undefined) throw platformNotFound(what, asked, namesOf(images));
  const name = platformName(absent.platform);
  throw new CodedError(
    'platform-not-found',
    `${what} lists ${name}, but its blobs are not there; there are those of ${namesOf(images)}`,
    { hint: `Get it where it is saved (docker pull --platform ${name}) and save it again, or scan the registry's` },
  );
}

function bestOf(images: readonly Descriptor[], asked: Platform): Descriptor | undefined {
  let best: Descriptor | undefined;
  let bestRank = 0;
  for (const entry of images) {
    const rank = entry.platform === undefined ? 0 : rankOf(entry.platform, asked);
    if (rank <= bestRank) continue;
    best = entry;
    bestRank = rank;
  }
  return best;
}

function namesOf(images: readonly Descriptor[]): string {
  const all = images.map(({ platform }) =>
    platform === undefined ? 'one without a platform' : platformName(platform),
  );
  const names = [...new Set(all)].sort();
  return names.slice(0, 30).join(', ') + (names.length > 30 ? `, and ${names.length - 30} more` : '');
}

/** An image without an index is what it is; only a platform that was asked for can be wrong. */
export function checkPlatform(
  config: Pick<OciImageConfig, 'os' | 'architecture' | 'variant'>,
  platform: Platform | undefined,
  what: string,
): void {
  if (platform === undefined) return;
  const offered = normalPlatform(config.os ?? 'linux', config.architecture ?? '', config.variant);
  if (!matchesPlatform(offered, platform)) throw platformNotFound(what, platform, platformName(offered));
}

function platformNotFound(what: string, asked: Platform, offered: string): CodedError {
  return new CodedError('platform-not-found', `${what} has no image for ${platformName(asked)}; it has ${offered}`, {
    hint: 'Choose one with --platform',
  });
}
