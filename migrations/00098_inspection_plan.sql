-- Plans of every frequency, for a person or a post, at a point or along a route; the shifts, shutdowns, events and special checks behind them.
-- +goose Up

-- A shift (班次) of the company's day. It ends on the next day where it does not end after it begins.
CREATE TABLE inspection_shift (
  company_id     bigint NOT NULL CONSTRAINT inspection_shift_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  name           text NOT NULL,
  begins         smallint NOT NULL CONSTRAINT inspection_shift_begins_check CHECK (begins BETWEEN 0 AND 1439), -- minutes after midnight
  ends           smallint NOT NULL CONSTRAINT inspection_shift_ends_check CHECK (ends BETWEEN 0 AND 1439),
  retired_at     timestamptz,
  created_at     timestamptz NOT NULL,
  CONSTRAINT inspection_shift_pkey PRIMARY KEY (company_id, id)
);
CREATE UNIQUE INDEX inspection_shift_company_id_name_key ON inspection_shift (company_id, name) WHERE retired_at IS NULL;
SELECT declare_table('inspection_shift', 'company');

-- Nothing is made, so nothing is checked (停产停工): the whole company, or a unit and what is below it.
CREATE TABLE inspection_shutdown (
  company_id     bigint NOT NULL CONSTRAINT inspection_shutdown_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  from_on        date NOT NULL,
  until_on       date NOT NULL,       -- last day
  reason         text NOT NULL,
  unit_id        bigint,              -- NULL: the whole company
  cancelled_at   timestamptz,         -- it did not happen
  made_by        text NOT NULL,       -- name
  created_at     timestamptz NOT NULL,
  CONSTRAINT inspection_shutdown_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT inspection_shutdown_days_check CHECK (from_on <= until_on),
  CONSTRAINT inspection_shutdown_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id)
);
CREATE INDEX inspection_shutdown_from_on_idx ON inspection_shutdown (company_id, from_on DESC, id DESC);
SELECT declare_table('inspection_shutdown', 'company');

-- Something happened that calls for checks (复工、新设备、事故后).
CREATE TABLE inspection_event (
  company_id     bigint NOT NULL CONSTRAINT inspection_event_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  kind           text NOT NULL CONSTRAINT inspection_event_kind_check CHECK (kind IN ('resume', 'equipment', 'accident', 'dangerous_work', 'other')),
  note           text NOT NULL,
  due_on         date NOT NULL,       -- of its tasks
  tasks          int NOT NULL,        -- it made
  made_by        text NOT NULL,       -- name
  created_at     timestamptz NOT NULL,
  CONSTRAINT inspection_event_pkey PRIMARY KEY (company_id, id)
);
SELECT declare_table('inspection_event', 'company');

-- A campaign (专项整治) that a regulator lays on the companies of his area, by tag.
CREATE TABLE inspection_campaign (
  id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT inspection_campaign_pkey PRIMARY KEY,
  organisation_id bigint NOT NULL CONSTRAINT inspection_campaign_organisation_id_fkey REFERENCES account_organisation (id),
  issuer          text NOT NULL,       -- name of the authority
  title           text NOT NULL,
  template        text NOT NULL,
  note            text NOT NULL,
  modules         text[] NOT NULL,
  tags            text[] NOT NULL,     -- companies with any of them; empty: all
  areas           text[] NOT NULL,     -- region paths it was laid on
  lines           smallint[] NOT NULL, -- supervision lines; empty: all
  due_on          date NOT NULL,
  companies       int NOT NULL,        -- that have got it
  complete        boolean NOT NULL,    -- all have got it
  made_by         text NOT NULL,       -- name
  created_at      timestamptz NOT NULL
);
CREATE INDEX inspection_campaign_organisation_id_idx ON inspection_campaign (organisation_id, id DESC);
-- custom: an order of one authority; companies read what they got of it in inspection_special.
SELECT declare_table('inspection_campaign', 'custom');
CREATE POLICY organisation_own ON inspection_campaign TO anbiao_regulator USING (organisation_id = scope_organisation()) WITH CHECK (organisation_id = scope_organisation());
GRANT SELECT, INSERT, UPDATE ON inspection_campaign TO anbiao_regulator;

