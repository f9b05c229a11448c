import type { Migration } from './migration.ts';

/** What is to be judged again, by what it was judged, and what is told of it. */
export const judgingTables: Migration = {
  number: 5,
  name: 'judging',
  sql: `
CREATE TABLE judging_state (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  policy_digest text,
  database_digest text,
  database_built_at timestamptz
);
COMMENT ON TABLE judging_state IS 'By what every current verdict was made, but for images that are due.';
INSERT INTO judging_state DEFAULT VALUES;

CREATE TABLE judging_due (
  image text COLLATE "C" PRIMARY KEY REFERENCES record ON DELETE CASCADE,
  why text NOT NULL,
  since timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE judging_due IS 'Rows go in the transaction that keeps the verdict: what was cut off is still there.';

CREATE TABLE judgement (
  image text COLLATE "C" PRIMARY KEY REFERENCES record ON DELETE CASCADE,
  body text COLLATE "C" NOT NULL,
  input bytea NOT NULL,
  lives text,
  next_at timestamptz,
  is_stale boolean NOT NULL DEFAULT false,
  judged_at timestamptz NOT NULL
);
ALTER TABLE judgement ALTER COLUMN input SET STORAGE EXTERNAL;
CREATE INDEX judgement_next ON judgement (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX judgement_stale ON judgement (image) WHERE is_stale;

CREATE TABLE package_answer (package bigint PRIMARY KEY REFERENCES package ON DELETE CASCADE, digest text NOT NULL);
COMMENT ON TABLE package_answer IS 'Digest of what the advisory database of judging_state says of a package; no row: nothing.';

CREATE TABLE turn (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  image text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  scope text COLLATE "C" NOT NULL,
  result_before text NOT NULL,
  result text NOT NULL,
  why text NOT NULL,
  team text COLLATE "C",
  body jsonb NOT NULL,
  noticed_at timestamptz
);
CREATE INDEX turn_unnoticed ON turn (id) WHERE noticed_at IS NULL;
CREATE INDEX turn_at ON turn (at DESC);
CREATE INDEX turn_image ON turn (image, scope, id DESC);

-- A verdict is large and written often: LZ4 takes a fraction of the time of what is the default, where the server has it.
DO $$ BEGIN
  ALTER TABLE verdict ALTER COLUMN body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported OR invalid_parameter_value THEN NULL;
END $$;

CREATE TABLE message (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel text COLLATE "C" NOT NULL,
  recipient text COLLATE "C" NOT NULL,
  identity text COLLATE "C" NOT NULL,
  body jsonb NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'failed')),
  tries int NOT NULL DEFAULT 0,
  next_try timestamptz NOT NULL,
  error text,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamptz,
  UNIQUE (channel, identity)
);
CREATE INDEX message_waiting ON message (next_try, id) WHERE state = 'waiting';
`,
};
