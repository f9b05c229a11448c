import os from 'node:os';
import { parentPort } from 'node:worker_threads';
import { type BlobLocation, PlainRingWriter, unpackLayer } from '../../image/layers/index.ts';
import { CodedError } from '../../model/index.ts';
import type { FromWorker, LayerTask, ToWorker } from './layer-messages.ts';
import type { LayerScan } from './layer-scan.ts';

/** Runs this thread as a scanner of layers, one task after another, until the pool ends it. */
export function runLayerWorker(): void {
  const port = parentPort;
  if (port === null) throw new Error('a layer worker needs a parent');
  const say = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  let wake: ((bytes: Uint8Array | undefined) => void) | undefined;

  async function* fromParent(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const next = new Promise<Uint8Array | undefined>((resolve) => (wake = resolve));
      say({ kind: 'more' });
      const bytes = await next;
      if (bytes === undefined) return;
      yield bytes;
    }
  }

  port.on('message', (message: ToWorker) => {
    if (message.kind === 'chunk') return wake?.(message.bytes);
    if (message.kind === 'end') return port.close();
    let told = 0;
    const onProgress = (storedBytes: number): void => {
      if (storedBytes - told < 4 << 20) return;
      told = storedBytes;
      say({ kind: 'progress', storedBytes });
    };
    perform(message, fromParent, onProgress)
      .then((scan) =>
        scan === undefined ? say({ kind: 'done' }) : say({ kind: 'done', scan }, [scan.index.buffer as ArrayBuffer]),
      )
      .catch((error: unknown) => say(failure(error)));
  });
}

/** By so much, in the units of nice(2), a thread that only unpacks gives way to the one that catalogs. */
const unpackingNice = 3;

let givesWay = false;

/**
 * The thread that catalogs is the one that is waited for, and it loses its processor whenever it wakes one that unpacks: on two
 * processors an image of 2 GB takes 5 % longer when both have the same right. On Linux alone each thread has a priority of its own.
 */
function giveWay(): void {
  if (givesWay || process.platform !== 'linux') return;
  givesWay = true;
  try {
    os.setPriority(0, Math.min(19, os.getPriority(0) + unpackingNice));
  } catch {
    // A sandbox without the call: only speed suffers.
  }
}

/** A thread that only unpacks has nothing else to do between two pieces of a file. */
const nothingElse = (): Promise<void> => Promise.resolve();

async function perform(
  task: LayerTask,
  fromParent: () => AsyncGenerator<Uint8Array>,
  onProgress: (storedBytes: number) => void,
): Promise<LayerScan | undefined> {
  const { request } = task;
  if (task.kind === 'unpack') {
    giveWay();
    const ring = new PlainRingWriter(task.ring);
    await unpackLayer(locationOf(task.file, fromParent), { ...request, onProgress, turn: nothingElse }, ring);
    ring.end();
    return undefined;
  }
  // A thread that only unpacks has no use for the catalogers.
  const { scanLayer } = await import('./layer-scan.ts');
  return scanLayer(locationOf(task.file, fromParent), request, { onProgress });
}

function locationOf(
  file: Extract<LayerTask, { kind: 'scan' }>['file'],
  open: () => AsyncGenerator<Uint8Array>,
): BlobLocation {
  return file === undefined ? { kind: 'stream', open } : { kind: 'file', ...file };
}

function failure(error: unknown): FromWorker {
  if (error instanceof CodedError)
    return {
      kind: 'failed',
      code: error.code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    };
  return error instanceof Error
    ? { kind: 'failed', message: error.message, ...(error.stack === undefined ? {} : { stack: error.stack }) }
    : { kind: 'failed', message: String(error) };
}
