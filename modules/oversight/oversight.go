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
	// ErrFilter: over a province or the nation this combination of filters is not answered.
	ErrFilter = fault.New(fault.Invalid, "oversight.filter")
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
	Level         string // of standardization, held: 1, 2, 3, pass; "": none
	Live          int32  // live score in hundredths; -1: none yet
	Class         string // A to D, as published; "": none
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

// Filter narrows the list.
type Filter struct {
	Division  string // path of an area; "" is all the actor oversees
	Industry  string // beginning of the code
	Colour    int16  // 0: all
	Size      int16  // 0: all
	Overdue   bool   // with hazards overdue only
	Missing   bool   // with a report missing only
	Inactive  bool   // nobody has signed in yet
	Level     string // of standardization; "-": none held
	Class     string // A to D
	Name      string // part of the name
	USCC      string // beginning of the code
	SortOrder string // one of Sorts
}

// sort is a named order: its columns after the colour, if that leads.
type order struct {
	column string
	desc   bool
	colour bool // the colour comes first, worst first
}

// orders are the named sorts; each has covering indexes at every level.
var orders = map[string]order{
	"standing": {"score", false, true}, "best": {"score", true, true},
	"overdue": {"overdue", true, false}, "least-overdue": {"overdue", false, false},
	"open": {"open", true, false}, "least-open": {"open", false, false},
	"report": {"last_report", false, false}, "latest-report": {"last_report", true, false},
}

// wide reports whether a filter over areas of the given depth could walk a whole index without
// finding a page: a province or the nation, and companies that are blue and yet behind.
func (f Filter) wide(depth int) bool {
	return depth < 4 && (f.Colour == int16(Blue) && (f.Overdue || f.Missing) || (f.Level != "" || f.Class != "") && f.more())
}

// more reports whether something besides the level or class narrows the list.
func (f Filter) more() bool {
	return f.Colour != 0 || f.Size != 0 || f.Industry != "" || f.Overdue || f.Missing || f.Inactive
}
