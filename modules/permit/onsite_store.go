package permit

import (
	"context"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Brief is a permit in one line.
type Brief struct {
	ID         id.Of[id.Permit]
	Number     string
	Kind       string
	State      State
	Place      string
	UntilAt    time.Time
	ClosedLate bool
}

// Recent are the permits of a company, those under which work goes on first, then the latest.
func Recent(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, limit int) (rows []Brief, err error) {
	cond, args := scope.Where("p")
	q := "SELECT p.id, p.number, p.kind, p.state, p.place, p.until_at, p.closed_late FROM permit p WHERE p.company_id = ? AND " + cond + " ORDER BY p.state IN ('open', 'suspended') DESC, p.from_at DESC LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(append([]any{int64(company)}, args...), limit)...).Scan(&rows).Error
}
