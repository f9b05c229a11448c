import { bodiesByPlace, checkBodies, moveBodies, type Store } from '../server-store/index.ts';
import type { Io } from './io.ts';
import { note, withStore } from './run-store.ts';
import { type StoreFlags, storeOptions } from './store-options.ts';

export interface BodiesFlags extends StoreFlags {
  readonly bodies: string;
  readonly check?: true;
  readonly move?: true;
}

/** `plimsoll store bodies`. */
export async function bodies(flags: BodiesFlags, io: Io): Promise<void> {
  await withStore({ ...storeOptions(flags), bodies: flags.bodies, env: io.env }, async (store) => {
    if (flags.move === true) await move(store, io);
    if (flags.check === true) await check(store, io);
    for (const { where, bodies: count, storedBytes, unreadable, isOurs } of await bodiesByPlace(store)) {
      const notes = [
        ...(unreadable === 0 ? [] : [`${unreadable} lost or altered`]),
        ...(isOurs ? [] : ["another store's: read, never taken away"]),
      ];
      const rest = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
      io.stdout.write(`${where}\n  ${count} bodies, ${(storedBytes / 1e6).toFixed(1)} MB${rest}\n`);
    }
  });
}

async function move(store: Store, io: Io): Promise<void> {
  const where = (await store.places.address()) ?? 'database';
  await note(store, io, 'store.move', { to: where });
  const { moved, left } = await moveBodies(store, io.signal);
  io.stdout.write(`${moved} bodies moved to ${where}${left === 0 ? '' : `; ${left} stay where they were`}\n`);
  if (moved > 0) io.stdout.write('what was left behind outside of the database is taken away after a day\n');
}

async function check(store: Store, io: Io): Promise<void> {
  let checked = 0;
  let unreadable = 0;
  const before = io.now;
  for (;;) {
    io.signal.throwIfAborted();
    const part = await checkBodies(store, { before, limit: 1000, reads: true });
    checked += part.checked;
    unreadable += part.unreadable;
    for (const { message } of part.troubles) io.stderr.write(`not told: ${message}\n`);
    if (part.checked === 0 || part.troubles.length > 0) break;
  }
  const rest = unreadable === 0 ? 'all as they were put' : `${unreadable} lost or altered: their images can't be told`;
  io.stdout.write(`${checked} bodies checked: ${rest}\n`);
}
