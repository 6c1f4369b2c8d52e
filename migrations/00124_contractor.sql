-- Contractors and other parties on the premises (相关方), and their visits.
-- +goose Up

CREATE TABLE contractor (
  company_id     bigint NOT NULL CONSTRAINT contractor_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  unit_id        bigint,                   -- which of our units they work for
  unit_name      text NOT NULL,
  files          bigint[] NOT NULL,        -- licence, agreement, briefing
  made_by        text NOT NULL,
  created_at     timestamptz NOT NULL,
  updated_at     timestamptz NOT NULL,
  ended_on       date,
  end_reason     text NOT NULL,
  name           text NOT NULL,
  kind           text NOT NULL,
  uscc           text NOT NULL,
  scope          text NOT NULL,            -- what they do here
  contact_name   text NOT NULL,
  licence        text NOT NULL,            -- qualification (资质)
  licence_until  date,
  permit         text NOT NULL,            -- safety production permit (安全生产许可证)
  permit_until   date,
  agreement_from date,                     -- safety agreement (安全管理协议)
  agreement_until date,
  briefed_on     date,                     -- safety briefing (安全交底)
  briefed_by_id  bigint,
  briefed_by_name text NOT NULL,
  owner_id       bigint,
  owner_name     text NOT NULL,
  on_site        int NOT NULL,             -- people on the premises
  checked_on     date,
  barred         boolean NOT NULL,         -- blacklisted
  barred_reason  text NOT NULL,
  qualified_until date,                    -- last day on which all papers hold; NULL: some are missing
  note           text NOT NULL,
  CONSTRAINT contractor_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT contractor_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT contractor_owner_id_fkey FOREIGN KEY (company_id, owner_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT contractor_briefed_by_id_fkey FOREIGN KEY (company_id, briefed_by_id) REFERENCES staff_person (company_id, id)
);
CREATE UNIQUE INDEX contractor_key_key ON contractor (company_id, lower(name)) WHERE ended_on IS NULL;
CREATE INDEX contractor_region_path_idx ON contractor (region_path, company_id);
SELECT declare_table('contractor', 'company');

-- What happened with them: people came in, we checked their work. Never changed afterwards.
CREATE TABLE contractor_visit (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  contractor_id  bigint NOT NULL,
  kind           text NOT NULL CONSTRAINT contractor_visit_kind_check CHECK (kind IN ('enter', 'leave', 'check')),
  happened_on    date NOT NULL,
  people         int NOT NULL,             -- who came or went
  note           text NOT NULL,            -- what for, or what the check found
  passed         boolean NOT NULL,         -- of a check: nothing was wrong
  override       text NOT NULL,            -- why they came in although not qualified
  made_by        text NOT NULL,
  created_at     timestamptz NOT NULL,
  CONSTRAINT contractor_visit_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT contractor_visit_contractor_id_fkey FOREIGN KEY (company_id, contractor_id) REFERENCES contractor (company_id, id)
);
CREATE INDEX contractor_visit_contractor_id_idx ON contractor_visit (company_id, contractor_id, id);
CREATE INDEX contractor_visit_region_path_idx ON contractor_visit (region_path, company_id);
SELECT declare_table('contractor_visit', 'company');
REVOKE UPDATE ON contractor_visit FROM anbiao_company, anbiao_service;

-- +goose Down
DROP TABLE contractor_visit, contractor;
DELETE FROM table_class WHERE name IN ('contractor_visit', 'contractor');
