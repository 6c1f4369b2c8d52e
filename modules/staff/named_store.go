package staff

import (
	"context"
	"strings"

	"anbiao/kit/db"
	"anbiao/rbac"
	"anbiao/web/register"
)

// Called returns the people of a company with one of the ids, and those still here whom one of
// the words means: their name, employee number or phone.
func Called(ctx context.Context, tx db.Tx, company rbac.CompanyID, ids []int64, words []string) ([]register.Named, error) {
	var found []struct {
		ID                      int64
		Name, EmployeeNo, Phone string
	}
	q := `SELECT id, name, employee_no, phone FROM staff_person WHERE company_id = ? AND (id = ANY(?)
		OR (left_on IS NULL AND (lower(name) = ANY(?) OR lower(employee_no) = ANY(?) OR phone = ANY(?))))`
	lower := lowered(words)
	err := tx.WithContext(ctx).Raw(q, int64(company), db.Ints(ids), lower, lower, lower).Scan(&found).Error
	out := make([]register.Named, len(found))
	for i, p := range found {
		out[i] = register.Named{ID: p.ID, Name: p.Name, Also: []string{p.EmployeeNo, p.Phone}}
	}
	return out, err
}

// UnitsCalled returns the units of a company with one of the ids, and those in use that one of
// the words means: their name, or the names from the top down with a slash between.
func UnitsCalled(ctx context.Context, tx db.Tx, company rbac.CompanyID, ids []int64, words []string) ([]register.Named, error) {
	var found []struct {
		ID         int64
		Name, Path string
	}
	q := `SELECT * FROM (SELECT u.id, u.name, u.closed_on, (SELECT string_agg(a.name, '/' ORDER BY a.unit_path) FROM staff_unit a
			WHERE a.company_id = u.company_id AND u.unit_path LIKE a.unit_path || '%') AS path
		FROM staff_unit u WHERE u.company_id = ?) x WHERE id = ANY(?) OR (closed_on IS NULL AND (lower(name) = ANY(?) OR lower(path) = ANY(?)))`
	lower := lowered(words)
	err := tx.WithContext(ctx).Raw(q, int64(company), db.Ints(ids), lower, lower).Scan(&found).Error
	out := make([]register.Named, len(found))
	for i, u := range found {
		out[i] = register.Named{ID: u.ID, Name: u.Name, Also: []string{u.Path}}
	}
	return out, err
}

func lowered(words []string) db.Texts {
	out := make(db.Texts, len(words))
	for i, w := range words {
		out[i] = strings.ToLower(w)
	}
	return out
}
