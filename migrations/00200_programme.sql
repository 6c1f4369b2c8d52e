-- Target programmes of a plan (达标项目): an indicator, targets by area and year, and waves: which area in which year.
-- +goose Up

CREATE TABLE programme (
  id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT programme_pkey PRIMARY KEY,
  code            text NOT NULL,                  -- in the library; '': an authority made it
  organisation_id bigint CONSTRAINT programme_organisation_id_fkey REFERENCES account_organisation (id), -- that made it; NULL: came with the program
  area            text COLLATE "C" NOT NULL,      -- whose companies it is about
  name            text NOT NULL,
  name_en         text NOT NULL,
  indicator       text NOT NULL CONSTRAINT programme_indicator_check CHECK (indicator IN ('standardization', 'duty', 'certificates', 'presses', 'reports', 'hazards')),
  measure         text NOT NULL CONSTRAINT programme_measure_check CHECK (measure IN ('number', 'rate')),
  basis           text NOT NULL,                  -- the plan, as cited
  confidence      text NOT NULL,                  -- of the basis: verified, memory; '' of an authority's own
  made_by         text NOT NULL,
  made_at         timestamptz NOT NULL,
  ended_on        date,
  CONSTRAINT programme_code_check CHECK ((code = '') = (organisation_id IS NOT NULL))
);
CREATE UNIQUE INDEX programme_code_key ON programme (code) WHERE code <> '';
CREATE INDEX programme_area_idx ON programme (area, id);
CREATE INDEX programme_organisation_id_idx ON programme (organisation_id);
-- custom: a plan of authorities, which those of the area, around it and inside it read. Who made it changes it.
SELECT declare_table('programme', 'custom');
-- scope_about says whether an area lies in what the actor oversees or around it.
CREATE FUNCTION scope_about(area text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT scope_inside(area) OR starts_with(scope_lo(), area) $$;
GRANT EXECUTE ON FUNCTION scope_about(text) TO anbiao_regulator;
CREATE POLICY regulator_reads ON programme FOR SELECT TO anbiao_regulator USING (scope_about(area));
CREATE POLICY regulator_makes ON programme FOR INSERT TO anbiao_regulator WITH CHECK (organisation_id = scope_organisation() AND scope_inside(area));
CREATE POLICY regulator_ends ON programme FOR UPDATE TO anbiao_regulator
  USING (organisation_id = scope_organisation()) WITH CHECK (organisation_id = scope_organisation() AND scope_inside(area));
GRANT SELECT, INSERT ON programme TO anbiao_regulator;
GRANT UPDATE (ended_on) ON programme TO anbiao_regulator;

-- What an area should reach by the end of a year; what was set before stays with the day it ended.
CREATE TABLE programme_target (
  id           bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT programme_target_pkey PRIMARY KEY,
  programme_id bigint NOT NULL CONSTRAINT programme_target_programme_id_fkey REFERENCES programme (id),
  area         text COLLATE "C" NOT NULL,
  year         smallint NOT NULL CONSTRAINT programme_target_year_check CHECK (year BETWEEN 2000 AND 2200),
  value        int NOT NULL CONSTRAINT programme_target_value_check CHECK (value >= 0), -- companies, or hundredths of a percent
  basis        text NOT NULL,
  by_name      text NOT NULL,
  set_at       timestamptz NOT NULL,
  ended_at     timestamptz
);
CREATE UNIQUE INDEX programme_target_running_key ON programme_target (programme_id, area, year) WHERE ended_at IS NULL;
-- custom: like programme; an authority sets targets of areas that are its own, of anybody's programme.
SELECT declare_table('programme_target', 'custom');
CREATE POLICY regulator_reads ON programme_target FOR SELECT TO anbiao_regulator USING (scope_about(area));
CREATE POLICY regulator_sets ON programme_target FOR INSERT TO anbiao_regulator WITH CHECK (scope_inside(area));
CREATE POLICY regulator_ends ON programme_target FOR UPDATE TO anbiao_regulator USING (scope_inside(area)) WITH CHECK (scope_inside(area));
GRANT SELECT, INSERT ON programme_target TO anbiao_regulator;
GRANT UPDATE (ended_at) ON programme_target TO anbiao_regulator;

-- The year by which an area should be done with all of it.
CREATE TABLE programme_wave (
  id           bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT programme_wave_pkey PRIMARY KEY,
  programme_id bigint NOT NULL CONSTRAINT programme_wave_programme_id_fkey REFERENCES programme (id),
  area         text COLLATE "C" NOT NULL,
  year         smallint NOT NULL CONSTRAINT programme_wave_year_check CHECK (year BETWEEN 2000 AND 2200),
  by_name      text NOT NULL,
  set_at       timestamptz NOT NULL,
  ended_at     timestamptz
);
CREATE UNIQUE INDEX programme_wave_running_key ON programme_wave (programme_id, area) WHERE ended_at IS NULL;
-- custom: like programme_target.
SELECT declare_table('programme_wave', 'custom');
CREATE POLICY regulator_reads ON programme_wave FOR SELECT TO anbiao_regulator USING (scope_about(area));
CREATE POLICY regulator_sets ON programme_wave FOR INSERT TO anbiao_regulator WITH CHECK (scope_inside(area));
CREATE POLICY regulator_ends ON programme_wave FOR UPDATE TO anbiao_regulator USING (scope_inside(area)) WITH CHECK (scope_inside(area));
GRANT SELECT, INSERT ON programme_wave TO anbiao_regulator;
GRANT UPDATE (ended_at) ON programme_wave TO anbiao_regulator;

-- +goose Down
DROP TABLE programme_wave, programme_target, programme;
DROP FUNCTION scope_about(text);
DELETE FROM table_class WHERE name IN ('programme_wave', 'programme_target', 'programme');
