import { decodeName, encodeName } from '../../formats/tar/index.ts';
import { freeNow, maxPathBytes, PathCursor } from './path-table.ts';

/** What a layer holds at a path. `whiteout` and `opaque` say what it takes away from the layers below. */
const entryTypes = ['file', 'directory', 'symlink', 'hardlink', 'device', 'fifo', 'whiteout', 'opaque'] as const;
export type EntryType = (typeof entryTypes)[number];

export interface IndexEntry {
  readonly type: EntryType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  /** Target of a symbolic link as written; path of the first name for a hard link. */
  readonly linkTarget?: string;
}

const pieceBytes = 1 << 19;

/**
 * Writes the entries of a layer into one compact buffer: each path as what differs from the one before, attributes as
 * numbers of a table; some 20 bytes an entry, so that a million of them stay in memory.
 */
export class LayerIndexWriter {
  /** Full pieces, and the one that is written to: nothing is copied while the index grows. */
  readonly #pieces: Buffer[] = [];
  #bytes = Buffer.allocUnsafeSlow(1 << 14);
  #length = 0;
  #count = 0;
  readonly #attributes = new Map<string, number>();
  #last: Attributes & { readonly id: number } = { type: 'file', mode: -1, uid: 0, gid: 0, linked: false, id: 0 };
  readonly #dead = new Set<number>();
  readonly #cursor = new PathCursor();

  get count(): number {
    return this.#count;
  }

  /** The cursor at the last path set by `place`. */
  get cursor(): PathCursor {
    return this.#cursor;
  }

  #shared = 0;

