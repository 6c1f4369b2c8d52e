-- Penalties (行政处罚) and the list of seriously dishonest firms (严重失信主体名单): entered and decided by people, nothing is computed.
-- +goose Up

CREATE TABLE penalty (
  company_id        bigint NOT NULL,
  id                bigint GENERATED ALWAYS AS IDENTITY,
  region_path       text COLLATE "C" NOT NULL,
  oversight_line    smallint NOT NULL,
  company_name      text NOT NULL,                  -- as it was
  organisation_id   bigint NOT NULL,                -- that registered it
  number            text NOT NULL,                  -- of the decision (处罚决定书文号)
  body              text NOT NULL,                  -- that decided
  subject           text NOT NULL CONSTRAINT penalty_subject_check CHECK (subject IN ('enterprise', 'principal', 'person')),
  subject_name      text NOT NULL,                  -- of a person penalised; '': the company
  act               text NOT NULL,                  -- what was done (违法行为)
  article           text NOT NULL,                  -- that it was decided under
  kinds             text[] NOT NULL CONSTRAINT penalty_kinds_check CHECK (cardinality(kinds) > 0),
  amount_fen        bigint NOT NULL CONSTRAINT penalty_amount_fen_check CHECK (amount_fen >= 0),
  decided_on        date NOT NULL,
  publish_due_on    date,                           -- last day; NULL: the holidays were not published
  published_on      date,
  medium            text NOT NULL,
  paid_on           date,
  repair_state      text NOT NULL CONSTRAINT penalty_repair_state_check CHECK (repair_state IN ('', 'asked', 'granted', 'refused')),
  repair_asked_on   date,
  repair_asked_by   text NOT NULL,
  repair_note       text NOT NULL,
  repair_due_on     date,                           -- last day to decide
  repair_decided_on date,                           -- the publication ends where it is granted (信用修复)
  repair_decided_by text NOT NULL,
  repair_opinion    text NOT NULL,
  withdrawn_on      date,                           -- the decision was set aside
  withdrawn_note    text NOT NULL,
  files             bigint[] NOT NULL,
  made_by           text NOT NULL,
  made_at           timestamptz NOT NULL,
  CONSTRAINT penalty_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT penalty_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT penalty_number_key UNIQUE (company_id, number, subject_name),
  CONSTRAINT penalty_published_on_check CHECK (published_on >= decided_on)
);
CREATE INDEX penalty_company_id_idx ON penalty (company_id, decided_on DESC, id DESC);
CREATE INDEX penalty_region_path_idx ON penalty (region_path, decided_on DESC, id DESC);
CREATE INDEX penalty_id_idx ON penalty (id);
SELECT declare_table('penalty', 'shared');
-- The company asks for repair; it writes nothing else.
REVOKE INSERT, UPDATE ON penalty FROM anbiao_company, anbiao_service;
GRANT UPDATE (repair_state, repair_asked_on, repair_asked_by, repair_note, repair_due_on) ON penalty TO anbiao_company;
CREATE POLICY company_asks ON penalty AS RESTRICTIVE FOR UPDATE TO anbiao_company
  USING (repair_state IN ('', 'refused') AND published_on IS NOT NULL AND withdrawn_on IS NULL) WITH CHECK (repair_state = 'asked');
