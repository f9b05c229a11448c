import { describe, expect, it } from 'vitest';
import { readParagraphs } from './index.ts';

function read(text: string): { paragraphs: Record<string, string>[]; faults: object } {
  const paragraphs: Record<string, string>[] = [];
  const faults = readParagraphs(Buffer.from(text), ['Package', 'Version'], (fields) =>
    paragraphs.push(Object.fromEntries(fields)),
  );
  return { paragraphs, faults };
}

describe('control data', () => {
  it('is read by paragraphs, whatever the case of names, the line ends and what is continued', () => {
    const text =
      '\n# comment\nPackage: a\nDescription: x\n Version: of the text\n .\npackage-list: no\nVERSION:1\r\n\r\n\nPackage: ü\nVersion:\t2 \n';
    expect(read(text)).toEqual({
      paragraphs: [
        { Package: 'a', Version: '1' },
        { Package: 'ü', Version: '2' },
      ],
      faults: { strangeLines: 0, strangeFields: 0, lacksFinalNewline: false },
    });
  });

  it('says what is wrong with it and gives the rest', () => {
    const text = ` lost\nPackage: a\nPackage: b\nno field\nVersion: ${'9'.repeat(70_000)}\n\n__proto__: x\nVersion: 3`;
    expect(read(text)).toEqual({
      paragraphs: [{ Package: 'a' }, { Version: '3' }],
      faults: { strangeLines: 2, strangeFields: 2, lacksFinalNewline: true },
    });
  });
});
