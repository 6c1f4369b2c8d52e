-- Safety training (安全生产教育培训): the year's plan, courses, sessions and who was there, what each person had and how the hours stand.
-- +goose Up

-- How a company trains; a company without a row goes by the rules.
CREATE TABLE training_setting (
  company_id       bigint NOT NULL,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  risk             text NOT NULL CONSTRAINT training_setting_risk_check CHECK (risk IN ('', 'general', 'hazardous', 'construction')), -- '': as its industry says
  worker_minutes   int NOT NULL CONSTRAINT training_setting_worker_minutes_check CHECK (worker_minutes BETWEEN 0 AND 9000), -- a year, ordinary workers outside hazardous industries; 0: not asked
  leader_minutes   int NOT NULL CONSTRAINT training_setting_leader_minutes_check CHECK (leader_minutes BETWEEN 0 AND 9000), -- a year, team leaders; 0: not asked
  health           boolean NOT NULL,          -- hours of occupational health are asked
  factory_minutes  int NOT NULL,              -- of three-level education; all three 0: as the rules propose
  workshop_minutes int NOT NULL,
  team_minutes     int NOT NULL,
  absence_months   smallint NOT NULL CONSTRAINT training_setting_absence_months_check CHECK (absence_months BETWEEN 0 AND 24), -- away from work, after which to train again; 0: as the region says
  before_minutes   smallint NOT NULL CONSTRAINT training_setting_before_minutes_check CHECK (before_minutes BETWEEN 0 AND 1440), -- the code takes signatures this long before a session begins
  after_minutes    smallint NOT NULL CONSTRAINT training_setting_after_minutes_check CHECK (after_minutes BETWEEN 0 AND 10080), -- and after it ends
  changed_by_name  text NOT NULL,
  changed_at       timestamptz NOT NULL,
  CONSTRAINT training_setting_pkey PRIMARY KEY (company_id),
  CONSTRAINT training_setting_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id)
);
SELECT declare_table('training_setting', 'company');

-- The plan of a year (年度培训计划), which the principal approves.
CREATE TABLE training_plan (
  company_id       bigint NOT NULL,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  year             int NOT NULL CONSTRAINT training_plan_year_check CHECK (year BETWEEN 2005 AND 2100),
  state            text NOT NULL CONSTRAINT training_plan_state_check CHECK (state IN ('draft', 'submitted', 'approved')),
  note             text NOT NULL,
  made_by_name     text NOT NULL,
  made_at          timestamptz NOT NULL,
  approved_by_name text NOT NULL,
  approved_at      timestamptz,
  reason           text NOT NULL,             -- why it was given back or opened again
  CONSTRAINT training_plan_pkey PRIMARY KEY (company_id, year),
  CONSTRAINT training_plan_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT training_plan_approved_at_check CHECK ((state = 'approved') = (approved_at IS NOT NULL))
);
SELECT declare_table('training_plan', 'company');

-- A course that a company holds.
CREATE TABLE training_course (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  code           text NOT NULL,               -- of the ready course it was made from; '' of the company's own
  kind           text NOT NULL,
  phase          text NOT NULL CONSTRAINT training_course_phase_check CHECK (phase IN ('initial', 'annual', 'transfer', 'return', 'special')),
  level          text NOT NULL CONSTRAINT training_course_level_check CHECK (level IN ('', 'factory', 'workshop', 'team')),
  title          text NOT NULL,
  minutes        int NOT NULL CONSTRAINT training_course_minutes_check CHECK (minutes BETWEEN 1 AND 14400),
  outline        text NOT NULL,
  source         text NOT NULL,               -- rule it rests on
  types          text[] NOT NULL,             -- post types it is for; none: everybody
  files          bigint[] NOT NULL,           -- material
  paper_id       bigint NOT NULL,             -- exam that ends it; 0: none
  retired        boolean NOT NULL,
  made_by_name   text NOT NULL,
  changed_at     timestamptz NOT NULL,
  CONSTRAINT training_course_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT training_course_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id)
);
CREATE UNIQUE INDEX training_course_title_key ON training_course (company_id, title) WHERE NOT retired;
CREATE UNIQUE INDEX training_course_code_key ON training_course (company_id, code) WHERE code <> '' AND NOT retired;
SELECT declare_table('training_course', 'company');

CREATE TABLE training_plan_item (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  year           int NOT NULL,
  month          smallint NOT NULL CONSTRAINT training_plan_item_month_check CHECK (month BETWEEN 1 AND 12),
  topic          text NOT NULL,
  kind           text NOT NULL,
  types          text[] NOT NULL,             -- post types; none: of all posts
  units          bigint[] NOT NULL,           -- with what is below them; none: the whole company
  minutes        int NOT NULL CONSTRAINT training_plan_item_minutes_check CHECK (minutes BETWEEN 1 AND 14400),
  trainer        text NOT NULL,
  course_id      bigint,
  retired        boolean NOT NULL,
  CONSTRAINT training_plan_item_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT training_plan_item_year_fkey FOREIGN KEY (company_id, year) REFERENCES training_plan (company_id, year),
  CONSTRAINT training_plan_item_course_id_fkey FOREIGN KEY (company_id, course_id) REFERENCES training_course (company_id, id)
);
CREATE UNIQUE INDEX training_plan_item_topic_key ON training_plan_item (company_id, year, month, topic) WHERE NOT retired;
SELECT declare_table('training_plan_item', 'company');

