import path from 'node:path';
import { CodedError } from '../src/model/index.ts';
import { readWords, usage } from './start/read-words.ts';

/**
 * `npm start`: the whole product on one's own machine. Builds the program and its pages, starts the server on a PostgreSQL of its own
 * in `.plimsoll/`, and shows an image that was really scanned. `npm start -- VERB …` runs one command instead. Needs nothing but
 * npm's registry: no Internet, no Docker.
 */

const root = path.resolve(import.meta.dirname, '..');
const ending = new AbortController();
let firstSignalMs = 0;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    // Ctrl-C comes twice, from the terminal and from npm, which hands it on. Later the user means it.
    if (ending.signal.aborted && performance.now() - firstSignalMs > 1000) process.exit(1);
    if (!ending.signal.aborted) firstSignalMs = performance.now();
    ending.abort(signal);
  });
// Whoever reads us may go before we do.
process.stdout.on('error', () => undefined);

try {
  process.exitCode = await start();
} catch (error) {
  if (ending.signal.aborted) process.exitCode = 0;
  else process.exitCode = failed(error);
}

async function start(): Promise<number> {
  const words = readWords(process.argv.slice(2));
  if (words.kind === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  if (words.kind === 'verb') {
    const { runVerb } = await import('./start/run-verb.ts');
    return runVerb(words.args, { root, env: process.env, signal: ending.signal });
  }
  const { serveProduct } = await import('./start/serve-product.ts');
  await serveProduct(words, { root, env: process.env, signal: ending.signal });
  return 0;
}

function failed(error: unknown): number {
  if (!(error instanceof CodedError)) throw error;
  process.stderr.write(`npm start: ${error.message} (${error.code})\n`);
  if (error.hint !== undefined) process.stderr.write(`  ${error.hint}\n`);
  return error.kind === 'usage' ? 64 : 1;
}
