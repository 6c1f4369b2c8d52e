-- An order that the enforcement system issued without an inspection kept here: it, its findings and its steps belong to no visit.
-- +goose Up

ALTER TABLE visit_order ALTER COLUMN visit_id DROP NOT NULL;
ALTER TABLE visit_finding ALTER COLUMN visit_id DROP NOT NULL, ADD CONSTRAINT visit_finding_home_check CHECK (visit_id IS NOT NULL OR order_id IS NOT NULL);
ALTER TABLE visit_step ALTER COLUMN visit_id DROP NOT NULL, ADD CONSTRAINT visit_step_home_check CHECK (visit_id IS NOT NULL OR order_id IS NOT NULL);
CREATE UNIQUE INDEX visit_finding_order_id_n_key ON visit_finding (company_id, order_id, n) WHERE visit_id IS NULL;
CREATE INDEX visit_step_order_id_idx ON visit_step (company_id, order_id, id) WHERE order_id IS NOT NULL;

-- What hangs on an order alone is seen by whoever sees the order: row security of visit_order answers the question below.
DROP POLICY of_a_visit ON visit_finding;
DROP POLICY of_a_visit ON visit_step;
DROP POLICY regulator_edits ON visit_finding;
-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['visit_finding', 'visit_step'] LOOP
    EXECUTE format('CREATE POLICY of_a_visit ON %s AS RESTRICTIVE TO anbiao_company, anbiao_service, anbiao_regulator
      USING (CASE WHEN visit_id IS NULL THEN EXISTS (SELECT FROM visit_order o WHERE o.company_id = %1$s.company_id AND o.id = %1$s.order_id)
        ELSE EXISTS (SELECT FROM visit v WHERE v.company_id = %1$s.company_id AND v.id = %1$s.visit_id) END)
      WITH CHECK (CASE WHEN visit_id IS NULL THEN EXISTS (SELECT FROM visit_order o WHERE o.company_id = %1$s.company_id AND o.id = %1$s.order_id)
        ELSE EXISTS (SELECT FROM visit v WHERE v.company_id = %1$s.company_id AND v.id = %1$s.visit_id) END)', t);
  END LOOP;
END $$;
-- +goose StatementEnd
CREATE POLICY regulator_edits ON visit_finding FOR UPDATE TO anbiao_regulator
  USING (CASE WHEN visit_id IS NULL THEN EXISTS (SELECT FROM visit_order o WHERE o.company_id = visit_finding.company_id AND o.id = visit_finding.order_id AND o.organisation_id = scope_organisation())
    ELSE EXISTS (SELECT FROM visit v WHERE v.company_id = visit_finding.company_id AND v.id = visit_finding.visit_id AND v.organisation_id = scope_organisation()) END)
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));

-- +goose Down
DELETE FROM visit_step WHERE visit_id IS NULL;
DELETE FROM visit_finding WHERE visit_id IS NULL;
DELETE FROM visit_order WHERE visit_id IS NULL;
DROP POLICY regulator_edits ON visit_finding;
DROP POLICY of_a_visit ON visit_step;
DROP POLICY of_a_visit ON visit_finding;
DROP INDEX visit_step_order_id_idx, visit_finding_order_id_n_key;
ALTER TABLE visit_step DROP CONSTRAINT visit_step_home_check, ALTER COLUMN visit_id SET NOT NULL;
ALTER TABLE visit_finding DROP CONSTRAINT visit_finding_home_check, ALTER COLUMN visit_id SET NOT NULL;
ALTER TABLE visit_order ALTER COLUMN visit_id SET NOT NULL;
-- +goose StatementBegin
DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['visit_finding', 'visit_step'] LOOP
    EXECUTE format('CREATE POLICY of_a_visit ON %s AS RESTRICTIVE TO anbiao_company, anbiao_service, anbiao_regulator
      USING (EXISTS (SELECT FROM visit v WHERE v.company_id = %1$s.company_id AND v.id = %1$s.visit_id))
      WITH CHECK (EXISTS (SELECT FROM visit v WHERE v.company_id = %1$s.company_id AND v.id = %1$s.visit_id))', t);
  END LOOP;
END $$;
-- +goose StatementEnd
CREATE POLICY regulator_edits ON visit_finding FOR UPDATE TO anbiao_regulator
  USING (EXISTS (SELECT FROM visit v WHERE v.company_id = visit_finding.company_id AND v.id = visit_finding.visit_id AND v.organisation_id = scope_organisation()))
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
