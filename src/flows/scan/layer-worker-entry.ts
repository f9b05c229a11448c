import { runLayerWorker } from './layer-worker.ts';

// The thread's entry when sources run as they are; the bundle's own entry does the same.
runLayerWorker();
