import { join } from 'node:path';
import { DatabaseBuilder, feedImporter } from '../../advisories/index.ts';
import type { ImportReport } from '../../advisories/index.ts';
import { CodedError } from '../../model/index.ts';
import { download, downloadDefaults } from './download.ts';
import type { Downloaded, DownloadOptions } from './download.ts';
import { recordCounts } from './import-advisories.ts';
import { feedRequests } from './public-feeds.ts';
import { type FeedClient, openFeedClient } from './request.ts';
import type { FeedAddresses, FeedName, FeedRequest } from './public-feeds.ts';

export interface UpdateOptions {
  readonly feeds: readonly FeedName[];
  /** OSV's names, without release: `Debian`, `npm`. */
  readonly ecosystems: readonly string[];
  readonly addresses: FeedAddresses;
  /** Path of the database. */
  readonly database: string;
  /** Where fetched files are kept. */
  readonly cache: string;
  readonly offline: boolean;
  /** Begin with an empty database. */
  readonly replace: boolean;
  /** RFC 3339. */
  readonly builtAt: string;
  /** For proxies. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  readonly download?: Partial<DownloadOptions>;
  readonly progress?: (text: string) => void;
}

export interface UpdateOutcome {
  readonly report: Readonly<ImportReport>;
  readonly digest: string;
  readonly feeds: readonly {
    readonly origin: string;
    readonly url: string;
    readonly changed: boolean;
    readonly sizeBytes: number;
  }[];
}

/**
 * Fetches the public feeds and brings the database up to them. All files are fetched before the database is touched; if
 * one can't be had, nothing changes, and what came is kept for the next try.
 * @throws CodedError offline, feed-not-found, feed-refused, feed-unreachable, feed-unusable, or as opening a database does
 */
export async function updateAdvisories(options: UpdateOptions): Promise<UpdateOutcome> {
  const { feeds, ecosystems, addresses, database, builtAt, signal, progress } = options;
  if (options.offline)
    throw new CodedError('offline', 'db update needs the network, and --offline forbids it', {
      hint: 'plimsoll db import PATH takes files that came some other way',
      kind: 'usage',
    });
  const requests = feedRequests(feeds, ecosystems, addresses);
  const fetched = await fetchFeeds(requests, options);
  const builder = new DatabaseBuilder(database, 'import', { replace: options.replace });
  try {
    const importer = await feedImporter(builder, {
      signal,
      progress: ({ records }, file) => progress?.(`${records} records, ${file}`),
    });
    const changes: boolean[] = [];
    for (const feed of fetched) changes.push(await bringIn(feed, builder, importer));
    recordCounts(builder, importer.report);
    const { digest } = builder.finish(builtAt, { datedBy: 'fetched' });
    return {
      report: importer.report,
      digest,
      feeds: fetched.map(({ request, file }, index) => ({
        origin: request.origin,
        url: request.url,
        changed: changes[index] === true,
        sizeBytes: file.sizeBytes,
      })),
    };
  } finally {
    builder.abandon();
  }
}

interface Fetched {
  readonly request: FeedRequest;
  readonly path: string;
  readonly file: Downloaded;
}

async function fetchFeeds(requests: readonly FeedRequest[], options: UpdateOptions): Promise<readonly Fetched[]> {
  const { stallTimeoutMs } = { ...downloadDefaults, ...options.download };
  const client = await openFeedClient(options.env, stallTimeoutMs);
  try {
    const fetched: Fetched[] = [];
    for (const request of requests) fetched.push(await fetchFeed(request, client, options));
    return fetched;
  } finally {
    client.close();
  }
}

async function fetchFeed(request: FeedRequest, client: FeedClient, options: UpdateOptions): Promise<Fetched> {
  const path = join(options.cache, request.fileName);
  const file = await download(request.url, path, {
    ...downloadDefaults,
    ...options.download,
    client,
    signal: options.signal,
    onWait: (waitMs, why) => options.progress?.(`waiting ${Math.ceil(waitMs / 1000)} s for ${request.origin}: ${why}`),
    progress: (done, total) =>
      options.progress?.(
        `${request.origin}: ${megabytes(done)}${total === undefined ? '' : ` of ${megabytes(total)}`}`,
      ),
  });
  return { request, path, file };
}

/** Imports a feed unless the database holds this very version of it. Gives whether it did. */
async function bringIn(
  { request, path, file }: Fetched,
  builder: DatabaseBuilder,
  importer: Awaited<ReturnType<typeof feedImporter>>,
): Promise<boolean> {
  const version = `${file.version} ${request.url}`;
  if (builder.feedVersion(request.origin) === version) return false;
  builder.beginOrigin(request.origin);
  const before = understood(importer.report);
  await importer.importPath(path);
  if (understood(importer.report) === before) {
    const [first] = importer.report.unreadable;
    throw new CodedError('feed-unusable', `${request.url} holds nothing that can be used${first && `: ${first.why}`}`, {
      hint: `it is kept at ${path}; is the mirror's address right?`,
    });
  }
  builder.setFeedVersion(request.origin, version);
  return true;
}

function understood(report: Readonly<ImportReport>): number {
  const { added, duplicates, older, withdrawn, exploited, epss, supportCycles } = report;
  return added + duplicates + older + withdrawn + exploited + epss + supportCycles;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
