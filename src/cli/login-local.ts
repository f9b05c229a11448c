import { localActor } from '../flows/ledger/index.ts';
import { makeLocalToken, revokeLocalToken } from '../flows/log-in/index.ts';
import { openStore } from '../server-store/index.ts';
import { permissions } from '../server/contract/index.ts';
import type { Io } from './io.ts';
import { type StoreFlags, storeOptions } from './store-options.ts';

const days = 90;

/**
 * Hands over a token of the administrator, made in the server's own store. What throws has the token revoked: it was for a server of
 * another store, say.
 */
export async function withLocalToken(
  flags: StoreFlags,
  io: Io,
  logIn: (token: string) => Promise<void>,
): Promise<void> {
  const store = await openStore(storeOptions(flags));
  try {
    const expiresAt = new Date(io.now.getTime() + days * 86_400_000);
    const by = localActor(io.env, io.progress);
    const { id, name, secret } = await makeLocalToken(store, by, { scopes: permissions, expiresAt });
    try {
      await logIn(secret);
    } catch (error) {
      await revokeLocalToken(store, by, { id, name, why: `the log-in failed: ${(error as Error).message}` });
      throw error;
    }
  } finally {
    await store.close();
  }
}
