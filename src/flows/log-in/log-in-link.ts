import type { LedgerActor } from '../../ledger/index.ts';
import {
  digestOf,
  inTransaction,
  isRoleHeld,
  lockSetupLinks,
  newSecret,
  setSetupLink,
  type Store,
  type Work,
} from '../../server-store/index.ts';

/** Who does something on this machine, and where that is. */
export interface LocalActor {
  readonly actor: LedgerActor;
  readonly from: string;
}

/**
 * An address that logs whoever opens it first in as the administrator: once, within a day, in place of every such address before it.
 * @param by who asked for it; the ledger keeps that, and never the secret.
 */
export async function makeLogInLink(store: Store, url: string, by: LocalActor): Promise<string> {
  return inTransaction(store, (work) => make(work, url, by));
}

/**
 * The address of a first start; undefined where somebody is the administrator by now. Of servers that start at once on one database
 * the last one's is good.
 */
export async function makeFirstLogInLink(store: Store, url: string, by: LocalActor): Promise<string | undefined> {
  return inTransaction(store, async (work) => {
    // Whoever is just being logged in by another link is there when this is ours.
    await lockSetupLinks(work.store);
    return (await isRoleHeld(work.store, 'admin')) ? undefined : make(work, url, by);
  });
}

async function make({ store, appendToLedger }: Work, url: string, by: LocalActor): Promise<string> {
  const secret = newSecret();
  await setSetupLink(store, digestOf(secret));
  await appendToLedger([{ ...by, action: 'session.link', subject: { kind: 'person', name: 'admin' } }]);
  return `${url}/v1/session/setup?secret=${secret}`;
}
