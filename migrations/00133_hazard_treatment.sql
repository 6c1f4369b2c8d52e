-- The treatment of a major hazard (重大事故隐患治理): report, workers' congress, work stopped and resumed, treatment plan,
-- progress, evaluation, review. Each table but hazard_treatment and the draft of a plan is written once and never changed.
-- +goose Up

-- Two papers a hazard: what its report says, and until when its review is due.
CREATE TABLE hazard_treatment (
  company_id         bigint NOT NULL,
  hazard_id          bigint NOT NULL,
  region_path        text COLLATE "C" NOT NULL,
  oversight_line     smallint NOT NULL,
  state_and_cause    text NOT NULL,        -- 隐患的现状及其产生原因
  harm_and_difficulty text NOT NULL,       -- 隐患的危害程度和整改难易程度分析
  scheme             text NOT NULL,        -- 隐患的治理方案, in short; the plan itself is hazard_plan
  key_project        boolean NOT NULL,     -- 重点工程
  needs_government   boolean NOT NULL,     -- needs_government_coordination
  reported_by        text NOT NULL,        -- who completed the report
  completed_at       timestamptz,          -- NULL: the report has been opened by the system and lacks its content
  alarmed_at         timestamptz,          -- the alarm about the missing content was raised
  asked_on           date,                 -- the company asked for the review
  review_due_on      date,
  CONSTRAINT hazard_treatment_pkey PRIMARY KEY (company_id, hazard_id),
  CONSTRAINT hazard_treatment_hazard_id_fkey FOREIGN KEY (company_id, hazard_id) REFERENCES hazard (company_id, id),
  CONSTRAINT hazard_treatment_completed_check CHECK (completed_at IS NULL OR (state_and_cause <> '' AND harm_and_difficulty <> '' AND scheme <> ''))
);
CREATE INDEX hazard_treatment_review_idx ON hazard_treatment (region_path, review_due_on) WHERE review_due_on IS NOT NULL;
SELECT declare_table('hazard_treatment', 'company');
INSERT INTO hazard_treatment (company_id, hazard_id, region_path, oversight_line, state_and_cause, harm_and_difficulty, scheme, key_project, needs_government, reported_by)
  SELECT company_id, id, region_path, oversight_line, '', '', '', false, false, '' FROM hazard WHERE level = 'major';

CREATE TABLE hazard_congress (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  hazard_id      bigint NOT NULL,
  step           int NOT NULL,             -- whose photos are its photos
  held_on        date NOT NULL,
  form           text NOT NULL,            -- workers: 职工大会; delegates: 职工代表大会
  present        int NOT NULL,
  minutes        text NOT NULL,
  by_name        text NOT NULL,
  CONSTRAINT hazard_congress_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT hazard_congress_hazard_id_fkey FOREIGN KEY (company_id, hazard_id) REFERENCES hazard (company_id, id),
  CONSTRAINT hazard_congress_form_check CHECK (form IN ('workers', 'delegates')),
  CONSTRAINT hazard_congress_present_check CHECK (present > 0)
);
CREATE INDEX hazard_congress_hazard_id_idx ON hazard_congress (company_id, hazard_id, id);
SELECT declare_table('hazard_congress', 'company');
REVOKE UPDATE ON hazard_congress FROM anbiao_company, anbiao_service;

