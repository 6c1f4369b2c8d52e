-- A review counts the company's accidents (安全绩效): who reviews sees the figures, and no name.
-- +goose Up
CREATE POLICY agency_reviews ON accident FOR SELECT TO anbiao_agency USING (scope_reviews(company_id));
CREATE POLICY agency_reviews ON accident_hours FOR SELECT TO anbiao_agency USING (scope_reviews(company_id));
GRANT SELECT (company_id, id, ended_on, happened_at, class, deaths, severe, loss_fen) ON accident TO anbiao_agency;
GRANT SELECT (company_id, id, ended_on, year, staff_count) ON accident_hours TO anbiao_agency;

-- +goose Down
REVOKE SELECT (company_id, id, ended_on, year, staff_count) ON accident_hours FROM anbiao_agency;
REVOKE SELECT (company_id, id, ended_on, happened_at, class, deaths, severe, loss_fen) ON accident FROM anbiao_agency;
DROP POLICY agency_reviews ON accident_hours;
DROP POLICY agency_reviews ON accident;
