-- Safety-production expense fund (企业安全生产费用): what is set aside, what for, and the account 4301 专项储备 behind it.
-- +goose Up

-- Corrected or newer versions of the rates, beside those built into the program.
CREATE TABLE fund_rule (
  version      text COLLATE "C" CONSTRAINT fund_rule_pkey PRIMARY KEY,
  docno        text NOT NULL,
  in_force     date NOT NULL,
  base_version text NOT NULL,                -- that it was made from
  document     jsonb NOT NULL,
  changes      jsonb NOT NULL,               -- what differs from the base
  note         text NOT NULL,                -- where the figures were read
  made_by_name text NOT NULL,
  made_at      timestamptz NOT NULL
);
SELECT declare_table('fund_rule', 'reference');
CREATE POLICY platform_corrects ON fund_rule FOR INSERT TO anbiao_platform WITH CHECK (true);
GRANT INSERT ON fund_rule TO anbiao_platform;

-- Whether and how a company keeps a fund; one row a company.
CREATE TABLE fund_profile (
  company_id        bigint NOT NULL,
  region_path       text COLLATE "C" NOT NULL,
  oversight_line    smallint NOT NULL,
  bound             boolean NOT NULL,        -- must set aside (属于提取范围)
  category          text NOT NULL,           -- by which; '' when not bound
  clause            text NOT NULL,           -- that says so, as shown when it was answered
  reason            text NOT NULL,
  answered_by_name  text NOT NULL,
  answered_at       timestamptz NOT NULL,
  starts_on         date NOT NULL,           -- first day of the first month kept here
  opening_fen       bigint NOT NULL,         -- balance taken over on that day
  cost_account      text NOT NULL CONSTRAINT fund_profile_cost_account_check CHECK (cost_account IN ('5101', '6602')),
  approve_above_fen bigint NOT NULL CONSTRAINT fund_profile_approve_above_fen_check CHECK (approve_above_fen >= 0), -- from here on the principal approves
  papers_above_fen  bigint NOT NULL CONSTRAINT fund_profile_papers_above_fen_check CHECK (papers_above_fen >= 0),   -- from here on a contract and an acceptance record; 0: never
  auto_close        boolean NOT NULL,        -- a month that lacks nothing is closed by the job runner
  tax_included      boolean NOT NULL,        -- construction cost with VAT (建安造价含税)
  changed_at        timestamptz NOT NULL,
  CONSTRAINT fund_profile_pkey PRIMARY KEY (company_id),
  CONSTRAINT fund_profile_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT fund_profile_starts_on_check CHECK (extract(day FROM starts_on) = 1),
  CONSTRAINT fund_profile_category_check CHECK (bound = (category <> ''))
);
CREATE INDEX fund_profile_auto_close_idx ON fund_profile (company_id) WHERE auto_close;
SELECT declare_table('fund_profile', 'company');

-- A year of the fund, and what it comes to so far.
CREATE TABLE fund_year (
  company_id        bigint NOT NULL,
  region_path       text COLLATE "C" NOT NULL,
  oversight_line    smallint NOT NULL,
  year              int NOT NULL CONSTRAINT fund_year_year_check CHECK (year BETWEEN 2005 AND 2100),
  first_year        boolean NOT NULL,        -- new, or less than a year in production (art. 48)
  production_on     date,
  inseparable       boolean NOT NULL,        -- several businesses in one set of books
  prior_due_fen     bigint,                  -- due of the year before, where it was not kept here; NULL: of the year here
  suspended         smallint[] NOT NULL,     -- months suspended by approval (rules of 2012)
  note              text NOT NULL,
  opening_fen       bigint NOT NULL,
  due_fen           bigint NOT NULL,         -- 应计提 of the year as known now
  accrued_fen       bigint NOT NULL,         -- in months that are closed, top-up included
  used_fen          bigint NOT NULL,         -- booked, open months included
  used_capital_fen  bigint NOT NULL,         -- of it capital
  planned_fen       bigint NOT NULL,         -- plan in force
  used_items        jsonb NOT NULL,          -- booked by tag of the use item, fen
  closed            smallint NOT NULL CONSTRAINT fund_year_closed_check CHECK (closed BETWEEN 0 AND 12), -- months closed
  changed_at        timestamptz NOT NULL,
  CONSTRAINT fund_year_pkey PRIMARY KEY (company_id, year),
  CONSTRAINT fund_year_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id)
);
CREATE INDEX fund_year_region_path_idx ON fund_year (year, region_path, company_id);
SELECT declare_table('fund_year', 'company');

