import type { Migration } from './migration.ts';

/** Counting an image's open findings goes by keys, where the planner read what all images are for a hundred of them. */
export const standingByKeys: Migration = {
  number: 16,
  name: 'standing by keys',
  sql: `
CREATE OR REPLACE FUNCTION stand_finding() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  images text[];
BEGIN
  -- A statement that found nothing to change; and those that were gone already are in no count.
  IF TG_OP = 'DELETE' THEN
    images := ARRAY(SELECT DISTINCT image FROM touched WHERE gone_at IS NULL);
  ELSE
    images := ARRAY(SELECT DISTINCT image FROM touched);
  END IF;
  IF cardinality(images) = 0 THEN RETURN NULL; END IF;
  -- In one order in all processes, so that two never wait for one another.
  PERFORM 1 FROM image_standing WHERE image = ANY(images COLLATE "C") ORDER BY image FOR NO KEY UPDATE;
  UPDATE image_standing SET findings = findings_of(image), lives = lives + 1 WHERE image = ANY(images COLLATE "C");
  IF FOUND THEN PERFORM count_change('lives'); END IF;
  RETURN NULL;
END $$;
`,
};
