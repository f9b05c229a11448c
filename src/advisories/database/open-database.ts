import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { DatabaseSync } from 'node:sqlite';
import { CodedError } from '../../model/index.ts';
import { applicationId, formatVersion } from './format.ts';
import { loadSqlite } from '../../sqlite/index.ts';

/**
 * Opens a database file for reading and makes sure that it is one of ours, of this version. The file is taken as
 * immutable: it is only ever replaced whole, and whoever has the old one open keeps it.
 * @throws CodedError advisory-database-missing, advisory-database-unreadable, advisory-database-version
 */
export function openDatabaseFile(path: string): DatabaseSync {
  if (!existsSync(path))
    throw new CodedError('advisory-database-missing', `there is no advisory database at ${path}`, {
      hint: 'plimsoll db update fetches the public advisories; plimsoll db import PATH takes files',
    });
  const location = pathToFileURL(path);
  location.search = '?immutable=1';
  let database: DatabaseSync | undefined;
  let version: number;
  try {
    database = new (loadSqlite().DatabaseSync)(location, { readOnly: true });
    if (numberOf(database, 'PRAGMA application_id') !== applicationId) throw new Error('it is some other database');
    version = numberOf(database, 'PRAGMA user_version');
  } catch (cause) {
    database?.close();
    throw new CodedError('advisory-database-unreadable', `${path} is not an advisory database: ${messageOf(cause)}`, {
      hint: 'plimsoll db import --replace PATH, or plimsoll db update --replace, makes it anew',
      cause,
    });
  }
  if (version !== formatVersion) {
    database.close();
    throw new CodedError(
      'advisory-database-version',
      `${path} has format ${version}; this Plimsoll reads format ${formatVersion}`,
      { hint: 'plimsoll db update --replace makes it anew' },
    );
  }
  database.exec('PRAGMA mmap_size = 4294967296');
  return database;
}

function numberOf(database: DatabaseSync, pragma: string): number {
  const value = Object.values(database.prepare(pragma).get() ?? {})[0];
  return typeof value === 'number' ? value : 0;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
