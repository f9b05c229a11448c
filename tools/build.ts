import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

/**
 * Makes dist/plimsoll.js: one file that users run, with all libraries but the optional native one inside. Beside it
 * layer-worker.js, what its scanning threads need of it: they start in half the time (without it the file serves both).
 */

const root = path.resolve(import.meta.dirname, '..');
const outfile = path.join(root, 'dist/plimsoll.js');

const result = await build({
  entryPoints: {
    plimsoll: path.join(root, 'src/cli/main.ts'),
    'layer-worker': path.join(root, 'src/flows/scan/layer-worker-entry.ts'),
  },
  outdir: path.dirname(outfile),
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  external: ['koffi'],
  define: { PLIMSOLL_BUNDLE: 'true' },
  // Some libraries still call require() for Node's own modules.
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as __plimsollRequire } from 'node:module';\nconst require = __plimsollRequire(import.meta.url);",
  },
  metafile: true,
  logLevel: 'warning',
});
fs.chmodSync(outfile, 0o755);
const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
process.stdout.write(`dist/plimsoll.js: ${(bytes / 1e6).toFixed(2)} MB\n`);
