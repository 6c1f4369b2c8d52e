package oversight

import (
	"slices"
	"strings"
)

// Band is a range of whole points or percents, both ends in it.
type Band struct{ From, Until int32 }

// Filter narrows the list, and everything that counts or draws what is on it. Its fields hold
// together (and); several values of one field are one or the other.
type Filter struct {
	Division   string   // path of an area; "" is all the actor oversees
	Industry   string   // beginning of the code
	Line       int16    // supervision line; 0: all
	Colours    []int16  // none: all
	Sizes      []int16  // none: all
	Open       bool     // with hazards that are not closed
	Overdue    bool     // with hazards overdue
	Majors     bool     // with major hazards that are not closed
	Missing    bool     // with a report missing
	Silent     int      // no report within so many days; 0: all
	Inactive   bool     // nobody has signed in yet
	Must       bool     // must join standardization (六个一律)
	Signals    bool     // with signals about its records
	Levels     []string // of standardization; "-": none held
	GradeUntil int      // the level ends within so many days; 0: all
	Classes    []string // A to D; "-": none
	Live       *Band    // live score in points
	Certs      *Band    // certificate rate in percent
	Funds      *Band    // fund use rate in percent
	Name       string   // part of the name
	USCC       string   // beginning of the code
	Person     string   // part of the name of somebody in charge
	SortOrder  string   // one of orders; "-" before a column turns it round
}

// order is a named order of the list.
type order struct {
	column string // expression over alias b
	kind   string // its type in SQL
	desc   bool
	colour bool // the colour comes first, worst first
	narrow bool // within one county only: no index carries it
}

// orders are the named sorts, which have covering indexes at every level, and the columns that a
// county's rows can be sorted by.
var orders = withColumns(map[string]order{
	"standing": {column: "b.score", kind: "int", colour: true}, "best": {column: "b.score", kind: "int", desc: true, colour: true},
	"overdue": {column: "b.overdue", kind: "int", desc: true}, "least-overdue": {column: "b.overdue", kind: "int"},
	"open": {column: "b.open", kind: "int", desc: true}, "least-open": {column: "b.open", kind: "int"},
	"report": {column: "b.last_report", kind: "int"}, "latest-report": {column: "b.last_report", kind: "int", desc: true},
}, map[string]order{
	"name": {column: `left(b.name_fold, 40) COLLATE "C"`, kind: "text"}, "uscc": {column: `b.uscc COLLATE "C"`, kind: "text"}, "person": {column: `left(b.person_fold, 40) COLLATE "C"`, kind: "text"},
	"town": {column: "b.region_path", kind: "text"}, "industry": {column: `b.industry COLLATE "C"`, kind: "text"},
	"size": {column: "b.size_class", kind: "int"}, "score": {column: "b.score", kind: "int"}, "live": {column: "b.live", kind: "int"},
	"level":      {column: "coalesce(array_position('{1,2,3,pass}'::text[], b.level), 9)", kind: "int"},
	"gradeUntil": {column: "CASE b.grade_until WHEN 0 THEN 99999999 ELSE b.grade_until END", kind: "int"},
	"class":      {column: "coalesce(array_position('{A,B,C,D}'::text[], b.class), 9)", kind: "int"},
	"majors":     {column: "b.major_open", kind: "int"}, "missing": {column: "b.missing", kind: "int"}, "signals": {column: "b.signals", kind: "int"},
	"certificates": {column: "CASE WHEN b.cert_den > 0 THEN b.cert_num::bigint * 10000 / b.cert_den ELSE -1 END", kind: "bigint"},
	"funds":        {column: "CASE WHEN b.fund_den > 0 THEN b.fund_num * 10000 / b.fund_den ELSE -1 END", kind: "bigint"},
	"must":         {column: "b.must_join::int", kind: "int"}, "activated": {column: "b.activated::int", kind: "int"},
})

// withColumns adds both directions of each column to the named sorts.
func withColumns(named, columns map[string]order) map[string]order {
	for key, o := range columns {
		o.narrow = true
		named[key] = o
		o.desc = true
		named["-"+key] = o
	}
	return named
}

// countyDepth is the length of a county's path.
const countyDepth = 6

// cityDepth is the length of a city's path.
const cityDepth = 4

// sorted returns the order a filter asks for over areas of the given depth. Errors: ErrSort.
func (f Filter) sorted(depth int) (order, error) {
	o, ok := orders[f.SortOrder]
	if !ok || o.narrow && depth < countyDepth {
		return o, ErrSort.At("query.sort")
	}
	return o, nil
}

// searches reports whether the rows are found by an index of their names or codes.
func (f Filter) searches() bool { return f.Name != "" || f.USCC != "" || f.Person != "" }

// rare reports whether few companies may pass, so that walking an order until a page is full would
// walk all of it; they are gathered first instead.
func (f Filter) rare(o order) bool {
	behind := f.Overdue || f.Missing || f.Open
	blue := slices.Contains(f.Colours, int16(Blue)) && !o.colour // an order by colour comes to the blue ones last
	return f.searches() || f.Majors || f.Signals || f.GradeUntil > 0 || f.Silent > 0 || f.Live != nil || f.Certs != nil || f.Funds != nil ||
		blue && behind || (len(f.Levels) > 0 || len(f.Classes) > 0 || f.Must || f.Line != 0) && f.more()
}

// more reports whether something besides the level, class, line or must-join narrows the list.
func (f Filter) more() bool {
	return len(f.Colours) > 0 || len(f.Sizes) > 0 || f.Industry != "" || f.Overdue || f.Missing || f.Open || f.Inactive
}

// ready reports whether the counts that are kept ready answer how many companies pass: of an area
// down to the town, by colour and line, with at most one further mark.
func (f Filter) ready() bool {
	marks := 0
	for _, on := range []bool{f.Overdue, f.Missing, f.Inactive} {
		if on {
			marks++
		}
	}
	rest := f
	rest.Division, rest.Line, rest.Colours, rest.Overdue, rest.Missing, rest.Inactive = "", 0, nil, false, false, false
	return marks <= 1 && len(f.Division) <= deepest && rest.plain()
}

// plain reports whether nothing narrows the list.
func (f Filter) plain() bool {
	return f.Division == "" && f.Line == 0 && !f.more() && !f.searches() && len(f.Levels) == 0 && len(f.Classes) == 0 && !f.Must && !f.Signals && !f.Majors &&
		f.GradeUntil == 0 && f.Silent == 0 && f.Live == nil && f.Certs == nil && f.Funds == nil
}

// held splits the values of a field into those that are held and whether none at all is asked for, too.
func held(values []string) (some []string, none bool) {
	for _, v := range values {
		if v == "-" {
			none = true
		} else if strings.TrimSpace(v) != "" {
			some = append(some, v)
		}
	}
	return some, none
}
