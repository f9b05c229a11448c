import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeElf } from '../../../test/make/elf-writer.ts';
import { strictSource } from '../../../test/make/strict-source.ts';
import { describeElf, isPackedByUpx, openElf, readSections } from './index.ts';
import { fuzz } from '../../../test/make/fuzz.ts';

function readAll(bytes: Uint8Array): { readBytes: number } {
  const source = strictSource(bytes);
  const elf = openElf(source);
  if (elf === undefined) return source;
  const description = describeElf(elf);
  JSON.stringify(description);
  isPackedByUpx(elf);
  const sections = readSections(elf);
  sections.named('.go.buildinfo');
  return source;
}

const samples = [true, false].flatMap((is64) =>
  [true, false].map((bigEndian) =>
    writeElf({
      is64,
      bigEndian,
      interpreter: '/lib/ld.so.1',
      dynamic: { needed: ['libc.so.6'], soname: 'x.so', runpath: '/a', symbols: ['__stack_chk_fail'] },
      stackFlags: 6,
      relro: true,
      buildId: Buffer.alloc(20, 7),
      sections: { '.comment': Buffer.from('rustc version 1'), '.go.buildinfo': Buffer.alloc(64) },
    }),
  ),
);

describe('hostile objects', () => {
  test('cut at every byte are read without reading beyond them', () => {
    for (const sample of samples) for (let end = 0; end <= sample.length; end++) readAll(sample.subarray(0, end));
  });

  test('with any bytes changed are read, and never more than a bounded part', () => {
    const change = fc.tuple(fc.nat(1_500), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.array(change, { minLength: 1, maxLength: 12 }), (sample, changes) => {
        const bytes = Buffer.from(sample);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        expect(readAll(bytes).readBytes).toBeLessThan(100 * bytes.length + 1_000_000);
      }),
      fuzz(5_000),
    );
  });

  test('with extreme numbers in any field of their headers are read', () => {
    const extremes = [0x00, 0x01, 0x7f, 0x80, 0xff];
    for (const sample of samples) {
      for (let at = 4; at < 420; at++) {
        for (const value of extremes) {
          const bytes = Buffer.from(sample);
          bytes.fill(value, at, at + 8);
          readAll(bytes);
        }
      }
    }
  });

  test('that are noise behind the magic number are read', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (noise) => {
        readAll(Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]), noise]));
      }),
      fuzz(1_000),
    );
  });
});

const hasCompiler = spawnSync('gcc', ['--version']).status === 0;

/** A stripped program as gcc links it. */
function compiledProgram(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-elf-'));
  try {
    const input = 'int main(void) { return 0; }';
    execFileSync('gcc', ['-x', 'c', '-', '-s', '-o', 'a'], { cwd: folder, input, stdio: 'pipe' });
    return readFileSync(join(folder, 'a'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.skipIf(!hasCompiler)('a real program (skipped without gcc)', () => {
  test('cut or with bits flipped is read, and every cut is noticed', () => {
    const program = compiledProgram();
    for (let end = 16; end < program.length; end += 61) {
      const elf = openElf(strictSource(program.subarray(0, end)));
      if (elf !== undefined) describeElf(elf);
      expect(elf?.faults.length).toBeGreaterThan(0);
    }
    // Headers and dynamic section are where a wrong bit tells: the first 1 KiB and the last 8 KiB.
    const place = fc.oneof(fc.nat(1_023), fc.integer({ min: program.length - 8_192, max: program.length - 1 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(place, fc.nat(7)), { minLength: 1, maxLength: 10 }), (flips) => {
        const bytes = Buffer.from(program);
        for (const [at, bit] of flips) bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        readAll(bytes);
      }),
      fuzz(3_000),
    );
  });
});
