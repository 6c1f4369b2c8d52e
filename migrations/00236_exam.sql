-- Question banks (题库), papers drawn from them, and the exams people sit.
-- +goose Up

-- A company's questions of one subject; ready ones of the platform are copied in when they are taken over.
CREATE TABLE exam_bank (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  title          text NOT NULL,
  subject        text NOT NULL,
  ready_code     text NOT NULL,              -- of the ready bank it was taken over from; '': the company's own
  questions      int NOT NULL,               -- in use
  retired        boolean NOT NULL,
  made_by_name   text NOT NULL,
  changed_at     timestamptz NOT NULL,
  CONSTRAINT exam_bank_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT exam_bank_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id)
);
CREATE UNIQUE INDEX exam_bank_title_key ON exam_bank (company_id, title) WHERE NOT retired;
CREATE UNIQUE INDEX exam_bank_ready_code_key ON exam_bank (company_id, ready_code) WHERE ready_code <> '';
SELECT declare_table('exam_bank', 'private');

-- One version of a question. Its words never change: a correction is a new version, so that old sittings keep theirs.
CREATE TABLE exam_question (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  bank_id        bigint NOT NULL,
  number         bigint NOT NULL,            -- of the question over its versions: the id of the first; 0 until that is known
  version        int NOT NULL,
  kind           text NOT NULL CONSTRAINT exam_question_kind_check CHECK (kind IN ('single', 'multiple', 'judge')),
  stem           text NOT NULL,
  stem_fold      text NOT NULL,              -- by which the same question is known again
  options        text[] NOT NULL,            -- of true or false: none
  answer         smallint[] NOT NULL,        -- places in options from 0; of true or false: {1} true, {0} false
  explanation    text NOT NULL,
  basis          text NOT NULL,
  confidence     text NOT NULL,              -- of a ready question: verified, memory, design; '': the company's own
  points         smallint NOT NULL CONSTRAINT exam_question_points_check CHECK (points BETWEEN 1 AND 100),
  tags           text[] NOT NULL,
  state          text NOT NULL CONSTRAINT exam_question_state_check CHECK (state IN ('current', 'archived', 'replaced')),
  made_by_name   text NOT NULL,
  made_at        timestamptz NOT NULL,
  CONSTRAINT exam_question_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT exam_question_bank_id_fkey FOREIGN KEY (company_id, bank_id) REFERENCES exam_bank (company_id, id)
);
CREATE UNIQUE INDEX exam_question_stem_fold_key ON exam_question (company_id, bank_id, stem_fold) WHERE state = 'current';
CREATE INDEX exam_question_number_idx ON exam_question (company_id, number, version);
CREATE INDEX exam_question_bank_id_idx ON exam_question (company_id, bank_id, id) WHERE state <> 'replaced';
SELECT declare_table('exam_question', 'private');

-- Rules by which questions are drawn, or a fixed list of them.
CREATE TABLE exam_paper (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  title          text NOT NULL,
  version        int NOT NULL,
  terms          jsonb NOT NULL,             -- {parts, fixed, minutes, passMark, tries, retakeHours, shuffle, partial}
  questions      int NOT NULL,
  total          int NOT NULL,               -- points
  retired        boolean NOT NULL,
  made_by_name   text NOT NULL,
  changed_at     timestamptz NOT NULL,
  CONSTRAINT exam_paper_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT exam_paper_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id)
);
CREATE UNIQUE INDEX exam_paper_title_key ON exam_paper (company_id, title) WHERE NOT retired;
SELECT declare_table('exam_paper', 'private');

-- A paper that people are to sit by a day.
CREATE TABLE exam_task (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  paper_id       bigint NOT NULL,
  title          text NOT NULL,
  due_on         date NOT NULL,
  purpose_noun   text NOT NULL,
  purpose_ref    bigint NOT NULL,
  people         int NOT NULL,
  passed         int NOT NULL,
  withdrawn      boolean NOT NULL,
  made_by_name   text NOT NULL,
  made_at        timestamptz NOT NULL,
  CONSTRAINT exam_task_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT exam_task_paper_id_fkey FOREIGN KEY (company_id, paper_id) REFERENCES exam_paper (company_id, id)
);
SELECT declare_table('exam_task', 'private');

