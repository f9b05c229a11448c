import { availableParallelism } from 'node:os';
import type { BlobLocation, LayerBlob } from '../../image/index.ts';
import { breakPlainRing, newPlainRing } from '../../image/layers/index.ts';
import { CodedError } from '../../model/index.ts';
import { type LayerScan, type LayerScanRequest, scanLayer } from './layer-scan.ts';
import { fileOf, LayerThread, type TaskOptions } from './layer-thread.ts';

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

/** Images smaller than this are read in this thread alone: starting another takes longer. */
const inThreadBytes = 4 << 20;

/**
 * Reads layers on all processors, this thread's among them. One other thread unpacks and verifies for this one, the
 * largest layers first; this one catalogs what comes, and reads the smallest layers meanwhile. Where there are more
 * processors, further threads read whole layers. Throws the first error and stops the rest.
 *
 * A thread that catalogs has to load, compile and warm up all that code: hence one that only unpacks.
 */
export async function scanLayers(jobs: readonly LayerJob[], options: PoolOptions): Promise<void> {
  const queue = [...jobs].sort((a, b) => (b.blob.sizeBytes ?? 0) - (a.blob.sizeBytes ?? 0));
  const known = queue.every(({ blob }) => blob.sizeBytes !== undefined);
  const total = queue.reduce((sum, { blob }) => sum + (blob.sizeBytes ?? 0), 0);
  const processors = known && total < inThreadBytes ? 1 : (options.processors ?? availableParallelism());
  const threads = Math.min(processors - 1, queue.length);
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const stopping = async (lane: Promise<void>): Promise<void> => {
    try {
      await lane;
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  };
  const lanes = Array.from({ length: threads }, (_, index) =>
    inOtherThread(queue, index === 0, { ...options, signal }),
  );
  lanes.push(inThisThread(queue, { ...options, signal }));
  const results = await Promise.allSettled(lanes.map(stopping));
  options.signal.throwIfAborted();
  if (stop.signal.aborted) throw stop.signal.reason;
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** The smallest layers first. */
async function inThisThread(queue: LayerJob[], options: PoolOptions): Promise<void> {
  for (let job = queue.pop(); job !== undefined; job = queue.pop()) {
    const { blob, request } = job;
    options.signal.throwIfAborted();
    const scan = await withFallback(options, async (native) =>
      scanLayer(await blob.locate(), { ...request, native }, options.signal, (bytes) =>
        options.onProgress?.(job!, bytes),
      ),
    );
    options.onDone(job, scan);
  }
}

/** The largest layers first. */
async function inOtherThread(queue: LayerJob[], unpacksOnly: boolean, options: PoolOptions): Promise<void> {
  const { signal } = options;
  let thread: LayerThread | undefined;
  const end = (): void => void thread?.stop();
  signal.addEventListener('abort', end, { once: true });
  try {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      signal.throwIfAborted();
      const { blob } = job;
      // Its start takes as long as finding out where the bytes are.
      const at = (thread ??= new LayerThread());
      const scan = await withFallback(options, async (native) => {
        const request: LayerScanRequest = { ...job!.request, native };
        const location = await blob.locate();
        const stored = { signal, location, onProgress: (bytes: number) => options.onProgress?.(job!, bytes) };
        if (unpacksOnly) return unpackedBeside(at, request, stored);
        return scanned(await at.run({ kind: 'scan', request, ...fileOf(location) }, stored));
      });
      options.onDone(job, scan);
    }
  } finally {
    signal.removeEventListener('abort', end);
    await thread?.stop();
  }
}

/** The thread unpacks and verifies, this one catalogs. */
async function unpackedBeside(
  thread: LayerThread,
  request: LayerScanRequest,
  stored: TaskOptions & { readonly location: BlobLocation },
): Promise<LayerScan> {
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
    breaking(scanLayer({ kind: 'ring', ring }, request, stored.signal)),
    breaking(thread.run({ kind: 'unpack', request, ring, ...fileOf(stored.location) }, stored)),
  ] as const;
  try {
    const [scan] = await Promise.all(sides);
    return scan;
  } finally {
    await Promise.allSettled(sides);
  }
}

/** A library of the machine may be at fault, not the bytes: Node's own zlib has the last word. */
async function withFallback(
  { native = process.env['PLIMSOLL_INFLATE'] !== 'zlib' }: PoolOptions,
  attempt: (native: boolean) => Promise<LayerScan>,
): Promise<LayerScan> {
  try {
    return await attempt(native);
  } catch (error) {
    const code = error instanceof CodedError ? error.code : undefined;
    if (!native || (code !== 'layer-unreadable' && code !== 'digest-mismatch')) throw error;
    return attempt(false);
  }
}

function scanned(scan: LayerScan | undefined): LayerScan {
  if (scan === undefined) throw new Error('a scanning thread gave no scan');
  return scan;
}
