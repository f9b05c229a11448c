import type { Migration } from './migration.ts';

/** Who uses the server, what it is asked to do, and what it tells of. */
export const serviceTables: Migration = {
  number: 4,
  name: 'service',
  sql: `
CREATE TABLE image_fact (
  image text COLLATE "C" PRIMARY KEY REFERENCES record ON DELETE CASCADE,
  team text COLLATE "C",
  owner text COLLATE "C",
  layers int NOT NULL,
  config_digest text COLLATE "C",
  names text[] NOT NULL DEFAULT '{}'
);
CREATE INDEX image_fact_team ON image_fact (team) WHERE team IS NOT NULL;
CREATE INDEX record_size ON record (size_bytes, image);

CREATE TABLE person (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  known text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  display_name text NOT NULL,
  email text,
  roles text[] NOT NULL,
  teams text[],
  disabled boolean NOT NULL DEFAULT false,
  first_seen timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_seen timestamptz,
  UNIQUE (known, name)
);

CREATE TABLE session (
  digest bytea PRIMARY KEY,
  person uuid NOT NULL REFERENCES person ON DELETE CASCADE,
  csrf text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX session_expires ON session (expires_at);

CREATE TABLE log_in_attempt (
  state text COLLATE "C" PRIMARY KEY,
  verifier text NOT NULL,
  nonce text NOT NULL,
  browser bytea NOT NULL,
  back_to text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE setup_link (digest bytea PRIMARY KEY, made_at timestamptz NOT NULL DEFAULT clock_timestamp(), used_at timestamptz);

CREATE TABLE token (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  digest bytea NOT NULL UNIQUE,
  prefix text NOT NULL,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('human', 'automation')),
  owner uuid NOT NULL REFERENCES person ON DELETE CASCADE,
  scopes text[] NOT NULL,
  teams text[],
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  expires_at timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at timestamptz
);

CREATE TABLE scan_job (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  reference text NOT NULL,
  platform text,
  team text COLLATE "C",
  progress jsonb NOT NULL DEFAULT '{"stage":"waiting","doneBytes":0}',
  tries int NOT NULL DEFAULT 0,
  worker text,
  lease_until timestamptz,
  cancel_asked boolean NOT NULL DEFAULT false,
  image text,
  error jsonb,
  requested_by jsonb NOT NULL,
  requested_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  started_at timestamptz,
  ended_at timestamptz
);
CREATE INDEX scan_job_waiting ON scan_job (sequence) WHERE state IN ('queued', 'running');
CREATE UNIQUE INDEX scan_job_newest ON scan_job (sequence DESC);

CREATE TABLE idempotent_answer (
  identity text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  request bytea NOT NULL,
  status int,
  body text,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (identity, key)
);
CREATE INDEX idempotent_answer_made ON idempotent_answer (made_at);

CREATE TABLE source (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind text NOT NULL CHECK (kind IN ('docker', 'kubernetes', 'containerd', 'registry')),
  name text COLLATE "C" NOT NULL UNIQUE,
  address text NOT NULL,
  environment text COLLATE "C",
  team text COLLATE "C",
  enabled boolean NOT NULL DEFAULT true,
  sealed jsonb NOT NULL DEFAULT '{}',
  state text NOT NULL DEFAULT 'new',
  message text,
  last_seen timestamptz,
  added_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON COLUMN source.sealed IS 'Secrets by name, each encrypted with the key of the folder of data.';

CREATE TABLE live_event (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  team text COLLATE "C",
  body jsonb NOT NULL
);
COMMENT ON COLUMN live_event.transaction IS
  'Numbers are given before a transaction ends: readers go by transactions of which none before them still runs.';
CREATE INDEX live_event_order ON live_event (transaction, id);
CREATE INDEX live_event_at ON live_event (at);

CREATE TABLE setting (name text COLLATE "C" PRIMARY KEY, value jsonb NOT NULL);
`,
};
