// Package risk keeps a company's risk register (风险分级管控): units of analysis, the events that may
// happen there with their rating, and the controls, of which any can become an item of the
// company's checks; the four-colour plans; what is printed and hung up; and the reports of larger
// and major risks to the regulator.
//
// Sources: Work Safety Law (2021) art. 41 (graded control of risks and hazards); GB 6441-1986 for
// classes of accidents; the reporting rules of Jiangsu (2020) and Zhejiang (2021) for industrial
// companies. Thresholds, colours and cycles are data with versions (library/).
package risk

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults.
var (
	// ErrFactor: not a factor of the method, or not one of its values.
	ErrFactor = fault.New(fault.Invalid, "risk.factor")
	// ErrLowered: a level may be raised by hand, not lowered or left as it is.
	ErrLowered = fault.New(fault.Invalid, "risk.lowered")
	// ErrRaiseReason: a level is raised with a reason.
	ErrRaiseReason = fault.New(fault.Invalid, "risk.raise-reason")
	// ErrResidual: the residual risk is above the inherent one.
	ErrResidual = fault.New(fault.Invalid, "risk.residual")
	// ErrControlLevel: the risk is controlled below what its level asks for.
	ErrControlLevel = fault.New(fault.Invalid, "risk.control-level")
	// ErrAccident: not a class of GB 6441.
	ErrAccident = fault.New(fault.Invalid, "risk.accident")
	// ErrNameTaken: another unit in use has this name.
	ErrNameTaken = fault.New(fault.Conflict, "risk.name-taken")
	// ErrUnit: no such department, workshop or team in the actor's part of the company.
	ErrUnit = fault.New(fault.Invalid, "risk.unit")
	// ErrOwner: nobody of this name holds a post in the company.
	ErrOwner = fault.New(fault.Invalid, "risk.owner")
	// ErrRiskUnit: no such risk unit in use.
	ErrRiskUnit = fault.New(fault.Invalid, "risk.risk-unit")
	// ErrEnded: it was ended and stays as it is.
	ErrEnded = fault.New(fault.Conflict, "risk.ended")
	// ErrUnitInUse: the unit still has events; they end first.
	ErrUnitInUse = fault.New(fault.Conflict, "risk.unit-in-use")
	// ErrBlank: nothing but spaces.
	ErrBlank = fault.New(fault.Invalid, "risk.blank")
	// ErrFuture: a day that has not come yet.
	ErrFuture = fault.New(fault.Invalid, "risk.future")
	// ErrControl: the control does not belong to this event, or was ended.
	ErrControl = fault.New(fault.Invalid, "risk.control")
	// ErrNoStandard: the company has no inspection standard yet to put an item into.
	ErrNoStandard = fault.New(fault.Conflict, "risk.no-standard")
	// ErrItem: the standard does not take the item.
	ErrItem = fault.New(fault.Invalid, "risk.item")
	// ErrPicture: no picture that was uploaded for this.
	ErrPicture = fault.New(fault.Invalid, "risk.picture")
	// ErrOutline: an area needs at least three points inside the picture.
	ErrOutline = fault.New(fault.Invalid, "risk.outline")
	// ErrCycle: the cycle is not opened by hand.
	ErrCycle = fault.New(fault.Invalid, "risk.cycle")
	// ErrAnchor: the first report needs the day of acceptance.
	ErrAnchor = fault.New(fault.Invalid, "risk.anchor")
	// ErrOpened: there is a report of this cycle already.
	ErrOpened = fault.New(fault.Conflict, "risk.opened")
	// ErrSubmitted: the report was submitted and is frozen.
	ErrSubmitted = fault.New(fault.Conflict, "risk.submitted")
	// ErrNothing: the register is empty.
	ErrNothing = fault.New(fault.Conflict, "risk.nothing")
	// ErrCompanyNeeded: whoever sees several companies names one.
	ErrCompanyNeeded = fault.New(fault.Invalid, "risk.company-needed")
)

// Unit is a unit of analysis (风险点、分析单元).
type Unit struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Unit]
	RegionPath    string
	OversightLine int16
	Number        int
	Kind          string // place, equipment, activity
	Name          string
	Place         string
	UnitID        *int64 // department, workshop or team that answers for it
	UnitName      string
	OwnerID       *int64
	OwnerName     string
	Phone         string // to call in an emergency
	MadeBy        string
	CreatedAt     time.Time
	UpdatedAt     time.Time
	EndedOn       day.Date
	EndReason     string
}

