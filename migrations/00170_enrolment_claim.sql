-- Rewards for reaching a level of standardization (标准化奖励): amounts by area, and the companies' claims, once a level.
-- +goose Up

CREATE TABLE enrolment_rate (
  id          bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT enrolment_rate_pkey PRIMARY KEY,
  area        text COLLATE "C" NOT NULL,
  level       text NOT NULL CONSTRAINT enrolment_rate_level_check CHECK (level IN ('1', '2', '3', 'pass')),
  amount_fen  bigint NOT NULL CONSTRAINT enrolment_rate_amount_fen_check CHECK (amount_fen >= 0),
  valid_from  date NOT NULL,                      -- by the day of the award
  valid_until date,                               -- last day; NULL: until further notice
  basis       text NOT NULL,
  by_name     text NOT NULL,
  set_at      timestamptz NOT NULL,
  CONSTRAINT enrolment_rate_dates_check CHECK (valid_until >= valid_from),
  CONSTRAINT enrolment_rate_area_level_valid_from_key UNIQUE (area, level, valid_from)
);
CREATE UNIQUE INDEX enrolment_rate_running_key ON enrolment_rate (area, level) WHERE valid_until IS NULL;
-- custom: a setting everybody may read; written by regulators for areas that are wholly theirs.
SELECT declare_table('enrolment_rate', 'custom');
CREATE POLICY everybody_reads ON enrolment_rate FOR SELECT TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_platform USING (true);
CREATE POLICY regulator_adds ON enrolment_rate FOR INSERT TO anbiao_regulator
  WITH CHECK (area >= scope_lo() AND area < scope_hi() AND current_setting('app.lines', true) = '' AND scope_covers(area, 0::smallint));
CREATE POLICY regulator_ends ON enrolment_rate FOR UPDATE TO anbiao_regulator
  USING (area >= scope_lo() AND area < scope_hi() AND current_setting('app.lines', true) = '' AND scope_covers(area, 0::smallint))
  WITH CHECK (area >= scope_lo() AND area < scope_hi() AND current_setting('app.lines', true) = '' AND scope_covers(area, 0::smallint));
GRANT SELECT ON enrolment_rate TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_platform;
GRANT INSERT ON enrolment_rate TO anbiao_regulator;
GRANT UPDATE (valid_until) ON enrolment_rate TO anbiao_regulator;

CREATE TABLE enrolment_claim (
  company_id       bigint NOT NULL,
  id               bigint GENERATED ALWAYS AS IDENTITY,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  company_name     text NOT NULL,                 -- as it was
  level            text NOT NULL CONSTRAINT enrolment_claim_level_check CHECK (level IN ('1', '2', '3', 'pass')),
  award_id         bigint NOT NULL,
  certificate_no   text NOT NULL,
  awarded_on       date NOT NULL,
  amount_fen       bigint NOT NULL CONSTRAINT enrolment_claim_amount_fen_check CHECK (amount_fen > 0),
  rate_area        text COLLATE "C" NOT NULL,     -- whose amount it is
  rate_basis       text NOT NULL,
  account_name     text NOT NULL,                 -- of the company's bank account
  bank             text NOT NULL,
  account_no       text NOT NULL,
  files            bigint[] NOT NULL,
  state            text NOT NULL CONSTRAINT enrolment_claim_state_check CHECK (state IN ('claimed', 'returned', 'checked', 'approved', 'paid', 'refused')),
  reason           text NOT NULL,                 -- of the last return or refusal
  claimed_at       timestamptz NOT NULL,
  claimed_by       text NOT NULL,
  checked_at       timestamptz,
  checked_by       text NOT NULL,
  checker_id       bigint,                        -- person; the one who approves is another
  check_note       text NOT NULL,
  decided_at       timestamptz,
  decided_by       text NOT NULL,
  paid_on          date,
  paid_by          text NOT NULL,
  voucher          text NOT NULL,
  CONSTRAINT enrolment_claim_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT enrolment_claim_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT enrolment_claim_checked_check CHECK (state NOT IN ('checked', 'approved', 'paid') OR (checked_at IS NOT NULL AND checker_id IS NOT NULL)),
  CONSTRAINT enrolment_claim_decided_check CHECK (state NOT IN ('approved', 'paid', 'refused') OR decided_at IS NOT NULL),
  CONSTRAINT enrolment_claim_paid_check CHECK ((state = 'paid') = (paid_on IS NOT NULL))
);
-- A level is rewarded once: a renewal does not pay again, and what was refused may be claimed anew.
CREATE UNIQUE INDEX enrolment_claim_level_key ON enrolment_claim (company_id, level) WHERE state <> 'refused';
CREATE INDEX enrolment_claim_region_path_idx ON enrolment_claim (region_path, id DESC);
CREATE INDEX enrolment_claim_id_idx ON enrolment_claim (id);
SELECT declare_table('enrolment_claim', 'shared');
-- The company claims and mends what came back; it decides nothing.
REVOKE UPDATE ON enrolment_claim FROM anbiao_company, anbiao_service;
REVOKE INSERT ON enrolment_claim FROM anbiao_service;
GRANT UPDATE (state, account_name, bank, account_no, files, claimed_at, claimed_by) ON enrolment_claim TO anbiao_company;
CREATE POLICY company_claims ON enrolment_claim AS RESTRICTIVE FOR INSERT TO anbiao_company WITH CHECK (state = 'claimed' AND checked_at IS NULL AND decided_at IS NULL);
CREATE POLICY company_mends ON enrolment_claim AS RESTRICTIVE FOR UPDATE TO anbiao_company USING (state = 'returned') WITH CHECK (state = 'claimed');
CREATE POLICY regulator_decides ON enrolment_claim FOR UPDATE TO anbiao_regulator
  USING (state IN ('claimed', 'checked', 'approved') AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (state IN ('returned', 'checked', 'approved', 'paid', 'refused') AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT UPDATE (state, reason, checked_at, checked_by, checker_id, check_note, decided_at, decided_by, paid_on, paid_by, voucher) ON enrolment_claim TO anbiao_regulator;

-- +goose Down
DROP TABLE enrolment_claim, enrolment_rate;
DELETE FROM table_class WHERE name IN ('enrolment_claim', 'enrolment_rate');
