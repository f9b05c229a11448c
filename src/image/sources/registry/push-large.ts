import type { Digest } from '../../../model/index.ts';
import type { RegistryClient } from './client.ts';
import type { BytesToSend, HttpAnswer } from './http.ts';
import { hasBlob, pushBlob, uploadPlace } from './push.ts';
import type { Tries } from './retry.ts';

/** A blob that need not be in memory. */
export interface BlobToPush extends BytesToSend {
  readonly digest: Digest;
}

/** What is sent at once: so much is sent again where a connection breaks. */
const chunkBytes = 16 << 20;
/** Registries may ask for larger chunks; beyond this they get ours. */
const largestChunkBytes = 64 << 20;

/**
 * Pushes a blob of any size, unless it is there: in chunks (distribution-spec § Pushing a blob in chunks), each of which is
 * sent again from where the registry got it, until patience ends. A registry that loses the upload or does not take chunks
 * gets the blob in one piece, from the start (§ Pushing a blob monolithically).
 * @throws CodedError as the client does.
 */
export async function pushLargeBlob(client: RegistryClient, blob: BlobToPush, signal: AbortSignal): Promise<void> {
  if (await hasBlob(client, blob.digest, signal)) return;
  if (blob.sizeBytes <= chunkBytes) {
    const parts: Uint8Array[] = [];
    for await (const part of blob.open()) parts.push(part);
    await pushBlob(client, Buffer.concat(parts), signal);
    return;
  }
  const tries = client.tries(signal);
  let send = uploadChunks;
  for (;;) {
    const failed = await send(client, blob, { tries, signal });
    if (failed === undefined) return;
    if (failed.isAnswer) send = uploadWhole;
    await tries.again(`${failed.why} while ${blob.digest} was pushed`);
    // What was cut off may have been the answer alone.
    if (await hasBlob(client, blob.digest, signal)) return;
  }
}

/** Why an upload can't go on. */
interface Failure {
  readonly why: string;
  /** The registry said so; otherwise the network failed. */
  readonly isAnswer: boolean;
}

/** What a registry that knows one chunk alone, or none, says to a chunk. */
const refusesChunks: readonly number[] = [400, 405, 501];
/** What it says of an upload that it lost, or that is not where the chunk thinks. */
const lostUpload: readonly number[] = [404, 416];

interface Patience {
  readonly tries: Tries;
  readonly signal: AbortSignal;
}

/** One upload from its start, in chunks. Gives why it can't go on; undefined where the blob is there. */
async function uploadChunks(
  client: RegistryClient,
  blob: BlobToPush,
  patience: Patience,
): Promise<Failure | undefined> {
  const { tries, signal } = patience;
  const begun = await client.send('blobs/uploads/', { method: 'POST', headers: {}, takes: [202], signal, tries });
  const least = Number(begun.headers['oci-chunk-min-length'] ?? 0);
  const size = Math.max(chunkBytes, Math.min(largestChunkBytes, Number.isSafeInteger(least) ? least : 0));
  let place = uploadPlace(begun, client.label);
  let sentBytes = 0;
  for await (const chunk of inChunks(blob.open(), size)) {
    const next = await sendChunk(client, { place, chunk, fromBytes: sentBytes }, patience);
    if (!(next instanceof URL)) return next;
    place = next;
    sentBytes += chunk.length;
  }
  place.searchParams.set('digest', blob.digest);
  return ended(await once(client, place, { method: 'PUT', headers: {}, takes: [201, 204, ...lostUpload], signal }));
}

/** One upload from its start, in one piece. */
async function uploadWhole(
  client: RegistryClient,
  blob: BlobToPush,
  { tries, signal }: Patience,
): Promise<Failure | undefined> {
  const begun = await client.send('blobs/uploads/', { method: 'POST', headers: {}, takes: [202], signal, tries });
  const place = uploadPlace(begun, client.label);
  place.searchParams.set('digest', blob.digest);
  const headers = { 'content-type': 'application/octet-stream' };
  const takes = [201, 204, ...lostUpload];
  return ended(await once(client, place, { method: 'PUT', headers, body: blob, takes, signal }));
}

