import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { DatabaseBuilder } from './database/database-builder.ts';
import { openAdvisoryDatabase } from './database/advisory-database.ts';
import { feedImporter, importLimits } from './feed-importer.ts';
import { makeDatabase, ndjson } from './made-database.ts';
import type { MadeDatabase } from './made-database.ts';
import { fuzz } from '../../test/make/fuzz.ts';

const made: MadeDatabase[] = [];
afterEach(() => {
  for (const one of made.splice(0)) one.remove();
});
async function make(files: Readonly<Record<string, string | Uint8Array>>): Promise<MadeDatabase> {
  const database = await makeDatabase(files);
  made.push(database);
  return database;
}

const record = (id: string, name: string, fixed: string, modified = '2024-01-01T00:00:00Z'): object => ({
  id,
  modified,
  affected: [
    { package: { ecosystem: 'npm', name }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }] },
  ],
});
const bodies = ({ database }: MadeDatabase, name: string): readonly string[] =>
  database.affected('npm', name).map(({ id, body }) => `${id} ${JSON.stringify(body)}`);

describe('every shape that OSV records come in', () => {
  const one = record('GHSA-1', 'a', '1.0.0');
  const two = record('GHSA-2', 'b', '2.0.0');
  const shapes: Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>> = {
    lines: { 'a.ndjson': ndjson(one, two) },
    'lines without a last newline, with blank ones and carriage returns': {
      'a.json': `\n${ndjson(one).trim()}\r\n\r\n${ndjson(two).trim()}`,
    },
    gzip: { 'a.ndjson.gz': gzipSync(ndjson(one, two)) },
    'an array, indented': { 'a.json': JSON.stringify([one, two], null, 2) },
    'documents one after the other': { 'a.json': `${JSON.stringify(one, null, 2)}\n${JSON.stringify(two, null, 2)}` },
    files: { 'a.json': JSON.stringify(one), 'b.json': JSON.stringify(two, null, 2) },
    'a ZIP archive': { 'all.zip': zip({ 'GHSA-1.json': JSON.stringify(one), 'x/GHSA-2.json': JSON.stringify(two) }) },
    'a byte order mark': { 'a.json': `\ufeff${JSON.stringify([one, two])}` },
  };
  test.each(Object.entries(shapes))('%s', async (_, files) => {
    const built = await make(files);
    expect(built.report).toMatchObject({ records: 2, added: 2, skipped: 0, unreadableCount: 0 });
    expect([...bodies(built, 'a'), ...bodies(built, 'b')]).toEqual([
      'GHSA-1 {"a":[{"r":[["i0","f1.0.0"]]}]}',
      'GHSA-2 {"a":[{"r":[["i0","f2.0.0"]]}]}',
    ]);
  });
});

