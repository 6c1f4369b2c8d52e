-- How areas stood at the end of each month, and the shapes of areas on the map.
-- +goose Up

-- The counts of an area in a month, by supervision line: as of the month's last day, or, while it runs, as of the last day counted.
-- Sections of GB/T 4754 are kept down to the county; '' is all of them together, kept down to the town.
CREATE TABLE oversight_month (
  node           text COLLATE "C" NOT NULL,
  month          date NOT NULL CONSTRAINT oversight_month_month_check CHECK (extract(day FROM month) = 1),
  oversight_line smallint NOT NULL,
  section        text COLLATE "C" NOT NULL,
  as_of          date NOT NULL,
  companies      int NOT NULL,
  activated      int NOT NULL,
  red            int NOT NULL,
  orange         int NOT NULL,
  yellow         int NOT NULL,
  blue           int NOT NULL,
  level1         int NOT NULL,                    -- companies that hold level 1 of standardization; so below
  level2         int NOT NULL,
  level3         int NOT NULL,
  level_pass     int NOT NULL,
  open           int NOT NULL,
  overdue        int NOT NULL,
  with_overdue   int NOT NULL,
  major_open     int NOT NULL,
  missing        int NOT NULL,
  cert_num       int NOT NULL,                    -- certificates valid of those needed
  cert_den       int NOT NULL,
  CONSTRAINT oversight_month_pkey PRIMARY KEY (node, month, oversight_line, section)
);
-- custom: read through oversight_month_area only; the job runner writes.
SELECT declare_table('oversight_month', 'custom');

-- The months as a regulator sees them: areas inside his own, his lines.
CREATE VIEW oversight_month_area AS
  SELECT m.* FROM oversight_month m
  WHERE m.node >= scope_lo() AND m.node < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(m.node, m.oversight_line));
GRANT SELECT ON oversight_month_area TO anbiao_regulator;

-- oversight_section is the section (门类) of GB/T 4754-2017 that an industry code without its letter lies in, '' without one.
CREATE FUNCTION oversight_section(industry text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN industry = '' THEN '' ELSE coalesce((ARRAY['A','B','C','D','E','F','G','H','I','J','K','L','M','N','O','P','Q','R','S','T'])
    [width_bucket(left(industry || '0', 2)::int, ARRAY[1, 6, 13, 44, 47, 51, 53, 61, 63, 66, 70, 71, 73, 76, 80, 83, 84, 86, 91, 97, 98])], '') END $$;
GRANT EXECUTE ON FUNCTION oversight_section(text) TO anbiao_regulator, anbiao_system;

-- The shape of an area on the map: rings of longitude and latitude, in degrees times a million.
CREATE TABLE oversight_shape (
  path         text COLLATE "C" CONSTRAINT oversight_shape_pkey PRIMARY KEY,
  rings        jsonb NOT NULL,
  longitude_e6 int NOT NULL,                      -- where its name stands
  latitude_e6  int NOT NULL,
  schematic    boolean NOT NULL,                  -- drawn around the places of its companies, no surveyed boundary
  at           timestamptz NOT NULL
);
SELECT declare_table('oversight_shape', 'reference');

ALTER TABLE oversight_board
  ADD COLUMN longitude_e6 int,                    -- of the company, degrees times a million
  ADD COLUMN latitude_e6  int;
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

-- +goose Down
DROP VIEW oversight_own, oversight_area;
ALTER TABLE oversight_board DROP COLUMN latitude_e6, DROP COLUMN longitude_e6;
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
DROP TABLE oversight_shape;
DROP VIEW oversight_month_area;
DROP TABLE oversight_month;
DROP FUNCTION oversight_section(text);
DELETE FROM table_class WHERE name IN ('oversight_shape', 'oversight_month');
