import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** Tells a file apart from what was there before it: such as ours are only ever replaced whole. Empty: it is not there. */
export function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`;
}

/** The same of a folder's files, not of those in folders within. */
export function folderStampOf(folder: string): string {
  if (stampOf(folder) === '') return '';
  return readdirSync(folder)
    .sort()
    .map((name) => `${name} ${stampOf(path.join(folder, name))}`)
    .join('\n');
}
