import { type Cataloger, catalogers, type LayerCatalog, LayerCataloging } from '../../catalog/index.ts';
import { type Inflate, type LayerSource, readLayer } from '../../image/layers/index.ts';
import type { Digest, Problem } from '../../model/index.ts';

/** All that is known of one layer for itself; depends on nothing but its bytes and the catalogers. */
export interface LayerScan extends Omit<LayerCatalog, 'problems'> {
  readonly diffId: Digest;
  readonly sizeBytes: number;
  readonly entries: number;
  readonly problems: readonly Problem[];
  /** For `LayerIndexReader`. */
  readonly index: Uint8Array;
}

export interface LayerScanRequest {
  readonly diffId: Digest;
  readonly label: string;
  readonly spoolDirectory: string;
  /** Only verify the bytes: what is in them is known already. */
  readonly verifyOnly?: boolean;
  /** What unpacks; who asks for `isal` asks again for `zlib` when that fails. */
  readonly inflate?: Inflate;
}

/** How reading a layer gets along with what else its thread does. */
export interface ScanWork {
  readonly signal?: AbortSignal;
  onProgress?(storedBytes: number): void;
  turn?(): Promise<unknown>;
}

/** Reads a layer once: verifies it, lays out its members, catalogs its files. Throws CodedError as `readLayer` does. */
export async function scanLayer(
  source: LayerSource,
  request: LayerScanRequest,
  { signal, onProgress, turn }: ScanWork = {},
  list: readonly Cataloger[] = catalogers,
): Promise<LayerScan> {
  const cataloging = new LayerCataloging(request.verifyOnly === true ? [] : list);
  const layer = await readLayer(source, cataloging, {
    ...request,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(turn === undefined ? {} : { turn }),
  });
  const catalog = cataloging.finish();
  return {
    ...catalog,
    diffId: request.diffId,
    sizeBytes: layer.sizeBytes,
    entries: layer.entries,
    index: layer.index,
    problems: [...layer.problems, ...catalog.problems],
  };
}
