import type { PoolClient } from 'pg';
import type { SealedEntry, TreeNode } from '../../ledger/index.ts';

/** Writes entries that follow one another, and the tree's nodes that they made whole, in the transaction that is open. */
export async function insertEntries(
  client: PoolClient,
  sealed: readonly SealedEntry[],
  nodes: readonly TreeNode[],
): Promise<void> {
  const entries = sealed.map(({ entry }) => entry);
  await client.query({
    name: 'ledger-insert',
    text: `INSERT INTO ledger_entry (sequence, taken_at, actor_kind, actor_name, action, subject_kind, subject_name, body, hash)
      SELECT $1::bigint + place - 1, $2::timestamptz, kind, name, action, subject_kind, subject_name, body, decode(hash, 'hex')
      FROM unnest(${[3, 4, 5, 6, 7, 8, 9].map((n) => `string_to_array($${n}, E'\\n')`).join(', ')})
      WITH ORDINALITY AS given (kind, name, action, subject_kind, subject_name, body, hash, place)`,
    values: [
      entries[0]!.sequence,
      entries[0]!.time,
      entries.map(({ actor }) => actor.kind).join('\n'),
      entries.map(({ actor }) => oneLine(actor.name)).join('\n'),
      entries.map(({ action }) => action).join('\n'),
      entries.map(({ subject }) => oneLine(subject.kind)).join('\n'),
      entries.map(({ subject }) => oneLine(subject.name)).join('\n'),
      // JSON says control characters by escapes: a line break stands in none.
      sealed.map(({ text }) => text).join('\n'),
      sealed.map(({ hash }) => hash.toString('hex')).join('\n'),
    ],
  });
  for (const { level, index, hash } of nodes)
    await client.query('INSERT INTO ledger_node (level, place, hash) VALUES ($1, $2, $3)', [level, index, hash]);
}

/** Text to find an entry by: without line breaks, and without NUL, which PostgreSQL's text can't hold. The entry itself has them. */
function oneLine(text: string): string {
  return /[\n\0]/.test(text) ? text.replace(/[\n\0]/g, '\ufffd') : text;
}
