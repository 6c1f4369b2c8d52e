// Package due keeps what falls due in a company (到期事项): tests, inspections, reviews,
// expiry days of every module. Modules put items in their own transactions; a daily job
// reminds of them, each step of the kind's ladder (提醒升级阶梯) once, in one message a person a day.
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

var usualBefore = []int{30, 7, 0}

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

// never is when the next step of items comes of which nobody is told here.
var never = day.Of(9999, 12, 31)

// first is when the earliest step of an item comes.
func (l Ladder) first(on day.Date, ahead []int) day.Date {
	if l.Silent {
		return never
	}
	if len(ahead) == 0 {
		return on.AddDays(1)
	}
	return on.AddDays(-ahead[0])
}

// advance moves an item to the step of today and returns whom it is to be called to; nobody
// where that step was told before.
func (i *Item) advance(l Ladder, today day.Date) []Part {
	ahead := make([]int, len(i.BeforeDays))
	for n, d := range i.BeforeDays {
		ahead[n] = int(d)
	}
	if l.Silent {
		i.RemindOn = never
		return nil
	}
	c := l.On(ahead, i.DueOn, today)
	i.RemindOn = i.DueOn.AddDays(c.Next)
	if !c.Due || (i.Step != nil && *i.Step >= c.Step) {
		return nil
	}
	i.Step = &c.Step
	return c.To
}

func today(now time.Time) day.Date { return day.In(now, day.Shanghai) }
