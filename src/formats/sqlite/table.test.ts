import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { forBrokenCopies, truncations } from '../../../test/make/broken-bytes.ts';
import { bytesSource } from '../../model/index.ts';
import { isSqlite, readSqliteTable, type SqliteRow } from './index.ts';

/** A database that SQLite itself wrote. */
function database(pageBytes: number, fill: (db: DatabaseSync) => void): Uint8Array {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-sqlite-'));
  try {
    const db = new DatabaseSync(path.join(folder, 'db'));
    db.exec(`PRAGMA page_size = ${pageBytes}; CREATE TABLE t(id INTEGER PRIMARY KEY, a, b)`);
    db.exec('BEGIN');
    fill(db);
    db.exec('COMMIT');
    db.close();
    return fs.readFileSync(path.join(folder, 'db'));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function rowsOf(bytes: Uint8Array): { rows: SqliteRow[]; faults: readonly string[] } {
  const rows: SqliteRow[] = [];
  const faults = readSqliteTable(bytesSource(bytes), 't', (row) =>
    rows.push({ ...row, values: row.values.map((v) => (v instanceof Uint8Array ? Uint8Array.from(v) : v)) }),
  );
  return { rows, faults };
}

const small = database(512, (db) => {
  const insert = db.prepare('INSERT INTO t VALUES (?, ?, ?)');
  for (let i = 1; i <= 90; i++) insert.run(i, `row ${i}`, new Uint8Array(i * 11).fill(i));
});

describe('a table of a SQLite database', () => {
  it('gives values of every type', () => {
    const bytes = database(4096, (db) => {
      db.prepare('INSERT INTO t VALUES (?, ?, ?)').run(-5, 'é', 1.5);
      db.exec(
        `INSERT INTO t VALUES (7, 0, 1), (8, -2, 300), (9, -70000, 9000000), (10, -1e12, NULL), (11, 1 << 52, x'00ff')`,
      );
    });
    expect(
      rowsOf(bytes)
        .rows.slice(1)
        .map(({ rowId, values }) => [rowId, ...values.slice(1)]),
    ).toEqual([
      [7, 0, 1],
      [8, -2, 300],
      [9, -70000, 9000000],
      [10, -1e12, null],
      [11, 2 ** 52, Uint8Array.of(0, 255)],
    ]);
    expect(rowsOf(bytes).rows[0]!.values).toEqual([null, 'é', 1.5]);
  });

  it.each([512, 4096, 65536])(
    'gives every row, with overflow chains and inner pages, at %i bytes a page',
    (pageBytes) => {
      const sizes = Array.from({ length: 700 }, (_, i) => (i * 37) % 1500).concat([pageBytes, 200_000, pageBytes - 35]);
      const bytes = database(pageBytes, (db) => {
        const insert = db.prepare('INSERT INTO t(a, b) VALUES (?, ?)');
        for (const size of sizes) insert.run(size, new Uint8Array(size).fill(size));
        db.exec('DELETE FROM t WHERE id % 3 = 0');
      });
      const { rows, faults } = rowsOf(bytes);
      expect(faults).toEqual([]);
      expect(rows.map(({ rowId }) => rowId)).toEqual(sizes.map((_, i) => i + 1).filter((id) => id % 3 !== 0));
      for (const { rowId, values } of rows)
        expect(values[2]).toEqual(new Uint8Array(sizes[rowId - 1]!).fill(sizes[rowId - 1]!));
    },
  );

  it('is said to be missing where it is', () => {
    const bytes = database(4096, () => {});
    expect(readSqliteTable(bytesSource(bytes), 'u', () => {})).toEqual(['there is no table u']);
    expect([isSqlite(bytes), isSqlite(Buffer.from('SQLite'))]).toEqual([true, false]);
  });

  it('ends and complains where pages lead in a circle or an overflow chain leads back', () => {
    const circle = Uint8Array.from(small);
    const root = 512;
    expect(circle[root]).toBe(5);
    // Its last child is the root itself.
    circle.set([0, 0, 0, 2], root + 8);
    expect(rowsOf(circle).faults).toEqual(['page 2 is used twice']);
    const chained = Buffer.from(small);
    for (let page = 2; page < chained.length / 512; page++)
      if (chained[page * 512] === 0) chained.writeUInt32BE(page + 1, page * 512);
    expect(rowsOf(chained).faults[0]).toMatch(/used twice|is no page|there is no page/);
  });

  it('is read as far as possible from any cut or changed file, without an exception, and a cut is said', () => {
    for (const cut of truncations(small)) expect(rowsOf(cut).faults).not.toEqual([]);
    forBrokenCopies(small, 500, (broken) => expect(rowsOf(broken).rows.length).toBeLessThan(100_000));
  });
});
