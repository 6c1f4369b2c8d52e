package training

import (
	"context"

	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Card) TableName() string { return "training_card" }

// TableName names the table.
func (CardLevel) TableName() string { return "training_card_level" }

// TableName names the table.
func (CardSetting) TableName() string { return "training_card_setting" }

var cardLocked = clause.Locking{Strength: "UPDATE"}

// cardSettingOf is the setting of a company; its zero value where it has none.
func cardSettingOf(ctx context.Context, tx db.Tx, company rbac.CompanyID) (s CardSetting, err error) {
	var rows []CardSetting
	err = tx.WithContext(ctx).Raw("SELECT * FROM training_card_setting WHERE company_id = ?", int64(company)).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return s, err
	}
	return rows[0], nil
}

// cardSettingByToken finds the company whose code a newcomer scanned. Errors: rbac.ErrNotFound.
func cardSettingByToken(ctx context.Context, tx db.Tx, token string) (s CardSetting, err error) {
	var rows []CardSetting
	err = tx.WithContext(ctx).Raw("SELECT * FROM training_card_setting WHERE register_token = ? AND register_open", token).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return s, err
	}
	return rows[0], nil
}

func saveCardSetting(ctx context.Context, tx db.Tx, s *CardSetting) error {
	return tx.WithContext(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "company_id"}}, UpdateAll: true}).Create(s).Error
}

// CardRow is a card with the person's names.
type CardRow struct {
	Card
	Name       string
	EmployeeNo string
	Phone      string
	UnitName   string
	PostName   string
	JoinedOn   day.Date
	LeftOn     day.Date
}

const cardFrom = ` FROM training_card c JOIN staff_person p ON p.company_id = c.company_id AND p.id = c.staff_id
	LEFT JOIN staff_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
	LEFT JOIN LATERAL (SELECT o.name FROM staff_assignment a JOIN staff_post o ON o.company_id = a.company_id AND o.id = a.post_id
		WHERE a.company_id = p.company_id AND a.staff_id = p.id AND a.main AND a.until_on IS NULL LIMIT 1) post ON true WHERE `

const cardColumns = "SELECT c.*, p.name, p.employee_no, p.phone, p.joined_on, p.left_on, coalesce(u.name, '') AS unit_name, coalesce(post.name, '') AS post_name"

// cardsOf reads one page of the cards that the actor sees.
func cardsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, f CardFilter, today day.Date, k page.Key) (rows []CardRow, err error) {
	w := &page.Where{}
	w.Within(scope.Where("c"))
	w.Within(scope.Reach("p"))
	w.When(f.State != "", "c.state = ?", f.State)
	w.When(f.Reason != "", "c.occasion = ?", f.Reason)
	w.When(f.UnitID != 0, rbac.Below("p"), int64(f.UnitID))
	w.When(f.StaffID != 0, "c.staff_id = ?", int64(f.StaffID))
	w.When(f.Late, "c.state <> 'void' AND c.starts_on <= coalesce(c.completed_on, ?::date)", today.String())
	w.When(f.Words != "", "(strpos(p.name, ?) > 0 OR p.employee_no = ?)", f.Words, f.Words)
	order := w.Latest(k, "c.id", "?::bigint")
	err = tx.WithContext(ctx).Raw(cardColumns+cardFrom+w.SQL()+order+" LIMIT ?", append(w.Args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

// cardOne reads a card that the actor sees; own: only his own. Errors: rbac.ErrNotFound.
func cardOne(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Education], own bool) (CardRow, error) {
	w := &page.Where{}
	w.Within(scope.Where("c"))
	if own {
		w.And("c.staff_id = ?", int64(scope.Actor().StaffID))
	} else {
		w.Within(scope.Reach("p"))
	}
	w.And("c.id = ?", int64(n))
	var rows []CardRow
	err := tx.WithContext(ctx).Raw(cardColumns+cardFrom+w.SQL()+" LIMIT 1", w.Args...).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return CardRow{}, err
	}
	return rows[0], nil
}

// cardsOfStaff are the cards of a person with his names, the newest first.
func cardsOfStaff(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff]) (rows []CardRow, err error) {
	err = tx.WithContext(ctx).Raw(cardColumns+cardFrom+"c.company_id = ? AND c.staff_id = ? ORDER BY c.id DESC LIMIT 100", int64(company), int64(who)).Scan(&rows).Error
	return rows, err
}

