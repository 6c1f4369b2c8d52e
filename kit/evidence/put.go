package evidence

import (
	"context"
	"fmt"

	"anbiao/kit/db"
	"anbiao/kit/id"
)

// Figure is a value of a metric.
type Figure struct {
	Metric string
	Value
}

// Put keeps the figures of a period, those that changed, by two statements at most, and returns how
// many. What of these metrics and companies had a figure and has none any more becomes 0 of 0: nothing due.
func Put(ctx context.Context, tx db.Tx, period string, metrics []string, companies []id.Of[id.Company], figures []Figure) (changed int64, err error) {
	var c, n, d db.Ints
	var keys db.Texts
	for _, f := range figures {
		c, keys, n, d = append(c, int64(f.CompanyID)), append(keys, f.Metric), append(n, f.Num), append(d, f.Den)
	}
	g := tx.WithContext(ctx)
	if len(figures) > 0 {
		r := g.Exec(`INSERT INTO evidence_value AS v (company_id, metric, period, region_path, oversight_line, num, den, at)
			SELECT x.company_id, x.metric, ?, co.region_path, co.oversight_line, x.num, x.den, ?
			FROM unnest( ?::bigint[], ?::text[], ?::bigint[], ?::bigint[]) AS x(company_id, metric, num, den) JOIN company co ON co.company_id = x.company_id ORDER BY 1, 2
			ON CONFLICT ON CONSTRAINT evidence_value_pkey DO UPDATE SET num = excluded.num, den = excluded.den, region_path = excluded.region_path,
				oversight_line = excluded.oversight_line, at = excluded.at WHERE (v.num, v.den, v.region_path) IS DISTINCT FROM (excluded.num, excluded.den, excluded.region_path)`,
			period, tx.Now, c, keys, n, d)
		if r.Error != nil {
			return 0, r.Error
		}
		changed = r.RowsAffected
	}
	all := make(db.Ints, len(companies))
	for i, one := range companies {
		all[i] = int64(one)
	}
	r := g.Exec(`UPDATE evidence_value v SET num = 0, den = 0, at = ? WHERE v.company_id = ANY( ?::bigint[]) AND v.period = ? AND v.metric = ANY(?) AND v.den > 0
		AND (v.company_id, v.metric) NOT IN (SELECT * FROM unnest( ?::bigint[], ?::text[]))`, tx.Now, all, period, db.Texts(metrics), c, keys)
	return changed + r.RowsAffected, r.Error
}

// Fill computes the metrics of a period for some companies, a query a metric, and keeps what changed.
func (s Set) Fill(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], p Period) (changed int64, err error) {
	var figures []Figure
	keys := make([]string, len(s))
	for i, m := range s {
		values, err := m.Batch(ctx, tx, companies, p)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", m.Key, err)
		}
		keys[i] = m.Key
		for _, v := range values {
			figures = append(figures, Figure{m.Key, v})
		}
	}
	return Put(ctx, tx, p.Key, keys, companies, figures)
}
