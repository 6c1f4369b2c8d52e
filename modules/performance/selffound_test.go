package performance

import (
	"math/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
)

// firm is a company of random people, duties and records, for comparing it with and without some
// hazards.
type firm struct {
	rules  *Rules
	units  []UnitRow
	tree   org.Tree
	seat   map[id.Of[id.Staff]]id.Of[id.Unit]
	staff  []id.Of[id.Staff]
	tasks  map[id.Of[id.Staff]][]Task
	manual map[id.Of[id.Staff]]int // deducted by a superior, hundredths
	deeds  map[id.Of[id.Staff]][]Deed
	blames map[id.Of[id.Staff]][]Blame
}

var (
	march1  = day.Of(2026, 3, 1)
	march31 = day.Of(2026, 3, 31)
	settled = day.Of(2026, 4, 20)
)

func randomFirm(r *rand.Rand, rules *Rules) *firm {
	f := &firm{
		rules: rules, tasks: map[id.Of[id.Staff]][]Task{}, manual: map[id.Of[id.Staff]]int{}, deeds: map[id.Of[id.Staff]][]Deed{},
		blames: map[id.Of[id.Staff]][]Blame{}, seat: map[id.Of[id.Staff]]id.Of[id.Unit]{},
	}
	director := id.Of[id.Staff](1)
	f.units = []UnitRow{
		{Kind: Enterprise},
		{UnitRef: 1, Kind: "workshop", HeadStaffID: &director},
		{UnitRef: 2, ParentRef: 1, Kind: "team"},
		{UnitRef: 3, ParentRef: 1, Kind: "team"},
		{UnitRef: 4, Kind: "department"},
	}
	f.tree.Units = []org.Unit{{ID: 1, Path: "1"}, {ID: 2, ParentID: 1, Path: "12"}, {ID: 3, ParentID: 1, Path: "13"}, {ID: 4, Path: "4"}}
	evidence := []string{"隐患复查单", "隐患上报", "会议纪要", "点检表"}
	for n := range 2 + r.Intn(9) {
		who := id.Of[id.Staff](n + 1)
		f.staff = append(f.staff, who)
		f.seat[who] = id.Of[id.Unit](1 + r.Intn(4))
		if n == 0 {
			f.seat[who] = 1
		}
		for c := range r.Intn(4) {
			t := Task{ID: id.Of[Task](n*10 + c + 1), CellID: id.Of[Cell](n*10 + c + 1), StaffID: who, Score: 100 * (1 + r.Intn(60)), EvidenceText: evidence[r.Intn(4)], Status: Pending}
			t.FromOn, t.DueOn, t.GraceUntil = march1, march31, march31.AddDays(r.Intn(8))
			f.tasks[who] = append(f.tasks[who], t)
		}
		for range r.Intn(3) {
			f.deeds[who] = append(f.deeds[who], Deed{StaffID: who, Kind: []DeedKind{DeedCheck, DeedHazardFixed}[r.Intn(2)], On: march1.AddDays(r.Intn(36))})
		}
		if r.Intn(4) == 0 {
			f.manual[who] = 100 * r.Intn(30)
		}
		for range r.Intn(2) {
			f.blames[who] = append(f.blames[who], Blame{HazardID: id.Of[id.Hazard](100 + n), OwnerID: who, FoundOn: march1.AddDays(3), Major: r.Intn(2) == 0, ByAuthority: true})
		}
	}
	return f
}

// find adds a hazard that one of the company found and another closed in time, or that is open
// and not overdue.
func (f *firm) find(r *rand.Rand, n int64) {
	anybody := func() id.Of[id.Staff] { return f.staff[r.Intn(len(f.staff))] }
	finder, owner, judge := anybody(), anybody(), anybody()
	at := march1.AddDays(r.Intn(31))
	add := func(who id.Of[id.Staff], k DeedKind, on day.Date) {
		f.deeds[who] = append(f.deeds[who], Deed{StaffID: who, Kind: k, On: on, Object: id.Of[Object](n)})
	}
	add(finder, DeedHazardFound, at)
	if r.Intn(3) > 0 {
		fixed := at.AddDays(r.Intn(10))
		add(owner, DeedHazardFixed, fixed)
		add(judge, DeedHazardAccepted, fixed.AddDays(r.Intn(5)))
	}
	f.blames[owner] = append(f.blames[owner], Blame{HazardID: id.Of[id.Hazard](n), OwnerID: owner, FoundBy: finder, FoundOn: at, Major: r.Intn(2) == 0})
}

// scores settles the tasks and computes everybody and every unit.
func (f *firm) scores() (people map[id.Of[id.Staff]]Result, units []UnitScore) {
	people = map[id.Of[id.Staff]]Result{}
	for _, list := range f.deeds {
		inOrder(list)
	}
	d := &desk{rules: f.rules, span: Span{From: march1, Until: march31}, blames: f.blames, seat: f.seat, tree: f.tree}
	var scored []Scored
	for _, who := range f.staff {
		m := matching{rules: f.rules, deeds: f.deeds, on: settled}
		w := Working{Deductions: []Deduction{}, Vetoes: []Veto{}}
		for _, t := range f.tasks[who] {
			m.match(&t, db.Tx{Now: time.Date(2026, 4, 20, 0, 0, 0, 0, time.UTC)})
			w.Cells = append(w.Cells, CellWork{CellID: t.CellID, Score: t.Score, Tasks: []TaskWork{{Status: t.Status}}})
		}
		if off := f.manual[who]; off > 0 {
			w.Deductions = append(w.Deductions, Deduction{Kind: OffManual, Points: off})
		}
		d.blame(&w, who)
		got := w.Compute(f.rules)
		people[who] = got
		unit := f.seat[who]
		scored = append(scored, Scored{who, &unit, got.Score})
	}
	return people, UnitScores(f.rules, f.units, scored)
}

var rank = map[Grade]int{D: 1, C: 2, B: 3, A: 4, Ungraded: 4}

// lowered tells whether a score, a grade or a unit's score is lower in the second than in the
// first. Nobody graded after having had nothing due may get less than the best.
func lowered(r *rand.Rand, rules *Rules) bool {
	f := randomFirm(r, rules)
	before, unitsBefore := f.scores()
	for n := range 1 + r.Intn(6) {
		f.find(r, int64(n+1))
	}
	after, unitsAfter := f.scores()
	for who, b := range before {
		a := after[who]
		if a.Score == nil && b.Score != nil || a.Score != nil && (b.Score != nil && *a.Score < *b.Score || b.Score == nil && *a.Score < 10_000) || rank[a.Grade] < rank[b.Grade] {
			return true
		}
	}
	for i, b := range unitsBefore {
		if a := unitsAfter[i].Exact; b.Exact != nil && (a == nil || a.Cmp(b.Exact) < 0) {
			return true
		}
	}
	return false
}

// What a company finds itself and closes in time, or has open and not overdue, lowers no score
// of a person, a team, a workshop or the company.
func TestFindingHazardsNeverLowersAScore(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewSource(41))
	rules := RulesOn(march31)
	for n := range 6_000 {
		require.False(t, lowered(r, rules), "firm %d", n)
	}
}

// The version before shows that the test can fail.
func TestTheRulesBeforeDidLower(t *testing.T) {
	t.Parallel()
	before, err := rulesOf("2026.1")
	require.NoError(t, err)
	r := rand.New(rand.NewSource(41))
	found := false
	for range 1000 {
		found = found || lowered(r, before)
	}
	require.True(t, found)
}
