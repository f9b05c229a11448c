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
  last_seen timestamptz NOT NULL,
  period_seconds int NOT NULL DEFAULT 60
);
COMMENT ON COLUMN host.period_seconds IS 'Not heard from for longer, it is silent: what is said to run there may no longer.';

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
  image_ids text[] COLLATE "C" NOT NULL DEFAULT '{}',
  platform text COLLATE "C",
  image_reference text COLLATE "C",
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
CREATE INDEX container_image_ids ON container USING gin (image_ids) WHERE until IS NULL;
CREATE INDEX container_workload ON container (workload) WHERE workload IS NOT NULL;
COMMENT ON COLUMN container.image IS 'Key of the record; where there is none, the best of the digests that the host names.';
COMMENT ON COLUMN container.image_ids IS 'All digests by which the host knows the image: of manifests, of the configuration; the surest first.';

CREATE TABLE image_alias (
  alias text COLLATE "C" NOT NULL, image text COLLATE "C" NOT NULL REFERENCES record ON DELETE CASCADE,
  PRIMARY KEY (alias, image)
);
CREATE INDEX image_alias_image ON image_alias (image);
COMMENT ON TABLE image_alias IS 'Other digests of a recorded image: its configuration, its manifest, the index that it was asked for by.';

CREATE FUNCTION record_of(ids text[], given_platform text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT record.image
  FROM unnest(ids) WITH ORDINALITY AS given (id, place)
  CROSS JOIN LATERAL (
    SELECT given.id COLLATE "C" AS image, true AS sure
    UNION ALL
    -- An index has an image for each platform: without knowing the platform, nothing is known where there are several.
    SELECT image_alias.image, given_platform IS NOT NULL
      OR (SELECT count(*) FROM image_alias AS other WHERE other.alias = given.id COLLATE "C") = 1
    FROM image_alias WHERE alias = given.id COLLATE "C"
  ) AS found
  JOIN record ON record.image = found.image
  WHERE found.sure AND (given_platform IS NULL OR record.platform IS NULL
    OR split_part(record.platform, '/', 1) || '/' || split_part(record.platform, '/', 2)
      = split_part(given_platform, '/', 1) || '/' || split_part(given_platform, '/', 2))
  ORDER BY given.place, record.image
  LIMIT 1
$$;

CREATE TABLE source_watch (
  source text COLLATE "C" PRIMARY KEY,
  holder text COLLATE "C" NOT NULL,
  until timestamptz NOT NULL,
  cursor jsonb
);
COMMENT ON TABLE source_watch IS 'Which process watches a source, until when unless it says so again, and how far it has read.';
`,
};
