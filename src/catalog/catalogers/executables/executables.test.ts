import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { writeElf } from '../../../../test/make/elf-writer.ts';
import { bytesSource, imagePath } from '../../../model/index.ts';
import type { CatalogFile } from '../../cataloger.ts';
import { executables } from './index.ts';
import { fuzz } from '../../../../test/make/fuzz.ts';

const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function file(bytes: Uint8Array, more: Partial<CatalogFile> = {}): CatalogFile {
  return {
    path: imagePath('/usr/bin/x'),
    sizeBytes: bytes.length,
    mode: 0o100755,
    uid: 0,
    gid: 0,
    head: bytes.subarray(0, 512),
    content: bytesSource(bytes),
    sha256,
    ...more,
  };
}

const facts = { kind: 'executable', path: '/usr/bin/x', sha256, mode: 0o755, uid: 0, gid: 0 };

describe('every file that can run is an item', () => {
  test('an ELF program with setuid and capabilities', () => {
    const bytes = writeElf({
      interpreter: '/lib64/ld-linux-x86-64.so.2',
      dynamic: { needed: ['libc.so.6'] },
      stackFlags: 6,
    });
    const capability = Buffer.from('0100000200200000000000000000000000000000', 'hex');
    expect(executables.catalog(file(bytes, { mode: 0o104755, xattrs: { 'security.capability': capability } }))).toEqual(
      {
        items: [
          {
            ...facts,
            sizeBytes: bytes.length,
            mode: 0o4755,
            format: 'elf',
            interpreter: '/lib64/ld-linux-x86-64.so.2',
            capabilities: 'cap_net_raw=ep',
            elf: {
              machine: 'x86-64',
              type: 'executable',
              static: false,
              needed: ['libc.so.6'],
              pie: true,
              relro: 'none',
              nx: true,
              stackCanary: false,
              fortify: false,
            },
          },
        ],
        problems: [],
      },
    );
  });

  test('an ELF object whose strings lie where nothing is kept, as one that can not be described', () => {
    const bytes = writeElf({ dynamic: { needed: ['libc.so.6'] } });
    const strings = bytes.indexOf('libc.so.6');
    const content = {
      sizeBytes: bytes.length,
      read(offset: number, length: number): Uint8Array {
        if (offset > 0 && offset <= strings && offset + length > strings)
          throw new Error('its machine code is not kept');
        return bytes.subarray(offset, offset + length);
      },
    };
    expect(executables.catalog(file(bytes, { content }))).toEqual({
      items: [{ ...facts, sizeBytes: bytes.length, format: 'elf' }],
      problems: [
        {
          code: 'malformed-executable',
          message: 'ELF object whose headers lead astray: its machine code is not kept',
          path: '/usr/bin/x',
          source: 'executables',
          hides: 'executables',
        },
      ],
    });
  });

  test('a script, with its interpreter and argument', () => {
    const bytes = Buffer.from('#!/usr/bin/env -S python3 -u\nprint()\n');
    expect(executables.catalog(file(bytes))).toEqual({
      items: [
        {
          ...facts,
          sizeBytes: bytes.length,
          format: 'script',
          interpreter: '/usr/bin/env',
          interpreterArgument: '-S python3 -u',
        },
      ],
      problems: [],
    });
  });

  test.each([
    ['other', Buffer.from('echo no first line\n')],
    ['other', Buffer.alloc(0)],
    ['other', Buffer.from('MZ is how this text begins, and it goes on for more than sixty-four bytes')],
    ['pe', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(58), Buffer.from([64, 0, 0, 0]), Buffer.from('PE\0\0')])],
    ['mach-o', Buffer.from('cffaedfe0700000103000000', 'hex')],
    ['mach-o', Buffer.from('cafebabe00000002', 'hex')],
    ['other', Buffer.from('cafebabe00000034', 'hex')],
    ['wasm', Buffer.from('0061736d01000000', 'hex')],
  ])('%s', (format, bytes) => {
    expect(executables.catalog(file(bytes))).toEqual({
      items: [{ ...facts, sizeBytes: bytes.length, format }],
      problems: [],
    });
  });

  test('an ELF program that is cut off, with a problem beside it', () => {
    const bytes = writeElf({ interpreter: '/ld' }).subarray(0, 40);
    expect(executables.catalog(file(bytes))).toEqual({
      items: [{ ...facts, sizeBytes: 40, format: 'elf' }],
      problems: [
        {
          code: 'malformed-executable',
          message: 'ELF object that is cut off or damaged: header is cut off',
          hides: 'executables',
          path: '/usr/bin/x',
          source: 'executables',
        },
      ],
    });
  });

  test('one whose capabilities the kernel would not know, with a problem', () => {
    const result = executables.catalog(
      file(Buffer.from('x'), { xattrs: { 'security.capability': Buffer.from('ffff', 'hex') } }),
    );
    expect({ items: result.items.length, codes: result.problems.map(({ code }) => code) }).toEqual({
      items: 1,
      codes: ['malformed-capabilities'],
    });
  });

  test('whatever its bytes', () => {
    const magics = ['7f454c460201', '7f454c460102', '4d5a', '2321', 'cffaedfe', 'cafebabe', ''].map((hex) =>
      Buffer.from(hex, 'hex'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...magics), fc.uint8Array({ maxLength: 400 }), (magic, noise) => {
        const { items } = executables.catalog(file(Buffer.concat([magic, noise])));
        expect(items.map(({ kind }) => kind)).toEqual(['executable']);
      }),
      fuzz(2_000),
    );
  });
});
