-- Reports of larger and major risks (较大以上安全风险报告): due, then frozen and submitted; regulators in range read them.
-- +goose Up
CREATE TABLE risk_report (
  company_id     bigint NOT NULL CONSTRAINT risk_report_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  cycle          text NOT NULL,              -- of the data: RISK-FIRST, RISK-Y, RISK-CHG, RISK-Q
  period         text NOT NULL,              -- 2026, 2026-Q1; empty for reports of an occasion
  rule_version   text NOT NULL,
  anchor_on      date,                       -- acceptance of completion, or the day of the change
  due_on         date NOT NULL,
  state          text NOT NULL CONSTRAINT risk_report_state_check CHECK (state IN ('due', 'submitted')),
  triggers       jsonb NOT NULL,             -- what changed
  content        text NOT NULL,              -- canonical JSON, frozen at submission
  content_hash   text NOT NULL,              -- SHA-256 of it, hexadecimal
  events         int NOT NULL,               -- larger and major ones in it
  remark         text NOT NULL,
  opened_at      timestamptz NOT NULL,
  submitted_at   timestamptz,
  submitted_name text NOT NULL,
  late           boolean NOT NULL,           -- submitted after the last day, Beijing time
  CONSTRAINT risk_report_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT risk_report_state_submitted_at_check CHECK ((state = 'submitted') = (submitted_at IS NOT NULL))
);
CREATE UNIQUE INDEX risk_report_company_id_cycle_period_key ON risk_report (company_id, cycle, period) WHERE cycle <> 'RISK-CHG';
CREATE UNIQUE INDEX risk_report_company_id_change_key ON risk_report (company_id) WHERE cycle = 'RISK-CHG' AND state = 'due';
CREATE INDEX risk_report_region_path_idx ON risk_report (region_path, company_id);
SELECT declare_table('risk_report', 'company');

-- +goose Down
DELETE FROM table_class WHERE name = 'risk_report';
DROP TABLE risk_report;
