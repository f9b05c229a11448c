import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../../model/index.ts';
import { loadSqlite } from '../../sqlite/index.ts';
import { ensureSecretFile } from '../secret-file.ts';
import { type RunAs, runAs } from './run-as.ts';

/** Where an embedded PostgreSQL keeps what. */
export interface ClusterFolder {
  /** The folder of data that the user names. */
  readonly root: string;
  /** PostgreSQL's own: data, socket, log. Of the account that runs it, closed to others. */
  readonly own: string;
  readonly data: string;
  readonly socket: string;
  readonly log: string;
  readonly password: string;
  readonly runAs: RunAs;
}

/** Longest path of a socket: sockaddr_un has 108 bytes on Linux and 104 elsewhere; the socket's name takes 15. */
const longestSocketFolder = 104 - 1 - 15;
const passwordFile = 'database-password';

/** Whether an embedded PostgreSQL was made in a folder of data; makes nothing. */
export function hasCluster(root: string): boolean {
  try {
    statSync(path.join(root, 'postgres', 'data', 'PG_VERSION'));
    return true;
  } catch (error) {
    // Where we may not look there may be one: opening it says what is wrong.
    return !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}

/** Makes the folder where it is missing, and the password. @throws CodedError `store-folder-unusable`. */
export function openClusterFolder(root: string): ClusterFolder {
  const own = path.join(root, 'postgres');
  const socket = path.join(own, 'socket');
  if (Buffer.byteLength(socket) > longestSocketFolder)
    throw new CodedError('store-folder-unusable', `the path ${root} is too long for PostgreSQL's socket in it`, {
      hint: `at most ${longestSocketFolder - '/postgres/socket'.length} bytes`,
    });
  try {
    mkdirSync(root, { recursive: true });
    const account = runAs(own);
    makeOwnFolder(own, account);
    if (account.uid !== undefined) letThrough(root, account.uid);
    makeOwnFolder(socket, account);
    const password = readOrMakePassword(path.join(root, passwordFile));
    return { root, own, data: path.join(own, 'data'), socket, log: path.join(own, 'log'), password, runAs: account };
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    throw new CodedError('store-folder-unusable', `${root} can't be used: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Runs work while no other process does for this folder. The lock is a SQLite file's: it ends with the process that holds it,
 * however that ends.
 */
export async function withFolderLock<T>(root: string, work: () => Promise<T>): Promise<T> {
  const database = new (loadSqlite().DatabaseSync)(path.join(root, 'lock'), { timeout: 0 });
  try {
    for (;;) {
      try {
        database.exec('BEGIN EXCLUSIVE');
        break;
      } catch (error) {
        if (!/locked|busy/.test((error as Error).message)) throw error;
        await sleep(50);
      }
    }
    return await work();
  } finally {
    database.close();
  }
}

/** The account that runs PostgreSQL has to get to its folder; what stands above it we don't open. */
function letThrough(root: string, uid: number): void {
  const stat = statSync(root);
  if (stat.uid === process.getuid?.() && (stat.mode & 0o001) === 0) chmodSync(root, stat.mode | 0o011);
  for (let at = root; at !== path.dirname(at); at = path.dirname(at)) {
    const { mode, uid: owner } = statSync(at);
    if ((mode & (owner === uid ? 0o100 : 0o001)) === 0)
      throw new CodedError(
        'store-folder-unusable',
        `${at} is closed to the account that runs PostgreSQL (uid ${uid})`,
        {
          hint: 'name another folder with --data, /var/lib/plimsoll for example; PostgreSQL does not run as root',
        },
      );
  }
}

/** A folder of the account that runs PostgreSQL; also where another process makes it at the same time. */
function makeOwnFolder(folder: string, { uid, gid }: RunAs): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  if (uid !== undefined && statSync(folder).uid === process.getuid?.()) chownSync(folder, uid, gid!);
}

function readOrMakePassword(file: string): string {
  ensureSecretFile(file, () => randomBytes(24).toString('base64url'));
  return readFileSync(file, 'utf8').trim();
}
