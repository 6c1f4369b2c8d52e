package standardization

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// keys are evaluations as the indexes know them.
type keys struct{ companies, ids db.Ints }

func keysOf(list ...Evaluation) (k keys) {
	for i := range list {
		k.companies, k.ids = append(k.companies, int64(list[i].CompanyID)), append(k.ids, int64(list[i].ID))
	}
	return k
}

// rowsOf reads what belongs to evaluations that the caller may see, in the order in which it was made.
func rowsOf[T any](ctx context.Context, tx db.Tx, k keys, table, more string) (rows []T, err error) {
	q := "SELECT x.* FROM unnest( ?::bigint[], ?::bigint[]) k(c, e) JOIN " + table + " x ON x.company_id = k.c AND x.evaluation_id = k.e" + more + " ORDER BY x.id"
	return rows, tx.WithContext(ctx).Raw(q, k.companies, k.ids).Scan(&rows).Error
}

// answersIn returns the answers of evaluations, in the order of the table.
func answersIn(ctx context.Context, tx db.Tx, k keys) (map[id.Of[id.Evaluation]][]Answer, error) {
	rows, err := rowsOf[Answer](ctx, tx, k, "standardization_answer", "")
	out := map[id.Of[id.Evaluation]][]Answer{}
	for i := range rows {
		out[rows[i].EvaluationID] = append(out[rows[i].EvaluationID], rows[i])
	}
	return out, err
}

// findingsIn returns the findings of evaluations that stand.
func findingsIn(ctx context.Context, tx db.Tx, k keys) (map[id.Of[id.Evaluation]][]Finding, error) {
	rows, err := rowsOf[Finding](ctx, tx, k, "standardization_finding", " WHERE x.withdrawn_at IS NULL")
	out := map[id.Of[id.Evaluation]][]Finding{}
	for i := range rows {
		out[rows[i].EvaluationID] = append(out[rows[i].EvaluationID], rows[i])
	}
	return out, err
}

// unmended counts the findings of an evaluation, and those whose hazard is not closed.
func unmended(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Evaluation]) (open, total int, err error) {
	var c struct{ Open, Total int }
	err = tx.WithContext(ctx).Raw(`SELECT count(*) FILTER (WHERE r.mended_on IS NULL) AS open, count(*) AS total FROM standardization_finding f
		LEFT JOIN standardization_rectification r ON r.company_id = f.company_id AND r.finding_id = f.id
		WHERE f.company_id = ? AND f.evaluation_id = ? AND f.withdrawn_at IS NULL`, int64(company), int64(n)).Scan(&c).Error
	return c.Open, c.Total, err
}
