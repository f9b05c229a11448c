import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../../model/index.ts';
import type { FeedAnswer, FeedClient } from './request.ts';
import { StallGuard } from './stall-guard.ts';

export interface DownloadOptions {
  readonly client: FeedClient;
  readonly signal?: AbortSignal;
  /** How often a file is tried before giving up. */
  readonly attempts: number;
  /** Pause before the second attempt; each further one waits twice as long. */
  readonly retryDelayMs: number;
  /** How long a connection may give nothing. */
  readonly stallTimeoutMs: number;
  readonly maxBytes: number;
  readonly progress?: (doneBytes: number, totalBytes: number | undefined) => void;
  /** Called each second of a wait for the next attempt. */
  readonly onWait?: (leftMs: number, why: string) => void;
}

export const downloadDefaults: Omit<DownloadOptions, 'client'> = {
  attempts: 6,
  retryDelayMs: 500,
  stallTimeoutMs: 30_000,
  maxBytes: 8 * 1024 ** 3,
};

/** A fetched file. */
export interface Downloaded {
  /** What names this version of it: its ETag, else its SHA-256. */
  readonly version: string;
  /** The server said that the cached one is still the newest. */
  readonly unchanged: boolean;
  readonly sizeBytes: number;
}

interface Validators {
  readonly url: string;
  readonly etag?: string;
  readonly lastModified?: string;
  readonly md5?: string;
}

/** Longest wait that a server's Retry-After is granted. */
const longestWaitMs = 60_000;

/** Worth trying again. */
class Passing extends Error {
  /** What the server asked for. */
  readonly waitMs: number | undefined;

  constructor(message: string, retryAfter?: string) {
    super(message);
    this.waitMs =
      retryAfter !== undefined && /^\d{1,9}$/.test(retryAfter)
        ? Math.min(longestWaitMs, Number(retryAfter) * 1000)
        : undefined;
  }
}

/**
 * Fetches a URL into a file. What came before a break is kept beside it (`.part`) and continued, in this call or a later
 * one, as long as the server vouches that it is the same version; a file that is complete and unchanged is not fetched
 * again. Sizes, and the MD5 where the server gives one, are checked before the file takes its place.
 * @throws CodedError feed-not-found, feed-refused, feed-unreachable
 */
export async function download(url: string, path: string, options: DownloadOptions): Promise<Downloaded> {
  await mkdir(dirname(path), { recursive: true });
  let delay = options.retryDelayMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptDownload(url, path, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof Passing)) throw error;
      if (attempt >= options.attempts)
        throw new CodedError(
          'feed-unreachable',
          `${url} could not be fetched: ${error.message} (${attempt} attempts)`,
          {
            hint: 'run it again: what has come so far is kept and continued',
            cause: error,
          },
        );
      for (let leftMs = error.waitMs ?? delay; leftMs > 0; leftMs -= 1000) {
        options.onWait?.(leftMs, error.message);
        await sleep(Math.min(leftMs, 1000), undefined, { signal: options.signal });
      }
      delay *= 2;
    }
  }
}

async function attemptDownload(url: string, path: string, options: DownloadOptions): Promise<Downloaded> {
  const part = `${path}.part`;
  const partial = await partialState(part, url);
  const complete = partial === undefined ? await validatorsOf(`${path}.json`, url, path) : undefined;
  const guard = new StallGuard(options.stallTimeoutMs, options.signal);
  try {
    const response = await passing(() => options.client.get(url, headersFor(partial, complete), guard.signal));
    guard.touch();
    if (response.status === 304 && complete !== undefined) {
      response.discard();
      return { version: await versionOf(complete, path), unchanged: true, sizeBytes: (await stat(path)).size };
    }
    const at = await startOf(response, url, part, partial);
    const expected = expectedBytes(response, at);
    const validators: Validators = {
      url,
      etag: response.headers.etag,
      lastModified: response.headers['last-modified'],
      md5: /(?:^|[, ])md5=([A-Za-z0-9+/=]{24})/.exec(String(response.headers['x-goog-hash'] ?? ''))?.[1],
    };
    if (at === 0) await writeFile(`${part}.json`, JSON.stringify(validators));
    const size = await passing(() => append(response, part, { url, at, expected, guard, options }));
    if (expected !== undefined && size !== expected)
      throw new Passing(`the connection ended after ${size} of ${expected} bytes`);
    return await settle(path, part, validators, size);
  } finally {
    guard.stop();
  }
}

