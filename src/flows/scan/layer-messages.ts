import type { PlainRing } from '../../image/layers/index.ts';
import type { LayerScan, LayerScanRequest } from './layer-scan.ts';

/** Stored bytes that a thread reads by itself. */
export interface FileRange {
  readonly path: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

/** One layer's work for one thread. */
export type LayerTask =
  /** Unpack, verify and catalog. Without a file the stored bytes are asked for in pieces. */
  | { readonly kind: 'scan'; readonly request: LayerScanRequest; readonly file?: FileRange }
  /** Unpack and verify only, for another thread. */
  | {
      readonly kind: 'unpack';
      readonly request: LayerScanRequest;
      readonly file?: FileRange;
      readonly ring: PlainRing;
    };

/** What a thread is told. */
export type ToWorker =
  | LayerTask
  /** The next piece of a stream that was asked for; absent at its end. */
  | { readonly kind: 'chunk'; readonly bytes?: Uint8Array }
  /** There are no more tasks: end in good order. */
  | { readonly kind: 'end' };

/** What it answers. */
export type FromWorker =
  | { readonly kind: 'more' }
  | { readonly kind: 'progress'; readonly storedBytes: number }
  /** The task is done; of `unpack` nothing else is to be said. */
  | { readonly kind: 'done'; readonly scan?: LayerScan }
  | {
      readonly kind: 'failed';
      readonly code?: string;
      readonly message: string;
      readonly hint?: string;
      readonly stack?: string;
    };
