import type * as sqlite from 'node:sqlite';

type Sqlite = typeof sqlite;

let loaded: Sqlite | undefined;

/** Node's SQLite, loaded when it is first needed, without Node's warning that the module may change. */
export function loadSqlite(): Sqlite {
  if (loaded !== undefined) return loaded;
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    loaded = process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
  return loaded;
}