-- A business or contract that a year's amount is reckoned from.
CREATE TABLE fund_line (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  year           int NOT NULL,
  name           text NOT NULL,              -- business, mine or contract
  category       text NOT NULL,
  sub            text NOT NULL,
  hazards        text[] NOT NULL,            -- further sub-categories that fit a mine: the highest rate holds
  rules          text NOT NULL,              -- version kept for a contract signed before the rule; '': the month's
  signed_on      date,                       -- of the contract
  rate           text NOT NULL,              -- the company's own, higher one; '': of the rules
  revenue_fen    bigint,                     -- prior year's, or this year's in a first year; NULL: not stated
  source         text NOT NULL,              -- paper that states it
  revisions      jsonb NOT NULL,             -- [{fromMonth, revenueFen, reason, byName, at}]
  files          bigint[] NOT NULL,
  retired        boolean NOT NULL,           -- entered by mistake, before anything was closed
  changed_at     timestamptz NOT NULL,
  CONSTRAINT fund_line_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT fund_line_year_fkey FOREIGN KEY (company_id, year) REFERENCES fund_year (company_id, year),
  CONSTRAINT fund_line_revenue_fen_check CHECK (revenue_fen >= 0)
);
CREATE UNIQUE INDEX fund_line_name_key ON fund_line (company_id, year, name) WHERE NOT retired;
SELECT declare_table('fund_line', 'company');

-- Output or progress of a month.
CREATE TABLE fund_quantity (
  company_id     bigint NOT NULL,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  line_id        bigint NOT NULL,
  month_on       date NOT NULL CONSTRAINT fund_quantity_month_on_check CHECK (extract(day FROM month_on) = 1),
  thousandths    bigint NOT NULL CONSTRAINT fund_quantity_thousandths_check CHECK (thousandths >= 0), -- of the unit: t, 1,000 m3, yuan
  note           text NOT NULL,
  made_by_name   text NOT NULL,
  changed_at     timestamptz NOT NULL,
  CONSTRAINT fund_quantity_pkey PRIMARY KEY (company_id, line_id, month_on),
  CONSTRAINT fund_quantity_line_id_fkey FOREIGN KEY (company_id, line_id) REFERENCES fund_line (company_id, id)
);
SELECT declare_table('fund_quantity', 'company');

-- A month that was closed; reopening sets its state back, its entries are reversed.
CREATE TABLE fund_month (
  company_id       bigint NOT NULL,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  month_on         date NOT NULL CONSTRAINT fund_month_month_on_check CHECK (extract(day FROM month_on) = 1),
  state            text NOT NULL CONSTRAINT fund_month_state_check CHECK (state IN ('closed', 'reopened')),
  source           text NOT NULL CONSTRAINT fund_month_source_check CHECK (source IN ('closed', 'imported')),
  round            smallint NOT NULL,        -- how often it was closed
  rules            text NOT NULL,            -- version it was reckoned by
  opening_fen      bigint NOT NULL,
  standard_fen     bigint NOT NULL,          -- share of the year's due
  catch_up_fen     bigint NOT NULL,
  accrued_fen      bigint NOT NULL,          -- standard and catch-up, or 0 when suspended
  top_up_fen       bigint NOT NULL,          -- December, of a deficit (art. 47)
  excess_fen       bigint NOT NULL,          -- to normal cost (rules of 2012)
  used_expense_fen bigint NOT NULL,
  used_capital_fen bigint NOT NULL,
  moved_fen        bigint NOT NULL,          -- group transfers, received less given
  closing_fen      bigint NOT NULL,
  suspended        boolean NOT NULL,
  working          jsonb NOT NULL,
  closed_at        timestamptz NOT NULL,
  closed_by_name   text NOT NULL,
  CONSTRAINT fund_month_pkey PRIMARY KEY (company_id, month_on),
  CONSTRAINT fund_month_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT fund_month_closing_fen_check CHECK (closing_fen = opening_fen + accrued_fen + top_up_fen + excess_fen - used_expense_fen - used_capital_fen + moved_fen)
);
SELECT declare_table('fund_month', 'company');

