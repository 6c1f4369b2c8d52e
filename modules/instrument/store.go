package instrument

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Missive) TableName() string { return "missive" }

// TableName names the table.
func (Step) TableName() string { return "missive_step" }

// seen is what row security says of letters, with the bounds as parameters: one's own, those one got, and those to companies one oversees.
func seen(scope rbac.Scope) (cond string, args []any) {
	a := scope.Actor()
	cond, args = scope.Where("m")
	if a.Kind != rbac.Regulator {
		return "(" + cond + " AND m.number_seq > 0)", args
	}
	args = append([]any{int64(a.OrganisationID), int64(a.OrganisationID)}, args...)
	return "(m.organisation_id = ? OR (m.number_seq > 0 AND (m.office_id = ? OR (m.company_id IS NOT NULL AND " + cond + "))))", args
}

// overdue is Late in SQL, with the day as its parameter four times.
const overdue = `((m.state = 'issued' AND m.ack_due_on < ?::date) OR (m.state IN ('issued', 'acknowledged', 'returned') AND m.reply_due_on < ?::date)
	OR (m.state IN ('issued', 'acknowledged') AND m.held_on IS NULL AND m.hold_by < ?::date))`

func missivesBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, k page.Key, today day.Date) (rows []Missive, err error) {
	w := &page.Where{}
	w.Within(seen(scope))
	w.When(f.CompanyID != 0, "m.company_id = ?", int64(f.CompanyID))
	w.When(f.Division != "", "m.region_path >= ? AND m.region_path < ?", f.Division, f.Division+"~")
	w.When(f.Kind != "", "m.kind = ?", f.Kind)
	w.When(f.State != "", "m.state = ?", f.State)
	w.When(f.Open, "m.state NOT IN ('closed', 'withdrawn')")
	w.When(f.Late, overdue, today, today, today)
	org := int64(scope.Actor().OrganisationID)
	w.When(f.Box == "sent", "m.organisation_id = ?", org)
	w.When(f.Box == "received", "m.office_id = ?", org)
	order := w.Latest(k, "m.id", "?::bigint")
	q := "SELECT m.* FROM missive m WHERE " + w.SQL() + " " + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// missiveByID reads a letter in scope; locked where it is to be changed. Errors: rbac.ErrNotFound; ErrNow where row security
// hides it from locking because it is not the actor's turn.
func missiveByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Missive], lock bool) (Missive, error) {
	cond, args := seen(scope)
	read := func(more string) (rows []Missive, err error) {
		q := "SELECT m.* FROM missive m WHERE m.id = ? AND " + cond + more
		return rows, tx.WithContext(ctx).Raw(q, append([]any{int64(n)}, args...)...).Scan(&rows).Error
	}
	rows, err := read("")
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil || !lock {
		return append(rows, Missive{})[0], err
	}
	was := rows[0].State
	if rows, err = read(" FOR UPDATE OF m"); err == nil && len(rows) == 0 {
		err = ErrNow[was]
	}
	return append(rows, Missive{})[0], err
}

func insertMissive(ctx context.Context, tx db.Tx, f *file) error {
	if err := tx.WithContext(ctx).Create(&f.Missive).Error; err != nil {
		return err
	}
	for _, s := range f.added {
		s.MissiveID = f.ID
	}
	return insertSteps(ctx, tx, f)
}

func insertSteps(ctx context.Context, tx db.Tx, f *file) error {
	return tx.WithContext(ctx).Create(f.added).Error
}

// What each side may change of a letter; row security says the same.
var (
	answered = []string{"state", "ack_on", "ack_by", "replied_on", "steps", "changed_at"}
	written  = []string{
		"state", "number_prefix", "number_year", "number_seq", "title", "body", "signatory", "about_text", "reason", "files", "hold_at", "hold_place", "hold_by", "held_on", "minutes", "issued_on",
		"issued_by", "content_hash", "ack_due_on", "reply_due_on", "accepted_on", "closed_on", "withdrawn_on", "reminders", "reminded_on", "steps", "changed_at",
	}
)

func updateMissive(ctx context.Context, tx db.Tx, f *file, columns []string) error {
	r := tx.WithContext(ctx).Model(&Missive{}).Where("id = ?", int64(f.ID)).Select(columns).Updates(&f.Missive)
	if r.Error == nil && r.RowsAffected == 0 {
		return rbac.ErrNotFound
	}
	return r.Error
}

// stepsOf reads what has happened to a letter, in order.
func stepsOf(ctx context.Context, tx db.Tx, m Missive) (rows []Step, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM missive_step WHERE missive_id = ? ORDER BY n", int64(m.ID)).Scan(&rows).Error
	return rows, err
}

// nextNumber draws the next number of the actor's organisation; rolled back, it is given again.
func nextNumber(ctx context.Context, tx db.Tx, kind string, year int16) (n int32, err error) {
	err = tx.WithContext(ctx).Raw("SELECT missive_number(?, ?)", kind, year).Scan(&n).Error
	return n, err
}

// lastOf is what the actor's organisation wrote into its last letter of a kind.
func lastOf(ctx context.Context, tx db.Tx, org id.Of[id.Organisation], kind string) (Missive, error) {
	var rows []Missive
	err := tx.WithContext(ctx).Raw("SELECT m.* FROM missive m WHERE m.organisation_id = ? AND m.kind = ? ORDER BY m.id DESC LIMIT 1", int64(org), kind).Scan(&rows).Error
	return append(rows, Missive{})[0], err
}

// followed are the letters that were written because one was not answered.
func followed(ctx context.Context, tx db.Tx, scope rbac.Scope, m Missive) (rows []Missive, err error) {
	cond, args := seen(scope)
	q := "SELECT m.* FROM missive m WHERE m.from_id = ? AND " + cond + " ORDER BY m.id"
	return rows, tx.WithContext(ctx).Raw(q, append([]any{int64(m.ID)}, args...)...).Scan(&rows).Error
}

// Office is a regulator to which another may write.
type Office struct {
	ID   id.Of[id.Organisation] `json:"id"`
	Name string                 `json:"name"`
	Area string                 `json:"area" doc:"path of its first area"`
}

// offices are those to which the actor's organisation may write.
func offices(ctx context.Context, tx db.Tx) (rows []Office, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM missive_offices()").Scan(&rows).Error
}

// ownName is the name of the actor's organisation.
func ownName(ctx context.Context, tx db.Tx, org id.Of[id.Organisation]) (name string, err error) {
	err = tx.WithContext(ctx).Raw("SELECT name FROM account_organisation WHERE id = ?", int64(org)).Scan(&name).Error
	return name, err
}
