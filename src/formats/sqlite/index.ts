/**
 * SQLite database files (version 3, sqlite.org/fileformat2.html) to the rows of one table, page by page over a byte
 * source. Reads tables only, no indices, no SQL, no write-ahead log. Never throws; every page is read at most once, so
 * neither cycles nor shared overflow chains cost more than the file has bytes.
 */
export { isSqlite, readSqliteTable, type SqliteRow } from './table.ts';
export type { SqliteValue } from './record.ts';
