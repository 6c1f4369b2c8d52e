-- What is asked, said and decided about a level: revocation (撤销), change of name (更名), what a person confirms, and yearly reports on paper.
-- +goose Up
CREATE TABLE award_revocation (
  company_id       bigint NOT NULL,
  id               bigint GENERATED ALWAYS AS IDENTITY,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  award_id         bigint NOT NULL,
  state            text NOT NULL CONSTRAINT award_revocation_state_check CHECK (state IN ('proposed', 'stated', 'dropped', 'revoked')),
  reasons          text[] NOT NULL CONSTRAINT award_revocation_reasons_check CHECK (cardinality(reasons) > 0),
  facts            jsonb NOT NULL,                 -- what the system found, as it was then
  note             text NOT NULL,
  organisation_id  bigint NOT NULL,                -- that proposed it
  proposed_on      date NOT NULL,
  proposed_by      text NOT NULL,
  statement_due_on date NOT NULL,                  -- last day of the company's statement (陈述申辩)
  statement        text NOT NULL,
  waived           boolean NOT NULL,               -- the company has nothing to say
  stated_on        date,
  stated_by        text NOT NULL,
  decided_on       date,
  decided_by       text NOT NULL,
  opinion          text NOT NULL,
  downgrade        boolean NOT NULL,               -- a lower level can be asked for at once
  barred_until     date,
  notice_no        text NOT NULL,
  announced_on     date,
  medium           text NOT NULL,
  certificate_on   date,                           -- the certificate was taken back
  plaque_on        date,                           -- the plaque was taken back
  CONSTRAINT award_revocation_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT award_revocation_award_id_fkey FOREIGN KEY (company_id, award_id) REFERENCES award (company_id, id),
  CONSTRAINT award_revocation_stated_on_check CHECK (state <> 'stated' OR stated_on IS NOT NULL),
  CONSTRAINT award_revocation_decided_on_check CHECK ((state IN ('dropped', 'revoked')) = (decided_on IS NOT NULL)),
  CONSTRAINT award_revocation_announced_on_check CHECK (announced_on IS NULL OR state = 'revoked')
);
-- One at a time, and one that ends it.
CREATE UNIQUE INDEX award_revocation_open_key ON award_revocation (company_id, award_id) WHERE state IN ('proposed', 'stated', 'revoked');
CREATE INDEX award_revocation_award_id_idx ON award_revocation (company_id, award_id, id);
SELECT declare_table('award_revocation', 'shared');
REVOKE INSERT, UPDATE ON award_revocation FROM anbiao_company, anbiao_service;
GRANT UPDATE (state, statement, waived, stated_on, stated_by) ON award_revocation TO anbiao_company;
CREATE POLICY company_states ON award_revocation AS RESTRICTIVE FOR UPDATE TO anbiao_company USING (state = 'proposed') WITH CHECK (state = 'stated');
CREATE POLICY regulator_proposes ON award_revocation FOR INSERT TO anbiao_regulator
  WITH CHECK (state = 'proposed' AND organisation_id = scope_organisation() AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
CREATE POLICY regulator_decides ON award_revocation FOR UPDATE TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON award_revocation TO anbiao_regulator;
GRANT UPDATE (state, decided_on, decided_by, opinion, downgrade, barred_until, notice_no, announced_on, medium, certificate_on, plaque_on) ON award_revocation TO anbiao_regulator;

CREATE TABLE award_rename (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  award_id        bigint NOT NULL,
  state           text NOT NULL CONSTRAINT award_rename_state_check CHECK (state IN ('asked', 'confirmed', 'refused', 'withdrawn')),
  old_name        text NOT NULL,
  new_name        text NOT NULL,
  reason          text NOT NULL,
  asked_on        date NOT NULL,
  asked_by        text NOT NULL,
  decided_on      date,
  decided_by      text NOT NULL,
  opinion         text NOT NULL,
  CONSTRAINT award_rename_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT award_rename_award_id_fkey FOREIGN KEY (company_id, award_id) REFERENCES award (company_id, id),
  CONSTRAINT award_rename_new_name_check CHECK (new_name <> old_name),
  CONSTRAINT award_rename_decided_on_check CHECK ((state = 'asked') = (decided_on IS NULL))
);
CREATE UNIQUE INDEX award_rename_open_key ON award_rename (company_id, award_id) WHERE state = 'asked';
CREATE INDEX award_rename_award_id_idx ON award_rename (company_id, award_id, id);
SELECT declare_table('award_rename', 'shared');
-- The company asks and may take it back; the authority alone confirms.
REVOKE INSERT, UPDATE ON award_rename FROM anbiao_company, anbiao_service;
GRANT INSERT ON award_rename TO anbiao_company;
GRANT UPDATE (state, decided_on, decided_by) ON award_rename TO anbiao_company;
CREATE POLICY company_asks ON award_rename AS RESTRICTIVE FOR INSERT TO anbiao_company WITH CHECK (state = 'asked');
CREATE POLICY company_withdraws ON award_rename AS RESTRICTIVE FOR UPDATE TO anbiao_company USING (state = 'asked') WITH CHECK (state = 'withdrawn');
CREATE POLICY regulator_confirms ON award_rename FOR UPDATE TO anbiao_regulator
  USING (state = 'asked' AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (state IN ('confirmed', 'refused') AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT UPDATE (state, decided_on, decided_by, opinion) ON award_rename TO anbiao_regulator;

-- A condition of direct renewal that no data shows, confirmed by an officer: the latest row of a key holds.
CREATE TABLE award_confirmation (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  award_id        bigint NOT NULL,
  key             text NOT NULL,
  met             boolean NOT NULL,
  note            text NOT NULL,
  confirmed_on    date NOT NULL,
  confirmed_by    text NOT NULL,
  CONSTRAINT award_confirmation_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT award_confirmation_award_id_fkey FOREIGN KEY (company_id, award_id) REFERENCES award (company_id, id)
);
CREATE INDEX award_confirmation_award_id_idx ON award_confirmation (company_id, award_id, key, id DESC);
SELECT declare_table('award_confirmation', 'shared');
REVOKE INSERT, UPDATE ON award_confirmation FROM anbiao_company, anbiao_service;
CREATE POLICY regulator_confirms ON award_confirmation FOR INSERT TO anbiao_regulator
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON award_confirmation TO anbiao_regulator;

-- A yearly self-evaluation that was handed in on paper, as the authority found it in its files.
CREATE TABLE award_filing (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  award_id        bigint NOT NULL,
  n               smallint NOT NULL,               -- award year, from 1
  filed_on        date NOT NULL,
  note            text NOT NULL,
  entered_on      date NOT NULL,
  entered_by      text NOT NULL,
  CONSTRAINT award_filing_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT award_filing_n_key UNIQUE (company_id, award_id, n),
  CONSTRAINT award_filing_award_id_fkey FOREIGN KEY (company_id, award_id) REFERENCES award (company_id, id)
);
SELECT declare_table('award_filing', 'shared');
REVOKE INSERT, UPDATE ON award_filing FROM anbiao_company, anbiao_service;
CREATE POLICY regulator_files ON award_filing FOR INSERT TO anbiao_regulator
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT INSERT ON award_filing TO anbiao_regulator;

-- +goose Down
DROP TABLE award_filing, award_confirmation, award_rename, award_revocation;
DELETE FROM table_class WHERE name IN ('award_filing', 'award_confirmation', 'award_rename', 'award_revocation');
