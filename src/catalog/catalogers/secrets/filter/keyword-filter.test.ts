import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeywordFilter } from './keyword-filter.ts';
import { scanModule } from './scan-module.ts';
import { fuzz } from '../../../../../test/make/fuzz.ts';

const keywords = [
  ...['SG.', '://', 'ghp_', '-----BEGIN ', 'eyJ', 'cio', 'github_pat_'].map((text) => ({ text, ignoreCase: false })),
  ...['password', 'api-key', '_key'].map((text) => ({ text, ignoreCase: true })),
];
const fast = new KeywordFilter(keywords);
const plain = new KeywordFilter(keywords, { wasm: false });

function hits(filter: KeywordFilter, bytes: Uint8Array): string[] {
  const found: string[] = [];
  filter.scan(bytes, (start, keyword) => found.push(`${start} ${keywords[keyword]!.text}`));
  return found.sort();
}

function slowly(bytes: Buffer): string[] {
  const found: string[] = [];
  for (const { text, ignoreCase } of keywords)
    for (let at = 0; at + text.length <= bytes.length; at++) {
      const part = bytes.toString('latin1', at, at + text.length);
      if (part === text || (ignoreCase && part.toLowerCase() === text)) found.push(`${at} ${text}`);
    }
  return found.sort();
}

it('finds exactly what a comparison at every position finds, with vectors and without', () => {
  const piece = fc.oneof(
    fc.constantFrom(...keywords.map(({ text }) => text), 'PassWord', 'API-KEY', 'GHP_', 'passwor', '----', '\0', 'é'),
    fc.string({ maxLength: 9 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (parts) => {
      const bytes = Buffer.from(parts.join(''), 'latin1');
      expect(hits(fast, bytes)).toEqual(slowly(bytes));
      expect(hits(plain, bytes)).toEqual(slowly(bytes));
    }),
    fuzz(500),
  );
});

it('finds a keyword that lies across two chunks, and at the very start and end', () => {
  for (let at = (64 << 10) - 12; at <= 64 << 10; at++) {
    const bytes = Buffer.alloc(at + 30, 'z');
    bytes.write('ghp_', 0);
    bytes.write('password', at);
    bytes.write('SG.', bytes.length - 3);
    expect(hits(fast, bytes)).toEqual([`0 ghp_`, `${at} password`, `${bytes.length - 3} SG.`].sort());
  }
});

it('does not see what an earlier text left behind', () => {
  hits(fast, Buffer.from('zzzzghp_password'));
  expect(hits(fast, Buffer.from('zzzzgh'))).toEqual([]);
});

it('is the same module every time', () => {
  expect(Buffer.from(scanModule(true))).toEqual(Buffer.from(scanModule(true)));
});
