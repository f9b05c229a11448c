import type { PoolClient } from 'pg';
import { type LedgerEvent, prepareEvent, type SealedEntry, sealEntry, type TreeNode } from '../../ledger/index.ts';
import { insertEntries } from './insert-entries.ts';
import { isKept, readFrontier } from './kept-tree.ts';
import { appended, type Appended, endOfLedger, lockKey } from './writer.ts';
import { ledgerId } from './ledger-id.ts';

/** What of a connection is needed here. */
export interface QueryClient {
  query<Row>(text: string, values?: readonly unknown[]): Promise<{ readonly rows: Row[] }>;
}

/**
 * Writes entries as part of a transaction that somebody else ends. Slower than the writer, which takes many at once; for what
 * must not be without its entry. @throws CodedError `ledger-entry-refused`
 */
export async function appendWithin(client: QueryClient, events: readonly LedgerEvent[]): Promise<readonly Appended[]> {
  if (events.length === 0) return [];
  const prepared = events.map(prepareEvent);
  const connection = takingNamed(client);
  const ledger = await ledgerId(connection);
  await client.query('SET LOCAL synchronous_commit = on');
  await client.query(`SELECT pg_advisory_xact_lock(${lockKey})`);
  const end = await endOfLedger(connection, ledger);
  const frontier = await readFrontier(connection, end.sequence);
  const time = end.now > end.time ? end.now : end.time;
  const nodes: TreeNode[] = [];
  const sealed: SealedEntry[] = [];
  let previous = end.hash;
  for (const event of prepared) {
    const entry = sealEntry(event, { sequence: end.sequence + 1 + sealed.length, time, previous });
    frontier.append(entry.hash, (node) => void (isKept(node) && nodes.push(node)));
    previous = entry.hash.toString('hex');
    sealed.push(entry);
  }
  await insertEntries(connection, sealed, nodes);
  return sealed.map(appended);
}

/** The connection as the writer uses one: with statements that have names, too. */
function takingNamed(client: QueryClient): PoolClient {
  const query = (statement: string | { readonly text: string; readonly values: readonly unknown[] }, values = []) =>
    typeof statement === 'string' ? client.query(statement, values) : client.query(statement.text, statement.values);
  return { query } as unknown as PoolClient;
}
