import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { dataFolder } from '../../src/flows/server-store/data-folder.ts';
import { say, type StartWorld } from './world.ts';

/** Longest path of the folder: PostgreSQL's socket lies below it, and paths of sockets are short. */
const longestBytes = 72;

/** Where `npm start` keeps its data: `PLIMSOLL_DATA`, else `.plimsoll` in the checkout. */
export function dataPlace({ root, env }: Pick<StartWorld, 'root' | 'env'>): string {
  return env['PLIMSOLL_DATA'] ? path.resolve(env['PLIMSOLL_DATA']) : path.join(root, '.plimsoll');
}

/**
 * Makes the folder. Where PostgreSQL could not work in the checkout it lies elsewhere, and `.plimsoll` leads there: below a folder
 * like /root, which is closed to the account that runs it for root, and below very long paths.
 */
export function makeDataPlace(world: Pick<StartWorld, 'root' | 'env'>): string {
  const wanted = dataPlace(world);
  if (!world.env['PLIMSOLL_DATA'] && !fs.existsSync(path.join(wanted, 'postgres'))) {
    const why = whyNotThere(wanted);
    if (why !== undefined) leadElsewhere(wanted, world.env, why);
  }
  fs.mkdirSync(wanted, { recursive: true });
  return fs.realpathSync(wanted);
}

function whyNotThere(folder: string): string | undefined {
  if (Buffer.byteLength(folder) > longestBytes) return 'the path is too long for a socket';
  if (process.getuid?.() !== 0) return undefined;
  for (let at = path.dirname(folder); at !== path.dirname(at); at = path.dirname(at))
    if ((fs.statSync(at).mode & 0o001) === 0) return `${at} is closed to PostgreSQL, which does not run as root`;
  return undefined;
}

function leadElsewhere(wanted: string, env: StartWorld['env'], why: string): void {
  const name = `checkout-${createHash('sha256').update(wanted).digest('hex').slice(0, 8)}`;
  const place = path.join(dataFolder({ ...env, PLIMSOLL_DATA: undefined }), name);
  fs.mkdirSync(place, { recursive: true });
  fs.rmSync(wanted, { recursive: true, force: true });
  fs.symlinkSync(place, wanted);
  say(`${why}: .plimsoll leads to ${place}`);
}
