import { expect, it } from 'vitest';
import { bytesSource, imagePath, type SeenEntry } from '../model/index.ts';
import { secrets } from './catalogers/secrets/index.ts';
import { LayerCataloging } from './layer-catalog.ts';

/** What is found in a file that the reader of layers hands over in windows of 1 MiB and 64 KiB. */
function foundIn(bytes: Buffer): { line?: number; fingerprint?: string }[] {
  const cataloging = new LayerCataloging([secrets]);
  const entry = {
    path: imagePath('/app/export.reg'),
    type: 'file',
    mode: 0o644,
    uid: 0,
    gid: 0,
    sizeBytes: bytes.length,
  };
  const head = bytes.subarray(0, 8192);
  if (cataloging.wants(entry as SeenEntry, head) === 0) return [];
  for (let offsetBytes = 0, end = 0; end < bytes.length; offsetBytes += 1 << 20) {
    end = Math.min(bytes.length, offsetBytes + (1 << 20) + (64 << 10));
    // Lines as bytes would tell them: far too many here.
    const linesBefore = bytes.subarray(0, offsetBytes).reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);
    cataloging.window(entry as SeenEntry, head, bytesSource(bytes.subarray(offsetBytes, end)), {
      offsetBytes,
      linesBefore,
    });
  }
  return cataloging.finish().found.flatMap(({ items }) => items as { line?: number }[]);
}

it.each(['little', 'big'])(
  'a large file in UTF-16, %s-endian, is searched and its lines are counted as such',
  (order) => {
    const text = Array.from({ length: 300_000 }, (_, i) =>
      i % 50_000 === 49_999 ? `id=AK${'IA'}Q3T5N7Z2P4W6Y3X${(i + 1) / 50_000 + 1}` : '上Ċ਀ਊ x',
    ).join('\r\n');
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    const found = foundIn(order === 'big' ? bytes.swap16() : bytes);
    expect(found.map(({ line }) => line)).toEqual([50_000, 100_000, 150_000, 200_000, 250_000, 300_000]);
  },
);

it('a file of zeros, or with NULs and no mark, is no text', () => {
  expect(foundIn(Buffer.alloc(10_000))).toEqual([]);
  expect(foundIn(Buffer.from(`id=AK${'IA'}Q3T5N7Z2P4W6Y3X2`, 'utf16le'))).toEqual([]);
});
