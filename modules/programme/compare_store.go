package programme

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// measured sums metrics of two months by the first width characters of paths, in one pass.
func measured(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, width int, metrics, months []string) (rows []measure, err error) {
	w := inArea(scope, "v", area)
	w.And("v.period = ANY(?)", db.Texts(months))
	w.And("v.metric = ANY(?)", db.Texts(metrics))
	q := "SELECT left(v.region_path, ?::int) AS area, v.metric, v.period, sum(v.num)::bigint AS num, sum(v.den)::bigint AS den FROM evidence_value v WHERE " + w.SQL() + " GROUP BY 1, 2, 3"
	return rows, tx.WithContext(ctx).Raw(q, append([]any{width}, w.Args...)...).Scan(&rows).Error
}

// measure is the sum of a metric in an area and a month.
type measure struct {
	Area   string
	Metric string
	Period string
	Num    int64
	Den    int64
}
