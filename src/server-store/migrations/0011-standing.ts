import type { Migration } from './migration.ts';

/**
 * What an image is on the whole, kept beside it, and how often each kind of thing was changed: what lists and kept answers go by.
 * Both are moved on by the database itself in the transaction of whatever changes, so that no writer can forget it.
 */
export const standingTables: Migration = {
  number: 11,
  name: 'standing',
  sql: `
CREATE TABLE image_standing (
  image text COLLATE "C" PRIMARY KEY REFERENCES record ON DELETE CASCADE,
  worst_rank smallint NOT NULL DEFAULT 2,
  results text NOT NULL DEFAULT '',
  findings jsonb NOT NULL DEFAULT '{}',
  lives bigint NOT NULL DEFAULT 0
);
COMMENT ON COLUMN image_standing.worst_rank IS 'The worst of its verdicts: 0 fail, 1 cannot tell, 2 never judged, 3 pass.';
COMMENT ON COLUMN image_standing.results IS 'The words of its verdicts by scope.';
COMMENT ON COLUMN image_standing.findings IS 'How many findings are open, by severity.';
COMMENT ON COLUMN image_standing.lives IS 'How often the lives of its findings were moved on.';
CREATE INDEX image_standing_rank ON image_standing (worst_rank, image);
-- By name open findings alone are looked for; all that is asked of them then stands in the index.
DROP INDEX finding_life_name;
CREATE INDEX finding_life_name ON finding_life (name, image) INCLUDE (owner) WHERE gone_at IS NULL;

-- The one before could not be read backwards in the order of a list.
DROP INDEX record_kept_at;
CREATE INDEX record_kept_at ON record (kept_at, image);

-- What verdicts turned from, so that those that turned lately are found without looking at all that were given.
ALTER TABLE verdict ADD COLUMN turned_from text;
COMMENT ON COLUMN verdict.turned_from IS 'The word of the verdict that it took the place of, where that was another; else null.';
UPDATE verdict SET turned_from = before.result
  FROM (SELECT id, result AS now, lag(result) OVER (PARTITION BY image, scope ORDER BY id) AS result FROM verdict) AS before
  WHERE before.id = verdict.id AND before.result <> before.now;
CREATE INDEX verdict_turned ON verdict (since DESC, id DESC) WHERE turned_from IS NOT NULL;
CREATE FUNCTION note_turn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A backup brings it along.
  IF NEW.turned_from IS NULL THEN
    SELECT nullif(result, NEW.result) INTO NEW.turned_from FROM verdict
      WHERE image = NEW.image AND scope = NEW.scope ORDER BY since DESC, id DESC LIMIT 1;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER note_turn BEFORE INSERT ON verdict FOR EACH ROW EXECUTE FUNCTION note_turn();

-- How many layers' executables there are is in the record alone, which is large.
ALTER TABLE image_fact ADD COLUMN executables int[];
COMMENT ON COLUMN image_fact.executables IS 'How many executables each layer brought; null: not counted yet.';

CREATE TABLE change_count (
  kind text COLLATE "C" NOT NULL, backend int NOT NULL, n bigint NOT NULL,
  PRIMARY KEY (kind, backend)
) WITH (fillfactor = 50);
COMMENT ON TABLE change_count IS
  'How often a kind of thing was changed: the sum. A row for each connection, so that no two transactions wait for one another; backend 0 has those of connections that have gone.';

CREATE FUNCTION count_change(what text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO change_count (kind, backend, n) VALUES (what, pg_backend_pid(), 1)
  ON CONFLICT (kind, backend) DO UPDATE SET n = change_count.n + 1
$$;
CREATE FUNCTION count_always() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM count_change(TG_ARGV[0]);
  RETURN NULL;
END $$;
CREATE FUNCTION count_touched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A report that says what is known already is a statement, too.
  IF EXISTS (SELECT 1 FROM touched) THEN PERFORM count_change(TG_ARGV[0]); END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION count_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM count_change('bases'), count_change('policies');
  RETURN NULL;
END $$;

CREATE FUNCTION findings_of(of_image text) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_object_agg(severity, n), '{}') FROM (
    SELECT severity, count(*) AS n FROM finding_life WHERE image = of_image COLLATE "C" AND gone_at IS NULL GROUP BY severity) AS counted
$$;
CREATE FUNCTION stand_finding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Those that were gone already are in no count.
  IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM touched WHERE gone_at IS NULL) THEN RETURN NULL; END IF;
  -- In one order in all processes, so that two never wait for one another.
  PERFORM 1 FROM image_standing WHERE image IN (SELECT image FROM touched) ORDER BY image FOR NO KEY UPDATE;
  UPDATE image_standing SET findings = findings_of(image), lives = lives + 1 WHERE image IN (SELECT image FROM touched);
  IF FOUND THEN PERFORM count_change('lives'); END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION stand_verdict() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_image text := coalesce(NEW.image, OLD.image);
  words text;
  worst smallint;
BEGIN
  SELECT coalesce(string_agg(scope || '=' || result, ' ' ORDER BY scope), ''),
    coalesce(min(CASE result WHEN 'fail' THEN 0 WHEN 'cannot-tell' THEN 1 ELSE 3 END), 2)
    INTO words, worst FROM verdict WHERE image = of_image COLLATE "C" AND until IS NULL;
  UPDATE image_standing SET results = words, worst_rank = worst WHERE image = of_image COLLATE "C" AND results <> words;
  IF FOUND THEN PERFORM count_change('results'); END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION stand_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO image_standing (image, results, worst_rank, findings)
  SELECT touched.image, coalesce(string_agg(scope || '=' || result, ' ' ORDER BY scope), ''),
    coalesce(min(CASE result WHEN 'fail' THEN 0 WHEN 'cannot-tell' THEN 1 WHEN 'pass' THEN 3 END), 2), findings_of(touched.image)
  FROM touched LEFT JOIN verdict ON verdict.image = touched.image AND until IS NULL GROUP BY touched.image ORDER BY touched.image;
  RETURN NULL;
END $$;

INSERT INTO image_standing (image, results, worst_rank, findings)
  SELECT record.image, coalesce(string_agg(scope || '=' || result, ' ' ORDER BY scope), ''),
    coalesce(min(CASE result WHEN 'fail' THEN 0 WHEN 'cannot-tell' THEN 1 WHEN 'pass' THEN 3 END), 2), findings_of(record.image)
  FROM record LEFT JOIN verdict ON verdict.image = record.image AND until IS NULL GROUP BY record.image;

-- Lists are planned by it.
ANALYZE image_standing;

CREATE TRIGGER stand_new AFTER INSERT ON record REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stand_record();
CREATE TRIGGER stand_new AFTER INSERT ON verdict FOR EACH ROW WHEN (NEW.until IS NULL) EXECUTE FUNCTION stand_verdict();
-- At the end: a verdict is mostly ended because another takes its place.
CREATE CONSTRAINT TRIGGER stand_ended AFTER UPDATE OF until, result ON verdict DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION stand_verdict();
CREATE CONSTRAINT TRIGGER stand_gone AFTER DELETE ON verdict DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (OLD.until IS NULL) EXECUTE FUNCTION stand_verdict();
CREATE TRIGGER stand_new AFTER INSERT ON finding_life REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stand_finding();
CREATE TRIGGER stand_changed AFTER UPDATE ON finding_life REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stand_finding();
CREATE TRIGGER stand_gone AFTER DELETE ON finding_life REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION stand_finding();

DO $$
DECLARE given text[];
BEGIN
  FOREACH given SLICE 1 IN ARRAY ARRAY[['record', 'images'], ['image_fact', 'images'], ['tag', 'images'], ['image_alias', 'images'],
      ['container', 'places'], ['workload', 'places']] LOOP
    EXECUTE format('CREATE TRIGGER count_new AFTER INSERT ON %I REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION count_touched(%L)', given[1], given[2]);
    EXECUTE format('CREATE TRIGGER count_changed AFTER UPDATE ON %I REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION count_touched(%L)', given[1], given[2]);
    EXECUTE format('CREATE TRIGGER count_gone AFTER DELETE ON %I REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION count_touched(%L)', given[1], given[2]);
  END LOOP;
END $$;
CREATE TRIGGER count_any AFTER INSERT OR UPDATE OR DELETE ON verdict FOR EACH STATEMENT EXECUTE FUNCTION count_always('verdicts');
CREATE TRIGGER count_base AFTER INSERT ON document FOR EACH ROW WHEN (NEW.kind = 'base') EXECUTE FUNCTION count_always('bases');
CREATE TRIGGER count_policy AFTER INSERT ON document FOR EACH ROW WHEN (NEW.kind = 'policy') EXECUTE FUNCTION count_always('policies');
CREATE TRIGGER count_other AFTER UPDATE OR DELETE ON document FOR EACH STATEMENT EXECUTE FUNCTION count_document();
CREATE TRIGGER count_any AFTER INSERT OR UPDATE OR DELETE ON host FOR EACH ROW EXECUTE FUNCTION count_always('seen');
-- That a host was heard from is all that is said of it, mostly.
CREATE TRIGGER count_new AFTER INSERT OR DELETE ON host FOR EACH ROW EXECUTE FUNCTION count_always('places');
CREATE TRIGGER count_changed AFTER UPDATE ON host FOR EACH ROW
  WHEN ((OLD.kind, OLD.name, OLD.environment, OLD.team) IS DISTINCT FROM (NEW.kind, NEW.name, NEW.environment, NEW.team))
  EXECUTE FUNCTION count_always('places');
CREATE TRIGGER count_any AFTER INSERT OR DELETE OR UPDATE OF name, display_name ON person
  FOR EACH STATEMENT EXECUTE FUNCTION count_always('people');
`,
};
