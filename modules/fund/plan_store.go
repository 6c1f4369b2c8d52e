package fund

import (
	"context"

	"gorm.io/gorm"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/rbac"
)

// plansOf are the versions of a year's plan that the actor may see, the latest first, at most 50.
func plansOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, year int) (rows []Plan, err error) {
	w := scope.Of(company, "p")
	w.And("p.year = ?", year)
	return rows, tx.WithContext(ctx).Raw("SELECT p.* FROM fund_plan p WHERE "+w.SQL()+" ORDER BY p.version DESC LIMIT 50", w.Args...).Scan(&rows).Error
}

// planOf returns the plan of a year that is in force.
func planOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, year int) (Plan, bool, error) {
	return planIn(ctx, tx, company, year, "approved")
}

func planIn(ctx context.Context, tx db.Tx, company rbac.CompanyID, year int, state string) (p Plan, ok bool, err error) {
	rows, err := gorm.G[Plan](tx.DB).Where("company_id = ? AND year = ? AND state = ?", int64(company), year, state).Limit(1).Find(ctx)
	if err != nil || len(rows) == 0 {
		return p, false, err
	}
	return rows[0], true, nil
}

func nextVersion(ctx context.Context, tx db.Tx, company rbac.CompanyID, year int) (n int32, err error) {
	return n, tx.WithContext(ctx).Raw("SELECT coalesce(max(version), 0) + 1 FROM fund_plan WHERE company_id = ? AND year = ?", int64(company), year).Scan(&n).Error
}

func insertPlan(ctx context.Context, tx db.Tx, p *Plan) error {
	return gorm.G[Plan](tx.DB).Create(ctx, p)
}

func savePlan(ctx context.Context, tx db.Tx, p *Plan) error {
	return tx.WithContext(ctx).Model(&Plan{}).Where("company_id = ? AND id = ?", int64(p.CompanyID), int64(p.ID)).
		Select("State", "Items", "TotalFen", "Note", "MadeByName", "MadePersonID", "MadeAt", "ApprovedByName", "ApprovedAt").Updates(p).Error
}

// yearCounted returns what a year comes to so far; the zero Year where nothing was counted.
func yearCounted(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, year int) (y Year, err error) {
	w := scope.Of(company, "y")
	w.And("y.year = ?", year)
	var rows []Year
	if err := tx.WithContext(ctx).Raw("SELECT y.* FROM fund_year y WHERE "+w.SQL(), w.Args...).Scan(&rows).Error; err != nil || len(rows) == 0 {
		return y, err
	}
	return rows[0], nil
}

// closedUse is what the closed months of a year say of its use, for who does not see the journal, and the last of them, 0 for none.
func closedUse(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, year int) (m Months, capital fen.Amount, last int, err error) {
	w := scope.Of(company, "m")
	w.And("m.month_on >= ? AND m.month_on < ? AND m.state = 'closed'", day.Of(year, 1, 1), day.Of(year+1, 1, 1))
	var rows []struct {
		Month      int
		UsedFen    fen.Amount
		CapitalFen fen.Amount
	}
	err = tx.WithContext(ctx).Raw("SELECT extract(month FROM m.month_on)::int AS month, m.used_expense_fen + m.used_capital_fen AS used_fen, m.used_capital_fen AS capital_fen FROM fund_month m WHERE "+w.SQL(), w.Args...).Scan(&rows).Error
	for _, r := range rows {
		m[r.Month-1], capital, last = r.UsedFen, capital+r.CapitalFen, max(last, r.Month)
	}
	return m, capital, last, err
}

// waitingUse is what waits for approval in a year, and what was paid for assets that are not in working order yet.
func waitingUse(ctx context.Context, tx db.Tx, company rbac.CompanyID, year int) (w struct{ WaitingFen, PaidFen fen.Amount }, err error) {
	return w, tx.WithContext(ctx).Raw(`SELECT coalesce(sum(amount_fen) FILTER (WHERE state = 'submitted'), 0)::bigint AS waiting_fen, coalesce(sum(amount_fen) FILTER (WHERE state = 'building'), 0)::bigint AS paid_fen
		FROM fund_expense WHERE company_id = ? AND year = ? AND state IN ('submitted', 'building')`, int64(company), year).Scan(&w).Error
}
