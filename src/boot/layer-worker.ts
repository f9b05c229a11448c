import type { runLayerWorker as runWorker } from '../flows/scan/layer-worker.ts';
import { openProgram } from './open-program.ts';

/** What a scanning thread of the built program runs; its argument says for what its compiled code is kept. */

/** The piece that scans layers; the build says its name. */
declare const PLIMSOLL_LAYER_WORKER: string;

const { runLayerWorker } = openProgram(process.argv[2] ?? 'layers').load(PLIMSOLL_LAYER_WORKER) as {
  readonly runLayerWorker: typeof runWorker;
};
runLayerWorker();
