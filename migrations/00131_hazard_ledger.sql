-- More time and transfers are answered by the regulator where only he closes the hazard; old rows keep their number.
-- +goose Up
ALTER TABLE hazard
  ADD COLUMN old_number text NOT NULL DEFAULT '', -- in the ledger before this one; '' for a row entered here
  DROP CONSTRAINT hazard_review_check,
  ADD CONSTRAINT hazard_review_check CHECK (state <> 'cancelled' OR level <> 'major' OR reviewed_on IS NOT NULL OR historical),
  ADD CONSTRAINT hazard_historical_check CHECK (NOT historical OR state IN ('cancelled', 'voided'));
CREATE UNIQUE INDEX hazard_company_id_old_number_key ON hazard (company_id, old_number) WHERE old_number <> '';
CREATE INDEX hazard_campaign_idx ON hazard (company_id, campaign, found_on) WHERE campaign <> '';
CREATE INDEX hazard_region_path_campaign_idx ON hazard (region_path, campaign, found_on) WHERE campaign <> '';
CREATE INDEX hazard_region_path_asked_idx ON hazard (region_path, id) WHERE asked <> '';
CREATE INDEX hazard_region_path_stock_idx ON hazard (region_path, found_on) WHERE stock;

-- A regulator also answers what is asked of a hazard that only he closes.
CREATE POLICY regulator_answers ON hazard FOR UPDATE TO anbiao_regulator
  USING (asked IN ('extension', 'transfer') AND (level = 'major' OR source IN ('regulator','covert_visit','grid_patrol','tip','transfer'))
    AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (asked = '' AND state <> 'cancelled' AND region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT UPDATE (asked, asked_person_id, asked_staff_id, asked_name, asked_on, asked_note, asked_deadline, asked_to, deadline, extensions, transferred_to, voided_on)
  ON hazard TO anbiao_regulator;

-- Second lock: a company neither cancels nor strikes out nor hands over such a hazard; what was closed before it came here excepted.
DROP POLICY company_needs_review ON hazard;
CREATE POLICY company_needs_review ON hazard AS RESTRICTIVE TO anbiao_company, anbiao_service USING (true)
  WITH CHECK (historical OR state NOT IN ('cancelled', 'transferred', 'voided') OR (level <> 'major' AND source NOT IN ('regulator','covert_visit','grid_patrol','tip','transfer')));
-- +goose StatementBegin
CREATE FUNCTION hazard_historical_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.historical IS DISTINCT FROM OLD.historical THEN
    RAISE 'a hazard is historical from its first day or never';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER hazard_historical_kept BEFORE UPDATE OF historical ON hazard FOR EACH ROW EXECUTE FUNCTION hazard_historical_kept();

-- What one action on many hazards came to, row by row (批量操作).
CREATE TABLE hazard_bulk (
  company_id     bigint NOT NULL,
  id             bigint GENERATED ALWAYS AS IDENTITY,
  region_path    text COLLATE "C" NOT NULL,
  oversight_line smallint NOT NULL,
  deed           text NOT NULL,
  at             timestamptz NOT NULL,
  person_id      bigint NOT NULL,
  staff_id       bigint,
  rows           jsonb NOT NULL, -- for each: id, number, and the code and sentence of what failed
  CONSTRAINT hazard_bulk_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT hazard_bulk_company_id_fkey FOREIGN KEY (company_id) REFERENCES company (company_id)
);
CREATE INDEX hazard_bulk_person_id_idx ON hazard_bulk (company_id, person_id, id);
SELECT declare_table('hazard_bulk', 'private');

-- +goose Down
DROP TABLE hazard_bulk;
DELETE FROM table_class WHERE name = 'hazard_bulk';
DROP TRIGGER hazard_historical_kept ON hazard;
DROP FUNCTION hazard_historical_kept();
DROP POLICY company_needs_review ON hazard;
CREATE POLICY company_needs_review ON hazard AS RESTRICTIVE TO anbiao_company, anbiao_service USING (true)
  WITH CHECK (state <> 'cancelled' OR (level <> 'major' AND source NOT IN ('regulator','covert_visit','grid_patrol','tip','transfer')));
REVOKE UPDATE (asked, asked_person_id, asked_staff_id, asked_name, asked_on, asked_note, asked_deadline, asked_to, deadline, extensions, transferred_to, voided_on)
  ON hazard FROM anbiao_regulator;
DROP POLICY regulator_answers ON hazard;
ALTER TABLE hazard
  DROP CONSTRAINT hazard_historical_check,
  DROP CONSTRAINT hazard_review_check,
  ADD CONSTRAINT hazard_review_check CHECK (state <> 'cancelled' OR level <> 'major' OR reviewed_on IS NOT NULL),
  DROP COLUMN old_number;
DROP INDEX hazard_campaign_idx, hazard_region_path_campaign_idx, hazard_region_path_asked_idx, hazard_region_path_stock_idx;
