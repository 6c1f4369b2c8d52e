package livescore

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/rbac"
)

// Figures are the latest figures of a company that are kept of some metrics, by metric; one that was never measured is missing.
func Figures(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, metrics ...string) (map[string]evidence.Value, error) {
	cond, args := scope.Where("v")
	var rows []struct {
		Metric   string
		Num, Den int64
	}
	q := "SELECT DISTINCT ON (v.metric) v.metric, v.num, v.den FROM evidence_value v WHERE v.company_id = ? AND v.metric = ANY(?) AND v.den > 0 AND " + cond + " ORDER BY v.metric, v.at DESC, v.period DESC"
	err := tx.WithContext(ctx).Raw(q, append([]any{int64(company), db.Texts(metrics)}, args...)...).Scan(&rows).Error
	out := make(map[string]evidence.Value, len(rows))
	for _, r := range rows {
		out[r.Metric] = evidence.Value{CompanyID: company, Num: r.Num, Den: r.Den}
	}
	return out, err
}
