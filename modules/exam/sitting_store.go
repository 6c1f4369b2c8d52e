package exam

import (
	"context"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Paper) TableName() string { return "exam_paper" }

// TableName names the table.
func (Sitting) TableName() string { return "exam_sitting" }

// TableName names the table.
func (Answer) TableName() string { return "exam_answer" }

// papersOf reads one page of the papers in use.
func papersOf(ctx context.Context, tx db.Tx, scope rbac.Scope, k page.Key, limit int) (rows []Paper, err error) {
	w := &page.Where{}
	w.Within(scope.Where("p"))
	w.And("NOT p.retired")
	order := w.Latest(k, "p.id", "?::bigint")
	err = tx.WithContext(ctx).Raw("SELECT p.* FROM exam_paper p WHERE "+w.SQL()+order+" LIMIT ?", append(w.Args, limit+1)...).Scan(&rows).Error
	return rows, err
}

// Papers names papers of a company; who does not exist is missing. None asked: all in use.
func Papers(ctx context.Context, tx db.Tx, scope rbac.Scope, ids []id.Of[id.Paper]) (map[id.Of[id.Paper]]string, error) {
	w := &page.Where{}
	w.Within(scope.Where("p"))
	if ids == nil {
		w.And("NOT p.retired")
	} else {
		w.And("p.id = ANY(?)", ints(ids))
	}
	var rows []Paper
	err := tx.WithContext(ctx).Raw("SELECT p.id, p.title FROM exam_paper p WHERE "+w.SQL()+" ORDER BY p.id DESC LIMIT 500", w.Args...).Scan(&rows).Error
	out := make(map[id.Of[id.Paper]]string, len(rows))
	for _, p := range rows {
		out[p.ID] = p.Title
	}
	return out, err
}

// paperIn reads a paper of a company, retired ones too. Errors: rbac.ErrNotFound.
func paperIn(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Paper], lock bool) (Paper, error) {
	var rows []Paper
	q := tx.WithContext(ctx).Where("company_id = ? AND id = ?", int64(company), int64(n))
	if lock {
		q = q.Clauses(locked)
	}
	err := q.Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Paper{}, err
	}
	return rows[0], nil
}

// insertPaper adds a paper. Errors: ErrTitleTaken.
func insertPaper(ctx context.Context, tx db.Tx, p *Paper) error {
	return paperFault(tx.WithContext(ctx).Create(p).Error)
}

// updatePaper saves what may change of a paper. Errors: ErrTitleTaken.
func updatePaper(ctx context.Context, tx db.Tx, p *Paper) error {
	return paperFault(tx.WithContext(ctx).Model(p).Where("company_id = ?", int64(p.CompanyID)).
		Select("title", "version", "terms", "questions", "total", "retired", "changed_at").Updates(p).Error)
}

func paperFault(err error) error {
	if db.Violates(err, "exam_paper_title_key") {
		return ErrTitleTaken.At("body.title").Because(err)
	}
	return err
}

// triesOf are the sittings of a person at a paper for one purpose, the newest first.
func triesOf(ctx context.Context, tx db.Tx, who Sitter, paper id.Of[id.Paper], p Purpose, task id.Of[Task]) (rows []Sitting, err error) {
	err = tx.WithContext(ctx).Where("company_id = ? AND staff_id = ? AND paper_id = ? AND purpose_noun = ? AND purpose_ref = ? AND task_id = ?",
		int64(who.Home.CompanyID), int64(who.StaffID), int64(paper), p.Noun, p.Ref, int64(task)).Order("id DESC").Limit(100).Find(&rows).Error
	return rows, err
}

// runningOf is the sitting of a person at a paper that has not ended, for whatever purpose.
func runningOf(ctx context.Context, tx db.Tx, who Sitter, paper id.Of[id.Paper]) (s Sitting, ok bool, err error) {
	var rows []Sitting
	err = tx.WithContext(ctx).Clauses(locked).Where("company_id = ? AND staff_id = ? AND paper_id = ? AND state = 'running'", int64(who.Home.CompanyID), int64(who.StaffID), int64(paper)).
		Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return s, false, err
	}
	return rows[0], true, nil
}