-- A session (培训班次): people who are trained together.
CREATE TABLE training_session (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  unit_id        bigint,                      -- that holds it; NULL: the company
  course_id      bigint,
  plan_item_id   bigint,
  kind           text NOT NULL,
  phase          text NOT NULL CONSTRAINT training_session_phase_check CHECK (phase IN ('initial', 'annual', 'transfer', 'return', 'special')),
  level          text NOT NULL CONSTRAINT training_session_level_check CHECK (level IN ('', 'factory', 'workshop', 'team')),
  title          text NOT NULL,
  outline        text NOT NULL,
  held_on        date NOT NULL,
  starts         smallint NOT NULL CONSTRAINT training_session_starts_check CHECK (starts BETWEEN 0 AND 1439), -- minutes after midnight, Shanghai
  minutes        int NOT NULL CONSTRAINT training_session_minutes_check CHECK (minutes BETWEEN 1 AND 14400),  -- of training
  place          text NOT NULL,
  trainer        text NOT NULL,
  trainer_id     bigint,                      -- somebody of the staff
  types          text[] NOT NULL,             -- who is expected: post types, none: of all posts ...
  units          bigint[] NOT NULL,           -- ... of these units, none: of the whole company ...
  people         bigint[] NOT NULL,           -- ... or these people and no others, where any are named
  state          text NOT NULL CONSTRAINT training_session_state_check CHECK (state IN ('planned', 'open', 'closed', 'cancelled')),
  token          text NOT NULL,               -- in the code that people scan
  files          bigint[] NOT NULL,           -- photos of the paper sheet and of the session
  paper_id       bigint NOT NULL,             -- exam that ends it; 0: none
  expected       int NOT NULL,                -- people, when it was closed
  attended       int NOT NULL,                -- people who were there
  summary        text NOT NULL,               -- what the trainer says of its effect
  reason         text NOT NULL,               -- why it was cancelled
  remind_on      date,                        -- when its people are to be told next; NULL: no more
  made_by_name   text NOT NULL,
  made_at        timestamptz NOT NULL,
  closed_by_name text NOT NULL,
  closed_at      timestamptz,
  CONSTRAINT training_session_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT training_session_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT training_session_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT training_session_course_id_fkey FOREIGN KEY (company_id, course_id) REFERENCES training_course (company_id, id),
  CONSTRAINT training_session_plan_item_id_fkey FOREIGN KEY (company_id, plan_item_id) REFERENCES training_plan_item (company_id, id),
  CONSTRAINT training_session_trainer_id_fkey FOREIGN KEY (company_id, trainer_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT training_session_closed_at_check CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);
CREATE UNIQUE INDEX training_session_token_key ON training_session (token);
CREATE INDEX training_session_held_on_idx ON training_session (company_id, held_on DESC, id DESC);
CREATE INDEX training_session_plan_item_id_idx ON training_session (company_id, plan_item_id) WHERE plan_item_id IS NOT NULL;
CREATE INDEX training_session_course_id_idx ON training_session (company_id, course_id) WHERE course_id IS NOT NULL;
CREATE INDEX training_session_remind_on_idx ON training_session (remind_on, company_id, id) WHERE remind_on IS NOT NULL;
SELECT declare_table('training_session', 'company');

-- Who was at a session, and who was expected and did not come (written when it is closed).
CREATE TABLE training_attendance (
  company_id     bigint NOT NULL,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  session_id     bigint NOT NULL,
  staff_id       bigint NOT NULL,
  staff_name     text NOT NULL,
  unit_name      text NOT NULL,               -- as it was then
  post_name      text NOT NULL,
  how            text NOT NULL CONSTRAINT training_attendance_how_check CHECK (how IN ('qr', 'signature', 'sheet', 'corrected', 'absent')),
  at             timestamptz NOT NULL,
  signature_id   bigint,                      -- attachment
  minutes        int NOT NULL CONSTRAINT training_attendance_minutes_check CHECK (minutes BETWEEN 0 AND 14400),
  score          smallint CONSTRAINT training_attendance_score_check CHECK (score BETWEEN 0 AND 100),
  passed         boolean,
  rating         smallint CONSTRAINT training_attendance_rating_check CHECK (rating BETWEEN 1 AND 5), -- of the session, by him
  remark         text NOT NULL,
  rated_at       timestamptz,
  by_name        text NOT NULL,               -- who noted it
  CONSTRAINT training_attendance_pkey PRIMARY KEY (company_id, session_id, staff_id),
  CONSTRAINT training_attendance_session_id_fkey FOREIGN KEY (company_id, session_id) REFERENCES training_session (company_id, id),
  CONSTRAINT training_attendance_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id)
);
CREATE INDEX training_attendance_staff_id_idx ON training_attendance (company_id, staff_id, session_id);
-- private: regulators see how many were at a session, not who (个人信息保护法 art. 6).
SELECT declare_table('training_attendance', 'private');

