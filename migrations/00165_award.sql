-- Levels that companies hold (安全生产标准化等级): one row a certificate, one row a step, and what is said and decided about them.
-- +goose Up

CREATE TABLE award (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  public_id       uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT award_public_id_key UNIQUE, -- of the verification page
  company_name    text NOT NULL,                  -- as it stands on the certificate
  name_fold       text NOT NULL,                  -- as names are compared, for search
  name_bi         int[] NOT NULL,                 -- its bigrams
  uscc            text NOT NULL,
  industry        text NOT NULL,                  -- GB/T 4754
  speciality      text NOT NULL,                  -- industry code in certificate numbers, e.g. JX
  level           text NOT NULL CONSTRAINT award_level_check CHECK (level IN ('1', '2', '3', 'pass')),
  level_name      text NOT NULL,
  state           text NOT NULL CONSTRAINT award_state_check CHECK (state IN ('in_force', 'renewal_due', 'expired', 'revoked', 'replaced')),
  state_on        date NOT NULL,
  reason          text NOT NULL,                  -- why it was revoked or replaced
  source          text NOT NULL CONSTRAINT award_source_check CHECK (source IN ('grading', 'paper')), -- paper: an old certificate was entered
  rubric_id       bigint,
  evaluation_id   bigint,
  application_id  bigint,
  score           int NOT NULL CONSTRAINT award_score_check CHECK (score BETWEEN -1 AND 10000), -- hundredths; -1: not known
  certificate_no  text COLLATE "C" NOT NULL CONSTRAINT award_certificate_no_key UNIQUE,
  check_code      text COLLATE "C" NOT NULL,      -- printed beside the number, asked for when the number is checked
  printed_no      text NOT NULL,                  -- of the printed form
  plaque_no       text NOT NULL,                  -- of the plaque (牌匾)
  authority       text NOT NULL,
  authority_level text NOT NULL CONSTRAINT award_authority_level_check CHECK (authority_level IN ('nation', 'province', 'prefecture', 'county')),
  organisation_id bigint,                         -- the body that entered it
  organizing_unit text NOT NULL,
  review_unit     text NOT NULL,
  announced_on    date NOT NULL,
  valid_until     date NOT NULL,                  -- inclusive
  window_on       date NOT NULL,                  -- first day on which renewal can be asked for
  notice_no       text NOT NULL,
  rules           text NOT NULL,                  -- version of the rules it was awarded under
  renews_id       bigint,                         -- the award before it
  direct          boolean NOT NULL,               -- renewed without a review on site
  yearly_due_on   date,                           -- next yearly self-evaluation to look at; NULL: none
  missed          smallint[] NOT NULL,            -- award years without one
  revoked_on      date,
  entered_on      date NOT NULL,                  -- from this day on the program knows of it
  steps           int NOT NULL,
  changed_at      timestamptz NOT NULL,
  CONSTRAINT award_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT award_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT award_renews_id_fkey FOREIGN KEY (company_id, renews_id) REFERENCES award (company_id, id),
  CONSTRAINT award_valid_until_check CHECK (valid_until > announced_on AND window_on BETWEEN announced_on AND valid_until),
  CONSTRAINT award_revoked_on_check CHECK ((state = 'revoked') = (revoked_on IS NOT NULL))
);
-- A company holds one level at a time.
CREATE UNIQUE INDEX award_current_key ON award (company_id) WHERE state IN ('in_force', 'renewal_due');
CREATE INDEX award_id_idx ON award (id);
CREATE INDEX award_company_id_announced_on_idx ON award (company_id, announced_on DESC, id DESC);
CREATE INDEX award_announced_on_idx ON award (announced_on DESC, id DESC);
CREATE INDEX award_valid_until_idx ON award (valid_until, id);
CREATE INDEX award_region_path_idx ON award (region_path, announced_on DESC, id DESC);
CREATE INDEX award_region_path_valid_until_idx ON award (region_path, valid_until, id);
CREATE INDEX award_uscc_idx ON award (uscc COLLATE "C");
CREATE INDEX award_name_bi_idx ON award USING gin (name_bi);
-- What the daily job asks for.
CREATE INDEX award_window_on_idx ON award (window_on, id) WHERE state = 'in_force';
CREATE INDEX award_ending_idx ON award (valid_until, id) WHERE state IN ('in_force', 'renewal_due');
CREATE INDEX award_yearly_due_on_idx ON award (yearly_due_on, id) WHERE state IN ('in_force', 'renewal_due');
CREATE INDEX award_published_idx ON award (region_path, id DESC);
SELECT declare_table('award', 'shared');
-- The company writes nothing here: what it says stands in award_revocation and award_rename.
REVOKE INSERT, UPDATE ON award FROM anbiao_company, anbiao_service;
CREATE POLICY regulator_awards ON award FOR INSERT TO anbiao_regulator
  WITH CHECK (state <> 'revoked' AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_decides ON award FOR UPDATE TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY agency_reviews ON award FOR SELECT TO anbiao_agency USING (scope_reviews(company_id));
GRANT INSERT ON award TO anbiao_regulator;
GRANT UPDATE (company_name, name_fold, name_bi, state, state_on, reason, printed_no, plaque_no, yearly_due_on, missed, revoked_on, steps, changed_at) ON award TO anbiao_regulator;
GRANT SELECT ON award TO anbiao_agency;

CREATE TABLE award_step (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  award_id        bigint NOT NULL,
  event           text NOT NULL,
  to_state        text NOT NULL,
  at              timestamptz NOT NULL,
  happened_on     date NOT NULL,                  -- which may be a day before it was entered
  actor_kind      text NOT NULL,
  person_id       bigint,
  organisation_id bigint,
  actor_name      text NOT NULL,                  -- as it was then
  note            text NOT NULL,
  detail          jsonb NOT NULL,
  files           bigint[] NOT NULL,
  CONSTRAINT award_step_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT award_step_award_id_fkey FOREIGN KEY (company_id, award_id) REFERENCES award (company_id, id)
);
CREATE INDEX award_step_award_id_idx ON award_step (company_id, award_id, id);
SELECT declare_table('award_step', 'shared');
REVOKE UPDATE ON award_step FROM anbiao_company, anbiao_service;
CREATE POLICY company_adds ON award_step AS RESTRICTIVE FOR INSERT TO anbiao_company, anbiao_service
  WITH CHECK (actor_kind IN ('company', 'service') AND person_id = scope_person());
CREATE POLICY regulator_adds ON award_step FOR INSERT TO anbiao_regulator
  WITH CHECK (actor_kind = 'regulator' AND person_id = scope_person() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON award_step TO anbiao_regulator;

-- A bar: no application before a day has passed.
CREATE TABLE award_bar (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  award_id        bigint,                         -- whose revocation it follows; NULL: an application ended with it
  since_on        date NOT NULL,
  until_on        date NOT NULL,                  -- inclusive
  reason          text NOT NULL,
  organisation_id bigint,
  made_by         text NOT NULL,
  at              timestamptz NOT NULL,
  CONSTRAINT award_bar_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT award_bar_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT award_bar_award_id_fkey FOREIGN KEY (company_id, award_id) REFERENCES award (company_id, id),
  CONSTRAINT award_bar_until_on_check CHECK (until_on > since_on)
);
CREATE INDEX award_bar_until_on_idx ON award_bar (company_id, until_on DESC);
SELECT declare_table('award_bar', 'shared');
REVOKE INSERT, UPDATE ON award_bar FROM anbiao_company, anbiao_service;
CREATE POLICY regulator_bars ON award_bar FOR INSERT TO anbiao_regulator
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY agency_reviews ON award_bar FOR SELECT TO anbiao_agency USING (scope_reviews(company_id));
GRANT INSERT ON award_bar TO anbiao_regulator;
GRANT SELECT ON award_bar TO anbiao_agency;

-- The last serial number of each row of certificate numbers.
CREATE TABLE award_serial (
  prefix text COLLATE "C" NOT NULL CONSTRAINT award_serial_pkey PRIMARY KEY,
  last   int NOT NULL
);
-- custom: drawn from through award_number only.
SELECT declare_table('award_serial', 'custom');
-- award_number draws the next certificate number of a row; one that an old certificate holds already is passed over.
-- Whoever draws the second of a row waits for the first, so that no number is lost.
CREATE POLICY owner_functions ON award FOR SELECT TO CURRENT_USER USING (true);
-- +goose StatementBegin
CREATE FUNCTION award_number(of_prefix text, digits int) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  n int;
  made text;
BEGIN
  IF of_prefix !~ '^.{2,30}20[0-9]{2}$' OR digits NOT BETWEEN 3 AND 9 THEN
    RAISE 'award_number(%, %)', of_prefix, digits;
  END IF;
  LOOP
    INSERT INTO award_serial AS s (prefix, last) VALUES (of_prefix, 1) ON CONFLICT ON CONSTRAINT award_serial_pkey DO UPDATE SET last = s.last + 1 RETURNING s.last INTO n;
    made := of_prefix || lpad(n::text, greatest(digits, length(n::text)), '0');
    EXIT WHEN NOT EXISTS (SELECT FROM award a WHERE a.certificate_no = made);
  END LOOP;
  RETURN made;
END $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION award_number(text, int) TO anbiao_regulator, anbiao_system;

-- What anybody may know of an award: never a person, and nothing of the company beside its name and code.
CREATE TYPE award_open AS (id bigint, public_id uuid, company_name text, uscc text, industry text, speciality text, level text, level_name text, certificate_no text,
  authority text, review_unit text, announced_on date, valid_until date, notice_no text, state text, revoked_on date);
-- +goose StatementBegin
CREATE FUNCTION award_verify(of_public uuid, of_number text, of_code text) RETURNS SETOF award_open
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.id, a.public_id, a.company_name, a.uscc, a.industry, a.speciality, a.level, a.level_name, a.certificate_no, a.authority, a.review_unit, a.announced_on, a.valid_until, a.notice_no,
    a.state, a.revoked_on
  FROM award a WHERE a.public_id = of_public OR (of_public IS NULL AND a.certificate_no = of_number AND a.check_code = of_code AND of_code <> '') $$;
CREATE FUNCTION award_published(area text, of_level text, before bigint, n int) RETURNS SETOF award_open
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.id, a.public_id, a.company_name, a.uscc, a.industry, a.speciality, a.level, a.level_name, a.certificate_no, a.authority, a.review_unit, a.announced_on, a.valid_until, a.notice_no,
    a.state, a.revoked_on
  FROM award a WHERE a.region_path >= area AND a.region_path < area || '~' AND length(area) >= 2 AND a.state IN ('in_force', 'renewal_due', 'revoked')
    AND (of_level = '' OR a.level = of_level) AND (before = 0 OR a.id < before)
  ORDER BY a.id DESC LIMIT least(n, 101) $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION award_verify(uuid, text, text), award_published(text, text, bigint, int) TO anbiao_public;

-- +goose Down
DROP FUNCTION award_published(text, text, bigint, int);
DROP FUNCTION award_verify(uuid, text, text);
DROP TYPE award_open;
DROP FUNCTION award_number(text, int);
DROP TABLE award_serial, award_bar, award_step, award;
DELETE FROM table_class WHERE name IN ('award', 'award_step', 'award_bar', 'award_serial');
