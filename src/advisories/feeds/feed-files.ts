import { createReadStream } from 'node:fs';
import { open, opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { openZip } from '../../formats/zip/index.ts';
import { CodedError } from '../../model/index.ts';
import { openFileSource } from './file-source.ts';

/** A stream of one feed's bytes, decompressed. */
export interface FeedFile {
  /** For people: the path, with `!/` before the name inside an archive. */
  readonly name: string;
  readonly chunks: AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** A file, or a part of an archive, that could not be read to its end. */
export interface UnreadableFile {
  readonly name: string;
  readonly why: string;
}

/** Is told what gives no feed. */
export interface FeedListener {
  unreadable(file: UnreadableFile): void;
  /** A file in a directory or archive whose name is not that of a feed (README, LICENSE). */
  ignored(name: string): void;
}

/** Bounds on what one input may unfold to. */
export interface FeedLimits {
  /** Bytes of a file after decompression; what comes after is left out, and said. */
  readonly maxFileBytes: number;
  /** Largest member of an archive. */
  readonly maxMemberBytes: number;
  readonly maxMembers: number;
  readonly maxDepth: number;
}

export const feedLimits: FeedLimits = {
  maxFileBytes: 32 * 1024 ** 3,
  maxMemberBytes: 256 * 1024 ** 2,
  maxMembers: 4_000_000,
  maxDepth: 16,
};

const readable = /\.(?:json|ndjson|jsonl|csv|txt|zip|gz|deb\d+)$/i;

/**
 * The feeds under a path: a file, a gzip file, the members of a ZIP archive, a directory's files in the order of their
 * names. What can't be read is told to `heard`; symbolic links inside directories are not followed.
 * @throws CodedError feed-missing where nothing is at the path
 */
export async function* feedFiles(
  path: string,
  heard: FeedListener,
  limits: FeedLimits = feedLimits,
): AsyncGenerator<FeedFile> {
  const facts = await stat(path).catch((cause: unknown) => {
    throw new CodedError('feed-missing', `nothing can be read at ${path}`, { cause });
  });
  if (facts.isDirectory()) yield* directoryFiles(path, heard, limits, 0);
  else yield* fileStreams(path, heard, limits);
}

async function* directoryFiles(
  path: string,
  heard: FeedListener,
  limits: FeedLimits,
  depth: number,
): AsyncGenerator<FeedFile> {
  if (depth > limits.maxDepth) {
    heard.unreadable({ name: path, why: `directories nested deeper than ${limits.maxDepth}` });
    return;
  }
  const names: { name: string; directory: boolean }[] = [];
  for await (const entry of await opendir(path)) {
    if (entry.isDirectory()) names.push({ name: entry.name, directory: true });
    else if (entry.isFile() && readable.test(entry.name)) names.push({ name: entry.name, directory: false });
    else heard.ignored(join(path, entry.name));
  }
  names.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, directory } of names) {
    const inside = join(path, name);
    if (directory) yield* directoryFiles(inside, heard, limits, depth + 1);
    else yield* fileStreams(inside, heard, limits);
  }
}

async function* fileStreams(path: string, heard: FeedListener, limits: FeedLimits): AsyncGenerator<FeedFile> {
  let magic: Buffer;
  try {
    magic = await firstBytes(path);
  } catch (error) {
    heard.unreadable({ name: path, why: messageOf(error) });
    return;
  }
  if (magic.length === 4 && magic.readUInt16BE() === 0x504b) yield* archiveMembers(path, heard, limits);
  else if (magic.length >= 2 && magic.readUInt16BE() === 0x1f8b)
    yield { name: path, chunks: guarded(path, gunzipped(path), heard, limits) };
  else yield { name: path, chunks: guarded(path, createReadStream(path, { highWaterMark: 1 << 20 }), heard, limits) };
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function gunzipped(path: string): AsyncIterable<Buffer> {
  const input = createReadStream(path, { highWaterMark: 1 << 20 });
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  input.on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => input.destroy());
  return input.pipe(gunzip);
}

/** Ends a stream at an error or at the limit, and says so, so that what came before it still counts. */
async function* guarded(
  name: string,
  chunks: AsyncIterable<Buffer>,
  heard: FeedListener,
  limits: FeedLimits,
): AsyncGenerator<Buffer> {
  let total = 0;
  try {
    for await (const chunk of chunks) {
      total += chunk.length;
      if (total > limits.maxFileBytes) {
        heard.unreadable({ name, why: `it unfolds to more than ${limits.maxFileBytes} bytes` });
        return;
      }
      yield chunk;
    }
  } catch (error) {
    heard.unreadable({ name, why: `it ends in an error after ${total} bytes: ${messageOf(error)}` });
  }
}

function* archiveMembers(path: string, heard: FeedListener, limits: FeedLimits): Generator<FeedFile> {
  const source = openFileSource(path);
  try {
    const archive = openZip(source, {
      maxEntries: limits.maxMembers,
      maxEntryBytes: limits.maxMemberBytes,
      maxTotalBytes: limits.maxFileBytes,
    });
    for (const entry of archive.entries) {
      if (entry.name.endsWith('/')) continue;
      if (!readable.test(entry.name)) {
        heard.ignored(entry.name);
        continue;
      }
      const bytes = archive.read(entry);
      if (bytes instanceof Uint8Array)
        yield { name: `${path}!/${entry.name}`, chunks: [Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)] };
      else if (archive.problems.length === 0) heard.unreadable({ name: `${path}!/${entry.name}`, why: bytes.message });
    }
    for (const { message } of archive.problems) heard.unreadable({ name: path, why: message });
  } finally {
    source.close();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
