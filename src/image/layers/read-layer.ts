import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { TarReader } from '../../formats/tar/index.ts';
import { CodedError, type Digest, type Problem, sha256Digest } from '../../model/index.ts';
import type { BlobLocation } from '../image.ts';
import { type Decompressor, decompressor, packingOf } from './decompress.ts';
import { LayerBuilder } from './layer-builder.ts';
import type { FileVisitor } from '../../model/index.ts';

export interface ReadLayerOptions {
  readonly diffId: Digest;
  /** How messages name it: `layer 3 of registry:…`. */
  readonly label: string;
  readonly spoolDirectory: string;
  readonly signal?: AbortSignal;
  /** Told now and then how many stored bytes were read. */
  onProgress?(storedBytes: number): void;
}

/** A layer that was read to its end and whose bytes are the ones that the image configuration vouches for. */
export interface ReadLayer {
  /** For `LayerIndexReader`. */
  readonly index: Uint8Array;
  readonly entries: number;
  /** Uncompressed bytes. */
  readonly sizeBytes: number;
  readonly problems: readonly Problem[];
}

const readBytes = 1 << 20;

/**
 * Reads a layer once, from first byte to last: unpacks it, verifies its diff ID (OCI image-spec, config.md § Layer
 * DiffID), lays out its members and hands their contents to the visitor as they pass. Throws CodedError
 * `layer-unreadable` or `digest-mismatch`; what only concerns single members becomes a problem.
 */
export async function readLayer(
  location: BlobLocation,
  visitor: FileVisitor,
  options: ReadLayerOptions,
): Promise<ReadLayer> {
  const builder = new LayerBuilder(visitor, options.spoolDirectory);
  const tar = new TarReader(builder);
  const sum = createHash(options.diffId.startsWith('sha512:') ? 'sha512' : 'sha256');
  let sizeBytes = 0;
  let unpack: Decompressor | undefined;
  const sink = (plain: Buffer): void => {
    sizeBytes += plain.length;
    sum.update(plain);
    tar.push(plain);
  };
  try {
    for await (const chunk of chunksOf(location, options)) {
      unpack ??= decompressor(packingOf(chunk));
      unpack.push(chunk, sink);
    }
    unpack?.end(sink);
    tar.end();
    verify(options, sum.digest('hex'));
    const index = builder.finish();
    const problems = tar.error === undefined ? builder.problems : [...builder.problems, brokenTar(tar.error)];
    return { index, entries: builder.entries, sizeBytes, problems };
  } catch (error) {
    throw labelled(error, options.label);
  } finally {
    unpack?.close();
    builder.close();
  }
}

function verify({ diffId, label }: ReadLayerOptions, hex: string): void {
  const found = diffId.startsWith('sha512:') ? (`sha512:${hex}` as Digest) : sha256Digest(hex);
  if (found === diffId) return;
  throw new CodedError('digest-mismatch', `${label} should have the diff ID ${diffId} but its bytes have ${found}`, {
    hint: 'the image was altered or damaged after it was built: pull or save it again, and do not run it',
  });
}

function brokenTar(error: string): Problem {
  return { code: 'broken-tar', message: `the layer's archive ${error}`, source: 'layers', hides: 'all' };
}

function labelled(error: unknown, label: string): unknown {
  if (!(error instanceof CodedError) || error.message.includes(label)) return error;
  return new CodedError(error.code, `${label}: ${error.message}`, {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

/** The stored bytes in pieces; a piece from a file is only valid until the next one is asked for. */
async function* chunksOf(location: BlobLocation, options: ReadLayerOptions): AsyncGenerator<Buffer> {
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
    }
  } finally {
    fs.closeSync(file);
  }
}
