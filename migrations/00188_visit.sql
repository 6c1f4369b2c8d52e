-- Inspections by regulators (监督检查): the year's plan and its draw, visits with what they found, measures, orders.
-- +goose Up

-- visit_number gives the next number of a body's papers of one kind in a year, a sequence for each: two bodies never wait
-- for one another, and what is rolled back leaves a gap.
-- +goose StatementBegin
CREATE FUNCTION visit_number(body bigint, paper text, year int) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  seq text := 'visit_number_' || paper || '_' || body || '_' || year;
  n bigint;
BEGIN
  IF body < 1 OR paper NOT IN ('record', 'notice') OR year NOT BETWEEN 2000 AND 2200 THEN
    RAISE 'visit_number(%, %, %)', body, paper, year;
  END IF;
  IF to_regclass(seq) IS NULL THEN -- the first of the year
    PERFORM pg_advisory_xact_lock(hashtextextended(seq, 0));
    EXECUTE format('CREATE SEQUENCE IF NOT EXISTS %I', seq);
  END IF;
  EXECUTE format('SELECT nextval(%L)', seq) INTO n;
  RETURN n;
END $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION visit_number(bigint, text, int) TO anbiao_regulator, anbiao_system;

CREATE TABLE visit_plan (
  id                bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT visit_plan_pkey PRIMARY KEY,
  organisation_id   bigint NOT NULL,
  organisation_name text NOT NULL,
  area              text COLLATE "C" NOT NULL,     -- whose companies it is about
  oversight_line    smallint NOT NULL,             -- 0: every line
  year              smallint NOT NULL,
  title             text NOT NULL,
  state             text NOT NULL CONSTRAINT visit_plan_state_check CHECK (state IN ('draft', 'drawn', 'submitted', 'approved', 'returned', 'dropped')),
  rules             text NOT NULL,                 -- version of the data it was drawn under
  times             jsonb NOT NULL,                -- visits a year by class, in hundredths, as drawn
  from_month        smallint NOT NULL,
  officer_ids       bigint[] NOT NULL,             -- among whom the inspectors are drawn, by id
  officer_names     text[] NOT NULL,
  seeds             bigint[] NOT NULL,             -- of every draw, in order; the last holds
  drawn_at          timestamptz,
  drawn_by          text NOT NULL,
  candidates        int NOT NULL,                  -- companies that could be drawn
  drawn             int NOT NULL,                  -- companies that were
  visits            int NOT NULL,
  random_visits     int NOT NULL,                  -- of the visits, those of the random part
  submitted_at      timestamptz,
  decided_at        timestamptz,
  decided_by        text NOT NULL,
  opinion           text NOT NULL,
  generated_at      timestamptz,                   -- when the last visit was made; NULL: not yet
  made_by           text NOT NULL,
  made_at           timestamptz NOT NULL,
  CONSTRAINT visit_plan_drawn_check CHECK (state IN ('draft', 'dropped') OR (drawn_at IS NOT NULL AND cardinality(seeds) > 0)),
  CONSTRAINT visit_plan_from_month_check CHECK (from_month BETWEEN 1 AND 12)
);
CREATE UNIQUE INDEX visit_plan_year_key ON visit_plan (organisation_id, area, year) WHERE state <> 'dropped';
CREATE INDEX visit_plan_area_idx ON visit_plan (area, year DESC, id DESC);
-- custom: authorities' own. The body that makes a plan writes it; those over its area read it and decide; no company ever does.
SELECT declare_table('visit_plan', 'custom');
CREATE POLICY regulator_reads ON visit_plan FOR SELECT TO anbiao_regulator
  USING (organisation_id = scope_organisation() OR (area >= scope_lo() AND area < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(area, oversight_line))));
