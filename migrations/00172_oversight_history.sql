-- A company's standing over time, the figures it was found from, and on the board its level, live score and class.
-- +goose Up

ALTER TABLE oversight_standing ADD COLUMN facts jsonb NOT NULL DEFAULT '{}';

-- A standing that held from an instant until the next row of the company.
CREATE TABLE oversight_history (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  at             timestamptz NOT NULL,
  rule_version   text NOT NULL,
  colour         smallint NOT NULL CONSTRAINT oversight_history_colour_check CHECK (colour BETWEEN 1 AND 4),
  score          int NOT NULL,                    -- hundredths of a point, over what was measured
  measured       int NOT NULL,
  inputs         jsonb NOT NULL,
  CONSTRAINT oversight_history_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT oversight_history_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id)
);
CREATE INDEX oversight_history_company_id_idx ON oversight_history (company_id, id DESC);
SELECT declare_table('oversight_history', 'shared');
-- Written by the job runner alone.
REVOKE INSERT, UPDATE ON oversight_history FROM anbiao_company, anbiao_service;

ALTER TABLE oversight_board
  ADD COLUMN level text NOT NULL DEFAULT '',      -- of standardization, held: 1, 2, 3, pass; '': none
  ADD COLUMN live  int NOT NULL DEFAULT -1,       -- live score in hundredths; -1: none yet
  ADD COLUMN class text NOT NULL DEFAULT '';      -- A to D as published; '': none
CREATE INDEX oversight_board_level_idx ON oversight_board (level, company_id) INCLUDE (region_path) WHERE level <> '';
CREATE INDEX oversight_board_class_idx ON oversight_board (class, company_id) INCLUDE (region_path) WHERE class <> '';
CREATE OR REPLACE VIEW oversight_area AS
  SELECT b.* FROM oversight_board b
  WHERE b.region_path >= scope_lo() AND b.region_path < scope_hi()
    AND ((SELECT current_setting('app.areas', true) = '') OR EXISTS (
         SELECT FROM unnest((SELECT string_to_array(current_setting('app.areas', true), ','))) a
         WHERE b.region_path >= a COLLATE "C" AND b.region_path < (a || '~') COLLATE "C"))
    AND ((SELECT current_setting('app.lines', true) = '')
         OR b.oversight_line = ANY ((SELECT string_to_array(current_setting('app.lines', true), ',')::smallint[])::smallint[]));
CREATE OR REPLACE VIEW oversight_own AS
  SELECT b.* FROM oversight_board b WHERE b.company_id = scope_company();

-- The counts take only what changed of them: a new level or live score leaves them alone.
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION oversight_board_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    INSERT INTO oversight_delta (region_path, oversight_line, colour, companies, activated, open, overdue, with_overdue, major_open, missing)
    SELECT place, oversight_line, colour, sum(n), sum(n * activated::int), sum(n * open), sum(n * overdue), sum(n * (overdue > 0)::int), sum(n * major_open), sum(n * (missing > 0)::int)
    FROM (SELECT left(region_path, 9) AS place, oversight_line, colour, activated, open, overdue, major_open, missing, -1 AS n FROM old_rows
          UNION ALL SELECT left(region_path, 9), oversight_line, colour, activated, open, overdue, major_open, missing, 1 FROM new_rows) x GROUP BY 1, 2, 3
    HAVING (sum(n), sum(n * activated::int), sum(n * open), sum(n * overdue), sum(n * (overdue > 0)::int), sum(n * major_open), sum(n * (missing > 0)::int)) <> (0, 0, 0, 0, 0, 0, 0);
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO oversight_delta (region_path, oversight_line, colour, companies, activated, open, overdue, with_overdue, major_open, missing)
    SELECT left(region_path, 9), oversight_line, colour, -count(*), -sum(activated::int), -sum(open), -sum(overdue), -sum((overdue > 0)::int), -sum(major_open), -sum((missing > 0)::int)
    FROM old_rows GROUP BY 1, 2, 3;
  ELSE
    INSERT INTO oversight_delta (region_path, oversight_line, colour, companies, activated, open, overdue, with_overdue, major_open, missing)
    SELECT left(region_path, 9), oversight_line, colour, count(*), sum(activated::int), sum(open), sum(overdue), sum((overdue > 0)::int), sum(major_open), sum((missing > 0)::int)
    FROM new_rows GROUP BY 1, 2, 3;
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
CREATE OR REPLACE FUNCTION oversight_board_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
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
DROP VIEW oversight_own, oversight_area;
DROP INDEX oversight_board_class_idx, oversight_board_level_idx;
ALTER TABLE oversight_board DROP COLUMN class, DROP COLUMN live, DROP COLUMN level;
CREATE VIEW oversight_area AS
  SELECT b.* FROM oversight_board b
  WHERE b.region_path >= scope_lo() AND b.region_path < scope_hi()
    AND ((SELECT current_setting('app.areas', true) = '') OR EXISTS (
         SELECT FROM unnest((SELECT string_to_array(current_setting('app.areas', true), ','))) a
         WHERE b.region_path >= a COLLATE "C" AND b.region_path < (a || '~') COLLATE "C"))
    AND ((SELECT current_setting('app.lines', true) = '')
         OR b.oversight_line = ANY ((SELECT string_to_array(current_setting('app.lines', true), ',')::smallint[])::smallint[]));
GRANT SELECT ON oversight_area TO anbiao_regulator;
CREATE VIEW oversight_own AS
  SELECT b.* FROM oversight_board b WHERE b.company_id = scope_company();
GRANT SELECT ON oversight_own TO anbiao_company;
DROP TABLE oversight_history;
DELETE FROM table_class WHERE name = 'oversight_history';
ALTER TABLE oversight_standing DROP COLUMN facts;
