import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../model/index.ts';
import type { ByteSource } from '../../model/index.ts';
import { zipArchive } from '../../../test/make/zip-archive.ts';
import { openZip } from './index.ts';
import type { ZipLimits } from './index.ts';
import { fuzz } from '../../../test/make/fuzz.ts';

const members = [
  { name: 'META-INF/MANIFEST.MF', data: 'Manifest-Version: 1.0\r\n\r\n' },
  { name: 'lib/', data: '' },
  { name: 'lib/stored.jar', data: 'stored bytes', stored: true },
  { name: 'grüße.txt', data: 'x'.repeat(5000) },
];
const texts = [
  ['META-INF/MANIFEST.MF', 'Manifest-Version: 1.0\r\n\r\n'],
  ['lib/', ''],
  ['lib/stored.jar', 'stored bytes'],
  ['grüße.txt', 'x'.repeat(5000)],
];

/** Everything that an archive gives: names with their text or the code of what is wrong with them, and problems' codes. */
function contentsOf(bytes: Uint8Array, limits?: Partial<ZipLimits>) {
  const zip = openZip(overwriting(bytes), limits);
  const entries = [...zip.entries].map((entry) => {
    const data = zip.read(entry);
    return [entry.name, data instanceof Uint8Array ? Buffer.from(data).toString() : data.code];
  });
  return { entries, problems: zip.problems.map(({ code }) => code) };
}

/** A source that, as the contract allows, overwrites what it gave before. */
function overwriting(bytes: Uint8Array): ByteSource {
  let last = new Uint8Array();
  return {
    sizeBytes: bytes.length,
    read(offset, length) {
      last.fill(0xaa);
      last = new Uint8Array(bytes.subarray(offset, offset + length));
      return last;
    },
  };
}

describe('an honest archive', () => {
  const honest = { entries: texts, problems: [] };

  it('gives each member and its bytes', () => {
    expect(contentsOf(zipArchive(members))).toEqual(honest);
  });

  it('may have data before it, counted or not, and a comment behind it', () => {
    const prefix = Buffer.from('#!/bin/sh\nexec java -jar "$0"\n');
    expect(contentsOf(zipArchive(members, { prefix }))).toEqual(honest);
    expect(contentsOf(zipArchive(members, { comment: Buffer.from('built by hand') }))).toEqual(honest);
    expect(contentsOf(Buffer.concat([zipArchive(members), Buffer.from('trailing newline\n')]))).toEqual(honest);
  });

  it('may use ZIP64 records, also with data before it', () => {
    expect(contentsOf(zipArchive(members, { zip64: true }))).toEqual(honest);
    expect(contentsOf(zipArchive(members, { zip64: true, prefix: Buffer.alloc(100, 1) }))).toEqual(honest);
  });

  it('may have a longer extra field in the local header than in the directory', () => {
    const bytes = zipArchive([{ name: 'a', data: 'text', localExtra: Buffer.alloc(3000) }]);
    expect(contentsOf(bytes)).toEqual({ entries: [['a', 'text']], problems: [] });
  });

  it('may be empty', () => {
    expect(contentsOf(zipArchive([]))).toEqual({ entries: [], problems: [] });
  });

  it('gives a stored member as a part of its own source', () => {
    const zip = openZip(bytesSource(zipArchive(members)));
    const [, , stored] = [...zip.entries];
    const part = zip.storedSource(stored!)!;
    expect([part.sizeBytes, Buffer.from(part.read(7, 100)).toString()]).toEqual([12, 'bytes']);
    expect(zip.storedSource([...zip.entries][0]!)).toBeUndefined();
  });
});