CREATE POLICY regulator_makes ON visit_plan FOR INSERT TO anbiao_regulator WITH CHECK (organisation_id = scope_organisation() AND state = 'draft');
CREATE POLICY regulator_edits ON visit_plan FOR UPDATE TO anbiao_regulator
  USING (organisation_id = scope_organisation() OR (area >= scope_lo() AND area < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(area, oversight_line)))) WITH CHECK (true);
GRANT SELECT, INSERT ON visit_plan TO anbiao_regulator;
GRANT UPDATE (state, rules, times, seeds, officer_ids, officer_names, drawn_at, drawn_by, candidates, drawn, visits, random_visits, submitted_at, decided_at, decided_by, opinion) ON visit_plan TO anbiao_regulator;

-- The draw, one row a company that could be drawn, so that it can be repeated and proved: rank is its place in the order of
-- SHA-256(seed|firm|id) within its class.
CREATE TABLE visit_pick (
  plan_id      bigint NOT NULL CONSTRAINT visit_pick_plan_id_fkey REFERENCES visit_plan (id),
  company_id   bigint NOT NULL CONSTRAINT visit_pick_company_id_fkey REFERENCES company (company_id),
  company_name text NOT NULL,
  class        text NOT NULL,                      -- A to D; '': none yet
  kind         text NOT NULL CONSTRAINT visit_pick_kind_check CHECK (kind IN ('random', 'key')),
  rank         int NOT NULL,
  months       smallint[] NOT NULL,                -- of its visits; empty: not drawn
  officer_ids  bigint[] NOT NULL,                  -- two for each visit
  CONSTRAINT visit_pick_pkey PRIMARY KEY (plan_id, company_id)
);
CREATE INDEX visit_pick_rank_idx ON visit_pick (plan_id, class, rank);
-- custom: like the plan it belongs to.
SELECT declare_table('visit_pick', 'custom');
CREATE POLICY regulator_reads ON visit_pick FOR SELECT TO anbiao_regulator USING (EXISTS (SELECT FROM visit_plan p WHERE p.id = plan_id));
CREATE POLICY regulator_draws ON visit_pick FOR INSERT TO anbiao_regulator
  WITH CHECK (EXISTS (SELECT FROM visit_plan p WHERE p.id = plan_id AND p.organisation_id = scope_organisation() AND p.state IN ('draft', 'drawn', 'returned')));
CREATE POLICY regulator_redraws ON visit_pick FOR DELETE TO anbiao_regulator
  USING (EXISTS (SELECT FROM visit_plan p WHERE p.id = plan_id AND p.organisation_id = scope_organisation() AND p.state IN ('draft', 'drawn', 'returned')));
GRANT SELECT, INSERT, DELETE ON visit_pick TO anbiao_regulator;

