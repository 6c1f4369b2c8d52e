-- Numbered letters of regulators (督促函, 警示约谈通知, 通报, 工作建议函, 重大事项提醒): one row a letter, one row a step.
-- +goose Up

-- The last number of an organisation, kind of letter and year.
CREATE TABLE missive_serial (
  organisation_id bigint NOT NULL CONSTRAINT missive_serial_organisation_id_fkey REFERENCES account_organisation (id),
  kind            text NOT NULL,
  year            smallint NOT NULL,
  last            int NOT NULL,
  CONSTRAINT missive_serial_pkey PRIMARY KEY (organisation_id, kind, year)
);
-- custom: drawn from through missive_number only.
SELECT declare_table('missive_serial', 'custom');
-- missive_number gives the next number of the actor's own organisation. Whoever issues the second letter of a row waits for the
-- first, and what is rolled back gives its number back, so that none is missing (文号连续).
-- +goose StatementBegin
CREATE FUNCTION missive_number(of_kind text, of_year int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE n int;
BEGIN
  IF scope_organisation() IS NULL OR of_kind !~ '^[a-z_]{1,20}$' OR of_year NOT BETWEEN 2000 AND 2200 THEN
    RAISE 'missive_number(%, %)', of_kind, of_year;
  END IF;
  INSERT INTO missive_serial AS s (organisation_id, kind, year, last) VALUES (scope_organisation(), of_kind, of_year, 1)
    ON CONFLICT ON CONSTRAINT missive_serial_pkey DO UPDATE SET last = s.last + 1 RETURNING s.last INTO n;
  RETURN n;
END $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION missive_number(text, int) TO anbiao_regulator;

-- The regulators to whom the actor's organisation may write: those whose areas all lie in its own.
-- +goose StatementBegin
CREATE FUNCTION missive_offices() RETURNS TABLE (id bigint, name text, area text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT o.id, o.name, o.areas[1] FROM account_organisation me JOIN account_organisation o ON o.kind = 'regulator' AND o.id <> me.id AND o.areas <> '{}'
  WHERE me.id = scope_organisation() AND me.kind = 'regulator'
    AND NOT EXISTS (SELECT FROM unnest(o.areas) a WHERE NOT EXISTS (SELECT FROM unnest(me.areas) b WHERE starts_with(a, b)))
  ORDER BY o.areas[1] COLLATE "C", o.name, o.id $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION missive_offices() TO anbiao_regulator;

CREATE TABLE missive (
  id                bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT missive_pkey PRIMARY KEY,
  company_id        bigint CONSTRAINT missive_company_id_fkey REFERENCES company (company_id), -- whom it is addressed to; NULL: an office
  office_id         bigint CONSTRAINT missive_office_id_fkey REFERENCES account_organisation (id),
  recipient         text NOT NULL,               -- name as it was
  region_path       text COLLATE "C" NOT NULL,   -- of the recipient
  oversight_line    smallint NOT NULL,
  organisation_id   bigint NOT NULL CONSTRAINT missive_organisation_id_fkey REFERENCES account_organisation (id), -- who writes
  organisation_name text NOT NULL,
  kind              text NOT NULL CONSTRAINT missive_kind_check CHECK (kind IN ('urge', 'interview', 'circular', 'advice', 'reminder')),
  kind_version      text NOT NULL,               -- of the clocks it runs by
  state             text NOT NULL CONSTRAINT missive_state_check CHECK (state IN ('draft', 'issued', 'acknowledged', 'replied', 'returned', 'accepted', 'closed', 'withdrawn')),
  number_prefix     text NOT NULL,               -- 永应急督函
  number_year       smallint NOT NULL,
  number_seq        int NOT NULL,                -- 0: not issued
  title             text NOT NULL,
  body              text NOT NULL,
  signatory         text NOT NULL,
  about_noun        text NOT NULL,               -- what it is about: company, hazard, visit …; '' nothing in particular
  about_id          bigint NOT NULL,
  about_text        text NOT NULL,
  from_id           bigint CONSTRAINT missive_from_id_fkey REFERENCES missive (id), -- the letter that was not answered
  reason            text NOT NULL,               -- carried over from it
  files             bigint[] NOT NULL,
  hold_at           timestamptz,                 -- an interview: when, and where
  hold_place        text NOT NULL,
  hold_by           date,                        -- last day for it
  held_on           date,
  minutes           jsonb NOT NULL,              -- 约谈纪要; {} none
  drafted_by        text NOT NULL,
  issued_on         date,
  issued_by         text NOT NULL,
  content_hash      bytea,                       -- SHA-256 of what was issued
  ack_due_on        date,                        -- NULL: no receipt is asked
  ack_on            date,
  ack_by            text NOT NULL,
  reply_due_on      date,                        -- NULL: no reply is asked, or the interview is to come
  replied_on        date,
  accepted_on       date,
  closed_on         date,
  withdrawn_on      date,
  reminders         int NOT NULL,
  reminded_on       date,
  steps             int NOT NULL,
  changed_at        timestamptz NOT NULL,
  CONSTRAINT missive_recipient_check CHECK ((company_id IS NULL) <> (office_id IS NULL)),
  CONSTRAINT missive_number_check CHECK ((number_seq > 0) = (issued_on IS NOT NULL AND content_hash IS NOT NULL)),
  CONSTRAINT missive_issued_check CHECK (state IN ('draft', 'withdrawn') OR number_seq > 0)
);
CREATE UNIQUE INDEX missive_number_key ON missive (organisation_id, kind, number_year, number_seq) WHERE number_seq > 0;
CREATE INDEX missive_organisation_id_idx ON missive (organisation_id, id DESC);
CREATE INDEX missive_company_id_idx ON missive (company_id, id DESC) WHERE company_id IS NOT NULL;
CREATE INDEX missive_office_id_idx ON missive (office_id, id DESC) WHERE office_id IS NOT NULL;
CREATE INDEX missive_region_path_idx ON missive (region_path, id DESC);
CREATE INDEX missive_from_id_idx ON missive (from_id) WHERE from_id IS NOT NULL;
-- custom: a letter has no company where an office gets it. A draft is its writer's alone; once issued a letter to a company is seen
-- by whoever oversees that company, one to an office by the two of them.
SELECT declare_table('missive', 'custom');
CREATE POLICY regulator_sees ON missive FOR SELECT TO anbiao_regulator
  USING (organisation_id = scope_organisation() OR (number_seq > 0 AND (office_id = scope_organisation()
    OR (company_id IS NOT NULL AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line))))));