describe.skipIf(!existsSync('/usr/bin/python3') && !existsSync('/usr/bin/zip'))('an archive written by Python', () => {
  it('with data descriptors, because it was written to a pipe, reads the same', () => {
    const program = `
import sys, zipfile
class Pipe:
    def write(self, b): sys.stdout.buffer.write(b); return len(b)
    def flush(self): sys.stdout.buffer.flush()
with zipfile.ZipFile(Pipe(), 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('a.txt', 'hello ' * 100)
    with z.open('big.txt', 'w', force_zip64=True) as f: f.write(b'0' * 10)
`;
    const bytes = execFileSync('python3', ['-c', program]);
    expect(contentsOf(bytes)).toEqual({
      entries: [
        ['a.txt', 'hello '.repeat(100)],
        ['big.txt', '0'.repeat(10)],
      ],
      problems: [],
    });
  });

  it('and a real file on disk agrees with what was put in', () => {
    const folder = mkdtempSync(join(tmpdir(), 'plimsoll-zip-'));
    try {
      writeFileSync(join(folder, 'x.txt'), 'from a file');
      execFileSync('python3', ['-m', 'zipfile', '-c', join(folder, 'x.zip'), join(folder, 'x.txt')]);
      expect(contentsOf(readFileSync(join(folder, 'x.zip')))).toEqual({
        entries: [['x.txt', 'from a file']],
        problems: [],
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a hostile archive', () => {
  it('that is none says so', () => {
    const none = { entries: [], problems: ['zip-not-an-archive'] };
    expect(contentsOf(Buffer.alloc(0))).toEqual(none);
    expect(contentsOf(Buffer.alloc(100_000, 'PK'))).toEqual(none);
    expect(contentsOf(zipArchive(members).subarray(0, 200))).toEqual(none);
  });

  it('in a comment is read as the JVM reads it: the last end record that fits wins', () => {
    const inner = zipArchive([{ name: 'inner', data: 'i' }]);
    const outer = zipArchive([{ name: 'outer', data: 'o' }], { comment: inner });
    expect(contentsOf(outer)).toEqual({ entries: [['inner', 'i']], problems: ['zip-ambiguous'] });
  });

  it('cut off behind an archive that it stores reads as that, and says that it is not all', () => {
    const inner = zipArchive([{ name: 'inner', data: 'i' }]);
    const outer = zipArchive([
      { name: 'first', data: 'f' },
      { name: 'inner.jar', data: inner, stored: true },
    ]);
    const cut = outer.subarray(0, outer.indexOf(inner) + inner.length + 10);
    expect(contentsOf(cut)).toEqual({ entries: [['inner', 'i']], problems: ['zip-ambiguous'] });
  });

  it('with duplicate names gives both members', () => {
    const twice = zipArchive([
      { name: 'a', data: '1' },
      { name: 'a', data: '2' },
    ]);
    expect(contentsOf(twice).entries).toEqual([
      ['a', '1'],
      ['a', '2'],
    ]);
  });

  it('with overlapping members says so and gives at most the total allowed', () => {
    const data = Buffer.alloc(100_000);
    const bytes = zipArchive([
      { name: 'kernel', data },
      ...Array.from({ length: 50 }, (_, i) => ({ name: `${i}`, data, headerOffset: 0 })),
    ]);
    const overlapping = Buffer.concat([bytes.subarray(0, 130), bytes.subarray(-(50 * 48 + 52 + 22 + 10))]);
    const result = contentsOf(overlapping, { maxTotalBytes: 250_000 });
    expect(result.problems.sort()).toEqual(['zip-bomb', 'zip-overlapping-entries']);
  });

  it('is read in spite of a wrong size or checksum, and says so', () => {
    expect(contentsOf(zipArchive([{ name: 'a', data: 'abc', sizeBytes: 2 }]))).toEqual({
      entries: [['a', 'abc']],
      problems: ['zip-wrong-size'],
    });
    expect(contentsOf(zipArchive([{ name: 'a', data: 'abc', crc: 1 }]))).toEqual({
      entries: [['a', 'abc']],
      problems: ['zip-wrong-checksum'],
    });
  });

  it('is not inflated beyond the limits, whatever it announces', () => {
    const bomb = { name: 'bomb', data: Buffer.alloc(20_000_000) };
    expect(contentsOf(zipArchive([bomb]))).toEqual({ entries: [['bomb', 'zip-bomb']], problems: ['zip-bomb'] });
    expect(contentsOf(zipArchive([{ ...bomb, sizeBytes: 5 }]))).toEqual({
      entries: [['bomb', 'zip-bomb']],
      problems: ['zip-bomb'],
    });
    expect(contentsOf(zipArchive([bomb]), { maxEntryBytes: 1000 }).problems).toEqual(['zip-entry-too-large']);
  });

  it('with encrypted members, unknown methods and offsets into nowhere names each', () => {
    const bytes = zipArchive([
      { name: 'secret', data: 'x', flags: 1 },
      { name: 'zstd', data: 'x', method: 93 },
      { name: 'nowhere', data: 'x', headerOffset: 0xfffffff0 },
      { name: 'middle', data: 'x', headerOffset: 5 },
    ]);
    expect(openZip(bytesSource(bytes)).problems).toEqual([]);
    expect(contentsOf(bytes)).toEqual({
      entries: [
        ['secret', 'zip-encrypted'],
        ['zstd', 'zip-unsupported-method'],
        ['nowhere', 'zip-bad-entry'],
        ['middle', 'zip-bad-entry'],
      ],
      problems: ['zip-encrypted', 'zip-unsupported-method', 'zip-bad-entry'],
    });
  });

  it('with more members than allowed is cut off with a problem', () => {
    const many = zipArchive(Array.from({ length: 20 }, (_, i) => ({ name: `${i}`, data: '' })));
    const result = contentsOf(many, { maxEntries: 7 });
    expect([result.entries.length, result.problems]).toEqual([7, ['zip-too-many-entries']]);
  });

  it('with a million members is walked without holding them', () => {
    const header = zipArchive([{ name: 'x', data: '', stored: true }]).subarray(31, 31 + 47);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt32LE(47 * 1_000_001, 12);
    const bytes = Buffer.concat([...Array.from({ length: 1_000_001 }, () => header), end]);
    const zip = openZip(bytesSource(bytes));
    let count = 0;
    for (const entry of zip.entries) count += entry.nameBytes;
    expect([count, zip.problems]).toEqual([
      1_000_000,
      [{ code: 'zip-too-many-entries', message: 'it has more than 1000000 members' }],
    ]);
  });
});

describe('damaged at random', () => {
  const whole = zipArchive(
    [...members, { name: 'data.bin', data: Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * i) % 251)) }],
    { zip64: true },
  );
  const limits = { maxEntries: 100, maxEntryBytes: 100_000, maxTotalBytes: 500_000 };

  it('cut at every 16th byte it is no archive, and nothing is thrown', () => {
    for (let length = 0; length < whole.length; length += 16) {
      expect(contentsOf(whole.subarray(0, length), limits).problems).toEqual(['zip-not-an-archive']);
    }
  });

  it('with flipped bits nothing is thrown and limits hold', () => {
    const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(flips, (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const { entries } = contentsOf(bytes, limits);
        return entries.length <= 100;
      }),
      fuzz(3000),
    );
  });
});
