import { localActor } from '../flows/ledger/index.ts';
import { makeLocalToken } from '../flows/log-in/index.ts';
import { openStore } from '../server-store/index.ts';
import { permissions } from '../server/contract/index.ts';
import type { Io } from './io.ts';
import { type StoreFlags, storeOptions } from './store-options.ts';

const days = 90;

/** A token of the administrator, made in the server's own store. */
export async function localToken(flags: StoreFlags, io: Io): Promise<string> {
  const store = await openStore(storeOptions(flags));
  try {
    const expiresAt = new Date(io.now.getTime() + days * 86_400_000);
    const by = localActor(io.env, io.progress);
    return (await makeLocalToken(store, by, { scopes: permissions, expiresAt })).secret;
  } finally {
    await store.close();
  }
}
