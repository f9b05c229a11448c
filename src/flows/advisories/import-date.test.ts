import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DatabaseBuilder } from '../../advisories/index.ts';
import { describeDatabase, importAdvisories } from './index.ts';

const now = new Date('2026-11-23T06:00:00Z');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-date-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Imports files of these contents; gives the date that the database has then, and how it is known. */
async function imported(contents: readonly string[], builtAt?: string, replace = false) {
  const paths = contents.map((content, i) => {
    const path = join(folder, `feed-${i}.json`);
    writeFileSync(path, content);
    return path;
  });
  const database = join(folder, 'advisories.db');
  const { date } = await importAdvisories({ paths, database, replace, builtAt, now });
  const said = describeDatabase(database, now, { verify: false });
  expect(said).toMatchObject(date);
  return [said.builtAt, said.datedBy];
}

const advisory = (id: string, modified: string, more: object = {}) =>
  JSON.stringify({
    id,
    modified,
    affected: [{ package: { ecosystem: 'npm', name: id }, versions: ['1.0.0'] }],
    ...more,
  });
const kev = JSON.stringify({
  title: 'CISA Catalog of Known Exploited Vulnerabilities',
  catalogVersion: '2026.11.20',
  dateReleased: '2026-11-20T10:00:00.0000Z',
  count: 1,
  vulnerabilities: [{ cveID: 'CVE-2026-0001', dateAdded: '2026-11-20' }],
});

test('a database is as old as the newest advisory in it, of which none comes from the future', async () => {
  const old = [advisory('CVE-2026-1', '2026-02-01T00:00:00Z'), advisory('CVE-2026-2', '2026-03-01T12:00:00.5Z')];
  expect(await imported(old)).toEqual(['2026-03-01T12:00:00Z', 'newest']);
  expect(await imported([advisory('CVE-2026-3', '2026-11-23T06:00:01Z')])).toEqual(['2026-03-01T12:00:00Z', 'newest']);
  expect(await imported([advisory('CVE-2026-4', '2026-01-01T00:00:00Z')])).toEqual(['2026-03-01T12:00:00Z', 'newest']);
  expect(await imported([advisory('CVE-2026-5', '2026-11-22T00:00:00Z')])).toEqual(['2026-11-22T00:00:00Z', 'newest']);
  expect(await imported([advisory('CVE-2026-4', '2026-01-01T00:00:00Z')], undefined, true)).toEqual([
    '2026-01-01T00:00:00Z',
    'newest',
  ]);
});

test('one that is withdrawn, or known already, tells of its day too', async () => {
  const withdrawn = { withdrawn: '2026-04-01T00:00:00Z' };
  const both = [
    advisory('CVE-2026-1', '2026-02-01T00:00:00Z'),
    advisory('CVE-2026-2', '2026-04-01T00:00:00Z', withdrawn),
  ];
  expect(await imported(both)).toEqual(['2026-04-01T00:00:00Z', 'newest']);
});

test('other feeds do not date it: without advisories it is older than anything', async () => {
  const cycles = JSON.stringify({ debian: { releases: [{ name: '12', eolFrom: '2028-06-30' }] } });
  expect(await imported([kev, cycles])).toEqual(['1970-01-01T00:00:00Z', 'newest']);
  expect(await imported([advisory('CVE-2026-1', '2026-02-01T00:00:00Z')])).toEqual(['2026-02-01T00:00:00Z', 'newest']);
  expect(await imported([kev])).toEqual(['2026-02-01T00:00:00Z', 'newest']);
});

test('what a person or a fetched feed vouched for stays, whatever is added', async () => {
  const few = [advisory('CVE-2026-1', '2026-11-22T00:00:00Z')];
  expect(await imported(few, '2026-10-01T00:00:00Z')).toEqual(['2026-10-01T00:00:00Z', 'given']);
  expect(await imported([advisory('CVE-2026-2', '2026-11-23T00:00:00Z')])).toEqual(['2026-10-01T00:00:00Z', 'given']);
  const builder = new DatabaseBuilder(join(folder, 'advisories.db'), 'import', { replace: false });
  builder.finish('2026-11-01T00:00:00Z', { datedBy: 'fetched' });
  expect(await imported(few)).toEqual(['2026-11-01T00:00:00Z', 'fetched']);
  expect(await imported(few, '2026-11-23T00:00:00Z')).toEqual(['2026-11-23T00:00:00Z', 'given']);
});
