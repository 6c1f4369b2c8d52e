package fund

import (
	"context"

	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// openMonth returns the month into which something of a day is booked: its own if that is not
// closed, else the earliest month not closed, and never one before the fund was kept here. The
// caller holds lockCompany. Errors: ErrNoProfile.
func openMonth(ctx context.Context, tx db.Tx, company rbac.CompanyID, d day.Date) (day.Date, error) {
	p, err := profileOf(ctx, tx, company)
	if err != nil {
		return day.Date{}, err
	}
	last, err := lastClosed(ctx, tx, db.Ints{int64(company)})
	if err != nil {
		return day.Date{}, err
	}
	b := books{Profile: p, LastClosed: last[company]}
	if next := b.next(); monthOf(d).Before(next) {
		return next, nil
	}
	return monthOf(d), nil
}

// monthsOf returns a company's months of a span, as they stand.
func monthsOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, from, until day.Date) (rows []Month, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM fund_month WHERE company_id = ? AND month_on BETWEEN ? AND ? ORDER BY month_on", int64(company), from, until).Scan(&rows).Error
	return rows, err
}

// saveMonths writes months as they were closed, in place of what they were before.
func saveMonths(ctx context.Context, tx db.Tx, months []Month) error {
	if len(months) == 0 {
		return nil
	}
	return tx.WithContext(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "company_id"}, {Name: "month_on"}}, UpdateAll: true}).CreateInBatches(&months, 500).Error
}

// reopenMonth sets a month's state back.
func reopenMonth(ctx context.Context, tx db.Tx, m Month) error {
	return tx.WithContext(ctx).Exec("UPDATE fund_month SET state = 'reopened' WHERE company_id = ? AND month_on = ?", int64(m.CompanyID), m.MonthOn).Error
}

func insertMonthSteps(ctx context.Context, tx db.Tx, steps []MonthStep) error {
	if len(steps) == 0 {
		return nil
	}
	return tx.WithContext(ctx).CreateInBatches(&steps, 500).Error
}

// stepsOf returns what was done to a month, the latest first.
func stepsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, month day.Date) (rows []MonthStep, err error) {
	w := scope.Of(company, "s")
	w.And("s.month_on = ?::date", month)
	err = tx.WithContext(ctx).Raw("SELECT s.* FROM fund_month_step s WHERE "+w.SQL()+" ORDER BY s.id DESC LIMIT 100", w.Args...).Scan(&rows).Error
	return rows, err
}

// claimClosing locks the companies that want their months closed by the job runner, behind one, in
// the order of their ids, against everything else that books and against moving away.
func claimClosing(ctx context.Context, tx db.Tx, after rbac.CompanyID, limit int) (ids []rbac.CompanyID, err error) {
	q := `SELECT t.company_id, pg_advisory_xact_lock(hashtextextended('fund', t.company_id)), pg_advisory_xact_lock_shared(t.company_id)
		FROM (SELECT company_id FROM fund_profile WHERE auto_close AND company_id > ? ORDER BY company_id LIMIT ?) t`
	var rows []struct{ CompanyID rbac.CompanyID }
	if err := tx.WithContext(ctx).Raw(q, int64(after), limit).Scan(&rows).Error; err != nil {
		return nil, err
	}
	for _, r := range rows {
		ids = append(ids, r.CompanyID)
	}
	return ids, nil
}

// busyMonths are the months from one on in which something stands that is not the opening balance.
func busyMonths(ctx context.Context, tx db.Tx, company rbac.CompanyID, from day.Date) (map[day.Date]bool, error) {
	var rows []struct{ MonthOn day.Date }
	q := `SELECT e.month_on FROM ` + journal + ` WHERE e.company_id = ? AND e.month_on >= ? AND ` + ofEntry + ` <> 'opening' GROUP BY e.month_on HAVING sum(e.effect_fen) <> 0 OR sum(e.used_fen) <> 0`
	if err := tx.WithContext(ctx).Raw(q, int64(company), from).Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := map[day.Date]bool{}
	for _, r := range rows {
		out[r.MonthOn] = true
	}
	return out, nil
}
