package fund

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/accrual"
	"anbiao/kit/fen"
	"anbiao/kit/org"
)

// Under-use is disclosed below this share of the year's due (财资〔2022〕136号 art. 51), in hundredths.
const leastUse = 60

// Years that a plan can be of.
const (
	firstYear = 2005
	lastYear  = 2100
)

// mostItems is how many lines a plan holds.
const mostItems = 200

// PlanForm is a plan as it is entered.
type PlanForm struct {
	Items []PlanItem `json:"items" minItems:"1" maxItems:"200" nullable:"false"`
	Note  string     `json:"note" required:"false" maxLength:"1000"`
	Tell  bool       `json:"tell" required:"false" doc:"ask the principal to approve it"`
}

// total is what an item comes to in the year.
func (i PlanItem) total() (sum fen.Amount) {
	for _, m := range i.MonthsFen {
		sum += m
	}
	return sum
}

// checked are the items of a plan as they are kept, and what they come to. Errors: ErrPlan, ErrItem, ErrAmount, ErrUnit.
func (f PlanForm) checked(c accrual.Category, r *accrual.Rules, tree org.Tree) (out []PlanItem, total fen.Amount, err error) {
	seen := map[string]bool{}
	for n, i := range f.Items {
		at := "body.items[" + strconv.Itoa(n) + "]"
		scope, ok := scopeItem(c, r, i.Category, i.Item)
		if !ok {
			return nil, 0, ErrItem.At(at + ".item")
		}
		i.Tag, i.Name, i.UnitName = scope.Tag, strings.TrimSpace(i.Name), ""
		if i.UnitID != 0 {
			u, ok := tree.Unit(i.UnitID)
			if !ok {
				return nil, 0, ErrUnit.At(at + ".unitId")
			}
			i.UnitName = u.Name
		}
		key := itemKey(i.Category, i.Item) + "|" + i.UnitID.String() + "|" + i.Name
		if seen[key] || i.Name == "" {
			return nil, 0, ErrPlan.At(at)
		}
		seen[key] = true
		if len(i.MonthsFen) != 12 || slices.ContainsFunc(i.MonthsFen, func(m fen.Amount) bool { return m < 0 || m > most }) {
			return nil, 0, ErrAmount.At(at + ".monthsFen")
		}
		total += i.total()
		out = append(out, i)
	}
	if len(out) == 0 || len(out) > mostItems || total <= 0 {
		return nil, 0, ErrPlan.At("body.items")
	}
	return out, total, nil
}

// Months are amounts of the months of a year, January first.
type Months [12]fen.Amount

func (m Months) sum() (s fen.Amount) {
	for _, a := range m {
		s += a
	}
	return s
}

// ItemActual is a use item's plan against what was used.
type ItemActual struct {
	Category    string
	Item        int16
	Tag         string
	Label       string
	Plan        Months
	Used        Months
	ExpectedFen fen.Amount // by the end of the year
}

// Actual is a year's plan against what was used.
type Actual struct {
	Year       int
	ByTag      bool // of whom only sums by kind of item are shown, not items and their months
	Over       int  // months that are wholly over
	DueFen     fen.Amount
	AccruedFen fen.Amount
	Plan       Months
	Used       Months
	CapitalFen fen.Amount // of what was used
	WaitingFen fen.Amount // submitted, not decided on
	PaidFen    fen.Amount // for fixed assets that are not in working order yet
	Items      []ItemActual
	Version    int32 // of the plan in force; 0: none
}

// ExpectedFen is what will have been used by the end of the year, at least with what waits.
func (a Actual) ExpectedFen() fen.Amount {
	return max(expected(a.Plan, a.Used, a.Over), a.Used.sum()+a.WaitingFen)
}

// LineFen is the least use that needs no statement: 60 % of the due, rounded up.
func (a Actual) LineFen() fen.Amount { return (a.DueFen*leastUse + 99) / 100 }

// share is a of b in ten-thousandths, rounded down; nil where b is nothing.
func share(a, b fen.Amount) *int64 {
	if b <= 0 {
		return nil
	}
	n := new(big.Int).Mul(big.NewInt(int64(a)), big.NewInt(10000))
	out := n.Div(n, big.NewInt(int64(b))).Int64()
	return &out
}

// expected is what will have been used by the end of a year of which over months are gone. What is still to come is expected as
// planned, times the share of the plan that was used until now; never more than planned, because use above the plan is mostly use
// brought forward. Without a plan the months to come are as those gone on an average. This is our own reckoning, not the law's.
func expected(plan, used Months, over int) fen.Amount {
	if over >= 12 {
		return used.sum()
	}
	var planned, gone fen.Amount
	for i := range over {
		planned, gone = planned+plan[i], gone+used[i]
	}
	total := gone
	num, den := max(0, gone), planned
	if planned == 0 || gone > planned {
		num, den = 1, 1
	}
	for i := over; i < 12; i++ {
		to := times(plan[i], num, den)
		if plan.sum() == 0 && over > 0 {
			to = times(max(0, gone), 1, fen.Amount(over))
		}
		total += max(to, used[i])
	}
	return total
}

// times is a·num/den, halves upwards; nothing is negative.
func times(a, num, den fen.Amount) fen.Amount {
	n := new(big.Int).Mul(big.NewInt(int64(a)), big.NewInt(int64(num)))
	n.Lsh(n, 1).Add(n, big.NewInt(int64(den)))
	return fen.Amount(n.Quo(n, new(big.Int).Lsh(big.NewInt(int64(den)), 1)).Int64())
}

// against puts a plan beside what was used, item by item; first come those with most money.
func against(plan []PlanItem, used []ItemUse, words labels, over int) []ItemActual {
	var out []ItemActual
	at := map[string]int{}
	row := func(category string, item int16, tag, label string) *ItemActual {
		k := itemKey(category, item)
		i, ok := at[k]
		if !ok {
			i, at[k] = len(out), len(out)
			if l := words.of(category, item); l != "" {
				label = l
			}
			out = append(out, ItemActual{Category: category, Item: item, Tag: tag, Label: label})
		}
		return &out[i]
	}
	for _, p := range plan {
		r := row(p.Category, p.Item, p.Tag, p.Name)
		for i, m := range p.MonthsFen {
			r.Plan[i] += m
		}
	}
	for _, u := range used {
		r := row(u.Category, u.Item, u.Tag, u.Label)
		for i, m := range u.Months {
			r.Used[i] += m
		}
	}
	for i := range out {
		out[i].ExpectedFen = expected(out[i].Plan, out[i].Used, over)
	}
	slices.SortStableFunc(out, func(a, b ItemActual) int {
		x, y := max(a.Plan.sum(), a.Used.sum()), max(b.Plan.sum(), b.Used.sum())
		switch {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return out
}
