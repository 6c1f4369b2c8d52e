package activation

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// ActiveIn counts companies and those that somebody has signed in for, today, by the first width characters of their paths.
func ActiveIn(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, width int) (map[string][2]int64, error) {
	cond, args := scope.Where("b")
	var rows []struct {
		Area     string
		Num, Den int64
	}
	q := `SELECT left(b.region_path, ?::int) AS area, count(*) FILTER (WHERE b.activated) AS num, count(*) AS den FROM oversight_area b
		WHERE ` + cond + ` AND b.region_path >= ? AND b.region_path < ? AND b.status <> 'closed' GROUP BY 1`
	err := tx.WithContext(ctx).Raw(q, append(append([]any{width}, args...), area, area+"~")...).Scan(&rows).Error
	out := map[string][2]int64{}
	for _, r := range rows {
		out[r.Area] = [2]int64{r.Num, r.Den}
	}
	return out, err
}
