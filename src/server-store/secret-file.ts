import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes a file with a secret, for its owner alone, where there is none yet. Of several processes that start at the same time one
 * makes it, and no other sees it before it is whole; one that is empty (its maker was killed, or the disk was full) is made anew.
 */
export function ensureSecretFile(file: string, make: () => string | Uint8Array): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size !== undefined && size > 0) return;
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(temporary, make(), { mode: 0o600, flag: 'wx', flush: true });
    if (size === 0) renameSync(temporary, file);
    else linkSync(temporary, file);
  } catch (error) {
    // Another process that starts at the same time was first.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}
