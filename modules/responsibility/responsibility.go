// Package responsibility holds who answers for what (全员安全生产责任制, 安全生产法 arts 4, 5, 22;
// 安委办〔2017〕29号): a library of duties by post type, each company's own copy of it as a matrix
// of posts and duties, the published versions of that matrix, one list per post (一岗一清单) and
// the report of what nobody answers for.
package responsibility

import (
	"slices"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults of this module.
var (
	ErrBlank          = fault.New(fault.Invalid, "responsibility.blank")
	ErrDropped        = fault.New(fault.Conflict, "responsibility.dropped")
	ErrPost           = fault.New(fault.Invalid, "responsibility.post-unknown")
	ErrCategory       = fault.New(fault.Invalid, "responsibility.category-unknown")
	ErrStatutory      = fault.New(fault.Invalid, "responsibility.statutory-unknown")
	ErrNoCell         = fault.New(fault.NotFound, "responsibility.no-cell")
	ErrScoreless      = fault.New(fault.Invalid, "responsibility.scoreless")
	ErrPrincipal      = fault.New(fault.Invalid, "responsibility.principal-accountable")
	ErrAccountable    = fault.New(fault.Conflict, "responsibility.accountable-needed")
	ErrNothingScored  = fault.New(fault.Conflict, "responsibility.nothing-scored")
	ErrNothingAdopted = fault.New(fault.Conflict, "responsibility.nothing-adopted")
	ErrEdited         = fault.New(fault.Conflict, "responsibility.edited")
	ErrMoved          = fault.New(fault.Conflict, "responsibility.moved")
	ErrProblems       = fault.New(fault.Conflict, "responsibility.not-publishable")
	ErrPosted         = fault.New(fault.Invalid, "responsibility.posted-on")
	ErrTemplate       = fault.New(fault.Invalid, "responsibility.template-unknown")
	ErrNotCounted     = fault.New(fault.NotFound, "responsibility.not-counted")
	ErrTooMany        = fault.New(fault.TooLarge, "responsibility.too-many")
)

// Kind is the kind of responsibility that a post has for a duty.
type Kind string

// Kinds (主要、直接、领导、监管责任): the principal's own; who does it; who leads those that do;
// the safety department's.
const (
	Main      Kind = "main"
	Direct    Kind = "direct"
	Lead      Kind = "lead"
	Supervise Kind = "supervise"
)

// Raci is the share of a post in a duty. A duty has exactly one accountable post and at
// least one that does it; one post may be both. Who is consulted or informed has no score.
type Raci string

// Shares.
const (
	Accountable     Raci = "A"
	Does            Raci = "R"
	AccountableDoes Raci = "AR"
	Consulted       Raci = "C"
	Informed        Raci = "I"
)

// accountable reports whether the share answers for the duty.
func (r Raci) accountable() bool { return r == Accountable || r == AccountableDoes }

// does reports whether the share carries the duty out.
func (r Raci) does() bool { return r == Does || r == AccountableDoes }

// scored reports whether the share may have a score.
func (r Raci) scored() bool { return r.accountable() || r.does() }

// Frequencies in which a duty falls due, the most frequent first.
var Frequencies = []string{"per_shift", "daily", "per_use", "weekly", "monthly", "quarterly", "half_yearly", "yearly", "event"}

// Whole is what the scores of a post add up to: 100 points in hundredths.
const Whole = 100_00

// leastCells is how many scored cells a post needs before its list may be published.
const leastCells = 5

// Duty is one duty of the company's own list. What it says stands in its Wording.
type Duty struct {
	CompanyID      rbac.CompanyID
	ID             id.Of[id.Duty]
	RegionPath     string
	OversightLine  int16
	Number         int
	Template       string // of the library; empty: the company's own
	LibraryVersion string // last compared with; empty: the company's own
	Category       string // post type it is grouped under
	AddedOn        day.Date
	DroppedOn      day.Date // the first day without it
	DroppedReason  string
	ChangedAt      time.Time
}

// Clause points into a law or standard.
type Clause struct {
	Code       string `yaml:"code" json:"code" maxLength:"20" doc:"short name of the document"`
	Ref        string `yaml:"ref" json:"ref" minLength:"1" maxLength:"100" doc:"title of the document"`
	Clause     string `yaml:"clause" json:"clause,omitempty" maxLength:"60" doc:"article, paragraph, item"`
	Confidence string `yaml:"confidence" json:"confidence,omitempty" maxLength:"20" doc:"how far the text was seen; empty: the company's own"`
}

// Wording is what a duty says in [ValidFrom, ValidTo).
type Wording struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Wording]
	RegionPath    string
	OversightLine int16
	DutyID        id.Of[id.Duty]
	Text          string
	Basis         db.JSON[[]Clause]
	Statutory     db.Texts // items of the Work Safety Law it fulfils, e.g. 21.5
	Frequency     string
	CheckMethod   string
	Evidence      string
	Modules       db.Texts // of the checklist library
	ValidFrom     day.Date
	ValidTo       day.Date
	ChangedAt     time.Time
}

