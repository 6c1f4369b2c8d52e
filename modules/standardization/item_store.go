package standardization

import (
	"context"

	"anbiao/kit/day"
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

// assign gives items to somebody in one statement.
func assign(ctx context.Context, tx db.Tx, e *Evaluation, codes []string, who Person, due day.Date) error {
	return tx.WithContext(ctx).Exec(`UPDATE standardization_answer SET assignee_id = nullif(?::bigint, 0), assignee_name = ?, due_on = ? WHERE company_id = ? AND evaluation_id = ? AND item_code = ANY( ?::text[])`,
		int64(who.ID), who.Name, due, int64(e.CompanyID), int64(e.ID), db.Texts(codes)).Error
}

// own is the condition that an item is the actor's to read and answer.
func own(scope rbac.Scope, alias string) (string, []any) {
	if a := scope.Actor(); a.Kind == rbac.Company && !scope.Can(ActionList) {
		return alias + ".assignee_id = ?", []any{int64(a.StaffID)}
	}
	return "true", nil
}

// lockAnswer reads an item to be changed. Errors: ErrItem; ErrNotMine where it is another's.
func lockAnswer(ctx context.Context, tx db.Tx, scope rbac.Scope, e *Evaluation, code string) (Answer, error) {
	var rows []struct {
		Answer
		Mine bool
	}
	cond, args := own(scope, "a")
	args = append(args, int64(e.CompanyID), int64(e.ID), code)
	err := tx.WithContext(ctx).Raw("SELECT a.*, "+cond+" AS mine FROM standardization_answer a WHERE a.company_id = ? AND a.evaluation_id = ? AND a.item_code = ? FOR UPDATE", args...).Scan(&rows).Error
	switch {
	case err != nil:
		return Answer{}, err
	case len(rows) == 0:
		return Answer{}, ErrItem
	case !rows[0].Mine:
		return Answer{}, ErrNotMine
	}
	return rows[0].Answer, nil
}

// updateAnswer writes what was answered.
func updateAnswer(ctx context.Context, tx db.Tx, a *Answer) error {
	return tx.WithContext(ctx).Exec("UPDATE standardization_answer SET state = ?, reason = ?, note = ?, answered_at = ?, answered_by = ?, version = ? WHERE company_id = ? AND id = ?",
		a.State, a.Reason, a.Note, a.AnsweredAt, a.AnsweredBy, a.Version, int64(a.CompanyID), a.ID).Error
}
