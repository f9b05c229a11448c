import { readFileSync, statSync } from 'node:fs';
import { CodedError } from '../../model/index.ts';

/** The account that PostgreSQL runs under; empty where it is our own. */
export interface RunAs {
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Who is to run PostgreSQL, which refuses to run as root: ourselves, or, where we are root, the owner of its folder, else the
 * account postgres, else nobody.
 */
export function runAs(folder: string): RunAs {
  if (process.getuid?.() !== 0) return {};
  const owner = statSync(folder, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = accounts.find((line) => line.startsWith(`${name}:`))?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new CodedError(
    'store-not-embedded',
    'PostgreSQL does not run as root, and there is no account postgres or nobody',
    {
      hint: 'run plimsoll as another account, or name a PostgreSQL of yours in PLIMSOLL_DATABASE_URL',
    },
  );
}