CREATE TABLE hazard_stop (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  hazard_id      bigint NOT NULL,
  extent         text NOT NULL,            -- full: 全部停产停业; partial: 局部
  area           text NOT NULL,            -- what is stopped
  since          date NOT NULL,
  ordered_by     text NOT NULL,            -- company, regulator
  order_number   text NOT NULL,            -- of the regulator's decision; '' of the company's own
  reason         text NOT NULL,
  by_name        text NOT NULL,
  by_person_id   bigint,
  CONSTRAINT hazard_stop_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT hazard_stop_hazard_id_fkey FOREIGN KEY (company_id, hazard_id) REFERENCES hazard (company_id, id),
  CONSTRAINT hazard_stop_extent_check CHECK (extent IN ('full', 'partial')),
  CONSTRAINT hazard_stop_ordered_by_check CHECK (ordered_by IN ('company', 'regulator'))
);
CREATE INDEX hazard_stop_hazard_id_idx ON hazard_stop (company_id, hazard_id, id);
SELECT declare_table('hazard_stop', 'shared');
REVOKE UPDATE ON hazard_stop FROM anbiao_company, anbiao_service;
CREATE POLICY company_says ON hazard_stop AS RESTRICTIVE FOR INSERT TO anbiao_company, anbiao_service WITH CHECK (ordered_by = 'company');
CREATE POLICY regulator_adds ON hazard_stop FOR INSERT TO anbiao_regulator
  WITH CHECK (ordered_by = 'regulator' AND by_person_id = scope_person() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON hazard_stop TO anbiao_regulator;

-- A treatment plan (治理方案). A draft may be rewritten; once the principal has signed it, it is frozen, and what changes is
-- another version.
CREATE TABLE hazard_plan (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  hazard_id       bigint NOT NULL,
  version         int NOT NULL,            -- 1, 2, 3 … within the hazard
  goals           text NOT NULL,
  methods         text NOT NULL,
  funds           text NOT NULL,
  organisation    text NOT NULL,
  "time"          text NOT NULL,
  safety          text NOT NULL,
  lights          jsonb NOT NULL,          -- the five fixes, each true or false
  finish_on       date,
  funds_fen       bigint,
  drafted_name    text NOT NULL,
  drafted_at      timestamptz NOT NULL,
  text_hash       bytea NOT NULL,          -- of the text the signer was shown
  signed_at       timestamptz,
  signed_staff_id bigint,
  signed_name     text NOT NULL,
  attachment_id   bigint,                  -- the strokes
  image_hash      bytea,
  seal            bytea,                   -- over text, picture, signer and time
  CONSTRAINT hazard_plan_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT hazard_plan_hazard_id_version_key UNIQUE (company_id, hazard_id, version),
  CONSTRAINT hazard_plan_hazard_id_fkey FOREIGN KEY (company_id, hazard_id) REFERENCES hazard (company_id, id),
  CONSTRAINT hazard_plan_attachment_id_fkey FOREIGN KEY (company_id, attachment_id) REFERENCES attachment (company_id, id),
  CONSTRAINT hazard_plan_funds_check CHECK (funds_fen >= 0),
  CONSTRAINT hazard_plan_signed_check CHECK ((signed_at IS NULL) = (seal IS NULL) AND (signed_at IS NULL) = (attachment_id IS NULL))
);
SELECT declare_table('hazard_plan', 'company');
CREATE POLICY signed_is_frozen ON hazard_plan AS RESTRICTIVE FOR UPDATE TO anbiao_company, anbiao_service USING (signed_at IS NULL) WITH CHECK (true);

CREATE TABLE hazard_progress (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  hazard_id      bigint NOT NULL,
  step           int NOT NULL,
  made_on        date NOT NULL,
  share          int NOT NULL,             -- done so far, hundredths of a percent
  spent_fen      bigint NOT NULL,          -- so far
  note           text NOT NULL,
  by_name        text NOT NULL,
  CONSTRAINT hazard_progress_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT hazard_progress_hazard_id_fkey FOREIGN KEY (company_id, hazard_id) REFERENCES hazard (company_id, id),
  CONSTRAINT hazard_progress_share_check CHECK (share BETWEEN 0 AND 10000),
  CONSTRAINT hazard_progress_spent_check CHECK (spent_fen >= 0)
);
CREATE INDEX hazard_progress_hazard_id_idx ON hazard_progress (company_id, hazard_id, id);
SELECT declare_table('hazard_progress', 'company');
REVOKE UPDATE ON hazard_progress FROM anbiao_company, anbiao_service;

CREATE TABLE hazard_evaluation (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  hazard_id      bigint NOT NULL,
  step           int NOT NULL,             -- whose files are its report
  made_on        date NOT NULL,
  made_by        text NOT NULL,            -- own, experts, agency
  agency         text NOT NULL,
  evaluators     text[] NOT NULL,
  conclusion     text NOT NULL,
  by_name        text NOT NULL,
  CONSTRAINT hazard_evaluation_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT hazard_evaluation_hazard_id_fkey FOREIGN KEY (company_id, hazard_id) REFERENCES hazard (company_id, id),
  CONSTRAINT hazard_evaluation_made_by_check CHECK (made_by IN ('own', 'experts', 'agency') AND (made_by <> 'agency' OR agency <> ''))
);
CREATE INDEX hazard_evaluation_hazard_id_idx ON hazard_evaluation (company_id, hazard_id, id);
SELECT declare_table('hazard_evaluation', 'company');
REVOKE UPDATE ON hazard_evaluation FROM anbiao_company, anbiao_service;

-- A review by two officers (核查), or the paper that lets work go on (恢复生产), which is made of the same.
CREATE TABLE hazard_review (
  company_id       bigint NOT NULL,
  id               bigint GENERATED ALWAYS AS IDENTITY,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  hazard_id        bigint NOT NULL,
  step             int NOT NULL,           -- whose photos are its photos
  made_on          date NOT NULL,
  kind             text NOT NULL,          -- review, resume
  passed           boolean NOT NULL,
  opinion          text NOT NULL,
  minutes          text NOT NULL,
  office           text NOT NULL,          -- of the first officer
  first_person_id  bigint NOT NULL,
  first_name       text NOT NULL,
  second_person_id bigint,                 -- NULL: of another office
  second_name      text NOT NULL,
  second_number    text NOT NULL,          -- of his card, where he is of another office
  CONSTRAINT hazard_review_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT hazard_review_hazard_id_fkey FOREIGN KEY (company_id, hazard_id) REFERENCES hazard (company_id, id),
  CONSTRAINT hazard_review_kind_check CHECK (kind IN ('review', 'resume')),
  CONSTRAINT hazard_review_two_check CHECK (kind = 'resume' OR (second_name <> '' AND second_person_id IS DISTINCT FROM first_person_id))
);
CREATE INDEX hazard_review_hazard_id_idx ON hazard_review (company_id, hazard_id, id);
SELECT declare_table('hazard_review', 'shared');
REVOKE INSERT, UPDATE ON hazard_review FROM anbiao_company, anbiao_service;
CREATE POLICY regulator_adds ON hazard_review FOR INSERT TO anbiao_regulator
  WITH CHECK (first_person_id = scope_person() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON hazard_review TO anbiao_regulator;

-- An officer brings photos of the site: files of the company that he uploaded, his alone until something claims them.
CREATE POLICY regulator_uploads ON attachment FOR INSERT TO anbiao_regulator
  WITH CHECK (uploaded_person = scope_person() AND uploaded_by IS NULL AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_claims ON attachment FOR UPDATE TO anbiao_regulator
  USING (uploaded_person = scope_person() AND bound_noun IS NULL AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (uploaded_person = scope_person() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT, UPDATE (bound_noun, bound_id, bound_at) ON attachment TO anbiao_regulator;
CREATE POLICY regulator_adds ON hazard_photo FOR INSERT TO anbiao_regulator
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON hazard_photo TO anbiao_regulator;
UPDATE table_class SET class = 'shared' WHERE name IN ('attachment', 'hazard_photo');

-- A regulator stops work because of any open major hazard of his area, and lets it go on. What he may do to its state stays
-- what it was: policies are combined with OR, so a trigger says it.
CREATE POLICY regulator_stops ON hazard FOR UPDATE TO anbiao_regulator
  USING (level = 'major' AND voided_on IS NULL AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (level = 'major' AND voided_on IS NULL AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT UPDATE (stopped_on, resumed_on) ON hazard TO anbiao_regulator;
-- +goose StatementBegin
CREATE FUNCTION hazard_regulator_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state NOT IN ('under_review', 'extension_pending') AND NEW.state <> 'transferred' THEN
    RAISE EXCEPTION 'row-level security: a regulator does not move a hazard from % to %', OLD.state, NEW.state USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER hazard_regulator_moves BEFORE UPDATE ON hazard FOR EACH ROW
  WHEN (current_user = 'anbiao_regulator' AND OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION hazard_regulator_moves();

-- +goose Down
DROP TRIGGER hazard_regulator_moves ON hazard;
DROP FUNCTION hazard_regulator_moves();
DROP POLICY regulator_stops ON hazard;
REVOKE UPDATE (stopped_on, resumed_on) ON hazard FROM anbiao_regulator;
UPDATE table_class SET class = 'company' WHERE name IN ('attachment', 'hazard_photo');
DROP POLICY regulator_adds ON hazard_photo;
REVOKE INSERT ON hazard_photo FROM anbiao_regulator;
DROP POLICY regulator_claims ON attachment;
DROP POLICY regulator_uploads ON attachment;
REVOKE INSERT, UPDATE (bound_noun, bound_id, bound_at) ON attachment FROM anbiao_regulator;
DROP TABLE hazard_review, hazard_evaluation, hazard_progress, hazard_plan, hazard_stop, hazard_congress, hazard_treatment;
DELETE FROM table_class WHERE name IN ('hazard_treatment', 'hazard_congress', 'hazard_stop', 'hazard_plan', 'hazard_progress', 'hazard_evaluation', 'hazard_review');
