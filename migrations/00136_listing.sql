-- Listed supervision (挂牌督办) of a major hazard: one row a listing, one row a step, and what a regulator may write of the hazard.
-- +goose Up

-- listing_number gives the next number of a listing body in a year. A sequence for each: two bodies never wait for
-- one another, and a rolled back listing leaves a gap.
-- +goose StatementBegin
CREATE FUNCTION listing_number(body bigint, year int) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  seq text := 'listing_number_' || body || '_' || year;
  n bigint;
BEGIN
  IF body < 1 OR year NOT BETWEEN 2000 AND 2200 THEN
    RAISE 'listing_number(%, %)', body, year;
  END IF;
  IF to_regclass(seq) IS NULL THEN -- the first of the year
    PERFORM pg_advisory_xact_lock(hashtextextended(seq, 0));
    EXECUTE format('CREATE SEQUENCE IF NOT EXISTS %I', seq);
  END IF;
  EXECUTE format('SELECT nextval(%L)', seq) INTO n;
  RETURN n;
END $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION listing_number(bigint, int) TO anbiao_regulator, anbiao_system;

CREATE TABLE listing (
  company_id          bigint NOT NULL,
  id                  bigint GENERATED ALWAYS AS IDENTITY,
  region_path         text COLLATE "C" NOT NULL,
  oversight_line      smallint NOT NULL,
  company_name        text NOT NULL,              -- as it was
  hazard_id           bigint NOT NULL,
  hazard_number       text NOT NULL,
  hazard_text         text NOT NULL,              -- what is wrong, as it stood in the notice
  hazard_place        text NOT NULL,
  profile             text NOT NULL,              -- local form that the terms follow, and its version
  profile_version     text NOT NULL,
  level               text NOT NULL CONSTRAINT listing_level_check CHECK (level IN ('town', 'county', 'prefecture', 'province')),
  state               text NOT NULL CONSTRAINT listing_state_check CHECK (state IN ('listed', 'notice_served', 'plan_filed', 'in_progress',
                        'extension_asked', 'acceptance_asked', 'passed', 'delisted', 'published', 'failed', 'escalated')),
  organisation_id     bigint NOT NULL,            -- the listing body
  number_prefix       text NOT NULL,              -- 永应急挂督
  number_year         smallint NOT NULL,
  number_seq          bigint NOT NULL,
  listing_gov         text NOT NULL,
  listing_dept        text NOT NULL,
  signatory           text NOT NULL,
  requirement         text NOT NULL,              -- of the supervision (督办要求)
  stop_work           text NOT NULL CONSTRAINT listing_stop_work_check CHECK (stop_work IN ('', 'partial', 'full')),
  listed_on           date NOT NULL,
  listed_by           text NOT NULL,
  plan_by             date NOT NULL,
  finish_first        date NOT NULL,              -- as in the notice
  finish_by           date NOT NULL,              -- with the extensions granted
  delivered_on        date,
  delivered_by        text NOT NULL,
  received_on         date,
  received_by         text NOT NULL,
  plan_filed_on       date,
  progress_on         date,                       -- last report of progress
  progress_due_on     date,                       -- the next; NULL: none is due
  spent_fen           bigint NOT NULL,            -- as last reported
  done_share          smallint NOT NULL,          -- percent
  extension_asked_on  date,
  extension_until     date,
  extension_standing  text NOT NULL,              -- of the day it was asked: in_window; empty: the holidays are not published
  extension_due_on    date,                       -- last day to decide; NULL: the form has none
  extensions          smallint NOT NULL,          -- granted so far
  acceptance_asked_on date,
  review_due_on       date,
  passed_on           date,
  failed_on           date,
  file_due_on         date,                       -- with the office of the city's committee
  filed_on            date,
  announce_due_on     date,                       -- the listing itself is made public
  announced_on        date,
  delisted_on         date,
  publish_due_on      date,                       -- the result is made public
  published_on        date,
  steps               int NOT NULL,
  changed_at          timestamptz NOT NULL,
  CONSTRAINT listing_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT listing_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT listing_hazard_id_fkey FOREIGN KEY (company_id, hazard_id) REFERENCES hazard (company_id, id),
  CONSTRAINT listing_number_key UNIQUE (organisation_id, number_year, number_seq),
  CONSTRAINT listing_finish_check CHECK (plan_by >= listed_on AND finish_first >= plan_by AND finish_by >= finish_first),
  CONSTRAINT listing_share_check CHECK (done_share BETWEEN 0 AND 100 AND spent_fen >= 0),
  CONSTRAINT listing_delisted_check CHECK (state NOT IN ('delisted', 'published') OR (delisted_on IS NOT NULL AND passed_on IS NOT NULL)),
  CONSTRAINT listing_published_check CHECK ((state = 'published') = (published_on IS NOT NULL))
);
-- One listing of a hazard at a time.
CREATE UNIQUE INDEX listing_open_key ON listing (company_id, hazard_id) WHERE state NOT IN ('delisted', 'published');
CREATE INDEX listing_hazard_id_idx ON listing (company_id, hazard_id);
CREATE INDEX listing_id_idx ON listing (id);
CREATE INDEX listing_company_id_id_idx ON listing (company_id, id DESC);
CREATE INDEX listing_region_path_idx ON listing (region_path, id DESC);
CREATE INDEX listing_announced_idx ON listing (region_path, announced_on DESC, id DESC) WHERE announced_on IS NOT NULL;
SELECT declare_table('listing', 'shared');
-- The company receives the notice, files the plan, reports and asks; it decides nothing, and what it may not write it cannot.
REVOKE INSERT, UPDATE ON listing FROM anbiao_company, anbiao_service;
GRANT UPDATE (state, received_on, received_by, plan_filed_on, progress_on, progress_due_on, spent_fen, done_share, extension_asked_on, extension_until,
  extension_standing, extension_due_on, acceptance_asked_on, review_due_on, steps, changed_at) ON listing TO anbiao_company, anbiao_service;
