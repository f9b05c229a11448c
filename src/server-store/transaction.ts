import { CompiledQuery, type Kysely, type Transaction } from 'kysely';
import type { LedgerEvent } from '../ledger/index.ts';
import { appendWithin, type QueryClient } from './ledger/append-within.ts';
import type { Appended } from './ledger/writer.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables/index.ts';

/** What is done in one transaction: all of it is there afterwards, or nothing. */
export interface Work {
  /** The store as the transaction sees it. What opens transactions of its own takes part in this one. */
  readonly store: Store;
  /** Writes entries into the ledger. Call it last: until the end no other process can write there. */
  appendToLedger(events: readonly LedgerEvent[]): Promise<readonly Appended[]>;
}

/** Does several things in one transaction; what throws undoes them all. */
export async function inTransaction<T>(store: Store, work: (work: Work) => Promise<T>): Promise<T> {
  return store.db.transaction().execute((transaction) => {
    const client: QueryClient = {
      async query<Row>(text: string, values: readonly unknown[] = []) {
        const { rows } = await transaction.executeQuery<Row>(CompiledQuery.raw(text, [...values]));
        return { rows };
      },
    };
    return work({
      store: { ...store, db: joined(transaction) },
      appendToLedger: (events) => appendWithin(client, events),
    });
  });
}

/** A transaction that whoever wants one of their own joins. */
function joined(transaction: Transaction<Tables>): Kysely<Tables> {
  const own = { execute: <T>(work: (db: Transaction<Tables>) => Promise<T>): Promise<T> => work(transaction) };
  return new Proxy(transaction, {
    get(target, name) {
      if (name === 'transaction') return () => own;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
