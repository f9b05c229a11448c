import type { Migration } from './migration.ts';

/** What was once said of findings and holds no more. */
export const findingPast: Migration = {
  number: 13,
  name: 'finding past',
  sql: `
CREATE TABLE finding_past (
  image text COLLATE "C" NOT NULL,
  finding text COLLATE "C" NOT NULL,
  state text NOT NULL CHECK (state IN ('waived', 'gone')),
  since timestamptz NOT NULL,
  until timestamptz NOT NULL,
  FOREIGN KEY (image, finding) REFERENCES finding_life ON DELETE CASCADE
);
COMMENT ON TABLE finding_past IS 'Times in which a finding was waived, or gone until it came back; those that last stand in finding_life.';
CREATE INDEX finding_past_finding ON finding_past (image, finding, since);
`,
};
