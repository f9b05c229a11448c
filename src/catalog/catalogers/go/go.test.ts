import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeElf } from '../../../../test/make/elf-writer.ts';
import { strictSource } from '../../../../test/make/strict-source.ts';
import type { Item } from '../../../model/index.ts';
import { imagePath } from '../../../model/index.ts';
import type { CatalogResult } from '../../cataloger.ts';
import { go } from './index.ts';
import { parseModules, standardLibraryVersion } from './modules.ts';
import { fuzz } from '../../../../test/make/fuzz.ts';

/** The section .go.buildinfo that Go 1.26.8 wrote for a program with one replaced dependency. */
const section = Buffer.from(
  '/yBHbyBidWlsZGluZjoIAgAAAAAAAAAAAAAAAAAAAAAIZ28xLjI2LjjGAjB3rwySdAgCQeHBB+bWGOZwYXRoCWV4YW1wbGUuY29tL2hlbGxvCm1vZAlleGFt' +
    'cGxlLmNvbS9oZWxsbwkoZGV2ZWwpCQpkZXAJZ29sYW5nLm9yZy94L3RleHQJdjAuMy41Cj0+CWdvbGFuZy5vcmcveC90ZXh0CXYwLjMuNwloMTpvbHB3dlAy' +
    'S2FjVzFaV3ZzUjd1UWhveVRZdktBdXBmUXJSR0JGTTM1MkdrPQoKYnVpbGQJLWJ1aWxkbW9kZT1leGUKYnVpbGQJLWNvbXBpbGVyPWdjCmJ1aWxkCS10cmlt' +
    'cGF0aD10cnVlCmJ1aWxkCUNHT19FTkFCTEVEPTAKYnVpbGQJR09BUkNIPWFtZDY0CmJ1aWxkCUdPT1M9bGludXgKYnVpbGQJR09BTUQ2ND12MQr5MkMxhhgg' +
    'cgCCQhBBFtjyAAAAAAAAAAAAAAAAAAAA',
  'base64',
);
const frame = Buffer.from('3077af0c9274080241e1c107e6d618e6', 'hex');

function catalog(bytes: Uint8Array): CatalogResult {
  return go.catalog({
    path: imagePath('/app'),
    sizeBytes: bytes.length,
    mode: 0o755,
    uid: 0,
    gid: 0,
    head: bytes.subarray(0, 512),
    content: strictSource(bytes),
  });
}

function named({ items }: { items: readonly Item[] }): string[] {
  return items.map((item) => (item.kind === 'package' ? `${item.name} ${item.version}` : item.kind));
}

const expected = ['example.com/hello ', 'golang.org/x/text v0.3.7', 'stdlib 1.26.8'];

