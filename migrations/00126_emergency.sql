-- Emergency (应急管理): plans and their filing, drills, teams, supplies, and how a company counts its duties.
-- +goose Up

CREATE TABLE emergency_plan (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  unit_id         bigint,
  unit_name       text NOT NULL,
  files           bigint[] NOT NULL,
  made_by         text NOT NULL,
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  ended_on        date,
  end_reason      text NOT NULL,
  name            text NOT NULL,
  kind            text NOT NULL CONSTRAINT emergency_plan_kind_check CHECK (kind IN ('comprehensive', 'special', 'onsite')),
  version         text NOT NULL,
  risk            text NOT NULL,            -- what it is for: kind of accident, place or post
  published_on    date,
  signed_by       text NOT NULL,            -- who signed it for publication
  owner_id        bigint,
  owner_name      text NOT NULL,
  argued_on       date,                     -- reviewed by experts, or argued by the company itself
  reviewed_on     date,                     -- last evaluated; NULL: counts from publication
  review_due_on   date,
  revise_trigger  text NOT NULL CONSTRAINT emergency_plan_revise_trigger_check
                  CHECK (revise_trigger IN ('', 'law_change', 'command_change', 'risk_change', 'resource_change', 'drill_finding', 'other')),
  triggered_on    date,
  note            text NOT NULL,
  must_file       boolean NOT NULL,
  filing          text NOT NULL CONSTRAINT emergency_plan_filing_check CHECK (filing IN ('not_needed', 'to_file', 'submitted', 'missing', 'filed', 'deemed')),
  file_due_on     date,                     -- NULL: need not be filed, or the year's holidays are not published yet
  CONSTRAINT emergency_plan_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT emergency_plan_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT emergency_plan_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT emergency_plan_owner_id_fkey FOREIGN KEY (company_id, owner_id) REFERENCES staff_person (company_id, id)
);
CREATE UNIQUE INDEX emergency_plan_key_key ON emergency_plan (company_id, lower(name)) WHERE ended_on IS NULL;
CREATE INDEX emergency_plan_id_idx ON emergency_plan (id); -- a regulator is given an id only
CREATE INDEX emergency_plan_region_path_idx ON emergency_plan (region_path, company_id);
SELECT declare_table('emergency_plan', 'company');

