package inspection

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Pending is how many checks wait for a person.
type Pending struct {
	Tasks int // that may be done by now; a missed one stays his who missed it
	Plans int // that still make tasks for him
}

// PendingOf counts what waits for a person.
func PendingOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff]) (p Pending, err error) {
	q := `SELECT (SELECT count(*) FROM inspection_task t WHERE t.company_id = @company AND t.assignee_id = @who AND t.state = 'open' AND t.opens_on <= CAST(@today AS date)) AS tasks,
		(SELECT count(*) FROM inspection_plan p WHERE p.company_id = @company AND p.assignee_id = @who AND (p.ends_on IS NULL OR p.ends_on >= greatest(p.starts_on, CAST(@today AS date)))) AS plans`
	today := day.In(tx.Now, day.Shanghai)
	err = tx.WithContext(ctx).Raw(q, map[string]any{"company": int64(company), "who": int64(who), "today": today.String()}).Scan(&p).Error
	return p, err
}

// HandOver gives a person's open tasks and running plans to another, in the caller's
// transaction, and returns how many there were; what is planned ahead counts with its plan.
func HandOver(ctx context.Context, tx db.Tx, company rbac.CompanyID, leaver, to id.Of[id.Staff], toName string) (p Pending, err error) {
	g, today := tx.WithContext(ctx), day.In(tx.Now, day.Shanghai).String()
	var due int
	err = g.Raw(`WITH moved AS (UPDATE inspection_task SET assignee_id = ?, assignee_name = ? WHERE company_id = ? AND assignee_id = ? AND state = 'open'
		AND (opens_on <= ?::date OR post_id IS NULL) RETURNING opens_on) SELECT count(*) FROM moved WHERE opens_on <= ?::date`,
		int64(to), toName, int64(company), int64(leaver), today, today).Scan(&due).Error
	if err != nil {
		return p, err
	}
	plans := g.Exec("UPDATE inspection_plan SET assignee_id = ?, assignee_name = ? WHERE company_id = ? AND assignee_id = ? AND (ends_on IS NULL OR ends_on >= greatest(starts_on, ?::date))",
		int64(to), toName, int64(company), int64(leaver), today)
	return Pending{due, int(plans.RowsAffected)}, plans.Error
}
