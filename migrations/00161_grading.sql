-- Applications for a standardization level (定级申请), from the draft to the announcement: one row an application, one row a step,
-- the review team with what each declares, what the review found (不符合项), and objections raised while the result is public.
-- +goose Up

CREATE TABLE grading_application (
  company_id             bigint NOT NULL,
  id                     bigint GENERATED ALWAYS AS IDENTITY,
  region_path            text COLLATE "C" NOT NULL,
  oversight_line         smallint NOT NULL,
  company_name           text NOT NULL,             -- as it was
  company_code           text NOT NULL,             -- 统一社会信用代码
  kind                   text NOT NULL CONSTRAINT grading_application_kind_check CHECK (kind IN ('first', 'renewal')),
  renews_id              bigint,                    -- the level that is renewed
  direct                 boolean NOT NULL,          -- renewal without a site review (直接公示公告)
  profile                text NOT NULL,             -- form of the area, and its version
  profile_version        text NOT NULL,
  level                  text NOT NULL,             -- asked for: 1, 2, 3, pass
  take_reached           boolean NOT NULL,          -- where the profile has it: a lower level reached is taken
  rubric_id              bigint NOT NULL,
  self_id                bigint NOT NULL,           -- the self-evaluation
  snapshot               jsonb NOT NULL,            -- of it, as it stood when the application went out
  conditions             jsonb NOT NULL,            -- each with what the system found and what the company says
  organizer_level        text NOT NULL,
  authority_level        text NOT NULL,
  organizer_unit         text NOT NULL,             -- 组织单位
  organizer_agency_id    bigint CONSTRAINT grading_application_organizer_agency_id_fkey REFERENCES account_organisation (id), -- that checked for it
  authority_unit         text NOT NULL,             -- 定级部门
  signature_id           bigint,                    -- of the principal under the commitment (承诺书)
  signed_by              text NOT NULL,
  signed_on              date,
  state                  text NOT NULL CONSTRAINT grading_application_state_check CHECK (state IN ('draft', 'submitted', 'correction', 'accepted', 'confirmed', 'rejected',
                           'site_reported', 'rectifying', 'rectify_check', 'listed', 'publicity', 'objection', 'granted', 'not_passed', 'terminated_false', 'withdrawn')),
  since_on               date NOT NULL,             -- in that state
  due_on                 date,                      -- last day of the term that runs; NULL: none, or not to be counted yet
  due_side               text NOT NULL CONSTRAINT grading_application_due_side_check CHECK (due_side IN ('', 'company', 'organizer', 'authority', 'agency')),
  due_missing            smallint NOT NULL,         -- the year whose holidays are not published, so that it cannot be counted
  escalated_to           text NOT NULL,             -- level that a late step was passed up to
  submitted_on           date,
  received_on            date,                      -- the last time
  corrections            text[] NOT NULL,           -- told once
  corrected              boolean NOT NULL,
  accepted_on            date,
  silent                 boolean NOT NULL,          -- accepted because nobody answered in time
  endorsed_on            date,                      -- reported to the authority
  confirmed_on           date,
  review_organisation_id bigint CONSTRAINT grading_application_review_organisation_id_fkey REFERENCES account_organisation (id),
  review_unit            text NOT NULL,
  site_from              date,
  site_until             date,
  review_id              bigint,                    -- the review's own evaluation
  site_reported_on       date,
  reached                text NOT NULL,             -- level
  review_score           int NOT NULL,              -- hundredths; -1: none
  conclusion             text NOT NULL,
  rectify_due_on         date,
  extensions             smallint NOT NULL,
  extension_asked_on     date,                      -- not answered yet
  extension_days         smallint NOT NULL,         -- working days asked for
  rectified_on           date,
  checked_on             date,
  listed_on              date,
  public_from            date,
  public_until           date,
  public_at              text NOT NULL,             -- medium
  objections             int NOT NULL,
  objections_open        int NOT NULL,
  objections_upheld      int NOT NULL,
  announced_on           date,
  notice_no              text NOT NULL,
  end_reason             text NOT NULL,
  ended_on               date,
  barred_until           date,                      -- no new application before the day after
  steps                  int NOT NULL,
  changed_at             timestamptz NOT NULL,
  CONSTRAINT grading_application_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT grading_application_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT grading_application_signed_check CHECK (state IN ('draft', 'withdrawn') OR (signature_id IS NOT NULL AND signed_on IS NOT NULL)),
  CONSTRAINT grading_application_ended_check CHECK ((ended_on IS NOT NULL) = (state IN ('rejected', 'granted', 'not_passed', 'terminated_false', 'withdrawn'))),
  CONSTRAINT grading_application_granted_check CHECK ((state = 'granted') = (announced_on IS NOT NULL)),
  CONSTRAINT grading_application_public_check CHECK (public_until >= public_from),
  CONSTRAINT grading_application_objections_check CHECK (objections_open BETWEEN 0 AND objections AND objections_upheld BETWEEN 0 AND objections),
  CONSTRAINT grading_application_extensions_check CHECK (extensions BETWEEN 0 AND 1)
);
-- One application of a company at a time.
CREATE UNIQUE INDEX grading_application_open_key ON grading_application (company_id) WHERE ended_on IS NULL;
CREATE INDEX grading_application_id_idx ON grading_application (id);
CREATE INDEX grading_application_list_idx ON grading_application (company_id, id DESC);
CREATE INDEX grading_application_region_path_idx ON grading_application (region_path, id DESC);
CREATE INDEX grading_application_due_on_idx ON grading_application (due_on, company_id, id) WHERE ended_on IS NULL;
CREATE INDEX grading_application_review_idx ON grading_application (review_organisation_id, id DESC) WHERE review_organisation_id IS NOT NULL;
CREATE INDEX grading_application_public_idx ON grading_application (region_path, id DESC) WHERE state IN ('publicity', 'objection', 'granted');
SELECT declare_table('grading_application', 'shared');
-- A draft is the company's own.
CREATE POLICY regulator_no_draft ON grading_application AS RESTRICTIVE FOR SELECT TO anbiao_regulator USING (state <> 'draft');
-- Second lock behind the states: what lies with others is frozen for the company, and it decides nothing.
CREATE POLICY company_starts ON grading_application AS RESTRICTIVE FOR INSERT TO anbiao_company, anbiao_service WITH CHECK (state = 'draft');
CREATE POLICY company_acts ON grading_application AS RESTRICTIVE FOR UPDATE TO anbiao_company, anbiao_service
  USING (state IN ('draft', 'submitted', 'correction', 'accepted', 'rectifying'))
  WITH CHECK (state IN ('draft', 'submitted', 'rectifying', 'rectify_check', 'withdrawn') OR (state = 'listed' AND direct));
