package standardization

import (
	"context"

	"gorm.io/gorm"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Evaluation) TableName() string { return "standardization_evaluation" }

// TableName names the table.
func (Answer) TableName() string { return "standardization_answer" }

// TableName names the table.
func (Finding) TableName() string { return "standardization_finding" }

// TableName names the table.
func (Evidence) TableName() string { return "standardization_evidence" }

// TableName names the table.
func (Rectification) TableName() string { return "standardization_rectification" }

// Locks of an evaluation.
const (
	toMove  = " FOR UPDATE OF e" // it goes to another state
	toWrite = " FOR SHARE OF e"  // an item is written, and the state stays meanwhile
)

// seen are the evaluations that the actor may see: a company those of others only once they are
// finished, a worker those in which an item is his.
func seen(scope rbac.Scope) (cond string, args []any) {
	cond, args = scope.Where("e")
	a := scope.Actor()
	switch a.Kind {
	case rbac.Company, rbac.Service:
		cond += " AND (e.kind = 'self' OR e.finished_on IS NOT NULL)"
	case rbac.Regulator, rbac.Agency, rbac.Platform, rbac.Public, rbac.System:
	}
	if a.Kind == rbac.Company && !scope.Can(ActionList) {
		cond += " AND EXISTS (SELECT FROM standardization_answer m WHERE m.company_id = e.company_id AND m.evaluation_id = e.id AND m.assignee_id = ?)"
		args = append(args, int64(a.StaffID))
	}
	return cond, args
}

// evaluationByID reads an evaluation in scope, locked as said. Errors: rbac.ErrNotFound.
func evaluationByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Evaluation], lock string) (Evaluation, error) {
	cond, args := seen(scope)
	var rows []Evaluation
	q := "SELECT e.* FROM standardization_evaluation e WHERE e.id = ? AND " + cond + lock
	if err := tx.WithContext(ctx).Raw(q, append([]any{int64(n)}, args...)...).Scan(&rows).Error; err != nil {
		return Evaluation{}, err
	}
	if len(rows) == 0 {
		return Evaluation{}, rbac.ErrNotFound
	}
	return rows[0], nil
}

// light are the columns that a list shows: without the result and what is only in the report.
const light = `e.company_id, e.id, e.region_path, e.oversight_line, e.kind, e.rubric_id, e.year, e.title, e.state, e.against_id, e.organisation_id, e.made_by, e.period_from, e.period_until,
	e.due_on, e.started_on, e.finished_on, e.finished_by, e.score, e.exact, e.official, e.level, e.level_name, e.reasons, e.unknown, e.facts, e.published_from, e.published_until,
	e.published_where, e.closed_on, e.closed_note, e.changed_at`

func evaluationsBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, k page.Key) (rows []Listed, err error) {
	w := &page.Where{}
	w.Within(seen(scope))
	w.When(f.CompanyID != 0, "e.company_id = ?", int64(f.CompanyID))
	w.When(f.Kind != "", "e.kind = ?", string(f.Kind))
	w.When(f.State != "", "e.state = ?", string(f.State))
	w.When(f.Year != 0, "e.year = ?", f.Year)
	w.When(f.Division != "", "e.region_path >= ? AND e.region_path < ?", f.Division, f.Division+"~")
	order := w.Latest(k, "e.id", "?::bigint")
	q := "SELECT " + light + `, c.name AS company_name, n.items, n.answered FROM standardization_evaluation e JOIN company c ON c.company_id = e.company_id
		CROSS JOIN LATERAL (SELECT count(*) AS items, count(*) FILTER (WHERE a.state <> 'open') AS answered FROM standardization_answer a WHERE a.company_id = e.company_id AND a.evaluation_id = e.id) n
		WHERE ` + w.SQL() + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

func lastSelves(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (rows []Evaluation, err error) {
	var ids db.Ints
	for _, c := range companies {
		ids = append(ids, int64(c))
	}
	q := "SELECT DISTINCT ON (e.company_id) " + light + " FROM standardization_evaluation e WHERE e.company_id = ANY( ?::bigint[]) AND e.kind = 'self' AND e.finished_on IS NOT NULL ORDER BY e.company_id, e.finished_on DESC, e.id DESC"
	return rows, tx.WithContext(ctx).Raw(q, ids).Scan(&rows).Error
}

func finishedSelves(ctx context.Context, tx db.Tx, company rbac.CompanyID) (rows []Evaluation, err error) {
	q := "SELECT " + light + " FROM standardization_evaluation e WHERE e.company_id = ? AND e.kind = 'self' AND e.finished_on IS NOT NULL ORDER BY e.year DESC, e.finished_on DESC, e.id DESC LIMIT 50"
	return rows, tx.WithContext(ctx).Raw(q, int64(company)).Scan(&rows).Error
}

// insertEvaluation adds an evaluation with an open answer of each item. Errors: ErrOpen.
func insertEvaluation(ctx context.Context, tx db.Tx, e *Evaluation, items []string) error {
	if err := gorm.G[Evaluation](tx.DB).Create(ctx, e); err != nil {
		if db.Violates(err, "standardization_evaluation_open_key") {
			return ErrOpen.Because(err)
		}
		return err
	}
	return tx.WithContext(ctx).Exec(`INSERT INTO standardization_answer (company_id, region_path, oversight_line, evaluation_id, kind, item_code, assignee_name, state, reason, note, answered_by, version)
		SELECT ?, ?, ?, ?, ?, code, '', 'open', '', '', '', 0 FROM unnest( ?::text[]) WITH ORDINALITY t(code, place) ORDER BY place`,
		int64(e.CompanyID), e.RegionPath, e.OversightLine, int64(e.ID), string(e.Kind), db.Texts(items)).Error
}

// updateEvaluation writes some columns of an evaluation that the transaction has locked.
func updateEvaluation(ctx context.Context, tx db.Tx, e *Evaluation, columns ...string) error {
	e.ChangedAt = tx.Now
	r := tx.WithContext(ctx).Model(&Evaluation{}).Where("company_id = ? AND id = ?", int64(e.CompanyID), int64(e.ID)).Select(append(columns, "ChangedAt")).Updates(e)
	if r.Error == nil && r.RowsAffected == 0 {
		return rbac.ErrNotFound
	}
	return r.Error
}

func nameOf(ctx context.Context, tx db.Tx, company rbac.CompanyID) (name string, err error) {
	err = tx.WithContext(ctx).Raw("SELECT name FROM company WHERE company_id = ?", int64(company)).Scan(&name).Error
	return name, err
}

// openSelf is the latest self evaluation of a company that is under way; 0: none is.
func openSelf(ctx context.Context, tx db.Tx, company rbac.CompanyID) (n id.Of[id.Evaluation], err error) {
	var ids []int64
	err = tx.WithContext(ctx).Raw("SELECT e.id FROM standardization_evaluation e WHERE e.company_id = ? AND e.kind = 'self' AND e.state IN ('draft', 'scoring') ORDER BY e.id DESC LIMIT 1", int64(company)).Scan(&ids).Error
	if len(ids) > 0 {
		n = id.Of[id.Evaluation](ids[0])
	}
	return n, err
}

// minesOf lists the evaluations under way in which the actor answers items.
func minesOf(ctx context.Context, tx db.Tx, scope rbac.Scope) (rows []Mine, err error) {
	cond, args := scope.Where("e")
	q := `SELECT e.id, e.title, e.year, e.state, e.kind, count(*) AS items, count(*) FILTER (WHERE a.state = 'open') AS open, min(a.due_on) FILTER (WHERE a.state = 'open') AS due_on
		FROM standardization_answer a JOIN standardization_evaluation e ON e.company_id = a.company_id AND e.id = a.evaluation_id
		WHERE a.company_id = ? AND a.assignee_id = ? AND e.state = 'scoring' AND ` + cond + " GROUP BY e.id, e.title, e.year, e.state, e.kind ORDER BY e.id DESC LIMIT 20"
	a := scope.Actor()
	return rows, tx.WithContext(ctx).Raw(q, append([]any{int64(a.CompanyID), int64(a.StaffID)}, args...)...).Scan(&rows).Error
}

// hanging are the reports that hang inside a company on a day.
func hanging(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (rows []Evaluation, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT e.* FROM standardization_evaluation e WHERE e.company_id = ? AND e.kind = 'self' AND e.published_from <= ? AND e.published_until >= ? ORDER BY e.id DESC LIMIT 5",
		int64(company), on, on).Scan(&rows).Error
}
