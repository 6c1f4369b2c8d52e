-- The risk register (风险分级管控): units, the events that may happen there, and what keeps them under control.
-- +goose Up

-- A unit of analysis (风险点、分析单元): a place, a machine or an activity.
CREATE TABLE risk_unit (
  company_id     bigint NOT NULL CONSTRAINT risk_unit_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  number         int NOT NULL,               -- in the company, in order of making
  kind           text NOT NULL CONSTRAINT risk_unit_kind_check CHECK (kind IN ('place', 'equipment', 'activity')),
  name           text NOT NULL,
  place          text NOT NULL,
  unit_id        bigint,                     -- department, workshop or team that answers for it
  unit_name      text NOT NULL,
  owner_id       bigint,                     -- person who does
  owner_name     text NOT NULL,
  phone          text NOT NULL,              -- to call in an emergency (值班电话), printed on cards
  made_by        text NOT NULL,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  ended_on       date,
  end_reason     text NOT NULL,
  CONSTRAINT risk_unit_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT risk_unit_company_id_number_key UNIQUE (company_id, number),
  CONSTRAINT risk_unit_company_id_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT risk_unit_company_id_owner_id_fkey FOREIGN KEY (company_id, owner_id) REFERENCES staff_person (company_id, id)
);
CREATE UNIQUE INDEX risk_unit_company_id_name_key ON risk_unit (company_id, name) WHERE ended_on IS NULL;
CREATE INDEX risk_unit_region_path_idx ON risk_unit (region_path, company_id);
SELECT declare_table('risk_unit', 'company');

-- A risk event: a source of danger (危险源) and what it may lead to. Factors and scores are hundredths.
CREATE TABLE risk_event (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  number         int NOT NULL,
  risk_unit_id   bigint NOT NULL,
  hazard         text NOT NULL,
  accidents      text[] NOT NULL,            -- classes of GB 6441
  consequence    text NOT NULL,
  rule_version   text NOT NULL,              -- of the data it was rated by
  mode           text NOT NULL CONSTRAINT risk_event_mode_check CHECK (mode IN ('lec', 'ls')),
  l              int NOT NULL,
  e              int NOT NULL,               -- 0 in an LS rating, as c
  c              int NOT NULL,
  s              int NOT NULL,               -- 0 in an LEC rating
  score          int NOT NULL,
  computed_level text NOT NULL,              -- what the score says
  catalogue      boolean NOT NULL,           -- in the catalogue of larger and major risks (较大以上风险目录)
  raised_level   text NOT NULL,              -- by hand, with a reason; empty: not raised
  raise_reason   text NOT NULL,
  level          text NOT NULL CONSTRAINT risk_event_level_check CHECK (level IN ('major', 'larger', 'general', 'low')),
  residual_l     int NOT NULL,
  residual_e     int NOT NULL,
  residual_c     int NOT NULL,
  residual_s     int NOT NULL,
  residual_score int NOT NULL,
  residual_level text NOT NULL CONSTRAINT risk_event_residual_level_check CHECK (residual_level IN ('', 'major', 'larger', 'general', 'low')),
  control_level  text NOT NULL CONSTRAINT risk_event_control_level_check CHECK (control_level IN ('company', 'workshop', 'team', 'post')),
  unit_id        bigint,
  unit_name      text NOT NULL,
  owner_id       bigint,
  owner_name     text NOT NULL,
  post_name      text NOT NULL,
  frequency      text NOT NULL CONSTRAINT risk_event_frequency_check
                 CHECK (frequency IN ('', 'per_shift', 'daily', 'weekly', 'monthly', 'quarterly', 'half_yearly', 'yearly', 'event', 'per_use')),
  reviewed_on    date NOT NULL,
  review_due_on  date NOT NULL,
  made_by        text NOT NULL,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  ended_on       date,
  end_reason     text NOT NULL,
  CONSTRAINT risk_event_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT risk_event_company_id_number_key UNIQUE (company_id, number),
  CONSTRAINT risk_event_company_id_risk_unit_id_fkey FOREIGN KEY (company_id, risk_unit_id) REFERENCES risk_unit (company_id, id),
  CONSTRAINT risk_event_company_id_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT risk_event_company_id_owner_id_fkey FOREIGN KEY (company_id, owner_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT risk_event_residual_score_check CHECK (residual_score BETWEEN 0 AND score)
);
CREATE INDEX risk_event_company_id_risk_unit_id_idx ON risk_event (company_id, risk_unit_id, id);
CREATE INDEX risk_event_company_id_review_due_on_idx ON risk_event (company_id, review_due_on) WHERE ended_on IS NULL;
CREATE INDEX risk_event_region_path_idx ON risk_event (region_path, company_id);
SELECT declare_table('risk_event', 'company');

-- A control measure (管控措施) of an event, in one of the five classes.
CREATE TABLE risk_control (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  event_id       bigint NOT NULL,
  n              int NOT NULL,               -- its place in the list
  kind           text NOT NULL CONSTRAINT risk_control_kind_check CHECK (kind IN ('engineering', 'management', 'training', 'protection', 'emergency')),
  text           text NOT NULL,
  item_code      text NOT NULL,              -- own item of the company's standard by which it is checked; empty: none
  published_on   date,
  ended_on       date,
  CONSTRAINT risk_control_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT risk_control_company_id_event_id_fkey FOREIGN KEY (company_id, event_id) REFERENCES risk_event (company_id, id)
);
CREATE INDEX risk_control_company_id_event_id_idx ON risk_control (company_id, event_id, n);
CREATE INDEX risk_control_region_path_idx ON risk_control (region_path, company_id);
SELECT declare_table('risk_control', 'company');

-- +goose Down
DELETE FROM table_class WHERE name IN ('risk_unit', 'risk_event', 'risk_control');
DROP TABLE risk_control, risk_event, risk_unit;
