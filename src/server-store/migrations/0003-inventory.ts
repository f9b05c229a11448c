import type { Migration } from './migration.ts';

/** What runs where. */
export const inventoryTables: Migration = {
  number: 3,
  name: 'inventory',
  sql: `
CREATE TABLE registry (
  name text COLLATE "C" PRIMARY KEY,
  settings jsonb NOT NULL DEFAULT '{}',
  added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_seen timestamptz
);

CREATE TABLE host (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('docker', 'kubernetes', 'containerd')),
  name text COLLATE "C" NOT NULL UNIQUE,
  environment text COLLATE "C",
  team text COLLATE "C",
  labels jsonb NOT NULL DEFAULT '{}',
  first_seen timestamptz NOT NULL,
  last_seen timestamptz NOT NULL
);

CREATE TABLE workload (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  host bigint NOT NULL REFERENCES host ON DELETE CASCADE,
  namespace text COLLATE "C" NOT NULL DEFAULT '',
  kind text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  environment text COLLATE "C",
  team text COLLATE "C",
  labels jsonb NOT NULL DEFAULT '{}',
  since timestamptz NOT NULL,
  until timestamptz
);
CREATE UNIQUE INDEX workload_current ON workload (host, namespace, kind, name) WHERE until IS NULL;

CREATE TABLE container (
  host bigint NOT NULL REFERENCES host ON DELETE CASCADE,
  id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  workload bigint REFERENCES workload ON DELETE SET NULL,
  image text COLLATE "C",
  image_name text COLLATE "C" NOT NULL,
  environment text COLLATE "C",
  team text COLLATE "C",
  labels jsonb NOT NULL DEFAULT '{}',
  configuration jsonb NOT NULL DEFAULT '{}',
  since timestamptz NOT NULL,
  until timestamptz,
  last_seen timestamptz NOT NULL,
  PRIMARY KEY (host, id)
);
CREATE INDEX container_image ON container (image) WHERE until IS NULL;
CREATE INDEX container_running ON container (since DESC, host, id) WHERE until IS NULL;
CREATE INDEX container_environment ON container (environment, image) WHERE until IS NULL;
CREATE INDEX container_ended ON container (until) WHERE until IS NOT NULL;
`,
};
