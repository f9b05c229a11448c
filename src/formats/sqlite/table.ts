import type { ByteSource } from '../../model/index.ts';
import { Pages } from './pages.ts';
import { readRecord, readVarint, type SqliteValue } from './record.ts';

export interface SqliteRow {
  readonly rowId: number;
  /** By column; the column that is the row id itself (INTEGER PRIMARY KEY) is null. Blobs live until the next row. */
  readonly values: readonly SqliteValue[];
}

const interiorPage = 0x05;
const leafPage = 0x0d;
const maxPayloadBytes = 64 << 20;
const magic = Buffer.from('SQLite format 3\0', 'latin1');

/** Whether a file's first bytes are a SQLite database's. */
export function isSqlite(head: Uint8Array): boolean {
  return head.length >= magic.length && magic.equals(head.subarray(0, magic.length));
}

/**
 * Hands over every row of a table that can be read, in order of row ids. Gives what was wrong, one short phrase each;
 * empty where all was read.
 */
export function readSqliteTable(source: ByteSource, table: string, onRow: (row: SqliteRow) => void): readonly string[] {
  const faults = new Set<string>();
  const pages = Pages.open(source, faults);
  if (pages === undefined) return [...faults];
  let root: number | undefined;
  walk(pages, 1, ({ values }) => {
    // sqlite_schema: type, name, tbl_name, rootpage, sql
    if (values[0] === 'table' && values[1] === table && typeof values[3] === 'number') root ??= values[3];
  });
  if (root === undefined) faults.add(`there is no table ${table}`);
  else walk(pages, root, onRow);
  return [...faults];
}

/** Walks a table's B-tree (fileformat2 §1.6) depth first. */
function walk(pages: Pages, root: number, onRow: (row: SqliteRow) => void): void {
  const ahead = [root];
  for (let number = ahead.pop(); number !== undefined; number = ahead.pop()) {
    const page = pages.take(number);
    if (page === undefined) continue;
    const header = number === 1 ? 100 : 0;
    const type = page[header];
    const cells = page.readUInt16BE(header + 3);
    const pointers = header + (type === interiorPage ? 12 : 8);
    if ((type !== interiorPage && type !== leafPage) || pointers + 2 * cells > pages.usableBytes) {
      pages.fault(`page ${number} is no page of a table`);
      continue;
    }
    if (type === leafPage)
      for (let i = 0; i < cells; i++) readCell(pages, page, page.readUInt16BE(pointers + 2 * i), onRow);
    else {
      ahead.push(page.readUInt32BE(header + 8));
      for (let i = cells - 1; i >= 0; i--) {
        const cell = page.readUInt16BE(pointers + 2 * i);
        if (cell + 4 > pages.usableBytes) pages.fault(`page ${number} has a cell beyond its end`);
        else ahead.push(page.readUInt32BE(cell));
      }
    }
  }
}

function readCell(pages: Pages, page: Buffer, at: number, onRow: (row: SqliteRow) => void): void {
  const size = readVarint(page, at);
  const rowId = readVarint(page, size.end);
  const payload = payloadOf(pages, page, rowId.end, size.value);
  const values = payload === undefined ? undefined : readRecord(payload);
  if (values !== undefined) onRow({ rowId: rowId.value, values });
  else if (payload !== undefined) pages.fault('a record is broken');
}

/** The payload of a cell: within the page, or its first part there and the rest in a chain of overflow pages. */
function payloadOf(pages: Pages, page: Buffer, at: number, size: number): Uint8Array | undefined {
  const usable = pages.usableBytes;
  if (size > maxPayloadBytes || size > pages.sizeBytes) {
    pages.fault('a record is larger than the file or than we read');
    return undefined;
  }
  const most = usable - 35;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((size - least) % (usable - 4));
  const local = size <= most ? size : fitting <= most ? fitting : least;
  if (at + local + (local < size ? 4 : 0) > usable) {
    pages.fault('a cell reaches beyond its page');
    return undefined;
  }
  const start = page.subarray(at, at + local);
  if (local === size) return start;
  const parts = [start];
  let missing = size - local;
  let next = page.readUInt32BE(at + local);
  while (missing > 0) {
    const overflow = pages.take(next);
    if (overflow === undefined) return undefined;
    const part = overflow.subarray(4, Math.min(4 + missing, usable));
    parts.push(part);
    missing -= part.length;
    next = overflow.readUInt32BE(0);
  }
  return Buffer.concat(parts);
}
