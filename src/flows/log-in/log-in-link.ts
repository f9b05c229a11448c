import type { LedgerActor } from '../../ledger/index.ts';
import { digestOf, inTransaction, newSecret, setSetupLink, type Store } from '../../server-store/index.ts';

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
  const secret = newSecret();
  await inTransaction(store, async ({ store: inner, appendToLedger }) => {
    await setSetupLink(inner, digestOf(secret));
    await appendToLedger([{ ...by, action: 'session.link', subject: { kind: 'person', name: 'admin' } }]);
  });
  return `${url}/v1/session/setup?secret=${secret}`;
}
