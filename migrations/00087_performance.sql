-- Performance of duties (履职考核): tasks of a period, the evidence for them, assessments with
-- their working, rewards and penalties (安全生产法 art. 22: a mechanism assesses how the
-- responsibility system is carried out).
-- +goose Up

-- One cell of the responsibility matrix that one person owes for one period. What it says is as
-- it was planned: a later version of the duty leaves a settled task alone.
CREATE TABLE performance_task (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  cell_id        bigint NOT NULL,            -- of the responsibility matrix
  duty_id        bigint NOT NULL,
  template       text NOT NULL,              -- duty of the library; '' for the company's own
  duty_text      text NOT NULL,
  evidence_text  text NOT NULL,              -- what proves it, in the words of the matrix
  modules        text[] NOT NULL,            -- of the checklist library
  duty_kind      text NOT NULL CONSTRAINT performance_task_duty_kind_check CHECK (duty_kind IN ('main', 'direct', 'lead', 'supervise')),
  frequency      text NOT NULL CONSTRAINT performance_task_frequency_check
                   CHECK (frequency IN ('weekly', 'monthly', 'quarterly', 'half_yearly', 'yearly', 'event', 'per_use')),
  score          int NOT NULL CONSTRAINT performance_task_score_check CHECK (score BETWEEN 0 AND 10000), -- hundredths
  staff_id       bigint NOT NULL,
  staff_name     text NOT NULL,
  post_id        bigint NOT NULL,
  post_name      text NOT NULL,
  unit_id        bigint,                     -- his unit at the end of the period, or as last planned
  period         text NOT NULL,              -- 2026-W07, 2026-02, 2026-Q1, 2026-H1, 2026; of an event its day and a digest
  occasion       text NOT NULL DEFAULT '',   -- what happened, of an event
  from_on        date NOT NULL,              -- first day whose deeds count
  due_on         date NOT NULL,              -- last day in time
  grace_until    date NOT NULL,              -- last day late; missed afterwards
  status         text NOT NULL CONSTRAINT performance_task_status_check CHECK (status IN ('pending', 'done', 'late', 'missed', 'excused')),
  excuse_kind    text NOT NULL DEFAULT '' CONSTRAINT performance_task_excuse_kind_check CHECK (excuse_kind IN ('', 'ended', 'idle', 'granted')),
  excuse         text NOT NULL DEFAULT '',   -- the reason given
  excused_name   text NOT NULL DEFAULT '',
  done_on        date,                       -- day of the deed that fulfilled it
  settled_at     timestamptz,
  created_at     timestamptz NOT NULL,
  CONSTRAINT performance_task_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT performance_task_cell_id_staff_id_period_key UNIQUE (company_id, cell_id, staff_id, period),
  CONSTRAINT performance_task_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT performance_task_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT performance_task_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT performance_task_days_check CHECK (from_on <= due_on AND due_on <= grace_until),
  CONSTRAINT performance_task_settled_check CHECK ((status = 'pending') = (settled_at IS NULL)),
  CONSTRAINT performance_task_done_on_check CHECK ((status IN ('done', 'late')) = (done_on IS NOT NULL))
);
CREATE INDEX performance_task_due_on_idx ON performance_task (company_id, due_on DESC, id DESC);
CREATE INDEX performance_task_staff_id_idx ON performance_task (company_id, staff_id, due_on DESC, id DESC);
CREATE INDEX performance_task_pending_idx ON performance_task (company_id, due_on, id) WHERE status = 'pending';
-- private: whose duties they are and how he fulfils them is personal; regulators read the figures in evidence_value.
SELECT declare_table('performance_task', 'private');

