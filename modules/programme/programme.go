// Package programme keeps the configurable targets of a city plan (四项达标), the statistics forms that a regulator issues,
// the comparison of the areas below one (镇街对比) with its monthly bulletin (通报), the special registers (专项名单) and the
// public page of an area.
//
// Sources: the city's plan of 2012 to 2014; Order 16 on hazard investigation (隐患排查治理暂行规定) art. 14 for the statistics.
// What rests on memory is marked in library/*.yaml.
package programme

import (
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
)

// Faults.
var (
	ErrArea      = fault.New(fault.Forbidden, "programme.area")
	ErrWide      = fault.New(fault.Invalid, "programme.too-wide")
	ErrIndicator = fault.New(fault.Invalid, "programme.indicator")
	ErrTarget    = fault.New(fault.Invalid, "programme.target")
	ErrElsewhere = fault.New(fault.Conflict, "programme.elsewhere")
	ErrEnded     = fault.New(fault.Conflict, "programme.ended")
	ErrNotOwn    = fault.New(fault.Forbidden, "programme.not-own")
	ErrPeriod    = fault.New(fault.Invalid, "programme.period")
	ErrReason    = fault.New(fault.Invalid, "programme.reason")
	ErrIssued    = fault.New(fault.Conflict, "programme.issued")
	ErrSame      = fault.New(fault.Conflict, "programme.same")
	ErrSigner    = fault.New(fault.Invalid, "programme.signer")
	ErrDrafted   = fault.New(fault.Conflict, "programme.drafted")
	ErrNotDraft  = fault.New(fault.Conflict, "programme.not-draft")
	ErrNumber    = fault.New(fault.Conflict, "programme.number")
	ErrNotOpen   = fault.New(fault.Conflict, "programme.not-open")
	ErrCompany   = fault.New(fault.Invalid, "programme.company")
	ErrRowCode   = fault.New(fault.Invalid, "programme.row-code")
	ErrRowLevel  = fault.New(fault.Invalid, "programme.row-level")
)

// Programme is a target programme (达标项目).
type Programme struct {
	ID             id.Of[id.Programme]
	Code           string                  // in the library; empty of an authority's own
	OrganisationID *id.Of[id.Organisation] // nil: came with the program
	Area           string
	Name           string
	NameEn         string
	Indicator      string
	Measure        string // number, rate
	Basis          string
	Confidence     string
	MadeBy         string
	MadeAt         time.Time
	EndedOn        day.Date
}

// Measures of a target.
const (
	Number = "number" // companies
	Rate   = "rate"   // hundredths of a percent of those that count
)

// Target is what an area should reach by the end of a year.
type Target struct {
	ID          id.Of[Target]
	ProgrammeID id.Of[id.Programme]
	Area        string
	Year        int16
	Value       int32 // companies; hundredths of a percent
	Basis       string
	ByName      string
	SetAt       time.Time
	EndedAt     *time.Time
}

// Wave is the year by which an area should be done with all of a programme.
type Wave struct {
	ID          id.Of[Wave]
	ProgrammeID id.Of[id.Programme]
	Area        string
	Year        int16
	ByName      string
	SetAt       time.Time
	EndedAt     *time.Time
}

// Form is a statistics form as it was issued.
type Form struct {
	ID             id.Of[Form]
	OrganisationID id.Of[id.Organisation]
	Area           string
	AreaName       string
	Kind           string // month, quarter
	Period         string
	Version        int16
	UnitName       string // 填报单位
	Head           string // 单位负责人
	FilledBy       string
	ReviewedBy     string
	Phone          string
	FilledOn       day.Date
	Reason         string // of a correction
	RuleVersion    string
	Content        db.JSON[[]Line]
	SHA256         string
	IssuedAt       time.Time
	IssuedBy       string
	PersonID       id.Of[id.Person]
}

// States of a bulletin.
const (
	Draft   = "draft"
	Issued  = "issued"
	Dropped = "dropped"
)

// Bulletin is a monthly bulletin (通报).
type Bulletin struct {
	ID             id.Of[Bulletin]
	OrganisationID id.Of[id.Organisation]
	Area           string
	AreaName       string
	Month          string
	State          string
	UnitName       string
	NumberPrefix   string
	NumberYear     *int16
	NumberSeq      *int32
	Title          string
	Opening        string
	Demands        string
	RuleVersion    string
	Content        db.JSON[*Issue] // nil of a draft
	SHA256         string
	MadeAt         time.Time
	MadeBy         string
	IssuedAt       *time.Time
	IssuedBy       string
}

// States of an entry of a special register.
const (
	Matched    = "matched"
	Candidates = "candidates" // companies of a similar name wait to be confirmed
	Unmatched  = "unmatched"  // kept for later
	Ended      = "ended"      // struck off
)

// Special is an entry of a special register (专项名单) or a list of companies that reached a target (达标名单).
type Special struct {
	ID               id.Of[id.Special]
	OrganisationID   id.Of[id.Organisation]
	Area             string
	SubjectCompanyID *id.Of[id.Company]
	RegionPath       string
	OversightLine    int16
	RevealedAt       *time.Time
	Kind             string
	ListName         string
	SourceFile       string
	SourceRow        int32
	Name             string
	NameFold         string
	USCC             string
	Town             string
	Level            string
	ValidUntil       day.Date
	Note             string
	State            string
	MatchedHow       string // code, name, hand
	Candidates       db.Ints
	Refused          db.Ints
	DecidedBy        string
	DecidedAt        *time.Time
	MadeBy           string
	MadeAt           time.Time
	EndedOn          day.Date
	EndReason        string
}
