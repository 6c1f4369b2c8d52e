package letter

import (
	"context"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

func ints[T any](list []id.Of[T]) db.Ints {
	out := make(db.Ints, len(list))
	for i, n := range list {
		out[i] = int64(n)
	}
	return out
}

func instant(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := t.UTC().Format(time.RFC3339Nano)
	return &s
}

func date(d day.Date) *string {
	if d.IsZero() {
		return nil
	}
	s := d.String()
	return &s
}

// query collects conditions and their parameters.
type query struct {
	conds []string
	args  []any
}

func (q *query) and(cond string, args ...any) {
	q.conds = append(q.conds, cond)
	q.args = append(q.args, args...)
}

// waitingFor hold for sent letters of alias l that one side has not signed.
const (
	waitsSubordinate = "l.state = 'sent' AND l.staff_signed_at IS NULL"
	waitsSuperior    = "l.state = 'sent' AND l.superior_signed_at IS NULL"
)

// where renders the filter; units are those asked for and below.
func (f Filter) where(scope rbac.Scope, units []id.Of[id.Unit]) *query {
	q := &query{}
	cond, args := visible(scope)
	q.and(cond, args...)
	if f.RoundID != 0 {
		q.and("l.round_id = ?", int64(f.RoundID))
	}
	if f.UnitID != 0 {
		q.and("l.unit_id = ANY(?)", ints(units))
	}
	if f.StaffID != 0 {
		q.and("l.staff_id = ?", int64(f.StaffID))
	}
	switch f.State {
	case "":
		q.and("l.state <> 'superseded'")
	case "all":
	default:
		q.and("l.state = ?", f.State)
	}
	switch Side(f.Waiting) {
	case Subordinate:
		q.and(waitsSubordinate)
	case Superior:
		q.and(waitsSuperior)
	}
	if f.NoSuperior {
		q.and("l.superior_id IS NULL")
	}
	if t := strings.TrimSpace(f.Text); t != "" {
		q.and("(strpos(l.staff_name, ?) > 0 OR strpos(l.superior_name, ?) > 0 OR strpos(l.post_name, ?) > 0)", t, t, t)
	}
	return q
}

// row is a letter without its text, for lists.
const row = `l.company_id, l.id, l.round_id, l.number, l.staff_id, l.staff_name, l.unit_id, l.unit_name, l.post_id, l.post_name, l.superior_id, l.superior_name,
	l.superior_post, l.superior_chosen, l.state, l.text_hash, l.sent_on, l.staff_signed_at, l.superior_signed_at, l.signed_on, l.on_paper, l.superseded_on, l.superseded_why`

// Listed is a row of the list with its round's year.
type Listed struct {
	Letter
	Year int
}

// list reads one page of letters in scope, in order of their making.
func list(ctx context.Context, tx db.Tx, q *query, k page.Key, limit int) (rows []Listed, err error) {
	order := "l.id"
	if k.Back {
		order = "l.id DESC"
	}
	if !k.First() {
		way := ">"
		if k.Back {
			way = "<"
		}
		q.and("l.id "+way+" ?::bigint", k.Vals[0])
	}
	sql := "SELECT " + row + ", r.year FROM letter l JOIN letter_round r ON r.company_id = l.company_id AND r.id = l.round_id WHERE " +
		strings.Join(q.conds, " AND ") + " ORDER BY " + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(sql, append(q.args, limit+1)...).Scan(&rows).Error
}

// mine reads the letters the actor has to do with: his own of the last rounds, and what he
// still has to sign.
func mine(ctx context.Context, tx db.Tx, scope rbac.Scope) (rows []Listed, err error) {
	cond, args := scope.Where("l")
	staff := int64(scope.Actor().StaffID)
	sql := "SELECT " + row + `, r.year FROM letter l JOIN letter_round r ON r.company_id = l.company_id AND r.id = l.round_id
		WHERE ` + cond + ` AND l.state IN ('sent', 'signed') AND (l.staff_id = ? OR (l.superior_id = ? AND ` + waitsSuperior + `))
		ORDER BY l.state = 'signed', l.staff_id <> ?, l.id DESC LIMIT 300`
	return rows, tx.WithContext(ctx).Raw(sql, append(args, staff, staff, staff)...).Scan(&rows).Error
}

// toSign counts what waits for the actor's signature.
func toSign(ctx context.Context, tx db.Tx, scope rbac.Scope) (n int, err error) {
	cond, args := scope.Where("l")
	staff := int64(scope.Actor().StaffID)
	sql := "SELECT count(*) FROM letter l WHERE " + cond + " AND ((l.staff_id = ? AND " + waitsSubordinate + ") OR (l.superior_id = ? AND " + waitsSuperior + "))"
	return n, tx.WithContext(ctx).Raw(sql, append(args, staff, staff)...).Scan(&n).Error
}

// tally is how far the letters of one unit have come, those below not included.
type tally struct {
	UnitID           id.Of[id.Unit]
	Total            int
	Drafts           int
	Signed           int
	OnPaper          int
	WaitsSubordinate int
	WaitsSuperior    int
	NoSuperior       int
}

// tallies counts the letters in force of a round by unit.
func tallies(ctx context.Context, tx db.Tx, scope rbac.Scope, round id.Of[Round]) (rows []tally, err error) {
	cond, args := visible(scope)
	sql := `SELECT coalesce(l.unit_id, 0) AS unit_id, count(*) AS total, count(*) FILTER (WHERE l.state = 'draft') AS drafts, count(*) FILTER (WHERE l.state = 'signed') AS signed,
			count(*) FILTER (WHERE l.on_paper) AS on_paper, count(*) FILTER (WHERE ` + waitsSubordinate + `) AS waits_subordinate,
			count(*) FILTER (WHERE ` + waitsSuperior + `) AS waits_superior, count(*) FILTER (WHERE l.superior_id IS NULL) AS no_superior
		FROM letter l WHERE l.round_id = ? AND l.state <> 'superseded' AND ` + cond + ` GROUP BY 1`
	return rows, tx.WithContext(ctx).Raw(sql, append([]any{int64(round)}, args...)...).Scan(&rows).Error
}

// rounds reads one page of rounds in scope, newest first.
func rounds(ctx context.Context, tx db.Tx, scope rbac.Scope, f RoundFilter, k page.Key) (rows []Named, err error) {
	q := &query{}
	cond, args := scope.Where("r")
	q.and(cond, args...)
	if f.CompanyID != 0 {
		q.and("r.company_id = ?", int64(f.CompanyID))
	}
	if f.Year != 0 {
		q.and("r.year = ?", f.Year)
	}
	order, way := "r.id DESC", "<"
	if k.Back {
		order, way = "r.id", ">"
	}
	if !k.First() {
		q.and("r.id "+way+" ?::bigint", k.Vals[0])
	}
	sql := "SELECT r.*, c.name AS company_name FROM letter_round r JOIN company c ON c.company_id = r.company_id WHERE " + strings.Join(q.conds, " AND ") + " ORDER BY " + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(sql, append(q.args, f.Limit+1)...).Scan(&rows).Error
}

// bundle reads the whole letters to be printed, unit by unit.
func bundle(ctx context.Context, tx db.Tx, q *query, limit int) (rows []Letter, err error) {
	sql := "SELECT l.* FROM letter l WHERE " + strings.Join(q.conds, " AND ") + " ORDER BY l.unit_name, l.number LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(sql, append(q.args, limit+1)...).Scan(&rows).Error
}

// toRemind lists the companies that have letters to remind of.
func toRemind(ctx context.Context, tx db.Tx, on day.Date) (companies []rbac.CompanyID, err error) {
	q := "SELECT DISTINCT company_id FROM letter WHERE remind_on <= ? ORDER BY 1"
	return companies, tx.WithContext(ctx).Raw(q, on).Scan(&companies).Error
}

// dueLetters locks the letters of a company to remind of.
func dueLetters(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (rows []Letter, err error) {
	q := "SELECT * FROM letter WHERE company_id = ? AND remind_on <= ? AND state = 'sent' ORDER BY id FOR UPDATE"
	return rows, tx.WithContext(ctx).Raw(q, int64(company), on).Scan(&rows).Error
}
