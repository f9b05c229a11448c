/**
 * Plain bytes on their way from the thread that unpacks a layer to the thread that looks at them: a few pieces of shared
 * memory, filled and emptied in turn. The side that unpacks sleeps while there is no room, the other goes on with whatever
 * its thread has to do; either may break it off, and then the other throws.
 */
export type PlainRing = SharedArrayBuffer;

// Small enough that a piece is still in the processor's cache when the other side takes it.
const slots = 16;
const slotBytes = 1 << 18;
/** Waking costs as much as a piece: a side is woken when there is something to do for it, not for every piece. */
const wakeSlots = 4;
// Words of the head.
const written = 0;
const taken = 1;
const state = 2;
/** What each side sleeps on: raised by every change that concerns it, so that no change falls between look and sleep. */
const forReader = 3;
const forWriter = 4;
/** All bytes written, modulo 2³²: the reader's must be the same. */
const total = 5;
/** 1 from the moment on that the reader found bytes until it finds none. */
const reading = 6;
const lengths = 7;
/** A multiple of a line of the processor's cache. */
const headBytes = 128;

const open = 0;
const ended = 1;
const broken = 2;

/** A ring for one layer. */
export function newPlainRing(): PlainRing {
  return new SharedArrayBuffer(headBytes + slots * slotBytes);
}

/** Ends the ring before its time, from any thread: whoever waits for it wakes and throws. */
export function breakPlainRing(ring: PlainRing): void {
  const words = new Int32Array(ring, 0, headBytes / 4);
  if (Atomics.compareExchange(words, state, open, broken) !== open) return;
  wake(words, forReader);
  wake(words, forWriter);
}

/** Whether the side that looks at the bytes has some in hand: what else its thread has to do can wait then. */
export function isBeingRead(ring: PlainRing): boolean {
  return new Int32Array(ring, 0, headBytes / 4)[reading] === 1;
}

function slotsOf(ring: PlainRing): Buffer[] {
  return Array.from({ length: slots }, (_, slot) => Buffer.from(ring, headBytes + slot * slotBytes, slotBytes));
}

function wake(words: Int32Array, side: number): void {
  Atomics.add(words, side, 1);
  Atomics.notify(words, side);
}

/** The side that unpacks. */
export class PlainRingWriter {
  readonly #words: Int32Array;
  readonly #slots: readonly Buffer[];
  #count = 0;

  constructor(ring: PlainRing) {
    this.#words = new Int32Array(ring, 0, headBytes / 4);
    this.#slots = slotsOf(ring);
  }

  /** The next free piece, to be filled from its start; waits for one. Throws when the ring was broken. */
  buffer(): Buffer {
    const words = this.#words;
    for (;;) {
      const before = Atomics.load(words, forWriter);
      if (Atomics.load(words, state) === broken) throw new Error('nobody reads the unpacked layer any more');
      if (((this.#count - Atomics.load(words, taken)) | 0) < slots) return this.#slots[this.#count & (slots - 1)]!;
      Atomics.wait(words, forWriter, before);
    }
  }

  /** Hands bytes on: those written to the start of `buffer()`, or others, which are copied. */
  write(plain: Buffer): void {
    if (plain.buffer === this.#words.buffer) return this.#commit(plain.length);
    for (let at = 0; at < plain.length; at += slotBytes) this.#commit(plain.copy(this.buffer(), 0, at, at + slotBytes));
  }

  /** Says that all is written, and that it is what it should be. */
  end(): void {
    Atomics.compareExchange(this.#words, state, open, ended);
    wake(this.#words, forReader);
  }

  #commit(length: number): void {
    const words = this.#words;
    words[lengths + (this.#count & (slots - 1))] = length;
    words[total]! += length;
    this.#count = (this.#count + 1) | 0;
    Atomics.store(words, written, this.#count);
    if (((this.#count - Atomics.load(words, taken)) & (wakeSlots - 1)) === 0) wake(words, forReader);
  }
}

/** The side that looks at the bytes. */
export class PlainRingReader {
  readonly #words: Int32Array;
  readonly #slots: readonly Buffer[];
  #count = 0;
  #total = 0;
  #holds = false;

  constructor(ring: PlainRing) {
    this.#words = new Int32Array(ring, 0, headBytes / 4);
    this.#slots = slotsOf(ring);
  }

  /** The next bytes, valid until the next call; undefined at the verified end. Throws when the ring was broken. */
  async next(): Promise<Buffer | undefined> {
    const words = this.#words;
    if (this.#holds) {
      this.#holds = false;
      this.#count = (this.#count + 1) | 0;
      Atomics.store(words, taken, this.#count);
      if ((this.#count & (wakeSlots - 1)) === 0) wake(words, forWriter);
    }
    for (;;) {
      const before = Atomics.load(words, forReader);
      // The state first: what was written before the end was said must still be read.
      const now = Atomics.load(words, state);
      if (now === broken) throw new Error('the layer is not unpacked any further');
      if (Atomics.load(words, written) !== this.#count) {
        this.#holds = true;
        words[reading] = 1;
        const slot = this.#count & (slots - 1);
        const length = words[lengths + slot]!;
        this.#total = (this.#total + length) | 0;
        return this.#slots[slot]!.subarray(0, length);
      }
      if (now === ended) {
        words[reading] = 0;
        if (this.#total !== words[total]) throw new Error('the layer did not come over whole');
        return undefined;
      }
      words[reading] = 0;
      await Atomics.waitAsync(words, forReader, before).value;
    }
  }
}
