-- Accidents, injuries and near misses (事故、伤害、未遂事件), and the hours worked that rates are of.
-- +goose Up

CREATE TABLE accident (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  unit_id        bigint,
  unit_name      text NOT NULL,
  files          bigint[] NOT NULL,
  made_by        text NOT NULL,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  ended_on       date,
  end_reason     text NOT NULL,
  kind           text NOT NULL CONSTRAINT accident_kind_check CHECK (kind IN ('accident', 'injury', 'near_miss')),
  title          text NOT NULL,
  happened_at    timestamptz,
  place          text NOT NULL,
  category       text NOT NULL,             -- code of GB 6441-1986; '': not said
  facts          text NOT NULL,
  deaths         int NOT NULL,
  severe         int NOT NULL,              -- people severely injured (重伤)
  slight         int NOT NULL,              -- people slightly injured (轻伤)
  lost_days      int NOT NULL,              -- working days lost (损失工作日)
  loss_fen       bigint NOT NULL,           -- direct economic loss
  injured        text[] NOT NULL,           -- names
  class          text NOT NULL CONSTRAINT accident_class_check CHECK (class IN ('', 'ordinary', 'larger', 'major', 'extraordinary')), -- computed
  heard_at       timestamptz,               -- the person in charge learnt of it
  reported_at    timestamptz,               -- to the authority
  reported_to    text NOT NULL,
  report_due_at  timestamptz,               -- computed
  report_minutes int NOT NULL,              -- from heard_at to reported_at, computed
  flaw           text NOT NULL CONSTRAINT accident_flaw_check CHECK (flaw IN ('', 'late', 'omitted', 'false', 'hidden')), -- of the report, as people found
  flaw_reason    text NOT NULL,
  team           text[] NOT NULL,
  direct_cause   text NOT NULL,
  indirect_cause text NOT NULL,
  liability      text NOT NULL,
  measures       text NOT NULL,
  owner_id       bigint,
  owner_name     text NOT NULL,
  measure_due_on date,
  measure_done_on date,
  lessons        text NOT NULL,
  closed_on      date,
  state          text NOT NULL CONSTRAINT accident_state_check CHECK (state IN ('reported', 'investigated', 'mending', 'closed')), -- computed
  reporter_id    bigint,
  reporter_name  text NOT NULL,
  CONSTRAINT accident_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT accident_company_id_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT accident_company_id_owner_id_fkey FOREIGN KEY (company_id, owner_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT accident_company_id_reporter_id_fkey FOREIGN KEY (company_id, reporter_id) REFERENCES staff_person (company_id, id)
);
CREATE INDEX accident_company_id_happened_at_idx ON accident (company_id, happened_at);
CREATE INDEX accident_company_id_measure_due_on_idx ON accident (company_id, measure_due_on) WHERE measure_due_on IS NOT NULL;
SELECT declare_table('accident', 'company');

CREATE TABLE accident_hours (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  unit_id        bigint,
  unit_name      text NOT NULL,
  files          bigint[] NOT NULL,
  made_by        text NOT NULL,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  ended_on       date,
  end_reason     text NOT NULL,
  year           int NOT NULL,
  staff_count    int NOT NULL,              -- on average over the year
  hours          bigint NOT NULL,           -- worked by all
  note           text NOT NULL,
  CONSTRAINT accident_hours_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT accident_hours_company_id_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id)
);
CREATE UNIQUE INDEX accident_hours_key_key ON accident_hours (company_id, year) WHERE ended_on IS NULL;
SELECT declare_table('accident_hours', 'company');

-- +goose Down
DROP TABLE accident_hours;
DROP TABLE accident;
DELETE FROM table_class WHERE name IN ('accident_hours', 'accident');