CREATE TABLE visit (
  company_id        bigint NOT NULL,
  id                bigint GENERATED ALWAYS AS IDENTITY,
  region_path       text COLLATE "C" NOT NULL,
  oversight_line    smallint NOT NULL,
  company_name      text NOT NULL,                 -- as it was
  organisation_id   bigint NOT NULL,               -- that inspects
  organisation_name text NOT NULL,
  kind              text NOT NULL CONSTRAINT visit_kind_check CHECK (kind IN ('random', 'key', 'special', 'complaint')),
  announced         boolean NOT NULL,              -- false: 暗访, 四不两直
  reason            text NOT NULL,                 -- campaign, complaint
  cap_reason        text NOT NULL,                 -- why although the year's number is reached
  plan_id           bigint,
  plan_no           smallint NOT NULL,             -- 1, 2 … of the plan's visits to the company; 0: of no plan
  year              smallint NOT NULL,
  planned_on        date NOT NULL,                 -- first day of the month, or the day
  due_on            date NOT NULL,                 -- done by
  officer_ids       bigint[] NOT NULL,
  officer_names     text[] NOT NULL,
  state             text NOT NULL CONSTRAINT visit_state_check CHECK (state IN ('planned', 'underway', 'onsite', 'closed', 'refused', 'cancelled')),
  record_number     text NOT NULL,                 -- of the record; '' before the visit closes
  set_out_at        timestamptz,
  arrived_at        timestamptz,
  ended_at          timestamptz,
  revealed_at       timestamptz,                   -- from then on the company sees it
  items             jsonb NOT NULL,                -- what was looked at
  place             text NOT NULL,
  situation         text NOT NULL,                 -- 检查情况
  firm_person       text NOT NULL,                 -- who was there for the company
  firm_post         text NOT NULL,
  firm_signature    bigint,
  officer_signature bigint,
  firm_refused      boolean NOT NULL,              -- would not sign, or let nobody in
  refusal_note      text NOT NULL,
  findings          int NOT NULL,
  majors            int NOT NULL,
  received_at       timestamptz,                   -- by the company, here
  received_by       text NOT NULL,
  made_by           text NOT NULL,
  made_at           timestamptz NOT NULL,
  changed_at        timestamptz NOT NULL,
  CONSTRAINT visit_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT visit_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT visit_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES visit_plan (id),
  CONSTRAINT visit_officers_check CHECK (cardinality(officer_ids) >= 2 AND cardinality(officer_ids) = cardinality(officer_names)),
  CONSTRAINT visit_days_check CHECK (due_on >= planned_on),
  CONSTRAINT visit_revealed_check CHECK (revealed_at IS NULL OR announced OR state IN ('closed', 'refused')),
  CONSTRAINT visit_ended_check CHECK ((state IN ('closed', 'refused', 'cancelled')) = (ended_at IS NOT NULL) AND (state NOT IN ('closed', 'refused') OR revealed_at IS NOT NULL)),
  -- Signed by both sides, or the refusal noted (Work Safety Law 2021, art. 68).
  CONSTRAINT visit_signed_check CHECK (state <> 'closed' OR (officer_signature IS NOT NULL AND (firm_signature IS NOT NULL OR (firm_refused AND refusal_note <> ''))))
);
CREATE UNIQUE INDEX visit_plan_id_key ON visit (plan_id, company_id, plan_no) WHERE plan_id IS NOT NULL;
CREATE UNIQUE INDEX visit_record_number_key ON visit (organisation_id, record_number) WHERE record_number <> '';
CREATE INDEX visit_id_idx ON visit (id);
CREATE INDEX visit_region_path_idx ON visit (region_path, planned_on DESC, id DESC);
CREATE INDEX visit_company_id_planned_on_idx ON visit (company_id, planned_on DESC, id DESC);
CREATE INDEX visit_organisation_id_idx ON visit (organisation_id, state, due_on);
SELECT declare_table('visit', 'shared');
-- The company and its service agency see a visit once it is revealed to them: at its end, or when it was announced.
REVOKE INSERT, UPDATE ON visit FROM anbiao_company, anbiao_service;
CREATE POLICY firm_revealed ON visit AS RESTRICTIVE FOR SELECT TO anbiao_company, anbiao_service USING (revealed_at IS NOT NULL);
CREATE POLICY firm_receives ON visit AS RESTRICTIVE FOR UPDATE TO anbiao_company, anbiao_service USING (revealed_at IS NOT NULL);
GRANT UPDATE (received_at, received_by) ON visit TO anbiao_company;
-- Of an unannounced visit that is not over other authorities know nothing either.
CREATE POLICY regulator_unannounced ON visit AS RESTRICTIVE FOR SELECT TO anbiao_regulator
  USING (revealed_at IS NOT NULL OR announced OR organisation_id = scope_organisation());
