import type { Migration } from './migration.ts';

/** Bodies may lie outside of the database: where, and what was ever brought there. */
export const bodyPlaceTables: Migration = {
  number: 7,
  name: 'body places',
  sql: `
CREATE TABLE body_place (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  address text COLLATE "C" NOT NULL,
  owner text NOT NULL,
  is_ours boolean NOT NULL DEFAULT true,
  since timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON COLUMN body_place.is_ours IS 'Not of a store restored from a backup: it reads there, and never takes anything away.';
CREATE UNIQUE INDEX body_place_ours ON body_place (address) WHERE is_ours;

ALTER TABLE body ALTER COLUMN content DROP NOT NULL,
  ADD COLUMN place int REFERENCES body_place,
  ADD COLUMN locator text COLLATE "C",
  ADD COLUMN checked_at timestamptz,
  ADD COLUMN unreadable_since timestamptz,
  ADD COLUMN unreadable_why text,
  ADD CONSTRAINT body_lies_somewhere CHECK ((content IS NULL) = (place IS NOT NULL) AND (place IS NULL) = (locator IS NULL));
CREATE INDEX body_outside_at ON body (place, locator) WHERE place IS NOT NULL;
CREATE INDEX body_unreadable ON body (digest) WHERE unreadable_since IS NOT NULL;

CREATE TABLE body_outside (
  place int NOT NULL REFERENCES body_place,
  locator text COLLATE "C" NOT NULL,
  put_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (place, locator)
);
COMMENT ON TABLE body_outside IS 'Noted before anything is sent there: what no body names any more is found by it and taken away.';
`,
};
