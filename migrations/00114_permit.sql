-- Permits for dangerous work (危险作业审批票): the permit as it stands, the steps it went through, and
-- how a company approves them.
-- +goose Up

CREATE TABLE permit (
  company_id       bigint NOT NULL CONSTRAINT permit_company_id_fkey REFERENCES company (company_id),
  id               bigint GENERATED ALWAYS AS IDENTITY,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  year             int NOT NULL,
  serial           int NOT NULL,              -- in the year; 0: a copied paper permit, which has a number of its own
  number           text NOT NULL,
  client_id        uuid,                      -- made where it was asked for
  kind             text NOT NULL CONSTRAINT permit_kind_check
    CHECK (kind IN ('hot_work', 'confined_space', 'height', 'temporary_power', 'lifting', 'line_breaking', 'excavation')),
  level            text NOT NULL,
  form_version     text NOT NULL,             -- of the forms it was written under
  state            text NOT NULL CONSTRAINT permit_state_check
    CHECK (state IN ('requested', 'approved', 'refused', 'open', 'suspended', 'closed', 'cancelled', 'lapsed')),
  source           text NOT NULL CONSTRAINT permit_source_check CHECK (source IN ('phone', 'desk', 'paper')),
  unit_id          bigint,
  unit_name        text NOT NULL,
  place            text NOT NULL,
  point_id         bigint,
  content          text NOT NULL,
  hazards          text NOT NULL,
  details          jsonb NOT NULL,            -- fields of the form
  crew             jsonb NOT NULL,            -- who does the work
  staff_ids        bigint[] NOT NULL,         -- everybody of the company who has to do with it
  applicant_id     bigint,
  applicant_person bigint,
  applicant_name   text NOT NULL,
  watcher_id       bigint,
  watcher_name     text NOT NULL,
  approver_id      bigint,                    -- who is asked, then who approved
  approver_name    text NOT NULL,
  raised           boolean NOT NULL,          -- one level up because of a holiday
  from_at          timestamptz NOT NULL,
  until_at         timestamptz NOT NULL,      -- as approved and extended
  approved_at      timestamptz,
  started_at       timestamptz,
  suspended_at     timestamptz,
  closed_at        timestamptz,
  closed_late      boolean NOT NULL,
  overdue_at       timestamptz,               -- when the job marked it
  reminded         smallint NOT NULL,         -- how many reminders were sent after its end
  overridden       bigint[] NOT NULL,         -- people whose missing certificate was allowed; 0: a contractor's workers
  override_name    text NOT NULL,
  override_reason  text NOT NULL,
  steps            int NOT NULL,
  created_at       timestamptz NOT NULL,
  changed_at       timestamptz NOT NULL,
  CONSTRAINT permit_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT permit_company_id_number_key UNIQUE (company_id, number),
  CONSTRAINT permit_company_id_client_id_key UNIQUE (company_id, client_id),
  CONSTRAINT permit_company_id_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT permit_company_id_point_id_fkey FOREIGN KEY (company_id, point_id) REFERENCES checklist_point (company_id, id),
  CONSTRAINT permit_company_id_applicant_id_fkey FOREIGN KEY (company_id, applicant_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT permit_company_id_watcher_id_fkey FOREIGN KEY (company_id, watcher_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT permit_company_id_approver_id_fkey FOREIGN KEY (company_id, approver_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT permit_until_at_check CHECK (until_at > from_at OR state = 'refused'),
  CONSTRAINT permit_closed_at_check CHECK ((closed_at IS NOT NULL) = (state = 'closed')),
  CONSTRAINT permit_started_at_check CHECK (started_at IS NOT NULL OR state NOT IN ('open', 'suspended'))
);
CREATE UNIQUE INDEX permit_company_id_year_serial_key ON permit (company_id, year, serial) WHERE serial > 0;
CREATE INDEX permit_company_id_from_at_idx ON permit (company_id, from_at DESC, id DESC);
CREATE INDEX permit_company_id_unit_id_idx ON permit (company_id, unit_id, from_at DESC);
CREATE INDEX permit_company_id_live_idx ON permit (company_id, until_at) WHERE state IN ('requested', 'approved', 'open', 'suspended');
CREATE INDEX permit_until_at_live_idx ON permit (until_at) WHERE state IN ('requested', 'approved', 'open', 'suspended');
CREATE INDEX permit_region_path_idx ON permit (region_path, from_at DESC, id DESC);
SELECT declare_table('permit', 'company');

-- What happened to a permit: rows are added and never changed. A step that could not stand says
-- why in problem, and moved nothing.
CREATE TABLE permit_step (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  permit_id      bigint NOT NULL,
  n              int NOT NULL,
  event          text NOT NULL CONSTRAINT permit_step_event_check
    CHECK (event IN ('request', 'amend', 'approve', 'refuse', 'override', 'start', 'read', 'suspend', 'resume', 'extend', 'close', 'cancel', 'overdue', 'lapse', 'copy')),
  from_state     text NOT NULL,
  to_state       text NOT NULL,
  client_id      uuid,
  at             timestamptz NOT NULL,       -- by the clock of whoever did it
  received_at    timestamptz NOT NULL,
  staff_id       bigint,
  person_id      bigint,
  actor_name     text NOT NULL,
  note           text NOT NULL,
  problem        text NOT NULL,
  detail         jsonb NOT NULL,
  files          bigint[] NOT NULL,
  signature_id   bigint,
  longitude_e6   int,
  latitude_e6    int,
  CONSTRAINT permit_step_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT permit_step_company_id_permit_id_n_key UNIQUE (company_id, permit_id, n),
  CONSTRAINT permit_step_company_id_client_id_key UNIQUE (company_id, client_id),
  CONSTRAINT permit_step_company_id_permit_id_fkey FOREIGN KEY (company_id, permit_id) REFERENCES permit (company_id, id),
  CONSTRAINT permit_step_company_id_signature_id_fkey FOREIGN KEY (company_id, signature_id) REFERENCES attachment (company_id, id),
  CONSTRAINT permit_step_longitude_e6_check CHECK ((longitude_e6 IS NULL) = (latitude_e6 IS NULL))
);
CREATE INDEX permit_step_region_path_idx ON permit_step (region_path, company_id);
SELECT declare_table('permit_step', 'company');
REVOKE UPDATE ON permit_step FROM anbiao_company, anbiao_service;

-- Who approves in a company, its fixed hot-work areas (固定动火区), and whether hot work goes one
-- level up on holidays.
CREATE TABLE permit_setting (
  company_id     bigint NOT NULL CONSTRAINT permit_setting_pkey PRIMARY KEY
                 CONSTRAINT permit_setting_company_id_fkey REFERENCES company (company_id),
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  approvers      jsonb NOT NULL,
  areas          jsonb NOT NULL,
  holiday_up     boolean NOT NULL,
  changed_at     timestamptz NOT NULL,
  changed_name   text NOT NULL
);
CREATE INDEX permit_setting_region_path_idx ON permit_setting (region_path, company_id);
SELECT declare_table('permit_setting', 'company');

-- +goose Down
DROP TABLE permit_setting;
DROP TABLE permit_step;
DROP TABLE permit;
