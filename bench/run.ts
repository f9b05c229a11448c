import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** `npm run bench [NAME [WORDS…]]`: runs one benchmark of this folder, or lists them. Figures are kept in docs/benchmarks.md. */

const [name, ...words] = process.argv.slice(2);
const parts = new Set(['run', 'images', 'measure', 'fleet', 'kept-fleet', 'processor']);
const known = fs
  .readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -3))
  .filter((file) => !parts.has(file))
  .sort();
if (name === undefined || !known.includes(name)) {
  process.stdout.write(`npm run bench NAME, where NAME is one of: ${known.join(', ')}\n`);
  process.exitCode = name === undefined ? 0 : 64;
} else {
  const { status } = spawnSync('node', [path.join(import.meta.dirname, `${name}.ts`), ...words], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}
