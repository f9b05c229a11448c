import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { registerDb } from './db.ts';
import type { Io } from './io.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plimsoll-db-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function db(args: readonly string[], stdin = ''): Promise<{ out: string; err: string; status: number }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const io: Io = {
    stdin: Readable.from([stdin]),
    stdout,
    stderr,
    env: { XDG_CACHE_HOME: folder },
    columns: 80,
    color: false,
    progress: false,
    now: new Date('2026-11-23T06:00:00Z'),
    signal: new AbortController().signal,
    exitStatus: 0,
  };
  const command = new Command('db').exitOverride();
  registerDb(command, io);
  await command.parseAsync(args, { from: 'user' });
  stdout.end();
  stderr.end();
  return { out: await text(stdout), err: await text(stderr), status: io.exitStatus };
}

const records = `${JSON.stringify({
  id: 'GHSA-1',
  modified: '2026-01-02T00:00:00Z',
  published: '2026-01-01T00:00:00Z',
  aliases: ['CVE-2026-0001'],
  summary: 'It falls \u001b[31mover',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    {
      package: { ecosystem: 'npm', name: 'left' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '1.0.0' }, { fixed: '1.5.0' }, { introduced: '2.0.0' }] }],
    },
  ],
})}\n{"id": "GHSA-2"}\n`;

test('import, info and search tell the same story', async () => {
  const feed = join(folder, 'a.ndjson');
  const path = join(folder, 'plimsoll/advisories.db');
  writeFileSync(feed, records);
  const digest = 'sha256:b7d0d7ac8e5a6b8b1d6c1ee0b1d9f6c3';
  const imported = await db(['import', feed]);
  expect(imported.out.replace(/sha256:[0-9a-f]{64}/, digest)).toBe(
    [
      '1 advisory added from 2 records in 1 file',
      '1 record left out:',
      `  GHSA-2: modified is not a UTC time (${feed} record 2)`,
      `database ${path}`,
      `digest   ${digest}`,
      'dated    2026-01-02T00:00:00Z: its newest advisory',
      '',
    ].join('\n'),
  );
  const info = await db(['info', '--verify']);
  expect(info.out.replace(/sha256:[0-9a-f]{64}/, digest)).toBe(
    [
      `database   ${path}`,
      `digest     ${digest}`,
      'dated      2026-01-02T00:00:00Z, 325 days old: its newest advisory',
      'advisories 1, with 1 packages that they speak of',
      'exploited  none imported',
      'epss       none imported',
      'support    none imported, 0 packages no longer supported',
      'last time  2 records: 1 added, 0 known already, 0 older, 0 withdrawn, 1 left out',
      'contents   match the digest',
      '',
      'ecosystem advisories  packages  newest',
      'npm                1         1  2026-01-02',
      '',
    ].join('\n'),
  );
  const found = [
    'GHSA-1 CVE-2026-0001',
    '  It falls [31mover',
    '  published 2026-01-01 · CVSS 3.1 9.8',
    '  npm  left  >= 1.0.0 < 1.5.0, >= 2.0.0',
    '',
  ].join('\n');
  for (const query of ['cve-2026-0001', 'GHSA-1', 'left', 'falls'])
    expect((await db(['search', query])).out).toBe(found);
  expect((await db(['search', 'right'])).out).toBe(`nothing in ${path} speaks of right\n`);
  expect(JSON.parse((await db(['info', '--format', 'json'])).out)).toMatchObject({
    advisories: 1,
    lastImport: { skipped: 1 },
  });
});

test('advisories that are all of days to come date nothing, and that is said', async () => {
  const feed = join(folder, 'a.ndjson');
  writeFileSync(feed, records.replaceAll('2026-01-0', '2999-01-0'));
  const { out } = await db(['import', feed]);
  expect(out.split('\n').find((line) => line.startsWith('dated'))).toBe(
    'dated    1970-01-01T00:00:00Z: none of its advisories says a day until now',
  );
});

test('compare prints a sign, for arguments and for pairs of lines, and checks lines that have one', async () => {
  expect((await db(['compare', 'deb', '1.0~rc1', '1.0'])).out).toBe('<\n');
  expect(await db(['compare', 'pep440'], '1.0 1.0.0\n2 1\n\n# note\n// note\n1 < 2\n')).toEqual({
    out: '=\n>\n1 < 2 ok\n',
    err: '',
    status: 0,
  });
  expect(await db(['compare', 'semver'], '1.0.0 > 2.0.0\nalone\n')).toEqual({
    out: '1.0.0 > 2.0.0 mismatch, it is <\n',
    err: 'line 2 is neither `A B` nor `A < B`: alone\n',
    status: 1,
  });
});

test.each([
  [['compare', 'roman', 'I', 'II'], 'unknown-version-scheme'],
  [['compare', 'deb', '1'], 'one-version'],
  [['info'], 'advisory-database-missing'],
  [['search', 'x', '--limit', 'many'], 'not-a-number'],
  [['import', '/nowhere/at/all'], 'feed-missing'],
  [['import', '--built-at', 'yesterday', '/'], 'not-a-time'],
  [['update', '--offline'], 'offline'],
  [['update', '--feeds', 'rss'], 'unknown-feed'],
] as const)('%j fails with %s', async (args, code) => {
  await expect(db(args)).rejects.toMatchObject({ code });
});

test('the file of --db is used', async () => {
  const feed = join(folder, 'a.ndjson');
  writeFileSync(feed, records);
  const other = join(folder, 'other.db');
  await db(['import', '-q', '--db', other, feed]);
  expect((await db(['search', '--db', other, 'left', '--format', 'json'])).out).toContain('"by": "package"');
});
