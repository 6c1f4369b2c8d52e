-- Who must join standardization (六个一律): by which rule and since when, the notices, and how far each has come.
-- +goose Up

-- The last number of a notice given by an area in a year.
CREATE TABLE enrolment_counter (
  area text COLLATE "C" NOT NULL,
  year smallint NOT NULL,
  last int NOT NULL,
  CONSTRAINT enrolment_counter_pkey PRIMARY KEY (area, year)
);
SELECT declare_table('enrolment_counter', 'system');

-- A notice (告知书) that a company must join, with the rules that were new on its day.
CREATE TABLE enrolment_notice (
  company_id         bigint NOT NULL,
  id                 bigint GENERATED ALWAYS AS IDENTITY,
  region_path        text COLLATE "C" NOT NULL,
  oversight_line     smallint NOT NULL,
  area               text COLLATE "C" NOT NULL,   -- that gives it and numbers it
  number_year        smallint NOT NULL,
  number_seq         int NOT NULL,
  rule_version       text NOT NULL,
  rules              text[] NOT NULL,
  issued_on          date NOT NULL,
  received_at        timestamptz,
  received_by        text NOT NULL DEFAULT '',    -- name, as it was
  received_person_id bigint,
  CONSTRAINT enrolment_notice_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT enrolment_notice_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT enrolment_notice_number_key UNIQUE (area, number_year, number_seq),
  CONSTRAINT enrolment_notice_received_check CHECK ((received_at IS NULL) = (received_person_id IS NULL))
);
CREATE INDEX enrolment_notice_company_id_idx ON enrolment_notice (company_id, id DESC);
SELECT declare_table('enrolment_notice', 'shared');
-- The job runner gives notices; the company signs for one once, and writes nothing else.
REVOKE INSERT, UPDATE ON enrolment_notice FROM anbiao_company, anbiao_service;
GRANT UPDATE (received_at, received_by, received_person_id) ON enrolment_notice TO anbiao_company;
CREATE POLICY company_signs ON enrolment_notice AS RESTRICTIVE FOR UPDATE TO anbiao_company
  USING (received_at IS NULL) WITH CHECK (received_person_id = scope_person());

-- One rule that held for one company, from a day to a day.
CREATE TABLE enrolment (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  rule           text NOT NULL,
  rule_version   text NOT NULL,
  since          date NOT NULL,
  facts          jsonb NOT NULL,                  -- what led there
  notice_id      bigint NOT NULL,
  ended_on       date,
  end_facts      jsonb NOT NULL,                  -- what was known when it no longer held
  CONSTRAINT enrolment_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT enrolment_notice_id_fkey FOREIGN KEY (company_id, notice_id) REFERENCES enrolment_notice (company_id, id),
  CONSTRAINT enrolment_ended_on_check CHECK (ended_on >= since)
);
CREATE UNIQUE INDEX enrolment_open_key ON enrolment (company_id, rule) WHERE ended_on IS NULL;
SELECT declare_table('enrolment', 'shared');
REVOKE INSERT, UPDATE ON enrolment FROM anbiao_company, anbiao_service;

-- One row a company that must join, or once had to: what the list shows.
CREATE TABLE enrolment_firm (
  company_id     bigint NOT NULL CONSTRAINT enrolment_firm_pkey PRIMARY KEY CONSTRAINT enrolment_firm_company_id_fkey REFERENCES company (company_id),
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  name           text NOT NULL,
  rules          text[] NOT NULL,                 -- that hold; empty: it need not join any more
  since          date,                            -- earliest of them
  stage          text NOT NULL CONSTRAINT enrolment_firm_stage_check CHECK (stage IN ('none', 'applied', 'held')),
  level          text NOT NULL,                   -- held; empty: none
  level_until    date,
  judged_at      timestamptz NOT NULL,
  CONSTRAINT enrolment_firm_since_check CHECK ((since IS NULL) = (rules = '{}'))
);
CREATE INDEX enrolment_firm_region_path_idx ON enrolment_firm (region_path, company_id) INCLUDE (stage, oversight_line) WHERE rules <> '{}';
SELECT declare_table('enrolment_firm', 'shared');
REVOKE INSERT, UPDATE ON enrolment_firm FROM anbiao_company, anbiao_service;

-- Targets of an area (目标任务): companies that hold a level, or the share of those with 20 to 50 people that pass.
CREATE TABLE enrolment_target (
  id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT enrolment_target_pkey PRIMARY KEY,
  area       text COLLATE "C" NOT NULL,
  kind       text NOT NULL CONSTRAINT enrolment_target_kind_check CHECK (kind IN ('standardization', 'duty')),
  year       smallint NOT NULL CONSTRAINT enrolment_target_year_check CHECK (year BETWEEN 2000 AND 2200),
  value      int NOT NULL,                        -- companies by the end of the year; hundredths of a percent for duty
  basis      text NOT NULL,
  by_name    text NOT NULL,
  set_at     timestamptz NOT NULL,
  ended_at   timestamptz,                         -- replaced since
  CONSTRAINT enrolment_target_value_check CHECK (value >= 0 AND (kind <> 'duty' OR value <= 10000))
);
CREATE UNIQUE INDEX enrolment_target_running_key ON enrolment_target (area, kind, year) WHERE ended_at IS NULL;
-- custom: a plan everybody may read; written by regulators for areas that are wholly theirs.
SELECT declare_table('enrolment_target', 'custom');
CREATE POLICY everybody_reads ON enrolment_target FOR SELECT TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_platform USING (true);
CREATE POLICY regulator_adds ON enrolment_target FOR INSERT TO anbiao_regulator
  WITH CHECK (area >= scope_lo() AND area < scope_hi() AND current_setting('app.lines', true) = '' AND scope_covers(area, 0::smallint));
CREATE POLICY regulator_ends ON enrolment_target FOR UPDATE TO anbiao_regulator
  USING (area >= scope_lo() AND area < scope_hi() AND current_setting('app.lines', true) = '' AND scope_covers(area, 0::smallint))
  WITH CHECK (area >= scope_lo() AND area < scope_hi() AND current_setting('app.lines', true) = '' AND scope_covers(area, 0::smallint));
GRANT SELECT ON enrolment_target TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_platform;
GRANT INSERT ON enrolment_target TO anbiao_regulator;
GRANT UPDATE (ended_at) ON enrolment_target TO anbiao_regulator;

-- +goose Down
DROP TABLE enrolment_target, enrolment_firm, enrolment, enrolment_notice, enrolment_counter;
DELETE FROM table_class WHERE name IN ('enrolment_target', 'enrolment_firm', 'enrolment', 'enrolment_notice', 'enrolment_counter');
