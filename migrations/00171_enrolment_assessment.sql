-- Assessments by the authorities: the duty of small firms (主体责任达标) and the classes A to D (分类分级).
-- +goose Up

CREATE TABLE enrolment_assessment (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  company_name    text NOT NULL,                  -- as it was
  kind            text NOT NULL CONSTRAINT enrolment_assessment_kind_check CHECK (kind IN ('duty', 'class')),
  year            smallint NOT NULL,
  staff           int,                            -- people it had then
  evaluation_id   bigint,                         -- the score sheet; NULL: none was kept here
  rubric_id       bigint NOT NULL,
  rubric          text NOT NULL,                  -- title and version
  organisation_id bigint NOT NULL,                -- that assesses
  state           text NOT NULL CONSTRAINT enrolment_assessment_state_check CHECK (state IN ('open', 'published', 'dropped')),
  started_on      date NOT NULL,
  started_by      text NOT NULL,
  score           int NOT NULL,                   -- hundredths; -1: not scored to the end
  proposed        text NOT NULL,                  -- by the rules: pass, fail, A to D; '': nothing yet
  grounds         jsonb NOT NULL,                 -- why, as codes with figures
  decided         text NOT NULL,                  -- by people; '' before that
  reason          text NOT NULL,                  -- of what was decided otherwise than proposed
  decided_by      text NOT NULL,
  valid_from      date,
  valid_until     date,                           -- last day; looked at again by then
  ended_on        date,                           -- a later one took its place
  appeal          text NOT NULL,
  appealed_at     timestamptz,
  appealed_by     text NOT NULL,
  answer          text NOT NULL,
  answered_at     timestamptz,
  answered_by     text NOT NULL,
  CONSTRAINT enrolment_assessment_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT enrolment_assessment_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT enrolment_assessment_decided_check CHECK ((state = 'published') = (decided <> '') AND (state = 'published') = (valid_from IS NOT NULL)
    AND decided IN ('', 'pass', 'fail', 'A', 'B', 'C', 'D') AND (decided IN ('', 'pass', 'fail') OR kind = 'class') AND (decided IN ('', 'A', 'B', 'C', 'D') OR kind = 'duty')),
  CONSTRAINT enrolment_assessment_dates_check CHECK (valid_until >= valid_from AND ended_on >= valid_from),
  CONSTRAINT enrolment_assessment_answered_check CHECK (answered_at IS NULL OR appealed_at IS NOT NULL)
);
-- One under way of a kind at a time, and one that holds.
CREATE UNIQUE INDEX enrolment_assessment_open_key ON enrolment_assessment (company_id, kind) WHERE state = 'open';
CREATE UNIQUE INDEX enrolment_assessment_running_key ON enrolment_assessment (company_id, kind) WHERE state = 'published' AND ended_on IS NULL;
CREATE INDEX enrolment_assessment_region_path_idx ON enrolment_assessment (region_path, kind, decided) WHERE state = 'published' AND ended_on IS NULL;
CREATE INDEX enrolment_assessment_id_idx ON enrolment_assessment (id);
SELECT declare_table('enrolment_assessment', 'shared');
-- The authority assesses and answers; the company reads what is published and appeals once.
REVOKE INSERT, UPDATE ON enrolment_assessment FROM anbiao_company, anbiao_service;
GRANT UPDATE (appeal, appealed_at, appealed_by) ON enrolment_assessment TO anbiao_company;
CREATE POLICY company_published ON enrolment_assessment AS RESTRICTIVE FOR SELECT TO anbiao_company, anbiao_service USING (state = 'published');
CREATE POLICY company_appeals ON enrolment_assessment AS RESTRICTIVE FOR UPDATE TO anbiao_company
  USING (state = 'published' AND ended_on IS NULL AND appealed_at IS NULL) WITH CHECK (state = 'published');
CREATE POLICY regulator_starts ON enrolment_assessment FOR INSERT TO anbiao_regulator
  WITH CHECK (state = 'open' AND organisation_id = scope_organisation() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_decides ON enrolment_assessment FOR UPDATE TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON enrolment_assessment TO anbiao_regulator;
GRANT UPDATE (state, evaluation_id, score, proposed, grounds, decided, reason, decided_by, valid_from, valid_until, ended_on, answer, answered_at, answered_by) ON enrolment_assessment TO anbiao_regulator;

-- +goose Down
DROP TABLE enrolment_assessment;
DELETE FROM table_class WHERE name = 'enrolment_assessment';
