import type { Migration } from './migration.ts';

/** Channels by which a server tells of verdicts that turn, set by its API. */
export const notifyTables: Migration = {
  number: 12,
  name: 'notify',
  sql: `
CREATE TABLE notify_channel (
  name text COLLATE "C" PRIMARY KEY,
  body jsonb NOT NULL,
  sealed jsonb NOT NULL,
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL
);
COMMENT ON COLUMN notify_channel.sealed IS 'Addresses that hold secrets, and secrets: encrypted, by their name.';
`,
};
