import { encodeName } from '../../formats/tar/index.ts';
import type { ImagePath } from '../../model/index.ts';
import { LayerIndexReader } from './layer-index.ts';
import { maxPathBytes, PathCursor, PathTable } from './path-table.ts';

/** What upper layers hide of one layer. */
export interface LayerShare {
  /** Regular files of this layer that a container sees, and their bytes. */
  visibleFiles: number;
  visibleBytes: number;
  /** Bytes of this layer that upper layers deleted, and that they replaced by another file of the same path. */
  deletedBytes: number;
  deletedFiles: number;
  replacedBytes: number;
  replacedFiles: number;
}

/** Told of each entry, from the topmost layer down. The reader stands at the entry. */
export type OverlayVisitor = (layer: number, entry: LayerIndexReader, hiddenBy: number | undefined) => void;

// What an upper layer says of a path, as bits.
const isDirectory = 1;
const isOther = 2;
const deleted = 4;
const opaque = 8;

/**
 * Lays layers over one another from the top down, as overlay file systems do: an entry hides what lower layers hold at
 * its path (and below it, unless both are directories), a whiteout hides a path with all below it, an opaque directory
 * all below it. Only hashes of paths are kept.
 */
export class Overlay {
  /** Path hash → number in the two arrays beside it. */
  readonly #table = new PathTable();
  #flags = new Uint8Array(1 << 12);
  /** The nearest upper layer that has the path, and the nearest that hides what is below it; plus 1, 0 for none. */
  #touched = new Uint16Array(1 << 12);
  #blocked = new Uint16Array(1 << 12);
  readonly #query = new PathCursor();
  // Per byte of the reader's current path: the layer that hides everything below the parent that ends there.
  readonly #hiddenAt = new Uint16Array(maxPathBytes + 1);
  #after: { hash1: number; hash2: number; flag: number }[] = [];

  /** Adds the next lower layer: tells what of it is hidden by the layers added before, then lets it hide too. */
  add(layer: number, index: Uint8Array, isLowest: boolean, visit?: OverlayVisitor): LayerShare {
    const share: LayerShare = {
      visibleFiles: 0,
      visibleBytes: 0,
      deletedBytes: 0,
      deletedFiles: 0,
      replacedBytes: 0,
      replacedFiles: 0,
    };
    const reader = new LayerIndexReader(index);
    this.#after = [];
    while (reader.next()) {
      const { type, cursor } = reader;
      const hash1 = cursor.hash1();
      const hash2 = cursor.hash2();
      if (type === 'whiteout' || type === 'opaque') {
        this.#after.push({ hash1, hash2, flag: type === 'whiteout' ? deleted : opaque });
        continue;
      }
      const hiddenBy =
        this.#table.size === 0 ? 0 : this.#hiddenBy(cursor, reader.shared, type === 'directory', hash1, hash2);
      if (type === 'file') this.#count(share, reader.sizeBytes, hiddenBy, hash1, hash2);
      visit?.(layer, reader, hiddenBy === 0 ? undefined : hiddenBy - 1);
      if (!isLowest) this.#mark(hash1, hash2, type === 'directory' ? isDirectory : isOther, layer);
    }
    for (const { hash1, hash2, flag } of this.#after) this.#mark(hash1, hash2, flag, layer);
    return share;
  }

  /** The nearest of the layers added so far that hides this path of a lower layer; undefined where none does. */
  hides(path: ImagePath, directory = false): number | undefined {
    const encoded = encodeName(path);
    if (this.#table.size === 0 || encoded.length >= maxPathBytes) return undefined;
    const cursor = this.#query;
    cursor.set(encoded);
    for (let i = 0; i < encoded.length; i++) {
      if (encoded[i] !== 47) continue;
      const blockedBy = this.#blockedBy(cursor.hash1(Math.max(i, 1)), cursor.hash2(Math.max(i, 1)));
      if (blockedBy > 0) return blockedBy - 1;
    }
    const own = this.#ownHider(cursor.hash1(), cursor.hash2(), directory);
    return own === 0 ? undefined : own - 1;
  }

  #count(share: LayerShare, sizeBytes: number, hiddenBy: number, hash1: number, hash2: number): void {
    if (hiddenBy === 0) {
      share.visibleFiles++;
      share.visibleBytes += sizeBytes;
      return;
    }
    const slot = this.#table.get(hash1, hash2);
    if (slot >= 0 && this.#flags[slot]! & isOther) {
      share.replacedFiles++;
      share.replacedBytes += sizeBytes;
    } else {
      share.deletedFiles++;
      share.deletedBytes += sizeBytes;
    }
  }

  /** As `hides`, for the reader's path: only what changed since the entry before is looked up. Layer plus 1, or 0. */
  #hiddenBy(cursor: PathCursor, shared: number, directory: boolean, hash1: number, hash2: number): number {
    const { bytes, length } = cursor;
    const hiddenAt = this.#hiddenAt;
    let hidden = 0;
    // The byte at `shared` may have been the end of the previous path and a slash now, so begin one before it.
    for (let i = Math.max(0, shared - 1); i < length; i++) {
      hidden = i === 0 ? 0 : hiddenAt[i - 1]!;
      if (bytes[i] === 47 && hidden === 0) {
        const end = Math.max(i, 1);
        hidden = this.#blockedBy(cursor.hash1(end), cursor.hash2(end));
      }
      hiddenAt[i] = hidden;
    }
    return hidden > 0 ? hidden : this.#ownHider(hash1, hash2, directory);
  }

  #blockedBy(hash1: number, hash2: number): number {
    const slot = this.#table.get(hash1, hash2);
    return slot < 0 ? 0 : this.#blocked[slot]!;
  }

  /** Who hides the path itself: a directory over a directory only changes its attributes, which hides it as an entry. */
  #ownHider(hash1: number, hash2: number, directory: boolean): number {
    const slot = this.#table.get(hash1, hash2);
    if (slot < 0) return 0;
    const flags = this.#flags[slot]!;
    if (flags & (isOther | deleted)) return Math.max(this.#touched[slot]!, this.#blocked[slot]!);
    if (flags & isDirectory) return this.#touched[slot]!;
    // Only an opaque mark: there is a directory, which hides a file but not another directory.
    return directory ? 0 : this.#blocked[slot]!;
  }

  #mark(hash1: number, hash2: number, flag: number, layer: number): void {
    let slot = this.#table.get(hash1, hash2);
    if (slot < 0) {
      slot = this.#table.size;
      this.#table.set(hash1, hash2, slot);
      if (slot >= this.#flags.length) this.#grow();
    }
    this.#flags[slot]! |= flag;
    if (flag !== opaque) this.#touched[slot] = layer + 1;
    if (flag !== isDirectory) this.#blocked[slot] = layer + 1;
  }

  #grow(): void {
    const wider = <T extends Uint8Array | Uint16Array>(array: T, make: (length: number) => T): T => {
      const copy = make(array.length * 2);
      copy.set(array);
      return copy;
    };
    this.#flags = wider(this.#flags, (length) => new Uint8Array(length));
    this.#touched = wider(this.#touched, (length) => new Uint16Array(length));
    this.#blocked = wider(this.#blocked, (length) => new Uint16Array(length));
  }
}
