-- The graded list over all companies: one narrow row each, counts kept ready, scoped views instead of row security.
-- +goose Up

CREATE TABLE oversight_board (
  company_id     bigint CONSTRAINT oversight_board_pkey PRIMARY KEY CONSTRAINT oversight_board_company_id_fkey REFERENCES company (company_id),
  region_path    text COLLATE "C" NOT NULL,
  p2             text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(region_path, 2)) STORED, -- province
  oversight_line smallint NOT NULL,
  name           text NOT NULL,
  name_fold      text NOT NULL,
  name_bi        int[] NOT NULL,
  uscc           text NOT NULL,
  industry       text NOT NULL,
  size_class     smallint NOT NULL,
  above_scale    boolean NOT NULL,
  status         text NOT NULL,
  activated      boolean NOT NULL,          -- somebody of the company has signed in
  colour         smallint NOT NULL CONSTRAINT oversight_board_colour_check CHECK (colour BETWEEN 1 AND 4), -- 1 red, 2 orange, 3 yellow, 4 blue
  score          int NOT NULL,              -- hundredths of a point, over what is measured
  measured       int NOT NULL,              -- hundredths of the rule's weight that could be measured; 0: nothing yet
  open           int NOT NULL,              -- hazards not closed
  overdue        int NOT NULL,
  major_open     int NOT NULL,
  last_report    int NOT NULL,              -- day of the last report submitted as YYYYMMDD, 0: never
  missing        int NOT NULL,              -- reports due and not submitted
  updated_at     timestamptz NOT NULL
) WITH (fillfactor = 85);
CREATE INDEX oversight_board_region_idx ON oversight_board (region_path)
  INCLUDE (oversight_line, industry, size_class, activated, colour, score, open, overdue, major_open, last_report, missing, company_id);
CREATE INDEX oversight_board_standing_idx ON oversight_board (colour, score, company_id) INCLUDE (region_path, oversight_line, industry, size_class, overdue, missing);
CREATE INDEX oversight_board_p2_standing_idx ON oversight_board (p2, colour, score, company_id) INCLUDE (region_path, oversight_line, industry, size_class, overdue, missing);
CREATE INDEX oversight_board_overdue_idx ON oversight_board (overdue, company_id) INCLUDE (region_path, oversight_line, industry, size_class, colour, missing);
CREATE INDEX oversight_board_p2_overdue_idx ON oversight_board (p2, overdue, company_id) INCLUDE (region_path, oversight_line, industry, size_class, colour, missing);
CREATE INDEX oversight_board_open_idx ON oversight_board (open, company_id) INCLUDE (region_path, oversight_line, industry, size_class, colour, overdue, missing);
CREATE INDEX oversight_board_p2_open_idx ON oversight_board (p2, open, company_id) INCLUDE (region_path, oversight_line, industry, size_class, colour, overdue, missing);
CREATE INDEX oversight_board_report_idx ON oversight_board (last_report, company_id) INCLUDE (region_path, oversight_line, industry, size_class, colour, overdue, missing);
CREATE INDEX oversight_board_p2_report_idx ON oversight_board (p2, last_report, company_id) INCLUDE (region_path, oversight_line, industry, size_class, colour, overdue, missing);
CREATE INDEX oversight_board_name_bi_idx ON oversight_board USING gin (name_bi);
CREATE INDEX oversight_board_uscc_idx ON oversight_board (uscc COLLATE "C", company_id);
CREATE STATISTICS oversight_board_colour_stats (dependencies, mcv) ON colour, size_class, industry FROM oversight_board;
ALTER TABLE oversight_board ALTER COLUMN name_bi SET STATISTICS 1000;
-- custom: no row of it is granted. Searching names by array under row security cannot use an index, so regulators and
-- companies read the scoped views below; only the job runner writes.
SELECT declare_table('oversight_board', 'custom');

-- Why a company stands where it stands: the rule's inputs, with the rule's version.
CREATE TABLE oversight_standing (
  company_id     bigint CONSTRAINT oversight_standing_pkey PRIMARY KEY CONSTRAINT oversight_standing_company_id_fkey REFERENCES company (company_id),
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  rule_version   text NOT NULL,
  inputs         jsonb NOT NULL,
  updated_at     timestamptz NOT NULL
);
-- custom: read like class company, but written by the job runner alone.
SELECT declare_table('oversight_standing', 'custom');
CREATE POLICY company_own ON oversight_standing FOR SELECT TO anbiao_company USING (company_id = scope_company());
CREATE POLICY service_engaged ON oversight_standing FOR SELECT TO anbiao_service USING (company_id = scope_company() AND (SELECT scope_engaged()));
CREATE POLICY regulator_area ON oversight_standing FOR SELECT TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT SELECT ON oversight_standing TO anbiao_company, anbiao_service, anbiao_regulator;

