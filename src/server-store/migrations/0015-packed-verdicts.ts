import type { Migration } from './migration.ts';

/**
 * What a verdict says, packed by us: PostgreSQL would read it as JSON twice and pack it slowly, which took most of judging a fleet
 * by a new policy. Why it is so, in a line, stands beside it for those who list verdicts.
 */
export const packedVerdicts: Migration = {
  number: 15,
  name: 'packed verdicts',
  sql: `
ALTER TABLE verdict ADD COLUMN packed bytea, ADD COLUMN why text;
UPDATE verdict SET packed = convert_to(body::text, 'UTF8'),
  why = coalesce(body->'violations'->0->>'what', body->'doubts'->0->>'what');
ALTER TABLE verdict DROP COLUMN body;
ALTER TABLE verdict RENAME COLUMN packed TO body;
ALTER TABLE verdict ALTER COLUMN body SET NOT NULL, ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE judgement ALTER COLUMN input SET STORAGE EXTERNAL;
COMMENT ON COLUMN verdict.body IS 'JSON as a zstd frame; plain JSON where it was given before schema 15.';
COMMENT ON COLUMN verdict.why IS 'What stands first against it; null: nothing does.';
ANALYZE verdict;
`,
};
