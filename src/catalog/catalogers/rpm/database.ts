import { isBerkeleyHash, readBerkeleyHash } from '../../../formats/berkeley-db/index.ts';
import { isNdb, readNdb } from '../../../formats/ndb/index.ts';
import { isSqlite, readSqliteTable } from '../../../formats/sqlite/index.ts';
import type { ByteSource } from '../../../model/index.ts';

/**
 * Hands over the header blob of every package in a database, whichever form it has; gives what was wrong. A blob's bytes
 * may be overwritten after the call.
 */
export function readDatabase(source: ByteSource, onBlob: (blob: Uint8Array) => void): readonly string[] {
  const head = Uint8Array.from(source.read(0, Math.min(512, source.sizeBytes)));
  if (head.length === 0) return ['it is empty'];
  if (isSqlite(head)) return readSqlite(source, onBlob);
  if (isNdb(head)) return readNdb(source, onBlob);
  if (isBerkeleyHash(head)) return readBerkeley(source, onBlob);
  return ['its format is not known'];
}

/** Table `Packages(hnum INTEGER PRIMARY KEY, blob BLOB)`. */
function readSqlite(source: ByteSource, onBlob: (blob: Uint8Array) => void): readonly string[] {
  let strange = 0;
  const faults = readSqliteTable(source, 'Packages', ({ values }) => {
    const blob = values[1];
    if (blob instanceof Uint8Array) onBlob(blob);
    else strange++;
  });
  return strange === 0 ? faults : [...faults, `${strange} rows have no header`];
}

/** Keys are header numbers of four bytes; number 0 holds the last one given away, no header. */
function readBerkeley(source: ByteSource, onBlob: (blob: Uint8Array) => void): readonly string[] {
  let strange = 0;
  const faults = readBerkeleyHash(source, (key, value) => {
    if (key.length !== 4) strange++;
    else if (key.some((byte) => byte !== 0)) onBlob(value);
  });
  return strange === 0 ? faults : [...faults, `${strange} keys are no header numbers`];
}
