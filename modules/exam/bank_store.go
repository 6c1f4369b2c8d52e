package exam

import (
	"context"

	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Bank) TableName() string { return "exam_bank" }

// TableName names the table.
func (Question) TableName() string { return "exam_question" }

// batch is how many rows one statement writes.
const batch = 500

var locked = clause.Locking{Strength: "UPDATE"}

// banksOf reads one page of the banks in use.
func banksOf(ctx context.Context, tx db.Tx, scope rbac.Scope, k page.Key, limit int) (rows []Bank, err error) {
	w := &page.Where{}
	w.Within(scope.Where("b"))
	w.And("NOT b.retired")
	order := w.Latest(k, "b.id", "?::bigint")
	err = tx.WithContext(ctx).Raw("SELECT b.* FROM exam_bank b WHERE "+w.SQL()+order+" LIMIT ?", append(w.Args, limit+1)...).Scan(&rows).Error
	return rows, err
}

// bankByID reads a bank and keeps others from changing it. Errors: rbac.ErrNotFound.
func bankByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Bank]) (Bank, error) {
	var rows []Bank
	err := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(locked).Where("id = ? AND NOT retired", int64(n)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Bank{}, err
	}
	return rows[0], nil
}

// bankReady reads the bank that was taken over from a ready one, if there is one.
func bankReady(ctx context.Context, tx db.Tx, company rbac.CompanyID, code string) (b Bank, ok bool, err error) {
	var rows []Bank
	err = tx.WithContext(ctx).Clauses(locked).Where("company_id = ? AND ready_code = ?", int64(company), code).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return b, false, err
	}
	return rows[0], true, nil
}

// readyTaken are the codes of ready banks that a company uses.
func readyTaken(ctx context.Context, tx db.Tx, scope rbac.Scope) (codes []string, err error) {
	cond, args := scope.Where("b")
	return codes, tx.WithContext(ctx).Raw("SELECT b.ready_code FROM exam_bank b WHERE b.ready_code <> '' AND NOT b.retired AND "+cond, args...).Scan(&codes).Error
}

// bankCalled finds a bank in use by its title.
func bankCalled(ctx context.Context, tx db.Tx, company rbac.CompanyID, title string) (b Bank, ok bool, err error) {
	var rows []Bank
	err = tx.WithContext(ctx).Where("company_id = ? AND title = ? AND NOT retired", int64(company), title).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return b, false, err
	}
	return rows[0], true, nil
}

// insertBank adds a bank. Errors: ErrTitleTaken.
func insertBank(ctx context.Context, tx db.Tx, b *Bank) error {
	return bankFault(tx.WithContext(ctx).Create(b).Error)
}

// updateBank saves what may change of a bank. Errors: ErrTitleTaken.
func updateBank(ctx context.Context, tx db.Tx, b *Bank) error {
	return bankFault(tx.WithContext(ctx).Model(b).Where("company_id = ?", int64(b.CompanyID)).Select("title", "subject", "retired", "changed_at").Updates(b).Error)
}

func bankFault(err error) error {
	if db.Violates(err, "exam_bank_title_key") {
		return ErrTitleTaken.At("body.title").Because(err)
	}
	return err
}

// recount brings the number of questions of banks up to date.
func recount(ctx context.Context, tx db.Tx, company rbac.CompanyID) error {
	q := `UPDATE exam_bank b SET questions = n.questions FROM (
			SELECT b.id, count(q.id) AS questions FROM exam_bank b LEFT JOIN exam_question q ON q.company_id = b.company_id AND q.bank_id = b.id AND q.state = 'current'
			WHERE b.company_id = ? GROUP BY b.id) n
		WHERE b.company_id = ? AND b.id = n.id AND b.questions <> n.questions`
	return tx.WithContext(ctx).Exec(q, int64(company), int64(company)).Error
}

// questionsOf reads one page of questions.
func questionsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, f QuestionFilter, k page.Key) (rows []Question, err error) {
	w := &page.Where{}
	w.Within(scope.Where("q"))
	w.When(f.State == "", "q.state = 'current'")
	w.When(f.State == archived, "q.state = 'archived'")
	w.When(f.State == "all", "q.state <> 'replaced'")
	w.When(f.BankID != 0, "q.bank_id = ?", int64(f.BankID))
	w.When(f.Kind != "", "q.kind = ?", string(f.Kind))
	w.When(f.Tag != "", "? = ANY(q.tags)", f.Tag)
	w.When(f.Words != "", "q.stem_fold LIKE '%' || ? || '%'", fold(f.Words))
	order := w.Latest(k, "q.id", "?::bigint")
	err = tx.WithContext(ctx).Raw("SELECT q.* FROM exam_question q JOIN exam_bank b ON b.company_id = q.company_id AND b.id = q.bank_id AND NOT b.retired WHERE "+w.SQL()+order+" LIMIT ?",
		append(w.Args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

// questionByID reads a version of a question and keeps others from replacing it. Errors: rbac.ErrNotFound.
func questionByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Question]) (Question, error) {
	var rows []Question
	err := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(locked).Where("id = ?", int64(n)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Question{}, err
	}
	return rows[0], nil
}

// versionsOf are the versions of a question, the newest first.
func versionsOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, number id.Of[id.Question]) (rows []Question, err error) {
	err = tx.WithContext(ctx).Where("company_id = ? AND number = ?", int64(company), int64(number)).Order("version DESC").Limit(100).Find(&rows).Error
	return rows, err
}

