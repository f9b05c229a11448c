import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeElf } from '../../../test/make/elf-writer.ts';
import type { ElfSpec } from '../../../test/make/elf-writer.ts';
import { bytesSource } from '../../model/index.ts';
import { describeElf, openElf } from './index.ts';

function describeBytes(bytes: Uint8Array): { description: ReturnType<typeof describeElf>; faults: readonly string[] } {
  const elf = openElf(bytesSource(bytes));
  if (elf === undefined) throw new Error('not an ELF object');
  return { description: describeElf(elf), faults: elf.faults };
}

const writtenFacts = {
  machine: 'x86-64',
  type: 'executable',
  static: false,
  needed: ['libssl.so.3', 'libc.so.6'],
  pie: true,
  relro: 'full',
  nx: true,
  stackCanary: true,
  fortify: true,
  runpath: '$ORIGIN/../lib',
  buildId: 'deadbeef01',
};

const written: ElfSpec = {
  interpreter: '/lib/ld.so.1',
  dynamic: {
    needed: ['libssl.so.3', 'libc.so.6'],
    runpath: '$ORIGIN/../lib',
    symbols: ['__stack_chk_fail', 'puts', '__memcpy_chk'],
    entries: [[0x6ffffffb, 0x0800_0001]],
  },
  stackFlags: 6,
  relro: true,
  buildId: Buffer.from('deadbeef01', 'hex'),
  sections: { '.text': Buffer.alloc(32) },
};

describe('objects of every class and byte order', () => {
  test.each([
    [true, false],
    [true, true],
    [false, false],
    [false, true],
  ])('are read alike: 64 bit %s, big-endian %s', (is64, bigEndian) => {
    const result = describeBytes(writeElf({ ...written, is64, bigEndian }));
    expect(result).toEqual({ description: { facts: writtenFacts, interpreter: '/lib/ld.so.1' }, faults: [] });
  });

  test('lose nothing without section headers', () => {
    expect(describeBytes(writeElf({ ...written, withoutSections: true }))).toEqual({
      description: { facts: writtenFacts, interpreter: '/lib/ld.so.1' },
      faults: [],
    });
  });

  test('may keep their counts in section 0', () => {
    expect(describeBytes(writeElf({ ...written, extendedNumbers: true }))).toEqual({
      description: { facts: writtenFacts, interpreter: '/lib/ld.so.1' },
      faults: [],
    });
  });

  test.each([
    [21, true, true, 'ppc64'],
    [21, true, false, 'ppc64le'],
    [22, true, true, 's390x'],
    [183, true, false, 'aarch64'],
    [40, false, false, 'arm'],
    [243, true, false, 'riscv64'],
    [999, true, false, 'machine-999'],
  ])('of machine %i (64 bit %s, big-endian %s) are named %s', (machine, is64, bigEndian, name) => {
    expect(describeBytes(writeElf({ machine, is64, bigEndian })).description?.facts.machine).toBe(name);
  });

  test('tell a function named like a checked one from a checked one', () => {
    const facts = describeBytes(
      writeElf({ interpreter: '/ld', dynamic: { needed: ['a'], symbols: ['my_chk', 'x__stack_chk_failed'] } }),
    ).description?.facts;
    expect({ canary: facts?.stackCanary, fortify: facts?.fortify }).toEqual({ canary: false, fortify: false });
  });
});

