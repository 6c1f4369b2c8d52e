package performance

import (
	"context"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// seen is the condition that the actor sees a person's score: of those he leads under action;
// his own from its publication on.
func seen(scope rbac.Scope, action rbac.Action, alias string) *page.Where {
	w := &page.Where{}
	w.Within(scope.Where(alias))
	own := int64(scope.Actor().StaffID)
	published := "(" + alias + ".staff_id = ? AND " + alias + ".state IN ('published', 'appealed', 'final'))"
	if !scope.Can(action) {
		w.And(published, own)
		return w
	}
	cond, args := scope.Reach(alias)
	w.And("("+published+" OR ("+alias+".staff_id <> ? AND "+cond+"))", append([]any{own, own}, args...)...)
	return w
}

// ScoreFilter narrows the list of assessments.
type ScoreFilter struct {
	page.Query
	RoundID id.Of[Round]    `query:"roundId"`
	UnitID  id.Of[id.Unit]  `query:"unitId" doc:"a unit and what is below it"`
	StaffID id.Of[id.Staff] `query:"staffId"`
	State   State           `query:"state" enum:"draft,confirmed,published,appealed,final"`
	Grade   Grade           `query:"grade" enum:"A,B,C,D"`
}

// ScoreLine is an assessment as lists show it, without its working.
type ScoreLine struct {
	Assessment
	Period string
}

const scoreColumns = `SELECT a.company_id, a.id, a.round_id, a.staff_id, a.staff_name, a.post_name, a.unit_id, a.unit_name, a.state, a.raw, a.score, a.grade, a.assessor_name,
	a.published_at, a.appeal_until, a.changed_at, r.period FROM performance_assessment a JOIN performance_round r ON r.company_id = a.company_id AND r.id = a.round_id WHERE `

// scoresBy lists assessments the actor sees: the latest round first, in it by tree.
func scoresBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f ScoreFilter, k page.Key) (rows []ScoreLine, err error) {
	w := seen(scope, ActionScores, "a")
	w.When(f.RoundID != 0, "a.round_id = ?", int64(f.RoundID))
	w.When(f.StaffID != 0, "a.staff_id = ?", int64(f.StaffID))
	w.When(f.State != "", "a.state = ?", string(f.State))
	w.When(f.Grade != Ungraded, "a.grade = ?", string(f.Grade))
	w.When(f.UnitID != 0, rbac.Below("a"), int64(f.UnitID))
	order, beyond := "a.round_id DESC, a.id", ">"
	if k.Back {
		order, beyond = "a.round_id, a.id DESC", "<"
	}
	if !k.First() {
		w.And("(-a.round_id, a.id) "+beyond+" (-(?::bigint), ?::bigint)", k.Vals[0], k.Vals[1])
	}
	err = tx.WithContext(ctx).Raw(scoreColumns+w.SQL()+" ORDER BY "+order+" LIMIT ?", append(w.Args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

// scoresMine lists the actor's own published assessments, the latest first.
func scoresMine(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) (rows []ScoreLine, err error) {
	cond, args := scope.Where("a")
	q := scoreColumns + cond + " AND a.staff_id = ? AND a.state IN ('published', 'appealed', 'final') ORDER BY r.until_on DESC, a.id DESC LIMIT ?"
	err = tx.WithContext(ctx).Raw(q, append(args, int64(scope.Actor().StaffID), limit)...).Scan(&rows).Error
	return rows, err
}

// scoresOf returns the scores of a round's people in the actor's part of the company, from which
// unit scores are computed.
func scoresOf(ctx context.Context, tx db.Tx, scope rbac.Scope, r Round) (people []Scored, states map[State]int, err error) {
	w := &page.Where{}
	w.Within(scope.Where("a"))
	w.Within(scope.Reach("a"))
	w.And("a.round_id = ?", int64(r.ID))
	var rows []struct {
		StaffID id.Of[id.Staff]
		UnitID  *id.Of[id.Unit]
		Score   *int
		State   State
	}
	err = tx.WithContext(ctx).Raw("SELECT a.staff_id, a.unit_id, a.score, a.state FROM performance_assessment a WHERE "+w.SQL()+" ORDER BY a.id", w.Args...).Scan(&rows).Error
	states = map[State]int{}
	for _, row := range rows {
		people = append(people, Scored{row.StaffID, row.UnitID, row.Score})
		states[row.State]++
	}
	return people, states, err
}

// scoreByID reads an assessment the actor sees under action. Errors: rbac.ErrNotFound.
func scoreByID(ctx context.Context, tx db.Tx, scope rbac.Scope, action rbac.Action, n id.Of[id.Assessment]) (Assessment, error) {
	rows, err := scoresByID(tx.WithContext(ctx), scope, action, []id.Of[id.Assessment]{n})
	return one(rows, err)
}

// lockScores locks assessments the actor sees under action, in order of id. Errors:
// rbac.ErrNotFound if one is not there.
func lockScores(ctx context.Context, tx db.Tx, scope rbac.Scope, action rbac.Action, ids []id.Of[id.Assessment]) ([]Assessment, error) {
	rows, err := scoresByID(tx.WithContext(ctx).Clauses(locked), scope, action, ids)
	if err == nil && len(rows) != len(ids) {
		err = rbac.ErrNotFound
	}
	return rows, err
}

func scoresByID(g *gorm.DB, scope rbac.Scope, action rbac.Action, ids []id.Of[id.Assessment]) (rows []Assessment, err error) {
	all := make(db.Ints, len(ids))
	for i, n := range ids {
		all[i] = int64(n)
	}
	w := seen(scope, action, "performance_assessment")
	return rows, g.Where(w.SQL(), w.Args...).Where("id = ANY(?)", all).Order("id").Find(&rows).Error
}

// updateScore writes everything that may change of an assessment, with its steps.
func updateScore(ctx context.Context, tx db.Tx, f *file) error {
	err := tx.WithContext(ctx).Model(&Assessment{}).Where("company_id = ? AND id = ?", int64(f.CompanyID), int64(f.ID)).
		Select("State", "Raw", "Score", "Grade", "Working", "WorkingHash", "AssessorStaffID", "AssessorPersonID", "AssessorName", "PublishedAt", "AppealUntil", "Steps", "ChangedAt").
		Updates(&f.Assessment).Error
	if err != nil {
		return err
	}
	return tx.WithContext(ctx).Create(&f.added).Error
}

// moveScores writes the same step of many assessments in two statements.
func moveScores(ctx context.Context, tx db.Tx, files []*file) error {
	if len(files) == 0 {
		return nil
	}
	ids, steps := db.Ints{}, []Step{}
	for _, f := range files {
		ids, steps = append(ids, int64(f.ID)), append(steps, f.added...)
	}
	f := files[0]
	err := tx.WithContext(ctx).Exec(`UPDATE performance_assessment SET state = ?, assessor_staff_id = coalesce(assessor_staff_id, ?), assessor_person_id = coalesce(assessor_person_id, ?),
		assessor_name = CASE assessor_name WHEN '' THEN ? ELSE assessor_name END, published_at = ?, appeal_until = ?, steps = steps + 1, changed_at = ?
		WHERE company_id = ? AND id = ANY(?)`, string(f.State), (*int64)(f.AssessorStaffID), (*int64)(f.AssessorPersonID), f.AssessorName, f.PublishedAt, f.AppealUntil,
		tx.Now, int64(f.CompanyID), ids).Error
	if err != nil {
		return err
	}
	return tx.WithContext(ctx).CreateInBatches(&steps, 500).Error
}

// stepsOf returns what became of an assessment, oldest first.
func stepsOf(ctx context.Context, tx db.Tx, a Assessment) (rows []Step, err error) {
	return rows, tx.WithContext(ctx).Where("company_id = ? AND assessment_id = ?", int64(a.CompanyID), int64(a.ID)).Order("n").Limit(200).Find(&rows).Error
}

// lapse makes at most limit published assessments final whose time for an appeal is over.
func lapse(ctx context.Context, tx db.Tx, limit int) (int64, error) {
	q := `WITH over AS (SELECT company_id, id FROM performance_assessment WHERE state = 'published' AND appeal_until < (? AT TIME ZONE 'Asia/Shanghai')::date
			ORDER BY appeal_until LIMIT ? FOR UPDATE SKIP LOCKED),
		moved AS (UPDATE performance_assessment a SET state = 'final', steps = a.steps + 1, changed_at = ? FROM over WHERE a.company_id = over.company_id AND a.id = over.id RETURNING a.*)
		INSERT INTO performance_step (company_id, region_path, oversight_line, assessment_id, n, event, from_state, to_state, score, note, at, actor_name)
		SELECT company_id, region_path, oversight_line, id, steps, 'lapse', 'published', 'final', score, '', changed_at, 'performance.lapse' FROM moved`
	r := tx.WithContext(ctx).Exec(q, tx.Now, limit, tx.Now)
	return r.RowsAffected, r.Error
}

// toTell reads the assessments of a message.
func toTell(ctx context.Context, tx db.Tx, t TellSteps) (rows []ScoreLine, err error) {
	all := make(db.Ints, len(t.IDs))
	for i, n := range t.IDs {
		all[i] = int64(n)
	}
	q := `SELECT a.*, r.period FROM performance_assessment a JOIN performance_round r ON r.company_id = a.company_id AND r.id = a.round_id
		WHERE a.company_id = ? AND a.id = ANY(?) ORDER BY a.id`
	err = tx.WithContext(ctx).Raw(q, int64(t.CompanyID), all).Scan(&rows).Error
	return rows, err
}
