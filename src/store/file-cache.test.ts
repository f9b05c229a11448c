import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileCache } from './file-cache.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-cache-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

test('gives back what was put, and nothing for another key', () => {
  const cache = new FileCache(folder, 1000);
  cache.put('a', [Buffer.from('hel'), Buffer.from('lo')]);
  expect([cache.get('a')?.toString(), cache.get('b')]).toEqual(['hello', undefined]);
  expect(fs.readdirSync(folder)).toEqual(['a']);
});

test.each([
  ['cut short', (bytes: Buffer) => bytes.subarray(0, -1)],
  ['changed', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from('X')])],
  ['emptied', () => Buffer.alloc(0)],
])('counts a file that was %s as absent, and deletes it', (_, damage) => {
  const cache = new FileCache(folder, 1000);
  cache.put('a', [Buffer.from('hello')]);
  fs.writeFileSync(path.join(folder, 'a'), damage(fs.readFileSync(path.join(folder, 'a'))));
  expect(cache.get('a')).toBeUndefined();
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('deletes what was not used for the longest time, and what a killed process left', () => {
  const cache = new FileCache(folder, 100);
  for (const [key, day] of [
    ['old', 1],
    ['used', 2],
    ['new', 3],
  ] as const) {
    cache.put(key, [Buffer.alloc(20)]);
    fs.utimesSync(path.join(folder, key), day * 86_400, day * 86_400);
  }
  cache.get('old');
  fs.writeFileSync(path.join(folder, 'x.1-2.tmp'), 'left');
  fs.utimesSync(path.join(folder, 'x.1-2.tmp'), 0, 0);
  cache.prune(new Date());
  expect(fs.readdirSync(folder).sort()).toEqual(['new', 'old']);
});

test('keeps nothing and says nothing where it can not write', () => {
  fs.writeFileSync(path.join(folder, 'file'), '');
  const cache = new FileCache(path.join(folder, 'file', 'below'), 1000);
  cache.put('a', [Buffer.from('hello')]);
  expect(cache.get('a')).toBeUndefined();
});
