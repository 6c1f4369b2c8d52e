package performance

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/id"
)

func cell(n int, score int, statuses ...Status) CellWork {
	c := CellWork{CellID: id.Of[Cell](n), Score: score, Frequency: Monthly, Tasks: []TaskWork{}}
	for i, s := range statuses {
		c.Tasks = append(c.Tasks, TaskWork{ID: id.Of[Task](n*100 + i), Status: s})
	}
	return c
}

// The worked table: what a person gets for what he did.
func TestWorkedScores(t *testing.T) {
	t.Parallel()
	r := RulesOn(day.Of(2026, 3, 31))
	hazard := Deduction{Kind: OffHazard, Points: r.Deductions.Hazard, HazardID: 1}
	major := Deduction{Kind: OffMajor, Points: r.Deductions.Major, HazardID: 2}
	for _, c := range []struct {
		name       string
		work       Working
		raw, score int // -1: none
		grade      Grade
		exact      string
	}{
		{"all done", Working{Cells: []CellWork{cell(1, 6000, Done), cell(2, 4000, Done, Done)}}, 10000, 10000, A, "100"},
		{"one late of two", Working{Cells: []CellWork{cell(1, 6000, Done, Late), cell(2, 4000, Done)}}, 8800, 8800, B, "88"},
		{"one missed", Working{Cells: []CellWork{cell(1, 6000, Done), cell(2, 4000, Missed)}}, 6000, 6000, C, "60"},
		{"excused is left out of the mean", Working{Cells: []CellWork{cell(1, 6000, Done, Excused), cell(2, 4000, Late)}}, 8400, 8400, B, "84"},
		{"a cell with nothing due is left out, the rest is 100", Working{Cells: []CellWork{cell(1, 6000, Done), cell(2, 2000, Late), cell(3, 2000)}}, 9000, 9000, A, "90"},
		{"thirds are exact, and cut", Working{Cells: []CellWork{cell(1, 10000, Done, Done, Missed)}}, 6666, 6666, C, "200/3"},
		{"just below A is B, and does not print as 90.00", Working{Cells: []CellWork{cell(1, 10000, append(many(Done, 8999), many(Missed, 1001)...)...)}}, 8999, 8999, B, "8999/100"},
		{"nothing due", Working{Cells: []CellWork{cell(1, 6000), cell(2, 4000, Excused)}}, -1, -1, Ungraded, ""},
		{"hazards others found", Working{Cells: []CellWork{cell(1, 10000, Done)}, Deductions: []Deduction{hazard, hazard, major}}, 10000, 8600, B, "86"},
		{"what was struck does not count", Working{Cells: []CellWork{cell(1, 10000, Done)}, Deductions: []Deduction{{Kind: OffMajor, Points: 1000, Struck: "已上报"}, hazard}}, 10000, 9800, A, "98"},
		{"never below zero", Working{Cells: []CellWork{cell(1, 10000, Missed)}, Deductions: []Deduction{hazard}}, 0, 0, D, "0"},
		{"a false record earns nothing", Working{Cells: []CellWork{{Score: 4000, Tasks: cell(1, 0, Done).Tasks, False: "补造记录"}, cell(2, 6000, Done)}}, 6000, 6000, C, "60"},
		{"a veto is D whatever the score", Working{Cells: []CellWork{cell(1, 10000, Done)}, Vetoes: []Veto{{Reason: "瞒报"}}}, 10000, 10000, D, "100"},
		{"a veto struck out", Working{Cells: []CellWork{cell(1, 10000, Done)}, Vetoes: []Veto{{Reason: "1", Struck: "期限已延长"}}}, 10000, 10000, A, "100"},
		{"per-shift duties are measured by checks", Working{
			Checks: ChecksWork{Done: 6, Late: 2, Missed: 2},
			Cells:  []CellWork{{Score: 5000, Frequency: PerShift, ByChecks: true}, cell(2, 5000, Done)},
		}, 8600, 8600, B, "86"},
		{"without checks to make they are left out", Working{Cells: []CellWork{{Score: 5000, Frequency: Daily, ByChecks: true}, cell(2, 5000, Late)}}, 6000, 6000, C, "60"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := c.work.Compute(r)
			require.Equal(t, []any{c.raw, c.score, c.grade, c.exact}, []any{or(got.Raw), or(got.Score), got.Grade, c.work.Exact})
		})
	}
}

