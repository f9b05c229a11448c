import type { Migration } from './migration.ts';

/** What judging again writes over and over finds room in its page, so that no index has to be told. */
export const judgingLess: Migration = {
  number: 8,
  name: 'judging less',
  sql: `
ALTER TABLE verdict SET (fillfactor = 80);
ALTER TABLE judgement SET (fillfactor = 80);
`,
};
