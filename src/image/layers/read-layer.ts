import { setImmediate } from 'node:timers/promises';
import { TarReader } from '../../formats/tar/index.ts';
import type { FileVisitor, Problem } from '../../model/index.ts';
import type { BlobLocation } from '../image.ts';
import { LayerBuilder } from './layer-builder.ts';
import { type PlainRing, PlainRingReader } from './plain-ring.ts';
import { unpackLayer, type UnpackOptions } from './unpack-layer.ts';

export interface ReadLayerOptions extends UnpackOptions {
  readonly spoolDirectory: string;
}

/** Where a layer's bytes come from: stored somewhere, or plain and verified from a thread that unpacks them. */
export type LayerSource = BlobLocation | { readonly kind: 'ring'; readonly ring: PlainRing };

/** A layer that was read to its end and whose bytes are the ones that the image configuration vouches for. */
export interface ReadLayer {
  /** For `LayerIndexReader`. */
  readonly index: Uint8Array;
  readonly entries: number;
  /** Uncompressed bytes. */
  readonly sizeBytes: number;
  readonly problems: readonly Problem[];
}

/**
 * Reads a layer once, from first byte to last: unpacks and verifies it, lays out its members and hands their contents to
 * the visitor as they pass. Throws CodedError `layer-unreadable` or `digest-mismatch`; what only concerns single members
 * becomes a problem.
 */
export async function readLayer(
  source: LayerSource,
  visitor: FileVisitor,
  options: ReadLayerOptions,
): Promise<ReadLayer> {
  const builder = new LayerBuilder(visitor, options.spoolDirectory);
  const tar = new TarReader(builder);
  try {
    const sizeBytes =
      source.kind === 'ring'
        ? await drain(source.ring, tar)
        : await unpackLayer(source, options, { write: (plain) => tar.push(plain) });
    tar.end();
    const index = builder.finish();
    const problems = tar.error === undefined ? builder.problems : [...builder.problems, brokenTar(tar.error)];
    return { index, entries: builder.entries, sizeBytes, problems };
  } finally {
    builder.close();
  }
}

async function drain(ring: PlainRing, tar: TarReader): Promise<number> {
  const reader = new PlainRingReader(ring);
  let sizeBytes = 0;
  let sincePause = 0;
  for (let plain = await reader.next(); plain !== undefined; plain = await reader.next()) {
    sizeBytes += plain.length;
    tar.push(plain);
    // Where the other side is never slower, nothing else of this thread would have its turn.
    if ((sincePause += plain.length) < pauseBytes) continue;
    sincePause = 0;
    await setImmediate();
  }
  return sizeBytes;
}

/** Some thousandths of a second: of two layers that come at once none shall keep the other's thread waiting. */
const pauseBytes = 2 << 20;

function brokenTar(error: string): Problem {
  return { code: 'broken-tar', message: `the layer's archive ${error}`, source: 'layers', hides: 'all' };
}
