import type { ByteSource } from './byte-source.ts';
import type { ImagePath } from './image-path.ts';

/** A member of a layer as a visitor sees it. The object is used again: copy what must stay. */
export interface SeenEntry {
  path: ImagePath;
  type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'device' | 'fifo';
  mode: number;
  uid: number;
  gid: number;
  sizeBytes: number;
  linkTarget: string | undefined;
  xattrs: Readonly<Record<string, Uint8Array>> | undefined;
}

/** What a visitor may ask of a file's contents, as bits. */
export const wish = {
  nothing: 0,
  /** The SHA-256 of the whole file; `whole` is called with only the head to read. */
  hash: 1,
  /** The whole file, with random access. */
  whole: 2,
  /** The file in overlapping windows. */
  windows: 4,
  /** With `whole`: the machine code of an ELF object need not be kept, and reading it throws. It is half of what large ones hold. */
  withoutCode: 8,
} as const;

/** How much of a file `wants` gets to see, at most. */
export const headBytes = 8192;

/** Looks at the files of one layer, in the archive's order, as the bytes pass by. Must not throw. */
export interface FileVisitor {
  /** Every member, before its contents. */
  entry(entry: SeenEntry): void;
  /** What is wanted of a regular file, from its first bytes (`headBytes`, or the whole file). Bits of `wish`. */
  wants(entry: SeenEntry, head: Buffer): number;
  whole(entry: SeenEntry, head: Buffer, content: ByteSource, sha256: string | undefined): void;
  window(
    entry: SeenEntry,
    head: Buffer,
    content: ByteSource,
    place: { offsetBytes: number; linesBefore: number } | undefined,
  ): void;
  /** What was said of this path, and of everything below it where `below`, is void: the layer put something else there. */
  forget(path: ImagePath, below: boolean): void;
}
