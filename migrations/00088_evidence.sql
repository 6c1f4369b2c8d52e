-- Figures that modules compute from their records, one a company, metric and period: scores and
-- the regulator's board read only this.
-- +goose Up
CREATE TABLE evidence_value (
  company_id     bigint NOT NULL CONSTRAINT evidence_value_company_id_fkey REFERENCES company (company_id),
  metric         text COLLATE "C" NOT NULL,
  period         text COLLATE "C" NOT NULL,  -- e.g. 2026-02
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  num            bigint NOT NULL,
  den            bigint NOT NULL,
  at             timestamptz NOT NULL,       -- when the figure last changed
  CONSTRAINT evidence_value_pkey PRIMARY KEY (company_id, period, metric),
  CONSTRAINT evidence_value_den_check CHECK (num >= 0 AND den >= 0)
);
CREATE INDEX evidence_value_region_path_idx ON evidence_value (region_path, company_id, period);
SELECT declare_table('evidence_value', 'company');
REVOKE INSERT, UPDATE ON evidence_value FROM anbiao_company, anbiao_service; -- computed, never typed in

-- +goose Down
DROP TABLE evidence_value;
DELETE FROM table_class WHERE name = 'evidence_value';