-- A special check (专项检查) of a company: what a template asks, until a day; its tasks name it.
CREATE TABLE inspection_special (
  company_id     bigint NOT NULL CONSTRAINT inspection_special_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  template       text NOT NULL,
  source         smallint NOT NULL CONSTRAINT inspection_special_source_check CHECK (source BETWEEN 2 AND 8), -- danger source (隐患来源) of the dual-prevention upload
  title          text NOT NULL,
  note           text NOT NULL,
  modules        text[] NOT NULL,     -- whose items it asks
  due_on         date NOT NULL,
  state          text NOT NULL CONSTRAINT inspection_special_state_check CHECK (state IN ('proposed', 'issued', 'dismissed')),
  reason         text NOT NULL,       -- why it was dismissed
  holiday_on     date,                -- first day of the holiday it is before
  campaign_id    bigint CONSTRAINT inspection_special_campaign_id_fkey REFERENCES inspection_campaign (id),
  issuer         text NOT NULL,       -- authority of the campaign; empty: the company's own
  made_by        text NOT NULL,       -- name; empty: the calendar proposed it
  created_at     timestamptz NOT NULL,
  issued_at      timestamptz,
  CONSTRAINT inspection_special_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT inspection_special_holiday_on_key UNIQUE (company_id, holiday_on),
  CONSTRAINT inspection_special_campaign_id_key UNIQUE (company_id, campaign_id)
);
CREATE INDEX inspection_special_due_on_idx ON inspection_special (company_id, due_on DESC, id DESC);
CREATE INDEX inspection_special_campaign_id_idx ON inspection_special (campaign_id, region_path) WHERE campaign_id IS NOT NULL;
SELECT declare_table('inspection_special', 'company');

ALTER TABLE inspection_plan
  ADD title        text NOT NULL DEFAULT '',
  ADD route        bigint[] NOT NULL DEFAULT '{}', -- points in the order they are walked, point_id first; empty: point_id alone
  ADD post_id      bigint,                         -- any holder of the day may do it; assignee_id stands in where nobody holds it
  ADD shift_id     bigint,                         -- per shift: this one only; NULL: every shift
  ADD days         text NOT NULL DEFAULT 'every' CONSTRAINT inspection_plan_days_check CHECK (days IN ('every', 'working', 'weekdays')),
  ADD weekdays     smallint NOT NULL DEFAULT 0 CONSTRAINT inspection_plan_weekdays_check CHECK (weekdays BETWEEN 0 AND 127), -- bit 0 Monday … bit 6 Sunday
  ADD open_days    smallint NOT NULL DEFAULT 0,    -- days before and with the due day that a task is open; 0: from the first day of its period
  ADD by_exception boolean NOT NULL DEFAULT false,
  ADD sign         boolean NOT NULL DEFAULT false,
  ADD event        text NOT NULL DEFAULT '',       -- on event: which; '' any
  ADD planned_with text NOT NULL DEFAULT '',       -- fingerprint of the calendar it was planned with
  DROP CONSTRAINT inspection_plan_frequency_check,
  ADD CONSTRAINT inspection_plan_frequency_check CHECK (frequency IN ('per_shift', 'daily', 'weekly', 'monthly', 'quarterly', 'half_yearly', 'yearly', 'event')),
  ADD CONSTRAINT inspection_plan_event_check CHECK (event IN ('', 'resume', 'equipment', 'accident', 'dangerous_work', 'other')),
  ADD CONSTRAINT inspection_plan_post_id_fkey FOREIGN KEY (company_id, post_id) REFERENCES staff_post (company_id, id),
  ADD CONSTRAINT inspection_plan_shift_id_fkey FOREIGN KEY (company_id, shift_id) REFERENCES inspection_shift (company_id, id);
COMMENT ON COLUMN inspection_plan.planned_until IS 'last day its tasks are made for';
UPDATE inspection_plan SET planned_until = NULL;

ALTER TABLE inspection_task
  ADD kind         text NOT NULL DEFAULT 'routine' CONSTRAINT inspection_task_kind_check CHECK (kind IN ('routine', 'event', 'special')),
  ADD title        text NOT NULL DEFAULT '',
  ADD route        bigint[] NOT NULL DEFAULT '{}', -- as in inspection_plan
  ADD post_id      bigint,                         -- any holder of the day may do it
  ADD period_on    date,                           -- first day of the period of its plan, with the plan its key; NULL: made by hand
  ADD shift_id     bigint,
  ADD shift_name   text NOT NULL DEFAULT '',       -- as it was
  ADD opens_at     timestamptz,                    -- of a shift; NULL: whole days
  ADD due_at       timestamptz,
  ADD by_exception boolean NOT NULL DEFAULT false,
  ADD sign         boolean NOT NULL DEFAULT false,
  ADD event_id     bigint,
  ADD special_id   bigint,
  ADD held         boolean NOT NULL DEFAULT false, -- given to its assignee by hand: planning leaves that
  ADD stopped      boolean NOT NULL DEFAULT false, -- excused by a shutdown, and comes back with it
  ADD reason       text NOT NULL DEFAULT '',       -- why it was missed, excused or cancelled
  ADD reason_by    text NOT NULL DEFAULT '',       -- name; empty: the planner
  ADD reason_at    timestamptz,
  DROP CONSTRAINT inspection_task_state_check,
  ADD CONSTRAINT inspection_task_state_check CHECK (state IN ('open', 'done', 'missed', 'excused', 'cancelled')),
  ADD CONSTRAINT inspection_task_shift_check CHECK ((opens_at IS NULL) = (due_at IS NULL)),
  ADD CONSTRAINT inspection_task_post_id_fkey FOREIGN KEY (company_id, post_id) REFERENCES staff_post (company_id, id),
  ADD CONSTRAINT inspection_task_shift_id_fkey FOREIGN KEY (company_id, shift_id) REFERENCES inspection_shift (company_id, id),
  ADD CONSTRAINT inspection_task_event_id_fkey FOREIGN KEY (company_id, event_id) REFERENCES inspection_event (company_id, id),
  ADD CONSTRAINT inspection_task_special_id_fkey FOREIGN KEY (company_id, special_id) REFERENCES inspection_special (company_id, id);