CREATE POLICY regulator_plans ON visit FOR INSERT TO anbiao_regulator
  WITH CHECK (state = 'planned' AND organisation_id = scope_organisation() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_works ON visit FOR UPDATE TO anbiao_regulator
  USING (organisation_id = scope_organisation() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (organisation_id = scope_organisation() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON visit TO anbiao_regulator;
GRANT UPDATE (announced, planned_on, due_on, officer_ids, officer_names, state, record_number, set_out_at, arrived_at, ended_at, revealed_at, items, place, situation, firm_person, firm_post,
  firm_signature, officer_signature, firm_refused, refusal_note, findings, majors, changed_at) ON visit TO anbiao_regulator;

-- An order (责令限期整改指令书) registered from the enforcement system, or a notice of hazards (隐患告知单) of a body without
-- the power to order.
CREATE TABLE visit_order (
  company_id         bigint NOT NULL,
  id                 bigint GENERATED ALWAYS AS IDENTITY,
  region_path        text COLLATE "C" NOT NULL,
  oversight_line     smallint NOT NULL,
  company_name       text NOT NULL,
  visit_id           bigint NOT NULL,
  organisation_id    bigint NOT NULL,
  organisation_name  text NOT NULL,
  kind               text NOT NULL CONSTRAINT visit_order_kind_check CHECK (kind IN ('order', 'notice')),
  number             text NOT NULL,
  state              text NOT NULL CONSTRAINT visit_order_state_check CHECK (state IN ('open', 'extension_asked', 'reinspection_asked', 'passed', 'failed')),
  issued_on          date NOT NULL,
  deadline_first     date NOT NULL,
  deadline           date NOT NULL,
  rank_on            date NOT NULL,                -- the deadline while it is open, else far away: what is late comes first
  requirement        text NOT NULL,
  file_id            bigint,                       -- scan of the paper
  received_at        timestamptz,
  received_by        text NOT NULL,
  extension_on       date,                         -- asked
  extension_until    date,
  extension_reason   text NOT NULL,
  extension_due_on   date,                         -- to be answered by
  extensions         smallint NOT NULL,
  asked_on           date,                         -- re-inspection
  asked_note         text NOT NULL,
  asked_files        bigint[] NOT NULL,
  reinspect_due_on   date,                         -- NULL: the holidays of that year are not published
  reinspected_on     date,
  opinion_number     text NOT NULL,                -- of the 整改复查意见书
  opinion            text NOT NULL,
  opinion_file       bigint,
  reinspectors       text[] NOT NULL,
  made_by            text NOT NULL,
  made_at            timestamptz NOT NULL,
  changed_at         timestamptz NOT NULL,
  CONSTRAINT visit_order_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT visit_order_visit_id_fkey FOREIGN KEY (company_id, visit_id) REFERENCES visit (company_id, id),
  CONSTRAINT visit_order_number_key UNIQUE (organisation_id, kind, number),
  CONSTRAINT visit_order_days_check CHECK (deadline_first >= issued_on AND deadline >= deadline_first),
  CONSTRAINT visit_order_result_check CHECK (state NOT IN ('passed', 'failed') OR (reinspected_on IS NOT NULL AND cardinality(reinspectors) >= 2))
);
CREATE INDEX visit_order_id_idx ON visit_order (id);
CREATE INDEX visit_order_visit_id_idx ON visit_order (company_id, visit_id);
CREATE INDEX visit_order_region_path_idx ON visit_order (region_path, rank_on, id);
CREATE INDEX visit_order_company_id_rank_on_idx ON visit_order (company_id, rank_on, id);
SELECT declare_table('visit_order', 'shared');
-- The company receives it, asks for more time and for the re-inspection; it decides nothing.
REVOKE INSERT, UPDATE ON visit_order FROM anbiao_company, anbiao_service;
GRANT UPDATE (state, received_at, received_by, extension_on, extension_until, extension_reason, extension_due_on, asked_on, asked_note, asked_files, reinspect_due_on, changed_at)
  ON visit_order TO anbiao_company;
CREATE POLICY company_asks ON visit_order AS RESTRICTIVE FOR UPDATE TO anbiao_company, anbiao_service
  USING (state IN ('open', 'failed', 'extension_asked', 'reinspection_asked')) WITH CHECK (state NOT IN ('passed'));
CREATE POLICY regulator_issues ON visit_order FOR INSERT TO anbiao_regulator
  WITH CHECK (state = 'open' AND organisation_id = scope_organisation() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_decides ON visit_order FOR UPDATE TO anbiao_regulator
  USING (organisation_id = scope_organisation() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (organisation_id = scope_organisation() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON visit_order TO anbiao_regulator;
GRANT UPDATE (state, deadline, rank_on, file_id, received_at, received_by, extension_due_on, extensions, reinspect_due_on, reinspected_on, opinion_number, opinion, opinion_file, reinspectors, changed_at)
  ON visit_order TO anbiao_regulator;

CREATE TABLE visit_finding (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  visit_id       bigint NOT NULL,
  n              int NOT NULL,
  client_id      uuid NOT NULL,                   -- made by the phone: the same finding sent twice is one
  place          text NOT NULL,
  description    text NOT NULL,
  clause         text NOT NULL,
  level          text NOT NULL CONSTRAINT visit_finding_level_check CHECK (level IN ('general', 'major')),
  category       text NOT NULL,
  item_code      text NOT NULL,
  photos         bigint[] NOT NULL,
  due_on         date,
  on_spot        boolean NOT NULL,                -- put right while the officers watched
  hazard_id      bigint,                          -- in the company's ledger
  hazard_number  text NOT NULL,
  order_id       bigint,
  result         text NOT NULL CONSTRAINT visit_finding_result_check CHECK (result IN ('', 'passed', 'failed')), -- of the re-inspection
  found_by       text NOT NULL,
  found_at       timestamptz NOT NULL,
  dropped_at     timestamptz,                     -- struck out before the visit closed
  CONSTRAINT visit_finding_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT visit_finding_n_key UNIQUE (company_id, visit_id, n),
  CONSTRAINT visit_finding_client_id_key UNIQUE (company_id, visit_id, client_id),
  CONSTRAINT visit_finding_visit_id_fkey FOREIGN KEY (company_id, visit_id) REFERENCES visit (company_id, id),
  CONSTRAINT visit_finding_hazard_id_fkey FOREIGN KEY (company_id, hazard_id) REFERENCES hazard (company_id, id),
  CONSTRAINT visit_finding_order_id_fkey FOREIGN KEY (company_id, order_id) REFERENCES visit_order (company_id, id)
);
CREATE INDEX visit_finding_id_idx ON visit_finding (id);
CREATE INDEX visit_finding_order_id_idx ON visit_finding (company_id, order_id) WHERE order_id IS NOT NULL;

-- Other instruments used on site (现场处理措施, 停止供电 …), as the data name them.
CREATE TABLE visit_measure (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  visit_id       bigint NOT NULL,
  n              int NOT NULL,
  kind           text NOT NULL,
  effect         text NOT NULL,
  number         text NOT NULL,
  content        text NOT NULL,
  noticed_at     timestamptz,                     -- when the company was told beforehand
  from_at        timestamptz NOT NULL,            -- takes effect
  urgent         boolean NOT NULL,                -- without notice
  made_by        text NOT NULL,
  made_at        timestamptz NOT NULL,
  lifted_on      date,
  lift_note      text NOT NULL,
  CONSTRAINT visit_measure_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT visit_measure_n_key UNIQUE (company_id, visit_id, n),
  CONSTRAINT visit_measure_visit_id_fkey FOREIGN KEY (company_id, visit_id) REFERENCES visit (company_id, id)
);
CREATE INDEX visit_measure_id_idx ON visit_measure (id);

CREATE TABLE visit_step (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  visit_id       bigint NOT NULL,
  order_id       bigint,                          -- a step of an order
  event          text NOT NULL,
  at             timestamptz NOT NULL,
  actor_kind     text NOT NULL,
  person_id      bigint,
  actor_name     text NOT NULL,
  note           text NOT NULL,
  CONSTRAINT visit_step_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT visit_step_visit_id_fkey FOREIGN KEY (company_id, visit_id) REFERENCES visit (company_id, id),
  CONSTRAINT visit_step_order_id_fkey FOREIGN KEY (company_id, order_id) REFERENCES visit_order (company_id, id)
);
CREATE INDEX visit_step_visit_id_idx ON visit_step (company_id, visit_id, id);

-- What hangs on a visit is seen by whoever sees the visit: row security of visit answers the question in the policies below.
-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['visit_finding', 'visit_measure', 'visit_step'] LOOP
    PERFORM declare_table(t::regclass, 'shared');
    EXECUTE format('REVOKE INSERT, UPDATE ON %s FROM anbiao_company, anbiao_service', t);
    EXECUTE format('CREATE POLICY of_a_visit ON %s AS RESTRICTIVE TO anbiao_company, anbiao_service, anbiao_regulator
      USING (EXISTS (SELECT FROM visit v WHERE v.company_id = %1$s.company_id AND v.id = %1$s.visit_id))
      WITH CHECK (EXISTS (SELECT FROM visit v WHERE v.company_id = %1$s.company_id AND v.id = %1$s.visit_id))', t);
    EXECUTE format('CREATE POLICY regulator_adds ON %s FOR INSERT TO anbiao_regulator
      WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))', t);
    EXECUTE format('GRANT INSERT ON %s TO anbiao_regulator', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['visit_finding', 'visit_measure'] LOOP
    EXECUTE format('CREATE POLICY regulator_edits ON %s FOR UPDATE TO anbiao_regulator
      USING (EXISTS (SELECT FROM visit v WHERE v.company_id = %1$s.company_id AND v.id = %1$s.visit_id AND v.organisation_id = scope_organisation()))
      WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))', t);
  END LOOP;
END $$;
-- +goose StatementEnd
GRANT UPDATE (place, description, clause, level, category, photos, due_on, on_spot, hazard_id, hazard_number, order_id, result, dropped_at) ON visit_finding TO anbiao_regulator;
GRANT UPDATE (lifted_on, lift_note) ON visit_measure TO anbiao_regulator;
GRANT INSERT ON visit_step TO anbiao_company; -- that it received a paper, or asked
CREATE POLICY company_steps ON visit_step AS RESTRICTIVE FOR INSERT TO anbiao_company WITH CHECK (actor_kind = 'company' AND person_id = scope_person());

-- A photo taken on an unannounced visit stays hidden with it.
CREATE POLICY of_a_visit ON attachment AS RESTRICTIVE FOR SELECT TO anbiao_company, anbiao_service, anbiao_regulator
  USING (bound_noun IS DISTINCT FROM 'visit' OR EXISTS (SELECT FROM visit v WHERE v.company_id = attachment.company_id AND v.id = attachment.bound_id));
-- What an officer found he enters into the ledger of the company, registered and in his name.
CREATE POLICY regulator_finds ON hazard FOR INSERT TO anbiao_regulator
  WITH CHECK (state = 'registered' AND source IN ('regulator', 'covert_visit') AND found_by_staff_id IS NULL AND found_by_person_id = scope_person()
    AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));

-- +goose Down
DROP POLICY regulator_finds ON hazard;
DROP POLICY of_a_visit ON attachment;
DROP TABLE visit_step, visit_measure, visit_finding, visit_order, visit, visit_pick, visit_plan;
DELETE FROM table_class WHERE name IN ('visit_step', 'visit_measure', 'visit_finding', 'visit_order', 'visit', 'visit_pick', 'visit_plan');
DROP FUNCTION visit_number(bigint, text, int);
-- +goose StatementBegin
DO $$
DECLARE s text;
BEGIN
  FOR s IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND sequencename ~ '^visit_number_[a-z]+_[0-9]+_[0-9]{4}$' LOOP
    EXECUTE format('DROP SEQUENCE %I', s);
  END LOOP;
END $$;
-- +goose StatementEnd
