// Package due keeps what falls due in a company (到期事项): tests, inspections, reviews,
// expiry days of every module. Modules put items in their own transactions; a daily job
// reminds of them, each step once, in one message a person a day.
package due

import (
	"cmp"
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	kit "anbiao/kit/due"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Noun is what messages of this module link to.
const Noun = "due"

// ErrItem refuses an item without a kind, a row or a title.
var ErrItem = fault.New(fault.Invalid, "due.item")

// Item is one thing of a company that is to be done by a day.
type Item struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Due]
	RegionPath    string
	OversightLine int16
	Kind          string
	Ref           int64
	Title         string
	DueOn         day.Date
	OwnerID       *id.Of[id.Staff]
	UnitID        *id.Of[id.Unit]
	BeforeDays    db.Int4s // the earliest first
	Path          string
	Step          *int     // last one reminded of, in days after DueOn
	RemindOn      day.Date // when the next step comes; zero once closed
	CreatedAt     time.Time
	ClosedAt      *time.Time
}

// Digest is the last day on which a company's people were told.
type Digest struct {
	CompanyID rbac.CompanyID
	ToldOn    day.Date
}

// After the day reminders come on the 1st, the 7th and every 30th day.
var usualBefore = []int{30, 7, 0}

const again = 30

// before are the reminders ahead of an item's day, the earliest first, each once.
func before(i kit.Item) []int {
	list := i.Before
	if list == nil {
		list = usualBefore
	}
	out := slices.Clone(list)
	slices.SortFunc(out, func(a, b int) int { return cmp.Compare(b, a) })
	return slices.Compact(slices.DeleteFunc(out, func(n int) bool { return n < 0 }))
}

// first is when the earliest step of an item comes.
func first(on day.Date, ahead []int) day.Date {
	if len(ahead) == 0 {
		return on.AddDays(1)
	}
	return on.AddDays(-ahead[0])
}

// Steps returns the step that a day calls for and the one that follows it, both in days
// after the due day; ok is false before the first step. ahead is sorted, the earliest first.
func Steps(ahead []int, late int) (step, next int, ok bool) {
	all := make([]int, 0, len(ahead)+2)
	for _, n := range ahead {
		all = append(all, -n)
	}
	all = append(all, 1, 7)
	for _, s := range all {
		if s > late {
			return step, s, ok
		}
		step, ok = s, true
	}
	if late < again {
		return step, again, true
	}
	return late - late%again, late - late%again + again, true
}

// advance moves an item to the step of today and reports whether it is one to remind of.
func (i *Item) advance(today day.Date) bool {
	ahead := make([]int, len(i.BeforeDays))
	for n, d := range i.BeforeDays {
		ahead[n] = int(d)
	}
	step, next, ok := Steps(ahead, today.DaysSince(i.DueOn))
	i.RemindOn = i.DueOn.AddDays(next)
	if !ok || (i.Step != nil && *i.Step >= step) {
		return false
	}
	i.Step = &step
	return true
}

func today(now time.Time) day.Date { return day.In(now, day.Shanghai) }