describe('merging', () => {
  const records = [
    record('GHSA-1', 'a', '1.0.0', '2024-01-01T00:00:00Z'),
    record('GHSA-1', 'a', '1.1.0', '2024-01-03T00:00:00Z'),
    record('GHSA-1', 'a', '1.0.5', '2024-01-02T00:00:00Z'),
    record('GHSA-1', 'b', '7.0.0', '2024-01-01T00:00:00Z'),
    record('GHSA-2', 'a', '3.0.0'),
    record('GHSA-2', 'a', '2.0.0'),
    { ...record('GHSA-3', 'a', '9.9.9', '2024-05-05T00:00:00Z'), withdrawn: '2024-05-05T00:00:00Z' },
    record('GHSA-3', 'a', '9.9.9', '2024-04-04T00:00:00Z'),
    { ...record('GHSA-4', 'a', '4.0.0', '2024-04-04T00:00:00Z'), withdrawn: '2024-04-04T00:00:00Z' },
    record('GHSA-4', 'a', '4.4.4', '2024-05-05T00:00:00Z'),
  ];

  test('the newest word on each package stands, equally old ones are united, the withdrawn go', async () => {
    const built = await make({ 'a.ndjson': ndjson(...records) });
    expect([...bodies(built, 'a'), ...bodies(built, 'b')]).toEqual([
      'GHSA-1 {"a":[{"r":[["i0","f1.1.0"]]}]}',
      'GHSA-2 {"a":[{"r":[["i0","f2.0.0"]]},{"r":[["i0","f3.0.0"]]}]}',
      'GHSA-4 {"a":[{"r":[["i0","f4.4.4"]]}]}',
      'GHSA-1 {"a":[{"r":[["i0","f7.0.0"]]}]}',
    ]);
  });

  test('the digest does not depend on the order of records, files and imports', async () => {
    const digest = (await make({ 'a.ndjson': ndjson(...records) })).database.digest;
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(records, { minLength: records.length }),
        fc.integer({ min: 0, max: records.length }),
        async (shuffled, cut) => {
          const first = await makeDatabase({ 'a.ndjson': ndjson(...shuffled.slice(0, cut)) });
          const second = await first.add({ 'b.ndjson': ndjson(...shuffled.slice(cut)) });
          try {
            expect(second.database.digest).toBe(digest);
            expect(second.database.recomputeDigest()).toBe(digest);
          } finally {
            second.remove();
          }
        },
      ),
      fuzz(25),
    );
  });

  test('what is imported again is a duplicate, counted and named', async () => {
    const first = await make({ 'a.ndjson': ndjson(record('GHSA-1', 'a', '1.0.0')) });
    const again = await first.add({
      'b.ndjson': ndjson(record('GHSA-1', 'a', '1.0.0'), record('GHSA-1', 'a', '0.9.0', '2023-01-01T00:00:00Z')),
    });
    made[0] = again;
    expect(again.report).toMatchObject({ added: 0, duplicates: 1, older: 1 });
    expect(again.report.duplicateNames).toMatchObject([
      { id: 'GHSA-1', where: expect.stringContaining('b.ndjson record 1') },
    ]);
  });
});

