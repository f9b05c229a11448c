import type { runLayerWorker as runWorker } from '../flows/scan/layer-worker.ts';
import { openProgram } from './open-program.ts';

/** What a scanning thread of the built program runs. */

/** The piece that scans layers; the build says its name. */
declare const PLIMSOLL_LAYER_WORKER: string;

const { runLayerWorker } = openProgram('layers').load(PLIMSOLL_LAYER_WORKER) as {
  readonly runLayerWorker: typeof runWorker;
};
runLayerWorker();
