import { statfsSync } from 'node:fs';
import { CodedError } from '../../model/index.ts';

/** With less than this on its disk PostgreSQL may not even start again: a piece of its write-ahead log has 16 MiB. */
const leastBytes = 32 << 20;

/** Knows whether the store has room: by what requests came to, and by the disk of its folder where it has one. */
export class StoreRoom {
  readonly #folder: string | undefined;
  #refusal: string | undefined;

  /** @param folder of an embedded store. */
  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** Something could not be kept. */
  failed(error: unknown): void {
    if (error instanceof CodedError && error.code === 'store-full') this.#refusal = error.message;
  }

  /** Something was kept. */
  kept(): void {
    this.#refusal = undefined;
  }

  /** What is wrong; undefined where nothing is. */
  complaint(): string | undefined {
    const free = this.#folder === undefined ? undefined : freeBytes(this.#folder);
    if (free !== undefined && free < leastBytes)
      return `the disk of ${this.#folder} has no room left but ${(free / (1 << 20)).toFixed(0)} MiB`;
    return this.#refusal;
  }
}

function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    // Not there yet, or of a kind that does not say.
    return undefined;
  }
}
