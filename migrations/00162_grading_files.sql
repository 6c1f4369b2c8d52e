-- The minutes and photos that a review agency brings belong to the application it reports on; who reviews sees the papers of that application.
-- +goose Up
CREATE POLICY agency_sees_gradings ON attachment FOR SELECT TO anbiao_agency USING (scope_reviews(company_id) AND bound_noun = 'grading');
CREATE POLICY agency_reports ON attachment FOR UPDATE TO anbiao_agency
  USING (uploaded_person = scope_person() AND bound_noun IS NULL AND scope_reviews(company_id)) WITH CHECK (uploaded_person = scope_person() AND bound_noun = 'grading');

-- +goose Down
DROP POLICY agency_reports ON attachment;
DROP POLICY agency_sees_gradings ON attachment;
