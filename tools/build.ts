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

/** commander's way to start other programs is only loaded at its first use, which never comes. */
const lateChildProcess: Plugin = {
  name: 'late-child-process',
  setup(bundler) {
    bundler.onResolve({ filter: /^node:child_process$/ }, ({ path: name, importer }) =>
      importer.includes('/commander/') ? { path: name, namespace: 'late' } : { path: name, external: true },
    );
    bundler.onLoad({ filter: /.*/, namespace: 'late' }, () => ({
      contents:
        "module.exports = new Proxy({}, { get: (_, key) => process.getBuiltinModule('node:child_process')[key] });",
      loader: 'js',
    }));
  },
};

/**
 * Takes Node's own modules as objects and not as ES modules: making those reads every getter of a module, which loads
 * streams, web crypto and more that a scan never touches, and costs a third of the start-up.
 */
function withPlainBuiltins(code: string): string {
  const imports = /(?<=^|[;}\n])import\s*(?:([\w$]+)\s*,?\s*)?(\{[^}]*\}|\*\s*as\s+[\w$]+)?\s*from\s*"(node:[\w/]+)";/g;
  return code.replace(imports, (_, whole: string | undefined, rest: string | undefined, name: string) => {
    const load = `process.getBuiltinModule("${name}")`;
    const names: string[] = [];
    if (whole !== undefined) names.push(`${whole}=${load}`);
    if (rest?.startsWith('{')) names.push(`${rest.replaceAll(' as ', ':').replace(/default:/g, '"default":')}=${load}`);
    else if (rest !== undefined) names.push(`${rest.replace(/^\*\s*as\s+/, '')}=${load}`);
    return `const ${names.join(',')};`;
  });
}

const result = await build({
  plugins: [lateChildProcess],
  write: false,
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
  external: ['koffi', 'node:*'],
  define: { PLIMSOLL_BUNDLE: 'true', PLIMSOLL_CONTENTS_VERSION: JSON.stringify(await computeContentsVersion()) },
  // Some libraries still call require() for Node's own modules.
  banner: { js: 'const require = (name) => process.getBuiltinModule(name);' },
  metafile: true,
  logLevel: 'warning',
});
fs.mkdirSync(path.join(folder, 'lib'), { recursive: true });
for (const { path: file, text } of result.outputFiles) fs.writeFileSync(file, withPlainBuiltins(text));
fs.writeFileSync(program, `#!/usr/bin/env node\n${fs.readFileSync(program, 'utf8')}`);
fs.chmodSync(program, 0o755);
// Without it Node looks for one in every folder above, for every piece.
fs.writeFileSync(path.join(folder, 'lib/package.json'), '{"type":"module"}\n');
const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
process.stdout.write(`dist/: ${(bytes / 1e6).toFixed(2)} MB in ${Object.keys(result.metafile.outputs).length} files\n`);
