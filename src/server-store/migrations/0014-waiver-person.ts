import type { Migration } from './migration.ts';

/** Who asked for a waiver as a person: under a token's name somebody could approve what they asked for themselves. */
export const waiverPerson: Migration = {
  number: 14,
  name: 'waiver person',
  sql: `
ALTER TABLE waiver ADD COLUMN requested_person text;
COMMENT ON COLUMN waiver.requested_person IS 'The person who asked, or whose token did; null for certificates and for requests of before.';
`,
};
