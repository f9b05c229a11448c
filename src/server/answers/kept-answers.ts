import type { ChangeCounts, ChangeKind } from '../../server-store/index.ts';
import { Turns } from './turns.ts';

/** What a value was made of. */
export interface MadeFrom {
  readonly kinds: readonly ChangeKind[];
  /** What else it depends on, outside of the store: files, by what tells them apart. */
  readonly outside?: string;
  /** It depends on the time, too: it is given again for so long at most. */
  readonly forMs?: number;
}

export interface Making<T> {
  readonly make: () => Promise<T>;
  /** About as many as it takes in memory. */
  readonly bytesOf: (value: T) => number;
  /** It keeps the database busy: few such are made at a time. Never within another such, for which it would wait. */
  readonly isLong?: boolean;
}

/** As many as leave the database a processor, mostly. */
const mostLong = 2;

interface Entry {
  readonly stamp: string;
  readonly value: Promise<unknown>;
  readonly until: number;
  bytes: number;
}

/**
 * Values that take long to make from the store, and are asked for often. One is given again only where nothing it was made from has
 * changed: how often that was changed is read from the store after each question, and before a value is made; whatever changes
 * something counts it in the same transaction. So another process's changes are seen as soon as they can be, and a value that was
 * made while something changed is of the new count or made again. Those that were not asked for longest go first.
 */
export class KeptAnswers {
  readonly #counts: Pick<ChangeCounts, 'read'>;
  readonly #mostBytes: number;
  readonly #nowMs: () => number;
  readonly #long = new Turns(mostLong);
  readonly #kept = new Map<string, Entry>();
  #bytes = 0;

  /** @param mostBytes of all values, as their makers say. */
  constructor(counts: Pick<ChangeCounts, 'read'>, mostBytes: number, nowMs: () => number = Date.now) {
    this.#counts = counts;
    this.#mostBytes = mostBytes;
    this.#nowMs = nowMs;
  }

  /** The value of a key, made anew where it has to be. What making it throws is thrown to all that wait for it, and not kept. */
  async of<T>(key: string, from: MadeFrom, how: Making<T>): Promise<T> {
    const stamp = `${(await this.#counts.read()).stampOf(from.kinds)} ${from.outside ?? ''}`;
    return this.#given(key, stamp, { ...from, ...how });
  }

  /** The value of a key that names all it is made of: by digests and numbers of what never changes. */
  fixed<T>(key: string, how: Making<T>): Promise<T> {
    return this.#given(key, '', how);
  }

  async #given<T>(
    key: string,
    stamp: string,
    { make, bytesOf, isLong, forMs }: Making<T> & Pick<MadeFrom, 'forMs'>,
  ): Promise<T> {
    const now = this.#nowMs();
    const known = this.#kept.get(key);
    if (known !== undefined && known.stamp === stamp && known.until > now) {
      // The map keeps the order of insertion: whatever was asked for last goes to its end.
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known.value as Promise<T>;
    }
    this.#drop(key, known);
    const value = isLong === true ? this.#long.run(make) : make();
    const entry: Entry = { stamp, value, until: forMs === undefined ? Infinity : now + forMs, bytes: 0 };
    this.#kept.set(key, entry);
    try {
      const made = await value;
      if (this.#kept.get(key) === entry) this.#count(entry, bytesOf(made) + key.length);
      return made;
    } catch (error) {
      this.#drop(key, entry);
      throw error;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  #count(entry: Entry, bytes: number): void {
    entry.bytes = bytes;
    this.#bytes += bytes;
    for (const [key, each] of this.#kept) {
      if (this.#bytes <= this.#mostBytes) return;
      // One that is not made yet weighs nothing, and somebody waits for it.
      if (each.bytes > 0) this.#drop(key, each);
    }
  }

  #drop(key: string, entry: Entry | undefined): void {
    if (entry === undefined || this.#kept.get(key) !== entry) return;
    this.#kept.delete(key);
    this.#bytes -= entry.bytes;
  }
}