// says reports whether w reads as t does.
func (w Wording) says(t Template) bool {
	return w.Text == t.Text && w.Frequency == t.Frequency && w.CheckMethod == t.CheckMethod && w.Evidence == t.Evidence &&
		slices.Equal(w.Basis.V, t.Basis) && slices.Equal(w.Modules, t.Modules) && slices.Equal(w.Statutory, t.Statutory)
}

// Share is a cell of the matrix: what a post has to do with a duty in [ValidFrom, ValidTo).
type Share struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[Share]
	RegionPath    string
	OversightLine int16
	DutyID        id.Of[id.Duty]
	PostID        id.Of[id.Post]
	Raci          Raci
	Kind          Kind
	Frequency     string // empty: the duty's; so the next two
	CheckMethod   string
	Evidence      string
	Score         int // hundredths of a point
	ValidFrom     day.Date
	ValidTo       day.Date
	ChangedAt     time.Time
}

// Cell is a share with what its duty says, as other modules use it.
type Cell struct {
	CellID      int64
	DutyID      id.Of[id.Duty]
	PostID      id.Of[id.Post]
	Text        string
	Basis       string // clauses, e.g. 《安全生产法(2021修正)》第二十五条第(五)项
	Frequency   string // per_shift, daily, weekly, monthly, quarterly, half_yearly, yearly, event, per_use
	CheckMethod string
	Evidence    string
	Kind        string   // main, direct, lead, supervise
	Raci        string   // A, R, AR (both), C, I
	Score       int      // hundredths of a point; a post's add up to 10000, those of C and I are 0
	Modules     []string // of the checklist library
	Statutory   string   // items of the Work Safety Law it fulfils, e.g. "21.2 21.6"; empty: none
}

// basis writes clauses as one line.
func basis(list []Clause) string {
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = c.Ref + c.Clause
		if !strings.Contains(c.Ref, "》") && !strings.Contains(c.Ref, "/T ") {
			parts[i] = "《" + c.Ref + "》" + c.Clause
		}
	}
	return strings.Join(parts, "；")
}

// rescale makes scores add up to Whole, keeping their proportion and order: what a division
// leaves goes to those it cut most. Scores that are all zero stay so.
func rescale(scores []int) []int {
	sum := 0
	for _, s := range scores {
		sum += s
	}
	out := make([]int, len(scores))
	if sum == 0 {
		return out
	}
	order, left := make([]int, len(scores)), Whole
	for i, s := range scores {
		out[i], order[i] = s*Whole/sum, i
		left -= out[i]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		if d := scores[b]*Whole%sum - scores[a]*Whole%sum; d != 0 {
			return d
		}
		return scores[b] - scores[a]
	})
	for _, i := range order[:left] {
		out[i]++
	}
	return out
}