describe('absurd headers are named and survived', () => {
  const good = writeElf(written);
  const changed = (change: (bytes: Buffer) => void): Buffer => {
    const copy = Buffer.from(good);
    change(copy);
    return copy;
  };

  test.each([
    ['cut in the header', good.subarray(0, 30), ['header is cut off']],
    ['class 9', changed((bytes) => bytes.writeUInt8(9, 4)), ['unknown class 9']],
    ['byte order 7', changed((bytes) => bytes.writeUInt8(7, 5)), ['unknown byte order 7']],
    ['program headers of no size', changed((bytes) => bytes.writeUInt16LE(0, 54)), ['program header size 0']],
    [
      'program headers beyond the end',
      changed((bytes) => bytes.writeBigUInt64LE(0xffff_ffff_ffff_fff0n, 32)),
      ['program headers beyond the end'],
    ],
    ['section headers of no size', changed((bytes) => bytes.writeUInt16LE(0, 58)), ['section header size 0']],
    [
      'section headers beyond the end',
      changed((bytes) => bytes.writeBigUInt64LE(1n << 62n, 40)),
      ['section headers beyond the end'],
    ],
    [
      'too many sections for the file',
      changed((bytes) => bytes.writeUInt16LE(60_000, 60)),
      ['section headers beyond the end'],
    ],
  ])('%s', (_, bytes, faults) => {
    expect(describeBytes(bytes).faults).toEqual(faults);
  });

  test('a file cut behind its headers is not taken for whole', () => {
    expect(describeBytes(good.subarray(0, 500)).faults).toContain('a loaded segment beyond the end');
  });

  test('a count of four billion program headers costs no more than 64 KiB of them', () => {
    const bytes = writeElf({ ...written, extendedNumbers: true });
    const sectionsAt = Number(bytes.readBigUInt64LE(40));
    bytes.writeUInt32LE(0xffff_ffff, sectionsAt + 44);
    expect(describeBytes(bytes).faults).toContain('4294967295 program headers');
  });

  test('ten thousand needed libraries are cut to a thousand, and said', () => {
    const needed = Array.from({ length: 3_000 }, (_, index) => `lib${index}.so`);
    const { description, faults } = describeBytes(writeElf({ dynamic: { needed } }));
    expect({ count: description?.facts.needed.length, faults }).toEqual({
      count: 1_024,
      faults: ['more than 1024 needed libraries'],
    });
  });
});

const source = `#include <stdio.h>
#include <string.h>
int main(int argc, char **argv) { char b[64]; if (argc > 1) strcpy(b, argv[1]); else b[0] = 0; return printf("%s\\n", b); }
`;
const hasCompiler = spawnSync('gcc', ['--version']).status === 0;

describe.skipIf(!hasCompiler)('what gcc builds (skipped without gcc)', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'plimsoll-elf-'));
    writeFileSync(join(folder, 'a.c'), source);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function build(...flags: string[]): ReturnType<typeof describeBytes> {
    execFileSync('gcc', ['a.c', '-o', 'a', ...flags], { cwd: folder, stdio: 'pipe' });
    return describeBytes(readFileSync(join(folder, 'a')));
  }

  test.each([
    [['-no-pie'], { pie: false, type: 'executable' }],
    [['-pie', '-fPIE'], { pie: true, type: 'executable' }],
    [['-shared', '-fPIC', '-Wl,-soname,liba.so.1'], { pie: false, type: 'shared', soname: 'liba.so.1' }],
    [['-c'], { type: 'relocatable', static: true }],
    [['-static'], { static: true, needed: [], pie: false }],
    [['-static-pie', '-fPIE'], { static: true, needed: [], pie: true }],
    [['-Wl,-z,norelro'], { relro: 'none' }],
    [['-Wl,-z,relro,-z,lazy'], { relro: 'partial' }],
    [['-Wl,-z,relro,-z,now'], { relro: 'full' }],
    [['-z', 'execstack'], { nx: false }],
    [['-z', 'noexecstack'], { nx: true }],
    [['-fstack-protector-all'], { stackCanary: true }],
    [['-fno-stack-protector'], { stackCanary: false }],
    [['-O2', '-U_FORTIFY_SOURCE', '-D_FORTIFY_SOURCE=2'], { fortify: true }],
    [['-O2', '-U_FORTIFY_SOURCE'], { fortify: false }],
    [['-Wl,-rpath,/opt/x/lib', '-Wl,--enable-new-dtags'], { runpath: '/opt/x/lib' }],
    [['-Wl,-rpath,/opt/x/lib', '-Wl,--disable-new-dtags'], { runpath: '/opt/x/lib' }],
    [['-Wl,--build-id=0xc0ffee'], { buildId: 'c0ffee' }],
    [['-s'], { needed: ['libc.so.6'] }],
  ] as const)('with %j', (flags, expected) => {
    const { description, faults } = build(...flags);
    expect({ ...description?.facts }).toMatchObject(expected);
    expect(faults).toEqual([]);
  });

  test('debug symbols split off are no damaged program', () => {
    build('-g', '-Wl,--build-id=0xc0ffee');
    execFileSync('objcopy', ['--only-keep-debug', 'a', 'a.debug'], { cwd: folder });
    const { description, faults } = describeBytes(readFileSync(join(folder, 'a.debug')));
    expect({ faults, buildId: description?.facts.buildId }).toEqual({ faults: [], buildId: 'c0ffee' });
  });
});