// Event is what may happen in a unit, and how grave that is. Factors and scores are hundredths.
type Event struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Event]
	RegionPath    string
	OversightLine int16
	Number        int
	RiskUnitID    id.Of[Unit]
	Hazard        string   // source of danger (危险源)
	Accidents     db.Texts // classes of GB 6441
	Consequence   string
	RuleVersion   string // it was rated by
	Mode          Method
	L, E, C, S    int
	Score         int
	ComputedLevel Level
	Catalogue     bool
	RaisedLevel   Level
	RaiseReason   string
	Level         Level // inherent
	ResidualL     int
	ResidualE     int
	ResidualC     int
	ResidualS     int
	ResidualScore int
	ResidualLevel Level // empty: not rated yet
	ControlLevel  ControlLevel
	UnitID        *int64
	UnitName      string
	OwnerID       *int64
	OwnerName     string
	PostName      string
	Frequency     string // of checks; empty: not said
	ReviewedOn    day.Date
	ReviewDueOn   day.Date
	MadeBy        string
	CreatedAt     time.Time
	UpdatedAt     time.Time
	EndedOn       day.Date
	EndReason     string
}

// Control is a measure that keeps an event under control.
type Control struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Control]
	RegionPath    string
	OversightLine int16
	EventID       id.Of[Event]
	N             int
	Kind          string // of the five classes
	Text          string
	ItemCode      string // own item of the standard by which it is checked
	PublishedOn   day.Date
	EndedOn       day.Date
}

// Plan is a four-colour plan: areas over the picture of a floor.
type Plan struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Plan]
	RegionPath    string
	OversightLine int16
	Name          string
	Floor         int
	AttachmentID  id.Of[id.Attachment]
	Width, Height int // of the picture, pixels
	North         int // degrees clockwise from up
	Areas         db.JSON[[]Area]
	MadeBy        string
	CreatedAt     time.Time
	UpdatedAt     time.Time
	EndedOn       day.Date
}

// Area is where a unit lies on a plan.
type Area struct {
	RiskUnitID id.Of[Unit] `json:"riskUnitId"`
	Points     [][2]int    `json:"points" nullable:"false" minItems:"3" maxItems:"60" doc:"outline, in ten-thousandths of the picture's width and height"`
}

// Report is a report of larger and major risks.
type Report struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Report]
	RegionPath    string
	OversightLine int16
	Cycle         string
	Period        string
	RuleVersion   string
	AnchorOn      day.Date
	DueOn         day.Date
	State         string // due, submitted
	Triggers      db.JSON[[]Trigger]
	Content       string // canonical JSON of a Content
	ContentHash   string
	Events        int
	Remark        string
	OpenedAt      time.Time
	SubmittedAt   *time.Time
	SubmittedName string
	Late          bool
}

// Trigger is a change that has to be reported.
type Trigger struct {
	Why    string   `json:"why" enum:"new,level,ended,data" doc:"a new risk, another level, a risk that ended, the company's data"`
	Event  string   `json:"event" doc:"unit and source of danger"`
	Number int      `json:"number"`
	Was    Level    `json:"was" enum:",major,larger,general,low"`
	Is     Level    `json:"is" enum:",major,larger,general,low"`
	On     day.Date `json:"on"`
}

// Rating is how the event was rated.
func (e Event) Rating() Rating {
	return Rating{e.Mode, e.L, e.E, e.C, e.S, e.Score, e.ComputedLevel}
}

// Residual is how it was rated with its controls; nil: not yet.
func (e Event) Residual() *Rating {
	if e.ResidualLevel == "" {
		return nil
	}
	return &Rating{e.Mode, e.ResidualL, e.ResidualE, e.ResidualC, e.ResidualS, e.ResidualScore, e.ResidualLevel}
}

// take writes what was judged into the event.
func (e *Event) take(j Judged, version string) {
	r := j.Inherent
	e.RuleVersion, e.Mode, e.L, e.E, e.C, e.S, e.Score, e.ComputedLevel = version, r.Method, r.L, r.E, r.C, r.S, r.Score, r.Level
	e.Level, e.ControlLevel = j.Level, j.ControlLevel
	e.ResidualL, e.ResidualE, e.ResidualC, e.ResidualS, e.ResidualScore, e.ResidualLevel = 0, 0, 0, 0, 0, ""
	if r := j.Residual; r != nil {
		e.ResidualL, e.ResidualE, e.ResidualC, e.ResidualS, e.ResidualScore, e.ResidualLevel = r.L, r.E, r.C, r.S, r.Score, j.ResidualLevel
	}
}

// Controlled is an event with its controls in force.
type Controlled struct {
	Event
	RiskUnitName string
	Controls     []Control
}
