import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { BlobLocation, LayerBlob } from '../../image/index.ts';
import { breakPlainRing, type Inflate, isBeingRead, newPlainRing, type PlainRing } from '../../image/layers/index.ts';
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
  /** What unpacks; what it gets wrong is read again with `zlib`. Default: what the variable PLIMSOLL_INFLATE says, or `isal`. */
  readonly inflate?: Inflate;
  /** Stored bytes read of a layer so far. */
  onProgress?(job: LayerJob, storedBytes: number): void;
  onDone(job: LayerJob, scan: LayerScan): void;
}

/** Images smaller than this are read in this thread alone: starting another takes longer. */
const inThreadBytes = 4 << 20;

/** A thread that catalogs has to load, compile and warm up all that code first: smaller layers do not repay it. */
const repaysBytes = 64 << 20;

/**
 * This thread begins a layer by itself only while each of the others has this many times its size to do: it also catalogs what
 * they bring, and they shall not wait for it at the end.
 */
const ahead = 4;

/**
 * Reads layers on all processors, this thread's among them. One other thread unpacks and verifies for this one, the
 * largest layers first; this one catalogs what comes, and whenever nothing waits there it reads other layers itself: the
 * two share the work of one layer, so that the largest is not the last one running. Here too the larger ones come first, so
 * that small ones are left for whoever has nothing to do at the end. Of several large layers
 * two are unpacked at once, since what one has much of, bytes to unpack or files to look at, another has little of; where
 * there are more processors, further threads read them whole. Throws the first error and stops the rest.
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
  const all: Lane = { ...options, signal, queue, rings: new Set(), left: new Map() };
  const lanes: Promise<void>[] = [];
  if (processors > 1 && queue.length > 0) lanes.push(inOtherThread(unpackedBeside, 0, all));
  if (processors > 1 && large > 1) lanes.push(inOtherThread(unpackedBeside, 0, all));
  for (let more = Math.min(processors, large) - 2; more > 0; more--)
    lanes.push(inOtherThread(readWhole, repaysBytes, all));
  lanes.push(inThisThread(all));
  const results = await Promise.allSettled(lanes.map(stopping));
  options.signal.throwIfAborted();
  if (stop.signal.aborted) throw stop.signal.reason;
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** What the lanes share. */
interface Lane extends PoolOptions {
  /** The largest first. */
  readonly queue: LayerJob[];
  /** Those through which layers come to this thread now. */
  readonly rings: Set<PlainRing>;
  /** Stored bytes that other threads have not yet read of the layers that they are at. */
  readonly left: Map<LayerJob, number>;
}

/** The largest layers that keep nobody waiting. */
async function inThisThread(lane: Lane): Promise<void> {
  const { queue, signal, rings } = lane;
  const turn = async (): Promise<void> => {
    do await setImmediate();
    while (!signal.aborted && [...rings].some(isBeingRead));
  };
  for (let job = nextHere(lane); job !== undefined; job = nextHere(lane)) {
    signal.throwIfAborted();
    const { blob, request } = job;
    const location = await blob.locate();
    const place = queue.indexOf(job);
    if (place < 0) continue;
    if (location.kind === 'file' && !isWorthIt(job, lane)) return;
    queue.splice(place, 1);
    const onProgress = (bytes: number): void => lane.onProgress?.(job!, bytes);
    const scan = await withFallback(lane, async (inflate) =>
      scanLayer(await blob.locate(), { ...request, inflate }, { signal, onProgress, turn }),
    );
    lane.onDone(job, scan);
  }
}

function nextHere(lane: Lane): LayerJob | undefined {
  return lane.queue.find((job) => isWorthIt(job, lane)) ?? lane.queue.at(-1);
}

function isWorthIt(job: LayerJob, { queue, left }: Lane): boolean {
  if (left.size === 0) return true;
  const rest = queue.reduce((sum, other) => sum + storedBytes(other), 0) - storedBytes(job);
  return [...left.values()].reduce((sum, bytes) => sum + bytes, rest) >= ahead * left.size * storedBytes(job);
}

type ReadBy = (
  thread: LayerThread,
  request: LayerScanRequest,
  stored: TaskOptions & { readonly location: BlobLocation },
  rings: Set<PlainRing>,
) => Promise<LayerScan>;

/** The largest layers first, down to those of that many stored bytes. */
async function inOtherThread(read: ReadBy, leastBytes: number, lane: Lane): Promise<void> {
  const { signal, queue, left } = lane;
  let thread: LayerThread | undefined;
  const end = (): void => void thread?.stop();
  signal.addEventListener('abort', end, { once: true });
  try {
    const next = (): LayerJob | undefined => (storedBytes(queue[0]) >= leastBytes ? queue.shift() : undefined);
    for (let job = next(); job !== undefined; job = next()) {
      signal.throwIfAborted();
      const { blob, request } = job;
      left.set(job, storedBytes(job));
      // Its start takes as long as finding out where the bytes are.
      const at = (thread ??= new LayerThread());
      const scan = await withFallback(lane, async (inflate) => {
        const location = await blob.locate();
        const onProgress = (bytes: number): void => {
          left.set(job!, storedBytes(job) - bytes);
          lane.onProgress?.(job!, bytes);
        };
        return read(at, { ...request, inflate }, { signal, location, onProgress }, lane.rings);
      });
      left.delete(job);
      lane.onDone(job, scan);
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
const unpackedBeside: ReadBy = async (thread, request, stored, rings) => {
  const ring = newPlainRing();
  rings.add(ring);
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
    breaking(scanLayer({ kind: 'ring', ring }, request, stored)),
    breaking(thread.run({ kind: 'unpack', request, ring, ...fileOf(stored.location) }, stored)),
  ] as const;
  try {
    const [scan] = await Promise.all(sides);
    return scan;
  } finally {
    await Promise.allSettled(sides);
    rings.delete(ring);
  }
};

/** What unpacks may be at fault, not the bytes: Node's own zlib has the last word. */
async function withFallback(
  { inflate = wished(process.env['PLIMSOLL_INFLATE']) }: PoolOptions,
  attempt: (inflate: Inflate) => Promise<LayerScan>,
): Promise<LayerScan> {
  try {
    return await attempt(inflate);
  } catch (error) {
    const code = error instanceof CodedError ? error.code : undefined;
    if (inflate === 'zlib' || (code !== 'layer-unreadable' && code !== 'digest-mismatch')) throw error;
    return attempt('zlib');
  }
}

function wished(inflate: string | undefined): Inflate {
  return inflate === 'zlib' || inflate === 'own' ? inflate : 'isal';
}

function storedBytes(job: LayerJob | undefined): number {
  return job?.blob.sizeBytes ?? 0;
}
