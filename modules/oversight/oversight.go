// Package oversight shows regulators the companies of their area: the graded list with its
// filters, counts by area and colour, and the dossier of one company.
//
// The list is a projection (board) of one narrow row a company, kept by the job runner from
// what other nouns know; the rule behind the colours is data (library/standing@*.yaml, under
// 安全生产法 art. 62, graded supervision).
package oversight

import (
	"time"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults of this module.
var (
	// ErrSort: there is no such order, or not over more than one county.
	ErrSort = fault.New(fault.Invalid, "oversight.sort")
)

// Board is a company's row in the graded list.
type Board struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	P2            string // province, of RegionPath
	OversightLine int16
	Name          string
	NameFold      string   // as names are compared
	NameBi        db.Int4s // its bigrams
	USCC          string
	Industry      string // GB/T 4754
	SizeClass     int16
	AboveScale    bool
	Status        string
	Activated     bool // somebody of the company has signed in
	Colour        Colour
	Score         int32 // hundredths of a point
	Measured      int32 // hundredths of the rule's weight that could be measured; 0: nothing yet
	Open          int32 // hazards not closed
	Overdue       int32
	MajorOpen     int32
	LastReport    int32 // day as YYYYMMDD, 0: never
	Missing       int32 // reports due and not submitted
	UpdatedAt     time.Time
	Level         string   // of standardization, held: 1, 2, 3, pass; "": none
	Live          int32    // live score in hundredths; -1: none yet
	Class         string   // A to D, as published; "": none
	Grid          string   // path of its village or grid; "": its place is known to the town only
	GradeUntil    int32    // last day of the level as YYYYMMDD; 0: none held
	CertNum       int32    // certificates that must be held and are valid
	CertDen       int32    // certificates that must be held
	FundNum       *int64   // safety fund (安全生产费用) used this year, in fen; nil: not measured
	FundDen       *int64   // to be set aside this year, in fen
	MustRules     db.Texts // rules by which it must join standardization (六个一律)
	MustJoin      bool     // one of them holds
	Signals       int32    // signals about its records that are open to regulators and not looked at
	Person        string   // principal, or whom to call
	PersonFold    string   // those in charge as names are compared
	PersonBi      db.Int4s // the bigrams of their names
	LongitudeE6   *int32   // of the company, degrees times a million
	LatitudeE6    *int32
}

// Moment is a standing that held from an instant until the next one.
type Moment struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Moment]
	RegionPath    string
	OversightLine int16
	At            time.Time
	RuleVersion   string
	Colour        Colour
	Score         int32 // hundredths of a point, over what was measured
	Measured      int32
	Inputs        db.JSON[[]Input]
}

// StandingRow keeps why a company stands where it stands.
type StandingRow struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	RuleVersion   string
	Facts         db.JSON[Facts]
	Inputs        db.JSON[[]Input]
	UpdatedAt     time.Time
}

// Rollup is the count of the companies of one colour and line in one area.
type Rollup struct {
	Parent        string
	Node          string
	OversightLine int16
	Colour        Colour
	Companies     int32
	Activated     int32
	Open          int32
	Overdue       int32
	WithOverdue   int32 // companies that have something overdue
	MajorOpen     int32
	Missing       int32 // companies with a report missing
}

// Delta is a change of the counts that is not in the rollup yet.
type Delta struct {
	ID            int64
	RegionPath    string // cut to the town
	OversightLine int16
	Colour        Colour
	Companies     int32
	Activated     int32
	Open          int32
	Overdue       int32
	WithOverdue   int32
	MajorOpen     int32
	Missing       int32
}
