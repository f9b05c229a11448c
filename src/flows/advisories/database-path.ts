import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the advisory database lies unless `--db` says otherwise: `$PLIMSOLL_DB`, else below the user's cache directory
 * (XDG base directory specification).
 */
export function databasePath(env: Readonly<Record<string, string | undefined>>): string {
  return env['PLIMSOLL_DB'] || join(cacheDirectory(env), 'advisories.db');
}

/** Plimsoll's directory for what can be fetched again. */
export function cacheDirectory(env: Readonly<Record<string, string | undefined>>): string {
  return join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'plimsoll');
}
