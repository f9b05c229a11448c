import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where the server's data lie unless `--data` says otherwise: for root `/var/lib/plimsoll` (PostgreSQL, which refuses root, has to
 * reach it), else below the user's data directory (XDG base directory specification).
 */
export function dataFolder(env: Readonly<Record<string, string | undefined>>): string {
  if (env['PLIMSOLL_DATA']) return env['PLIMSOLL_DATA'];
  if (process.getuid?.() === 0) return '/var/lib/plimsoll';
  return join(env['XDG_DATA_HOME'] || join(env['HOME'] || homedir(), '.local/share'), 'plimsoll');
}
