package risk

import (
	"context"

	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Report) TableName() string { return "risk_report" }

// insertReport opens a report; false if there is one of the cycle and period already.
func insertReport(ctx context.Context, tx db.Tx, r *Report) (bool, error) {
	done := tx.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(r)
	return done.RowsAffected > 0, done.Error
}

func updateReport(ctx context.Context, tx db.Tx, r *Report) error {
	return tx.WithContext(ctx).Model(r).Where("company_id = ?", int64(r.CompanyID)).Select(
		"state", "triggers", "content", "content_hash", "events", "remark", "submitted_at", "submitted_name", "late", "rule_version").Updates(r).Error
}

// reportByID reads a report in scope. Errors: rbac.ErrNotFound.
func reportByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Report], lock ...clause.Expression) (Report, error) {
	var rows []Report
	err := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(lock...).Where("id = ?", int64(n)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Report{}, err
	}
	return rows[0], nil
}

// openReports locks and returns a company's reports that are due.
func openReports(ctx context.Context, tx db.Tx, company rbac.CompanyID) (rows []Report, err error) {
	return rows, tx.WithContext(ctx).Clauses(locked).Where("company_id = ? AND state = 'due'", int64(company)).Order("id").Find(&rows).Error
}

// reportedBefore tells whether a company submitted a report of its whole register once.
func reportedBefore(ctx context.Context, tx db.Tx, company rbac.CompanyID) (yes bool, err error) {
	q := "SELECT EXISTS (SELECT FROM risk_report WHERE company_id = ? AND state = 'submitted' AND cycle <> 'RISK-CHG')"
	return yes, tx.WithContext(ctx).Raw(q, int64(company)).Scan(&yes).Error
}

// ReportRow is a report as lists show it.
type ReportRow struct {
	Report
	CompanyName string
}

// reportsBy lists reports in scope, the latest opened first, from k on.
func reportsBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f ReportFilter, k page.Key) (rows []ReportRow, err error) {
	w := &page.Where{}
	w.Within(scope.Where("r"))
	w.When(f.CompanyID != 0, "r.company_id = ?", int64(f.CompanyID))
	w.When(f.State == "due", "r.state = 'due'")
	w.When(f.State == "submitted", "r.state = 'submitted'")
	w.When(f.State == "overdue", "r.state = 'due' AND r.due_on < ?", today(tx))
	w.When(f.Cycle != "", "r.cycle = ?", f.Cycle)
	order := " ORDER BY r.id DESC"
	switch {
	case k.First():
	case k.Back:
		w.And("r.id > ?::bigint", k.Vals[0])
		order = " ORDER BY r.id"
	default:
		w.And("r.id < ?::bigint", k.Vals[0])
	}
	q := `SELECT r.*, c.name AS company_name FROM risk_report r JOIN company c ON c.company_id = r.company_id WHERE ` + w.SQL() + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// homeOf is where a company's rows belong.
func homeOf(r Report) rbac.Home {
	return rbac.Home{CompanyID: r.CompanyID, RegionPath: r.RegionPath, Line: r.OversightLine}
}
