-- Rewards for reporting a hazard inside the firm (内部报告奖励): the rule, the rewards, the monthly pay lists.
-- Source: anwei [2024] No. 7 of the Safety Committee of the State Council.
-- +goose Up
CREATE TABLE reward_rule (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  valid_from      date NOT NULL,            -- in force from this day until the next rule
  rates           jsonb NOT NULL,           -- [{level, category, amountFen}]: the first that fits
  monthly_cap_fen bigint NOT NULL,          -- most one person gets for the reports of a month; 0: no limit
  safety_too      boolean NOT NULL,         -- safety managers and the principal are rewarded, too
  anonymous       boolean NOT NULL,         -- only who handles a reward learns whose it is (匿名)
  amounts_shown   boolean NOT NULL,         -- in what is published
  approver        text NOT NULL,            -- role that approves
  note            text NOT NULL,
  made_by_name    text NOT NULL,
  made_at         timestamptz NOT NULL,
  CONSTRAINT reward_rule_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT reward_rule_valid_from_key UNIQUE (company_id, valid_from),
  CONSTRAINT reward_rule_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT reward_rule_monthly_cap_fen_check CHECK (monthly_cap_fen >= 0),
  CONSTRAINT reward_rule_approver_check CHECK (approver IN ('principal', 'safety'))
);
SELECT declare_table('reward_rule', 'private');

CREATE TABLE reward_list (
  company_id       bigint NOT NULL,
  id               bigint GENERATED ALWAYS AS IDENTITY,
  region_path      text COLLATE "C" NOT NULL,
  oversight_line   smallint NOT NULL,
  month_on         date NOT NULL,           -- first day of the month it is paid for
  state            text NOT NULL,
  people           int NOT NULL,
  rewards          int NOT NULL,
  total_fen        bigint NOT NULL,
  made_by_name     text NOT NULL,
  made_at          timestamptz NOT NULL,
  approved_by_name text NOT NULL,
  approved_at      timestamptz,
  paid_on          date,
  method           text NOT NULL,           -- cash, bank, wechat, alipay, payroll
  paid_by_name     text NOT NULL,
  CONSTRAINT reward_list_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT reward_list_month_on_key UNIQUE (company_id, month_on),
  CONSTRAINT reward_list_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT reward_list_state_check CHECK (state IN ('draft', 'approved', 'paid')),
  CONSTRAINT reward_list_method_check CHECK (method IN ('', 'cash', 'bank', 'wechat', 'alipay', 'payroll')),
  CONSTRAINT reward_list_paid_check CHECK ((state = 'paid') = (paid_on IS NOT NULL) AND (state = 'paid') = (method <> ''))
);
SELECT declare_table('reward_list', 'private');

CREATE TABLE reward (
  company_id          bigint NOT NULL,
  id                  bigint GENERATED ALWAYS AS IDENTITY,
  region_path         text COLLATE "C" NOT NULL,
  oversight_line      smallint NOT NULL,
  rule_id             bigint,               -- NULL: by the proposal of the program
  hazard_id           bigint NOT NULL,
  hazard_number       text NOT NULL,
  what                text NOT NULL,        -- place and description, as reported
  level               text NOT NULL,
  category            text NOT NULL,
  staff_id            bigint NOT NULL,      -- who reported it
  staff_name          text NOT NULL,
  unit_id             bigint,
  unit_name           text NOT NULL,
  reported_on         date NOT NULL,
  anonymous           boolean NOT NULL,
  state               text NOT NULL,
  proposed_fen        bigint NOT NULL,      -- by the rule
  amount_fen          bigint NOT NULL,
  reason              text NOT NULL,        -- of another amount, or of none
  proposed_at         timestamptz NOT NULL,
  confirmed_by_name   text NOT NULL,
  confirmed_person_id bigint,
  confirmed_at        timestamptz,
  approved_by_name    text NOT NULL,
  approved_at         timestamptz,
  list_id             bigint,
  paid_on             date,
  CONSTRAINT reward_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT reward_hazard_id_key UNIQUE (company_id, hazard_id), -- a hazard is rewarded once
  CONSTRAINT reward_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id),
  CONSTRAINT reward_hazard_id_fkey FOREIGN KEY (company_id, hazard_id) REFERENCES hazard (company_id, id),
  CONSTRAINT reward_staff_id_fkey FOREIGN KEY (company_id, staff_id) REFERENCES staff_person (company_id, id),
  CONSTRAINT reward_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id),
  CONSTRAINT reward_rule_id_fkey FOREIGN KEY (company_id, rule_id) REFERENCES reward_rule (company_id, id),
  CONSTRAINT reward_list_id_fkey FOREIGN KEY (company_id, list_id) REFERENCES reward_list (company_id, id),
  CONSTRAINT reward_state_check CHECK (state IN ('proposed', 'confirmed', 'approved', 'paid', 'refused')),
  CONSTRAINT reward_amount_fen_check CHECK (amount_fen >= 0 AND proposed_fen >= 0),
  CONSTRAINT reward_paid_check CHECK ((state = 'paid') = (paid_on IS NOT NULL) AND (state <> 'paid' OR list_id IS NOT NULL))
);
CREATE INDEX reward_company_id_state_idx ON reward (company_id, state, id);
CREATE INDEX reward_staff_id_idx ON reward (company_id, staff_id, id);
CREATE INDEX reward_list_id_idx ON reward (company_id, list_id) WHERE list_id IS NOT NULL;
-- private: people's money, and who reported what; a regulator sees none of it.
SELECT declare_table('reward', 'private');

-- +goose Down
DROP TABLE reward, reward_list, reward_rule;
DELETE FROM table_class WHERE name IN ('reward', 'reward_list', 'reward_rule');
