package company

import (
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Of returns one company in scope, for other nouns' transactions. Errors: rbac.ErrNotFound.
func Of(ctx context.Context, tx db.Tx, scope rbac.Scope, id rbac.CompanyID) (Company, error) {
	return companyByID(ctx, tx, scope, id, false)
}

// Entry is a company as those ask for it who count many.
type Entry struct {
	rbac.Home
	Name       string
	Industry   string // GB/T 4754
	Tags       []string
	AboveScale bool
}

// Wanted says which companies Entered lists: at most Limit of those behind After.
type Wanted struct {
	By         day.Date // on the register by the end of this day
	After      rbac.CompanyID
	Areas      []string // paths; nil: everywhere
	Industries []string // first digits of GB/T 4754; nil: all
	Limit      int
}

// Entered lists working companies in order of id. It belongs to a transaction of the job runner.
func Entered(ctx context.Context, tx db.Tx, q Wanted) ([]Entry, error) {
	var found []struct {
		CompanyID     rbac.CompanyID
		RegionPath    string
		OversightLine int16
		Name          string
		Industry      string
		Tags          db.Texts
		AboveScale    bool
	}
	err := tx.WithContext(ctx).Raw(`SELECT company_id, region_path, oversight_line, name, industry, tags, above_scale FROM company
		WHERE company_id > ? AND status <> 'closed' AND created_at < ?
			AND (cardinality(?::text[]) = 0 OR EXISTS (SELECT FROM unnest(?::text[]) a WHERE starts_with(region_path, a)))
			AND (cardinality(?::text[]) = 0 OR EXISTS (SELECT FROM unnest(?::text[]) i WHERE starts_with(industry, i)))
		ORDER BY company_id LIMIT ?`, int64(q.After), q.By.AddDays(1).Midnight(day.Shanghai),
		texts(q.Areas), texts(q.Areas), texts(q.Industries), texts(q.Industries), q.Limit).Scan(&found).Error
	out := make([]Entry, len(found))
	for i, f := range found {
		out[i] = Entry{rbac.Home{CompanyID: f.CompanyID, RegionPath: f.RegionPath, Line: f.OversightLine}, f.Name, f.Industry, f.Tags, f.AboveScale}
	}
	return out, err
}

// texts is a list for a query: an empty one rather than NULL.
func texts(list []string) db.Texts { return append(db.Texts{}, list...) }

// InCharge returns who answers for companies on a day: their principals (主要负责人) and safety managers among the
// contacts, the principal first, then whom the register says to call; each name once (system).
func InCharge(ctx context.Context, tx db.Tx, ids []rbac.CompanyID, on day.Date) (map[rbac.CompanyID][]string, error) {
	plain := make(db.Ints, len(ids))
	for i, n := range ids {
		plain[i] = int64(n)
	}
	var found []struct {
		CompanyID rbac.CompanyID
		Name      string
	}
	err := tx.WithContext(ctx).Raw(`SELECT x.company_id, x.name FROM (
			SELECT company_id, name, CASE role WHEN 'principal' THEN 0 ELSE 1 END AS place, id FROM company_contact
			WHERE company_id = ANY(?) AND role IN ('principal', 'safety') AND from_on <= ?::date AND (until_on IS NULL OR until_on > ?::date)
			UNION ALL SELECT company_id, contact_name, 2, 0 FROM company WHERE company_id = ANY(?) AND contact_name <> '') x
		ORDER BY x.company_id, x.place, x.id`, plain, on.String(), on.String(), plain).Scan(&found).Error
	out := map[rbac.CompanyID][]string{}
	for _, f := range found {
		if !slices.Contains(out[f.CompanyID], f.Name) {
			out[f.CompanyID] = append(out[f.CompanyID], f.Name)
		}
	}
	return out, err
}
