package standardization

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

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

// findingsOf returns what stands at one item.
func findingsOf(ctx context.Context, tx db.Tx, e *Evaluation, code string) (rows []Finding, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT f.* FROM standardization_finding f WHERE f.company_id = ? AND f.evaluation_id = ? AND f.item_code = ? AND f.withdrawn_at IS NULL ORDER BY f.id",
		int64(e.CompanyID), int64(e.ID), code).Scan(&rows).Error
}

// chargedAt is the item at which a fact is charged already; empty: at none.
func chargedAt(ctx context.Context, tx db.Tx, e *Evaluation, once string) (code string, err error) {
	err = tx.WithContext(ctx).Raw("SELECT f.item_code FROM standardization_finding f WHERE f.company_id = ? AND f.evaluation_id = ? AND f.once = ? AND f.withdrawn_at IS NULL",
		int64(e.CompanyID), int64(e.ID), once).Scan(&code).Error
	return code, err
}

// insertFinding adds a finding. Errors: ErrOnce.
func insertFinding(ctx context.Context, tx db.Tx, f *Finding) error {
	err := gorm.G[Finding](tx.DB).Create(ctx, f)
	if db.Violates(err, "standardization_finding_once_key") {
		return ErrOnce.At("body.rule").Because(err)
	}
	return err
}

// findingByID reads a finding that stands, and whether a hazard was made of it. Errors: ErrFinding.
func findingByID(ctx context.Context, tx db.Tx, e *Evaluation, n id.Of[id.Finding]) (Finding, bool, error) {
	var rows []struct {
		Finding
		Planned bool
	}
	err := tx.WithContext(ctx).Raw(`SELECT f.*, EXISTS (SELECT FROM standardization_rectification r WHERE r.company_id = f.company_id AND r.finding_id = f.id) AS planned
		FROM standardization_finding f WHERE f.company_id = ? AND f.evaluation_id = ? AND f.id = ? AND f.withdrawn_at IS NULL`, int64(e.CompanyID), int64(e.ID), int64(n)).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return Finding{}, false, orFault(err, ErrFinding)
	}
	return rows[0].Finding, rows[0].Planned, nil
}

func withdrawFinding(ctx context.Context, tx db.Tx, f *Finding) error {
	return tx.WithContext(ctx).Exec("UPDATE standardization_finding SET withdrawn_at = ?, withdrawn_note = ? WHERE company_id = ? AND id = ?",
		f.WithdrawnAt, f.WithdrawnNote, int64(f.CompanyID), int64(f.ID)).Error
}

// evidenceOf returns what shows how the items of an evaluation stand.
func evidenceOf(ctx context.Context, tx db.Tx, e *Evaluation) ([]Evidence, error) {
	return rowsOf[Evidence](ctx, tx, keysOf(*e), "standardization_evidence", " WHERE x.withdrawn_at IS NULL")
}

// insertEvidence adds evidence; the same record a second time changes nothing.
func insertEvidence(ctx context.Context, tx db.Tx, v *Evidence) error {
	return tx.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(v).Error
}

// withdrawEvidence takes evidence away. Errors: ErrEvidence.
func withdrawEvidence(ctx context.Context, tx db.Tx, e *Evaluation, code string, n int64) error {
	r := tx.WithContext(ctx).Exec("UPDATE standardization_evidence SET withdrawn_at = ? WHERE company_id = ? AND evaluation_id = ? AND item_code = ? AND id = ? AND withdrawn_at IS NULL",
		tx.Now, int64(e.CompanyID), int64(e.ID), code, n)
	if r.Error == nil && r.RowsAffected == 0 {
		return ErrEvidence
	}
	return r.Error
}

// mendedOf returns what became of the findings of evaluations.
func mendedOf(ctx context.Context, tx db.Tx, k keys) ([]Rectification, error) {
	return rowsOf[Rectification](ctx, tx, k, "standardization_rectification", "")
}

// lockPlan lets one person at a time make the plan of an evaluation.
func lockPlan(ctx context.Context, tx db.Tx, n id.Of[id.Evaluation]) error {
	return tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('standardization.plan', ?))", int64(n)).Error
}

func insertRectifications(ctx context.Context, tx db.Tx, rows []Rectification) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.WithContext(ctx).Create(&rows).Error
}