UPDATE inspection_task t SET period_on = CASE p.frequency WHEN 'weekly' THEN date_trunc('week', t.due_on)::date WHEN 'monthly' THEN date_trunc('month', t.due_on)::date ELSE t.due_on END
  FROM inspection_plan p WHERE p.company_id = t.company_id AND p.id = t.plan_id;
-- One task a plan makes for a period: whoever plans again, or was killed while planning, makes none twice.
ALTER TABLE inspection_task DROP CONSTRAINT inspection_task_company_id_plan_id_due_on_key;
CREATE UNIQUE INDEX inspection_task_period_key ON inspection_task (company_id, plan_id, period_on, shift_id, event_id) NULLS NOT DISTINCT WHERE plan_id IS NOT NULL;
CREATE INDEX inspection_task_post_idx ON inspection_task (company_id, post_id, due_on) WHERE post_id IS NOT NULL AND state = 'open';
CREATE INDEX inspection_task_special_idx ON inspection_task (company_id, special_id) WHERE special_id IS NOT NULL;
-- Lists ask for one company always; a year of tasks need not carry this.
DROP INDEX inspection_task_region_path_idx;
-- The planner gives the unit with the row; row_unit is asked only where nobody did.
DROP TRIGGER inspection_task_row_unit ON inspection_task;
CREATE TRIGGER inspection_task_row_unit BEFORE INSERT ON inspection_task FOR EACH ROW WHEN (NEW.unit_id IS NULL) EXECUTE FUNCTION row_unit('assignee_id');
CREATE TRIGGER inspection_task_row_unit_moved BEFORE UPDATE OF assignee_id ON inspection_task FOR EACH ROW
  WHEN (NEW.assignee_id IS DISTINCT FROM OLD.assignee_id) EXECUTE FUNCTION row_unit('assignee_id');

-- +goose Down
DROP TRIGGER inspection_task_row_unit_moved ON inspection_task;
DROP TRIGGER inspection_task_row_unit ON inspection_task;
CREATE TRIGGER inspection_task_row_unit BEFORE INSERT OR UPDATE OF assignee_id ON inspection_task FOR EACH ROW EXECUTE FUNCTION row_unit('assignee_id');
CREATE INDEX inspection_task_region_path_idx ON inspection_task (region_path, due_on, id);
DROP INDEX inspection_task_special_idx, inspection_task_post_idx, inspection_task_period_key;
ALTER TABLE inspection_task
  DROP CONSTRAINT inspection_task_special_id_fkey, DROP CONSTRAINT inspection_task_event_id_fkey, DROP CONSTRAINT inspection_task_shift_id_fkey, DROP CONSTRAINT inspection_task_post_id_fkey,
  DROP CONSTRAINT inspection_task_shift_check, DROP CONSTRAINT inspection_task_state_check,
  ADD CONSTRAINT inspection_task_state_check CHECK (state IN ('open', 'done', 'missed')),
  ADD CONSTRAINT inspection_task_company_id_plan_id_due_on_key UNIQUE (company_id, plan_id, due_on),
  DROP kind, DROP title, DROP route, DROP post_id, DROP period_on, DROP shift_id, DROP shift_name, DROP opens_at, DROP due_at, DROP by_exception, DROP sign,
  DROP event_id, DROP special_id, DROP held, DROP stopped, DROP reason, DROP reason_by, DROP reason_at;
ALTER TABLE inspection_plan
  DROP CONSTRAINT inspection_plan_shift_id_fkey, DROP CONSTRAINT inspection_plan_post_id_fkey, DROP CONSTRAINT inspection_plan_event_check, DROP CONSTRAINT inspection_plan_frequency_check,
  ADD CONSTRAINT inspection_plan_frequency_check CHECK (frequency IN ('daily', 'weekly', 'monthly')),
  DROP title, DROP route, DROP post_id, DROP shift_id, DROP days, DROP weekdays, DROP open_days, DROP by_exception, DROP sign, DROP event, DROP planned_with;
COMMENT ON COLUMN inspection_plan.planned_until IS NULL;
DROP TABLE inspection_special, inspection_campaign, inspection_event, inspection_shutdown, inspection_shift;
DELETE FROM table_class WHERE name IN ('inspection_special', 'inspection_campaign', 'inspection_event', 'inspection_shutdown', 'inspection_shift');
