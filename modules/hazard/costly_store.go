package hazard

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Costly is an open hazard behind a company's standing.
type Costly struct {
	ID          id.Of[id.Hazard]
	Number      string
	Description string
	Deadline    day.Date
	Counts      bool // it costs points: overdue, or a major one found by an authority
}

// CostlyFirst lists a company's open hazards, those that cost points first.
func CostlyFirst(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, limit int) (rows []Costly, err error) {
	cond, args := scope.Where("h")
	reach, more := scope.Reach("h")
	today := day.In(tx.Now, day.Shanghai)
	q := `SELECT h.id, h.number, h.description, h.deadline, (h.fixed_on IS NULL AND h.deadline < ?) OR (h.level = 'major' AND h.source = ANY(?)) AS counts
		FROM hazard h WHERE ` + openRow + " AND h.company_id = ? AND " + cond + " AND " + reach + " ORDER BY 5 DESC, h.deadline, h.id LIMIT ?"
	all := append([]any{today, texts(ByAuthority.Sources()), int64(company)}, args...)
	err = tx.WithContext(ctx).Raw(q, append(append(all, more...), limit)...).Scan(&rows).Error
	return rows, err
}
