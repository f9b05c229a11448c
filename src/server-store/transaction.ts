import { AsyncLocalStorage } from 'node:async_hooks';
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

interface Whole {
  readonly work: Work;
  readonly after: (() => void)[];
}

const wholes = new AsyncLocalStorage<Whole>();

/** The store by which what is called within `asOne` takes part in its transaction, without being handed it. */
export function joiningStore(store: Store): Store {
  return {
    ...store,
    get db() {
      return wholes.getStore()?.work.store.db ?? store.db;
    },
  };
}

/** Everything that work does by a `joiningStore` is there afterwards, or nothing. */
export async function asOne<T>(store: Store, work: (work: Work) => Promise<T>): Promise<T> {
  const after: (() => void)[] = [];
  const value = await inTransaction(store, (inner) => wholes.run({ work: inner, after }, () => work(inner)));
  for (const each of after) each();
  return value;
}

/** Does something once what it tells of can be seen by others: at once, but behind the end within `asOne`, and never if that fails. */
export function afterwards(what: () => void): void {
  const whole = wholes.getStore();
  if (whole === undefined) what();
  // Later it must not take part in a transaction that has ended.
  else whole.after.push(() => wholes.exit(what));
}