describe('a Go program', () => {
  test('names its modules as packages, the replacing one for the replaced one', () => {
    const result = catalog(writeElf({ type: 2, sections: { '.text': Buffer.alloc(7), '.go.buildinfo': section } }));
    expect(result).toEqual({
      items: [
        { kind: 'package', name: 'example.com/hello', version: '', path: '/app', evidence: 'embedded' },
        { kind: 'package', name: 'golang.org/x/text', version: 'v0.3.7', path: '/app', evidence: 'embedded' },
        { kind: 'package', name: 'stdlib', version: '1.26.8', path: '/app', evidence: 'embedded' },
      ],
      problems: [],
    });
  });

  test('without section headers is searched in its writable data', () => {
    const sections = { '.text': Buffer.alloc(600_000, 0xff), '.go.buildinfo': section };
    expect(named(catalog(writeElf({ type: 2, sections, withoutSections: true })))).toEqual(expected);
  });

  test.each([
    [true, false],
    [true, true],
    [false, false],
    [false, true],
  ])('from before Go 1.18 has pointers: 64 bit %s, big-endian %s', (is64, bigEndian) => {
    const pointers = (address: number): Buffer => oldSection(address, { is64, bigEndian });
    const bytes = writeElf({ is64, bigEndian, type: 2, sections: { '.go.buildinfo': pointers } });
    expect(catalog(bytes)).toMatchObject({ problems: [] });
    expect(named(catalog(bytes))).toEqual(['example.com/old v1.0.0', 'github.com/pkg/errors v0.8.0', 'stdlib 1.17.2']);
  });

  test('whose build information is cut says so', () => {
    const result = catalog(
      writeElf({ type: 2, sections: { '.go.buildinfo': section.subarray(0, 100) } }).subarray(0, 320),
    );
    expect(result.items).toEqual([]);
    const broken = Buffer.from(section);
    broken.writeUInt8(0xff, 41);
    broken.writeUInt8(0xff, 42);
    broken.writeUInt8(0x7f, 43);
    expect(catalog(writeElf({ type: 2, sections: { '.go.buildinfo': broken } }))).toEqual({
      items: [],
      problems: [
        {
          code: 'malformed-go-build-info',
          message: "Go program whose build information can't be read: its modules can not be named",
          hides: 'packages',
          path: '/app',
          source: 'go',
        },
      ],
    });
  });

  test('without the information is known by its other sections, and said to hide packages', () => {
    const result = catalog(writeElf({ type: 2, sections: { '.gopclntab': Buffer.alloc(8) } }));
    expect(result.problems.map(({ code, hides }) => [code, hides])).toEqual([['missing-go-build-info', 'packages']]);
  });

  test('compressed by UPX hides packages', () => {
    const bytes = writeElf({
      type: 2,
      withoutSections: true,
      stackFlags: 6,
      sections: { a: Buffer.from('\x01\x02UPX!abcdefgh', 'latin1') },
    });
    expect(catalog(bytes).problems.map(({ code, hides }) => [code, hides])).toEqual([
      ['unsupported-format', 'packages'],
    ]);
  });

  test('is no program that merely is one', () => {
    expect(catalog(writeElf({ dynamic: { needed: ['libc.so.6'] }, sections: { '.text': section } }))).toEqual({
      items: [],
      problems: [],
    });
  });

  test('for Windows names its modules too', () => {
    expect(named(catalog(peProgram()))).toEqual(expected);
  });

  test('for macOS names its modules too', () => {
    expect(named(catalog(machOProgram()))).toEqual(expected);
  });

  test('cut or changed anywhere is survived', () => {
    const samples = [
      writeElf({ type: 2, sections: { '.go.buildinfo': section } }),
      writeElf({
        type: 2,
        sections: { '.go.buildinfo': (address) => oldSection(address, { is64: true, bigEndian: false }) },
      }),
      peProgram(),
      machOProgram(),
    ];
    for (const sample of samples) for (let end = 0; end < sample.length; end += 3) catalog(sample.subarray(0, end));
    const change = fc.tuple(fc.nat(2_000), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.constantFrom(...samples), fc.array(change, { minLength: 1, maxLength: 8 }), (sample, changes) => {
        const bytes = Buffer.from(sample);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        catalog(bytes);
      }),
      fuzz(4_000),
    );
  });
});

describe('the list of modules', () => {
  test('of the toolchain itself is empty and no problem', () => {
    const text = Buffer.concat([Buffer.from('path\tcmd/go\nbuild\tGOOS=linux\n')]);
    const bytes = writeElf({ type: 2, sections: { '.go.buildinfo': inlineSection('go1.22.0', text) } });
    expect({ ...catalog(bytes), items: named(catalog(bytes)) }).toEqual({
      items: ['stdlib 1.22.0', 'toolchain 1.22.0'],
      problems: [],
    });
  });

  test('of a program built without modules is missing', () => {
    const bytes = writeElf({
      type: 2,
      sections: { '.go.buildinfo': inlineSection('go1.19.8', Buffer.from('path\tgithub.com/a/b\n')) },
    });
    const result = catalog(bytes);
    expect({ items: named(result), codes: result.problems.map(({ code }) => code) }).toEqual({
      items: ['stdlib 1.19.8'],
      codes: ['missing-go-modules'],
    });
  });

  test('keeps the name of a module that a directory replaces', () => {
    const text =
      'path\ta\nmod\ta\t(devel)\t\ndep\tb.org/b\tv1.0.0\n=>\t../b\t(devel)\t\ndep\tc.org/c\tv2.0.0+incompatible\th1:x=\n';
    expect(parseModules(text)).toEqual({
      mainPackage: 'a',
      main: { path: 'a', version: '' },
      dependencies: [
        { path: 'b.org/b', version: 'v1.0.0' },
        { path: 'c.org/c', version: 'v2.0.0+incompatible' },
      ],
      cut: false,
    });
  });
});

