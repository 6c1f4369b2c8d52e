-- A review agency sees the files that show how the items of an evaluation stand, and brings photos of what it finds on site.
-- +goose Up
CREATE POLICY agency_reads ON attachment FOR SELECT TO anbiao_agency
  USING (scope_reviews(company_id) AND (uploaded_person = scope_person() OR bound_noun IN ('standardization_finding', 'standardization_evaluation')));
CREATE POLICY agency_uploads ON attachment FOR INSERT TO anbiao_agency
  WITH CHECK (uploaded_person = scope_person() AND uploaded_by IS NULL AND scope_reviews(company_id));
CREATE POLICY agency_claims ON attachment FOR UPDATE TO anbiao_agency
  USING (uploaded_person = scope_person() AND bound_noun IS NULL AND scope_reviews(company_id))
  WITH CHECK (uploaded_person = scope_person() AND bound_noun IN ('standardization_finding', 'standardization_evaluation'));
GRANT SELECT, INSERT, UPDATE (bound_noun, bound_id, bound_at) ON attachment TO anbiao_agency;

-- +goose Down
REVOKE SELECT, INSERT, UPDATE (bound_noun, bound_id, bound_at) ON attachment FROM anbiao_agency;
DROP POLICY agency_claims ON attachment;
DROP POLICY agency_uploads ON attachment;
DROP POLICY agency_reads ON attachment;
