-- How a company stood with its certificates at the end of a month. Kept as it was found: a closed month is never computed again.
-- +goose Up

CREATE TABLE certificate_snapshot (
  company_id        bigint NOT NULL CONSTRAINT certificate_snapshot_company_id_fkey REFERENCES company (company_id),
  month_on          date NOT NULL,               -- first day of the month
  rate              text COLLATE "C" NOT NULL,   -- CR-01 …, of data/rates.yaml
  region_path       text COLLATE "C" NOT NULL,
  oversight_line    smallint NOT NULL,
  num               int NOT NULL,
  den               int NOT NULL,                -- 0: does not apply
  verified_num      int NOT NULL,                -- of num, those found in the authority's register
  permille          int GENERATED ALWAYS AS (CASE WHEN den > 0 THEN (num::bigint * 1000 / den)::int END) STORED, -- truncated
  verified_permille int GENERATED ALWAYS AS (CASE WHEN den > 0 THEN (verified_num::bigint * 1000 / den)::int END) STORED,
  rule_version      text NOT NULL,
  made_at           timestamptz NOT NULL,
  CONSTRAINT certificate_snapshot_pkey PRIMARY KEY (company_id, month_on, rate),
  CONSTRAINT certificate_snapshot_num_check CHECK (0 <= verified_num AND verified_num <= num AND num <= den)
);
CREATE INDEX certificate_snapshot_month_on_idx ON certificate_snapshot (month_on, rate, region_path) INCLUDE (num, den, verified_num);
SELECT declare_table('certificate_snapshot', 'company');

-- +goose Down
DROP TABLE certificate_snapshot;
DELETE FROM table_class WHERE name = 'certificate_snapshot';
