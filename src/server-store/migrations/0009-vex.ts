import type { Migration } from './migration.ts';

/** VEX documents that people send, and up to which of their changes everything was judged. */
export const vexTables: Migration = {
  number: 9,
  name: 'vex',
  sql: `
CREATE TABLE vex_document (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text COLLATE "C" NOT NULL,
  digest text COLLATE "C" NOT NULL,
  image text COLLATE "C",
  team text COLLATE "C",
  text text NOT NULL,
  statements int NOT NULL,
  authors text[] NOT NULL,
  why text NOT NULL,
  sent_by text NOT NULL,
  sent_at timestamptz NOT NULL,
  removed_by text,
  removed_at timestamptz,
  changed_in bigint NOT NULL
);
COMMENT ON COLUMN vex_document.image IS 'The one image for which it counts; null: every one that it names.';
COMMENT ON COLUMN vex_document.changed_in IS 'Number of the change that brought it or took it away: writers take turns.';
CREATE UNIQUE INDEX vex_document_name ON vex_document (name, coalesce(image, ''), coalesce(team, '')) WHERE removed_at IS NULL;
CREATE INDEX vex_document_change ON vex_document (changed_in);
CREATE INDEX vex_document_sent ON vex_document (sent_at DESC, id);

ALTER TABLE judging_state ADD COLUMN vex_change bigint NOT NULL DEFAULT 0;
`,
};
