import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { ensureSecretFile } from './secret-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-secret-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('is made once, for its owner alone', () => {
  const file = join(folder, 'made/here');
  ensureSecretFile(file, () => 'first');
  ensureSecretFile(file, () => 'second');
  expect(readFileSync(file, 'utf8')).toBe('first');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, 'made'))).toEqual(['here']);
});

test('is made anew where its maker was killed before it wrote', () => {
  const file = join(folder, 'empty');
  writeFileSync(file, '');
  ensureSecretFile(file, () => 'whole');
  expect(readFileSync(file, 'utf8')).toBe('whole');
});

test('processes that start at the same time all read the same whole secret', async () => {
  const source = pathToFileURL(join(import.meta.dirname, 'secret-file.ts')).href;
  const script = `import { ensureSecretFile } from ${JSON.stringify(source)};
    import { readFileSync } from 'node:fs';
    const seen = [];
    for (let i = 0; i < 200; i++) {
      const file = process.argv[1] + i;
      while (Date.now() < Number(process.argv[2]) + i);
      ensureSecretFile(file, () => String(process.pid).padEnd(24, '.'));
      seen.push(readFileSync(file, 'utf8'));
    }
    console.log(JSON.stringify(seen));`;
  const begin = String(Date.now() + 1000);
  const outputs = await Promise.all(
    [1, 2, 3].map(async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, join(folder, 'race-'), begin]);
      let text = '';
      child.stdout.on('data', (part: Buffer) => (text += part.toString()));
      await once(child, 'close');
      return JSON.parse(text) as string[];
    }),
  );
  expect(outputs[0]!.map((each) => each.length)).toEqual(Array<number>(200).fill(24));
  expect(outputs[1]).toEqual(outputs[0]);
  expect(outputs[2]).toEqual(outputs[0]);
});
