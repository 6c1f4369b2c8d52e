package emergency

import (
	"context"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// ListedFiling is a filing with the name of its company.
type ListedFiling struct {
	Filing
	CompanyName string
}

func filingsBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f FilingFilter, k page.Key, now day.Date) (rows []ListedFiling, err error) {
	cond, args := scope.Where("f")
	conds := []string{cond}
	and := func(c string, a ...any) { conds, args = append(conds, c), append(args, a...) }
	if f.CompanyID != 0 {
		and("f.company_id = ?", int64(f.CompanyID))
	}
	if f.PlanID != 0 {
		and("f.plan_id = ?", int64(f.PlanID))
	}
	if f.State != "" {
		and("f.state = ?", f.State)
	}
	if f.Late {
		and("(f.late OR (f.state = 'submitted' AND f.check_due_on < ?))", now)
	}
	order, op := " ORDER BY f.id DESC", "<"
	if k.Back {
		order, op = " ORDER BY f.id", ">"
	}
	if !k.First() {
		and("f.id "+op+" ?::bigint", k.Vals[0])
	}
	q := "SELECT f.*, c.name AS company_name FROM (SELECT f.* FROM emergency_filing f WHERE " + strings.Join(conds, " AND ") + order + " LIMIT ?) f JOIN company c ON c.company_id = f.company_id" + order
	return rows, tx.WithContext(ctx).Raw(q, append(args, f.Limit+1)...).Scan(&rows).Error
}

// filingByID reads a filing in scope; in a state, and locked, where one is given. Errors:
// rbac.ErrNotFound, ErrNotNow where it is in another state.
func filingByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Filing], state string) (ListedFiling, error) {
	cond, args := scope.Where("f")
	read := func(more string) (rows []ListedFiling, err error) {
		q := "SELECT f.*, c.name AS company_name FROM emergency_filing f JOIN company c ON c.company_id = f.company_id WHERE f.id = ? AND " + cond + more
		return rows, tx.WithContext(ctx).Raw(q, append([]any{int64(n)}, args...)...).Scan(&rows).Error
	}
	rows, err := read("")
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil || state == "" {
		return append(rows, ListedFiling{})[0], err
	}
	if rows[0].State != state {
		return rows[0], ErrNotNow
	}
	// Row security hides from locking what the actor may not change.
	if rows, err = read(" AND f.state = '" + state + "' FOR UPDATE OF f"); err == nil && len(rows) == 0 {
		return ListedFiling{}, ErrNotNow
	}
	return append(rows, ListedFiling{})[0], err
}

func insertFiling(ctx context.Context, tx db.Tx, f *Filing) error {
	err := tx.WithContext(ctx).Create(f).Error
	if db.Violates(err, "emergency_filing_open_key") {
		return ErrWithRegulator.Because(err)
	}
	return err
}

// What each side may change of a filing.
var (
	handed  = []string{"documents", "files", "note", "state", "submitted_at", "submitted_by", "received_on", "check_due_on", "deemed_on"}
	decided = []string{"state", "missing", "asked_at", "answered_at", "answered_by", "answer", "number", "filed_on"}
)

func updateFiling(ctx context.Context, tx db.Tx, f *Filing, columns []string) error {
	r := tx.WithContext(ctx).Model(&Filing{}).Where("company_id = ? AND id = ?", int64(f.CompanyID), int64(f.ID)).Select(columns).Updates(f)
	if r.Error == nil && r.RowsAffected == 0 {
		return ErrNotNow
	}
	return r.Error
}

// silent counts as filed what the regulator left unanswered until a day, and returns it.
func silent(ctx context.Context, tx db.Tx, on day.Date, n int) (rows []Filing, err error) {
	return rows, tx.WithContext(ctx).Raw(`UPDATE emergency_filing f SET state = 'deemed', filed_on = deemed_on WHERE (company_id, id) IN (
		SELECT company_id, id FROM emergency_filing WHERE state = 'submitted' AND deemed_on <= ? ORDER BY deemed_on, company_id, id LIMIT ? FOR UPDATE SKIP LOCKED) RETURNING f.*`, on, n).Scan(&rows).Error
}

// uncounted locks filings whose days could not be counted when they came.
func uncounted(ctx context.Context, tx db.Tx, n int) (rows []Filing, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM emergency_filing WHERE state = 'submitted' AND deemed_on IS NULL ORDER BY company_id, id LIMIT ? FOR UPDATE SKIP LOCKED", n).Scan(&rows).Error
}
