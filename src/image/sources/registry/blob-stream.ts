import { createHash } from 'node:crypto';
import { CodedError, type Digest } from '../../../model/index.ts';
import { algorithmOf, digestMismatch } from '../../oci/index.ts';
import type { RegistryClient } from './client.ts';
import { type HttpAnswer, TransferError } from './http.ts';

export interface BlobToRead {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly onBytes?: (doneBytes: number) => void;
}

/**
 * A blob's bytes in order. A connection that breaks or stalls is taken up where it ended (Range, or by skipping what
 * came before); size and digest are checked as the bytes pass.
 * @throws CodedError `size-mismatch`, `digest-mismatch`, `registry-unreachable` and those of the client.
 */
export async function* readBlob(
  client: RegistryClient,
  blob: BlobToRead,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash(algorithmOf(blob.digest));
  const what = `the blob ${blob.digest} of ${client.label}`;
  const tries = client.tries(signal);
  let doneBytes = 0;
  do {
    let why = 'the connection ended early';
    try {
      const headers: Record<string, string> = doneBytes === 0 ? {} : { range: `bytes=${doneBytes}-` };
      const answer = await client.get(`blobs/${blob.digest}`, { headers, signal, tries });
      let skipBytes = alreadySeen(answer, doneBytes, blob, what);
      for await (const chunk of answer.chunks()) {
        const fresh = skipBytes >= chunk.length ? chunk.subarray(chunk.length) : chunk.subarray(skipBytes);
        skipBytes -= chunk.length - fresh.length;
        if (fresh.length === 0) continue;
        doneBytes += fresh.length;
        if (doneBytes > blob.sizeBytes) throw sizeMismatch(what, blob.sizeBytes, `at least ${doneBytes}`);
        hash.update(fresh);
        tries.progressed();
        yield fresh;
        blob.onBytes?.(doneBytes);
      }
    } catch (error) {
      if (!(error instanceof TransferError)) throw error;
      why = error.message;
    }
    if (doneBytes < blob.sizeBytes)
      await tries.again(`${why} after ${doneBytes} of ${blob.sizeBytes} bytes of ${blob.digest}`);
  } while (doneBytes < blob.sizeBytes);
  const actual = `${algorithmOf(blob.digest)}:${hash.digest('hex')}` as Digest;
  if (actual !== blob.digest) throw digestMismatch(what, blob.digest, actual);
}

/** How many bytes of the answer came before; servers may ignore Range. */
function alreadySeen(answer: HttpAnswer, doneBytes: number, blob: BlobToRead, what: string): number {
  const length = Number(answer.headers['content-length'] ?? NaN);
  const range =
    answer.status === 206
      ? /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(answer.headers['content-range'] ?? '')
      : null;
  if (answer.status === 206 && (range === null || Number(range[1]) > doneBytes)) {
    answer.discard();
    throw new CodedError(
      'bad-registry-answer',
      `${what}: asked to go on at byte ${doneBytes}, the registry sends another part`,
    );
  }
  const startBytes = range === null ? 0 : Number(range[1]);
  if (Number.isSafeInteger(length) && startBytes + length !== blob.sizeBytes) {
    answer.discard();
    throw sizeMismatch(what, blob.sizeBytes, String(startBytes + length));
  }
  return doneBytes - startBytes;
}

function sizeMismatch(what: string, expected: number, actual: string): CodedError {
  return new CodedError('size-mismatch', `${what} should have ${expected} bytes but has ${actual}`);
}
