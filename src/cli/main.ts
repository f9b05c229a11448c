import module from 'node:module';
import { isMainThread, workerData } from 'node:worker_threads';

// Start-up is most of a warm scan: keep compiled code between runs, and load only what the command needs.
module.enableCompileCache();

if (!isMainThread && workerData === 'plimsoll-layer-worker') {
  const { runLayerWorker } = await import('../flows/scan/layer-worker.ts');
  runLayerWorker();
} else {
  const { run } = await import('./run.ts');
  await run(process.argv.slice(2));
}