-- What was done to a month.
CREATE TABLE fund_month_step (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  month_on       date NOT NULL,
  event          text NOT NULL CONSTRAINT fund_month_step_event_check CHECK (event IN ('closed', 'reopened', 'imported')),
  accrued_fen    bigint NOT NULL,
  closing_fen    bigint NOT NULL,
  reason         text NOT NULL,
  at             timestamptz NOT NULL,
  person_id      bigint,
  actor_name     text NOT NULL,
  CONSTRAINT fund_month_step_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT fund_month_step_month_on_fkey FOREIGN KEY (company_id, month_on) REFERENCES fund_month (company_id, month_on)
);
CREATE INDEX fund_month_step_month_on_idx ON fund_month_step (company_id, month_on, id);
SELECT declare_table('fund_month_step', 'company');
REVOKE UPDATE ON fund_month_step FROM anbiao_company, anbiao_service;

-- Money spent (使用) and what for.
CREATE TABLE fund_expense (
  company_id       bigint NOT NULL,
  id               bigint GENERATED ALWAYS AS IDENTITY,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  number           text COLLATE "C" NOT NULL, -- e.g. AF-2026-0012
  year             int NOT NULL,
  state            text NOT NULL CONSTRAINT fund_expense_state_check CHECK (state IN ('draft', 'submitted', 'building', 'booked', 'refused', 'withdrawn', 'reversed')),
  spent_on         date NOT NULL,
  month_on         date,                     -- in which it was booked
  amount_fen       bigint NOT NULL CONSTRAINT fund_expense_amount_fen_check CHECK (amount_fen > 0), -- charged to the fund, without deductible input VAT
  tax_fen          bigint NOT NULL CONSTRAINT fund_expense_tax_fen_check CHECK (tax_fen >= 0),       -- deductible input VAT beside it
  category         text NOT NULL,            -- '': the generic items of art. 5
  item             smallint NOT NULL,        -- use item of the category
  tag              text NOT NULL,            -- facility, training, ppe …
  capital          boolean NOT NULL,
  completed_on     date,                     -- capital: in working order
  unit_id          bigint,
  unit_name        text NOT NULL,
  payee            text NOT NULL,
  purpose          text NOT NULL,
  invoice_no       text NOT NULL,
  invoice_fold     text COLLATE "C" NOT NULL, -- as invoices are compared
  voucher          text NOT NULL,            -- number in the company's own books
  tie              text NOT NULL CONSTRAINT fund_expense_tie_check CHECK (tie IN ('', 'hazard', 'training', 'equipment', 'drill', 'protection')),
  tie_id           bigint,
  tie_title        text NOT NULL,
  doubts           text[] NOT NULL,          -- why it may not be chargeable
  doubt_reason     text NOT NULL,            -- why it is charged all the same
  files            bigint[] NOT NULL,
  imported         boolean NOT NULL,
  made_by_name     text NOT NULL,
  made_person_id   bigint,
  made_at          timestamptz NOT NULL,
  decided_by_name  text NOT NULL,
  decided_at       timestamptz,
  decision_note    text NOT NULL,
  changed_at       timestamptz NOT NULL,
  CONSTRAINT fund_expense_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT fund_expense_number_key UNIQUE (company_id, number),
  CONSTRAINT fund_expense_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT fund_expense_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT fund_expense_booked_check CHECK (state NOT IN ('booked', 'reversed') OR month_on IS NOT NULL),
  CONSTRAINT fund_expense_tie_id_check CHECK ((tie = '') = (tie_id IS NULL))
);
CREATE UNIQUE INDEX fund_expense_invoice_key ON fund_expense (company_id, invoice_fold) WHERE invoice_fold <> '' AND state NOT IN ('refused', 'withdrawn', 'reversed');
CREATE INDEX fund_expense_spent_on_idx ON fund_expense (company_id, spent_on DESC, id DESC);
CREATE INDEX fund_expense_state_idx ON fund_expense (company_id, state, id DESC);
CREATE INDEX fund_expense_month_on_idx ON fund_expense (company_id, month_on);
CREATE INDEX fund_expense_tie_idx ON fund_expense (company_id, tie, tie_id) WHERE tie <> '';
-- private: payees, invoices and what somebody was paid; regulators see months, plans and statements.
SELECT declare_table('fund_expense', 'private');