// lockCard reads a card and keeps others from changing it. Errors: rbac.ErrNotFound.
func lockCard(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Education]) (Card, error) {
	var rows []Card
	err := tx.WithContext(ctx).Clauses(cardLocked).Where("company_id = ? AND id = ?", int64(company), int64(n)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Card{}, err
	}
	return rows[0], nil
}

// openCards locks the open cards of people.
func openCards(ctx context.Context, tx db.Tx, company rbac.CompanyID, who []id.Of[id.Staff]) (rows []Card, err error) {
	err = tx.WithContext(ctx).Clauses(cardLocked).Where("company_id = ? AND staff_id = ANY(?) AND state = 'open'", int64(company), cardInts(who)).Order("id").Find(&rows).Error
	return rows, err
}

// openCardOf is the open card of a person, without locking it; nil: there is none.
func openCardOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff]) (*Card, error) {
	var rows []Card
	err := tx.WithContext(ctx).Raw("SELECT * FROM training_card WHERE company_id = ? AND staff_id = ? AND state = 'open'", int64(company), int64(who)).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// newCards locks the newest card of people who are or were new, unless it is void.
func newCards(ctx context.Context, tx db.Tx, company rbac.CompanyID, who []id.Of[id.Staff]) (rows []Card, err error) {
	err = tx.WithContext(ctx).Clauses(cardLocked).Where("company_id = ? AND staff_id = ANY(?) AND starts_on IS NULL AND state <> 'void'", int64(company), cardInts(who)).Order("id").Find(&rows).Error
	return rows, err
}

// insertCard opens a card. Errors: ErrCardOpen, ErrCardStaff.
func insertCard(ctx context.Context, tx db.Tx, c *Card) error {
	err := tx.WithContext(ctx).Create(c).Error
	switch {
	case db.Violates(err, "training_card_open_key"):
		return ErrCardOpen.Because(err)
	case db.Violates(err, "training_card_staff_id_fkey"):
		return ErrCardStaff.At("body.staffId").Because(err)
	}
	return err
}

func updateCard(ctx context.Context, tx db.Tx, c *Card) error {
	return tx.WithContext(ctx).Model(c).Where("company_id = ?", int64(c.CompanyID)).
		Select("starts_on", "state", "minutes", "exam_score", "exam_passed_on", "exam_sitting_id", "completed_on", "reason_void", "changed_at").Updates(c).Error
}

// levelsOf are the levels of cards in their order.
func levelsOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, cards []id.Of[id.Education]) (map[id.Of[id.Education]][]CardLevel, error) {
	var rows []CardLevel
	err := tx.WithContext(ctx).Raw("SELECT * FROM training_card_level WHERE company_id = ? AND card_id = ANY(?) ORDER BY card_id, array_position('{factory,workshop,team}', level)",
		int64(company), cardInts(cards)).Scan(&rows).Error
	out := map[id.Of[id.Education]][]CardLevel{}
	for _, l := range rows {
		out[l.CardID] = append(out[l.CardID], l)
	}
	return out, err
}