REVOKE UPDATE ON grading_application FROM anbiao_company, anbiao_service;
GRANT UPDATE (level, take_reached, direct, snapshot, conditions, organizer_level, authority_level, signature_id, signed_by, signed_on, state, since_on, due_on, due_side, due_missing, submitted_on, received_on,
  listed_on, extension_asked_on, extension_days, rectified_on, end_reason, ended_on, steps, changed_at) ON grading_application TO anbiao_company, anbiao_service;
-- The regulators of the area decide; what the company says of itself they do not write.
CREATE POLICY regulator_decides ON grading_application FOR UPDATE TO anbiao_regulator
  USING (state NOT IN ('draft', 'withdrawn', 'granted', 'rejected', 'not_passed', 'terminated_false') AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (state NOT IN ('draft', 'withdrawn') AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT UPDATE (state, since_on, due_on, due_side, due_missing, escalated_to, corrections, corrected, accepted_on, organizer_unit, organizer_agency_id, authority_unit, endorsed_on, confirmed_on,
  review_organisation_id, review_unit, site_from, site_until, review_id, rectify_due_on, extensions, extension_asked_on, extension_days, checked_on, listed_on, public_from, public_until, public_at,
  objections_open, objections_upheld, announced_on, notice_no, end_reason, ended_on, barred_until, steps, changed_at) ON grading_application TO anbiao_regulator;
-- A review agency sees the application it is sent for, on the days it is let in, and writes what it found.
CREATE POLICY agency_reviews ON grading_application FOR SELECT TO anbiao_agency USING (review_organisation_id = scope_organisation() AND scope_reviews(company_id));
CREATE POLICY agency_reports ON grading_application FOR UPDATE TO anbiao_agency
  USING (review_organisation_id = scope_organisation() AND scope_reviews(company_id) AND state IN ('confirmed', 'rectify_check'))
  WITH CHECK (state IN ('confirmed', 'site_reported', 'rectifying', 'rectify_check', 'listed', 'not_passed'));
GRANT SELECT ON grading_application TO anbiao_agency;
GRANT UPDATE (state, since_on, due_on, due_side, due_missing, review_id, site_reported_on, level, reached, review_score, conclusion, rectify_due_on, checked_on,
  listed_on, end_reason, ended_on, barred_until, steps, changed_at) ON grading_application TO anbiao_agency;
-- Its days, too, it sees only while they run; it ends them when it has reported, and cannot lengthen them.
ALTER POLICY agency_own ON grading_access USING (organisation_id = scope_organisation() AND (now() AT TIME ZONE 'Asia/Shanghai')::date BETWEEN opens_on AND closes_on);
CREATE FUNCTION grading_leave(company bigint, today date) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE grading_access g SET closes_on = greatest(g.opens_on - 1, today - 1) WHERE g.company_id = company AND g.organisation_id = scope_organisation() AND g.closes_on >= today $$;
GRANT EXECUTE ON FUNCTION grading_leave(bigint, date) TO anbiao_agency;

CREATE TABLE grading_step (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  application_id  bigint NOT NULL,
  n               int NOT NULL,                     -- 1, 2, 3 … within the application
  event           text NOT NULL,
  from_state      text NOT NULL,                    -- '' for the first
  to_state        text NOT NULL,
  at              timestamptz NOT NULL,
  happened_on     date NOT NULL,                    -- may be a day before it was entered: silence accepts on the day of receipt
  side            text NOT NULL,
  person_id       bigint,
  organisation_id bigint,
  actor_name      text NOT NULL,                    -- as it was then
  organisation    text NOT NULL,                    -- for which it was done
  note            text NOT NULL,
  detail          jsonb NOT NULL,
  files           bigint[] NOT NULL,
  CONSTRAINT grading_step_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT grading_step_application_id_n_key UNIQUE (company_id, application_id, n),
  CONSTRAINT grading_step_application_id_fkey FOREIGN KEY (company_id, application_id) REFERENCES grading_application (company_id, id)
);
SELECT declare_table('grading_step', 'shared');
REVOKE UPDATE ON grading_step FROM anbiao_company, anbiao_service;
CREATE POLICY regulator_adds ON grading_step FOR INSERT TO anbiao_regulator
  WITH CHECK (person_id = scope_person() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON grading_step TO anbiao_regulator;
CREATE POLICY agency_sees ON grading_step FOR SELECT TO anbiao_agency
  USING (EXISTS (SELECT FROM grading_application a WHERE a.company_id = grading_step.company_id AND a.id = application_id));
CREATE POLICY agency_adds ON grading_step FOR INSERT TO anbiao_agency WITH CHECK (person_id = scope_person() AND scope_reviews(company_id));
GRANT SELECT, INSERT ON grading_step TO anbiao_agency;

-- The review team (现场评审组). Each of them declares whether he has had to do with the company.
CREATE TABLE grading_member (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  application_id  bigint NOT NULL,
  organisation_id bigint NOT NULL,
  name            text NOT NULL,
  leads           boolean NOT NULL,
  declared_on     date,
  conflict        boolean NOT NULL,
  statement       text NOT NULL,
  ended_on        date,                             -- another team was sent
  CONSTRAINT grading_member_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT grading_member_application_id_fkey FOREIGN KEY (company_id, application_id) REFERENCES grading_application (company_id, id)
);
CREATE INDEX grading_member_application_id_idx ON grading_member (company_id, application_id, id);
SELECT declare_table('grading_member', 'shared');
REVOKE INSERT, UPDATE ON grading_member FROM anbiao_company, anbiao_service;
CREATE POLICY regulator_sends ON grading_member FOR INSERT TO anbiao_regulator
  WITH CHECK (declared_on IS NULL AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_recalls ON grading_member FOR UPDATE TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT, UPDATE (ended_on) ON grading_member TO anbiao_regulator;
CREATE POLICY agency_sees ON grading_member FOR SELECT TO anbiao_agency USING (organisation_id = scope_organisation() AND scope_reviews(company_id));
CREATE POLICY agency_declares ON grading_member FOR UPDATE TO anbiao_agency USING (organisation_id = scope_organisation() AND scope_reviews(company_id)) WITH CHECK (organisation_id = scope_organisation());
GRANT SELECT, UPDATE (declared_on, conflict, statement, ended_on) ON grading_member TO anbiao_agency;

-- What the review found (不符合项), what the company did about it, and whether that will do.
CREATE TABLE grading_issue (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  application_id  bigint NOT NULL,
  organisation_id bigint NOT NULL,                  -- that found it
  n               smallint NOT NULL,
  item_code       text NOT NULL,                    -- of the rubric; '' for none
  what            text NOT NULL,
  demand          text NOT NULL,                    -- what is asked for
  measure         text NOT NULL,                    -- what the company did
  files           bigint[] NOT NULL,                -- proof
  done_on         date,
  passed          boolean,                          -- by the check; NULL: not checked
  verdict         text NOT NULL,
  CONSTRAINT grading_issue_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT grading_issue_application_id_n_key UNIQUE (company_id, application_id, n),
  CONSTRAINT grading_issue_application_id_fkey FOREIGN KEY (company_id, application_id) REFERENCES grading_application (company_id, id)
);
SELECT declare_table('grading_issue', 'shared');
REVOKE INSERT, UPDATE ON grading_issue FROM anbiao_company, anbiao_service;
GRANT UPDATE (measure, files, done_on) ON grading_issue TO anbiao_company, anbiao_service;
CREATE POLICY agency_sees ON grading_issue FOR SELECT TO anbiao_agency USING (organisation_id = scope_organisation() AND scope_reviews(company_id));
CREATE POLICY agency_finds ON grading_issue FOR INSERT TO anbiao_agency WITH CHECK (organisation_id = scope_organisation() AND scope_reviews(company_id) AND done_on IS NULL AND passed IS NULL);
CREATE POLICY agency_checks ON grading_issue FOR UPDATE TO anbiao_agency USING (organisation_id = scope_organisation() AND scope_reviews(company_id)) WITH CHECK (organisation_id = scope_organisation());
GRANT SELECT, INSERT, UPDATE (passed, verdict) ON grading_issue TO anbiao_agency;
-- Where the review team does not check in time, the authority does.
CREATE POLICY regulator_checks ON grading_issue FOR UPDATE TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT UPDATE (passed, verdict) ON grading_issue TO anbiao_regulator;

-- Objections (公示异议) by anybody. custom: who raised one, and what it says, is for the authority alone; the company only
-- learns that there is one, from the counters of its application.
CREATE TABLE grading_objection (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  application_id  bigint NOT NULL,
  at              timestamptz NOT NULL,
  text            text NOT NULL CONSTRAINT grading_objection_text_check CHECK (length(text) BETWEEN 1 AND 2000),
  name            text NOT NULL,                    -- '' where not given
  contact         text NOT NULL,
  origin          text NOT NULL,                    -- of the request, hashed; forgotten with the verdict
  verdict         text NOT NULL CONSTRAINT grading_objection_verdict_check CHECK (verdict IN ('', 'upheld', 'dismissed')),
  finding         text NOT NULL,
  verified_on     date,
  verified_by     text NOT NULL,
  CONSTRAINT grading_objection_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT grading_objection_application_id_fkey FOREIGN KEY (company_id, application_id) REFERENCES grading_application (company_id, id),
  CONSTRAINT grading_objection_verified_check CHECK ((verdict <> '') = (verified_on IS NOT NULL))
);
CREATE INDEX grading_objection_application_id_idx ON grading_objection (company_id, application_id, id);
CREATE INDEX grading_objection_origin_idx ON grading_objection (origin, at) WHERE origin <> '';
SELECT declare_table('grading_objection', 'custom');
CREATE POLICY regulator_area ON grading_objection FOR SELECT TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_verifies ON grading_objection FOR UPDATE TO anbiao_regulator
  USING (verdict = '' AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT SELECT, UPDATE (verdict, finding, verified_on, verified_by, origin) ON grading_objection TO anbiao_regulator;

-- Anybody may read which results are public in an area; no name of a person is among it.
CREATE POLICY owner_functions ON grading_application FOR SELECT TO CURRENT_USER USING (state IN ('publicity', 'objection', 'granted'));
-- +goose StatementBegin
CREATE FUNCTION grading_public(area text, before bigint, n int)
RETURNS TABLE (id bigint, company_name text, company_code text, level text, profile text, profile_version text, kind text, state text, organizer_unit text, authority_unit text, review_unit text,
  public_from date, public_until date, announced_on date, notice_no text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.id, a.company_name, a.company_code, a.level, a.profile, a.profile_version, a.kind, CASE a.state WHEN 'objection' THEN 'publicity' ELSE a.state END, a.organizer_unit, a.authority_unit, a.review_unit,
    a.public_from, a.public_until, a.announced_on, a.notice_no
  FROM grading_application a
  WHERE a.state IN ('publicity', 'objection', 'granted') AND a.region_path >= area AND a.region_path < area || '~' AND length(area) >= 2 AND (before = 0 OR a.id < before)
  ORDER BY a.id DESC LIMIT least(n, 101) $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION grading_public(text, bigint, int) TO anbiao_public;

-- Which review agencies there are, and when each last worked for a company (冲突回避): the engagement may be one of a safety-service
-- agency of the same name.
-- +goose StatementBegin
CREATE FUNCTION grading_agencies(company bigint) RETURNS TABLE (id bigint, name text, worked_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT o.id, o.name, (SELECT max(least(coalesce(e.until_on, (now() AT TIME ZONE 'Asia/Shanghai')::date), (now() AT TIME ZONE 'Asia/Shanghai')::date))
                        FROM account_engagement e JOIN account_organisation s ON s.id = e.organisation_id
                        WHERE e.company_id = company AND e.from_on <= (now() AT TIME ZONE 'Asia/Shanghai')::date AND (s.id = o.id OR s.name = o.name))
  FROM account_organisation o WHERE o.kind = 'agency' ORDER BY o.name, o.id $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION grading_agencies(bigint) TO anbiao_regulator, anbiao_system;

-- +goose Down
DROP FUNCTION grading_agencies(bigint);
DROP FUNCTION grading_public(text, bigint, int);
DROP TABLE grading_objection, grading_issue, grading_member, grading_step, grading_application;
DROP FUNCTION grading_leave(bigint, date);
ALTER POLICY agency_own ON grading_access USING (organisation_id = scope_organisation());
DELETE FROM table_class WHERE name IN ('grading_application', 'grading_step', 'grading_member', 'grading_issue', 'grading_objection');
