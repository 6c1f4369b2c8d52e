package standardization

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// SelfDone is a self evaluation that was finished, as those need it who look at many companies.
type SelfDone struct {
	ID         id.Of[id.Evaluation]
	CompanyID  rbac.CompanyID
	RubricID   id.Of[id.Rubric]
	FinishedOn day.Date
	Score      int32 // hundredths; -1: none
	Level      string
}

// FinishedBy lists the finished self evaluations of companies that ended on a day or after it, in one query.
func FinishedBy(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, since day.Date) (rows []SelfDone, err error) {
	ids := make(db.Ints, len(companies))
	for i, c := range companies {
		ids[i] = int64(c)
	}
	err = tx.WithContext(ctx).Raw(`SELECT e.id, e.company_id, e.rubric_id, e.finished_on, e.score, e.level FROM standardization_evaluation e
		WHERE e.company_id = ANY(?) AND e.kind = 'self' AND e.finished_on >= ? ORDER BY e.company_id, e.finished_on, e.id`, ids, since).Scan(&rows).Error
	return rows, err
}
