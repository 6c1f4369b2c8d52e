-- Self-reports (自报) of each cycle: the report and its steps, and what was submitted, frozen.
-- +goose Up

CREATE TABLE selfreport (
  company_id          bigint NOT NULL,
  id                  bigint GENERATED ALWAYS AS IDENTITY,
  region_path         text COLLATE "C" NOT NULL,
  oversight_line      smallint NOT NULL,
  cycle               text NOT NULL,        -- e.g. HZ-Q
  cycle_version       text NOT NULL,        -- of the cycle data
  period              text NOT NULL,        -- e.g. 2026-Q1
  period_from         date NOT NULL,
  period_until        date NOT NULL,
  due_on              date NOT NULL,        -- last day, Beijing time
  state               text NOT NULL,
  remark              text NOT NULL,
  content             text NOT NULL,        -- canonical JSON, byte for byte what the hash is of; '' until compiled
  content_hash        text NOT NULL,        -- SHA-256, hexadecimal
  zero                boolean NOT NULL,     -- no hazard was found: a zero report is a report
  compiled_at         timestamptz,
  compiled_by_name    text NOT NULL,
  signed_at           timestamptz,
  signed_by_person_id bigint,
  signed_by_name      text NOT NULL,
  rounds              smallint NOT NULL,    -- submissions so far
  first_submitted_at  timestamptz,          -- decides whether the report came late
  submitted_at        timestamptz,
  submitted_by_name   text NOT NULL,
  late                boolean NOT NULL,
  decided_at          timestamptz,          -- received or returned
  decided_by_name     text NOT NULL,
  opened_at           timestamptz NOT NULL,
  steps               int NOT NULL,
  changed_at          timestamptz NOT NULL,
  CONSTRAINT selfreport_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT selfreport_company_id_cycle_period_from_key UNIQUE (company_id, cycle, period_from),
  CONSTRAINT selfreport_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT selfreport_state_check CHECK (state IN ('open','draft','signed','submitted','received','returned')),
  CONSTRAINT selfreport_signed_check CHECK (state NOT IN ('signed','submitted','received') OR (signed_at IS NOT NULL AND content_hash <> '')),
  CONSTRAINT selfreport_submitted_check CHECK (state NOT IN ('submitted','received','returned') OR (submitted_at IS NOT NULL AND rounds > 0))
);
CREATE INDEX selfreport_company_id_due_on_idx ON selfreport (company_id, due_on DESC, id DESC);
CREATE INDEX selfreport_region_path_idx ON selfreport (region_path, due_on DESC, id DESC);
CREATE INDEX selfreport_waiting_idx ON selfreport (region_path, due_on DESC, id DESC) WHERE state = 'submitted';
SELECT declare_table('selfreport', 'shared');
-- A regulator receives or returns what was submitted, and touches nothing else.
CREATE POLICY regulator_decides ON selfreport FOR UPDATE TO anbiao_regulator
  USING (state = 'submitted' AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (state IN ('received','returned') AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT UPDATE (state, decided_at, decided_by_name, steps, changed_at) ON selfreport TO anbiao_regulator;
-- Second lock behind the states: what lies with the regulator is frozen for the company, and only the regulator decides.
CREATE POLICY company_frozen ON selfreport AS RESTRICTIVE FOR UPDATE TO anbiao_company, anbiao_service
  USING (state NOT IN ('submitted','received')) WITH CHECK (state NOT IN ('received','returned'));

CREATE TABLE selfreport_step (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  report_id       bigint NOT NULL,
  n               int NOT NULL,       -- 1, 2, 3 … within the report
  event           text NOT NULL,
  from_state      text NOT NULL,
  to_state        text NOT NULL,
  at              timestamptz NOT NULL,
  actor_kind      text NOT NULL,
  person_id       bigint,
  organisation_id bigint,
  actor_name      text NOT NULL,
  content_hash    text NOT NULL,      -- of the content at that moment
  note            text NOT NULL,
  reasons         jsonb NOT NULL,     -- of a return: [{item, reason}]
  CONSTRAINT selfreport_step_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT selfreport_step_report_id_n_key UNIQUE (company_id, report_id, n),
  CONSTRAINT selfreport_step_report_id_fkey FOREIGN KEY (company_id, report_id) REFERENCES selfreport (company_id, id)
);
SELECT declare_table('selfreport_step', 'shared');
REVOKE UPDATE ON selfreport_step FROM anbiao_company, anbiao_service;
CREATE POLICY regulator_adds ON selfreport_step FOR INSERT TO anbiao_regulator
  WITH CHECK (actor_kind = 'regulator' AND person_id = scope_person() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON selfreport_step TO anbiao_regulator;

-- What was submitted, each time, never changed.
CREATE TABLE selfreport_submission (
  company_id          bigint NOT NULL,
  id                  bigint GENERATED ALWAYS AS IDENTITY,
  region_path         text COLLATE "C" NOT NULL,
  oversight_line      smallint NOT NULL,
  report_id           bigint NOT NULL,
  round               smallint NOT NULL,
  content             text NOT NULL,
  content_hash        text NOT NULL,
  signed_at           timestamptz NOT NULL,
  signed_by_person_id bigint NOT NULL,
  signed_by_name      text NOT NULL,
  submitted_at        timestamptz NOT NULL,
  submitted_by_name   text NOT NULL,
  late                boolean NOT NULL,
  CONSTRAINT selfreport_submission_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT selfreport_submission_report_id_round_key UNIQUE (company_id, report_id, round),
  CONSTRAINT selfreport_submission_report_id_fkey FOREIGN KEY (company_id, report_id) REFERENCES selfreport (company_id, id)
);
SELECT declare_table('selfreport_submission', 'company');
REVOKE UPDATE ON selfreport_submission FROM anbiao_company, anbiao_service;

-- +goose Down
DROP TABLE selfreport_submission, selfreport_step, selfreport;
DELETE FROM table_class WHERE name IN ('selfreport', 'selfreport_step', 'selfreport_submission');
