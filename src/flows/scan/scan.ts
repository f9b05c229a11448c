import type { OpenedImage } from '../../image/index.ts';
import { type DetectedSource, detectSource, openImage, splitTarget } from '../../image/index.ts';
import type { Base, ImageRecord } from '../../model/index.ts';
import { baseOfImage } from './find-base.ts';
import type { BaseImage, ContentsOptions, ScanProgress } from './image-contents.ts';
import { contentsVersion } from './contents-version.ts';
import { type KnownArchive, KnownArchives } from './known-archives.ts';
import { RecordCache, recordKey, stampOf } from './record-cache.ts';
import type { Timings } from './timings.ts';

export interface ScanOptions {
  readonly platform?: string;
  /** Reference of the base image, wherever it is. */
  readonly base?: string;
  /** The base image, where whoever asks knows it already; `base` is not opened then. */
  readonly baseImage?: BaseImage;
  /** The organisation's bases: whichever of them the image stands on is its base, where `base` names none. */
  readonly bases?: readonly Base[];
  readonly offline: boolean;
  readonly noCache: boolean;
  readonly insecureHttp: boolean;
  readonly cacheDirectory: string;
  /** The process ends soon after the scan. */
  readonly endsSoon?: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: Date;
  readonly signal: AbortSignal;
  readonly timings: Timings;
  onProgress?(progress: ScanProgress): void;
  /** Fetching or spooling before layers can be read. */
  onFetch?(what: string, doneBytes: number, totalBytes: number | undefined): void;
}

/** What a scan found, before advisories. */
export interface Scanned {
  /** The record; read from the cache only when it is asked for. */
  record(): Promise<ImageRecord>;
  /** A key for the record, for caching what is derived from it; absent where the contents may change at any time. */
  readonly key?: string;
  /** Names under which the image is known: as asked for, and its source's. */
  readonly references: readonly string[];
}

/**
 * Opens whatever the input names and says what is in it: an image from a registry, engine, archive or layout; a root
 * filesystem; an SBOM. Throws CodedError where that can't be done; what can't be read inside becomes a problem.
 */
export async function scanContents(input: string, options: ScanOptions): Promise<Scanned> {
  const source = await options.timings.measure('find', () => detectSource(input));
  if (source.kind === 'dir') {
    const { contentsOfDirectory } = await import('./directory-contents.ts');
    const record = await options.timings.measure('read', () =>
      contentsOfDirectory(source.path, contentsOptions(options)),
    );
    return { record: () => Promise.resolve(record), references: [input] };
  }
  if (source.kind === 'sbom') {
    const { contentsOfSbom } = await import('./sbom-contents.ts');
    const record = await options.timings.measure('read', () => contentsOfSbom(source.path));
    return { record: () => Promise.resolve(record), references: [input] };
  }
  const known = await knownArchives(source, options);
  const found = known?.find();
  const cache = options.noCache ? undefined : new RecordCache(options.cacheDirectory);
  if (found !== undefined && cache?.has(found.recordKey) === true) return keptRecord(found, input, options, cache);
  const image = await options.timings.measure('open', () => openImage(input, openOptions(options)));
  try {
    return await scanImage(image, input, { ...options, known, cache });
  } finally {
    await image.close();
  }
}

/** What is known of archives; nothing where the answer hangs on more than the archive. */
async function knownArchives(source: DetectedSource, options: ScanOptions): Promise<KnownArchives | undefined> {
  if (source.kind !== 'image' || source.source !== 'archive' || options.noCache) return undefined;
  if ((options.base ?? options.bases ?? options.baseImage) !== undefined) return undefined;
  const { path } = splitTarget(source.target);
  return new KnownArchives(options.cacheDirectory, path, [await contentsVersion(), source.target, options.platform]);
}

/**
 * What is derived from the record may be known too: then the record itself is never read. Should it turn out broken, the image is
 * read again.
 */
function keptRecord(
  { key, recordKey: name, references }: KnownArchive,
  input: string,
  options: ScanOptions,
  cache: RecordCache,
): Scanned {
  const record = async (): Promise<ImageRecord> =>
    cache.get(name) ?? (await scanContents(input, { ...options, noCache: true })).record();
  return { record, key, references: [...new Set([input, ...references])] };
}

async function scanImage(
  image: OpenedImage,
  input: string,
  options: ScanOptions & { readonly known: KnownArchives | undefined; readonly cache: RecordCache | undefined },
): Promise<Scanned> {
  const base =
    options.baseImage ??
    (await options.timings.measure('base', () =>
      baseOfImage(image, options, (reference) => openImage(reference, openOptions(options))),
    ));
  const { known, cache } = options;
  const key = recordKey(
    await contentsVersion(),
    image.manifestDigest,
    image.configDigest,
    image.annotations,
    image.attestations,
    base,
  );
  const stamp = await stampOf(image);
  // The record is known when the image is, and its stored bytes are the ones that were verified then.
  const stamped = stamp === undefined ? key : recordKey(key, stamp);
  const found: KnownArchive = { key, recordKey: stamped, references: image.references };
  if (cache?.has(stamped) === true) {
    known?.keep(found, options.now);
    return keptRecord(found, input, options, cache);
  }
  const { contentsOfImage } = await import('./image-contents.ts');
  const record = await options.timings.measure('read', () => contentsOfImage(image, contentsOptions(options, base)));
  cache?.put(stamped, record, options.now);
  known?.keep(found, options.now);
  return { record: () => Promise.resolve(record), key, references: [...new Set([input, ...image.references])] };
}

function contentsOptions(
  { cacheDirectory, noCache, endsSoon, now, signal, onProgress }: ScanOptions,
  base?: BaseImage,
): ContentsOptions {
  return {
    cacheDirectory,
    noCache,
    now,
    signal,
    ...(endsSoon === undefined ? {} : { endsSoon }),
    ...(base === undefined ? {} : { base }),
    ...(onProgress === undefined ? {} : { onProgress }),
  };
}

function openOptions(options: ScanOptions): Parameters<typeof openImage>[1] {
  const { platform, insecureHttp, signal, cacheDirectory, env, offline, onFetch } = options;
  return {
    insecureHttp,
    signal,
    cacheDirectory,
    env,
    offline,
    ...(platform === undefined ? {} : { platform }),
    ...(onFetch === undefined
      ? {}
      : { onProgress: ({ what, doneBytes, totalBytes }) => onFetch(what, doneBytes, totalBytes) }),
  };
}
