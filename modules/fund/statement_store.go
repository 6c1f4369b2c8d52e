package fund

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// yearRow reads a year of a company in scope. Errors: rbac.ErrNotFound.
func yearRow(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, year int) (y Year, err error) {
	cond, args := scope.Where("y")
	var found []Year
	if err := tx.WithContext(ctx).Raw("SELECT * FROM fund_year y WHERE y.company_id = ? AND y.year = ? AND "+cond, append([]any{int64(company), year}, args...)...).Scan(&found).Error; err != nil {
		return y, err
	}
	if len(found) == 0 {
		return y, rbac.ErrNotFound
	}
	return found[0], nil
}

// countOf is what a year of a company comes to, and whether it must set aside; a year without a row is zero.
func countOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, year int) (y Year, bound bool, err error) {
	var found []struct {
		Year
		Bound bool
	}
	q := "SELECT y.*, p.bound FROM fund_year y JOIN fund_profile p ON p.company_id = y.company_id WHERE y.company_id = ? AND y.year = ?"
	if err := tx.WithContext(ctx).Raw(q, int64(company), year).Scan(&found).Error; err != nil || len(found) == 0 {
		return y, false, err
	}
	return found[0].Year, found[0].Bound, nil
}

// linesIn are the businesses of a year.
func linesIn(ctx context.Context, tx db.Tx, company rbac.CompanyID, year int) (out []Line, err error) {
	return out, tx.WithContext(ctx).Raw("SELECT * FROM fund_line WHERE company_id = ? AND year = ? AND NOT retired ORDER BY id", int64(company), year).Scan(&out).Error
}

// closedIn are the closed months of a year, in order.
func closedIn(ctx context.Context, tx db.Tx, company rbac.CompanyID, year int) (out []Month, err error) {
	q := "SELECT * FROM fund_month WHERE company_id = ? AND month_on BETWEEN make_date(?, 1, 1) AND make_date(?, 12, 1) AND state = 'closed' ORDER BY month_on"
	return out, tx.WithContext(ctx).Raw(q, int64(company), year, year).Scan(&out).Error
}

// statementOf is the statement of a year, locked when it is to be changed; nil where there is none, or a draft that the reader may not see.
func statementOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, year int, lock bool) (*Statement, error) {
	q := "SELECT * FROM fund_statement WHERE company_id = ? AND year = ?"
	if lock {
		q += " FOR UPDATE"
	}
	var found []Statement
	if err := tx.WithContext(ctx).Raw(q, int64(company), year).Scan(&found).Error; err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

func insertStatement(ctx context.Context, tx db.Tx, t *Statement) error {
	return tx.WithContext(ctx).Create(t).Error
}

func saveStatement(ctx context.Context, tx db.Tx, t Statement) error {
	return tx.WithContext(ctx).Where("company_id = ? AND id = ?", int64(t.CompanyID), int64(t.ID)).Select("*").Omit("CompanyID", "ID").Updates(&t).Error
}

// unstated are companies whose use of a year must be explained and is not, by id, after one.
func unstated(ctx context.Context, tx db.Tx, year int, after rbac.CompanyID, limit int) (rows []Year, err error) {
	q := `SELECT y.* FROM fund_year y JOIN fund_profile p ON p.company_id = y.company_id AND p.bound
		WHERE y.year = ? AND y.company_id > ? AND y.due_fen > 0 AND y.used_fen::numeric * 100 < y.due_fen::numeric * ?
		AND NOT EXISTS (SELECT FROM fund_statement s WHERE s.company_id = y.company_id AND s.year = y.year AND s.state = 'submitted') ORDER BY y.company_id LIMIT ?`
	return rows, tx.WithContext(ctx).Raw(q, year, int64(after), UnderUse, limit).Scan(&rows).Error
}
