import { randomBytes } from 'node:crypto';

/** Longest path that Linux takes (PATH_MAX); engines refuse longer ones. */
export const maxPathBytes = 4096;

// Secret per process, so that nobody can make two paths that collide; never stored, so results don't depend on it.
const seed = randomBytes(8);
const seed1 = seed.readUInt32LE(0);
const seed2 = seed.readUInt32LE(4);

/**
 * The bytes of one path after another, with the hash of every prefix: since neighbours in a layer share most of their
 * path, only what differs is hashed, and the hash of each parent directory is there for free.
 */
export class PathCursor {
  readonly bytes = Buffer.alloc(maxPathBytes);
  length = 0;
  readonly #h1 = new Uint32Array(maxPathBytes + 1);
  readonly #h2 = new Uint32Array(maxPathBytes + 1);

  constructor() {
    this.#h1[0] = seed1;
    this.#h2[0] = seed2;
  }

  /** Keeps the first `shared` bytes and takes `suffix` behind them. */
  move(shared: number, suffix: Uint8Array, from: number, count: number): void {
    const { bytes } = this;
    const h1s = this.#h1;
    const h2s = this.#h2;
    let h1 = h1s[shared]!;
    let h2 = h2s[shared]!;
    for (let i = 0; i < count; i++) {
      const byte = suffix[from + i]!;
      const at = shared + i;
      bytes[at] = byte;
      h1 = step1(h1, byte);
      h2 = step2(h2, byte);
      h1s[at + 1] = h1;
      h2s[at + 1] = h2;
    }
    this.length = shared + count;
  }

  /** Sets the path from text, as `set` does; -1, and nothing done, where the text is too long or not plain ASCII. */
  setText(path: string): number {
    const { bytes } = this;
    const { length } = path;
    if (length >= maxPathBytes) return -1;
    const limit = Math.min(length, this.length);
    let shared = 0;
    while (shared < limit && path.charCodeAt(shared) === bytes[shared]) shared++;
    for (let i = shared; i < length; i++) if (path.charCodeAt(i) > 127) return -1;
    const h1s = this.#h1;
    const h2s = this.#h2;
    let h1 = h1s[shared]!;
    let h2 = h2s[shared]!;
    for (let i = shared; i < length; i++) {
      const byte = path.charCodeAt(i);
      bytes[i] = byte;
      h1 = step1(h1, byte);
      h2 = step2(h2, byte);
      h1s[i + 1] = h1;
      h2s[i + 1] = h2;
    }
    this.length = length;
    return shared;
  }

  /** Sets the path from its bytes; gives how many bytes it shares with the one before. */
  set(path: Uint8Array): number {
    const limit = Math.min(path.length, this.length);
    let shared = 0;
    while (shared < limit && path[shared] === this.bytes[shared]) shared++;
    this.move(shared, path, shared, path.length - shared);
    return shared;
  }

  /** Hash of the first `length` bytes, first half. */
  hash1(length = this.length): number {
    return finish(this.#h1[length]!);
  }

  hash2(length = this.length): number {
    return finish(this.#h2[length]! ^ length);
  }
}

/** Less than this is left to the garbage collector. */
const repaysBytes = 8 << 20;

/**
 * Gives the memory of arrays that nobody uses any more back to the system, if it is much. The first time in a thread that this
 * happens V8 throws away all compiled code that looks into arrays (it relied on none ever losing its memory): not worth it for little.
 */
export function freeNow(...arrays: readonly (Uint8Array | Uint32Array | Int32Array)[]): void {
  const buffers = arrays.map(({ buffer }) => buffer as ArrayBuffer);
  if (buffers.reduce((sum, { byteLength }) => sum + byteLength, 0) < repaysBytes) return;
  for (const buffer of buffers) buffer.transfer(0);
}

function step1(h: number, byte: number): number {
  const next = Math.imul(h ^ byte, 0x01000193);
  return next ^ (next >>> 15);
}

function step2(h: number, byte: number): number {
  return Math.imul(h + byte, 0x85ebca6b) ^ (h >>> 13);
}

function finish(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A map from 64-bit path hashes to small integers: 12 bytes a slot, so a million paths take some 25 MB. */
export class PathTable {
  #keys = new Uint32Array(2 << 12);
  #values = new Int32Array(1 << 12);
  #used = 0;

  get size(): number {
    return this.#used;
  }

  /** The value for a path, or -1. Values must not be negative. */
  get(hash1: number, hash2: number): number {
    const slot = this.#slot(hash1, hash2 === 0 ? 1 : hash2);
    return this.#keys[slot * 2 + 1] === 0 ? -1 : this.#values[slot]!;
  }

  set(hash1: number, hash2: number, value: number): void {
    if (this.#used * 5 > this.#values.length * 3) this.#grow();
    const key2 = hash2 === 0 ? 1 : hash2;
    const slot = this.#slot(hash1, key2);
    if (this.#keys[slot * 2 + 1] === 0) {
      this.#keys[slot * 2] = hash1;
      this.#keys[slot * 2 + 1] = key2;
      this.#used++;
    }
    this.#values[slot] = value;
  }

  #slot(hash1: number, key2: number): number {
    const keys = this.#keys;
    const mask = this.#values.length - 1;
    let slot = hash1 & mask;
    while (keys[slot * 2 + 1] !== 0 && (keys[slot * 2] !== hash1 || keys[slot * 2 + 1] !== key2))
      slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Uint32Array(keys.length * 2);
    this.#values = new Int32Array(values.length * 2);
    for (let i = 0; i < values.length; i++) {
      if (keys[i * 2 + 1] === 0) continue;
      const slot = this.#slot(keys[i * 2]!, keys[i * 2 + 1]!);
      this.#keys[slot * 2] = keys[i * 2]!;
      this.#keys[slot * 2 + 1] = keys[i * 2 + 1]!;
      this.#values[slot] = values[i]!;
    }
    freeNow(keys, values);
  }

  /** Gives much memory back at once, without waiting for the garbage collector; the table is empty afterwards. */
  free(): void {
    freeNow(this.#keys, this.#values);
    this.#keys = new Uint32Array(2 << 4);
    this.#values = new Int32Array(1 << 4);
    this.#used = 0;
  }
}
