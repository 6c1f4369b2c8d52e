-- Notices to many companies and offices (通知) with who read and who replied, and the calls made to those who do not report.
-- +goose Up

CREATE TABLE circular (
  id                bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT circular_pkey PRIMARY KEY,
  organisation_id   bigint NOT NULL CONSTRAINT circular_organisation_id_fkey REFERENCES account_organisation (id), -- who writes
  organisation_name text NOT NULL,
  title             text NOT NULL,
  body              text NOT NULL,
  reply_asked       boolean NOT NULL,
  reply_by          date,                        -- NULL: no day is set
  audience          jsonb NOT NULL,              -- the filter of the list it was sent by
  recipients        int NOT NULL,                -- how many it is for
  sent_at           timestamptz NOT NULL,
  sent_by           text NOT NULL,
  person_id         bigint NOT NULL,
  withdrawn_at      timestamptz,
  reminded_at       timestamptz,
  reminders         int NOT NULL,
  CONSTRAINT circular_reply_check CHECK (reply_asked OR reply_by IS NULL)
);
CREATE INDEX circular_organisation_id_idx ON circular (organisation_id, id DESC);

CREATE TABLE circular_receipt (
  id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT circular_receipt_pkey PRIMARY KEY,
  circular_id     bigint NOT NULL CONSTRAINT circular_receipt_circular_id_fkey REFERENCES circular (id),
  organisation_id bigint NOT NULL,               -- who wrote the notice
  company_id      bigint CONSTRAINT circular_receipt_company_id_fkey REFERENCES company (company_id), -- who got it; NULL: an office
  office_id       bigint CONSTRAINT circular_receipt_office_id_fkey REFERENCES account_organisation (id),
  recipient       text NOT NULL,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  read_at         timestamptz,
  read_by         text NOT NULL,
  replied_at      timestamptz,
  replied_by      text NOT NULL,
  reply           text NOT NULL,
  files           bigint[] NOT NULL,
  reminders       int NOT NULL,
  reminded_at     timestamptz,
  CONSTRAINT circular_receipt_recipient_check CHECK ((company_id IS NULL) <> (office_id IS NULL)),
  CONSTRAINT circular_receipt_replied_check CHECK (replied_at IS NULL OR read_at IS NOT NULL)
);
CREATE UNIQUE INDEX circular_receipt_company_key ON circular_receipt (circular_id, company_id) WHERE company_id IS NOT NULL;
CREATE UNIQUE INDEX circular_receipt_office_key ON circular_receipt (circular_id, office_id) WHERE office_id IS NOT NULL;
CREATE INDEX circular_receipt_circular_id_idx ON circular_receipt (circular_id, id) INCLUDE (read_at, replied_at);
CREATE INDEX circular_receipt_company_id_idx ON circular_receipt (company_id, circular_id DESC) WHERE company_id IS NOT NULL;
CREATE INDEX circular_receipt_office_id_idx ON circular_receipt (office_id, circular_id DESC) WHERE office_id IS NOT NULL;
-- custom: the job runner hands a notice out, its writer sees every receipt, a recipient his own and writes that he read and what he replies.
SELECT declare_table('circular_receipt', 'custom');
CREATE POLICY regulator_sees ON circular_receipt FOR SELECT TO anbiao_regulator USING (organisation_id = scope_organisation() OR office_id = scope_organisation());
CREATE POLICY office_answers ON circular_receipt FOR UPDATE TO anbiao_regulator USING (office_id = scope_organisation()) WITH CHECK (office_id = scope_organisation());
CREATE POLICY company_own ON circular_receipt FOR SELECT TO anbiao_company USING (company_id = scope_company());
CREATE POLICY service_engaged ON circular_receipt FOR SELECT TO anbiao_service USING (company_id = scope_company() AND (SELECT scope_engaged()));
CREATE POLICY company_answers ON circular_receipt FOR UPDATE TO anbiao_company USING (company_id = scope_company()) WITH CHECK (company_id = scope_company());
GRANT SELECT ON circular_receipt TO anbiao_regulator, anbiao_company, anbiao_service;
GRANT UPDATE (read_at, read_by, replied_at, replied_by, reply, files) ON circular_receipt TO anbiao_regulator, anbiao_company;

-- custom: its writer's, and read by whoever has a receipt of it.
SELECT declare_table('circular', 'custom');
CREATE POLICY regulator_own ON circular TO anbiao_regulator USING (organisation_id = scope_organisation()) WITH CHECK (organisation_id = scope_organisation());
CREATE POLICY with_receipt ON circular FOR SELECT TO anbiao_regulator, anbiao_company, anbiao_service USING (EXISTS (SELECT FROM circular_receipt r WHERE r.circular_id = circular.id));
GRANT SELECT ON circular TO anbiao_regulator, anbiao_company, anbiao_service;
GRANT INSERT, UPDATE (withdrawn_at, reminded_at, reminders) ON circular TO anbiao_regulator;

-- Who rang up which company about what it owes, and what came of it.
CREATE TABLE instrument_call (
  id                bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT instrument_call_pkey PRIMARY KEY,
  company_id        bigint NOT NULL CONSTRAINT instrument_call_company_id_fkey REFERENCES company (company_id),
  region_path       text COLLATE "C" NOT NULL,
  oversight_line    smallint NOT NULL,
  organisation_id   bigint NOT NULL,
  organisation_name text NOT NULL,
  person_id         bigint NOT NULL,
  person_name       text NOT NULL,
  at                timestamptz NOT NULL,
  phone             text NOT NULL,
  outcome           text NOT NULL CONSTRAINT instrument_call_outcome_check CHECK (outcome IN ('reached', 'promised', 'no_answer', 'wrong_number', 'closed_down')),
  note              text NOT NULL
);
CREATE INDEX instrument_call_company_id_idx ON instrument_call (company_id, id DESC);
-- custom: between the regulators of the area; the company has no part in it.
SELECT declare_table('instrument_call', 'custom');
CREATE POLICY regulator_area ON instrument_call FOR SELECT TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_calls ON instrument_call FOR INSERT TO anbiao_regulator
  WITH CHECK (organisation_id = scope_organisation() AND person_id = scope_person() AND region_path >= scope_lo() AND region_path < scope_hi()
    AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT SELECT, INSERT ON instrument_call TO anbiao_regulator;

-- +goose Down
DROP TABLE instrument_call;
DROP POLICY with_receipt ON circular;
DROP TABLE circular_receipt, circular;
DELETE FROM table_class WHERE name IN ('instrument_call', 'circular', 'circular_receipt');