/** Names for what is there already, so that the server need send only what is not. */
function headersFor(partial: Partial | undefined, complete: Validators | undefined): Record<string, string> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (partial !== undefined) {
    headers.range = `bytes=${partial.sizeBytes}-`;
    headers['if-range'] = partial.validator;
  } else if (complete?.etag !== undefined) headers['if-none-match'] = complete.etag;
  else if (complete?.lastModified !== undefined) headers['if-modified-since'] = complete.lastModified;
  return headers;
}

/** Where the response's bytes belong; sorts out answers that bring none. */
async function startOf(response: FeedAnswer, url: string, part: string, partial: Partial | undefined): Promise<number> {
  const { status } = response;
  if (status === 200) return 0;
  if (status === 206 && partial !== undefined) {
    const start = /^bytes (\d+)-/.exec(response.headers['content-range'] ?? '')?.[1];
    if (start !== undefined && Number(start) === partial.sizeBytes) return partial.sizeBytes;
  }
  response.discard();
  if (status === 206 || status === 416) {
    await discard(part);
    throw new Passing('the server could not continue the partial file');
  }
  if (status === 404 || status === 410)
    throw new CodedError('feed-not-found', `${url} does not exist (${status})`, {
      hint: 'check the name of the ecosystem and the address of the mirror',
    });
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    throw new Passing(`the server answered ${status}`, response.headers['retry-after']);
  throw new CodedError('feed-refused', `${url} was refused: the server answered ${status}`);
}

function expectedBytes(response: FeedAnswer, at: number): number | undefined {
  const total = /^bytes \d+-\d+\/(\d+)$/.exec(response.headers['content-range'] ?? '')?.[1];
  if (total !== undefined) return Number(total);
  if ((response.headers['content-encoding'] ?? 'identity') !== 'identity') return undefined;
  const length = response.headers['content-length'];
  return length === undefined || !/^\d+$/.test(length) ? undefined : at + Number(length);
}

interface AppendOptions {
  readonly url: string;
  readonly at: number;
  readonly expected: number | undefined;
  readonly guard: StallGuard;
  readonly options: DownloadOptions;
}

async function append(
  response: FeedAnswer,
  part: string,
  { url, at, expected, guard, options }: AppendOptions,
): Promise<number> {
  const file = await open(part, at === 0 ? 'w' : 'r+');
  let size = at;
  try {
    await file.truncate(at);
    for await (const chunk of response.body) {
      guard.touch();
      if (size + chunk.length > options.maxBytes)
        throw new CodedError('feed-too-large', `${url} is larger than ${options.maxBytes} bytes`);
      await file.write(chunk, 0, chunk.length, size);
      size += chunk.length;
      options.progress?.(size, expected);
    }
    await file.sync();
    return size;
  } finally {
    await file.close();
  }
}

/** Checks the whole file and puts it in its place. */
async function settle(path: string, part: string, validators: Validators, sizeBytes: number): Promise<Downloaded> {
  if (validators.md5 !== undefined && (await digestOf(part, 'md5', 'base64')) !== validators.md5) {
    await discard(part);
    throw new Passing('the file does not match the MD5 that the server gave');
  }
  await rename(part, path);
  await rename(`${part}.json`, `${path}.json`);
  return { version: await versionOf(validators, path), unchanged: false, sizeBytes };
}

async function versionOf({ etag }: Validators, path: string): Promise<string> {
  return etag ?? `sha256:${await digestOf(path, 'sha256', 'hex')}`;
}

async function digestOf(path: string, algorithm: 'md5' | 'sha256', encoding: 'base64' | 'hex'): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest(encoding);
}

interface Partial {
  readonly sizeBytes: number;
  /** What If-Range takes: a strong ETag or a date. */
  readonly validator: string;
}

async function partialState(part: string, url: string): Promise<Partial | undefined> {
  const validators = await validatorsOf(`${part}.json`, url, part);
  if (validators === undefined) return undefined;
  const { etag, lastModified } = validators;
  const validator = etag !== undefined && !etag.startsWith('W/') ? etag : lastModified;
  const { size } = await stat(part);
  return validator === undefined || size === 0 ? undefined : { sizeBytes: size, validator };
}

/** What was noted of a file when it was fetched; undefined where the file or the note is missing, or of another URL. */
async function validatorsOf(note: string, url: string, path: string): Promise<Validators | undefined> {
  try {
    await stat(path);
    const value = JSON.parse(await readFile(note, 'utf8')) as Partial & Validators;
    return value.url === url ? value : undefined;
  } catch {
    return undefined;
  }
}

async function discard(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(`${part}.json`, { force: true });
}

/** Network errors are passing; what we say ourselves is not. */
async function passing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CodedError) throw error;
    const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
    throw new Passing(cause instanceof Error ? `${message} (${cause.message})` : message);
  }
}