-- Training that one person had (培训记录). Of a source each is there once.
CREATE TABLE training_record (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  staff_id       bigint NOT NULL,
  held_on        date NOT NULL,
  phase          text NOT NULL CONSTRAINT training_record_phase_check CHECK (phase IN ('initial', 'annual', 'transfer', 'return', 'special')),
  level          text NOT NULL CONSTRAINT training_record_level_check CHECK (level IN ('', 'factory', 'workshop', 'team')),
  kind           text NOT NULL,               -- of the course; '': not said
  title          text NOT NULL,
  minutes        int NOT NULL CONSTRAINT training_record_minutes_check CHECK (minutes BETWEEN 0 AND 14400), -- 0: a correction took it back
  trainer        text NOT NULL,
  source         text NOT NULL CONSTRAINT training_record_source_check CHECK (source IN ('session', 'card', 'exam', 'import')),
  source_id      bigint NOT NULL,             -- 0: imported
  score          smallint CONSTRAINT training_record_score_check CHECK (score BETWEEN 0 AND 100),
  passed         boolean,                     -- NULL: no exam
  made_at        timestamptz NOT NULL,
  CONSTRAINT training_record_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT training_record_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT training_record_source_id_check CHECK ((source = 'import') = (source_id = 0))
);
CREATE UNIQUE INDEX training_record_source_key ON training_record (company_id, source, source_id, staff_id, level) WHERE source_id <> 0;
CREATE UNIQUE INDEX training_record_import_key ON training_record (company_id, staff_id, held_on, title, level) WHERE source = 'import';
CREATE INDEX training_record_staff_id_idx ON training_record (company_id, staff_id, held_on DESC, id DESC);
CREATE INDEX training_record_held_on_idx ON training_record (company_id, held_on DESC, id DESC);
SELECT declare_table('training_record', 'private');

-- How the hours of one person stand in a year; reckoned anew whenever something it follows from changes.
CREATE TABLE training_hours (
  company_id       bigint NOT NULL,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  year             int NOT NULL,
  staff_id         bigint NOT NULL,
  present          boolean NOT NULL,          -- works there: at the end of the year, or now; who has left counts nowhere
  kinds            text[] NOT NULL,           -- of person
  required_minutes int NOT NULL,              -- of all rules due in the year
  had_minutes      int NOT NULL,              -- that count for them, at most what is required
  all_minutes      int NOT NULL,              -- of all training in the year
  missing_minutes  int NOT NULL,
  due              boolean NOT NULL,          -- at least one rule is due in the year
  met              boolean NOT NULL,          -- every rule
  first_due        boolean NOT NULL,          -- began in the year: education before starting work is due
  first_met        boolean NOT NULL,          -- had it whole
  duties           jsonb NOT NULL,            -- rule by rule
  CONSTRAINT training_hours_pkey PRIMARY KEY (company_id, year, staff_id),
  CONSTRAINT training_hours_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id)
);
CREATE INDEX training_hours_missing_idx ON training_hours (company_id, year, missing_minutes DESC, staff_id DESC);
SELECT declare_table('training_hours', 'private');

-- The training of a company in a year, in numbers.
CREATE TABLE training_tally (
  company_id       bigint NOT NULL,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  year             int NOT NULL,
  people           int NOT NULL,              -- who work there
  due              int NOT NULL,              -- with a rule due in the year
  met              int NOT NULL,              -- who meet every rule
  first_due        int NOT NULL,              -- began in the year
  first_met        int NOT NULL,              -- with complete education before starting work
  required_minutes bigint NOT NULL,
  had_minutes      bigint NOT NULL,
  sessions         int NOT NULL,              -- held
  plan_approved    boolean NOT NULL,
  changed_at       timestamptz NOT NULL,
  CONSTRAINT training_tally_pkey PRIMARY KEY (company_id, year),
  CONSTRAINT training_tally_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id)
);
CREATE INDEX training_tally_region_path_idx ON training_tally (year, region_path, company_id);
CREATE INDEX training_tally_changed_at_idx ON training_tally (year, changed_at);
SELECT declare_table('training_tally', 'company');

-- +goose Down
DROP TABLE training_tally, training_hours, training_record, training_attendance, training_session, training_plan_item, training_course, training_plan, training_setting;
DELETE FROM table_class WHERE name IN ('training_tally', 'training_hours', 'training_record', 'training_attendance', 'training_session', 'training_plan_item', 'training_course', 'training_plan', 'training_setting');
