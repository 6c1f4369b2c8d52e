package inspection

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Origin is what made people check.
type Origin struct {
	Source   int16  // danger source (隐患来源) of the dual-prevention upload; 1: a daily check
	Campaign string // title of the authority's campaign, at most 50 characters; empty: the company's own check
}

// SpecialOf says whether a check in scope was part of a special check, and of which campaign.
func SpecialOf(ctx context.Context, tx db.Tx, check id.Of[id.Check], startedOn day.Date, scope rbac.Scope) (Origin, error) {
	cond, args := scope.Where("c")
	q := `SELECT s.source, CASE WHEN s.campaign_id IS NULL THEN '' ELSE left(s.title, 50) END AS campaign FROM inspection_check c
		JOIN inspection_task t ON t.company_id = c.company_id AND t.id = c.task_id
		JOIN inspection_special s ON s.company_id = t.company_id AND s.id = t.special_id WHERE c.started_on = ? AND c.id = ? AND ` + cond
	var found []Origin
	if err := tx.WithContext(ctx).Raw(q, append([]any{startedOn, check}, args...)...).Scan(&found).Error; err != nil {
		return Origin{}, err
	}
	if len(found) == 0 {
		return Origin{Source: 1}, nil
	}
	return found[0], nil
}
