import { spawn } from 'node:child_process';
import path from 'node:path';

/** `npm run check`: types, import directions and dead exports, lint, formatting, generated code and documents. */

const root = path.resolve(import.meta.dirname, '..');

const checks: readonly (readonly [name: string, ...command: string[]])[] = [
  ['types', 'tsc', '-p', '.'],
  ['types of the pages', 'tsc', '-p', 'web'],
  ['imports', 'node', 'tools/check-imports.ts'],
  ['lint', 'eslint', '--cache', '--cache-location', 'node_modules/.cache/eslint', '.'],
  ['format', 'prettier', '--check', '--cache', '--log-level', 'warn', '.'],
  ['WebAssembly', 'node', 'tools/make-wasm.ts', '--check'],
  ['documents', 'node', 'tools/make-docs.ts', '--check'],
];

async function run([name, command, ...args]: (typeof checks)[number]): Promise<boolean> {
  const began = performance.now();
  const { status, output } = await outputOf(command!, args);
  process.stdout.write(
    `${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)\n`,
  );
  if (status !== 0) process.stdout.write(output);
  return status === 0;
}

function outputOf(command: string, args: readonly string[]): Promise<{ status: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (text: Buffer) => (output += text.toString()));
    child.stderr.on('data', (text: Buffer) => (output += text.toString()));
    child.on('error', (error) => resolve({ status: 1, output: `${error.message}\n` }));
    child.on('close', (status) => resolve({ status: status ?? 1, output }));
  });
}

const waiting = [...checks];
const results: boolean[] = [];
// Two at a time: as many as small machines have processors.
await Promise.all(
  [0, 1].map(async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) results.push(await run(check));
  }),
);
process.exitCode = results.every(Boolean) ? 0 : 1;