CREATE TABLE fund_expense_step (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  expense_id     bigint NOT NULL,
  event          text NOT NULL CONSTRAINT fund_expense_step_event_check
    CHECK (event IN ('made', 'changed', 'submitted', 'approved', 'refused', 'returned', 'withdrawn', 'completed', 'reversed', 'imported')),
  amount_fen     bigint NOT NULL,
  note           text NOT NULL,
  at             timestamptz NOT NULL,
  person_id      bigint,
  actor_name     text NOT NULL,
  CONSTRAINT fund_expense_step_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT fund_expense_step_expense_id_fkey FOREIGN KEY (company_id, expense_id) REFERENCES fund_expense (company_id, id)
);
CREATE INDEX fund_expense_step_expense_id_idx ON fund_expense_step (company_id, expense_id, id);
SELECT declare_table('fund_expense_step', 'private');
REVOKE UPDATE ON fund_expense_step FROM anbiao_company, anbiao_service;

-- The journal: each row moves one amount from one account to another, so that it always balances. Rows are added, never changed.
CREATE TABLE fund_entry (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  month_on       date NOT NULL,
  booked_on      date NOT NULL,
  voucher_no     int NOT NULL,               -- within the year
  line           smallint NOT NULL,          -- within the voucher
  event          text NOT NULL CONSTRAINT fund_entry_event_check
    CHECK (event IN ('opening', 'accrual', 'top_up', 'excess', 'expense', 'capital_paid', 'capital_done', 'capital_used', 'group_in', 'group_out', 'reversal', 'imported')),
  round          smallint NOT NULL,          -- of the month's closing; 0: not by closing
  debit          text NOT NULL,              -- account number
  credit         text NOT NULL,
  amount_fen     bigint NOT NULL CONSTRAINT fund_entry_amount_fen_check CHECK (amount_fen > 0),
  effect_fen     bigint NOT NULL,            -- on 4301: credit adds, debit takes away
  used_fen       bigint NOT NULL,            -- what it adds to use
  summary        text NOT NULL,
  expense_id     bigint,
  reverses_id    bigint,
  made_by_name   text NOT NULL,
  made_at        timestamptz NOT NULL,
  CONSTRAINT fund_entry_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT fund_entry_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT fund_entry_expense_id_fkey FOREIGN KEY (company_id, expense_id) REFERENCES fund_expense (company_id, id),
  CONSTRAINT fund_entry_reverses_id_fkey FOREIGN KEY (company_id, reverses_id) REFERENCES fund_entry (company_id, id),
  CONSTRAINT fund_entry_reverses_id_key UNIQUE (company_id, reverses_id),
  CONSTRAINT fund_entry_account_check CHECK (debit <> credit),
  CONSTRAINT fund_entry_effect_fen_check CHECK (effect_fen = CASE '4301' WHEN credit THEN amount_fen WHEN debit THEN -amount_fen ELSE 0 END)
);
CREATE INDEX fund_entry_month_on_idx ON fund_entry (company_id, month_on, id);
CREATE INDEX fund_entry_expense_id_idx ON fund_entry (company_id, expense_id) WHERE expense_id IS NOT NULL;
-- Second lock against closing a month twice.
CREATE UNIQUE INDEX fund_entry_round_key ON fund_entry (company_id, month_on, event, round) WHERE round > 0 AND reverses_id IS NULL;
SELECT declare_table('fund_entry', 'private');
REVOKE UPDATE ON fund_entry FROM anbiao_company, anbiao_service;
REVOKE UPDATE, DELETE ON fund_entry FROM anbiao_system;
GRANT UPDATE (region_path, oversight_line) ON fund_entry TO anbiao_system; -- a company moves with its rows

