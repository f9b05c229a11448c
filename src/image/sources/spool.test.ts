import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { spool, type SpoolOptions } from './spool.ts';

const directory = mkdtempSync(join(tmpdir(), 'plimsoll-spool-'));
afterAll(() => rmSync(directory, { recursive: true }));

const options: SpoolOptions = { directory, limitBytes: 10, what: 'the image', signal: new AbortController().signal };

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

test('what is written can be read until it is closed, and has no name', async () => {
  const file = await spool(chunks('ahoy', ' ship'), options);
  expect(readFileSync(file.path, 'utf8')).toBe('ahoy ship');
  if (process.platform === 'linux') expect(readdirSync(directory)).toEqual([]);
  file.close();
  file.close();
  expect(readdirSync(directory)).toEqual([]);
});

test('the limit is said, and nothing stays', async () => {
  await expect(spool(chunks('0123456789', 'a'), { ...options, hint: 'unpack it' })).rejects.toMatchObject({
    code: 'too-large',
    message: 'the image has more than the limit of 10 bytes',
    hint: 'unpack it',
  });
  expect(readdirSync(directory)).toEqual([]);
});

test('what killed processes left is removed, what living ones use is not', async () => {
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  const mine = `spool-${process.ppid}-in-use`;
  for (const name of [`spool-${dead}-left`, mine, 'documents']) writeFileSync(join(directory, name), 'x');
  (await spool(chunks('a'), options)).close();
  expect(readdirSync(directory).sort()).toEqual(['documents', mine]);
});
