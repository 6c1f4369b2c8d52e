package fund

import (
	"context"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// decidable is the condition that an expense of alias e waits for the actor's word.
func decidable(scope rbac.Scope, p Profile) (string, []any) {
	if !scope.Can(ActionApprove) {
		return "false", nil
	}
	a := scope.Actor()
	cond, args := "e.state = 'submitted' AND e.made_person_id IS DISTINCT FROM ?", []any{int64(a.PersonID)}
	for _, role := range a.Roles {
		if role == principal {
			return cond, args
		}
	}
	return cond + " AND e.amount_fen < ?", append(args, int64(p.ApproveAboveFen))
}

// expenses returns at most limit+1 expenses from k on: the latest first, or what waits longest first.
func expenses(ctx context.Context, tx db.Tx, scope rbac.Scope, p Profile, f ExpenseFilter, k page.Key) (rows []Expense, err error) {
	w := &page.Where{}
	w.Within(reached(scope))
	f.where(w, scope)
	order := ""
	if f.Waiting {
		w.Within(decidable(scope, p))
		order = w.Rising(k, "e.id", "?::bigint")
	} else {
		order = w.Latest(k, "e.spent_on, e.id", "?::date, ?::bigint")
	}
	q := "SELECT e.* FROM fund_expense e WHERE " + w.SQL() + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

var escape = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

func (f ExpenseFilter) where(w *page.Where, scope rbac.Scope) {
	w.When(f.Year != 0, "e.year = ?", f.Year)
	w.When(f.Month != "", "to_char(coalesce(e.month_on, e.spent_on), 'YYYY-MM') = ?", f.Month)
	w.When(f.State != "", "e.state = ?", f.State)
	w.When(f.State == "" && !f.All, "e.state NOT IN ('refused', 'withdrawn')")
	w.When(f.Item != 0, "e.item = ? AND e.category = ?", f.Item, f.Category)
	w.When(f.Tag != "", "e.tag = ?", f.Tag)
	w.When(f.Tie != "", "e.tie = ?", f.Tie)
	w.When(f.UnitID != 0, rbac.Below("e"), int64(f.UnitID))
	w.When(f.Capital != "", "e.capital = ?", f.Capital == "yes")
	w.When(f.Mine, "e.made_person_id = ?", int64(scope.Actor().PersonID))
	if words := strings.TrimSpace(f.Words); words != "" {
		like := "%" + escape.Replace(strings.ToLower(words)) + "%"
		w.And("lower(e.number || ' ' || e.payee || ' ' || e.purpose || ' ' || e.invoice_no || ' ' || e.voucher || ' ' || e.tie_title) LIKE ?", like)
	}
}

// ExpenseSums are what a year's expenses come to, by how far they are.
type ExpenseSums struct {
	Mine        int // waits for the actor
	MineFen     fen.Amount
	Waiting     int
	WaitingFen  fen.Amount
	Building    int
	BuildingFen fen.Amount
	Booked      int
	BookedFen   fen.Amount
	CapitalFen  fen.Amount // of what is booked
	Drafts      int        // the actor's own
}

// summed adds up the expenses of a year that the actor may see; what waits is counted whatever its year.
func summed(ctx context.Context, tx db.Tx, scope rbac.Scope, p Profile, year int) (s ExpenseSums, err error) {
	mine, his := decidable(scope, p)
	cond, args := reached(scope)
	q := `SELECT count(*) FILTER (WHERE ` + mine + `) AS mine, coalesce(sum(e.amount_fen) FILTER (WHERE ` + mine + `), 0)::bigint AS mine_fen,
			count(*) FILTER (WHERE e.state = 'submitted') AS waiting, coalesce(sum(e.amount_fen) FILTER (WHERE e.state = 'submitted'), 0)::bigint AS waiting_fen,
			count(*) FILTER (WHERE e.state = 'building') AS building, coalesce(sum(e.amount_fen) FILTER (WHERE e.state = 'building'), 0)::bigint AS building_fen,
			count(*) FILTER (WHERE e.state = 'booked' AND e.year = ?) AS booked, coalesce(sum(e.amount_fen) FILTER (WHERE e.state = 'booked' AND e.year = ?), 0)::bigint AS booked_fen,
			coalesce(sum(e.amount_fen) FILTER (WHERE e.state = 'booked' AND e.capital AND e.year = ?), 0)::bigint AS capital_fen, count(*) FILTER (WHERE e.state = 'draft') AS drafts
		FROM fund_expense e WHERE ` + cond + ` AND (e.year = ? OR e.state IN ('draft', 'submitted', 'building'))`
	all := append(append([]any{}, his...), his...)
	all = append(append(append(all, year, year, year), args...), year)
	return s, tx.WithContext(ctx).Raw(q, all...).Scan(&s).Error
}

// tiedTo returns what was spent on something, the latest first, at most 200.
func tiedTo(ctx context.Context, tx db.Tx, scope rbac.Scope, tie string, n int64) (rows []Expense, err error) {
	cond, args := reached(scope)
	return rows, tx.WithContext(ctx).Raw("SELECT e.* FROM fund_expense e WHERE "+cond+" AND e.tie = ? AND e.tie_id = ? AND e.state NOT IN ('refused', 'withdrawn', 'reversed') ORDER BY e.spent_on DESC, e.id DESC LIMIT 200",
		append(args, tie, n)...).Scan(&rows).Error
}
