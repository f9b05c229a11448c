import { noRealImageReason, realImage, realImageNames } from './index.ts';

/** Makes every real image that can be made here (or those named), and says where each lies. */
const names = process.argv.length > 2 ? process.argv.slice(2) : realImageNames;
for (const name of names) {
  const reason = noRealImageReason(name);
  const startMs = performance.now();
  const done =
    reason === undefined ? await realImage(name).then((image) => image.archive, String) : `skipped: ${reason}`;
  process.stdout.write(`${name}: ${done} (${((performance.now() - startMs) / 1000).toFixed(1)} s)\n`);
}