/** What the answer to an upload's end means. */
function ended(answer: HttpAnswer | string): Failure | undefined {
  if (typeof answer === 'string') return { why: answer, isAnswer: false };
  answer.discard();
  return lostUpload.includes(answer.status) ? { why: `it answers ${answer.status}`, isAnswer: true } : undefined;
}

interface Chunk {
  readonly place: URL;
  readonly chunk: Uint8Array;
  readonly fromBytes: number;
}

/** Sends a chunk until the registry has it. Gives where the next one goes, or why the upload can't go on. */
async function sendChunk(
  client: RegistryClient,
  { place: first, chunk, fromBytes }: Chunk,
  { tries, signal }: Patience,
): Promise<URL | Failure> {
  let place = first;
  let doneBytes = 0;
  for (;;) {
    const body = chunk.subarray(doneBytes);
    const start = fromBytes + doneBytes;
    const headers = {
      'content-type': 'application/octet-stream',
      'content-range': `${start}-${start + body.length - 1}`,
    };
    const takes = [202, ...lostUpload, ...refusesChunks];
    const answer = await once(client, place, { method: 'PATCH', headers, body, takes, signal });
    const isAnswer = typeof answer !== 'string';
    if (isAnswer && answer.status === 202) {
      tries.progressed();
      return uploadPlace(answer, client.label);
    }
    if (isAnswer) answer.discard();
    const why = isAnswer ? `it answers ${answer.status} to a chunk` : answer;
    if (isAnswer && refusesChunks.includes(answer.status)) return { why, isAnswer };
    await tries.again(`${why} after ${start} bytes of an upload`);
    const status = await once(client, place, { method: 'GET', headers: {}, takes: [204, ...lostUpload], signal });
    if (typeof status === 'string' || status.status !== 204) {
      if (typeof status !== 'string') status.discard();
      return { why, isAnswer };
    }
    const held = heldBytes(status) - fromBytes;
    place = status.headers.location === undefined ? place : uploadPlace(status, client.label);
    status.discard();
    if (held === chunk.length) return place;
    // Neither bytes that were sent before nor such as never were can be mended from here; nor is a chunk taken on a second
    // try that was refused though the registry is where we are.
    if (held < 0 || held > chunk.length || (isAnswer && held === doneBytes)) return { why, isAnswer };
    if (held > doneBytes) tries.progressed();
    doneBytes = held;
  }
}

/** `Range: 0-1023`: how much of an upload is there. `0-0` is what registries say of none, and of one byte. */
function heldBytes(answer: HttpAnswer): number {
  const range = /^(?:bytes=)?0-(\d{1,15})$/.exec(String(answer.headers.range ?? ''));
  const last = Number(range?.[1] ?? NaN);
  return last === 0 ? 0 : last + 1;
}

type Once = Omit<Parameters<RegistryClient['send']>[1], 'tries'>;

class Failed extends Error {}

/** Sends once: what came of it decides what is sent next. Gives why it failed, where a later try may do better. */
async function once(client: RegistryClient, place: URL, request: Once): Promise<HttpAnswer | string> {
  const tries: Tries = {
    again: (why) => Promise.reject(new Failed(why)),
    progressed: () => undefined,
  };
  try {
    return await client.send(place, { ...request, tries });
  } catch (error) {
    if (error instanceof Failed) return error.message;
    throw error;
  }
}

/** The bytes in pieces of one size, the last one shorter. */
async function* inChunks(bytes: AsyncIterable<Uint8Array>, size: number): AsyncIterable<Uint8Array> {
  let chunk = Buffer.allocUnsafe(size);
  let filled = 0;
  for await (const part of bytes)
    for (let at = 0; at < part.length;) {
      const taken = Math.min(size - filled, part.length - at);
      chunk.set(part.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled < size) continue;
      yield chunk;
      // The one that was given away may still be on its way.
      chunk = Buffer.allocUnsafe(size);
      filled = 0;
    }
  if (filled > 0) yield chunk.subarray(0, filled);
}