-- Counts by area, line and colour, for areas down to the town; below, the board is counted.
CREATE TABLE oversight_rollup (
  parent         text COLLATE "C" NOT NULL,
  node           text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  colour         smallint NOT NULL,
  companies      int NOT NULL,
  activated      int NOT NULL,
  open           int NOT NULL,
  overdue        int NOT NULL,
  with_overdue   int NOT NULL,              -- companies that have something overdue
  major_open     int NOT NULL,
  missing        int NOT NULL,              -- companies with a report missing
  CONSTRAINT oversight_rollup_pkey PRIMARY KEY (parent, node, oversight_line, colour)
) WITH (fillfactor = 70);
-- custom: read through oversight_count only.
SELECT declare_table('oversight_rollup', 'custom');

-- What changed on the board and is not in the rollup yet, signed.
CREATE TABLE oversight_delta (
  id             bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT oversight_delta_pkey PRIMARY KEY,
  region_path    text COLLATE "C" NOT NULL, -- cut to the town
  oversight_line smallint NOT NULL,
  colour         smallint NOT NULL,
  companies      int NOT NULL,
  activated      int NOT NULL,
  open           int NOT NULL,
  overdue        int NOT NULL,
  with_overdue   int NOT NULL,
  major_open     int NOT NULL,
  missing        int NOT NULL
);
CREATE INDEX oversight_delta_region_path_idx ON oversight_delta (region_path);
-- custom: read through oversight_count only.
SELECT declare_table('oversight_delta', 'custom');

-- oversight_ancestors yields, for a place cut to the town, each area it lies in with the area around that.
CREATE FUNCTION oversight_ancestors(path text) RETURNS TABLE (parent text, node text) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT v.parent, v.node FROM (VALUES ('', left(path, 2)), (left(path, 2), left(path, 4)), (left(path, 4), left(path, 6)), (left(path, 6), left(path, 9))) v (parent, node)
  WHERE length(v.node) > length(v.parent) $$;

-- +goose StatementBegin
CREATE FUNCTION oversight_board_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO oversight_delta (region_path, oversight_line, colour, companies, activated, open, overdue, with_overdue, major_open, missing)
    SELECT left(region_path, 9), oversight_line, colour, -count(*), -sum(activated::int), -sum(open), -sum(overdue), -sum((overdue > 0)::int), -sum(major_open), -sum((missing > 0)::int)
    FROM old_rows GROUP BY 1, 2, 3;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO oversight_delta (region_path, oversight_line, colour, companies, activated, open, overdue, with_overdue, major_open, missing)
    SELECT left(region_path, 9), oversight_line, colour, count(*), sum(activated::int), sum(open), sum(overdue), sum((overdue > 0)::int), sum(major_open), sum((missing > 0)::int)
    FROM new_rows GROUP BY 1, 2, 3;
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER oversight_board_inserted AFTER INSERT ON oversight_board REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION oversight_board_changed();
CREATE TRIGGER oversight_board_updated AFTER UPDATE ON oversight_board REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION oversight_board_changed();
CREATE TRIGGER oversight_board_deleted AFTER DELETE ON oversight_board REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION oversight_board_changed();

-- oversight_fold moves at most most deltas into the rollup and returns how many. One transaction at a time.
-- +goose StatementBegin
CREATE FUNCTION oversight_fold(most int) RETURNS int LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE n int;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('oversight_fold'));
  WITH taken AS (DELETE FROM oversight_delta WHERE id IN (SELECT id FROM oversight_delta ORDER BY id LIMIT most) RETURNING *),
  summed AS (
    SELECT a.parent, a.node, t.oversight_line, t.colour, sum(companies) companies, sum(activated) activated, sum(open) open, sum(overdue) overdue,
           sum(with_overdue) with_overdue, sum(major_open) major_open, sum(missing) missing
    FROM taken t CROSS JOIN LATERAL oversight_ancestors(t.region_path) a GROUP BY 1, 2, 3, 4),
  folded AS (
    INSERT INTO oversight_rollup AS r SELECT * FROM summed ORDER BY 1, 2, 3, 4
    ON CONFLICT ON CONSTRAINT oversight_rollup_pkey DO UPDATE SET
      companies = r.companies + excluded.companies, activated = r.activated + excluded.activated, open = r.open + excluded.open, overdue = r.overdue + excluded.overdue,
      with_overdue = r.with_overdue + excluded.with_overdue, major_open = r.major_open + excluded.major_open, missing = r.missing + excluded.missing)
  SELECT count(*) INTO n FROM taken;
  RETURN n;
END $$;
-- +goose StatementEnd

