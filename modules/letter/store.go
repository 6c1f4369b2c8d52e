package letter

import (
	"context"
	"encoding/hex"
	"encoding/json"

	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table.
func (Round) TableName() string { return "letter_round" }

// TableName names the table.
func (Letter) TableName() string { return "letter" }

// TableName names the table.
func (Signature) TableName() string { return "letter_signature" }

// batch is how many rows one statement writes.
const batch = 500

var locked = clause.Locking{Strength: "UPDATE"}

// visible limits alias l to what the actor may see: his own letters and those he signs as the
// superior, for leaders those of their part of the company, for the rest of the office all.
func visible(scope rbac.Scope) (string, []any) {
	cond, args := scope.Where("l")
	if k := scope.Actor().Kind; k != rbac.Company && k != rbac.Service {
		return cond, args // the job runner; row security refuses all others
	}
	own := "l.staff_id = ? OR l.superior_id = ?"
	staff := int64(scope.Actor().StaffID)
	if !scope.Can(ActionList) {
		return cond + " AND (" + own + ")", append(args, staff, staff)
	}
	reach, more := scope.Reach("l")
	return cond + " AND (" + reach + " OR " + own + ")", append(append(args, more...), staff, staff)
}

// roundByID reads a round in scope. Errors: rbac.ErrNotFound.
func roundByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Round], lock ...clause.Expression) (Round, error) {
	var rows []Round
	err := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(lock...).Where("id = ?", int64(n)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Round{}, err
	}
	return rows[0], nil
}

// roundOf reads and locks the company's round of a year, if there is one.
func roundOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, year int) (r Round, ok bool, err error) {
	var rows []Round
	err = tx.WithContext(ctx).Clauses(locked).Where("company_id = ? AND year = ?", int64(company), year).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return r, false, err
	}
	return rows[0], true, nil
}

// insertRound adds r, unless somebody was quicker.
func insertRound(ctx context.Context, tx db.Tx, r *Round) error {
	return tx.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(r).Error
}

func updateRound(ctx context.Context, tx db.Tx, r *Round) error {
	return tx.WithContext(ctx).Model(r).Where("company_id = ?", int64(r.CompanyID)).
		Select("goals", "reward", "penalty", "valid_from", "valid_until", "last_number", "people").Updates(r).Error
}

// recount brings the figures of a round up to date.
func recount(ctx context.Context, tx db.Tx, company rbac.CompanyID, round id.Of[Round]) error {
	q := `UPDATE letter_round r SET letters = n.letters, sent = n.sent, signed = n.signed FROM (
			SELECT count(*) AS letters, count(*) FILTER (WHERE state = 'sent') AS sent, count(*) FILTER (WHERE state = 'signed') AS signed
			FROM letter WHERE company_id = ? AND round_id = ? AND state <> 'superseded') n
		WHERE r.company_id = ? AND r.id = ?`
	return tx.WithContext(ctx).Exec(q, int64(company), int64(round), int64(company), int64(round)).Error
}

func insertLetters(ctx context.Context, tx db.Tx, rows []*Letter) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.WithContext(ctx).CreateInBatches(rows, batch).Error
}

// currentOf reads and locks the letters in force of a round, all or those of some people.
func currentOf(ctx context.Context, tx db.Tx, r Round, staff []id.Of[id.Staff]) (rows []Letter, err error) {
	g := tx.WithContext(ctx).Clauses(locked).Where("company_id = ? AND round_id = ? AND state <> ?", int64(r.CompanyID), int64(r.ID), string(Superseded))
	if staff != nil {
		g = g.Where("staff_id = ANY(?)", ints(staff))
	}
	return rows, g.Order("id").Find(&rows).Error
}

// letterByID reads a letter that the actor may see. Errors: rbac.ErrNotFound.
func letterByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Letter], lock bool) (Letter, error) {
	rows, err := lettersByID(ctx, tx, scope, []id.Of[id.Letter]{n}, lock)
	if err != nil {
		return Letter{}, err
	}
	return rows[0], nil
}

// lettersByID reads letters that the actor may see, in order of id. Errors: rbac.ErrNotFound
// if one is missing.
func lettersByID(ctx context.Context, tx db.Tx, scope rbac.Scope, ids []id.Of[id.Letter], lock bool) (rows []Letter, err error) {
	cond, args := visible(scope)
	q := "SELECT l.* FROM letter l WHERE l.id = ANY(?) AND " + cond + " ORDER BY l.id"
	if lock {
		q += " FOR UPDATE"
	}
	err = tx.WithContext(ctx).Raw(q, append([]any{ints(ids)}, args...)...).Scan(&rows).Error
	if err == nil && len(rows) != len(ids) {
		err = rbac.ErrNotFound
	}
	return rows, err
}