CREATE POLICY regulator_drafts ON missive FOR INSERT TO anbiao_regulator
  WITH CHECK (state = 'draft' AND number_seq = 0 AND organisation_id = scope_organisation() AND region_path >= scope_lo() AND region_path < scope_hi()
    AND (office_id IS NOT NULL OR (SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_writes ON missive FOR UPDATE TO anbiao_regulator USING (organisation_id = scope_organisation()) WITH CHECK (organisation_id = scope_organisation());
CREATE POLICY office_answers ON missive FOR UPDATE TO anbiao_regulator
  USING (office_id = scope_organisation() AND number_seq > 0 AND state IN ('issued', 'acknowledged', 'replied', 'returned')) WITH CHECK (office_id = scope_organisation() AND number_seq > 0);
CREATE POLICY company_own ON missive FOR SELECT TO anbiao_company USING (company_id = scope_company() AND number_seq > 0);
CREATE POLICY service_engaged ON missive FOR SELECT TO anbiao_service USING (company_id = scope_company() AND number_seq > 0 AND (SELECT scope_engaged()));
CREATE POLICY company_answers ON missive FOR UPDATE TO anbiao_company
  USING (company_id = scope_company() AND number_seq > 0 AND state IN ('issued', 'acknowledged', 'replied', 'returned'))
  WITH CHECK (company_id = scope_company() AND number_seq > 0 AND state IN ('acknowledged', 'replied'));
GRANT SELECT ON missive TO anbiao_regulator, anbiao_company, anbiao_service;
GRANT INSERT ON missive TO anbiao_regulator;
GRANT UPDATE (state, number_prefix, number_year, number_seq, title, body, signatory, about_noun, about_id, about_text, reason, files, hold_at, hold_place, hold_by, held_on, minutes, issued_on, issued_by,
  content_hash, ack_due_on, ack_on, ack_by, reply_due_on, replied_on, accepted_on, closed_on, withdrawn_on, reminders, reminded_on, steps, changed_at) ON missive TO anbiao_regulator;
GRANT UPDATE (state, ack_on, ack_by, replied_on, steps, changed_at) ON missive TO anbiao_company;
-- What was issued stays as it was issued.
-- +goose StatementBegin
CREATE FUNCTION missive_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.number_prefix, NEW.number_year, NEW.number_seq, NEW.kind, NEW.recipient, NEW.title, NEW.body, NEW.signatory, NEW.about_text, NEW.files, NEW.issued_on, NEW.content_hash)
     IS DISTINCT FROM (OLD.number_prefix, OLD.number_year, OLD.number_seq, OLD.kind, OLD.recipient, OLD.title, OLD.body, OLD.signatory, OLD.about_text, OLD.files, OLD.issued_on, OLD.content_hash) THEN
    RAISE 'missive % is issued', OLD.id USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER missive_frozen BEFORE UPDATE ON missive FOR EACH ROW WHEN (OLD.number_seq > 0) EXECUTE FUNCTION missive_frozen();

CREATE TABLE missive_step (
  id                bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT missive_step_pkey PRIMARY KEY,
  missive_id        bigint NOT NULL CONSTRAINT missive_step_missive_id_fkey REFERENCES missive (id),
  n                 int NOT NULL,                -- 1, 2, 3 … within the letter
  event             text NOT NULL,
  from_state        text NOT NULL,               -- '' for the first
  to_state          text NOT NULL,
  at                timestamptz NOT NULL,
  actor_kind        text NOT NULL,
  person_id         bigint,
  organisation_id   bigint,
  actor_name        text NOT NULL,
  note              text NOT NULL,
  files             bigint[] NOT NULL,
  late              boolean NOT NULL,            -- it came after its day
  CONSTRAINT missive_step_missive_id_n_key UNIQUE (missive_id, n)
);
-- custom: seen with its letter.
SELECT declare_table('missive_step', 'custom');
CREATE POLICY with_letter ON missive_step FOR SELECT TO anbiao_regulator, anbiao_company, anbiao_service USING (EXISTS (SELECT FROM missive m WHERE m.id = missive_id));
CREATE POLICY actor_adds ON missive_step FOR INSERT TO anbiao_regulator, anbiao_company
  WITH CHECK (person_id = scope_person() AND EXISTS (SELECT FROM missive m WHERE m.id = missive_id));
GRANT SELECT ON missive_step TO anbiao_regulator, anbiao_company, anbiao_service;
GRANT INSERT ON missive_step TO anbiao_regulator, anbiao_company;

-- +goose Down
DROP TABLE missive_step, missive;
DROP FUNCTION missive_frozen();
DROP FUNCTION missive_offices();
DROP FUNCTION missive_number(text, int);
DROP TABLE missive_serial;
DELETE FROM table_class WHERE name IN ('missive', 'missive_step', 'missive_serial');
