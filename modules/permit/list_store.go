package permit

import (
	"context"
	"slices"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// liveRow holds for permits that are not over; it matches the partial indexes.
const liveRow = "p.state IN ('requested', 'approved', 'open', 'suspended')"

// lateRow holds for permits without a closing check after their end.
const lateRow = "p.state IN ('open', 'suspended') AND p.until_at < ?"

// query collects conditions and their parameters.
type query struct {
	conds []string
	args  []any
}

func (q *query) and(holds bool, cond string, args ...any) {
	if holds {
		q.conds, q.args = append(q.conds, cond), append(q.args, args...)
	}
}

func (q *query) sql() string { return strings.Join(q.conds, " AND ") }

// where renders the filter for one company.
func (f Filter) where(scope rbac.Scope, company rbac.CompanyID, now time.Time) *query {
	q := &query{}
	cond, args := seen(scope)
	q.and(true, "p.company_id = ?", int64(company))
	q.and(true, cond, args...)
	q.and(f.State != "", "p.state = ?", string(f.State))
	q.and(f.Live, liveRow)
	q.and(f.Kind != "", "p.kind = ?", f.Kind)
	q.and(f.Level != "", "p.level = ?", f.Level)
	if !f.On.IsZero() {
		from, to := f.On.Midnight(day.Shanghai), f.On.AddDays(1).Midnight(day.Shanghai)
		q.and(true, "p.from_at < ? AND (p.until_at >= ? OR p.state IN ('open', 'suspended'))", to, from)
	}
	if !f.From.IsZero() {
		q.and(true, "p.from_at >= ?", f.From.Midnight(day.Shanghai))
	}
	if !f.To.IsZero() {
		q.and(true, "p.from_at < ?", f.To.AddDays(1).Midnight(day.Shanghai))
	}
	q.and(f.UnitID != 0, "p.unit_id = ?", int64(f.UnitID))
	q.and(f.Mine, "p.staff_ids @> ARRAY[?::bigint]", int64(scope.Actor().StaffID))
	q.and(f.Overdue, lateRow, now)
	q.and(f.Override, "p.overridden <> '{}'")
	q.and(f.Source != "", "p.source = ?", f.Source)
	if t := strings.ToLower(strings.TrimSpace(f.Term)); t != "" {
		q.and(true, `(strpos(lower(p.number), ?) > 0 OR strpos(lower(p.place), ?) > 0 OR strpos(lower(p.content), ?) > 0
			OR strpos(lower(p.applicant_name), ?) > 0 OR strpos(lower(p.watcher_name), ?) > 0)`, t, t, t, t, t)
	}
	return q
}

// list reads one page, the latest beginning first.
func list(ctx context.Context, tx db.Tx, q *query, k page.Key, limit int) (rows []Permit, err error) {
	order, op := " ORDER BY p.from_at DESC, p.id DESC", "<"
	if k.Back {
		order, op = " ORDER BY p.from_at, p.id", ">"
	}
	if !k.First() {
		q.and(true, "(p.from_at, p.id) "+op+" (?::timestamptz, ?::bigint)", k.Vals[0], k.Vals[1])
	}
	err = tx.WithContext(ctx).Raw("SELECT p.* FROM permit p WHERE "+q.sql()+order+" LIMIT ?", append(q.args, limit)...).Scan(&rows).Error
	return rows, err
}

func keyOf(p Permit) []string {
	return []string{p.FromAt.UTC().Format(time.RFC3339Nano), p.ID.String()}
}

// board reads what goes on or begins on a day, of the whole company: what hangs at the gate is
// for everybody.
func board(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, from, to time.Time) (rows []Permit, err error) {
	cond, args := scope.Where("p")
	q := "SELECT p.* FROM permit p WHERE p.company_id = ? AND " + cond + ` AND (p.state IN ('open', 'suspended') OR (p.state = 'approved' AND p.from_at < ? AND p.until_at >= ?))
		ORDER BY p.place, p.from_at, p.id LIMIT 200`
	err = tx.WithContext(ctx).Raw(q, slices.Concat([]any{int64(company)}, args, []any{to, from})...).Scan(&rows).Error
	return rows, err
}

// tally is one line of the statistics.
type tally struct {
	Kind     string
	Total    int
	Closed   int
	InTime   int
	Overdue  int
	Open     int
	Override int
	Refused  int
}

// tallies count the permits of a span by kind.
func tallies(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, from, to, now time.Time) (rows []tally, err error) {
	cond, args := seen(scope)
	q := `SELECT p.kind, count(*) FILTER (WHERE p.state NOT IN ('refused', 'cancelled')) AS total, count(*) FILTER (WHERE p.state = 'closed') AS closed,
			count(*) FILTER (WHERE p.state = 'closed' AND NOT p.closed_late) AS in_time,
			count(*) FILTER (WHERE p.state IN ('open', 'suspended') AND p.until_at < ?) AS overdue,
			count(*) FILTER (WHERE p.state IN ('open', 'suspended')) AS open, count(*) FILTER (WHERE p.overridden <> '{}') AS override,
			count(*) FILTER (WHERE p.state = 'refused') AS refused
		FROM permit p WHERE p.company_id = ? AND p.from_at >= ? AND p.from_at < ? AND ` + cond + " GROUP BY p.kind ORDER BY p.kind"
	err = tx.WithContext(ctx).Raw(q, append([]any{now, int64(company), from, to}, args...)...).Scan(&rows).Error
	return rows, err
}

// staffThere reports how many of the ids are people of the company.
func staffThere(ctx context.Context, tx db.Tx, company rbac.CompanyID, ids []id.Of[id.Staff], posts []id.Of[id.Post]) (ok bool, err error) {
	q := `SELECT (SELECT count(*) FROM staff_person WHERE company_id = ? AND id = ANY(?)) + (SELECT count(*) FROM staff_post WHERE company_id = ? AND id = ANY(?)) = ?`
	people, seats := ints(ids), ints(posts)
	return ok, tx.WithContext(ctx).Raw(q, int64(company), people, int64(company), seats, len(people)+len(seats)).Scan(&ok).Error
}

func ints[T any](list []id.Of[T]) db.Ints {
	out := db.Ints{}
	for _, n := range list {
		if !slices.Contains(out, int64(n)) {
			out = append(out, int64(n))
		}
	}
	return out
}