CREATE POLICY company_answers ON listing AS RESTRICTIVE FOR UPDATE TO anbiao_company, anbiao_service
  USING (state IN ('listed', 'notice_served', 'plan_filed', 'in_progress', 'failed', 'escalated'))
  WITH CHECK (state IN ('notice_served', 'plan_filed', 'in_progress', 'failed', 'escalated', 'extension_asked', 'acceptance_asked'));
-- The regulators of the area list and decide; what the company says of itself they do not write.
CREATE POLICY regulator_lists ON listing FOR INSERT TO anbiao_regulator
  WITH CHECK (state = 'listed' AND organisation_id = scope_organisation() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_decides ON listing FOR UPDATE TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON listing TO anbiao_regulator;
GRANT UPDATE (state, level, delivered_on, delivered_by, received_on, received_by, progress_due_on, finish_by, extensions, passed_on, failed_on, filed_on, announced_on,
  delisted_on, publish_due_on, published_on, steps, changed_at) ON listing TO anbiao_regulator;

CREATE TABLE listing_step (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  listing_id      bigint NOT NULL,
  n               int NOT NULL,                   -- 1, 2, 3 … within the listing
  event           text NOT NULL,
  from_state      text NOT NULL,                  -- '' for the first
  to_state        text NOT NULL,
  at              timestamptz NOT NULL,
  happened_on     date NOT NULL,                  -- which may be a day before it was entered
  actor_kind      text NOT NULL,
  person_id       bigint,
  organisation_id bigint,
  actor_name      text NOT NULL,                  -- as it was then
  note            text NOT NULL,
  detail          jsonb NOT NULL,                 -- what the step decided
  files           bigint[] NOT NULL,              -- scans and signatures
  CONSTRAINT listing_step_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT listing_step_listing_id_n_key UNIQUE (company_id, listing_id, n),
  CONSTRAINT listing_step_listing_id_fkey FOREIGN KEY (company_id, listing_id) REFERENCES listing (company_id, id)
);
SELECT declare_table('listing_step', 'shared');
REVOKE UPDATE ON listing_step FROM anbiao_company, anbiao_service;
CREATE POLICY regulator_adds ON listing_step FOR INSERT TO anbiao_regulator
  WITH CHECK (actor_kind = 'regulator' AND person_id = scope_person() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON listing_step TO anbiao_regulator;

-- Anybody may read what was made public of an area; nothing else is open to the public, and no name of a person is among it.
CREATE POLICY owner_functions ON listing FOR SELECT TO CURRENT_USER USING (announced_on IS NOT NULL);
-- +goose StatementBegin
CREATE FUNCTION listing_public(area text, before bigint, n int)
RETURNS TABLE (id bigint, number_prefix text, number_year smallint, number_seq bigint, company_name text, hazard_text text, level text, listing_gov text, listing_dept text,
  listed_on date, finish_by date, announced_on date, delisted_on date, published_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT l.id, l.number_prefix, l.number_year, l.number_seq, l.company_name, l.hazard_text, l.level, l.listing_gov, l.listing_dept, l.listed_on, l.finish_by, l.announced_on,
    CASE WHEN l.published_on IS NOT NULL THEN l.delisted_on END, l.published_on
  FROM listing l WHERE l.announced_on IS NOT NULL AND l.region_path >= area AND l.region_path < area || '~' AND length(area) >= 2 AND (before = 0 OR l.id < before)
  ORDER BY l.id DESC LIMIT least(n, 101) $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION listing_public(text, bigint, int) TO anbiao_public;

-- Of a major hazard of his area a regulator writes that it is listed, and until when.
CREATE POLICY regulator_lists ON hazard FOR UPDATE TO anbiao_regulator
  USING (level = 'major' AND voided_on IS NULL AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (level = 'major' AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT UPDATE (listed_on, delisted_on, listed_level, deadline, extensions) ON hazard TO anbiao_regulator;
-- Policies add up; this keeps them apart: a regulator moves or closes a major hazard only where it waits for him.
-- +goose StatementBegin
CREATE FUNCTION hazard_regulator_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_user = 'anbiao_regulator' AND OLD.state NOT IN ('under_review', 'extension_pending') AND OLD.asked = ''
     AND (NEW.state, NEW.level, NEW.reviewed_on, NEW.cancelled_on, NEW.fixed_on, NEW.accepted_on) IS DISTINCT FROM (OLD.state, OLD.level, OLD.reviewed_on, OLD.cancelled_on, OLD.fixed_on, OLD.accepted_on) THEN
    RAISE 'hazard % does not wait for the regulator', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER hazard_regulator_kept BEFORE UPDATE ON hazard FOR EACH ROW WHEN (OLD.level = 'major') EXECUTE FUNCTION hazard_regulator_kept();

-- +goose Down
DROP TRIGGER hazard_regulator_kept ON hazard;
DROP FUNCTION hazard_regulator_kept();
DROP POLICY regulator_lists ON hazard;
REVOKE UPDATE (listed_on, delisted_on, listed_level, deadline, extensions) ON hazard FROM anbiao_regulator;
DROP FUNCTION listing_public(text, bigint, int);
DROP TABLE listing_step, listing;
DELETE FROM table_class WHERE name IN ('listing', 'listing_step');
DROP FUNCTION listing_number(bigint, int);
-- +goose StatementBegin
DO $$
DECLARE s text;
BEGIN
  FOR s IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND sequencename ~ '^listing_number_[0-9]+_[0-9]{4}$' LOOP
    EXECUTE format('DROP SEQUENCE %I', s);
  END LOOP;
END $$;
-- +goose StatementEnd
