import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fuzz } from '../../../test/make/fuzz.ts';
import { codeRange, describeElf, openElf, readAt, readSections } from '../../formats/elf/index.ts';
import {
  type ByteSource,
  bytesSource,
  type FileVisitor,
  headBytes,
  imagePath,
  type SeenEntry,
  wish,
} from '../../model/index.ts';
import { FileContent } from './file-content.ts';
import { KeptContent } from './kept-content.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-kept-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Keeps bytes that come in pieces of some size. */
function keep(bytes: Buffer, piece: number, without?: { from: number; to: number }): KeptContent {
  const kept = new KeptContent(folder);
  kept.begin(bytes.length, without);
  for (let at = 0; at < bytes.length; at += piece) kept.add(bytes.subarray(at, at + piece), at);
  return kept;
}

/** What the catalogers read of an object. */
function factsOf(source: ByteSource): unknown {
  const elf = openElf(source);
  if (elf === undefined) return undefined;
  const description = describeElf(elf);
  const sections = readSections(elf);
  const texts = ['.go.buildinfo', '.dep-v0', '.comment'].map((name) => {
    const section = sections.named(name);
    return section === undefined ? '' : Buffer.from(readAt(source, section.offset, 1000)).toString('latin1');
  });
  return { description, texts, faults: elf.faults };
}

describe('kept contents', () => {
  test.each([1000, 4096, 1 << 20])('are read back whole, in pieces of %i bytes', (piece) => {
    const bytes = Buffer.from(Array.from({ length: 10_000 }, (_, at) => (at * 7) & 255));
    const kept = keep(bytes, piece);
    expect(Buffer.from(kept.source().read(0, 10_000)).equals(bytes)).toBe(true);
    expect(Buffer.from(kept.source().read(9_990, 100))).toEqual(bytes.subarray(9_990));
    kept.close();
  });

  test.each([
    ['in memory', 100_000, 30_000],
    ['in a file', 30 << 20, 5 << 20],
  ])('without a range, %s, have the rest at its place and refuse what is gone', (_, sizeBytes, length) => {
    const bytes = Buffer.alloc(sizeBytes);
    for (let at = 0; at < sizeBytes; at += 4) bytes.writeUInt32LE(at, at);
    const [from, to] = [20_001, 20_001 + length];
    const kept = keep(bytes, 4096 * 3, { from, to });
    const source = kept.source();
    expect(source.sizeBytes).toBe(sizeBytes);
    expect(Buffer.from(source.read(19_000, 1_001))).toEqual(bytes.subarray(19_000, from));
    expect(Buffer.from(source.read(to, 8))).toEqual(bytes.subarray(to, to + 8));
    expect(Buffer.from(source.read(sizeBytes - 4, 100))).toEqual(bytes.subarray(-4));
    for (const [offset, size] of [
      [from, 1],
      [from - 1, 2],
      [to - 1, 1],
      [0, sizeBytes],
    ] as const)
      expect(() => source.read(offset, size)).toThrow(`its machine code, bytes ${from} to ${to}, is not kept`);
    kept.close();
    expect(fs.readdirSync(folder).filter((name) => name.startsWith('spool'))).toEqual([]);
  });

  test('of one file do not show through in the next', () => {
    const kept = new KeptContent(folder);
    kept.begin(4);
    kept.add(Buffer.from('abcd'), 0);
    kept.begin(3, { from: 1, to: 2 });
    kept.add(Buffer.from('xyz'), 0);
    expect(Buffer.from(kept.source().read(2, 10)).toString()).toBe('z');
    expect(() => kept.source().read(1, 1)).toThrow('is not kept');
  });
});

const hasCompiler = spawnSync('gcc', ['--version']).status === 0;

describe.skipIf(!hasCompiler)('what gcc links (skipped without gcc)', () => {
  const programs = new Map<string, Buffer>();
  beforeAll(() => {
    const input = 'asm(".text\\n.fill 300000, 1, 0x90"); int main(int n, char **v) { return v[n - 1][0]; }';
    for (const [name, ...flags] of [
      ['apart', '-Wl,-z,separate-code', '-fstack-protector-all'],
      ['together', '-Wl,-z,noseparate-code'],
      ['static', '-static'],
      ['shared', '-shared', '-fPIC', '-Wl,-soname,libx.so.1'],
    ] as const) {
      const file = path.join(folder, name);
      execFileSync('gcc', ['-x', 'c', '-', '-o', file, ...flags], { input, stdio: 'pipe' });
      programs.set(name, fs.readFileSync(file));
    }
  });

  test.each([
    ['apart', true],
    ['together', false],
    ['static', true],
    ['shared', true],
  ])('is described alike without its code: %s, left out: %s', (name, isLeftOut) => {
    const program = programs.get(name)!;
    const range = codeRange(program.subarray(0, headBytes), program.length);
    expect(range !== undefined && range.to - range.from > 290_000).toBe(isLeftOut);
    const kept = keep(program, 65_536, range);
    expect(factsOf(kept.source())).toEqual(factsOf(bytesSource(program)));
    kept.close();
  });

  test('has its code refused whether it comes at once or in pieces', () => {
    const program = programs.get('apart')!;
    const range = codeRange(program.subarray(0, headBytes), program.length)!;
    for (const piece of [program.length, 100_000, 5_000]) {
      const refused: boolean[] = [];
      const visitor: FileVisitor = {
        entry: () => undefined,
        wants: () => wish.whole | wish.hash | wish.withoutCode,
        whole(_entry, _head, content) {
          expect(factsOf(content)).toEqual(factsOf(bytesSource(program)));
          for (const at of [range.from - 1, range.from, range.to - 1, range.to]) {
            try {
              refused.push(content.read(at, 1)[0] !== program[at]);
            } catch {
              refused.push(true);
            }
          }
        },
        window: () => undefined,
        forget: () => undefined,
      };
      const files = new FileContent(visitor, folder);
      files.begin({ sizeBytes: program.length, path: imagePath('/x') } as SeenEntry);
      for (let at = 0; at < program.length; at += piece) files.data(program.subarray(at, at + piece));
      files.end();
      files.close();
      expect(refused).toEqual([false, true, true, false]);
    }
  });

  test('and then damaged is described alike, or it is said that code was asked for', () => {
    const program = programs.get('apart')!;
    const place = fc.oneof(fc.nat(1_023), fc.integer({ min: program.length - 8_192, max: program.length - 1 }));
    const change = fc.tuple(place, fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const bytes = Buffer.from(program);
        for (const [at, value] of changes) bytes[at] = value;
        const range = codeRange(bytes.subarray(0, headBytes), bytes.length);
        if (range !== undefined) expect(range.from >= headBytes && range.to <= bytes.length).toBe(true);
        const kept = keep(bytes, 65_536, range);
        let found: unknown;
        try {
          found = factsOf(kept.source());
        } catch (error) {
          expect((error as Error).message).toMatch(/^its machine code, bytes \d+ to \d+, is not kept/);
          return;
        }
        expect(found).toEqual(factsOf(bytesSource(bytes)));
      }),
      fuzz(1_000),
    );
  });
});