// versions reads versions of questions by id.
func versions(ctx context.Context, tx db.Tx, company rbac.CompanyID, ids []id.Of[id.Question]) (map[id.Of[id.Question]]Question, error) {
	var rows []Question
	err := tx.WithContext(ctx).Where("company_id = ? AND id = ANY(?)", int64(company), ints(ids)).Find(&rows).Error
	out := make(map[id.Of[id.Question]]Question, len(rows))
	for _, q := range rows {
		out[q.ID] = q
	}
	return out, err
}

// insertQuestions adds versions of questions; a first one gets its id as number. Errors: ErrStemTaken.
func insertQuestions(ctx context.Context, tx db.Tx, rows []*Question) error {
	if len(rows) == 0 {
		return nil
	}
	err := tx.WithContext(ctx).CreateInBatches(rows, batch).Error
	if db.Violates(err, "exam_question_stem_fold_key") {
		return ErrStemTaken.At("body.stem").Because(err)
	}
	if err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec("UPDATE exam_question SET number = id WHERE company_id = ? AND number = 0", int64(rows[0].CompanyID)).Error
}

// turnQuestion gives a version another state. Errors: ErrStemTaken.
func turnQuestion(ctx context.Context, tx db.Tx, q Question, state string) error {
	err := tx.WithContext(ctx).Exec("UPDATE exam_question SET state = ? WHERE company_id = ? AND id = ?", state, int64(q.CompanyID), int64(q.ID)).Error
	if db.Violates(err, "exam_question_stem_fold_key") {
		return ErrStemTaken.At("body.stem").Because(err)
	}
	return err
}

// stemsIn reads which of folded stems are in use, as bank title and stem.
func stemsIn(ctx context.Context, tx db.Tx, company rbac.CompanyID, folds []string) (map[[2]string]Question, error) {
	var rows []struct {
		Question
		BankTitle string
	}
	err := tx.WithContext(ctx).Raw(`SELECT q.*, b.title AS bank_title FROM exam_question q JOIN exam_bank b ON b.company_id = q.company_id AND b.id = q.bank_id AND NOT b.retired
		WHERE q.company_id = ? AND q.state = 'current' AND q.stem_fold = ANY(?)`, int64(company), db.Texts(folds)).Scan(&rows).Error
	out := make(map[[2]string]Question, len(rows))
	for _, r := range rows {
		out[[2]string{r.BankTitle, r.StemFold}] = r.Question
	}
	return out, err
}

// candidatesOf are the questions of a company that may be drawn.
func candidatesOf(ctx context.Context, tx db.Tx, company rbac.CompanyID) (rows []Candidate, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT q.id, q.number, q.bank_id, q.kind, cardinality(q.options) AS options, q.tags
		FROM exam_question q JOIN exam_bank b ON b.company_id = q.company_id AND b.id = q.bank_id AND NOT b.retired
		WHERE q.company_id = ? AND q.state = 'current' ORDER BY q.id`, int64(company)).Scan(&rows).Error
	return rows, err
}

// tagsOf are the tags in use.
func tagsOf(ctx context.Context, tx db.Tx, scope rbac.Scope) (tags []string, err error) {
	cond, args := scope.Where("q")
	return tags, tx.WithContext(ctx).Raw("SELECT DISTINCT unnest(q.tags) AS tag FROM exam_question q WHERE q.state = 'current' AND "+cond+" ORDER BY tag LIMIT 200", args...).Scan(&tags).Error
}

// ints turns ids into a parameter.
func ints[T any](ids []id.Of[T]) db.Ints {
	out := make(db.Ints, len(ids))
	for i, n := range ids {
		out[i] = int64(n)
	}
	return out
}

// foldsEver are the stems that a bank holds or held.
func foldsEver(ctx context.Context, tx db.Tx, b Bank) (map[string]bool, error) {
	var rows []string
	err := tx.WithContext(ctx).Raw("SELECT DISTINCT stem_fold FROM exam_question WHERE company_id = ? AND bank_id = ?", int64(b.CompanyID), int64(b.ID)).Scan(&rows).Error
	out := make(map[string]bool, len(rows))
	for _, f := range rows {
		out[f] = true
	}
	return out, err
}