CREATE POLICY regulator_registers ON penalty FOR INSERT TO anbiao_regulator
  WITH CHECK (organisation_id = scope_organisation() AND repair_state = '' AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_decides ON penalty FOR UPDATE TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON penalty TO anbiao_regulator;
GRANT UPDATE (published_on, medium, paid_on, repair_state, repair_decided_on, repair_decided_by, repair_opinion, withdrawn_on, withdrawn_note, files) ON penalty TO anbiao_regulator;

-- A listing as seriously dishonest, from the notice before it on.
CREATE TABLE penalty_dishonesty (
  company_id         bigint NOT NULL,
  id                 bigint GENERATED ALWAYS AS IDENTITY,
  region_path        text COLLATE "C" NOT NULL,
  oversight_line     smallint NOT NULL,
  company_name       text NOT NULL,
  organisation_id    bigint NOT NULL,
  body               text NOT NULL,                 -- that decides
  state              text NOT NULL CONSTRAINT penalty_dishonesty_state_check CHECK (state IN ('noticed', 'stated', 'dropped', 'listed', 'removal_asked', 'removal_accepted', 'removed')),
  conditions         text[] NOT NULL CONSTRAINT penalty_dishonesty_conditions_check CHECK (cardinality(conditions) > 0), -- BL-01 …
  facts              text NOT NULL,
  subject            text NOT NULL CONSTRAINT penalty_dishonesty_subject_check CHECK (subject IN ('enterprise', 'principal', 'person')),
  subject_name       text NOT NULL,
  penalty_id         bigint,
  notice_no          text NOT NULL,
  noticed_on         date NOT NULL,
  noticed_by         text NOT NULL,
  statement_due_on   date,                          -- last day
  statement          text NOT NULL,
  stated_on          date,
  stated_by          text NOT NULL,
  decision_no        text NOT NULL,
  decided_on         date,
  decided_by         text NOT NULL,
  opinion            text NOT NULL,
  listed_on          date,
  last_day           date,                          -- of the term
  early_on           date,                          -- first day on which early removal can be asked for
  published_on       date,
  medium             text NOT NULL,
  removal_asked_on   date,
  removal_asked_by   text NOT NULL,
  removal_note       text NOT NULL,
  removal_accept_by  date,
  removal_accepted_on date,
  removal_decide_by  date,
  removal_opinion    text NOT NULL,
  removed_on         date,
  removed_by         text NOT NULL,
  restored_on        date,                          -- early removal was got with false papers
  made_at            timestamptz NOT NULL,
  CONSTRAINT penalty_dishonesty_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT penalty_dishonesty_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT penalty_dishonesty_penalty_id_fkey FOREIGN KEY (company_id, penalty_id) REFERENCES penalty (company_id, id),
  CONSTRAINT penalty_dishonesty_listed_on_check CHECK (state NOT IN ('listed', 'removal_asked', 'removal_accepted', 'removed') OR (listed_on IS NOT NULL AND last_day > listed_on)),
  CONSTRAINT penalty_dishonesty_removed_on_check CHECK ((state = 'removed') = (removed_on IS NOT NULL))
);
-- One procedure against the same at a time.
CREATE UNIQUE INDEX penalty_dishonesty_open_key ON penalty_dishonesty (company_id, subject, subject_name) WHERE state IN ('noticed', 'stated');
CREATE INDEX penalty_dishonesty_region_path_idx ON penalty_dishonesty (region_path, id DESC);
CREATE INDEX penalty_dishonesty_id_idx ON penalty_dishonesty (id);
SELECT declare_table('penalty_dishonesty', 'shared');
-- The company states its case and asks for early removal.
REVOKE INSERT, UPDATE ON penalty_dishonesty FROM anbiao_company, anbiao_service;
GRANT UPDATE (state, statement, stated_on, stated_by, removal_asked_on, removal_asked_by, removal_note, removal_accept_by) ON penalty_dishonesty TO anbiao_company;
CREATE POLICY company_answers ON penalty_dishonesty AS RESTRICTIVE FOR UPDATE TO anbiao_company
  USING (state IN ('noticed', 'listed')) WITH CHECK (state IN ('stated', 'removal_asked'));
CREATE POLICY regulator_notices ON penalty_dishonesty FOR INSERT TO anbiao_regulator
  WITH CHECK (organisation_id = scope_organisation() AND state = 'noticed' AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_decides ON penalty_dishonesty FOR UPDATE TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON penalty_dishonesty TO anbiao_regulator;
GRANT UPDATE (state, decision_no, decided_on, decided_by, opinion, listed_on, last_day, early_on, published_on, medium, removal_accepted_on, removal_decide_by, removal_opinion, removed_on, removed_by, restored_on)
  ON penalty_dishonesty TO anbiao_regulator;

-- What happened to a penalty or to a listing, in order of id.
CREATE TABLE penalty_step (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  penalty_id      bigint,
  dishonesty_id   bigint,
  event           text NOT NULL,
  at              timestamptz NOT NULL,
  happened_on     date NOT NULL,                    -- which may be a day before it was entered
  actor_kind      text NOT NULL,
  person_id       bigint,
  organisation_id bigint,
  actor_name      text NOT NULL,                    -- as it was then
  note            text NOT NULL,
  files           bigint[] NOT NULL,
  CONSTRAINT penalty_step_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT penalty_step_penalty_id_fkey FOREIGN KEY (company_id, penalty_id) REFERENCES penalty (company_id, id),
  CONSTRAINT penalty_step_dishonesty_id_fkey FOREIGN KEY (company_id, dishonesty_id) REFERENCES penalty_dishonesty (company_id, id),
  CONSTRAINT penalty_step_of_check CHECK ((penalty_id IS NULL) <> (dishonesty_id IS NULL))
);
CREATE INDEX penalty_step_penalty_id_idx ON penalty_step (company_id, penalty_id, id);
CREATE INDEX penalty_step_dishonesty_id_idx ON penalty_step (company_id, dishonesty_id, id);
SELECT declare_table('penalty_step', 'shared');
REVOKE UPDATE ON penalty_step FROM anbiao_company, anbiao_service;
REVOKE INSERT ON penalty_step FROM anbiao_service;
CREATE POLICY regulator_adds ON penalty_step FOR INSERT TO anbiao_regulator
  WITH CHECK (actor_kind = 'regulator' AND person_id = scope_person() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON penalty_step TO anbiao_regulator;

-- +goose Down
DROP TABLE penalty_step, penalty_dishonesty, penalty;
DELETE FROM table_class WHERE name IN ('penalty_step', 'penalty_dishonesty', 'penalty');
