import type { Migration } from './migration.ts';

/** What lies beside images in registries and vouches for them, and whose word it was when it was verified. */
export const evidenceTables: Migration = {
  number: 10,
  name: 'evidence',
  sql: `
CREATE TABLE image_evidence (
  image text COLLATE "C" PRIMARY KEY REFERENCES record ON DELETE CASCADE,
  found bytea,
  digest text COLLATE "C",
  problem text,
  looked_at timestamptz NOT NULL,
  verified text,
  verified_by text COLLATE "C",
  valid_until timestamptz,
  CHECK ((found IS NULL) = (digest IS NULL) AND (found IS NULL) = (problem IS NOT NULL))
);
ALTER TABLE image_evidence ALTER COLUMN found SET STORAGE EXTERNAL;
COMMENT ON COLUMN image_evidence.found IS 'As it lies in the registry, compressed: it is verified again without asking there.';
COMMENT ON COLUMN image_evidence.verified_by IS 'Digest of the trust root and catalogue by which verified was made.';

ALTER TABLE judging_state ADD COLUMN trusted_by text;
`,
};