// changed is what updateLetters writes of a letter.
type changed struct {
	ID               int64   `json:"id"`
	State            State   `json:"state"`
	SuperiorID       *int64  `json:"superior_id"`
	SuperiorName     string  `json:"superior_name"`
	SuperiorPost     string  `json:"superior_post"`
	SuperiorChosen   bool    `json:"superior_chosen"`
	DutiesVersion    int     `json:"duties_version"`
	Text             string  `json:"text"`
	TextHash         string  `json:"text_hash"`
	SentAt           *string `json:"sent_at"`
	SentOn           *string `json:"sent_on"`
	StaffSignedAt    *string `json:"staff_signed_at"`
	SuperiorSignedAt *string `json:"superior_signed_at"`
	SignedOn         *string `json:"signed_on"`
	OnPaper          bool    `json:"on_paper"`
	SupersededOn     *string `json:"superseded_on"`
	SupersededWhy    string  `json:"superseded_why"`
	RemindOn         *string `json:"remind_on"`
	RemindedStep     *int    `json:"reminded_step"`
}

// updateLetters saves everything of letters of one company that may change.
func updateLetters(ctx context.Context, tx db.Tx, company rbac.CompanyID, rows []*Letter) error {
	for len(rows) > 0 {
		n := min(batch, len(rows))
		list := make([]changed, n)
		for i, l := range rows[:n] {
			list[i] = changedOf(l)
		}
		b, err := json.Marshal(list)
		if err != nil {
			return err
		}
		q := `UPDATE letter l SET state = x.state, superior_id = x.superior_id, superior_name = x.superior_name, superior_post = x.superior_post,
				superior_chosen = x.superior_chosen, duties_version = x.duties_version, text = x.text, text_hash = decode(x.text_hash, 'hex'), sent_at = x.sent_at,
				sent_on = x.sent_on, staff_signed_at = x.staff_signed_at, superior_signed_at = x.superior_signed_at, signed_on = x.signed_on, on_paper = x.on_paper,
				superseded_on = x.superseded_on, superseded_why = x.superseded_why, remind_on = x.remind_on, reminded_step = x.reminded_step
			FROM jsonb_to_recordset( ?::jsonb) AS x (id bigint, state text, superior_id bigint, superior_name text, superior_post text, superior_chosen boolean,
				duties_version int, text text, text_hash text, sent_at timestamptz, sent_on date, staff_signed_at timestamptz, superior_signed_at timestamptz,
				signed_on date, on_paper boolean, superseded_on date, superseded_why text, remind_on date, reminded_step int)
			WHERE l.company_id = ? AND l.id = x.id`
		if err := tx.WithContext(ctx).Exec(q, string(b), int64(company)).Error; err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

func changedOf(l *Letter) changed {
	c := changed{
		ID: int64(l.ID), State: l.State, SuperiorName: l.SuperiorName, SuperiorPost: l.SuperiorPost, SuperiorChosen: l.SuperiorChosen, DutiesVersion: l.DutiesVersion,
		Text: l.Text, TextHash: hex.EncodeToString(l.TextHash), SentAt: instant(l.SentAt), SentOn: date(l.SentOn), StaffSignedAt: instant(l.StaffSignedAt),
		SuperiorSignedAt: instant(l.SuperiorSignedAt), SignedOn: date(l.SignedOn), OnPaper: l.OnPaper, SupersededOn: date(l.SupersededOn),
		SupersededWhy: l.SupersededWhy, RemindOn: date(l.RemindOn), RemindedStep: l.RemindedStep,
	}
	if l.SuperiorID != nil {
		n := int64(*l.SuperiorID)
		c.SuperiorID = &n
	}
	return c
}

// insertSignatures adds signatures. Errors: ErrSignedYet.
func insertSignatures(ctx context.Context, tx db.Tx, rows []Signature) error {
	err := tx.WithContext(ctx).CreateInBatches(&rows, batch).Error
	if db.Violates(err, "letter_signature_company_id_letter_id_side_key") {
		return ErrSignedYet.Because(err)
	}
	return err
}

// signaturesOf reads the signatures of letters of one company.
func signaturesOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, letters []id.Of[id.Letter]) (rows []Signature, err error) {
	err = tx.WithContext(ctx).Where("company_id = ? AND letter_id = ANY(?)", int64(company), ints(letters)).Order("letter_id, side").Find(&rows).Error
	return rows, err
}

// lockRounds locks the rounds of letters before the letters: everybody who locks both takes
// them in this order.
func lockRounds(ctx context.Context, tx db.Tx, scope rbac.Scope, letters []id.Of[id.Letter]) error {
	cond, args := visible(scope)
	q := `SELECT r.id FROM letter_round r WHERE EXISTS (SELECT FROM letter l WHERE l.company_id = r.company_id AND l.round_id = r.id AND l.id = ANY(?) AND ` + cond + `)
		ORDER BY r.id FOR UPDATE`
	var rounds []int64
	return tx.WithContext(ctx).Raw(q, append([]any{ints(letters)}, args...)...).Scan(&rounds).Error
}
