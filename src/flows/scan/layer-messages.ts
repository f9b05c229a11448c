import type { LayerScan, LayerScanRequest } from './layer-scan.ts';

/** What the scanning thread is told. */
export type ToWorker =
  | {
      readonly kind: 'scan';
      readonly request: LayerScanRequest;
      readonly file?: { readonly path: string; readonly offsetBytes: number; readonly sizeBytes: number };
    }
  /** The next piece of a stream that was asked for; absent at its end. */
  | { readonly kind: 'chunk'; readonly bytes?: Uint8Array };

/** What it answers. */
export type FromWorker =
  | { readonly kind: 'more' }
  | { readonly kind: 'progress'; readonly storedBytes: number }
  | { readonly kind: 'done'; readonly scan: LayerScan }
  | {
      readonly kind: 'failed';
      readonly code?: string;
      readonly message: string;
      readonly hint?: string;
      readonly stack?: string;
    };

/** `workerData` that makes the program's entry point run as a scanning thread. */
export const layerWorkerMark = 'plimsoll-layer-worker';
