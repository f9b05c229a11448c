import type * as sqlite from 'node:sqlite';

type Sqlite = typeof sqlite;

let loaded: Sqlite | undefined;

/**
 * Node's SQLite, loaded when it is first needed: it costs some milliseconds that a command without a database need not
 * pay. Node 24 warns on standard error that the module may change; its users can do nothing about that.
 */
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
