import { type Decompressor, type DecompressLimits, defaultDecompressLimits, OutputWatch } from './decompressor.ts';
import { GzipDecompressor, type RawInflater } from './gzip-members.ts';
import { ownInflater } from './inflate/own-inflater.ts';
import { IsalInflater, loadIsal } from './isal.ts';
import { ZlibInflater, ZstdDecompressor } from './node-zlib.ts';

/** How a layer's bytes are packed, told by their first bytes and not by what the manifest says. */
export type Packing = 'gzip' | 'zstd' | 'none';

export function packingOf(head: Uint8Array): Packing {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd';
  // A zstd skippable frame (RFC 8878 § 3.1.2), as zstd:chunked writes it.
  if (head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18 && (head[0]! & 0xf0) === 0x50) return 'zstd';
  return 'none';
}

/** Plain bytes handed on at once, at most. */
const plainBytes = 1 << 18;

export interface DecompressOptions {
  readonly limits?: DecompressLimits;
  /** Where the next plain bytes go; asked again once the last ones were handed on. */
  readonly output?: () => Buffer;
  /** Default: our own. */
  readonly inflate?: Inflate;
}

/**
 * What inflates gzip: `isal`, a library, where this machine has it, and our own where not: whoever asks for it must verify
 * the plain bytes and ask again for `zlib`, which is Node's and has the last word; `own`, our own wherever its code runs.
 */
export type Inflate = 'isal' | 'own' | 'zlib';

/**
 * A decompressor for the packing. Throws CodedError `layer-unreadable` on bytes that are no such stream; of gzip it does not
 * check the CRC.
 */
export function decompressor(packing: Packing, options: DecompressOptions = {}): Decompressor {
  const { limits = defaultDecompressLimits, inflate = 'own' } = options;
  if (packing === 'none') return passThrough(limits);
  const output = options.output ?? sameBuffer();
  const watch = new OutputWatch(limits);
  if (packing === 'zstd') return new ZstdDecompressor(watch, output);
  return new GzipDecompressor(inflaterOf(inflate, output), watch);
}

function inflaterOf(inflate: Inflate, output: () => Buffer): RawInflater {
  const isal = inflate === 'isal' ? loadIsal() : undefined;
  if (isal !== undefined) return new IsalInflater(isal, output);
  return (inflate === 'zlib' ? undefined : ownInflater()) ?? new ZlibInflater(output);
}

function sameBuffer(): () => Buffer {
  const buffer = Buffer.allocUnsafeSlow(plainBytes);
  return () => buffer;
}

function passThrough(limits: DecompressLimits): Decompressor {
  const watch = new OutputWatch(limits);
  return {
    push(packed, sink) {
      watch.in += packed.length;
      watch.made(packed.length);
      sink(packed);
    },
    end() {},
    close() {},
  };
}
