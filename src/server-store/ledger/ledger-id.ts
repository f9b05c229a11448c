import type { PoolClient } from 'pg';

/** The ledger's id, which it gets when it is first asked for. */
export async function ledgerId(client: PoolClient): Promise<string> {
  const known = await client.query<{ id: string }>('SELECT id FROM ledger');
  if (known.rows.length > 0) return known.rows[0]!.id;
  await client.query('INSERT INTO ledger DEFAULT VALUES ON CONFLICT DO NOTHING');
  return (await client.query<{ id: string }>('SELECT id FROM ledger')).rows[0]!.id;
}