test.each([
  ['go1.21.3', '1.21.3'],
  ['go1.20', '1.20.0'],
  ['go1.21rc2', '1.21.0-rc.2'],
  ['go1.18beta1', '1.18.0-beta.1'],
  ['go1.19.9b4', '1.19.9'],
  ['go1.22.1 X:nocoverageredesign', '1.22.1'],
  ['go1.21.9 (Red Hat 1.21.9-1.el9)', '1.21.9'],
  ['devel go1.23-0a1b2c3 Tue Jan 2', ''],
  ['', ''],
])('the version of Go %j is %j in advisories', (goVersion, version) => {
  expect(standardLibraryVersion(goVersion)).toBe(version);
});

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}

function inlineSection(version: string, modules: Buffer): Buffer {
  const header = Buffer.alloc(32);
  header.write('\xff Go buildinf:\x08\x02', 'latin1');
  const framed = Buffer.concat([frame, modules, frame]);
  return Buffer.concat([header, varint(version.length), Buffer.from(version), varint(framed.length), framed]);
}

/** The form of Go 1.13 to 1.17 (debug/buildinfo): pointers to string headers, all of it in one section. */
function oldSection(address: number, { is64, bigEndian }: { is64: boolean; bigEndian: boolean }): Buffer {
  const size = is64 ? 8 : 4;
  const version = Buffer.from('go1.17.2');
  const text =
    'path\texample.com/old\nmod\texample.com/old\tv1.0.0\th1:a=\ndep\tgithub.com/pkg/errors\tv0.8.0\th1:b=\n';
  const modules = Buffer.concat([frame, Buffer.from(text), frame]);
  const bytes = Buffer.alloc(32 + 4 * size + version.length + modules.length);
  const word = (at: number, value: number): void => {
    if (is64 && bigEndian) bytes.writeBigUInt64BE(BigInt(value), at);
    else if (is64) bytes.writeBigUInt64LE(BigInt(value), at);
    else if (bigEndian) bytes.writeUInt32BE(value, at);
    else bytes.writeUInt32LE(value, at);
  };
  bytes.write('\xff Go buildinf:', 'latin1');
  bytes.writeUInt8(size, 14);
  bytes.writeUInt8(bigEndian ? 1 : 0, 15);
  const texts = 32 + 4 * size;
  word(16, address + 32);
  word(16 + size, address + 32 + 2 * size);
  word(32, address + texts);
  word(32 + size, version.length);
  word(32 + 2 * size, address + texts + version.length);
  word(32 + 3 * size, modules.length);
  version.copy(bytes, texts);
  modules.copy(bytes, texts + version.length);
  return bytes;
}

function peProgram(): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.write('MZ');
  bytes.writeUInt32LE(64, 60);
  bytes.write('PE\0\0', 64, 'latin1');
  bytes.writeUInt16LE(1, 70);
  bytes.writeUInt16LE(112, 84);
  bytes.writeUInt16LE(0x20b, 88);
  const table = 88 + 112;
  bytes.write('.data', table);
  bytes.writeUInt32LE(0x1000, table + 12);
  bytes.writeUInt32LE(section.length, table + 16);
  bytes.writeUInt32LE(512, table + 20);
  bytes.writeUInt32LE(0xc0000040, table + 36);
  return Buffer.concat([bytes, section]);
}

function machOProgram(): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.writeUInt32LE(0xfeedfacf, 0);
  bytes.writeUInt32LE(1, 16);
  bytes.writeUInt32LE(152, 20);
  bytes.writeUInt32LE(0x19, 32);
  bytes.writeUInt32LE(152, 36);
  bytes.write('__DATA', 40);
  bytes.writeBigUInt64LE(0x1000n, 56);
  bytes.writeBigUInt64LE(512n, 72);
  bytes.writeBigUInt64LE(BigInt(section.length), 80);
  bytes.write('__go_buildinfo', 32 + 72);
  bytes.writeBigUInt64LE(BigInt(section.length), 32 + 72 + 40);
  bytes.writeUInt32LE(512, 32 + 72 + 48);
  return Buffer.concat([bytes, section]);
}