-- A year's plan of use (年度使用计划); each change is a new version.
CREATE TABLE fund_plan (
  company_id       bigint NOT NULL,
  id               bigint GENERATED ALWAYS AS IDENTITY,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  year             int NOT NULL,
  version          int NOT NULL,
  state            text NOT NULL CONSTRAINT fund_plan_state_check CHECK (state IN ('draft', 'approved', 'replaced')),
  items            jsonb NOT NULL,           -- [{category, item, tag, name, unitId, unitName, owner, monthsFen[12], note}]
  total_fen        bigint NOT NULL CONSTRAINT fund_plan_total_fen_check CHECK (total_fen >= 0),
  note             text NOT NULL,
  made_by_name     text NOT NULL,
  made_person_id   bigint,
  made_at          timestamptz NOT NULL,
  approved_by_name text NOT NULL,
  approved_at      timestamptz,
  CONSTRAINT fund_plan_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT fund_plan_version_key UNIQUE (company_id, year, version),
  CONSTRAINT fund_plan_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT fund_plan_approved_check CHECK ((state <> 'draft') = (approved_at IS NOT NULL))
);
-- One plan in force and one draft a year.
CREATE UNIQUE INDEX fund_plan_state_key ON fund_plan (company_id, year, state) WHERE state IN ('draft', 'approved');
SELECT declare_table('fund_plan', 'company');

-- The written statement of a year in which less than 60 % of the due was used (art. 51).
CREATE TABLE fund_statement (
  company_id        bigint NOT NULL,
  id                bigint GENERATED ALWAYS AS IDENTITY,
  region_path       text COLLATE "C" NOT NULL,
  oversight_line    smallint NOT NULL,
  year              int NOT NULL,
  state             text NOT NULL CONSTRAINT fund_statement_state_check CHECK (state IN ('draft', 'submitted')),
  due_fen           bigint NOT NULL,         -- as it was when submitted
  used_fen          bigint NOT NULL,
  reasons           text NOT NULL,
  measures          text NOT NULL,
  reviewed_by       text NOT NULL CONSTRAINT fund_statement_reviewed_by_check CHECK (reviewed_by IN ('', 'board', 'shareholders', 'owner')),
  reviewed_on       date,
  files             bigint[] NOT NULL,       -- the resolution
  due_on            date NOT NULL,           -- 30 April of the next year
  made_by_name      text NOT NULL,
  made_at           timestamptz NOT NULL,
  submitted_by_name text NOT NULL,
  submitted_at      timestamptz,
  CONSTRAINT fund_statement_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT fund_statement_year_key UNIQUE (company_id, year),
  CONSTRAINT fund_statement_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT fund_statement_submitted_check CHECK ((state = 'submitted') = (submitted_at IS NOT NULL) AND (state = 'draft' OR reviewed_by <> ''))
);
CREATE INDEX fund_statement_region_path_idx ON fund_statement (region_path, year, id DESC) WHERE state = 'submitted';
SELECT declare_table('fund_statement', 'company');
-- Regulators see what was submitted.
CREATE POLICY regulator_submitted ON fund_statement AS RESTRICTIVE FOR SELECT TO anbiao_regulator USING (state = 'submitted');

-- +goose Down
DROP TABLE fund_statement, fund_plan, fund_entry, fund_expense_step, fund_expense, fund_month_step, fund_month, fund_quantity, fund_line, fund_year, fund_profile, fund_rule;
DELETE FROM table_class WHERE name IN ('fund_statement', 'fund_plan', 'fund_entry', 'fund_expense_step', 'fund_expense', 'fund_month_step', 'fund_month', 'fund_quantity', 'fund_line', 'fund_year', 'fund_profile', 'fund_rule');