-- oversight_prove compares the counts with the board, repairs what differs and returns how many cells did. It stops the board's
-- writers while it looks.
-- +goose StatementBegin
CREATE FUNCTION oversight_prove() RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE n int;
BEGIN
  LOCK TABLE oversight_board IN SHARE MODE;
  PERFORM pg_advisory_xact_lock(hashtext('oversight_fold'));
  CREATE TEMP TABLE truth ON COMMIT DROP AS
    SELECT a.parent, a.node, b.oversight_line, b.colour, count(*)::int companies, sum(activated::int)::int activated, sum(open)::int open, sum(overdue)::int overdue,
           sum((overdue > 0)::int)::int with_overdue, sum(major_open)::int major_open, sum((missing > 0)::int)::int missing
    FROM oversight_board b CROSS JOIN LATERAL oversight_ancestors(left(b.region_path, 9)) a GROUP BY 1, 2, 3, 4;
  SELECT count(*) INTO n FROM (
    SELECT parent, node, oversight_line, colour, sum(companies) companies, sum(activated) activated, sum(open) open, sum(overdue) overdue,
           sum(with_overdue) with_overdue, sum(major_open) major_open, sum(missing) missing
    FROM (SELECT * FROM oversight_rollup UNION ALL
          SELECT a.parent, a.node, d.oversight_line, d.colour, d.companies, d.activated, d.open, d.overdue, d.with_overdue, d.major_open, d.missing
          FROM oversight_delta d CROSS JOIN LATERAL oversight_ancestors(d.region_path) a) x GROUP BY 1, 2, 3, 4) kept
  FULL JOIN truth t ON t.parent = kept.parent AND t.node = kept.node AND t.oversight_line = kept.oversight_line AND t.colour = kept.colour
  WHERE (coalesce(kept.companies, 0), coalesce(kept.activated, 0), coalesce(kept.open, 0), coalesce(kept.overdue, 0), coalesce(kept.with_overdue, 0), coalesce(kept.major_open, 0), coalesce(kept.missing, 0))
     <> (coalesce(t.companies, 0), coalesce(t.activated, 0), coalesce(t.open, 0), coalesce(t.overdue, 0), coalesce(t.with_overdue, 0), coalesce(t.major_open, 0), coalesce(t.missing, 0));
  IF n > 0 THEN
    DELETE FROM oversight_delta;
    DELETE FROM oversight_rollup;
    INSERT INTO oversight_rollup SELECT * FROM truth;
  END IF;
  DROP TABLE truth;
  RETURN n;
END $$;
-- +goose StatementEnd

-- The board as a regulator sees it: his areas and lines. The check is written out, the settings in subqueries that run once: a call of
-- scope_covers a row costs more than the scan.
CREATE VIEW oversight_area AS
  SELECT b.* FROM oversight_board b
  WHERE b.region_path >= scope_lo() AND b.region_path < scope_hi()
    AND ((SELECT current_setting('app.areas', true) = '') OR EXISTS (
         SELECT FROM unnest((SELECT string_to_array(current_setting('app.areas', true), ','))) a
         WHERE b.region_path >= a COLLATE "C" AND b.region_path < (a || '~') COLLATE "C"))
    AND ((SELECT current_setting('app.lines', true) = '')
         OR b.oversight_line = ANY ((SELECT string_to_array(current_setting('app.lines', true), ',')::smallint[])::smallint[]));
GRANT SELECT ON oversight_area TO anbiao_regulator;

-- A company's own row.
CREATE VIEW oversight_own AS
  SELECT b.* FROM oversight_board b WHERE b.company_id = scope_company();
GRANT SELECT ON oversight_own TO anbiao_company;

-- The counts as a regulator sees them: folded and unfolded, of areas inside his own.
CREATE VIEW oversight_count AS
  SELECT c.* FROM (
    SELECT * FROM oversight_rollup
    UNION ALL
    SELECT a.parent, a.node, d.oversight_line, d.colour, d.companies, d.activated, d.open, d.overdue, d.with_overdue, d.major_open, d.missing
    FROM oversight_delta d CROSS JOIN LATERAL oversight_ancestors(d.region_path) a) c
  WHERE c.node >= scope_lo() AND c.node < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(c.node, c.oversight_line));
GRANT SELECT ON oversight_count TO anbiao_regulator;
GRANT EXECUTE ON FUNCTION oversight_ancestors(text) TO anbiao_regulator, anbiao_system;
GRANT EXECUTE ON FUNCTION oversight_fold(int), oversight_prove() TO anbiao_system;

-- +goose Down
DROP VIEW oversight_count, oversight_own, oversight_area;
DROP TABLE oversight_delta, oversight_rollup, oversight_standing, oversight_board;
DROP FUNCTION oversight_prove(), oversight_fold(int), oversight_board_changed(), oversight_ancestors(text);
DELETE FROM table_class WHERE name IN ('oversight_delta', 'oversight_rollup', 'oversight_standing', 'oversight_board');
