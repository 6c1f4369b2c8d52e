package hazard

import (
	_ "embed"
	"sync"
	"time"

	"github.com/goccy/go-yaml"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Permissions around the notice-board poster (隐患公示).
const (
	ActionPosters rbac.Action = "hazard.poster.read"
	ActionHang    rbac.Action = "hazard.poster.hang"
)

// DuePoster is the kind under which a poster to be hung is kept among what falls due.
const DuePoster = "hazard.poster"

// Faults around posters.
var (
	// ErrMonth refuses a month that has not begun, or lies more than two years back.
	ErrMonth = fault.New(fault.Invalid, "hazard.poster-month")
	// ErrHungOn refuses a day to come, or one before the month of the poster.
	ErrHungOn = fault.New(fault.Invalid, "hazard.poster-day")
	// ErrUnitUnknown refuses a unit that is not the company's.
	ErrUnitUnknown = fault.New(fault.Invalid, "hazard.unit-unknown")
	// ErrCompanyNeeded: whoever sees several companies says which one.
	ErrCompanyNeeded = fault.New(fault.Invalid, "hazard.company-needed")
)

// Poster is the notice of one month's hazards, of a company or one of its workshops, and the
// proof that it hung (Work Safety Law 2021 art. 41).
type Poster struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Poster]
	RegionPath    string
	OversightLine int16
	MonthOn       day.Date // first day of the month it is about
	UnitID        *id.Of[id.Unit]
	DueOn         day.Date // last day to hang it
	HungOn        day.Date // zero: not yet
	Place         string
	Photos        db.Ints
	HungByID      *id.Of[id.Staff]
	HungByName    string
	Found         int // as it said on the day it was hung
	Fixed         int
	Open          int
	Majors        int
	MadeAt        time.Time
}

//go:embed library/poster@1.yaml
var posterYAML []byte

// posterRule is by when a month's poster hangs.
var posterRule = sync.OnceValue(func() (r struct {
	Version    string `yaml:"version"`
	ValidFrom  string `yaml:"valid_from"`
	ByDay      int    `yaml:"by_day"`
	Source     string `yaml:"source"`
	Confidence string `yaml:"confidence"`
},
) {
	if err := yaml.UnmarshalWithOptions(posterYAML, &r, yaml.Strict()); err != nil {
		panic("hazard: poster: " + err.Error())
	}
	return r
})

// PosterDue is the last day to hang the poster of the month that begins on month.
func PosterDue(month day.Date) day.Date {
	next := month.AddMonths(1)
	return day.Of(next.Year(), next.Month(), posterRule().ByDay)
}

// monthOf reads a month such as 2026-10. Errors: ErrMonth.
func monthOf(s string, today day.Date) (day.Date, error) {
	month, err := day.Parse(s + "-01")
	if err != nil || month.After(today) || month.Before(today.AddYears(-2)) {
		return day.Date{}, ErrMonth.At("query.month")
	}
	return month, nil
}

func monthKey(month day.Date) string { return month.String()[:7] }

// dueItem is the poster as something to be hung; settled once it hangs.
func (p Poster) dueItem() due.Item {
	it := due.Item{Kind: DuePoster, Ref: int64(p.ID), Title: monthKey(p.MonthOn) + " 隐患公示", Before: []int{3, 0}, Path: "/hazard-posters"}
	if p.HungOn.IsZero() {
		it.On = p.DueOn
	}
	return it
}

// Hanging is what is said of a poster that hangs.
type Hanging struct {
	Month  string                 `json:"month" pattern:"^[0-9]{4}-[0-9]{2}$" maxLength:"7" example:"2026-10"`
	UnitID id.Of[id.Unit]         `json:"unitId,omitempty" doc:"of one workshop; empty: of the whole company"`
	HungOn day.Date               `json:"hungOn,omitempty" required:"false" doc:"empty: today"`
	Place  string                 `json:"place" minLength:"1" maxLength:"100" doc:"e.g. the notice board at the gate"`
	Photos []id.Of[id.Attachment] `json:"photos" minItems:"1" maxItems:"9" nullable:"false" doc:"of the hung poster"`
}

// Posted is a line of a poster.
type Posted struct {
	ID          id.Of[id.Hazard]
	Number      string
	FoundOn     day.Date
	Place       string
	Description string
	Level       Level
	OwnerName   string
	OwnerUnit   string
	Deadline    day.Date
	FixedOn     day.Date
	CancelledOn day.Date
	State       State
}

// Totals are the figures of a poster.
type Totals struct {
	Found   int // in the month
	Fixed   int // cancelled (销号) in the month
	Open    int // at its end
	Majors  int // of the open ones
	Overdue int // of the open ones
}

// Board is what the poster of a month says, as things stand at its end or today.
type Board struct {
	CompanyID rbac.CompanyID
	Firm      string
	Month     day.Date
	UnitID    id.Of[id.Unit]
	UnitName  string
	AsOf      day.Date // last day it knows of
	DueOn     day.Date
	Totals    Totals
	Rows      []Posted
	More      int // rows that a sheet has no room for
}
