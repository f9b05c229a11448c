import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { Place } from '../cli/plimsoll.ts';
import { zipArchive } from '../make/zip-archive.ts';

const place = new Place();
afterAll(() => place.remove());

const sound = {
  id: 'CVE-2024-0001',
  modified: '2024-06-01T00:00:00Z',
  affected: [
    {
      package: { ecosystem: 'npm', name: 'left-pad' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    },
  ],
};
const line = (record: unknown): string => `${typeof record === 'string' ? record : JSON.stringify(record)}\n`;

let databases = 0;

interface Imported {
  readonly status: number | null;
  readonly report: Record<string, unknown> | undefined;
  readonly text: string;
  readonly database: string;
}

/** Imports in a process of its own, whose memory counts. */
async function importing(...paths: readonly string[]): Promise<Imported> {
  const database = place.at(`${++databases}.db`);
  const ran = await place.plimsoll(['db', 'import', ...paths, '--db', database, '--format', 'json'], {
    timeoutMs: 55_000,
  });
  expect(ran.signal).toBeNull();
  expect(ran.stderr).not.toContain('mistake of ours');
  expect(ran.peakBytes).toBeLessThan(512 * 2 ** 20);
  const report = ran.stdout === '' ? undefined : (JSON.parse(ran.stdout) as Record<string, unknown>);
  return { status: ran.status, report, text: ran.stdout + ran.stderr, database };
}

/** How many advisories a database has for a search. */
async function found(database: string, query: string): Promise<string> {
  return (await place.plimsoll(['db', 'search', query, '--db', database])).stdout;
}

describe('a broken record is skipped and named, and the others are kept', () => {
  const deep = `${'{"a":['.repeat(100_000)}${']}'.repeat(100_000)}`;
  const records: readonly (readonly [string, unknown])[] = [
    ['cut', '{"id":"CVE-1","modified":"2024'],
    ['nested without end', `{"id":"CVE-1","modified":"2024-01-01T00:00:00Z","affected":${deep}}`],
    ['no id', { ...sound, id: undefined }],
    ['an id that is no text', { ...sound, id: { toString: 'x' } }],
    ['an id of a megabyte', { ...sound, id: `CVE-${'9'.repeat(1 << 20)}` }],
    ['no affected list', { ...sound, id: 'CVE-2', affected: 'all' }],
    [
      'events that are no list',
      {
        ...sound,
        id: 'CVE-3',
        affected: [{ package: { ecosystem: 'npm', name: 'a' }, ranges: [{ type: 'SEMVER', events: 5 }] }],
      },
    ],
    ['a list instead', [1, 2, 3]],
    ['a number instead', 42],
    ['null', null],
    ['text of no encoding', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]).toString('latin1')],
  ];

  test.each(records)('%s', async (_, record) => {
    const file = place.at('records.ndjson');
    writeFileSync(file, line(sound) + line(record) + line({ ...sound, id: 'CVE-2024-0002' }));
    const { status, report, text, database } = await importing(file);
    expect(status).toBe(0);
    expect(text).toContain('records.ndjson');
    expect(JSON.stringify(report)).toMatch(/"skipped":(?:\[\{|1|\{)/);
    expect(await found(database, 'CVE-2024-0002')).toContain('left-pad');
  });

  test('keys that mean something to the language are skipped and change nothing', async () => {
    const file = place.at('proto.ndjson');
    writeFileSync(
      file,
      line(sound) +
        `{"__proto__":{"id":"CVE-9"},"id":"CVE-2024-0003","modified":"2024-01-01T00:00:00Z","affected":[{"package":{"ecosystem":"__proto__","name":"constructor"},"versions":["1"]}],"constructor":{"prototype":{"x":1}}}\n`,
    );
    const { status, database } = await importing(file);
    expect(status).toBe(0);
    expect(await found(database, 'CVE-2024-0001')).toContain('left-pad');
    expect(await found(database, 'CVE-9')).not.toContain('left-pad');
  });

  test('a record with a hundred thousand ranges and versions is taken or skipped, in bounded memory', async () => {
    const file = place.at('wide.json');
    const events = Array.from({ length: 100_000 }, (_, i) =>
      i % 2 === 0 ? { introduced: `${i}.0.0` } : { fixed: `${i}.0.0` },
    );
    const versions = Array.from({ length: 200_000 }, (_, i) => `${i}.0.0`);
    writeFileSync(
      file,
      JSON.stringify({
        ...sound,
        affected: [{ package: { ecosystem: 'npm', name: 'left-pad' }, versions, ranges: [{ type: 'SEMVER', events }] }],
      }),
    );
    expect((await importing(file)).status).toBeLessThanOrEqual(1);
  });
});

describe('files that are no feeds', () => {
  test.each([
    ['empty', ''],
    ['cut gzip', gzipSync(line(sound)).subarray(0, 20)],
    ['cut zip', zipArchive([{ name: 'a.json', data: JSON.stringify(sound) }]).subarray(0, 60)],
    ['rubbish', Buffer.alloc(10_000, 0x9b)],
    ['brackets', '['.repeat(1_000_000)],
    ['HTML', '<html>log in</html>'],
  ])('%s: an error that names it, and no database', async (_, bytes) => {
    const file = place.at('feed.json');
    writeFileSync(file, bytes);
    const { status, text, database } = await importing(file);
    expect(status).toBe(1);
    expect(text).toContain('feed.json');
    expect((await place.plimsoll(['db', 'info', '--db', database])).status).toBe(1);
  });

  test('bombs in gzip and zip, members that lie about their size, links in circles', async () => {
    const zeros = Buffer.alloc(64 << 20);
    const packed = gzipSync(zeros);
    const folder = place.folder('bombs');
    writeFileSync(`${folder}/a.json.gz`, Buffer.concat(Array.from({ length: 16 }, () => packed)));
    writeFileSync(
      `${folder}/b.zip`,
      zipArchive([
        { name: 'big.json', data: zeros },
        { name: 'lies.json', data: JSON.stringify(sound), sizeBytes: 3 },
        { name: '../../evil.json', data: JSON.stringify(sound) },
      ]),
    );
    mkdirSync(`${folder}/sub`);
    symlinkSync('..', `${folder}/sub/loop`);
    writeFileSync(`${folder}/sound.json`, JSON.stringify({ ...sound, id: 'CVE-2024-0004' }));
    const { text, status } = await importing(folder);
    expect(status).toBeLessThanOrEqual(1);
    expect(text).toMatch(/a\.json\.gz|b\.zip/);
  });
});

describe('databases that are none', () => {
  test('are errors that name them, not empty databases', async () => {
    const file = place.at('osv.json');
    writeFileSync(file, JSON.stringify(sound));
    const { database } = await importing(file);
    const bytes = readFileSync(database);
    const flipped = Buffer.from(bytes);
    for (let at = 4096; at < flipped.length; at += 64) flipped[at]! ^= 0xff;
    for (const bad of [
      Buffer.alloc(0),
      Buffer.alloc(100),
      Buffer.from('SQLite format 3\0'),
      bytes.subarray(0, bytes.length >> 1),
      flipped,
    ]) {
      const broken = place.at('broken.db');
      writeFileSync(broken, bad);
      const scanned = await place.plimsoll(['scan', `dir:${place.folder('root')}`, '--offline', '--db', broken]);
      expect(scanned.status === 1 || !scanned.stdout.includes(' PASS '), scanned.stdout + scanned.stderr).toBe(true);
      expect(scanned.stderr).not.toContain('mistake of ours');
      const searched = await place.plimsoll(['db', 'search', 'CVE-2024-0001', '--db', broken]);
      expect(searched.stderr).not.toContain('mistake of ours');
      if (bad !== flipped) expect(searched.status).toBe(1);
    }
  });
});
