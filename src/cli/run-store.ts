import { localActor } from '../flows/ledger/index.ts';
import { backupToFile, restoreFromFile } from '../flows/server-store/index.ts';
import type { JsonValue, LedgerAction } from '../ledger/index.ts';
import {
  bodiesByPlace,
  exportStore,
  LedgerWriter,
  openStore,
  pruneStore,
  type Store,
  type StoreOptions,
  sweepBodies,
} from '../server-store/index.ts';
import type { Io } from './io.ts';
import { type StoreFlags, storeOptions } from './store-options.ts';

/** `plimsoll store backup FILE`. */
export async function backup(file: string, flags: StoreFlags & { readonly withBodies?: true }, io: Io): Promise<void> {
  const withBodies = flags.withBodies === true;
  await withStore(storeOptions(flags), async (store) => {
    await note(store, io, 'store.backup', { file, withBodies });
    const bytes = await backupToFile(store, file, { now: io.now, withBodies });
    io.stdout.write(`${file}: all of the store ${store.where}, ${(bytes / 1e6).toFixed(1)} MB\n`);
    if (!withBodies)
      await tellOutside(store, io, 'they are not in this file (--with-bodies): keep what lies there, too');
  });
}

/** `plimsoll store restore FILE`. */
export async function restore(file: string, flags: StoreFlags, io: Io): Promise<void> {
  const store = await restoreFromFile(storeOptions(flags), file);
  try {
    await note(store, io, 'store.restore', { file });
    io.stdout.write(`the store ${store.where} holds what ${file} held\n`);
    await tellOutside(store, io, 'they are read from there, and never taken away from there by this store');
  } finally {
    await store.close();
  }
}

/** `plimsoll store export`. */
export async function exportAll(flags: StoreFlags, io: Io): Promise<void> {
  await withStore(storeOptions(flags), async (store) => {
    for await (const line of exportStore(store)) {
      io.signal.throwIfAborted();
      await new Promise<void>((resolve, reject) =>
        io.stdout.write(line, (error) => (error === undefined || error === null ? resolve() : reject(error))),
      );
    }
  });
}

/** `plimsoll store prune --older-than DAYS`. */
export async function prune(flags: StoreFlags & { readonly olderThan: number }, io: Io): Promise<void> {
  await withStore(storeOptions(flags), async (store) => {
    const before = new Date(io.now.getTime() - flags.olderThan * 86_400_000);
    const pruned = await pruneStore(store, before);
    await note(store, io, 'store.prune', { before: before.toISOString(), ...pruned });
    const counts = Object.entries(pruned).map(([what, count]) => `${count} ${what}`);
    io.stdout.write(`over since before ${before.toISOString().slice(0, 10)} and gone: ${counts.join(', ')}\n`);
    const { removed, troubles } = await sweepBodies(store);
    if (removed > 0) io.stdout.write(`${removed} bodies taken away outside of the database\n`);
    for (const { message } of troubles) io.stderr.write(`left for the next time: ${message}\n`);
  });
}

/** Says what lies elsewhere than in the database, if anything does. */
async function tellOutside(store: Store, io: Io, what: string): Promise<void> {
  for (const { where, bodies, storedBytes } of await bodiesByPlace(store))
    if (where !== 'database')
      io.stdout.write(`  ${bodies} records (${(storedBytes / 1e6).toFixed(1)} MB) lie in ${where}: ${what}\n`);
}

/** Does something with an opened store, and closes it. */
export async function withStore(options: StoreOptions, work: (store: Store) => Promise<void>): Promise<void> {
  const store = await openStore(options);
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

/** Who keeps the store is in the ledger like everybody else. */
export async function note(
  store: Store,
  io: Io,
  action: LedgerAction,
  details: { readonly [name: string]: JsonValue },
): Promise<void> {
  const writer = new LedgerWriter(store);
  const subject = { kind: 'store', name: store.where };
  await writer.append({ ...localActor(io.env, io.progress), action, subject, details });
  await writer.close();
}