describe('records that are left out, counted and named, and cost no other', () => {
  const good = record('GHSA-9', 'good', '1.0.0');
  const base = record('GHSA-1', 'bad', '1.0.0') as Record<string, unknown>;
  const ranges = (...events: readonly object[]): object => ({
    ...base,
    affected: [{ package: { ecosystem: 'npm', name: 'bad' }, ranges: [{ type: 'SEMVER', events }] }],
  });
  const bad: readonly (readonly [string, string, string])[] = [
    ['no JSON', '{"id": "GHSA-1", ', 'it is not JSON'],
    ['no object', '[1, 2]', 'the record is not an object'],
    ['no id', '{"modified": "2024-01-01T00:00:00Z"}', 'id is not a text'],
    ['an id without prefix', '{"id": "17", "modified": "2024-01-01T00:00:00Z"}', 'id has no database prefix'],
    ['no modified', '{"id": "GHSA-1"}', 'modified is not a UTC time'],
    ['a local time', '{"id": "GHSA-1", "modified": "2024-01-01T00:00:00+02:00"}', 'modified is not a UTC time'],
    ['an escape sequence in the id', JSON.stringify({ ...base, id: 'GHSA-\u001b[2J' }), 'id holds control characters'],
    [
      'a range of no known type',
      JSON.stringify({ ...base, affected: [{ ranges: [{ type: 'X', events: [] }] }] }),
      'affected[0].ranges[0].type is unknown',
    ],
    [
      'a range that introduces nothing',
      JSON.stringify(ranges({ fixed: '1' })),
      'affected[0].ranges[0].events introduce nothing',
    ],
    [
      'an event of two kinds',
      JSON.stringify(ranges({ introduced: '0', fixed: '1' })),
      'affected[0].ranges[0].events has an event of two kinds',
    ],
    [
      'fixed beside last_affected',
      JSON.stringify(ranges({ introduced: '0' }, { fixed: '1' }, { last_affected: '1' })),
      'affected[0].ranges[0].events have both fixed and last_affected',
    ],
    [
      'a CVSS vector that is none',
      JSON.stringify({ ...base, severity: [{ type: 'CVSS_V3', score: 'very bad' }] }),
      'severity has a score that is no CVSS_V3',
    ],
    [
      'an ecosystem unknown to OSV',
      JSON.stringify({ ...base, affected: [{ package: { ecosystem: 'pypi', name: 'x' }, versions: ['1'] }] }),
      'unknown ecosystem pypi',
    ],
    [
      '__proto__',
      '{"id": "GHSA-1", "modified": "2024-01-01T00:00:00Z", "database_specific": {"__proto__": {"severity": "LOW"}}}',
      'it has a member that reaches for an object prototype',
    ],
    [
      'an escaped __proto__',
      '{"id": "GHSA-1", "modified": "2024-01-01T00:00:00Z", "database_specific": {"\\u005f_proto__": {}}}',
      'it has a member that reaches for an object prototype',
    ],
    [
      'constructor.prototype',
      '{"id": "GHSA-1", "modified": "2024-01-01T00:00:00Z", "constructor": {"prototype": {"x": 1}}}',
      'it has a member that reaches for an object prototype',
    ],
    ['nested without end', `{"id": "GHSA-1", "modified": ${'['.repeat(100_000)}`, 'it is not JSON'],
  ];
  test.each(bad)('%s', async (_, line, why) => {
    const built = await make({ 'a.ndjson': `${line}\n${ndjson(good)}` });
    expect(built.report).toMatchObject({ records: 2, added: 1, skipped: 1 });
    expect(built.report.skippedNames).toMatchObject([{ where: expect.stringContaining('a.ndjson record 1'), why }]);
    expect(bodies(built, 'good')).toHaveLength(1);
    expect(({} as Record<string, unknown>).severity).toBeUndefined();
  });

  test('texts that speak of __proto__ are no attack', async () => {
    const built = await make({ 'a.ndjson': ndjson({ ...base, details: 'sets "__proto__" of the prototype' }) });
    expect(built.report).toMatchObject({ added: 1, skipped: 0 });
  });

  test('a record that is too large, between two that are not', async () => {
    const large = { ...base, id: 'GHSA-5', details: 'x'.repeat(importLimits.maxRecordBytes) };
    for (const text of [ndjson(good, large, base), JSON.stringify([good, large, base])]) {
      const built = await make({ 'a.json': text });
      expect(built.report).toMatchObject({ records: 3, added: 2, skipped: 1 });
      expect(built.report.skippedNames).toMatchObject([
        { why: expect.stringMatching(/^it is \d+ (?:bytes|characters), too large$/) },
      ]);
    }
  });

  test('a gzip file that breaks off gives what came before, and is named', async () => {
    const whole = gzipSync(
      ndjson(...Array.from({ length: 2_000 }, (_, i) => record(`GHSA-${i}x`, `n${i * 7919}`, `${i}.0.0`))),
    );
    const built = await make({ 'a.ndjson.gz': whole.subarray(0, whole.length / 2) });
    expect(built.report.added).toBeGreaterThan(100);
    expect(built.report.unreadable).toMatchObject([
      { name: expect.stringContaining('a.ndjson.gz'), why: expect.stringContaining('unexpected end of file') },
    ]);
  });

  test('an archive member that inflates far beyond its size is named, the others count', async () => {
    const bomb = deflateRawSync(Buffer.alloc(64 * 1024 * 1024));
    const built = await make({
      'all.zip': zip({ 'GHSA-9.json': JSON.stringify(good), 'bomb.json': bomb }, ['bomb.json']),
    });
    expect(built.report).toMatchObject({ added: 1 });
    expect(built.report.unreadable).toMatchObject([{ why: expect.stringContaining('inflates') }]);
  });
});

test('ranges of commits, packages without versions and unknown ecosystems beside known ones are counted', async () => {
  const built = await make({
    'a.ndjson': ndjson({
      id: 'GHSA-1',
      modified: '2024-01-01T00:00:00Z',
      affected: [
        {
          package: { ecosystem: 'npm', name: 'a' },
          ranges: [{ type: 'GIT', repo: 'https://x.example/r', events: [{ introduced: '0' }] }],
          versions: ['1.0.0'],
        },
        { package: { ecosystem: 'npm', name: 'b' } },
        { package: { ecosystem: 'New Thing:1', name: 'c' }, versions: ['1'] },
      ],
    }),
  });
  expect(built.report.unusable).toEqual({ gitRanges: 1, withoutVersions: 1, unknownEcosystems: 1 });
  expect(bodies(built, 'a')).toEqual(['GHSA-1 {"a":[{"v":["1.0.0"]}]}']);
});

