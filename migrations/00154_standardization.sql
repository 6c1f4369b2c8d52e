-- Evaluations of a company by a scoring table: one row an evaluation, one an item, one a finding. Two people scoring
-- two items never write the same row; the evaluation itself changes only when it goes from one state to the next.
-- +goose Up
CREATE TABLE standardization_evaluation (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  kind            text NOT NULL CONSTRAINT standardization_evaluation_kind_check CHECK (kind IN ('self', 'review', 'duty', 'class')),
  rubric_id       bigint NOT NULL CONSTRAINT standardization_evaluation_rubric_id_fkey REFERENCES rubric (id), -- this version and no other
  year            smallint NOT NULL CONSTRAINT standardization_evaluation_year_check CHECK (year BETWEEN 2000 AND 2200),
  title           text NOT NULL,
  state           text NOT NULL CONSTRAINT standardization_evaluation_state_check CHECK (state IN ('draft', 'scoring', 'finished', 'published', 'closed')),
  against_id      bigint,                         -- the company's own evaluation that a review looks at
  organisation_id bigint,                         -- whose evaluation it is; NULL: the company's
  made_by         text NOT NULL,                  -- who began it, as he was called then
  team            jsonb NOT NULL,                 -- 自评工作组, led by the principal
  plan            jsonb NOT NULL,                 -- what is done from when until when
  about           text NOT NULL,                  -- scope and course, in words for the report
  facts           jsonb NOT NULL,                 -- figures of the safety performance, found and as corrected with the reason
  period_from     date NOT NULL,                  -- that the figures are of
  period_until    date NOT NULL,
  due_on          date,
  started_on      date,
  finished_on     date,
  finished_by     text NOT NULL,
  conclusion      text NOT NULL,
  result          text NOT NULL,                  -- scoring.Result, to the byte; empty: not finished
  score           int NOT NULL CONSTRAINT standardization_evaluation_score_check CHECK (score BETWEEN -1 AND 10000), -- hundredths; -1: none
  exact           text NOT NULL,                  -- the score as a fraction
  official        text NOT NULL,                  -- with the table's decimals
  level           text NOT NULL,
  level_name      text NOT NULL,
  reasons         text[] NOT NULL,
  unknown         text[] NOT NULL,
  published_from  date,
  published_until date,
  published_where text NOT NULL,
  closed_on       date,
  closed_note     text NOT NULL,
  changed_at      timestamptz NOT NULL,
  CONSTRAINT standardization_evaluation_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT standardization_evaluation_kind_key UNIQUE (company_id, id, kind),
  CONSTRAINT standardization_evaluation_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT standardization_evaluation_against_id_fkey FOREIGN KEY (company_id, against_id) REFERENCES standardization_evaluation (company_id, id),
  CONSTRAINT standardization_evaluation_against_check CHECK (against_id IS NULL OR kind = 'review'),
  CONSTRAINT standardization_evaluation_owner_check CHECK ((kind = 'self') = (organisation_id IS NULL)),
  CONSTRAINT standardization_evaluation_finished_check CHECK ((result <> '') = (finished_on IS NOT NULL) AND (state NOT IN ('finished', 'published') OR finished_on IS NOT NULL)),
  CONSTRAINT standardization_evaluation_published_check CHECK ((published_from IS NULL) = (published_until IS NULL) AND (state <> 'published' OR published_from IS NOT NULL)
    AND published_until >= published_from AND (published_from IS NULL OR kind = 'self')),
  CONSTRAINT standardization_evaluation_closed_check CHECK ((state = 'closed') = (closed_on IS NOT NULL))
);
-- One of a kind by a table is under way at a time.
CREATE UNIQUE INDEX standardization_evaluation_open_key ON standardization_evaluation (company_id, kind, rubric_id) WHERE state IN ('draft', 'scoring');
CREATE INDEX standardization_evaluation_id_idx ON standardization_evaluation (id);
CREATE INDEX standardization_evaluation_company_id_id_idx ON standardization_evaluation (company_id, id DESC);
CREATE INDEX standardization_evaluation_region_path_idx ON standardization_evaluation (region_path, id DESC);
CREATE INDEX standardization_evaluation_rubric_id_idx ON standardization_evaluation (rubric_id);
CREATE INDEX standardization_evaluation_against_id_idx ON standardization_evaluation (company_id, against_id) WHERE against_id IS NOT NULL;
CREATE INDEX standardization_evaluation_last_idx ON standardization_evaluation (company_id, kind, finished_on DESC, id DESC) WHERE finished_on IS NOT NULL;

