-- Three-level education (三级安全教育): the card of each person, newcomers who register themselves.
-- +goose Up

-- How a company keeps its cards.
CREATE TABLE training_card_setting (
  company_id       bigint NOT NULL,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  auto_open        boolean NOT NULL,         -- a card is opened for everybody who is newly entered
  paper_id         bigint NOT NULL,          -- exam that ends the education; 0: on paper
  register_token   text NOT NULL,            -- of the code that newcomers scan
  register_open    boolean NOT NULL,
  contact          text NOT NULL,            -- whom newcomers may ask about their data
  changed_by_name  text NOT NULL,
  changed_at       timestamptz NOT NULL,
  CONSTRAINT training_card_setting_pkey PRIMARY KEY (company_id),
  CONSTRAINT training_card_setting_register_token_key UNIQUE (register_token),
  CONSTRAINT training_card_setting_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id)
);
SELECT declare_table('training_card_setting', 'private');

-- One person's education before work: when new (三级), transferred or back after an absence (车间级、班组级).
-- It names nobody, so that regulators may count it.
CREATE TABLE training_card (
  company_id       bigint NOT NULL,
  id               bigint GENERATED ALWAYS AS IDENTITY,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  staff_id         bigint NOT NULL,
  unit_id          bigint,                   -- of the person when it was opened
  occasion         text NOT NULL CONSTRAINT training_card_occasion_check CHECK (occasion IN ('new', 'transfer', 'return')),
  risk             text NOT NULL CONSTRAINT training_card_risk_check CHECK (risk IN ('general', 'hazardous', 'construction')),
  levels           text[] NOT NULL,          -- required, in their order
  proposed         int[] NOT NULL,           -- minutes proposed for each of them
  required_minutes int NOT NULL,             -- in all
  opened_on        date NOT NULL,
  starts_on        date,                     -- first day of work; NULL: not known yet
  state            text NOT NULL CONSTRAINT training_card_state_check CHECK (state IN ('open', 'complete', 'void')),
  minutes          int NOT NULL,             -- recorded so far
  exam_score       smallint CONSTRAINT training_card_exam_score_check CHECK (exam_score BETWEEN 0 AND 100),
  exam_passed_on   date,
  exam_sitting_id  bigint NOT NULL,          -- 0: on paper, or none
  completed_on     date,                     -- day of the last part
  reason_void      text NOT NULL,
  opened_by_name   text NOT NULL,
  changed_at       timestamptz NOT NULL,
  CONSTRAINT training_card_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT training_card_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT training_card_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT training_card_completed_on_check CHECK ((state = 'complete') <= (completed_on IS NOT NULL))
);
CREATE UNIQUE INDEX training_card_open_key ON training_card (company_id, staff_id) WHERE state = 'open';
CREATE INDEX training_card_staff_id_idx ON training_card (company_id, staff_id, id);
CREATE INDEX training_card_starts_on_idx ON training_card (company_id, starts_on) WHERE occasion = 'new' AND state <> 'void';
SELECT declare_table('training_card', 'company');

-- One level of a card.
CREATE TABLE training_card_level (
  company_id        bigint NOT NULL,
  region_path       text COLLATE "C" NOT NULL,
  oversight_line    smallint NOT NULL,
  card_id           bigint NOT NULL,
  level             text NOT NULL CONSTRAINT training_card_level_level_check CHECK (level IN ('factory', 'workshop', 'team')),
  held_on           date NOT NULL,
  minutes           int NOT NULL CONSTRAINT training_card_level_minutes_check CHECK (minutes BETWEEN 1 AND 14400),
  content           text NOT NULL,
  trainer           text NOT NULL,
  trainer_strokes   bytea NOT NULL,          -- signature as PNG; empty: not signed
  trainee_strokes   bytea NOT NULL,
  trainee_signed_at timestamptz,
  session_id        bigint NOT NULL,         -- that taught it; 0: recorded by hand
  made_by_name      text NOT NULL,
  changed_at        timestamptz NOT NULL,
  CONSTRAINT training_card_level_pkey PRIMARY KEY (company_id, card_id, level),
  CONSTRAINT training_card_level_card_id_fkey FOREIGN KEY (company_id, card_id) REFERENCES training_card (company_id, id)
);
SELECT declare_table('training_card_level', 'private');

-- Somebody who registered himself by the company's code.
CREATE TABLE training_newcomer (
  company_id       bigint NOT NULL,
  id               bigint GENERATED ALWAYS AS IDENTITY,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  name             text NOT NULL,
  phone            text NOT NULL,
  identity_sealed  bytea NOT NULL,           -- empty: not given
  identity_index   bytea NOT NULL,
  unit_id          bigint,                   -- where he says he will work
  post_name        text NOT NULL,
  joined_on        date NOT NULL,
  strokes          bytea NOT NULL,           -- his signature under the privacy notice, PNG
  photo            bytea NOT NULL,           -- JPEG; empty: none
  notice           text NOT NULL,            -- version of the notice he signed
  state            text NOT NULL CONSTRAINT training_newcomer_state_check CHECK (state IN ('waiting', 'accepted', 'refused', 'forgotten')),
  staff_id         bigint,
  reason           text NOT NULL,            -- of a refusal
  decided_by_name  text NOT NULL,
  decided_at       timestamptz,
  token_hash       bytea NOT NULL,           -- of his own link
  address_hash     bytea NOT NULL,           -- where he registered from, against floods
  registered_at    timestamptz NOT NULL,
  CONSTRAINT training_newcomer_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT training_newcomer_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT training_newcomer_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT training_newcomer_accepted_check CHECK ((state = 'accepted') <= (staff_id IS NOT NULL))
);
CREATE UNIQUE INDEX training_newcomer_token_hash_key ON training_newcomer (token_hash);
CREATE UNIQUE INDEX training_newcomer_phone_key ON training_newcomer (company_id, phone) WHERE state = 'waiting';
CREATE INDEX training_newcomer_registered_at_idx ON training_newcomer (company_id, registered_at);
SELECT declare_table('training_newcomer', 'private');

-- +goose Down
DROP TABLE training_newcomer, training_card_level, training_card, training_card_setting;
DELETE FROM table_class WHERE name IN ('training_newcomer', 'training_card_level', 'training_card', 'training_card_setting');
