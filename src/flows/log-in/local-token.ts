import { addToken, digestOf, inTransaction, newSecret, type Store } from '../../server-store/index.ts';
import { administrator } from './administrator.ts';
import type { LocalActor } from './log-in-link.ts';

export interface LocalToken {
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
    return { secret, name: made.name, expiresAt: made.expiresAt };
  });
}
