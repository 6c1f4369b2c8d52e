-- Live scores (动态得分): one row a company, its history by day, what moved it, and whom an event waits for.
-- +goose Up
CREATE TABLE livescore_score (
  company_id     bigint NOT NULL CONSTRAINT livescore_score_pkey PRIMARY KEY
                 CONSTRAINT livescore_score_company_id_fkey REFERENCES company (company_id),
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  rubric_id      bigint NOT NULL CONSTRAINT livescore_score_rubric_id_fkey REFERENCES rubric (id),
  evaluation_id  bigint,                   -- whose answers by hand are kept; a row of standardization
  bindings       text NOT NULL,            -- version of the rules that bind items to figures
  score          int NOT NULL CONSTRAINT livescore_score_score_check CHECK (score BETWEEN -1 AND 10000), -- hundredths of 100; -1: nothing is known
  exact          text NOT NULL,            -- the same as a fraction
  level          text NOT NULL,            -- provisional while items are open; '': none
  measured       int NOT NULL CONSTRAINT livescore_score_measured_check CHECK (measured BETWEEN 0 AND 10000), -- hundredths of a percent of the table's points
  known          int NOT NULL CONSTRAINT livescore_score_known_check CHECK (known BETWEEN measured AND 10000),
  open_items     int NOT NULL,
  fingerprint    bigint NOT NULL,          -- of all that led here: the same needs no writing
  result         jsonb NOT NULL,           -- points by item, figures; compact
  at             timestamptz NOT NULL      -- when something last changed
);
CREATE INDEX livescore_score_region_path_idx ON livescore_score (region_path, company_id);
SELECT declare_table('livescore_score', 'company');
REVOKE INSERT, UPDATE ON livescore_score FROM anbiao_company, anbiao_service; -- computed, never typed in

CREATE TABLE livescore_day (
  company_id     bigint NOT NULL CONSTRAINT livescore_day_company_id_fkey REFERENCES company (company_id),
  on_day         date NOT NULL,            -- a day on which the score changed, as it was at its end
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  rubric_id      bigint NOT NULL CONSTRAINT livescore_day_rubric_id_fkey REFERENCES rubric (id),
  score          int NOT NULL,
  exact          text NOT NULL,
  level          text NOT NULL,
  measured       int NOT NULL,
  known          int NOT NULL,
  CONSTRAINT livescore_day_pkey PRIMARY KEY (company_id, on_day)
);
CREATE INDEX livescore_day_region_path_idx ON livescore_day (region_path, company_id, on_day);
SELECT declare_table('livescore_day', 'company');
REVOKE INSERT, UPDATE ON livescore_day FROM anbiao_company, anbiao_service;

CREATE TABLE livescore_change (
  company_id     bigint NOT NULL CONSTRAINT livescore_change_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  at             timestamptz NOT NULL,
  on_day         date NOT NULL,
  rubric_id      bigint NOT NULL CONSTRAINT livescore_change_rubric_id_fkey REFERENCES rubric (id),
  item           text NOT NULL,            -- '': the table itself changed
  from_points    int NOT NULL,             -- hundredths; -1 not applicable, -2 open
  to_points      int NOT NULL,
  metric         text NOT NULL,            -- the figure that moved it; '': an answer by hand
  period         text NOT NULL,
  from_num       bigint NOT NULL,
  from_den       bigint NOT NULL,
  to_num         bigint NOT NULL,
  to_den         bigint NOT NULL,
  from_score     int NOT NULL,             -- of the whole
  to_score       int NOT NULL,
  CONSTRAINT livescore_change_pkey PRIMARY KEY (company_id, id)
);
CREATE INDEX livescore_change_on_day_idx ON livescore_change (company_id, on_day, id);
CREATE INDEX livescore_change_region_path_idx ON livescore_change (region_path, company_id, id);
SELECT declare_table('livescore_change', 'company');
REVOKE INSERT, UPDATE ON livescore_change FROM anbiao_company, anbiao_service;

-- Events that no scoring has seen. Each adds a row and a job; the first job takes all rows of its companies that are
-- committed by then, and what finds none has nothing left to do.
CREATE TABLE livescore_wait (
  id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT livescore_wait_pkey PRIMARY KEY,
  company_id bigint NOT NULL
);
CREATE INDEX livescore_wait_company_id_idx ON livescore_wait (company_id);
SELECT declare_table('livescore_wait', 'system');
CREATE FUNCTION livescore_await(companies bigint[]) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO livescore_wait (company_id) SELECT unnest(companies) $$;
GRANT EXECUTE ON FUNCTION livescore_await(bigint[]) TO anbiao_company, anbiao_service, anbiao_regulator, anbiao_agency, anbiao_platform, anbiao_public, anbiao_system;

-- +goose Down
DROP FUNCTION livescore_await(bigint[]);
DROP TABLE livescore_wait, livescore_change, livescore_day, livescore_score;
DELETE FROM table_class WHERE name LIKE 'livescore\_%';