test('an import that fails or is abandoned leaves the database as it was, and nothing beside it', async () => {
  const built = await make({ 'a.ndjson': ndjson(record('GHSA-1', 'a', '1.0.0')) });
  const before = readFileSync(built.path);
  const builder = new DatabaseBuilder(built.path, 'import', { replace: false });
  const importer = await feedImporter(builder);
  await expect(importer.importPath(`${built.path}.missing`)).rejects.toMatchObject({ code: 'feed-missing' });
  builder.abandon();
  expect(readFileSync(built.path).equals(before)).toBe(true);
  expect(readdirSync(dirname(built.path))).toEqual(['advisories.db']);
});

test('what a killed import left is cleared away by the next; a running one is left alone', async () => {
  const built = await make({ 'a.ndjson': ndjson(record('GHSA-1', 'a', '1.0.0')) });
  const folder = dirname(built.path);
  const { writeFileSync } = await import('node:fs');
  writeFileSync(join(folder, '.advisories.db.4194303.0badf00d.tmp'), 'dead');
  writeFileSync(join(folder, `.advisories.db.${process.ppid}.0badf00d.tmp`), 'alive');
  made[0] = await built.add({});
  expect(readdirSync(folder).sort()).toEqual([`.advisories.db.${process.ppid}.0badf00d.tmp`, 'advisories.db']);
});

describe('a file that is no database of ours', () => {
  test.each([
    ['missing', undefined, 'advisory-database-missing'],
    ['empty', Buffer.alloc(0), 'advisory-database-unreadable'],
    ['text', Buffer.from('hello '.repeat(1000)), 'advisory-database-unreadable'],
  ] as const)('%s', async (_, bytes, code) => {
    const built = await make({ 'a.ndjson': ndjson(record('GHSA-1', 'a', '1.0.0')) });
    const path = `${built.path}.other`;
    if (bytes !== undefined) (await import('node:fs')).writeFileSync(path, bytes);
    expect(() => openAdvisoryDatabase(path)).toThrow(expect.objectContaining({ code }) as Error);
  });

  test('cut or flipped anywhere: a coded error or what was there, never a crash', async () => {
    const built = await make({
      'a.ndjson': ndjson(...Array.from({ length: 300 }, (_, i) => record(`GHSA-${i}x`, 'a', `${i}.0.0`))),
    });
    const { writeFileSync } = await import('node:fs');
    const whole = readFileSync(built.path);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: whole.length - 1 }),
        fc.integer({ min: 0, max: 255 }),
        fc.boolean(),
        (at, byte, cut) => {
          const bytes = cut ? whole.subarray(0, at) : Buffer.from(whole);
          if (!cut) bytes[at] = byte;
          writeFileSync(`${built.path}.other`, bytes);
          try {
            const database = openAdvisoryDatabase(`${built.path}.other`);
            try {
              database.affected('npm', 'a');
              database.advisory('GHSA-1x');
            } finally {
              database.close();
            }
          } catch (error) {
            expect(error).toMatchObject({ name: 'CodedError' });
          }
        },
      ),
      fuzz(150),
    );
  });
});

test('mutations of a feed never make the importer throw', async () => {
  const text = Buffer.from(JSON.stringify([record('GHSA-1', 'a', '1.0.0'), record('GHSA-2', 'b', '2.0.0')], null, 1));
  const built = await make({ 'a.json': text });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(text.length - 1), fc.nat(255)), { maxLength: 6 }),
      fc.nat(text.length),
      async (flips, end) => {
        const bytes = Buffer.from(text);
        for (const [at, byte] of flips) bytes[at] = byte;
        const database = await makeDatabase({ 'b.json': bytes.subarray(0, end) });
        database.remove();
      },
    ),
    fuzz(120),
  );
  expect(existsSync(built.path)).toBe(true);
});

/** A ZIP archive; members named in `raw` are deflated already and announce a small size. */
function zip(files: Readonly<Record<string, string | Uint8Array>>, raw: readonly string[] = []): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const plain = Buffer.from(content as string);
    const packed = raw.includes(name) ? plain : deflateRawSync(plain);
    const size = raw.includes(name) ? 1_000 : plain.length;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crcOf(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listing, end]);
}

function crcOf(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