  /** Moves to a path; undefined when it is longer than any system takes. Call `append` next to write it. */
  place(path: string): boolean {
    this.#shared = this.#cursor.setText(path);
    if (this.#shared >= 0) return true;
    const encoded = encodeName(path);
    if (encoded.length >= maxPathBytes) return false;
    this.#shared = this.#cursor.set(encoded);
    return true;
  }

  /** Writes an entry at the path last placed and gives its number. */
  append(entry: IndexEntry): number {
    const suffix = this.#cursor.length - this.#shared;
    this.#room(suffix + 64 + (entry.linkTarget === undefined ? 0 : entry.linkTarget.length * 3));
    this.#varint(this.#shared);
    this.#varint(suffix);
    this.#cursor.bytes.copy(this.#bytes, this.#length, this.#shared, this.#cursor.length);
    this.#length += suffix;
    this.#varint(this.#attribute(entry));
    if (entry.type === 'file') {
      this.#varint(entry.sizeBytes);
    } else if (entry.linkTarget !== undefined) {
      const target = encodeName(entry.linkTarget);
      this.#varint(target.length);
      this.#raw(target);
    }
    return this.#count++;
  }

  /** Takes an entry back: a later one of the same layer stands in its place. */
  remove(number: number): void {
    this.#dead.add(number);
  }

  isRemoved(number: number): boolean {
    return this.#dead.has(number);
  }

  /** The index as bytes, readable by `readLayerIndex`. */
  finish(): Uint8Array {
    const head = Buffer.from(
      JSON.stringify({ count: this.#count, attributes: [...this.#attributes.keys()], dead: [...this.#dead] }),
    );
    // Memory of its own, exactly as large: it goes to another thread.
    const pieces = [...this.#pieces, this.#bytes.subarray(0, this.#length)];
    const index = Buffer.allocUnsafeSlow(pieces.reduce((sum, { length }) => sum + length, 4 + head.length));
    index.writeUInt32LE(head.length);
    index.set(head, 4);
    let at = 4 + head.length;
    for (const piece of pieces) {
      index.set(piece, at);
      at += piece.length;
    }
    return index;
  }

  /** Gives much memory back at once; the writer is of no use afterwards. */
  free(): void {
    freeNow(...this.#pieces, this.#bytes);
    this.#pieces.length = 0;
    this.#bytes = Buffer.allocUnsafeSlow(1);
    this.#length = 0;
  }

  #attribute(entry: IndexEntry): number {
    const linked = entry.linkTarget !== undefined;
    const last = this.#last;
    // Neighbours mostly have the same.
    if (
      last.type === entry.type &&
      last.mode === entry.mode &&
      last.uid === entry.uid &&
      last.gid === entry.gid &&
      last.linked === linked
    )
      return last.id;
    const key = `${entryTypes.indexOf(entry.type)} ${entry.mode} ${entry.uid} ${entry.gid} ${linked ? 1 : 0}`;
    let id = this.#attributes.get(key);
    if (id === undefined) {
      id = this.#attributes.size;
      this.#attributes.set(key, id);
    }
    this.#last = { type: entry.type, mode: entry.mode, uid: entry.uid, gid: entry.gid, linked, id };
    return id;
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    if (this.#length > 0) this.#pieces.push(this.#bytes.subarray(0, this.#length));
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(pieceBytes, bytes));
    this.#length = 0;
  }

  #raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #varint(value: number): void {
    while (value > 127) {
      this.#bytes[this.#length++] = (value % 128) | 128;
      value = Math.floor(value / 128);
    }
    this.#bytes[this.#length++] = value;
  }
}

interface Attributes {
  readonly type: EntryType;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly linked: boolean;
}

/** Reads an index that `LayerIndexWriter` made, entry by entry; nothing is kept between entries but the path. */
export class LayerIndexReader {
  readonly cursor = new PathCursor();
  /** Bytes that the path shares with the entry before. */
  shared = 0;
  type: EntryType = 'file';
  mode = 0;
  uid = 0;
  gid = 0;
  sizeBytes = 0;

  readonly #bytes: Buffer;
  readonly #attributes: readonly Attributes[];
  readonly #dead: ReadonlySet<number>;
  #at: number;
  #number = -1;
  readonly #count: number;
  #linkFrom = 0;
  #linkTo = 0;

  constructor(index: Uint8Array) {
    this.#bytes = Buffer.from(index.buffer, index.byteOffset, index.byteLength);
    const headBytes = this.#bytes.readUInt32LE(0);
    const head = JSON.parse(this.#bytes.toString('utf8', 4, 4 + headBytes)) as {
      count: number;
      attributes: string[];
      dead: number[];
    };
    this.#count = head.count;
    this.#attributes = head.attributes.map((key) => {
      const [type, mode, uid, gid, flags] = key.split(' ');
      return {
        type: entryTypes[Number(type)]!,
        mode: Number(mode),
        uid: Number(uid),
        gid: Number(gid),
        linked: flags === '1',
      };
    });
    this.#dead = new Set(head.dead);
    this.#at = 4 + headBytes;
  }

  /** How many entries were written, removed ones too. */
  get count(): number {
    return this.#count;
  }

  /** Number of the current entry, as `append` gave it. */
  get number(): number {
    return this.#number;
  }

  /** Moves to the next entry that was not removed; false at the end. */
  next(): boolean {
    do {
      if (++this.#number >= this.#count) return false;
      this.#step();
    } while (this.#dead.size > 0 && this.#dead.has(this.#number));
    return true;
  }

  /** The current path as text. */
  path(): string {
    return decodeName(this.cursor.bytes.subarray(0, this.cursor.length));
  }

  /** Target of the current link. */
  linkTarget(): string {
    return decodeName(this.#bytes.subarray(this.#linkFrom, this.#linkTo));
  }

  #step(): void {
    this.shared = this.#varint();
    const suffix = this.#varint();
    this.cursor.move(this.shared, this.#bytes, this.#at, suffix);
    this.#at += suffix;
    const attributes = this.#attributes[this.#varint()]!;
    this.type = attributes.type;
    this.mode = attributes.mode;
    this.uid = attributes.uid;
    this.gid = attributes.gid;
    this.sizeBytes = 0;
    if (attributes.type === 'file') {
      this.sizeBytes = this.#varint();
    } else if (attributes.linked) {
      const length = this.#varint();
      this.#linkFrom = this.#at;
      this.#at += length;
      this.#linkTo = this.#at;
    }
  }

  #varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  }
}
