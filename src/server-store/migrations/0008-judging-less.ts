import type { Migration } from './migration.ts';

/**
 * What judging again writes over and over finds room in its page, so that no index has to be told. And the policy itself by which
 * all was judged, so that another can be compared with it.
 */
export const judgingLess: Migration = {
  number: 8,
  name: 'judging less',
  sql: `
ALTER TABLE verdict SET (fillfactor = 80);
ALTER TABLE judgement SET (fillfactor = 80);

ALTER TABLE judging_state ADD COLUMN database_made_at timestamptz;
UPDATE judging_state SET database_made_at = database_built_at;

CREATE TABLE judging_policy (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  digest text NOT NULL,
  policy text NOT NULL
);
COMMENT ON TABLE judging_policy IS 'The policy of judging_state, as JSON; of another digest, or none: it is not known.';
`,
};