// lockPerson lets one transaction at a time begin a sitting of a person.
func lockPerson(ctx context.Context, tx db.Tx, who Sitter) error {
	return tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('exam.sitting', ?))", int64(who.StaffID)).Error
}

// unitOf is where a person works now.
func unitOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff]) (*id.Of[id.Unit], error) {
	var rows []struct{ UnitID *id.Of[id.Unit] }
	err := tx.WithContext(ctx).Raw("SELECT unit_id FROM staff_person WHERE company_id = ? AND id = ?", int64(company), int64(who)).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0].UnitID, nil
}

func insertSitting(ctx context.Context, tx db.Tx, s *Sitting) error {
	return tx.WithContext(ctx).Create(s).Error
}

// ownSitting reads a person's own sitting. Errors: rbac.ErrNotFound.
func ownSitting(ctx context.Context, tx db.Tx, who Sitter, n id.Of[id.Sitting], lock bool) (Sitting, error) {
	var rows []Sitting
	q := tx.WithContext(ctx).Where("company_id = ? AND id = ? AND staff_id = ?", int64(who.Home.CompanyID), int64(n), int64(who.StaffID))
	if lock {
		q = q.Clauses(locked)
	}
	err := q.Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Sitting{}, err
	}
	return rows[0], nil
}

// answersOf are the answers of a sitting in order.
func answersOf(ctx context.Context, tx db.Tx, s Sitting) (rows []Answer, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM exam_answer WHERE company_id = ? AND sitting_id = ? ORDER BY n", int64(s.CompanyID), int64(s.ID)).Scan(&rows).Error
	return rows, err
}

// putAnswers keeps answers of a sitting, instead of those before.
func putAnswers(ctx context.Context, tx db.Tx, rows []Answer) error {
	for _, a := range rows {
		err := tx.WithContext(ctx).Exec(`INSERT INTO exam_answer (company_id, region_path, oversight_line, sitting_id, n, question_id, choice, answered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT ON CONSTRAINT exam_answer_pkey DO UPDATE SET choice = excluded.choice, answered_at = excluded.answered_at`,
			int64(a.CompanyID), a.RegionPath, a.OversightLine, int64(a.SittingID), a.N, int64(a.QuestionID), a.Choice, a.AnsweredAt).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// setAway notes how long a sitter looked elsewhere.
func setAway(ctx context.Context, tx db.Tx, s Sitting, seconds int) error {
	return tx.WithContext(ctx).Exec("UPDATE exam_sitting SET away_seconds = greatest(away_seconds, ?) WHERE company_id = ? AND id = ?", seconds, int64(s.CompanyID), int64(s.ID)).Error
}

// saveEnd keeps what a sitting came to.
func saveEnd(ctx context.Context, tx db.Tx, s *Sitting, answers []Answer) error {
	for _, a := range answers {
		if err := tx.WithContext(ctx).Exec("UPDATE exam_answer SET points = ? WHERE company_id = ? AND sitting_id = ? AND n = ?", a.Points, int64(s.CompanyID), int64(s.ID), a.N).Error; err != nil {
			return err
		}
	}
	return tx.WithContext(ctx).Model(s).Where("company_id = ?", int64(s.CompanyID)).Select("state", "ended_by", "ended_at", "points", "score", "passed").Updates(s).Error
}

// outOfTime locks sittings whose time is over and that nobody else is ending.
func outOfTime(ctx context.Context, tx db.Tx, now time.Time, limit int) (rows []Sitting, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM exam_sitting WHERE state = 'running' AND ends_at <= ? ORDER BY ends_at LIMIT ? FOR UPDATE SKIP LOCKED", now, limit).Scan(&rows).Error
	return rows, err
}

// mineOf are a person's sittings, the newest first.
func mineOf(ctx context.Context, tx db.Tx, who Sitter, limit int) (rows []Sitting, err error) {
	err = tx.WithContext(ctx).Where("company_id = ? AND staff_id = ?", int64(who.Home.CompanyID), int64(who.StaffID)).Order("id DESC").Limit(limit).Find(&rows).Error
	return rows, err
}
