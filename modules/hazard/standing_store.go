package hazard

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Stand is how a hazard stands, for records that led to it.
type Stand struct {
	ID          id.Of[id.Hazard]
	Number      string
	State       State
	OwnerName   string
	Deadline    day.Date
	CancelledOn day.Date
}

// Standing says how some hazards of a company stand that the actor may see, in one query. One that is proposed only names
// whom its finder proposes.
func Standing(ctx context.Context, tx db.Tx, scope rbac.Scope, company id.Of[id.Company], ids []id.Of[id.Hazard]) (rows []Stand, err error) {
	var all db.Ints
	for _, n := range ids {
		all = append(all, int64(n))
	}
	cond, args := scope.Where("h")
	q := `SELECT h.id, h.number, h.state, coalesce(nullif(h.owner_name, ''), h.proposed_owner_name) AS owner_name, coalesce(h.deadline, h.proposed_due_on) AS deadline, h.cancelled_on
		FROM hazard h WHERE h.company_id = ? AND h.id = ANY( ?::bigint[]) AND ` + cond
	return rows, tx.WithContext(ctx).Raw(q, append([]any{int64(company), all}, args...)...).Scan(&rows).Error
}
