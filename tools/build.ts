import fs from 'node:fs';
import path from 'node:path';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
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
  resolveId(source, importer) {
    return isLate(source, importer) ? '\0late-child-process' : undefined;
  },
  load(id) {
    if (id !== '\0late-child-process') return undefined;
    return "module.exports = new Proxy({}, { get: (_, key) => process.getBuiltinModule('node:child_process')[key] });";
  },
};

function isLate(id: string, importer: string | undefined): boolean {
  return id === 'node:child_process' && importer?.includes('/commander/') === true;
}

/** What every command runs through. */
const commandRoots = ['src/cli/run.ts'];
/** What every scan runs through, a warm one too: all that these import lies in one piece, since each file to open costs. */
const scanRoots = ['src/cli/scan.ts', 'src/image/sources/archive/index.ts', 'src/report/index.ts'];
/** What linting a Dockerfile runs through. */
const lintRoots = ['src/cli/dockerfile.ts', 'src/report/lint/lint-table.ts'];
/** What scanning threads run: what they share with the above lies in a second piece, so that they load no more. */
const threadRoots = ['src/flows/scan/layer-worker-entry.ts', 'src/flows/scan/layer-scan.ts'];

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

let inCommands: Set<string> | undefined;
let inScan: Set<string> | undefined;
let inLint: Set<string> | undefined;
let inThreads: Set<string> | undefined;

function pieceOf(id: string, modules: Modules): string | null {
  inCommands ??= reached(commandRoots, modules);
  inScan ??= reached(scanRoots, modules);
  inLint ??= reached(lintRoots, modules);
  inThreads ??= reached(threadRoots, modules);
  const isShared = inCommands.has(id) || inScan.has(id);
  if (isShared && inThreads.has(id)) return 'core';
  if (inCommands.has(id)) return 'command';
  return inScan.has(id) ? 'scan' : inLint.has(id) ? 'lint' : null;
}

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

const bundle = await rolldown({
  input: {
    plimsoll: path.join(root, 'src/cli/main.ts'),
    'layer-worker': path.join(root, 'src/flows/scan/layer-worker-entry.ts'),
  },
  cwd: root,
  platform: 'node',
  external: (id, importer) => id === 'koffi' || (id.startsWith('node:') && !isLate(id, importer)),
  plugins: [lateChildProcess],
  transform: {
    target: 'node24',
    define: { PLIMSOLL_BUNDLE: 'true', PLIMSOLL_CONTENTS_VERSION: JSON.stringify(await computeContentsVersion()) },
  },
  // A module that some commands load late and others at once is no mistake.
  checks: { ineffectiveDynamicImport: false },
});
const { output } = await bundle.write({
  dir: folder,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'lib/[name]-[hash].js',
  comments: false,
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  codeSplitting: { groups: [{ debugName: 'pieces', name: pieceOf }] },
});
await bundle.close();
const chunks = output.filter((file): file is OutputChunk => file.type === 'chunk');
for (const { fileName, code } of chunks) fs.writeFileSync(path.join(folder, fileName), withPlainBuiltins(code));
fs.writeFileSync(program, `#!/usr/bin/env node\n${fs.readFileSync(program, 'utf8')}`);
fs.chmodSync(program, 0o755);
// Without it Node looks for one in every folder above, for every piece.
fs.writeFileSync(path.join(folder, 'lib/package.json'), '{"type":"module"}\n');
const bytes = chunks.reduce((sum, { code }) => sum + code.length, 0);
process.stdout.write(`dist/: ${(bytes / 1e6).toFixed(2)} MB in ${chunks.length} files\n`);
