-- What was found about each item, month by month: kept by the job runner from the checks it has not counted yet.
-- +goose Up

CREATE TABLE inspection_item_stat (
  company_id     bigint NOT NULL CONSTRAINT inspection_item_stat_company_id_fkey REFERENCES company (company_id),
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  month_on       date NOT NULL,       -- first day
  code           text NOT NULL,       -- of the item
  unit_id        bigint,              -- of who checked
  asked          int NOT NULL,
  failed         int NOT NULL,
  not_applicable int NOT NULL,
  out_of_range   int NOT NULL,        -- failed with a measured value
  CONSTRAINT inspection_item_stat_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT inspection_item_stat_unit_id_fkey FOREIGN KEY (company_id, unit_id) REFERENCES staff_unit (company_id, id)
);
CREATE UNIQUE INDEX inspection_item_stat_month_key ON inspection_item_stat (company_id, month_on, code, unit_id) NULLS NOT DISTINCT;
SELECT declare_table('inspection_item_stat', 'company');

-- The checks behind the numbers: where an item failed or did not apply.
CREATE TABLE inspection_item_case (
  company_id     bigint NOT NULL,
  code           text NOT NULL,
  started_on     date NOT NULL,
  check_id       bigint NOT NULL,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  result         text NOT NULL CONSTRAINT inspection_item_case_result_check CHECK (result IN ('fail', 'na')),
  CONSTRAINT inspection_item_case_pkey PRIMARY KEY (company_id, code, started_on, check_id),
  CONSTRAINT inspection_item_case_check_id_fkey FOREIGN KEY (company_id, started_on, check_id) REFERENCES inspection_check (company_id, started_on, id)
);
SELECT declare_table('inspection_item_case', 'company');

-- Checks that are not counted yet; a check comes here with itself.
CREATE TABLE inspection_uncounted (
  company_id bigint NOT NULL,
  started_on date NOT NULL,
  check_id   bigint NOT NULL,
  CONSTRAINT inspection_uncounted_pkey PRIMARY KEY (company_id, started_on, check_id)
);
SELECT declare_table('inspection_uncounted', 'system');
-- +goose StatementBegin
CREATE FUNCTION inspection_count_later() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO inspection_uncounted VALUES (NEW.company_id, NEW.started_on, NEW.id);
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER inspection_check_count_later AFTER INSERT ON inspection_check FOR EACH ROW EXECUTE FUNCTION inspection_count_later();
INSERT INTO inspection_uncounted SELECT company_id, started_on, id FROM inspection_check;

-- +goose Down
DROP TRIGGER inspection_check_count_later ON inspection_check;
DROP FUNCTION inspection_count_later();
DROP TABLE inspection_uncounted, inspection_item_case, inspection_item_stat;
DELETE FROM table_class WHERE name IN ('inspection_uncounted', 'inspection_item_case', 'inspection_item_stat');
