import fs from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { computeContentsVersion } from '../src/flows/scan/contents-version.ts';

/**
 * Makes dist/: plimsoll.js, which users run, and beside it in lib/ the rest of the program in pieces that are loaded when a
 * command needs them, with all libraries but the optional native one inside. In pieces, since start-up is most of a warm
 * scan: what is not needed is not read, and what is needed comes compiled from Node's compile cache, which a file that is
 * the program's entry can't.
 */

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'dist');
const program = path.join(folder, 'plimsoll.js');

fs.rmSync(path.join(folder, 'lib'), { recursive: true, force: true });

/**
 * Takes Node's own modules as objects and not as ES modules: making those reads every getter of a module, which loads
 * streams, web crypto and more that a scan never touches, and costs a third of the start-up. commander's way
 * to start other programs is only loaded at its first use, which never comes.
 */
const builtins: Plugin = {
  name: 'builtins',
  setup(bundler) {
    bundler.onResolve({ filter: /^node:/ }, ({ path: name, importer }) => {
      const lazily = name === 'node:child_process' && importer.includes('/commander/');
      return { path: name, namespace: lazily ? 'builtin-at-first-use' : 'builtin', sideEffects: false };
    });
    bundler.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path: name }) => {
      return { contents: `module.exports = process.getBuiltinModule(${JSON.stringify(name)});`, loader: 'js' };
    });
    bundler.onLoad({ filter: /.*/, namespace: 'builtin-at-first-use' }, ({ path: name }) => {
      const load = `process.getBuiltinModule(${JSON.stringify(name)})`;
      return { contents: `module.exports = new Proxy({}, { get: (_, key) => ${load}[key] });`, loader: 'js' };
    });
  },
};

const result = await build({
  plugins: [builtins],
  entryPoints: {
    plimsoll: path.join(root, 'src/cli/main.ts'),
    'layer-worker': path.join(root, 'src/flows/scan/layer-worker-entry.ts'),
  },
  outdir: folder,
  chunkNames: 'lib/[name]-[hash]',
  splitting: true,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  external: ['koffi'],
  define: { PLIMSOLL_BUNDLE: 'true', PLIMSOLL_CONTENTS_VERSION: JSON.stringify(await computeContentsVersion()) },
  // Some libraries still call require() for Node's own modules.
  banner: {
    js: "#!/usr/bin/env node\nimport { createRequire as __plimsollRequire } from 'node:module';\nconst require = __plimsollRequire(import.meta.url);",
  },
  metafile: true,
  logLevel: 'warning',
});
fs.chmodSync(program, 0o755);
// Without it Node looks for one in every folder above, for every piece.
fs.writeFileSync(path.join(folder, 'lib/package.json'), '{"type":"module"}\n');
const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
process.stdout.write(`dist/: ${(bytes / 1e6).toFixed(2)} MB in ${Object.keys(result.metafile.outputs).length} files\n`);
