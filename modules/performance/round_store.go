package performance

import (
	"context"
	"encoding/json"

	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// putRound adds a round, or reads the one that stands, and notes when it was computed.
func putRound(ctx context.Context, tx db.Tx, r *Round) error {
	q := `INSERT INTO performance_round AS r (company_id, region_path, oversight_line, frequency, period, from_on, until_on, rule_version, made_name, made_at, computed_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT ON CONSTRAINT performance_round_company_id_period_key DO UPDATE SET computed_at = excluded.computed_at RETURNING r.*`
	var found []Round
	err := tx.WithContext(ctx).Raw(q, int64(r.CompanyID), r.RegionPath, r.OversightLine, string(r.Frequency), r.Period, r.FromOn, r.UntilOn, r.RuleVersion, r.MadeName,
		r.MadeAt, r.ComputedAt).Scan(&found).Error
	if err != nil {
		return err
	}
	*r, err = one(found, nil)
	return err
}

// putUnits writes the tree of a round anew.
func putUnits(ctx context.Context, tx db.Tx, units []UnitRow) error {
	return tx.WithContext(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "company_id"}, {Name: "round_id"}, {Name: "unit_ref"}},
		DoUpdates: clause.AssignmentColumns([]string{"parent_ref", "kind", "unit_name", "head_staff_id", "place"}),
	}).CreateInBatches(&units, 1000).Error
}

// tasksDue returns a company's settled tasks that fell due in a period.
func tasksDue(ctx context.Context, tx db.Tx, company rbac.CompanyID, s Span) (tasks []Task, err error) {
	q := "SELECT * FROM performance_task WHERE company_id = ? AND due_on BETWEEN ? AND ? AND status <> 'pending' AND excuse_kind <> 'ended' ORDER BY staff_id, cell_id, due_on, id"
	err = tx.WithContext(ctx).Raw(q, int64(company), s.From, s.Until).Scan(&tasks).Error
	return tasks, err
}

// evidenceDue returns the evidence that counts for the tasks that fell due in a period, by task.
func evidenceDue(ctx context.Context, tx db.Tx, company rbac.CompanyID, s Span) (map[id.Of[Task]][]Evidence, error) {
	var rows []Evidence
	q := `SELECT e.* FROM performance_evidence e JOIN performance_task t ON t.company_id = e.company_id AND t.id = e.task_id
		WHERE t.company_id = ? AND t.due_on BETWEEN ? AND ? AND e.status IN ('found', 'confirmed') ORDER BY e.id`
	err := tx.WithContext(ctx).Raw(q, int64(company), s.From, s.Until).Scan(&rows).Error
	of := map[id.Of[Task]][]Evidence{}
	for _, e := range rows {
		of[e.TaskID] = append(of[e.TaskID], e)
	}
	return of, err
}

// draftsOf returns the workings of a round's drafts, by person.
func draftsOf(ctx context.Context, tx db.Tx, r Round) (map[id.Of[id.Staff]]Working, error) {
	var rows []struct {
		StaffID id.Of[id.Staff]
		Working string
	}
	q := "SELECT staff_id, working FROM performance_assessment WHERE company_id = ? AND round_id = ? AND state = 'draft' FOR UPDATE"
	if err := tx.WithContext(ctx).Raw(q, int64(r.CompanyID), int64(r.ID)).Scan(&rows).Error; err != nil {
		return nil, err
	}
	of := map[id.Of[id.Staff]]Working{}
	for _, row := range rows {
		w, err := readWorking(row.Working)
		if err != nil {
			return nil, err
		}
		of[row.StaffID] = w
	}
	return of, nil
}

// rowOfAssessment is what a computation writes.
type rowOfAssessment struct {
	StaffID     int64  `json:"staff_id"`
	StaffName   string `json:"staff_name"`
	PostName    string `json:"post_name"`
	UnitID      *int64 `json:"unit_id"`
	UnitName    string `json:"unit_name"`
	Raw         *int   `json:"raw"`
	Score       *int   `json:"score"`
	Grade       string `json:"grade"`
	Working     string `json:"working"`
	WorkingHash string `json:"working_hash"`
}

