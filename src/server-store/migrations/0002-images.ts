import type { Migration } from './migration.ts';

/** What is known of images and what was judged of them. */
export const imageTables: Migration = {
  number: 2,
  name: 'images',
  sql: `
CREATE TABLE body (
  digest text COLLATE "C" PRIMARY KEY,
  size_bytes bigint NOT NULL,
  stored_bytes bigint NOT NULL,
  content bytea NOT NULL,
  kept_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
-- It comes compressed: PostgreSQL need not try again.
ALTER TABLE body ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TABLE record (
  image text COLLATE "C" PRIMARY KEY,
  body text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  platform text,
  os text,
  engine text NOT NULL,
  database_digest text,
  base_name text,
  base_digest text COLLATE "C",
  size_bytes bigint NOT NULL,
  packages int NOT NULL,
  problems int NOT NULL,
  kept_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX record_name ON record (name, image);
CREATE INDEX record_kept_at ON record (kept_at DESC, image);
CREATE INDEX record_base ON record (base_digest) WHERE base_digest IS NOT NULL;
CREATE INDEX record_body ON record (body);

CREATE TABLE verdict (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  image text COLLATE "C" NOT NULL,
  scope text COLLATE "C" NOT NULL,
  result text NOT NULL CHECK (result IN ('pass', 'fail', 'cannot-tell')),
  policy_name text NOT NULL,
  policy_digest text NOT NULL,
  database_digest text,
  engine text NOT NULL,
  violations int NOT NULL,
  worst text,
  content_digest text NOT NULL,
  body jsonb NOT NULL,
  since timestamptz NOT NULL,
  judged_at timestamptz NOT NULL,
  until timestamptz
);
CREATE UNIQUE INDEX verdict_current ON verdict (image, scope) WHERE until IS NULL;
CREATE INDEX verdict_history ON verdict (image, scope, since DESC);
CREATE INDEX verdict_result ON verdict (scope, result, image) WHERE until IS NULL;
CREATE INDEX verdict_since ON verdict (since DESC, id DESC);

CREATE TABLE document (
  kind text COLLATE "C" NOT NULL CHECK (kind IN ('policy', 'base', 'builder', 'trust-root')),
  name text COLLATE "C" NOT NULL,
  version int NOT NULL,
  digest text NOT NULL,
  text text NOT NULL,
  state text NOT NULL DEFAULT 'active',
  written_by text NOT NULL,
  why text,
  written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (kind, name, version)
);

CREATE TABLE tag (
  repository text COLLATE "C" NOT NULL,
  tag text COLLATE "C" NOT NULL,
  image text COLLATE "C" NOT NULL,
  since timestamptz NOT NULL,
  until timestamptz,
  PRIMARY KEY (repository, tag, since)
);
CREATE UNIQUE INDEX tag_current ON tag (repository, tag) WHERE until IS NULL;
CREATE INDEX tag_image ON tag (image);

CREATE TABLE package (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  identity bytea NOT NULL UNIQUE,
  type text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  version text COLLATE "C" NOT NULL,
  ecosystem text COLLATE "C",
  body jsonb NOT NULL
);
CREATE INDEX package_by_name ON package (name, version);
CREATE TABLE package_key (
  key text COLLATE "C" NOT NULL, package bigint NOT NULL REFERENCES package ON DELETE CASCADE,
  PRIMARY KEY (key, package)
);
CREATE TABLE package_use (
  package bigint NOT NULL REFERENCES package, image text COLLATE "C" NOT NULL REFERENCES record ON DELETE CASCADE,
  is_base boolean NOT NULL,
  PRIMARY KEY (package, image)
);
CREATE INDEX package_use_image ON package_use (image);

CREATE TABLE finding_life (
  image text COLLATE "C" NOT NULL,
  finding text COLLATE "C" NOT NULL,
  kind text NOT NULL,
  name text COLLATE "C" NOT NULL,
  package text COLLATE "C",
  severity text NOT NULL,
  owner text NOT NULL CHECK (owner IN ('base', 'app')),
  first_seen timestamptz NOT NULL,
  first_fixable timestamptz,
  waived_since timestamptz,
  gone_at timestamptz,
  PRIMARY KEY (image, finding)
);
CREATE INDEX finding_life_name ON finding_life (name, image);
CREATE INDEX finding_life_open ON finding_life (first_seen, image, finding) WHERE gone_at IS NULL;

CREATE TABLE waiver (
  id text COLLATE "C" PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('requested', 'approved', 'refused', 'withdrawn')),
  text text NOT NULL,
  owner text COLLATE "C" NOT NULL,
  reason text NOT NULL,
  expires_at timestamptz,
  image text COLLATE "C",
  finding text COLLATE "C",
  requested_by text NOT NULL,
  requested_at timestamptz NOT NULL,
  decided_by text,
  decided_at timestamptz,
  decision text
);
CREATE INDEX waiver_state ON waiver (state, requested_at DESC, id);
CREATE INDEX waiver_expires ON waiver (expires_at) WHERE state = 'approved';
`,
};
