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

/** A thread that catalogs has to load, compile and warm up all that code first: smaller layers do not repay it. */
const repaysBytes = 64 << 20;

/**
 * Reads layers on all processors, this thread's among them. One other thread unpacks and verifies for this one, the
 * largest layers first; this one catalogs what comes, and reads the smallest layers meanwhile: the two share the work of
 * one layer, so that the largest is not the last one running. Where there are several large layers, further threads read
 * them whole. Throws the first error and stops the rest.
 */
export async function scanLayers(jobs: readonly LayerJob[], options: PoolOptions): Promise<void> {
  const queue = [...jobs].sort((a, b) => storedBytes(b) - storedBytes(a));
  const total = queue.reduce((sum, { blob }) => sum + (blob.sizeBytes ?? inThreadBytes), 0);
  const processors = total < inThreadBytes ? 1 : (options.processors ?? availableParallelism());
  const large = queue.filter((job) => storedBytes(job) >= repaysBytes).length;
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
  const all = { ...options, signal };
  const lanes: Promise<void>[] = [];
  if (processors > 1 && queue.length > 0) lanes.push(inOtherThread(() => queue.shift(), unpackedBeside, all));
  for (let more = Math.min(processors, large) - 1; more > 0; more--)
    lanes.push(inOtherThread(() => (storedBytes(queue[0]) >= repaysBytes ? queue.shift() : undefined), readWhole, all));
  lanes.push(inThisThread(queue, all));
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

type ReadBy = (
  thread: LayerThread,
  request: LayerScanRequest,
  stored: TaskOptions & { readonly location: BlobLocation },
) => Promise<LayerScan>;

async function inOtherThread(next: () => LayerJob | undefined, read: ReadBy, options: PoolOptions): Promise<void> {
  const { signal } = options;
  let thread: LayerThread | undefined;
  const end = (): void => void thread?.stop();
  signal.addEventListener('abort', end, { once: true });
  try {
    for (let job = next(); job !== undefined; job = next()) {
      signal.throwIfAborted();
      const { blob, request } = job;
      // Its start takes as long as finding out where the bytes are.
      const at = (thread ??= new LayerThread());
      const scan = await withFallback(options, async (native) => {
        const location = await blob.locate();
        const onProgress = (bytes: number): void => options.onProgress?.(job!, bytes);
        return read(at, { ...request, native }, { signal, location, onProgress });
      });
      options.onDone(job, scan);
    }
    await thread?.end();
  } finally {
    signal.removeEventListener('abort', end);
    await thread?.stop();
  }
}

const readWhole: ReadBy = async (thread, request, stored) => {
  const scan = await thread.run({ kind: 'scan', request, ...fileOf(stored.location) }, stored);
  if (scan === undefined) throw new Error('a scanning thread gave no scan');
  return scan;
};

/** The thread unpacks and verifies, this one catalogs. */
const unpackedBeside: ReadBy = async (thread, request, stored) => {
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
};

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

function storedBytes(job: LayerJob | undefined): number {
  return job?.blob.sizeBytes ?? 0;
}