func saveLevel(ctx context.Context, tx db.Tx, l CardLevel) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO training_card_level (company_id, region_path, oversight_line, card_id, level, held_on, minutes, content, trainer, trainer_strokes, trainee_strokes,
			trainee_signed_at, session_id, made_by_name, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT training_card_level_pkey DO UPDATE SET held_on = excluded.held_on, minutes = excluded.minutes, content = excluded.content, trainer = excluded.trainer,
			trainer_strokes = excluded.trainer_strokes, trainee_strokes = excluded.trainee_strokes, trainee_signed_at = excluded.trainee_signed_at, session_id = excluded.session_id,
			made_by_name = excluded.made_by_name, changed_at = excluded.changed_at`,
		int64(l.CompanyID), l.RegionPath, l.OversightLine, int64(l.CardID), l.Level, l.HeldOn, l.Minutes, l.Content, l.Trainer, bytea(l.TrainerStrokes), bytea(l.TraineeStrokes), l.TraineeSignedAt,
		l.SessionID, l.MadeByName, l.ChangedAt).Error
}

// bytea is b, or no bytes where nil would be NULL.
func bytea(b []byte) []byte { return append([]byte{}, b...) }

// staffUnit is where somebody of the staff whom the actor reaches works now. Errors: rbac.ErrNotFound.
func staffUnit(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, who id.Of[id.Staff]) (*id.Of[id.Unit], error) {
	reach, args := scope.Reach("p")
	var rows []struct{ UnitID *id.Of[id.Unit] }
	err := tx.WithContext(ctx).Raw("SELECT p.unit_id FROM staff_person p WHERE p.company_id = ? AND p.id = ? AND "+reach, append([]any{int64(home.CompanyID), int64(who)}, args...)...).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return rows[0].UnitID, nil
}

// firstDays are the first days on a post of people: the earliest of what they hold now.
func firstDays(ctx context.Context, tx db.Tx, company rbac.CompanyID, who []id.Of[id.Staff]) (map[id.Of[id.Staff]]day.Date, error) {
	var rows []struct {
		StaffID id.Of[id.Staff]
		FromOn  day.Date
	}
	err := tx.WithContext(ctx).Raw("SELECT staff_id, min(from_on) AS from_on FROM staff_assignment WHERE company_id = ? AND staff_id = ANY(?) AND until_on IS NULL GROUP BY staff_id",
		int64(company), cardInts(who)).Scan(&rows).Error
	out := map[id.Of[id.Staff]]day.Date{}
	for _, r := range rows {
		out[r.StaffID] = r.FromOn
	}
	return out, err
}

// postsBefore are the units of a person's main posts: the one that runs, and the one that ended last.
func postsBefore(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff]) (now, before int64, err error) {
	var rows []struct {
		Unit    int64
		Running bool
	}
	err = tx.WithContext(ctx).Raw(`SELECT coalesce(a.unit_id, o.unit_id) AS unit, a.until_on IS NULL AS running FROM staff_assignment a JOIN staff_post o ON o.company_id = a.company_id AND o.id = a.post_id
		WHERE a.company_id = ? AND a.staff_id = ? AND a.main ORDER BY a.until_on DESC NULLS FIRST, a.id DESC LIMIT 2`, int64(company), int64(who)).Scan(&rows).Error
	for _, r := range rows {
		if r.Running {
			now = r.Unit
		} else if before == 0 {
			before = r.Unit
		}
	}
	return now, before, err
}

// awaySince is the last day of somebody who comes back, before that is taken from his row.
func awaySince(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff]) (day.Date, error) {
	var rows []struct{ Last day.Date }
	err := tx.WithContext(ctx).Raw("SELECT coalesce(p.left_on, (SELECT max(a.until_on) FROM staff_assignment a WHERE a.company_id = p.company_id AND a.staff_id = p.id)) AS last FROM staff_person p WHERE p.company_id = ? AND p.id = ?",
		int64(company), int64(who)).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return day.Date{}, err
	}
	return rows[0].Last, nil
}

// cardInts turns ids into a parameter.
func cardInts[T any](ids []id.Of[T]) db.Ints {
	out := make(db.Ints, len(ids))
	for i, n := range ids {
		out[i] = int64(n)
	}
	return out
}

// unitOfStaff is where somebody works now, whoever asks.
func unitOfStaff(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff]) (*id.Of[id.Unit], error) {
	var rows []struct{ UnitID *id.Of[id.Unit] }
	err := tx.WithContext(ctx).Raw("SELECT unit_id FROM staff_person WHERE company_id = ? AND id = ?", int64(company), int64(who)).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0].UnitID, nil
}