CREATE TABLE standardization_answer (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  evaluation_id  bigint NOT NULL,
  kind           text NOT NULL,                   -- of the evaluation
  item_code      text NOT NULL,
  assignee_id    bigint,                          -- who answers it; NULL: whoever leads
  assignee_name  text NOT NULL,
  due_on         date,
  state          text NOT NULL CONSTRAINT standardization_answer_state_check CHECK (state IN ('open', 'scored', 'na')),
  reason         text NOT NULL,                   -- why it does not apply
  note           text NOT NULL,
  answered_at    timestamptz,
  answered_by    text NOT NULL,
  version        int NOT NULL,                    -- counts the changes: who saves says which one he saw
  CONSTRAINT standardization_answer_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT standardization_answer_item_key UNIQUE (company_id, evaluation_id, item_code),
  CONSTRAINT standardization_answer_evaluation_id_fkey FOREIGN KEY (company_id, evaluation_id, kind) REFERENCES standardization_evaluation (company_id, id, kind),
  CONSTRAINT standardization_answer_assignee_id_fkey FOREIGN KEY (company_id, assignee_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT standardization_answer_na_check CHECK (state <> 'na' OR reason <> ''),
  CONSTRAINT standardization_answer_answered_check CHECK ((state = 'open') = (answered_at IS NULL))
);
CREATE INDEX standardization_answer_assignee_id_idx ON standardization_answer (company_id, assignee_id, evaluation_id) WHERE assignee_id IS NOT NULL;

CREATE TABLE standardization_finding (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  evaluation_id  bigint NOT NULL,
  kind           text NOT NULL,
  item_code      text NOT NULL,                   -- the item it is charged to
  rules          text[] NOT NULL CONSTRAINT standardization_finding_rules_check CHECK (cardinality(rules) > 0), -- that fire together
  once           text NOT NULL,                   -- the fact that is charged at one item only; empty: none
  occurrences    int NOT NULL CONSTRAINT standardization_finding_occurrences_check CHECK (occurrences BETWEEN 1 AND 100000),
  what           text NOT NULL,
  place          text NOT NULL,
  photos         bigint[] NOT NULL,
  found_on       date NOT NULL,
  found_by       text NOT NULL,
  owner_id       bigint,                          -- who is to mend it
  due_on         date,
  withdrawn_at   timestamptz,
  withdrawn_note text NOT NULL,
  CONSTRAINT standardization_finding_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT standardization_finding_evaluation_key UNIQUE (company_id, id, evaluation_id),
  CONSTRAINT standardization_finding_evaluation_id_fkey FOREIGN KEY (company_id, evaluation_id, kind) REFERENCES standardization_evaluation (company_id, id, kind),
  CONSTRAINT standardization_finding_item_fkey FOREIGN KEY (company_id, evaluation_id, item_code) REFERENCES standardization_answer (company_id, evaluation_id, item_code),
  CONSTRAINT standardization_finding_owner_id_fkey FOREIGN KEY (company_id, owner_id) REFERENCES staff_person (company_id, id)
);
CREATE INDEX standardization_finding_evaluation_id_idx ON standardization_finding (company_id, evaluation_id);
CREATE UNIQUE INDEX standardization_finding_once_key ON standardization_finding (company_id, evaluation_id, once) WHERE once <> '' AND withdrawn_at IS NULL;

CREATE TABLE standardization_evidence (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  evaluation_id  bigint NOT NULL,
  kind           text NOT NULL,
  item_code      text NOT NULL,
  source         text NOT NULL,                   -- what sort of record; file: uploaded
  ref            bigint NOT NULL,                 -- its id
  title          text NOT NULL,                   -- as it was called then
  happened_on    date,
  path           text NOT NULL,                   -- page that shows it; empty: none
  note           text NOT NULL,
  added_at       timestamptz NOT NULL,
  added_by       text NOT NULL,
  withdrawn_at   timestamptz,
  CONSTRAINT standardization_evidence_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT standardization_evidence_evaluation_id_fkey FOREIGN KEY (company_id, evaluation_id, kind) REFERENCES standardization_evaluation (company_id, id, kind),
  CONSTRAINT standardization_evidence_item_fkey FOREIGN KEY (company_id, evaluation_id, item_code) REFERENCES standardization_answer (company_id, evaluation_id, item_code)
);
CREATE UNIQUE INDEX standardization_evidence_ref_key ON standardization_evidence (company_id, evaluation_id, item_code, source, ref) WHERE withdrawn_at IS NULL;

-- What becomes of a finding: one row each, however often the plan is made.
CREATE TABLE standardization_rectification (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  evaluation_id  bigint NOT NULL,
  finding_id     bigint NOT NULL,
  hazard_id      bigint NOT NULL,
  planned_on     date NOT NULL,
  planned_by     text NOT NULL,
  mended_on      date,                            -- the hazard was closed; kept by the ledger
  CONSTRAINT standardization_rectification_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT standardization_rectification_finding_id_key UNIQUE (company_id, finding_id),
  CONSTRAINT standardization_rectification_finding_id_fkey FOREIGN KEY (company_id, finding_id, evaluation_id) REFERENCES standardization_finding (company_id, id, evaluation_id),
  CONSTRAINT standardization_rectification_hazard_id_fkey FOREIGN KEY (company_id, hazard_id) REFERENCES hazard (company_id, id)
);
CREATE INDEX standardization_rectification_evaluation_id_idx ON standardization_rectification (company_id, evaluation_id);
CREATE INDEX standardization_rectification_hazard_id_idx ON standardization_rectification (company_id, hazard_id);

SELECT declare_table('standardization_evaluation', 'shared');
SELECT declare_table('standardization_answer', 'shared');
SELECT declare_table('standardization_finding', 'shared');
SELECT declare_table('standardization_evidence', 'shared');
SELECT declare_table('standardization_rectification', 'shared');

-- A company writes its own evaluation, a review agency its reviews, towns and counties theirs; all read all of it.
-- +goose StatementBegin
DO $$
DECLARE
  t text;
  range constant text := 'region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line))';
BEGIN
  FOREACH t IN ARRAY ARRAY['standardization_evaluation', 'standardization_answer', 'standardization_finding', 'standardization_evidence'] LOOP
    EXECUTE format('CREATE POLICY company_begins ON %I AS RESTRICTIVE FOR INSERT TO anbiao_company, anbiao_service WITH CHECK (kind = ''self'')', t);
    EXECUTE format('CREATE POLICY company_changes ON %I AS RESTRICTIVE FOR UPDATE TO anbiao_company, anbiao_service USING (kind = ''self'') WITH CHECK (kind = ''self'')', t);
    EXECUTE format('CREATE POLICY regulator_begins ON %I FOR INSERT TO anbiao_regulator WITH CHECK (kind <> ''self'' AND %s)', t, range);
    EXECUTE format('CREATE POLICY regulator_changes ON %I FOR UPDATE TO anbiao_regulator USING (kind IN (''duty'', ''class'') AND %s) WITH CHECK (kind IN (''duty'', ''class'') AND %2$s)', t, range);
    EXECUTE format('CREATE POLICY agency_reads ON %I FOR SELECT TO anbiao_agency USING (kind IN (''self'', ''review'') AND scope_reviews(company_id))', t);
    EXECUTE format('CREATE POLICY agency_begins ON %I FOR INSERT TO anbiao_agency WITH CHECK (kind = ''review'' AND scope_reviews(company_id))', t);
    EXECUTE format('CREATE POLICY agency_changes ON %I FOR UPDATE TO anbiao_agency USING (kind = ''review'' AND scope_reviews(company_id)) WITH CHECK (kind = ''review'' AND scope_reviews(company_id))', t);
    EXECUTE format('GRANT INSERT ON %I TO anbiao_regulator, anbiao_agency', t);
    EXECUTE format('GRANT SELECT ON %I TO anbiao_agency', t);
  END LOOP;
END $$;
-- +goose StatementEnd
GRANT UPDATE (state, title, team, plan, about, facts, period_from, period_until, due_on, started_on, finished_on, finished_by, conclusion, result, score, exact, official, level,
  level_name, reasons, unknown, closed_on, closed_note, changed_at) ON standardization_evaluation TO anbiao_regulator, anbiao_agency;
GRANT UPDATE (state, reason, note, answered_at, answered_by, version) ON standardization_answer TO anbiao_regulator, anbiao_agency;
GRANT UPDATE (withdrawn_at, withdrawn_note) ON standardization_finding TO anbiao_regulator, anbiao_agency;
GRANT UPDATE (withdrawn_at) ON standardization_evidence TO anbiao_regulator, anbiao_agency;
CREATE POLICY agency_reads ON standardization_rectification FOR SELECT TO anbiao_agency USING (scope_reviews(company_id));
GRANT SELECT ON standardization_rectification TO anbiao_agency;

-- What an evaluation came to is never written again.
-- +goose StatementBegin
CREATE FUNCTION standardization_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.kind, NEW.rubric_id, NEW.result, NEW.score, NEW.exact, NEW.official, NEW.level, NEW.facts, NEW.finished_on)
     IS DISTINCT FROM (OLD.kind, OLD.rubric_id, OLD.result, OLD.score, OLD.exact, OLD.official, OLD.level, OLD.facts, OLD.finished_on) THEN
    RAISE 'evaluation % is finished', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER standardization_frozen BEFORE UPDATE ON standardization_evaluation FOR EACH ROW WHEN (OLD.result <> '') EXECUTE FUNCTION standardization_frozen();

-- A review agency does not see the ledger: the day on which a hazard is closed is kept beside the finding.
-- +goose StatementBegin
CREATE FUNCTION standardization_mended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE standardization_rectification SET mended_on = coalesce(NEW.cancelled_on, CASE WHEN NEW.state = 'transferred' THEN NEW.voided_on END)
  WHERE company_id = NEW.company_id AND hazard_id = NEW.id;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER standardization_mended AFTER UPDATE ON hazard FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state AND (NEW.state IN ('cancelled', 'transferred') OR OLD.state IN ('cancelled', 'transferred')))
  EXECUTE FUNCTION standardization_mended();
CREATE POLICY owner_functions ON standardization_rectification TO CURRENT_USER USING (true) WITH CHECK (true);

-- +goose Down
DROP TRIGGER standardization_mended ON hazard;
DROP FUNCTION standardization_mended();
DROP TABLE standardization_rectification, standardization_evidence, standardization_finding, standardization_answer, standardization_evaluation;
DROP FUNCTION standardization_frozen();
DELETE FROM table_class WHERE name IN ('standardization_evaluation', 'standardization_answer', 'standardization_finding', 'standardization_evidence', 'standardization_rectification');
