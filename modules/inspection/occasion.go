package inspection

import (
	"slices"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Shift is a shift (班次) of the company's day.
type Shift struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Shift]
	RegionPath    string
	OversightLine int16
	Name          string
	Begins        int16 // minutes after midnight
	Ends          int16 // minutes after midnight, of the next day where not after Begins
	RetiredAt     *time.Time
	CreatedAt     time.Time
}

// ShiftForm is what is written about a shift.
type ShiftForm struct {
	Name   string `json:"name" minLength:"1" maxLength:"40"`
	Begins int    `json:"begins" minimum:"0" maximum:"1439" doc:"minutes after midnight"`
	Ends   int    `json:"ends" minimum:"0" maximum:"1439" doc:"minutes after midnight; of the next day where it is not after begins"`
}

// write puts the content of f into s. Errors: ErrBlank.
func (s *Shift) write(f ShiftForm) error {
	s.Name = strings.TrimSpace(f.Name)
	if s.Name == "" {
		return ErrBlank.At("body.name")
	}
	s.Begins, s.Ends = int16(f.Begins), int16(f.Ends)
	return nil
}

// Shutdown is a time in which nothing is made, so that nothing is checked (停产停工).
type Shutdown struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Shutdown]
	RegionPath    string
	OversightLine int16
	FromOn        day.Date
	UntilOn       day.Date // last day
	Reason        string
	UnitID        *id.Of[id.Unit] // and what is below it; nil: the whole company
	CancelledAt   *time.Time
	MadeBy        string // name
	CreatedAt     time.Time
}

// ShutdownForm is what is written about a shutdown.
type ShutdownForm struct {
	FromOn  day.Date       `json:"fromOn" doc:"first day"`
	UntilOn day.Date       `json:"untilOn" doc:"last day"`
	Reason  string         `json:"reason" minLength:"1" maxLength:"200"`
	UnitID  id.Of[id.Unit] `json:"unitId" required:"false" doc:"unit that stands still, with what is below it; left out: the whole company"`
}

const (
	backward    = 31  // days a shutdown may lie back when it is entered
	longestStop = 400 // days
)

// write puts the content of f into s. Errors: ErrDays, ErrBlank.
func (s *Shutdown) write(f ShutdownForm) error {
	if f.UntilOn.Before(f.FromOn) || f.UntilOn.DaysSince(f.FromOn) > longestStop {
		return ErrDays.At("body.untilOn")
	}
	s.Reason = strings.TrimSpace(f.Reason)
	if s.Reason == "" {
		return ErrBlank.At("body.reason")
	}
	s.FromOn, s.UntilOn, s.UnitID = f.FromOn, f.UntilOn, nil
	if f.UnitID != 0 {
		s.UnitID = &f.UnitID
	}
	return nil
}

// Event is something that called for checks, as the catalogue of occasions names it.
type Event struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Event]
	RegionPath    string
	OversightLine int16
	Kind          string
	Note          string
	PointID       *id.Of[id.Point] // where; nil: nowhere in particular
	Items         db.Texts         // codes it asks; empty: whatever waits for it
	Unplaced      db.Texts         // codes of them that no task asks
	Ref           string           // what it is about; empty: noted by hand
	DueOn         day.Date         // of its tasks
	Tasks         int              // it made
	MadeBy        string           // name
	CreatedAt     time.Time
}

// EventForm is what is written about an event.
type EventForm struct {
	Kind    string          `json:"kind" enum:"permit.hot_work,permit.confined_space,permit.height,permit.temporary_power,permit.lifting,permit.line_breaking,permit.excavation,dangerous_work,equipment.die_change,equipment.wheel_change,equipment.maintenance,equipment.power_switching,equipment.cleaning,equipment.new,equipment.battery,staff.joined,staff.transferred,process.changed,project.started,resume,contractor.entered,hazard.major,accident,other"`
	Note    string          `json:"note" required:"false" maxLength:"300"`
	PointID id.Of[id.Point] `json:"pointId" required:"false" doc:"where; left out: nowhere in particular"`
	DueOn   day.Date        `json:"dueOn" required:"false" doc:"until when it is checked; today if left out"`
}

// Occurrence is something that another module noticed.
type Occurrence struct {
	Kind    string // of the catalogue of occasions
	Note    string
	PointID id.Of[id.Point] // where; zero: nowhere in particular
	StaffID id.Of[id.Staff] // who checks where no plan says so; zero: who answers for the items there
	Items   []string        // codes it asks; empty: those of the kind
	Modules []string        // only items of these modules; empty: all
	DueOn   day.Date        // of its tasks; zero: today
	Ref     string          // what it is about, e.g. permit|12: the second time nothing happens; empty: every time anew
}

// asks lists the codes that o asks at a point: those it names, else those of its kind, else what the
// point has of the modules it names. Of another event than the catalogue knows it is what only the
// company itself looks at then. Nil: whatever waits for it.
func (o Occurrence) asks(point Sheet) []string {
	out := o.Items
	if len(out) == 0 {
		out = createdBy(o.Kind)
	}
	switch {
	case len(out) > 0:
	case len(o.Modules) > 0:
		out = point.At
	case o.Kind == other:
		return point.unlisted()
	}
	if len(o.Modules) == 0 {
		return out
	}
	return slices.DeleteFunc(slices.Clone(out), func(code string) bool {
		module, _, _ := strings.Cut(code, "-")
		return !slices.Contains(o.Modules, module)
	})
}

// SpecialCheck is a special check (专项检查): what a template asks, until a day.
type SpecialCheck struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[SpecialCheck]
	RegionPath    string
	OversightLine int16
	Template      string
	Source        int16 // danger source (隐患来源) of the dual-prevention upload, 2–8
	Title         string
	Note          string
	Modules       db.Texts // whose items it asks
	DueOn         day.Date
	State         string // proposed, issued, dismissed
	Reason        string // why it was dismissed
	HolidayOn     day.Date
	CampaignID    *id.Of[Campaign]
	Issuer        string // authority of the campaign; empty: the company's own
	MadeBy        string // name; empty: the calendar proposed it
	CreatedAt     time.Time
	IssuedAt      *time.Time
}

// States of a special check.
const (
	Proposed  = "proposed" // by the calendar, or ordered by a regulator: nobody has it to do yet
	Issued    = "issued"
	Dismissed = "dismissed"
)

// Campaign is a special check that a regulator lays on the companies of his area (专项整治).
type Campaign struct {
	ID             id.Of[Campaign]
	OrganisationID id.Of[id.Organisation]
	Issuer         string // name of the authority
	Title          string
	Template       string
	Note           string
	Modules        db.Texts
	Tags           db.Texts  // companies with any of them; empty: all
	Areas          db.Texts  // region paths
	Lines          db.Shorts // supervision lines; empty: all
	DueOn          day.Date
	Companies      int // that have got it
	Complete       bool
	MadeBy         string // name
	CreatedAt      time.Time
}
