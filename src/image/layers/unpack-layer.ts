import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { CodedError, type Digest, sha256Digest } from '../../model/index.ts';
import type { BlobLocation } from '../image.ts';
import { decompressor, type Inflate, packingOf } from './decompress.ts';
import type { Decompressor } from './decompressor.ts';

export interface UnpackOptions {
  readonly diffId: Digest;
  /** How messages name it: `layer 3 of registry:…`. */
  readonly label: string;
  readonly signal?: AbortSignal;
  /** Who asks for `isal` reads again with `zlib` when this throws. */
  readonly inflate?: Inflate;
  /** Lets the thread do what else it has to; called between two pieces of a file. Default: whatever waits in its event loop. */
  turn?(): Promise<unknown>;
  /** Told now and then how many stored bytes were read. */
  onProgress?(storedBytes: number): void;
}

/** Who takes the plain bytes of a layer. */
export interface PlainSink {
  /** Where the next bytes should be put, where the sink has a place of its own for them. */
  buffer?(): Buffer;
  /** The next bytes, valid during the call. */
  write(plain: Buffer): void;
}

/** Small enough that what else this thread has to do waits some milliseconds at most. */
const readBytes = 1 << 18;

/**
 * Unpacks a layer from first byte to last and verifies its diff ID (OCI image-spec, config.md § Layer DiffID). Gives how
 * many plain bytes it has. Throws CodedError `layer-unreadable` or `digest-mismatch`: then nothing that was handed on counts.
 */
export async function unpackLayer(location: BlobLocation, options: UnpackOptions, to: PlainSink): Promise<number> {
  const sum = createHash(options.diffId.startsWith('sha512:') ? 'sha512' : 'sha256');
  let sizeBytes = 0;
  let unpack: Decompressor | undefined;
  const sink = (plain: Buffer): void => {
    sizeBytes += plain.length;
    sum.update(plain);
    to.write(plain);
  };
  try {
    for await (const chunk of chunksOf(location, options)) {
      unpack ??= decompressor(packingOf(chunk), {
        ...(options.inflate === undefined ? {} : { inflate: options.inflate }),
        ...(to.buffer === undefined ? {} : { output: () => to.buffer!() }),
      });
      unpack.push(chunk, sink);
    }
    unpack?.end(sink);
    verify(options, sum.digest('hex'));
    return sizeBytes;
  } catch (error) {
    throw labelled(error, options.label);
  } finally {
    unpack?.close();
  }
}

function verify({ diffId, label }: UnpackOptions, hex: string): void {
  const found = diffId.startsWith('sha512:') ? (`sha512:${hex}` as Digest) : sha256Digest(hex);
  if (found === diffId) return;
  throw new CodedError('digest-mismatch', `${label} should have the diff ID ${diffId} but its bytes have ${found}`, {
    hint: 'the image was altered or damaged after it was built: pull or save it again, and do not run it',
  });
}

function labelled(error: unknown, label: string): unknown {
  if (!(error instanceof CodedError) || error.message.includes(label)) return error;
  return new CodedError(error.code, `${label}: ${error.message}`, {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

/** The stored bytes in pieces; a piece from a file is only valid until the next one is asked for. */
async function* chunksOf(location: BlobLocation, options: UnpackOptions): AsyncGenerator<Buffer> {
  let done = 0;
  if (location.kind === 'stream') {
    let head: Buffer | undefined = Buffer.alloc(0);
    for await (const bytes of location.open(options.signal ?? new AbortController().signal)) {
      const chunk: Buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      options.onProgress?.((done += chunk.length));
      // The first bytes tell the packing, so they must come together.
      if (head !== undefined) {
        head = Buffer.concat([head, chunk]);
        if (head.length < 4) continue;
        yield head;
        head = undefined;
      } else yield chunk;
    }
    if (head !== undefined && head.length > 0) yield head;
    return;
  }
  const file = fs.openSync(location.path, 'r');
  const buffer = Buffer.allocUnsafeSlow(readBytes);
  try {
    while (done < location.sizeBytes) {
      options.signal?.throwIfAborted();
      const got = fs.readSync(
        file,
        buffer,
        0,
        Math.min(readBytes, location.sizeBytes - done),
        location.offsetBytes + done,
      );
      if (got === 0)
        throw new CodedError('layer-unreadable', `the file ends ${location.sizeBytes - done} bytes too early`, {
          hint: 'save the image again',
        });
      done += got;
      options.onProgress?.(done);
      yield buffer.subarray(0, got);
      await (options.turn?.() ?? setImmediate());
    }
  } finally {
    fs.closeSync(file);
  }
}