func many(s Status, n int) []Status {
	out := make([]Status, n)
	for i := range out {
		out[i] = s
	}
	return out
}

func or(p *int) int {
	if p == nil {
		return -1
	}
	return *p
}

// Whatever happened: a score lies between 0 and 100, doing better never lowers it, scaling every
// cell alike changes nothing, and what was written down computes to the same again.
func TestScoreProperties(t *testing.T) {
	t.Parallel()
	r := RulesOn(day.Of(2026, 3, 31))
	d := rand.New(rand.NewPCG(22, 107))
	worse := []Status{Missed, Late, Done}
	for n := range 3000 {
		w := made(d)
		got := w.Compute(r)
		if got.Score == nil {
			continue
		}
		require.True(t, *got.Score >= 0 && *got.Score <= 10000 && *got.Score <= *got.Raw, "%d: %+v", n, w)
		again, err := readWorking(first(w.canonical()))
		require.NoError(t, err)
		require.Equal(t, got, again.Compute(r))
		_, hash := again.canonical()
		_, want := w.canonical()
		require.Equal(t, want, hash)

		better := w
		better.Cells = append([]CellWork{}, w.Cells...)
		i := d.IntN(len(better.Cells))
		better.Cells[i].Tasks = append([]TaskWork{}, better.Cells[i].Tasks...)
		for j, task := range better.Cells[i].Tasks {
			if k := index(worse, task.Status); k >= 0 && k < 2 {
				better.Cells[i].Tasks[j].Status = worse[k+1]
				break
			}
		}
		require.GreaterOrEqual(t, *better.Compute(r).Score, *got.Score, "%d", n)

		scaled := w
		scaled.Cells = append([]CellWork{}, w.Cells...)
		for j := range scaled.Cells {
			scaled.Cells[j].Score *= 3
		}
		require.Equal(t, *got.Raw, *scaled.Compute(r).Raw, "%d: scores of a post that add up to something else are rescaled", n)
	}
}

func first(a, _ string) string { return a }

func index(list []Status, s Status) int {
	for i, x := range list {
		if x == s {
			return i
		}
	}
	return -1
}

func made(d *rand.Rand) Working {
	all := []Status{Done, Late, Missed, Excused}
	w := Working{Checks: ChecksWork{Done: d.IntN(20), Late: d.IntN(3), Missed: d.IntN(5)}}
	for i := range 1 + d.IntN(8) {
		var s []Status
		for range d.IntN(6) {
			s = append(s, all[d.IntN(4)])
		}
		c := cell(i+1, 100*(1+d.IntN(30)), s...)
		c.ByChecks = d.IntN(4) == 0
		w.Cells = append(w.Cells, c)
	}
	for range d.IntN(4) {
		w.Deductions = append(w.Deductions, Deduction{Kind: OffHazard, Points: 200})
	}
	return w
}