-- Who is to sit it.
CREATE TABLE exam_task_person (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  task_id        bigint NOT NULL,
  staff_id       bigint NOT NULL,
  unit_id        bigint,                     -- when it was given out
  best           smallint,                   -- score of 100; NULL: not sat
  passed         boolean NOT NULL,
  sitting_id     bigint,                     -- the best
  CONSTRAINT exam_task_person_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT exam_task_person_staff_id_key UNIQUE (company_id, task_id, staff_id),
  CONSTRAINT exam_task_person_task_id_fkey FOREIGN KEY (company_id, task_id) REFERENCES exam_task (company_id, id),
  CONSTRAINT exam_task_person_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id)
);
CREATE INDEX exam_task_person_staff_id_idx ON exam_task_person (company_id, staff_id);
SELECT declare_table('exam_task_person', 'private');

-- One person's try at a paper, with what was drawn for him.
CREATE TABLE exam_sitting (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  paper_id       bigint NOT NULL,
  paper_version  int NOT NULL,
  title          text NOT NULL,
  terms          jsonb NOT NULL,             -- of that version
  staff_id       bigint NOT NULL,
  unit_id        bigint,                     -- at that time
  task_id        bigint NOT NULL,            -- 0: not given out
  purpose_noun   text NOT NULL,
  purpose_ref    bigint NOT NULL,
  seed           bigint NOT NULL,            -- of the drawing
  drawn          jsonb NOT NULL,             -- [{id, points, order}]: versions of questions, options in the order shown
  try_no         int NOT NULL,
  state          text NOT NULL CONSTRAINT exam_sitting_state_check CHECK (state IN ('running', 'ended')),
  ended_by       text NOT NULL CONSTRAINT exam_sitting_ended_by_check CHECK (ended_by IN ('', 'hand', 'clock')),
  started_at     timestamptz NOT NULL,
  ends_at        timestamptz NOT NULL,
  ended_at       timestamptz,
  points         int,
  total          int NOT NULL,
  score          smallint CONSTRAINT exam_sitting_score_check CHECK (score BETWEEN 0 AND 100),
  passed         boolean,
  away_seconds   int NOT NULL,               -- that the page was out of sight, as the phone says
  CONSTRAINT exam_sitting_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT exam_sitting_paper_id_fkey FOREIGN KEY (company_id, paper_id) REFERENCES exam_paper (company_id, id),
  CONSTRAINT exam_sitting_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT exam_sitting_ended_check CHECK ((state = 'ended') = (ended_at IS NOT NULL) AND (state = 'ended') = (score IS NOT NULL) AND (state = 'ended') = (ended_by <> ''))
);
CREATE UNIQUE INDEX exam_sitting_running_key ON exam_sitting (company_id, staff_id, paper_id) WHERE state = 'running';
CREATE INDEX exam_sitting_ends_at_idx ON exam_sitting (ends_at) WHERE state = 'running';
CREATE INDEX exam_sitting_paper_id_idx ON exam_sitting (company_id, paper_id, id);
CREATE INDEX exam_sitting_staff_id_idx ON exam_sitting (company_id, staff_id, id);
SELECT declare_table('exam_sitting', 'private');

-- What was answered to each question of a sitting, and since when.
CREATE TABLE exam_answer (
  company_id     bigint NOT NULL,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  sitting_id     bigint NOT NULL,
  n              smallint NOT NULL,          -- place in drawn, from 0
  question_id    bigint NOT NULL,            -- the version
  choice         smallint[] NOT NULL,        -- places in the question's own order of options
  answered_at    timestamptz NOT NULL,
  points         smallint,                   -- NULL: not judged yet
  CONSTRAINT exam_answer_pkey PRIMARY KEY (company_id, sitting_id, n),
  CONSTRAINT exam_answer_sitting_id_fkey FOREIGN KEY (company_id, sitting_id) REFERENCES exam_sitting (company_id, id),
  CONSTRAINT exam_answer_question_id_fkey FOREIGN KEY (company_id, question_id) REFERENCES exam_question (company_id, id)
);
SELECT declare_table('exam_answer', 'private');

-- +goose Down
DROP TABLE exam_answer, exam_sitting, exam_task_person, exam_task, exam_paper, exam_question, exam_bank;
DELETE FROM table_class WHERE name IN ('exam_answer', 'exam_sitting', 'exam_task_person', 'exam_task', 'exam_paper', 'exam_question', 'exam_bank');
