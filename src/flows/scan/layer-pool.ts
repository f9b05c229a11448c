import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { BlobLocation, LayerBlob } from '../../image/index.ts';
import { CodedError } from '../../model/index.ts';
import { type FromWorker, layerWorkerMark, type ToWorker } from './layer-messages.ts';
import { type LayerScan, type LayerScanRequest, scanLayer } from './layer-scan.ts';

export interface LayerJob {
  readonly blob: LayerBlob;
  readonly request: LayerScanRequest;
}

export interface PoolOptions {
  readonly signal: AbortSignal;
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
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const threads = Math.max(1, Math.min(queue.length, availableParallelism()));
  const lanes = Array.from({ length: threads }, async () => {
    const worker = startWorker();
    const abort = (): void => void worker.terminate();
    signal.addEventListener('abort', abort, { once: true });
    try {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        signal.throwIfAborted();
        options.onDone(job, await scanInWorker(worker, job, signal, options));
      }
    } catch (error) {
      stop.abort(error);
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
      await worker.terminate();
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

declare const PLIMSOLL_BUNDLE: boolean | undefined;

function startWorker(): Worker {
  // In the bundle every module has the bundle's own address, and its entry looks at the mark.
  const entry =
    typeof PLIMSOLL_BUNDLE === 'undefined'
      ? new URL('./layer-worker-entry.ts', import.meta.url)
      : new URL(import.meta.url);
  return new Worker(entry, {
    workerData: layerWorkerMark,
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
    stderr: false,
  });
}

async function scanInWorker(
  worker: Worker,
  job: LayerJob,
  signal: AbortSignal,
  options: PoolOptions,
): Promise<LayerScan> {
  const location = await job.blob.locate();
  const chunks = location.kind === 'stream' ? location.open(signal)[Symbol.asyncIterator]() : undefined;
  return new Promise<LayerScan>((resolve, reject) => {
    const say = (message: ToWorker, transfer: ArrayBuffer[] = []): void => worker.postMessage(message, transfer);
    const settle = (finish: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      // An error leaves the rest of a stream unread: let its source close the connection.
      void chunks?.return?.(undefined)?.catch(() => undefined);
      finish();
    };
    const onError = (error: Error): void => settle(() => reject(error));
    const onExit = (): void =>
      settle(() => reject(signal.aborted ? (signal.reason as Error) : new Error('a scanning thread ended early')));
    const onMessage = (message: FromWorker): void => {
      if (message.kind === 'progress') options.onProgress?.(job, message.storedBytes);
      else if (message.kind === 'done') settle(() => resolve(message.scan));
      else if (message.kind === 'failed') settle(() => reject(errorOf(message)));
      else
        chunks!.next().then(
          ({ done, value }) => (done === true ? say({ kind: 'chunk' }) : sendChunk(value as Uint8Array, say)),
          (error: unknown) => settle(() => reject(error as Error)),
        );
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    say({ kind: 'scan', request: job.request, ...(location.kind === 'file' ? { file: fileOf(location) } : {}) });
  });
}

function sendChunk(bytes: Uint8Array, say: (message: ToWorker, transfer: ArrayBuffer[]) => void): void {
  const whole = bytes.byteLength === bytes.buffer.byteLength;
  const own = whole ? bytes : Uint8Array.from(bytes);
  say({ kind: 'chunk', bytes: own }, [own.buffer as ArrayBuffer]);
}

function fileOf({ path, offsetBytes, sizeBytes }: Extract<BlobLocation, { kind: 'file' }>): {
  path: string;
  offsetBytes: number;
  sizeBytes: number;
} {
  return { path, offsetBytes, sizeBytes };
}

function errorOf(message: Extract<FromWorker, { kind: 'failed' }>): Error {
  if (message.code !== undefined)
    return new CodedError(message.code, message.message, message.hint === undefined ? {} : { hint: message.hint });
  const error = new Error(message.message);
  if (message.stack !== undefined) error.stack = message.stack;
  return error;
}
