import type { Generated } from 'kysely';

/** Kysely's view of the ledger's tables; times are RFC 3339. */
export interface LedgerTables {
  ledger: { one: Generated<boolean>; id: Generated<string>; made_at: Generated<string> };
  ledger_entry: {
    sequence: number;
    taken_at: string;
    actor_kind: string;
    actor_name: string;
    action: string;
    subject_kind: string;
    subject_name: string;
    body: string;
    hash: Buffer;
  };
  ledger_node: { level: number; place: number; hash: Buffer };
  ledger_key: { id: string; public_key: string; known_since: Generated<string> };
  ledger_tree_head: { size: number; key: string; signed_at: string; checkpoint: string; signature: string };
}
