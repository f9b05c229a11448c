/** Node's SQLite for the stages that keep files in it: loaded late, and without Node's warning. Opens nothing by itself. */
export { loadSqlite } from './load-sqlite.ts';
