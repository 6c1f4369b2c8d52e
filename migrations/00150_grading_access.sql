-- A review agency (评审单位) sees a company from one day to another, while it reviews it, and nothing else.
-- +goose Up
CREATE TABLE grading_access (
  company_id      bigint NOT NULL,
  id              bigint GENERATED ALWAYS AS IDENTITY,
  region_path     text COLLATE "C" NOT NULL,
  oversight_line  smallint NOT NULL,
  organisation_id bigint NOT NULL CONSTRAINT grading_access_organisation_id_fkey REFERENCES account_organisation (id),
  opens_on        date NOT NULL,
  closes_on       date NOT NULL, -- inclusive; moved forward to end it
  CONSTRAINT grading_access_pkey PRIMARY KEY (company_id, id),
  CONSTRAINT grading_access_closes_on_check CHECK (closes_on >= opens_on - 1)
);
CREATE INDEX grading_access_organisation_id_idx ON grading_access (organisation_id, company_id);
-- custom: the authority that sends the agency writes, in its area; the company and the agency read their own.
SELECT declare_table('grading_access', 'custom');
CREATE POLICY company_own ON grading_access FOR SELECT TO anbiao_company USING (company_id = scope_company());
-- An agency no longer sees whom it was sent to once the day after has passed.
CREATE POLICY agency_own ON grading_access FOR SELECT TO anbiao_agency
  USING (organisation_id = scope_organisation() AND closes_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date - 1);
CREATE POLICY regulator_area ON grading_access TO anbiao_regulator
  USING (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)))
  WITH CHECK (region_path >= scope_lo() AND region_path < scope_hi() AND ((SELECT scope_whole()) OR scope_covers(region_path, oversight_line)));
GRANT SELECT ON grading_access TO anbiao_company, anbiao_agency, anbiao_regulator;
GRANT INSERT ON grading_access TO anbiao_regulator;
GRANT UPDATE (closes_on) ON grading_access TO anbiao_regulator;

-- scope_reviews says whether the actor's agency may see a company today.
-- +goose StatementBegin
CREATE FUNCTION scope_reviews(company bigint) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM grading_access g WHERE g.company_id = company AND g.organisation_id = scope_organisation()
                 AND (now() AT TIME ZONE 'Asia/Shanghai')::date BETWEEN g.opens_on AND g.closes_on);
END $$;
-- +goose StatementEnd
GRANT EXECUTE ON FUNCTION scope_reviews(bigint) TO anbiao_agency;

CREATE POLICY agency_reviews ON company FOR SELECT TO anbiao_agency USING (scope_reviews(company_id));
GRANT SELECT ON company TO anbiao_agency;

-- +goose Down
REVOKE SELECT ON company FROM anbiao_agency;
DROP POLICY agency_reviews ON company;
DROP FUNCTION scope_reviews(bigint);
DROP TABLE grading_access;
DELETE FROM table_class WHERE name = 'grading_access';
