package exam

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Sat is a sitting with the name of who sat it.
type Sat struct {
	Sitting
	Name     string
	UnitName string
}

const satFrom = ` FROM exam_sitting s JOIN staff_person p ON p.company_id = s.company_id AND p.id = s.staff_id
	LEFT JOIN staff_unit u ON u.company_id = s.company_id AND u.id = s.unit_id WHERE `

// satBy are the sittings whom the actor may see.
func satBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f ResultFilter, k page.Key) (rows []Sat, err error) {
	w := &page.Where{}
	w.Within(scope.Where("s"))
	w.Within(scope.Reach("s", "staff_id"))
	w.When(f.PaperID != 0, "s.paper_id = ?", int64(f.PaperID))
	w.When(f.TaskID != 0, "s.task_id = ?", int64(f.TaskID))
	w.When(f.StaffID != 0, "s.staff_id = ?", int64(f.StaffID))
	w.When(f.Outcome == "passed", "s.passed")
	w.When(f.Outcome == "failed", "NOT s.passed")
	w.When(f.Outcome == Running, "s.state = 'running'")
	order := w.Latest(k, "s.id", "?::bigint")
	err = tx.WithContext(ctx).Raw("SELECT s.*, p.name, coalesce(u.name, '') AS unit_name"+satFrom+w.SQL()+order+" LIMIT ?", append(w.Args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

// satOne is one sitting that the actor may see. Errors: rbac.ErrNotFound.
func satOne(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Sitting]) (Sat, error) {
	w := &page.Where{}
	w.Within(scope.Where("s"))
	w.Within(scope.Reach("s", "staff_id"))
	w.And("s.id = ?", int64(n))
	var rows []Sat
	err := tx.WithContext(ctx).Raw("SELECT s.*, p.name, coalesce(u.name, '') AS unit_name"+satFrom+w.SQL()+" LIMIT 1", w.Args...).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Sat{}, err
	}
	return rows[0], nil
}

// Tally is what the sittings of a paper come to, by its people.
type Tally struct {
	Sittings int // ended
	Passed   int
	People   int
	Through  int // people who passed
	Best     int
	Mean     int // of 100, truncated
	Running  int
}

// tallyOf counts the sittings of a paper that the actor may see.
func tallyOf(ctx context.Context, tx db.Tx, scope rbac.Scope, paper id.Of[id.Paper]) (t Tally, err error) {
	w := &page.Where{}
	w.Within(scope.Where("s"))
	w.Within(scope.Reach("s", "staff_id"))
	w.And("s.paper_id = ?", int64(paper))
	err = tx.WithContext(ctx).Raw(`SELECT count(*) FILTER (WHERE s.state = 'ended') AS sittings, count(*) FILTER (WHERE s.passed) AS passed,
			count(DISTINCT s.staff_id) FILTER (WHERE s.state = 'ended') AS people, count(DISTINCT s.staff_id) FILTER (WHERE s.passed) AS through,
			coalesce(max(s.score), 0) AS best, coalesce(sum(s.score) / nullif(count(s.score), 0), 0) AS mean, count(*) FILTER (WHERE s.state = 'running') AS running
		FROM exam_sitting s WHERE `+w.SQL(), w.Args...).Scan(&t).Error
	return t, err
}

// Missed is how often a question was answered fully right.
type Missed struct {
	QuestionID id.Of[id.Question] // one of its versions, the newest sat
	Kind       Kind
	Stem       string
	Asked      int
	Right      int
}

// hardestOf are the questions of a paper that went wrong most often, by share; who left one out got it wrong.
func hardestOf(ctx context.Context, tx db.Tx, scope rbac.Scope, paper id.Of[id.Paper], limit int) (rows []Missed, err error) {
	w := &page.Where{}
	w.Within(scope.Where("s"))
	w.Within(scope.Reach("s", "staff_id"))
	w.And("s.paper_id = ? AND s.state = 'ended'", int64(paper))
	err = tx.WithContext(ctx).Raw(`SELECT h.id AS question_id, h.kind, h.stem, n.asked, n.got AS right FROM (
			SELECT q.company_id, max(q.id) AS id, count(*) AS asked, count(*) FILTER (WHERE a.points = (d.value->>'points')::int) AS got
			FROM exam_sitting s CROSS JOIN LATERAL jsonb_array_elements(s.drawn) WITH ORDINALITY AS d (value, place)
			JOIN exam_question q ON q.company_id = s.company_id AND q.id = (d.value->>'id')::bigint
			LEFT JOIN exam_answer a ON a.company_id = s.company_id AND a.sitting_id = s.id AND a.n = d.place - 1
			WHERE `+w.SQL()+` GROUP BY q.company_id, q.number) n
		JOIN exam_question h ON h.company_id = n.company_id AND h.id = n.id
		WHERE n.got < n.asked ORDER BY n.got * 1000 / n.asked, n.asked DESC, h.id LIMIT ?`, append(w.Args, limit)...).Scan(&rows).Error
	return rows, err
}

// Of are the ended sittings of people of a company, the newest first, for their files.
func Of(ctx context.Context, tx db.Tx, company rbac.CompanyID, who []id.Of[id.Staff]) (rows []Sitting, err error) {
	err = tx.WithContext(ctx).Where("company_id = ? AND staff_id = ANY(?) AND state = 'ended'", int64(company), ints(who)).Order("id DESC").Limit(500).Find(&rows).Error
	return rows, err
}
