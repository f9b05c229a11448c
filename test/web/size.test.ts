import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildPages } from './open-pages.ts';

interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

/** What the first view needs, in bytes as gzip sends them. */
test('the first view is at most 350 kB', async () => {
  const dist = await buildPages();
  const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8')) as Record<string, Chunk>;
  const files = new Set(['index.html', 'theme.js', 'mark.svg']);
  const take = (name: string): void => {
    const { file, imports = [], css = [] } = manifest[name]!;
    if (files.has(file)) return;
    for (const own of [file, ...css]) files.add(own);
    for (const next of imports) take(next);
  };
  for (const [name, chunk] of Object.entries(manifest)) if (chunk.isEntry === true) take(name);
  const bytes = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file))).length, 0);
  expect(files.size).toBeGreaterThan(4);
  expect(bytes).toBeLessThan(350_000);
});

test('nothing is inline: the strictest policy of content holds', async () => {
  const html = readFileSync(join(await buildPages(), 'index.html'), 'utf8');
  expect(html.match(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|https?:\/\//g)).toBeNull();
});