-- A filing (备案) of one version of a plan: with the company, with the regulator, and what became of it.
CREATE TABLE emergency_filing (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  plan_id         bigint NOT NULL,
  plan_name       text NOT NULL,            -- as it was
  plan_kind       text NOT NULL,
  plan_version    text NOT NULL,
  published_on    date NOT NULL,
  due_on          date,                     -- last day to file; NULL: holidays not published
  late            boolean NOT NULL,
  documents       text[] NOT NULL,          -- that were handed in
  files           bigint[] NOT NULL,
  note            text NOT NULL,
  state           text NOT NULL CONSTRAINT emergency_filing_state_check CHECK (state IN ('submitted', 'missing', 'filed', 'deemed')),
  submitted_at    timestamptz NOT NULL,
  submitted_by    text NOT NULL,
  received_on     date NOT NULL,            -- the clock of the check runs from here; again after what was missing
  check_due_on    date,                     -- NULL: holidays not published
  deemed_on       date,                     -- from this day silence counts as filed
  missing         text[] NOT NULL,          -- documents asked for; told once
  asked_at        timestamptz,
  answered_at     timestamptz,              -- filed
  answered_by     text NOT NULL,
  answer          text NOT NULL,
  number          text NOT NULL,            -- 备案编号
  filed_on        date,                     -- filed or deemed filed
  CONSTRAINT emergency_filing_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT emergency_filing_plan_id_fkey FOREIGN KEY (company_id, plan_id) REFERENCES emergency_plan (company_id, id),
  CONSTRAINT emergency_filing_filed_on_check CHECK ((filed_on IS NOT NULL) = (state IN ('filed', 'deemed'))),
  CONSTRAINT emergency_filing_missing_check CHECK (state <> 'missing' OR (asked_at IS NOT NULL AND cardinality(missing) > 0))
);
CREATE UNIQUE INDEX emergency_filing_open_key ON emergency_filing (company_id, plan_id) WHERE state IN ('submitted', 'missing');
CREATE INDEX emergency_filing_id_idx ON emergency_filing (id);
CREATE INDEX emergency_filing_list_idx ON emergency_filing (company_id, id DESC);
CREATE INDEX emergency_filing_region_path_idx ON emergency_filing (region_path, id DESC);
CREATE INDEX emergency_filing_deemed_on_idx ON emergency_filing (deemed_on, company_id, id) WHERE state = 'submitted';
SELECT declare_table('emergency_filing', 'shared');
-- A regulator files what was handed in or, once, asks for what is missing, and touches nothing else.
CREATE POLICY regulator_decides ON emergency_filing FOR UPDATE TO anbiao_regulator
  USING (state = 'submitted' AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (state IN ('filed', 'missing') AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT UPDATE (state, missing, asked_at, answered_at, answered_by, answer, number, filed_on) ON emergency_filing TO anbiao_regulator;
-- Second lock behind the states: what lies with the regulator is frozen for the company, and only the regulator, or his silence, files it.
CREATE POLICY company_frozen ON emergency_filing AS RESTRICTIVE FOR UPDATE TO anbiao_company, anbiao_service
  USING (state = 'missing') WITH CHECK (state = 'submitted');
CREATE POLICY company_hands_in ON emergency_filing AS RESTRICTIVE FOR INSERT TO anbiao_company, anbiao_service WITH CHECK (state = 'submitted');

CREATE TABLE emergency_drill (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  unit_id         bigint,
  unit_name       text NOT NULL,
  files           bigint[] NOT NULL,        -- photos, the signed attendance sheet
  made_by         text NOT NULL,
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  ended_on        date,
  end_reason      text NOT NULL,
  name            text NOT NULL,
  kind            text NOT NULL CONSTRAINT emergency_drill_kind_check CHECK (kind IN ('comprehensive', 'special', 'onsite')),
  form            text NOT NULL CONSTRAINT emergency_drill_form_check CHECK (form IN ('tabletop', 'operation', 'unannounced')),
  plan_name       text NOT NULL,
  plan_id         bigint,                   -- the plan of that name
  planned_on      date NOT NULL,
  held_on         date,
  state           text NOT NULL CONSTRAINT emergency_drill_state_check CHECK (state IN ('planned', 'held')),
  start_time      text NOT NULL,            -- 14:30
  end_time        text NOT NULL,
  place           text NOT NULL,
  commander_id    bigint,
  commander_name  text NOT NULL,
  participants    int NOT NULL,
  attendees       text NOT NULL,            -- who signed in
  scenario        text NOT NULL,
  steps           text NOT NULL,
  effect          text NOT NULL CONSTRAINT emergency_drill_effect_check CHECK (effect IN ('', 'good', 'fair', 'poor')),
  evaluation      text NOT NULL,
  problems        text NOT NULL,            -- a line each; each becomes a hazard
  hazard_ids      bigint[] NOT NULL,
  reported_on     date,                     -- to the regulator
  CONSTRAINT emergency_drill_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT emergency_drill_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT emergency_drill_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT emergency_drill_plan_id_fkey FOREIGN KEY (company_id, plan_id) REFERENCES emergency_plan (company_id, id),
  CONSTRAINT emergency_drill_commander_id_fkey FOREIGN KEY (company_id, commander_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT emergency_drill_held_on_check CHECK ((state = 'held') = (held_on IS NOT NULL))
);
CREATE INDEX emergency_drill_id_idx ON emergency_drill (id);
CREATE INDEX emergency_drill_region_path_idx ON emergency_drill (region_path, company_id);
CREATE INDEX emergency_drill_planned_on_idx ON emergency_drill (company_id, planned_on);
SELECT declare_table('emergency_drill', 'company');

CREATE TABLE emergency_team (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  unit_id         bigint,
  unit_name       text NOT NULL,
  files           bigint[] NOT NULL,
  made_by         text NOT NULL,
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  ended_on        date,
  end_reason      text NOT NULL,
  name            text NOT NULL,
  kind            text NOT NULL CONSTRAINT emergency_team_kind_check CHECK (kind IN ('full_time', 'part_time', 'agreement')),
  leader_id       bigint,
  leader_name     text NOT NULL,
  members         int NOT NULL,
  member_names    text[] NOT NULL,
  duties          text NOT NULL,
  partner         text NOT NULL,            -- of an agreement: the professional team
  agreement_until date,
  trained_on      date,
  train_due_on    date,
  note            text NOT NULL,
  CONSTRAINT emergency_team_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT emergency_team_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT emergency_team_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT emergency_team_leader_id_fkey FOREIGN KEY (company_id, leader_id) REFERENCES staff_person (company_id, id)
);
CREATE UNIQUE INDEX emergency_team_key_key ON emergency_team (company_id, lower(name)) WHERE ended_on IS NULL;
CREATE INDEX emergency_team_id_idx ON emergency_team (id);
CREATE INDEX emergency_team_region_path_idx ON emergency_team (region_path, company_id);
SELECT declare_table('emergency_team', 'company');

CREATE TABLE emergency_supply (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  unit_id         bigint,
  unit_name       text NOT NULL,
  files           bigint[] NOT NULL,
  made_by         text NOT NULL,
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  ended_on        date,
  end_reason      text NOT NULL,
  name            text NOT NULL,
  kind            text NOT NULL CONSTRAINT emergency_supply_kind_check CHECK (kind IN ('protection', 'rescue', 'fire', 'medical', 'lighting', 'communication', 'spill', 'other')),
  spec            text NOT NULL,
  place           text NOT NULL,
  quantity        int NOT NULL,
  least           int NOT NULL,             -- smallest stock
  short           boolean NOT NULL,
  measure         text NOT NULL,            -- 个, 套, 箱
  keeper_id       bigint,
  keeper_name     text NOT NULL,
  made_on         date,
  valid_until     date,
  checked_on      date,
  check_months    int NOT NULL,             -- 0: is not checked in turn
  check_due_on    date,
  note            text NOT NULL,
  CONSTRAINT emergency_supply_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT emergency_supply_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT emergency_supply_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT emergency_supply_keeper_id_fkey FOREIGN KEY (company_id, keeper_id) REFERENCES staff_person (company_id, id)
);
CREATE UNIQUE INDEX emergency_supply_key_key ON emergency_supply (company_id, lower(name), lower(spec), lower(place)) WHERE ended_on IS NULL;
CREATE INDEX emergency_supply_id_idx ON emergency_supply (id);
CREATE INDEX emergency_supply_region_path_idx ON emergency_supply (region_path, company_id);
SELECT declare_table('emergency_supply', 'company');

-- How a company counts its duties. No row: as the data says.
CREATE TABLE emergency_setting (
  company_id      bigint NOT NULL,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  unit_class      text NOT NULL,            -- '' : by what the company does
  reading         text NOT NULL CONSTRAINT emergency_setting_reading_check CHECK (reading IN ('national', 'jiangsu')),
  counting        text NOT NULL CONSTRAINT emergency_setting_counting_check CHECK (counting IN ('calendar', 'rolling')),
  reason          text NOT NULL,
  updated_at      timestamptz NOT NULL,
  updated_by      text NOT NULL,
  CONSTRAINT emergency_setting_pkey PRIMARY KEY (company_id),
  CONSTRAINT emergency_setting_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id)
);
CREATE INDEX emergency_setting_region_path_idx ON emergency_setting (region_path, company_id);
SELECT declare_table('emergency_setting', 'company');

-- +goose Down
DROP TABLE emergency_setting, emergency_supply, emergency_team, emergency_drill, emergency_filing, emergency_plan;
DELETE FROM table_class WHERE name IN ('emergency_plan', 'emergency_filing', 'emergency_drill', 'emergency_team', 'emergency_supply', 'emergency_setting');
