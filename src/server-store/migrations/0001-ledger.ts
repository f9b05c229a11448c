import type { Migration } from './migration.ts';

/** Entries of the ledger, the tree over them, its signed heads. What is written there stays as it is. */
export const ledgerTables: Migration = {
  number: 1,
  name: 'ledger',
  sql: `
CREATE TABLE ledger (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE ledger_entry (
  sequence bigint PRIMARY KEY,
  taken_at timestamptz NOT NULL,
  actor_kind text COLLATE "C" NOT NULL CHECK (actor_kind IN ('human', 'automation')),
  actor_name text COLLATE "C" NOT NULL,
  action text COLLATE "C" NOT NULL,
  subject_kind text COLLATE "C" NOT NULL,
  subject_name text COLLATE "C" NOT NULL,
  body text NOT NULL,
  hash bytea NOT NULL CHECK (length(hash) = 32)
);
CREATE INDEX ledger_entry_actor ON ledger_entry (actor_kind, actor_name, sequence);
CREATE INDEX ledger_entry_action ON ledger_entry (action, sequence);
CREATE INDEX ledger_entry_subject ON ledger_entry (subject_name, sequence);
CREATE INDEX ledger_entry_taken_at ON ledger_entry USING brin (taken_at);

CREATE TABLE ledger_node (
  level smallint NOT NULL, place bigint NOT NULL, hash bytea NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (level, place)
);
COMMENT ON TABLE ledger_node IS
  'Hashes of whole subtrees of 2^level entries, for every eighth level: what proofs are made of.';

CREATE TABLE ledger_key (id text PRIMARY KEY, public_key text NOT NULL, known_since timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE TABLE ledger_tree_head (
  size bigint NOT NULL, key text NOT NULL REFERENCES ledger_key, signed_at timestamptz NOT NULL,
  checkpoint text NOT NULL, signature text NOT NULL,
  PRIMARY KEY (size, key)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger only grows: % of % is refused', lower(TG_OP), TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['ledger', 'ledger_entry', 'ledger_node', 'ledger_key', 'ledger_tree_head'] LOOP
    EXECUTE format('CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', name);
    EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
    -- Also for those that have switched triggers off for their session, as replication does.
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER only_grows, ENABLE ALWAYS TRIGGER never_emptied', name);
    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %I FROM PUBLIC', name);
  END LOOP;
END $$;
`,
};