-- Evidence for a task: a record of this system, or what somebody handed in and his superior confirmed.
CREATE TABLE performance_evidence (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  task_id        bigint NOT NULL,
  staff_id       bigint NOT NULL,
  unit_id        bigint,
  kind           text NOT NULL,              -- of the rules, e.g. check, hazard_fixed, meeting
  noun           text NOT NULL,              -- record of this system: '' if handed in
  object_id      bigint NOT NULL,            -- of that noun; 0 if handed in
  happened_on    date NOT NULL,
  title          text NOT NULL,
  note           text NOT NULL,
  attachment_ids bigint[] NOT NULL,
  status         text NOT NULL CONSTRAINT performance_evidence_status_check CHECK (status IN ('found', 'waiting', 'confirmed', 'refused')),
  by_person_id   bigint,
  by_name        text NOT NULL,
  at             timestamptz NOT NULL,
  decided_person_id bigint,
  decided_name   text NOT NULL DEFAULT '',
  decided_at     timestamptz,
  reason         text NOT NULL DEFAULT '',   -- of a refusal
  CONSTRAINT performance_evidence_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT performance_evidence_task_id_fkey FOREIGN KEY (company_id, task_id) REFERENCES performance_task (company_id, id),
  CONSTRAINT performance_evidence_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT performance_evidence_source_check CHECK ((status = 'found') = (noun <> '')),
  CONSTRAINT performance_evidence_decided_check CHECK ((status IN ('confirmed', 'refused')) = (decided_at IS NOT NULL))
);
CREATE UNIQUE INDEX performance_evidence_task_id_object_key ON performance_evidence (company_id, task_id, noun, object_id) WHERE noun <> '';
CREATE INDEX performance_evidence_task_id_idx ON performance_evidence (company_id, task_id, id);
CREATE INDEX performance_evidence_waiting_idx ON performance_evidence (company_id, id) WHERE status = 'waiting';
SELECT declare_table('performance_evidence', 'private');

-- One assessment of a company over one period.
CREATE TABLE performance_round (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  frequency      text NOT NULL CONSTRAINT performance_round_frequency_check CHECK (frequency IN ('monthly', 'quarterly', 'half_yearly', 'yearly')),
  period         text NOT NULL,
  from_on        date NOT NULL,
  until_on       date NOT NULL,
  rule_version   text NOT NULL,
  made_name      text NOT NULL,              -- who called for it; the job's name
  made_at        timestamptz NOT NULL,
  computed_at    timestamptz NOT NULL,
  CONSTRAINT performance_round_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT performance_round_company_id_period_key UNIQUE (company_id, period),
  CONSTRAINT performance_round_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id)
);
CREATE INDEX performance_round_until_on_idx ON performance_round (company_id, until_on DESC, id DESC);
SELECT declare_table('performance_round', 'private');

-- One person's assessment in a round.
CREATE TABLE performance_assessment (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  round_id       bigint NOT NULL,
  staff_id       bigint NOT NULL,
  staff_name     text NOT NULL,
  post_name      text NOT NULL,
  unit_id        bigint,                     -- at the period's end
  unit_name      text NOT NULL,
  state          text NOT NULL CONSTRAINT performance_assessment_state_check CHECK (state IN ('draft', 'confirmed', 'published', 'appealed', 'final')),
  raw            int,                        -- hundredths before deductions; NULL: nothing was due
  score          int,                        -- hundredths
  grade          text NOT NULL CONSTRAINT performance_assessment_grade_check CHECK (grade IN ('', 'A', 'B', 'C', 'D')),
  rule_version   text NOT NULL,
  working        text NOT NULL,              -- canonical JSON: every figure down to the evidence
  working_hash   text NOT NULL,              -- SHA-256, hexadecimal
  assessor_staff_id  bigint,                 -- who confirmed it
  assessor_person_id bigint,
  assessor_name  text NOT NULL DEFAULT '',
  published_at   timestamptz,
  appeal_until   date,                       -- last day on which he may appeal
  steps          int NOT NULL,
  changed_at     timestamptz NOT NULL,
  CONSTRAINT performance_assessment_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT performance_assessment_round_id_staff_id_key UNIQUE (company_id, round_id, staff_id),
  CONSTRAINT performance_assessment_round_id_fkey FOREIGN KEY (company_id, round_id) REFERENCES performance_round (company_id, id),
  CONSTRAINT performance_assessment_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT performance_assessment_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT performance_assessment_score_check CHECK (raw BETWEEN 0 AND 10000 AND score BETWEEN 0 AND 10000),
  CONSTRAINT performance_assessment_published_check CHECK (state IN ('draft', 'confirmed') OR (published_at IS NOT NULL AND appeal_until IS NOT NULL)),
  CONSTRAINT performance_assessment_assessor_check CHECK (state = 'draft' OR assessor_person_id IS NOT NULL)
);
CREATE INDEX performance_assessment_staff_id_idx ON performance_assessment (company_id, staff_id, id DESC);
CREATE INDEX performance_assessment_published_idx ON performance_assessment (appeal_until, company_id, id) WHERE state = 'published';
SELECT declare_table('performance_assessment', 'private');