func TestUnitScores(t *testing.T) {
	t.Parallel()
	r := RulesOn(day.Of(2026, 3, 31))
	unit := func(n, parent int64, kind string, head int64) UnitRow {
		u := UnitRow{UnitRef: n, ParentRef: parent, Kind: kind}
		if head != 0 {
			h := id.Of[id.Staff](head)
			u.HeadStaffID = &h
		}
		return u
	}
	units := []UnitRow{unit(0, 0, Enterprise, 0), unit(1, 0, "department", 0), unit(2, 0, "workshop", 20), unit(3, 2, "team", 30), unit(4, 2, "team", 0), unit(5, 0, "workshop", 50)}
	person := func(n, unit int64, score int) Scored {
		u := id.Of[id.Unit](unit)
		s := Scored{StaffID: id.Of[id.Staff](n), UnitID: &u}
		if score >= 0 {
			s.Score = &score
		}
		return s
	}
	got := UnitScores(r, units, []Scored{
		person(10, 1, 9000), person(11, 1, 8000), // department: 85
		person(20, 2, 7000),                       // director
		person(30, 3, 10000), person(31, 3, 8000), // team: 90
		person(40, 4, 6000), person(41, 4, -1), // team: 60, one without a score
	})
	want := map[int64]string{1: "85", 3: "90", 4: "60", 2: "147/2"} // 0.7 × 75 + 0.3 × 70 = 73.5
	for _, u := range got {
		if w, ok := want[u.UnitRef]; ok {
			require.Equal(t, w, u.Exact.RatString(), "unit %d", u.UnitRef)
		}
	}
	require.Nil(t, got[5].Exact, "nobody there has a score")
	// (85 × 2 + 73.5 × 5) / 7: by headcount, with or without a score
	require.Equal(t, new(big.Rat).SetFrac64(1075, 14).RatString(), got[0].Exact.RatString())
	require.Equal(t, []int{7, 6}, []int{got[0].People, got[0].Measured})
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		f                Frequency
		on               day.Date
		key, from, until string
	}{
		{Weekly, day.Of(2026, 1, 1), "2026-W01", "2025-12-29", "2026-01-04"},
		{Weekly, day.Of(2027, 1, 3), "2026-W53", "2026-12-28", "2027-01-03"},
		{Monthly, day.Of(2028, 2, 29), "2028-02", "2028-02-01", "2028-02-29"},
		{Quarterly, day.Of(2026, 11, 22), "2026-Q4", "2026-10-01", "2026-12-31"},
		{HalfYearly, day.Of(2026, 7, 1), "2026-H2", "2026-07-01", "2026-12-31"},
		{HalfYearly, day.Of(2026, 6, 30), "2026-H1", "2026-01-01", "2026-06-30"},
		{Yearly, day.Of(2026, 6, 30), "2026", "2026-01-01", "2026-12-31"},
	} {
		s, ok := c.f.At(c.on)
		require.True(t, ok)
		require.Equal(t, []string{c.key, c.from, c.until}, []string{s.Key, s.From.String(), s.Until.String()})
		if c.f != Weekly {
			f, back, err := SpanOf(c.key)
			require.NoError(t, err)
			require.Equal(t, []any{c.f, s}, []any{f, back})
		}
	}
	for _, bad := range []string{"", "2026-13", "2026-Q5", "2026-H3", "2026-W01", "26-01", "2026-1", "2026-Q1x", "20261"} {
		_, _, err := SpanOf(bad)
		require.ErrorIs(t, err, ErrPeriod, bad)
	}
}

// Every duty of the library is measured by something, and most of what the system records is used.
func TestMeasures(t *testing.T) {
	t.Parallel()
	r := RulesOn(day.Of(2026, 3, 31))
	for _, c := range []struct{ template, evidence, want string }{
		{"safety_manager-08", "复查单", "hazards"},
		{"workshop_director-02", "检查单", "checks"},
		{"electrician-02", "巡检记录", "checks"},
		{"principal-02", "会议纪要、督办表", "meetings"},
		{"safety_director-03", "调度会议纪要", "meetings"},
		{"team_leader-07", "演练记录", "drills"},
		{"welder-01", "证书", "certificate"},
		{"safety_manager-06", "证书台账", "certificate-book"},
		{"principal-01", "责任制文件、责任书", "documents"},
		{"", "", "documents"},
	} {
		require.Equal(t, c.want, r.MeasureOf(c.template, c.evidence).ID, c.evidence)
	}
	require.True(t, r.covers([]string{"ELE"}, []string{"ELE", "FIR"}))
	require.False(t, r.covers([]string{"ELE"}, []string{"FIR"}))
	require.True(t, r.covers([]string{"RSK"}, []string{"FIR"}), "risk is about everything")
}

func TestAssessedBy(t *testing.T) {
	t.Parallel()
	s := RulesOn(day.Of(2026, 3, 31)).setting(homeOf(1))
	for _, c := range []struct {
		f    Frequency
		kind string
		want bool
	}{{Monthly, "team", true}, {Monthly, "workshop", false}, {Quarterly, "department", true}, {Quarterly, "team", true}, {Quarterly, "", false}, {Yearly, "", true}} {
		require.Equal(t, c.want, s.assesses(c.f, c.kind), fmt.Sprint(c))
	}
}
