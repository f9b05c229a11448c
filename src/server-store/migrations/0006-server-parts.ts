import type { Migration } from './migration.ts';

/** Which source a scan asks, and which waivers a verdict leans on. */
export const serverParts: Migration = {
  number: 6,
  name: 'server parts',
  sql: `
ALTER TABLE scan_job ADD COLUMN source text COLLATE "C";
COMMENT ON COLUMN scan_job.source IS 'Id of the source by whose engine, or with whose log-in, the image is opened.';

-- By which entries of the ledger are known to be about a team.
CREATE INDEX scan_job_reference ON scan_job (reference) WHERE team IS NOT NULL;
CREATE INDEX container_id ON container (id) WHERE team IS NOT NULL;

ALTER TABLE verdict ADD COLUMN waivers text[] COLLATE "C";
COMMENT ON COLUMN verdict.waivers IS 'Ids of the waivers that cover some of its violations; null: none.';
UPDATE verdict SET waivers = (
  SELECT array_agg(DISTINCT waived->'waiver'->>'id') FROM jsonb_array_elements(body->'waived') AS waived)
WHERE jsonb_typeof(body->'waived') = 'array' AND body->'waived' <> '[]';
CREATE INDEX verdict_waivers ON verdict USING gin (waivers) WHERE until IS NULL AND waivers IS NOT NULL;
`,
};
