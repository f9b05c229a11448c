import { availableParallelism } from 'node:os';
import type { LayerBlob } from '../../image/index.ts';
import { breakPlainRing, newPlainRing } from '../../image/layers/index.ts';
import { CodedError } from '../../model/index.ts';
import { type LayerScan, type LayerScanRequest, scanLayer } from './layer-scan.ts';
import { fileOf, LayerThread } from './layer-thread.ts';

export interface LayerJob {
  readonly blob: LayerBlob;
  readonly request: LayerScanRequest;
}

export interface PoolOptions {
  readonly signal: AbortSignal;
  /** Default: what the machine has. */
  readonly processors?: number;
  /**
   * Whether a library of the machine may unpack; what it gets wrong is read again without. Default: yes, unless the
   * variable PLIMSOLL_INFLATE says `zlib`.
   */
  readonly native?: boolean;
  /** Stored bytes read of a layer so far. */
  onProgress?(job: LayerJob, storedBytes: number): void;
  onDone(job: LayerJob, scan: LayerScan): void;
}

/** Images smaller than this are read in this thread: starting another takes longer. */
const inThreadBytes = 4 << 20;

/** Reads layers on all processors, the largest first. Throws the first error and stops the rest. */
export async function scanLayers(jobs: readonly LayerJob[], options: PoolOptions): Promise<void> {
  const queue = [...jobs].sort((a, b) => (b.blob.sizeBytes ?? 0) - (a.blob.sizeBytes ?? 0));
  const known = queue.every(({ blob }) => blob.sizeBytes !== undefined);
  const total = queue.reduce((sum, { blob }) => sum + (blob.sizeBytes ?? 0), 0);
  if (known && total < inThreadBytes) return scanHere(queue, options);
  const processors = options.processors ?? availableParallelism();
  // A layer that takes longer than its share of the processors would be the last one running: it gets two threads.
  const isPiped = ({ blob }: LayerJob): boolean =>
    processors > 1 && (blob.sizeBytes ?? 0) >= inThreadBytes && blob.sizeBytes! * processors > total;
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const lanes = Array.from({ length: Math.max(1, Math.min(queue.length, processors)) }, async () => {
    const lane = new Lane({ ...options, signal });
    try {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        signal.throwIfAborted();
        options.onDone(job, await lane.scan(job, isPiped(job)));
      }
    } catch (error) {
      stop.abort(error);
      throw error;
    } finally {
      await lane.close();
    }
  });
  const results = await Promise.allSettled(lanes);
  options.signal.throwIfAborted();
  if (stop.signal.aborted) throw stop.signal.reason;
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function scanHere(jobs: readonly LayerJob[], options: PoolOptions): Promise<void> {
  for (const job of jobs) {
    options.signal.throwIfAborted();
    const scan = await scanLayer(await job.blob.locate(), job.request, options.signal, (bytes) =>
      options.onProgress?.(job, bytes),
    );
    options.onDone(job, scan);
  }
}

/** One place for work: a thread, and a second one that unpacks for it while it reads large layers. */
class Lane {
  readonly #options: PoolOptions;
  readonly #abort = (): void => void this.close();
  #reader: LayerThread | undefined;
  #unpacker: LayerThread | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    // Its start takes as long as finding out where the bytes are.
    this.#reader = new LayerThread();
    options.signal.addEventListener('abort', this.#abort, { once: true });
  }

  async scan(job: LayerJob, piped: boolean): Promise<LayerScan> {
    const native = this.#options.native ?? process.env['PLIMSOLL_INFLATE'] !== 'zlib';
    try {
      return await this.#attempt(job, piped, native);
    } catch (error) {
      // The library may be at fault, not the bytes: Node's own zlib has the last word.
      const code = error instanceof CodedError ? error.code : undefined;
      if (!native || (code !== 'layer-unreadable' && code !== 'digest-mismatch')) throw error;
      return this.#attempt(job, piped, false);
    }
  }

  async close(): Promise<void> {
    this.#options.signal.removeEventListener('abort', this.#abort);
    await Promise.all([this.#reader?.stop(), this.#unpacker?.stop()]);
  }

  async #attempt(job: LayerJob, piped: boolean, native: boolean): Promise<LayerScan> {
    const { signal } = this.#options;
    const request: LayerScanRequest = { ...job.request, native };
    const reader = (this.#reader ??= new LayerThread());
    const unpacker = piped ? (this.#unpacker ??= new LayerThread()) : undefined;
    const location = await job.blob.locate();
    const stored = {
      signal,
      location,
      onProgress: (bytes: number) => this.#options.onProgress?.(job, bytes),
    };
    if (unpacker === undefined)
      return scanned(await reader.run({ kind: 'scan', request, ...fileOf(location) }, stored));
    const ring = newPlainRing();
    // When one side fails the other must not wait for it; what failed first is what is told.
    const breaking = async <T>(side: Promise<T>): Promise<T> => {
      try {
        return await side;
      } catch (error) {
        breakPlainRing(ring);
        throw error;
      }
    };
    const sides = [
      breaking(reader.run({ kind: 'catalog', request, ring }, { signal })),
      breaking(unpacker.run({ kind: 'unpack', request, ring, ...fileOf(location) }, stored)),
    ] as const;
    try {
      const [scan] = await Promise.all(sides);
      return scanned(scan);
    } finally {
      await Promise.allSettled(sides);
    }
  }
}

function scanned(scan: LayerScan | undefined): LayerScan {
  if (scan === undefined) throw new Error('a scanning thread gave no scan');
  return scan;
}
