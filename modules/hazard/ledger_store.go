package hazard

import (
	"context"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// query collects conditions and their parameters.
type query struct {
	conds []string
	args  []any
}

func (q *query) and(cond string, args ...any) {
	q.conds = append(q.conds, cond)
	q.args = append(q.args, args...)
}

// reach limits what a member sees of his company: what his unit answers for, and what he
// found or has to fix himself.
func reach(scope rbac.Scope, alias string) (string, []any) {
	return scope.Reach(alias, "owner_id", "found_by_staff_id")
}

// seen is the condition that alias h is a hazard the actor may see.
func seen(scope rbac.Scope) (string, []any) {
	within, bounds := scope.Where("h")
	part, mine := reach(scope, "h")
	return within + " AND " + part, append(bounds, mine...)
}

// openRow holds for rows of alias h in which something is left to do; it matches the partial indexes.
const openRow = "h.cancelled_on IS NULL AND h.voided_on IS NULL"

// lateRow holds for rows whose fix is late on a day: the same rule as Hazard.OverdueOn.
const lateRow = openRow + " AND h.fixed_on IS NULL AND h.deadline < ?"

// ledger reads one page of the hazards in scope: newest first, or what is still open by deadline.
func ledger(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, k page.Key, today day.Date) (rows []Listed, err error) {
	q := f.where(scope, today)
	order := " ORDER BY h.id DESC"
	switch f.Sort {
	case byDeadline:
		q.and("h.deadline IS NOT NULL AND " + openRow)
		order = " ORDER BY h.deadline, h.id"
		if k.Back {
			order = " ORDER BY h.deadline DESC, h.id DESC"
		}
		if !k.First() {
			q.and("(h.deadline, h.id) "+beyond(!k.Back)+" (?::date, ?::bigint)", k.Vals[0], k.Vals[1])
		}
	default:
		if k.Back {
			order = " ORDER BY h.id"
		}
		if !k.First() {
			q.and("h.id "+beyond(k.Back)+" ?::bigint", k.Vals[0])
		}
	}
	sql := "SELECT h.*, c.name AS company_name FROM (SELECT h.* FROM hazard h WHERE " + strings.Join(q.conds, " AND ") + order +
		" LIMIT ?) h JOIN company c ON c.company_id = h.company_id" + order
	err = tx.WithContext(ctx).Raw(sql, append(q.args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

func beyond(ascending bool) string {
	if ascending {
		return ">"
	}
	return "<"
}

// where renders the filter. Free text is compared without indexes, which is quick within
// one company and is asked of no wider range.
func (f Filter) where(scope rbac.Scope, today day.Date) *query {
	q := &query{}
	cond, args := scope.Where("h")
	q.and(cond, args...)
	cond, args = reach(scope, "h")
	q.and(cond, args...)
	if f.CompanyID != 0 {
		q.and("h.company_id = ?", f.CompanyID)
	}
	if len(f.State) > 0 {
		q.and("h.state = ANY(?)", texts(f.State))
	}
	if f.Open {
		q.and(openRow)
	}
	if f.Level != "" {
		q.and("h.level = ?", string(f.Level))
	}
	if len(f.Source) > 0 {
		q.and("h.source = ANY(?)", texts(f.Source))
	}
	if f.Origin != "" {
		q.and("h.source = ANY(?)", texts(f.Origin.Sources()))
	}
	if f.Category != "" {
		q.and("h.category LIKE ?", f.Category+"%")
	}
	if f.OwnerID != 0 {
		q.and("h.owner_id = ?", f.OwnerID)
	}
	if f.CheckID != 0 {
		q.and("h.check_id = ?", f.CheckID)
	}
	if f.Overdue {
		q.and(lateRow, today)
	}
	f.tagged(q)
	if !f.FoundFrom.IsZero() {
		q.and("h.found_on >= ?", f.FoundFrom)
	}
	if !f.FoundUntil.IsZero() {
		q.and("h.found_on <= ?", f.FoundUntil)
	}
	if !f.OpenSince.IsZero() {
		q.and("coalesce(h.cancelled_on, h.voided_on, 'infinity') >= ?", f.OpenSince)
	}
	if t := strings.ToLower(strings.TrimSpace(f.Text)); t != "" {
		q.and("(strpos(lower(h.description), ?) > 0 OR strpos(lower(h.place), ?) > 0 OR strpos(h.number, ?) > 0 OR strpos(lower(h.owner_name), ?) > 0)", t, t, strings.ToUpper(t), t)
	}
	return q
}

// Split counts what is open by who found it.
type Split struct{ Self, Authority int64 }

// SplitOf counts a company's open hazards by who found them, as far as scope reaches.
func SplitOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company id.Of[id.Company]) (s Split, err error) {
	within, bounds := seen(scope)
	q := "SELECT count(*) FILTER (WHERE h.source <> ALL(?)) AS self, count(*) FILTER (WHERE h.source = ANY(?)) AS authority FROM hazard h WHERE " + within +
		" AND h.company_id = ? AND " + openRow
	args := append([]any{texts(ByAuthority.Sources()), texts(ByAuthority.Sources())}, bounds...)
	err = tx.WithContext(ctx).Raw(q, append(args, company)...).Scan(&s).Error
	return s, err
}

// tagged adds the conditions on what is asked and how a hazard is filed.
func (f Filter) tagged(q *query) {
	switch f.Asked {
	case "":
	case "any":
		q.and("h.asked <> ''")
	default:
		q.and("h.asked <> '' AND h.asked = ?", f.Asked)
	}
	if f.Campaign != "" {
		q.and("h.campaign <> '' AND h.campaign = ?", f.Campaign)
	}
	if f.Stock {
		q.and("h.stock")
	}
	if f.Historical != "" {
		q.and("h.historical = ?", f.Historical == "only")
	}
	if f.Listed {
		q.and("h.listed_on IS NOT NULL AND h.delisted_on IS NULL")
	}
}

func texts[T ~string](list []T) db.Texts {
	out := make(db.Texts, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

// Which hazards are the actor's to act on.
const (
	toGrade  = "h.state = 'registered'"
	toAssign = "h.state = 'graded'"
	toFix    = "h.state IN ('assigned','plan_filed','rectifying','extension_pending') AND (h.owner_id = ? OR h.owner_person_id = ?)"
	toAccept = `h.state = 'awaiting_acceptance' AND NOT EXISTS (SELECT FROM hazard_step s WHERE s.company_id = h.company_id AND s.hazard_id = h.id
		AND s.event = 'fix' AND (s.person_id = ? OR s.owner_person_id = ? OR s.staff_id = ? OR s.owner_id = ?))`
	toAnswer = `h.asked <> '' AND h.level <> 'major' AND h.source <> ALL(?) AND h.asked_person_id IS DISTINCT FROM ? AND h.asked_staff_id IS DISTINCT FROM ?
		AND CASE h.asked WHEN 'extension' THEN true ELSE ? END AND (h.asked <> 'extension' OR (h.owner_person_id IS DISTINCT FROM ? AND h.owner_id IS DISTINCT FROM ?))`
	toReview = "h.state = 'under_review'"
)

// pile reads at most limit hazards in scope that meet a condition, the most urgent first.
func pile(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int, cond string, args ...any) (rows []Hazard, err error) {
	within, bounds := seen(scope)
	sql := "SELECT h.* FROM hazard h WHERE " + within + " AND " + openRow + " AND " + cond + " ORDER BY h.deadline NULLS LAST, h.id LIMIT ?"
	err = tx.WithContext(ctx).Raw(sql, append(append(bounds, args...), limit)...).Scan(&rows).Error
	return rows, err
}

// count counts the hazards in scope that meet a condition; asked within one company only.
func count(ctx context.Context, tx db.Tx, scope rbac.Scope, cond string, args ...any) (n int64, err error) {
	within, bounds := seen(scope)
	sql := "SELECT count(*) FROM hazard h WHERE " + within + " AND " + openRow + " AND " + cond
	err = tx.WithContext(ctx).Raw(sql, append(bounds, args...)...).Scan(&n).Error
	return n, err
}
