import { Worker } from 'node:worker_threads';
import type { BlobLocation } from '../../image/index.ts';
import { CodedError } from '../../model/index.ts';
import { type FileRange, type FromWorker, type LayerTask, type ToWorker } from './layer-messages.ts';
import type { LayerScan } from './layer-scan.ts';
import { isPatient } from './patient-compiler.ts';

declare const PLIMSOLL_BUNDLE: boolean | undefined;

export interface TaskOptions {
  readonly signal: AbortSignal;
  /** Where the task's stored bytes are, if it reads any: a stream is handed over piece by piece. */
  readonly location?: BlobLocation;
  onProgress?(storedBytes: number): void;
}

/** A thread that reads layers, one task after another. */
export class LayerThread {
  readonly #worker: Worker;
  #last: Promise<unknown> = Promise.resolve();

  /** Starts it; tasks may be given at once. */
  constructor() {
    this.#worker = new Worker(entryOf(), {
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
      argv: [isPatient() ? 'layers-patient' : 'layers'],
      stderr: false,
    });
    // A thread that dies between tasks is found out by the next one.
    this.#worker.on('error', () => undefined);
  }

  /** Ends it whatever it is doing. */
  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  /** Lets it end once its tasks are done. */
  async end(): Promise<void> {
    if (this.#worker.threadId === -1) return;
    const ended = new Promise((resolve) => this.#worker.once('exit', resolve));
    this.#worker.postMessage({ kind: 'end' } satisfies ToWorker);
    await ended;
  }

  /**
   * Has a task done once those before it are; gives the scan unless it only unpacked. Throws what the thread threw, or that it
   * ended early.
   */
  run(task: LayerTask, options: TaskOptions): Promise<LayerScan | undefined> {
    const done = this.#last.then(() => this.#perform(task, options));
    this.#last = done.catch(() => undefined);
    return done;
  }

  #perform(task: LayerTask, { signal, location, onProgress }: TaskOptions): Promise<LayerScan | undefined> {
    const worker = this.#worker;
    const chunks = location?.kind === 'stream' ? location.open(signal)[Symbol.asyncIterator]() : undefined;
    return new Promise((resolve, reject) => {
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
        if (message.kind === 'progress') onProgress?.(message.storedBytes);
        else if (message.kind === 'done') settle(() => resolve(message.scan));
        else if (message.kind === 'failed') settle(() => reject(errorOf(message)));
        else
          chunks!.next().then(
            ({ done, value }) => (done === true ? say({ kind: 'chunk' }) : sendChunk(value as Uint8Array, say)),
            (error: unknown) => settle(() => reject(error as Error)),
          );
      };
      // A thread that has ended never answers.
      if (worker.threadId === -1) return onExit();
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      say(task);
    });
  }
}

/** What a thread runs: in the built program this module lies in lib/, the threads' entry beside that folder. */
function entryOf(): URL {
  const entry = typeof PLIMSOLL_BUNDLE === 'undefined' ? './layer-worker-entry.ts' : '../layer-worker.js';
  return new URL(entry, import.meta.url);
}

function sendChunk(bytes: Uint8Array, say: (message: ToWorker, transfer: ArrayBuffer[]) => void): void {
  const whole = bytes.byteLength === bytes.buffer.byteLength;
  const own = whole ? bytes : Uint8Array.from(bytes);
  say({ kind: 'chunk', bytes: own }, [own.buffer as ArrayBuffer]);
}

/** What a thread needs to read a file by itself; nothing for a stream. */
export function fileOf(location: BlobLocation): { file?: FileRange } {
  if (location.kind !== 'file') return {};
  const { path, offsetBytes, sizeBytes } = location;
  return { file: { path, offsetBytes, sizeBytes } };
}

function errorOf(message: Extract<FromWorker, { kind: 'failed' }>): Error {
  if (message.code !== undefined)
    return new CodedError(message.code, message.message, message.hint === undefined ? {} : { hint: message.hint });
  const error = new Error(message.message);
  if (message.stack !== undefined) error.stack = message.stack;
  return error;
}
