-- Checks to do, checks done, and the plans that make the former.
-- +goose Up

-- A plan: one person looks at one point every day, week or month.
CREATE TABLE inspection_plan (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  point_id       bigint NOT NULL,
  items          text[] NOT NULL,     -- item codes; empty: all of the point
  assignee_id    bigint NOT NULL,
  assignee_name  text NOT NULL,       -- as it was when the plan was made
  unit_id        bigint,             -- that answers for it (row_unit)
  frequency      text NOT NULL CONSTRAINT inspection_plan_frequency_check CHECK (frequency IN ('daily', 'weekly', 'monthly')),
  starts_on      date NOT NULL,
  ends_on        date,                -- last day it makes tasks for
  planned_until  date,                -- due day of the last task it made
  created_at     timestamptz NOT NULL,
  CONSTRAINT inspection_plan_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT inspection_plan_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT inspection_plan_point_id_fkey FOREIGN KEY (company_id, point_id) REFERENCES checklist_point (company_id, id),
  CONSTRAINT inspection_plan_assignee_id_fkey FOREIGN KEY (company_id, assignee_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT inspection_plan_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id)
);
CREATE INDEX inspection_plan_region_path_idx ON inspection_plan (region_path, company_id, id);
CREATE TRIGGER inspection_plan_row_unit BEFORE INSERT OR UPDATE OF assignee_id ON inspection_plan FOR EACH ROW EXECUTE FUNCTION row_unit('assignee_id');
SELECT declare_table('inspection_plan', 'company');

-- A check to do.
CREATE TABLE inspection_task (
  company_id       bigint NOT NULL,
  id               bigint GENERATED ALWAYS AS IDENTITY,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  plan_id          bigint,            -- NULL: made by hand
  point_id         bigint NOT NULL,
  items            text[] NOT NULL,   -- item codes; empty: all of the point
  assignee_id      bigint NOT NULL,
  assignee_name    text NOT NULL,     -- as it was when the task was made
  unit_id          bigint,             -- that answers for it (row_unit)
  opens_on         date NOT NULL,     -- first day a check counts for it
  due_on           date NOT NULL,     -- last day
  state            text NOT NULL CONSTRAINT inspection_task_state_check CHECK (state IN ('open', 'done', 'missed')),
  check_started_on date,
  check_id         bigint,            -- the check that did it; on a missed task, the one made too late
  created_at       timestamptz NOT NULL,
  settled_at       timestamptz,       -- became done or missed
  CONSTRAINT inspection_task_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT inspection_task_company_id_plan_id_due_on_key UNIQUE (company_id, plan_id, due_on),
  CONSTRAINT inspection_task_days_check CHECK (opens_on <= due_on),
  CONSTRAINT inspection_task_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT inspection_task_plan_id_fkey FOREIGN KEY (company_id, plan_id) REFERENCES inspection_plan (company_id, id),
  CONSTRAINT inspection_task_point_id_fkey FOREIGN KEY (company_id, point_id) REFERENCES checklist_point (company_id, id),
  CONSTRAINT inspection_task_assignee_id_fkey FOREIGN KEY (company_id, assignee_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT inspection_task_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id)
);
CREATE INDEX inspection_task_due_idx ON inspection_task (company_id, due_on, id);
CREATE INDEX inspection_task_assignee_idx ON inspection_task (company_id, assignee_id, due_on, id);
CREATE INDEX inspection_task_point_idx ON inspection_task (company_id, point_id, due_on) WHERE state = 'open';
CREATE INDEX inspection_task_region_path_idx ON inspection_task (region_path, due_on, id);
CREATE INDEX inspection_task_open_idx ON inspection_task (due_on) WHERE state = 'open';
CREATE TRIGGER inspection_task_row_unit BEFORE INSERT OR UPDATE OF assignee_id ON inspection_task FOR EACH ROW EXECUTE FUNCTION row_unit('assignee_id');
SELECT declare_table('inspection_task', 'company');

-- A check done: one row whatever the number of items, never changed afterwards.
CREATE TABLE inspection_check (
  company_id     bigint NOT NULL,
  started_on     date NOT NULL,           -- set by the phone, frozen in its draft
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  client_id      uuid NOT NULL,
  content_hash   bytea NOT NULL,          -- SHA-256 of what was submitted: the same again is the same check
  point_id       bigint NOT NULL,
  task_id        bigint,
  standard_id    bigint NOT NULL,         -- version of the standard whose texts were answered
  staff_id       bigint,                  -- NULL for a service agency's consultant
  person_name    text NOT NULL,           -- as it was at the time
  unit_id        bigint,             -- that answers for it (row_unit)
  started_at     timestamptz NOT NULL,    -- by the phone's clock
  finished_at    timestamptz NOT NULL,    -- by the phone's clock
  received_at    timestamptz NOT NULL,    -- by ours
  longitude_e6   int,                     -- NULL: without position
  latitude_e6    int,
  answers        jsonb NOT NULL,
  passed         int NOT NULL,
  failed         int NOT NULL,
  not_applicable int NOT NULL,
  CONSTRAINT inspection_check_pkey PRIMARY KEY (company_id, started_on, id),
  CONSTRAINT inspection_check_company_id_started_on_client_id_key UNIQUE (company_id, started_on, client_id),
  CONSTRAINT inspection_check_point_id_fkey FOREIGN KEY (company_id, point_id) REFERENCES checklist_point (company_id, id),
  CONSTRAINT inspection_check_task_id_fkey FOREIGN KEY (company_id, task_id) REFERENCES inspection_task (company_id, id),
  CONSTRAINT inspection_check_standard_id_fkey FOREIGN KEY (company_id, standard_id) REFERENCES checklist_standard (company_id, id),
  CONSTRAINT inspection_check_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT inspection_check_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id)
) PARTITION BY RANGE (started_on);
CREATE INDEX inspection_check_region_path_idx ON inspection_check (region_path, started_on, id);
CREATE INDEX inspection_check_point_idx ON inspection_check (company_id, point_id, started_on, id);
SELECT ensure_partitions('inspection_check', 'month', (current_date - interval '13 months')::date, 16);
CREATE TRIGGER inspection_check_row_unit BEFORE INSERT OR UPDATE OF staff_id ON inspection_check FOR EACH ROW EXECUTE FUNCTION row_unit('staff_id');
SELECT declare_table('inspection_check', 'company');
REVOKE UPDATE ON inspection_check FROM anbiao_company, anbiao_service;

ALTER TABLE inspection_task ADD CONSTRAINT inspection_task_check_fkey
  FOREIGN KEY (company_id, check_started_on, check_id) REFERENCES inspection_check (company_id, started_on, id);

-- +goose Down
DELETE FROM table_class WHERE name LIKE 'inspection\_%';
ALTER TABLE inspection_task DROP CONSTRAINT inspection_task_check_fkey;
DROP TABLE inspection_check, inspection_task, inspection_plan;
