package oversight

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// readyCount adds up the counts that are kept ready with what is not folded yet. An area asked for that
// the actor oversees only parts of has those parts' counts beneath it, not its own.
func readyCount(ctx context.Context, tx db.Tx, f Filter, a rbac.Actor) (n int64, err error) {
	areas := countedAreas(f, a)
	if f.Division != "" {
		areas = within(f.Division, a.Areas)
	}
	what := "c.companies"
	switch {
	case f.Overdue:
		what = "c.with_overdue"
	case f.Missing:
		what = "c.missing"
	case f.Inactive:
		what = "c.companies - c.activated"
	}
	q := &query{}
	q.add("c.node = ANY(?)", db.Texts(areas))
	q.among("c.colour", f.Colours)
	if f.Line != 0 {
		q.among("c.oversight_line", []int16{f.Line})
	}
	err = tx.WithContext(ctx).Raw("SELECT coalesce(sum("+what+"), 0) FROM oversight_count c WHERE "+q.sql(), q.args...).Scan(&n).Error
	return n, err
}

// within returns what of an area the actor oversees: all of it, or those of his areas that lie in it.
func within(division string, areas []string) (out []string) {
	for _, a := range outermost(areas) {
		switch {
		case strings.HasPrefix(division, a):
			return []string{division}
		case strings.HasPrefix(a, division):
			out = append(out, a)
		}
	}
	return out
}

// liveCount counts the rows themselves, at most most of them; 0: all.
func liveCount(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, most int) (n int64, err error) {
	q := filtered(f, scope, day.In(tx.Now, day.Shanghai))
	text := "SELECT count(*) FROM oversight_area b WHERE " + q.sql()
	if most > 0 {
		text = fmt.Sprintf("SELECT count(*) FROM (SELECT FROM oversight_area b WHERE %s LIMIT %d) x", q.sql(), most)
	}
	err = tx.WithContext(ctx).Raw(text, q.args...).Scan(&n).Error
	return n, err
}

// estimate scales the exact number of companies in the areas by the share that the planner expects to pass
// the filter: both of its numbers suffer alike from what it cannot know of the scope.
func estimate(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter) (int64, error) {
	all, err := readyCount(ctx, tx, Filter{Division: f.Division}, scope.Actor())
	if err != nil || all == 0 {
		return 0, err
	}
	some, err := expected(ctx, tx, scope, f)
	if err != nil {
		return 0, err
	}
	whole, err := expected(ctx, tx, scope, Filter{Division: f.Division})
	if err != nil {
		return 0, err
	}
	return min(all, int64(float64(all)*some/max(whole, 1))), nil
}

// expected is how many rows the planner expects.
func expected(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter) (float64, error) {
	q := filtered(f, scope, day.In(tx.Now, day.Shanghai))
	var text string
	if err := tx.WithContext(ctx).Raw("EXPLAIN (FORMAT JSON) SELECT FROM oversight_area b WHERE "+q.sql(), q.args...).Scan(&text).Error; err != nil {
		return 0, err
	}
	var plans []struct {
		Plan struct {
			Rows float64 `json:"Plan Rows"`
		}
	}
	if err := json.Unmarshal([]byte(text), &plans); err != nil || len(plans) != 1 {
		return 0, fmt.Errorf("oversight: plan of a count: %w", err)
	}
	return plans[0].Plan.Rows, nil
}
