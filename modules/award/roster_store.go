package award

import (
	"context"

	"anbiao/kit/calendar"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// rowFirm is a company of the register, as a list of certificates needs it.
type rowFirm struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	Name          string
	USCC          string
	Industry      string
}

// firmsByCode finds the companies of codes that a regulator oversees, the first site of each.
func firmsByCode(ctx context.Context, tx db.Tx, a rbac.Actor, codes []string) (map[string]rowFirm, error) {
	var rows []rowFirm
	err := tx.WithContext(ctx).Raw(`SELECT DISTINCT ON (c.uscc) c.company_id, c.region_path, c.oversight_line, c.name, c.uscc, c.industry FROM company c
		WHERE c.uscc = ANY(?) AND c.uscc <> '' AND EXISTS (SELECT FROM unnest( ?::text[]) p WHERE starts_with(c.region_path, p)) AND (cardinality( ?::smallint[]) = 0 OR c.oversight_line = ANY(?))
		ORDER BY c.uscc, c.site_no`, db.Texts(codes), db.Texts(a.Areas), db.Shorts(a.Lines), db.Shorts(a.Lines)).Scan(&rows).Error
	out := map[string]rowFirm{}
	for _, r := range rows {
		out[r.USCC] = r
	}
	return out, err
}

// numbersTaken says whose certificates numbers are.
func numbersTaken(ctx context.Context, tx db.Tx, numbers []string) (map[string]rbac.CompanyID, error) {
	var rows []struct {
		CertificateNo string
		CompanyID     rbac.CompanyID
	}
	err := tx.WithContext(ctx).Raw("SELECT certificate_no, company_id FROM award WHERE certificate_no = ANY(?)", db.Texts(numbers)).Scan(&rows).Error
	out := map[string]rbac.CompanyID{}
	for _, r := range rows {
		out[r.CertificateNo] = r.CompanyID
	}
	return out, err
}

// currentsOf locks what companies hold already.
func currentsOf(ctx context.Context, tx db.Tx, by rbac.Actor, firms map[string]rowFirm) (map[rbac.CompanyID]*file, error) {
	var companies []rbac.CompanyID
	for _, f := range firms {
		companies = append(companies, f.CompanyID)
	}
	var rows []Award
	err := tx.WithContext(ctx).Raw("SELECT * FROM award WHERE company_id = ANY(?) AND state IN ('in_force', 'renewal_due') ORDER BY company_id FOR UPDATE", ints(companies)).Scan(&rows).Error
	out := map[rbac.CompanyID]*file{}
	for _, a := range rows {
		out[a.CompanyID] = &file{Award: a, by: by, now: tx.Now, cal: calendar.China()}
	}
	return out, err
}

// insertAwards adds many at once, with their first steps.
func insertAwards(ctx context.Context, tx db.Tx, files []*file) error {
	awards := make([]*Award, len(files))
	for i, f := range files {
		awards[i] = &f.Award
	}
	if err := tx.WithContext(ctx).CreateInBatches(awards, 500).Error; err != nil {
		return err
	}
	var steps []*Step
	for _, f := range files {
		for _, s := range f.added {
			s.AwardID = f.ID
			steps = append(steps, s)
		}
	}
	return tx.WithContext(ctx).CreateInBatches(steps, 500).Error
}
