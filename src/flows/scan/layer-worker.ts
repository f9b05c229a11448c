import { parentPort } from 'node:worker_threads';
import { CodedError } from '../../model/index.ts';
import type { FromWorker, ToWorker } from './layer-messages.ts';
import { scanLayer } from './layer-scan.ts';

/** Runs this thread as a scanner of layers, one after another, until the pool ends it. */
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
    const { request, file } = message;
    const location =
      file === undefined ? ({ kind: 'stream', open: fromParent } as const) : ({ kind: 'file', ...file } as const);
    let told = 0;
    const onProgress = (storedBytes: number): void => {
      if (storedBytes - told < 4 << 20) return;
      told = storedBytes;
      say({ kind: 'progress', storedBytes });
    };
    scanLayer(location, request, undefined, onProgress).then(
      (scan) => say({ kind: 'done', scan }, [scan.index.buffer as ArrayBuffer]),
      (error: unknown) => say(failure(error)),
    );
  });
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