// putAssessments adds the assessments of one round, and brings drafts up to date whose working
// has changed, with a step for each, in one statement.
func putAssessments(ctx context.Context, tx db.Tx, list []Assessment, by string) error {
	rows := make([]rowOfAssessment, len(list))
	for i, a := range list {
		rows[i] = rowOfAssessment{int64(a.StaffID), a.StaffName, a.PostName, (*int64)(a.UnitID), a.UnitName, a.Raw, a.Score, string(a.Grade), a.Working, a.WorkingHash}
	}
	doc, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	a := list[0]
	q := `WITH put AS (
		INSERT INTO performance_assessment AS t (company_id, region_path, oversight_line, round_id, rule_version, state, steps, changed_at,
			staff_id, staff_name, post_name, unit_id, unit_name, raw, score, grade, working, working_hash)
		SELECT ?, ?, ?, ?, ?, 'draft', 1, ?, r.* FROM jsonb_to_recordset( ?::jsonb) AS r(staff_id bigint, staff_name text, post_name text, unit_id bigint, unit_name text,
			raw int, score int, grade text, working text, working_hash text)
		ON CONFLICT ON CONSTRAINT performance_assessment_round_id_staff_id_key DO UPDATE SET staff_name = excluded.staff_name, post_name = excluded.post_name,
			unit_id = excluded.unit_id, unit_name = excluded.unit_name, raw = excluded.raw, score = excluded.score, grade = excluded.grade, working = excluded.working,
			working_hash = excluded.working_hash, steps = t.steps + 1, changed_at = excluded.changed_at
		WHERE t.state = 'draft' AND t.working_hash <> excluded.working_hash
		RETURNING t.*)
		INSERT INTO performance_step (company_id, region_path, oversight_line, assessment_id, n, event, from_state, to_state, score, note, at, actor_name)
		SELECT company_id, region_path, oversight_line, id, steps, 'compute', CASE steps WHEN 1 THEN '' ELSE 'draft' END, 'draft', score, '', changed_at, ? FROM put`
	return tx.WithContext(ctx).Exec(q, int64(a.CompanyID), a.RegionPath, a.OversightLine, int64(a.RoundID), a.RuleVersion, tx.Now, string(doc), by).Error
}

// settingOf returns a company's setting, or that of the rules.
func settingOf(ctx context.Context, tx db.Tx, home rbac.Home, r *Rules) (Setting, error) {
	var rows []Setting
	err := tx.WithContext(ctx).Where("company_id = ?", int64(home.CompanyID)).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return r.setting(home), err
	}
	return rows[0], nil
}

// putSetting writes a company's setting.
func putSetting(ctx context.Context, tx db.Tx, s *Setting) error {
	return tx.WithContext(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "company_id"}}, UpdateAll: true}).Create(s).Error
}

// roundsBy lists the rounds in scope, the latest first.
func roundsBy(ctx context.Context, tx db.Tx, scope rbac.Scope, k page.Key, limit int) (rows []Round, err error) {
	w := &page.Where{}
	w.Within(scope.Where("r"))
	order := w.Latest(k, "r.until_on, r.id", "?::date, ?::bigint")
	err = tx.WithContext(ctx).Raw("SELECT r.* FROM performance_round r WHERE "+w.SQL()+order+" LIMIT ?", append(w.Args, limit+1)...).Scan(&rows).Error
	return rows, err
}

// roundByID returns a round in scope. Errors: rbac.ErrNotFound.
func roundByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Round]) (Round, error) {
	var rows []Round
	err := tx.WithContext(ctx).Scopes(scope.Rows).Where("id = ?", int64(n)).Limit(1).Find(&rows).Error
	return one(rows, err)
}

// wantsRound reports whether something was due in a period that has not been assessed.
func wantsRound(ctx context.Context, tx db.Tx, company rbac.CompanyID, s Span) (yes bool, err error) {
	q := `SELECT EXISTS (SELECT FROM performance_task WHERE company_id = ? AND due_on BETWEEN ? AND ?)
		AND NOT EXISTS (SELECT FROM performance_round WHERE company_id = ? AND period = ?)`
	err = tx.WithContext(ctx).Raw(q, int64(company), s.From, s.Until, int64(company), s.Key).Scan(&yes).Error
	return yes, err
}

// unitsOf returns the part of a round's tree that the actor sees, in order; who sees the whole
// company gets the company itself first.
func unitsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, r Round) (rows []UnitRow, err error) {
	cond, args := scope.Reach("performance_unit")
	g := tx.WithContext(ctx).Scopes(scope.Rows).Where("round_id = ?", int64(r.ID))
	return rows, g.Where(cond, args...).Order("place").Find(&rows).Error
}
