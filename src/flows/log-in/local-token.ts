import { addToken, digestOf, inTransaction, newSecret, revokeToken, type Store } from '../../server-store/index.ts';
import { administrator } from './administrator.ts';
import type { LocalActor } from './log-in-link.ts';

export interface LocalToken {
  readonly id: string;
  readonly secret: string;
  readonly name: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** A token of the administrator for the command line of this machine. */
export async function makeLocalToken(
  store: Store,
  by: LocalActor,
  { scopes, expiresAt }: { readonly scopes: readonly string[]; readonly expiresAt: Date },
): Promise<LocalToken> {
  const secret = newSecret('plim_');
  const name = `${by.actor.name}@${by.from}`;
  return inTransaction(store, async ({ store: inner, appendToLedger }) => {
    const made = await addToken(inner, {
      ...{ name, kind: by.actor.kind, scopes, teams: null, expiresAt },
      digest: digestOf(secret),
      prefix: secret.slice(0, 10),
      owner: (await administrator(inner)).id,
    });
    const details = { id: made.id, scopes: [...scopes], expiresAt: made.expiresAt };
    await appendToLedger([{ ...by, action: 'token.make', subject: { kind: 'token', name: made.name }, details }]);
    return { id: made.id, secret, name: made.name, expiresAt: made.expiresAt };
  });
}

/** Takes one back that came to nothing. @param why for the ledger. */
export async function revokeLocalToken(
  store: Store,
  by: LocalActor,
  { id, name, why }: { readonly id: string; readonly name: string; readonly why: string },
): Promise<void> {
  await inTransaction(store, async ({ store: inner, appendToLedger }) => {
    await revokeToken(inner, id);
    const subject = { kind: 'token', name };
    await appendToLedger([{ ...by, action: 'token.revoke', subject, why: why.slice(0, 4000), details: { id } }]);
  });
}
