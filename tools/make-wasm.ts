import fs from 'node:fs';
import path from 'node:path';
import asc from 'assemblyscript/asc';

/**
 * Compiles what is written in AssemblyScript (`*.as.ts`) to WebAssembly and puts it beside its source as text, so that
 * neither the program nor whoever installs it needs the compiler. With --check it only says whether that is up to date.
 */

const root = path.resolve(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');

/** Source without its ending, the name under which its code is exported, and its memory in pages of 64 KiB. */
const modules = [
  ['src/image/layers/inflate/inflate', 'inflateCode', 8],
  ['src/image/layers/line-ends', 'lineEndsCode', 18],
] as const;

for (const [file, name, pages] of modules) {
  const target = path.join(root, `${file}-code.table.ts`);
  const text = tableOf(name, `${path.basename(file)}.as.ts`, await compiled(`${file}.as.ts`, pages));
  const before = fs.existsSync(target) ? fs.readFileSync(target, 'utf8') : '';
  if (before === text) continue;
  if (isCheck) {
    process.stderr.write(`${file}-code.table.ts is out of date: npm run docs\n`);
    process.exitCode = 1;
  } else fs.writeFileSync(target, text);
}

async function compiled(file: string, pages: number): Promise<Uint8Array> {
  let code: Uint8Array | undefined;
  const options = ['-O3', '--runtime', 'stub', '--enable', 'simd', '--noAssert', '--initialMemory', String(pages)];
  // No static data below 64: a null pointer points at nothing of ours.
  const { error, stderr } = await asc.main([file, ...options, '--memoryBase', '64', '--outFile', 'code.wasm'], {
    readFile: (name, folder) => {
      const at = path.resolve(root, folder, name);
      return fs.existsSync(at) ? fs.readFileSync(at, 'utf8') : null;
    },
    writeFile: (_name, contents) => {
      if (typeof contents !== 'string') code = contents;
    },
    listFiles: () => null,
  });
  if (error !== null || code === undefined) throw new Error(`${file}: ${stderr.toString()}`, { cause: error });
  return code;
}

function tableOf(name: string, source: string, code: Uint8Array): string {
  const lines = Buffer.from(code)
    .toString('base64')
    .match(/.{1,110}/g)!;
  return `/* Made of ${source} by tools/make-wasm.ts (\`npm run docs\`): not to be edited. Base64. */
export const ${name} = \`
${lines.join('\n')}
\`;
`;
}