-- What became of an assessment, in order: written once, never changed.
CREATE TABLE performance_step (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  assessment_id  bigint NOT NULL,
  n              int NOT NULL,
  event          text NOT NULL,
  from_state     text NOT NULL,
  to_state       text NOT NULL,
  score          int,                        -- hundredths, after it
  note           text NOT NULL,
  at             timestamptz NOT NULL,
  person_id      bigint,
  actor_name     text NOT NULL,
  CONSTRAINT performance_step_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT performance_step_assessment_id_n_key UNIQUE (company_id, assessment_id, n),
  CONSTRAINT performance_step_assessment_id_fkey FOREIGN KEY (company_id, assessment_id) REFERENCES performance_assessment (company_id, id)
);
SELECT declare_table('performance_step', 'private');
REVOKE UPDATE ON performance_step FROM anbiao_company, anbiao_service;

-- The tree of a round, as it was at the period's end: unit scores are computed along it. unit_ref 0 is the company.
CREATE TABLE performance_unit (
  company_id     bigint NOT NULL,
  round_id       bigint NOT NULL,
  unit_ref       bigint NOT NULL,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  parent_ref     bigint NOT NULL,
  unit_id        bigint,                     -- NULL: the company
  kind           text NOT NULL CONSTRAINT performance_unit_kind_check CHECK (kind IN ('enterprise', 'department', 'workshop', 'team')),
  unit_name      text NOT NULL,
  head_staff_id  bigint,                     -- who leads it: his own score counts in a workshop's
  place          int NOT NULL,               -- order of the tree
  CONSTRAINT performance_unit_pkey PRIMARY KEY (company_id, round_id, unit_ref),
  CONSTRAINT performance_unit_round_id_fkey FOREIGN KEY (company_id, round_id) REFERENCES performance_round (company_id, id),
  CONSTRAINT performance_unit_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id)
);
SELECT declare_table('performance_unit', 'private');

-- Rewards and penalties (奖惩记录).
CREATE TABLE performance_reward (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  staff_id       bigint NOT NULL,
  staff_name     text NOT NULL,
  unit_id        bigint,
  kind           text NOT NULL CONSTRAINT performance_reward_kind_check CHECK (kind IN ('reward', 'penalty')),
  amount_fen     bigint NOT NULL CONSTRAINT performance_reward_amount_fen_check CHECK (amount_fen >= 0), -- 0: no money
  basis          text NOT NULL,
  decided_on     date NOT NULL,
  assessment_id  bigint,
  by_person_id   bigint NOT NULL,
  by_name        text NOT NULL,
  at             timestamptz NOT NULL,
  revoked_on     date,
  revoked_reason text NOT NULL DEFAULT '',
  CONSTRAINT performance_reward_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT performance_reward_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT performance_reward_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT performance_reward_assessment_id_fkey FOREIGN KEY (company_id, assessment_id) REFERENCES performance_assessment (company_id, id)
);
CREATE INDEX performance_reward_decided_on_idx ON performance_reward (company_id, decided_on DESC, id DESC);
CREATE INDEX performance_reward_staff_id_idx ON performance_reward (company_id, staff_id, id DESC);
SELECT declare_table('performance_reward', 'private');

-- How often a company assesses whom, where it differs from the rules.
CREATE TABLE performance_setting (
  company_id       bigint NOT NULL CONSTRAINT performance_setting_pkey PRIMARY KEY
                   CONSTRAINT performance_setting_company_id_fkey REFERENCES company (company_id),
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  team_every       text NOT NULL,
  department_every text NOT NULL,
  person_every     text NOT NULL,
  appeal_days      int NOT NULL CONSTRAINT performance_setting_appeal_days_check CHECK (appeal_days BETWEEN 1 AND 30), -- working days
  changed_at       timestamptz NOT NULL,
  changed_name     text NOT NULL,
  CONSTRAINT performance_setting_every_check CHECK (team_every IN ('monthly', 'quarterly', 'half_yearly', 'yearly')
    AND department_every IN ('monthly', 'quarterly', 'half_yearly', 'yearly') AND person_every IN ('monthly', 'quarterly', 'half_yearly', 'yearly'))
);
SELECT declare_table('performance_setting', 'private');

-- +goose Down
DROP TABLE performance_setting, performance_reward, performance_unit, performance_step, performance_assessment, performance_round, performance_evidence, performance_task;
DELETE FROM table_class WHERE name LIKE 'performance\_%';
