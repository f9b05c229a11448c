import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Digest } from '../../model/index.ts';
import { LayerCache } from './layer-cache.ts';
import type { LayerScan } from './layer-scan.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-layer-cache-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

test.each([0, 1, 2 << 20, 5_000_001])('a layer with an index of %i bytes comes back as it was', (indexBytes) => {
  const scan: LayerScan = {
    diffId: `sha256:${indexBytes.toString(16).padStart(64, '0')}` as Digest,
    sizeBytes: 7,
    entries: 1,
    found: [{ cataloger: 'npm', items: [] }],
    problems: [
      { code: 'link-loop', message: 'é'.repeat(indexBytes === 1 ? 3_000_000 : 1), source: 'layers', hides: 'all' },
    ],
    textFiles: 3,
    index: randomBytes(indexBytes),
  };
  const cache = new LayerCache(folder, 'v');
  expect(cache.get(scan.diffId)).toBeUndefined();
  cache.put(scan);
  const kept = new LayerCache(folder, 'v').get(scan.diffId)!;
  expect({ ...kept, index: Buffer.from(kept.index).toString('base64') }).toEqual({
    ...scan,
    index: Buffer.from(scan.index).toString('base64'),
  });
});
