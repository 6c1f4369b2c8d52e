package training

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/rbac"
)

func firmOf(r Risk) Firm { return Firm{Risk: r, RegionPath: "330784105"} }

// What the rules ask of whom: class hours by pot.
func TestDuties(t *testing.T) {
	t.Parallel()
	old, fresh := day.Of(2015, 3, 1), day.Of(2026, 3, 1)
	for name, c := range map[string]struct {
		risk  Risk
		types []string
		since day.Date
		want  map[pot]int
	}{
		"principal":                 {General, []string{"principal"}, old, map[pot]int{potAnnual: 12}},
		"principal, first year":     {General, []string{"principal"}, fresh, map[pot]int{potFirst: 32}},
		"principal, hazardous":      {Hazardous, []string{"principal"}, old, map[pot]int{potAnnual: 16}},
		"safety manager, hazardous": {Hazardous, []string{"safety_manager"}, fresh, map[pot]int{potFirst: 48}},
		"safety director":           {General, []string{"safety_director"}, old, map[pot]int{potAnnual: 12}},
		"worker":                    {General, []string{"warehouse_keeper"}, old, map[pot]int{potAnnual: 8}},
		"worker, joined unknown":    {General, []string{}, day.Date{}, map[pot]int{potAnnual: 8}},
		"new worker":                {General, []string{"warehouse_keeper"}, fresh, map[pot]int{potFirst: 24}},
		"new worker, hazardous":     {Hazardous, nil, fresh, map[pot]int{potFirst: 72}},
		"worker, hazardous":         {Hazardous, nil, old, map[pot]int{potAnnual: 20}},
		"new worker, construction":  {Construction, nil, fresh, map[pot]int{potFirst: 50}},
		"worker, construction":      {Construction, nil, old, map[pot]int{potAnnual: 8}},
		"principal, construction":   {Construction, []string{"principal"}, old, map[pot]int{potAnnual: 12}},
		"team leader":               {General, []string{"team_leader"}, old, map[pot]int{potAnnual: 24}},
		"team leader, hazardous":    {Hazardous, []string{"team_leader"}, old, map[pot]int{potAnnual: 20}},
		"exposed worker":            {General, []string{"welder"}, old, map[pot]int{potAnnual: 8, potHealth: 4}},
		"new exposed worker":        {General, []string{"welder"}, fresh, map[pot]int{potFirst: 24, potHealthFirst: 8}},
		"two roles, the longer":     {General, []string{"principal", "safety_manager"}, old, map[pot]int{potAnnual: 12}},
	} {
		got := map[pot]int{}
		for _, d := range Books()[0].Duties(Facts{Types: c.types, JoinedOn: c.since}, firmOf(c.risk), usual(rbac.Home{}), 2026) {
			got[d.Pot] = d.Need / ClassHour
			require.Contains(t, d.By.String(), "2026", name)
		}
		require.Equal(t, c.want, got, name)
	}
}

func TestDutiesOfHealthManagers(t *testing.T) {
	t.Parallel()
	firm, set, b := firmOf(General), usual(rbac.Home{}), Books()[0]
	firm.Exposed = true
	of := func(joined day.Date) (out []string) {
		for _, d := range b.Duties(Facts{Types: []string{"principal"}, JoinedOn: joined}, firm, set, 2026) {
			out = append(out, fmt.Sprint(d.Rule, " ", d.Need/ClassHour))
		}
		return out
	}
	require.Equal(t, []string{"TH-02 12", "TH-31 8"}, of(day.Of(2010, 1, 1)))
	require.Equal(t, []string{"TH-01 32", "TH-30 16"}, of(day.Of(2026, 1, 1)))
	set.Health = false
	require.Equal(t, []string{"TH-02 12"}, of(day.Of(2010, 1, 1)))
}

// Another post, or back after the months that hold in the region.
func TestTransferAndReturn(t *testing.T) {
	t.Parallel()
	b, set := Books()[0], usual(rbac.Home{})
	require.Equal(t, 12, b.Absence("330784"))
	require.Equal(t, 6, b.Absence("370102001"), "Shandong")
	joined := day.Of(2020, 1, 1)
	for name, c := range map[string]struct {
		region      string
		until, from day.Date
		changed     bool
		months      int16
		want        pot
	}{
		"at once":                      {"330784", day.Of(2026, 2, 28), day.Of(2026, 3, 1), true, 0, potMoved},
		"the same post, at once":       {"330784", day.Of(2026, 2, 28), day.Of(2026, 3, 1), false, 0, ""},
		"a year away":                  {"330784", day.Of(2025, 2, 28), day.Of(2026, 3, 1), false, 0, potBack},
		"a day less than a year":       {"330784", day.Of(2025, 3, 1), day.Of(2026, 3, 1), false, 0, ""},
		"half a year away":             {"330784", day.Of(2025, 8, 31), day.Of(2026, 3, 1), false, 0, ""},
		"half a year away, Shandong":   {"370102", day.Of(2025, 8, 31), day.Of(2026, 3, 1), false, 0, potBack},
		"as the firm chose":            {"330784", day.Of(2025, 11, 30), day.Of(2026, 3, 1), true, 3, potBack},
		"the year before: not due now": {"330784", day.Of(2025, 2, 28), day.Of(2025, 3, 1), true, 0, ""},
	} {
		set.AbsenceMonths = c.months
		var got pot
		for _, d := range b.Duties(Facts{JoinedOn: joined, BeforeUntil: c.until, PostSince: c.from, Changed: c.changed}, Firm{Risk: General, RegionPath: c.region}, set, 2026) {
			if d.Pot != potAnnual {
				got = d.Pot
				require.Equal(t, 8*ClassHour, d.Need, name)
				require.Equal(t, []string{LevelWorkshop, LevelTeam}, d.all, name)
			}
		}
		require.Equal(t, c.want, got, name)
	}
}

func yes(v bool) *bool { return &v }

func TestReckonOfANewWorker(t *testing.T) {
	t.Parallel()
	b, joined := Books()[0], day.Of(2026, 3, 2)
	duties := b.Duties(Facts{JoinedOn: joined}, firmOf(General), usual(rbac.Home{}), 2026)
	level := func(l string, hours int, card bool, passed *bool) Had {
		return Had{HeldOn: day.Of(2026, 2, 27), Phase: PhaseInitial, Level: l, Kind: threeLevel, Minutes: hours * ClassHour, Card: card, Passed: passed}
	}
	had := []Had{level(LevelFactory, 8, false, nil), level(LevelWorkshop, 8, false, nil)}
	s := Reckon(duties, had, 2026, day.Of(2026, 12, 31))
	first, ok := s.First()
	require.True(t, ok)
	require.Equal(t, []any{16 * ClassHour, 8 * ClassHour, []string{LevelTeam}, true, false}, []any{first.Had, s.Missing, first.Levels, first.Exam, s.Met})

	had = append(had, level(LevelTeam, 8, false, nil))
	s = Reckon(duties, had, 2026, day.Of(2026, 12, 31))
	require.Zero(t, s.Missing)
	require.False(t, s.Met, "no exam was passed")

	for _, l := range []string{LevelFactory, LevelWorkshop, LevelTeam} { // the card says the same once more
		had = append(had, level(l, 8, true, yes(true)))
	}
	s = Reckon(duties, had, 2026, day.Of(2026, 12, 31))
	require.True(t, s.Met)
	require.Equal(t, 24*ClassHour, s.All, "what a card and a session tell of the same level counts once")

	require.Equal(t, 24*ClassHour, Reckon(duties, had, 2026, day.Of(2026, 2, 26)).Missing, "not before it was held")
	require.Equal(t, 24*ClassHour, Reckon(duties, []Had{level(LevelFactory, 30, false, yes(false))}, 2026, day.Of(2026, 12, 31)).Missing, "a failed exam gives no hours")
}

func TestPots(t *testing.T) {
	t.Parallel()
	b := Books()[0]
	welder := b.Duties(Facts{Types: []string{"welder"}, JoinedOn: day.Of(2010, 1, 1)}, firmOf(General), usual(rbac.Home{}), 2026)
	on := day.Of(2026, 5, 1)
	require.Equal(t, potHealth, counts(welder, Had{HeldOn: on, Kind: HealthCourse, Phase: PhaseAnnual}))
	require.Equal(t, potAnnual, counts(welder, Had{HeldOn: on, Kind: "fire", Phase: PhaseSpecial}))
	require.Equal(t, potAnnual, counts(welder, Had{HeldOn: on, Phase: PhaseInitial}), "nothing is asked before work: it counts for the year")
	require.Empty(t, counts(welder, Had{HeldOn: day.Of(2025, 12, 31), Phase: PhaseAnnual}))
	keeper := b.Duties(Facts{JoinedOn: day.Of(2010, 1, 1)}, firmOf(General), usual(rbac.Home{}), 2026)
	require.Equal(t, potAnnual, counts(keeper, Had{HeldOn: on, Kind: HealthCourse, Phase: PhaseAnnual}))
}

// Over many made-up people and trainings: more training never leaves more missing, nothing counts twice, and the parts
// come to the whole.
func TestReckonHolds(t *testing.T) {
	t.Parallel()
	dice := rand.New(rand.NewPCG(7, 26))
	b := Books()[0]
	types := []string{"principal", "safety_manager", "safety_director", "team_leader", "welder", "stamping_operator", "warehouse_keeper"}
	phases := []string{PhaseInitial, PhaseAnnual, PhaseTransfer, PhaseReturn, PhaseSpecial}
	levels := []string{"", "", LevelFactory, LevelWorkshop, LevelTeam}
	kinds := []string{"annual", HealthCourse, threeLevel, "fire"}
	someDay := func(from, span int) day.Date { return day.Of(from, time.January, 1).AddDays(dice.IntN(span)) }
	for range 3000 {
		firm := Firm{Risk: []Risk{General, Hazardous, Construction}[dice.IntN(3)], RegionPath: []string{"33", "37"}[dice.IntN(2)], Exposed: dice.IntN(2) == 0}
		f := Facts{Types: types[dice.IntN(3) : 3+dice.IntN(4)], JoinedOn: someDay(2024, 1000), Changed: dice.IntN(2) == 0}
		if dice.IntN(2) == 0 {
			f.PostSince = someDay(2026, 300)
			f.BeforeUntil = f.PostSince.AddDays(-1 - dice.IntN(700))
		}
		duties := b.Duties(f, firm, usual(rbac.Home{}), 2026)
		var had []Had
		last := day.Of(2026, 12, 31)
		before := Reckon(duties, had, 2026, last)
		minutes := 0
		for range 1 + dice.IntN(12) {
			h := Had{
				HeldOn: someDay(2025, 729), Phase: phases[dice.IntN(5)], Level: levels[dice.IntN(5)], Kind: kinds[dice.IntN(4)], Minutes: dice.IntN(20 * ClassHour), Card: dice.IntN(3) == 0,
				Passed: []*bool{nil, yes(true), yes(false)}[dice.IntN(3)],
			}
			had = append(had, h)
			minutes += h.Minutes
			s := Reckon(duties, had, 2026, last)
			require.LessOrEqual(t, s.Missing, before.Missing, "more training, more missing")
			require.False(t, before.Met && !s.Met)
			sum, need, missing := 0, 0, 0
			for _, d := range s.Duties {
				sum, need, missing = sum+d.Had, need+d.Need, missing+d.Missing()
				require.Positive(t, d.Need)
			}
			require.LessOrEqual(t, sum, minutes, "counted twice")
			require.Equal(t, []int{need, missing, need - missing}, []int{s.Required, s.Missing, s.Had})
			for m := day.Of(2026, 1, 1); !m.After(last); m = m.AddMonths(3) {
				require.LessOrEqual(t, s.Missing, Reckon(duties, had, 2026, m).Missing, "time passes")
			}
			before = s
		}
		slices.Reverse(had)
		require.Equal(t, before, Reckon(duties, had, 2026, last), "the order does not matter")
	}
}

// Every rule is there with its source, and the figures are those of the catalogue.
func TestBook(t *testing.T) {
	t.Parallel()
	b := BookOn(day.Of(2026, 1, 1))
	require.Len(t, b.Rules, 31)
	hours := map[string]int{}
	for i, r := range b.Rules {
		require.Equal(t, fmt.Sprintf("TH-%02d", i+1), r.ID)
		require.NotEmpty(t, r.Basis, r.ID)
		require.Contains(t, []string{"verified", "memory", "design"}, r.Confidence, r.ID)
		require.True(t, slices.ContainsFunc(b.Kinds, func(k PersonKind) bool { return k.ID == r.Kind }), r.ID)
		hours[r.ID] = r.Hours
	}
	for id, n := range map[string]int{"TH-01": 32, "TH-02": 12, "TH-03": 48, "TH-04": 16, "TH-13": 24, "TH-14": 72, "TH-15": 50, "TH-16": 20, "TH-17": 8, "TH-18": 24, "TH-25": 8, "TH-27": 24, "TH-28": 8, "TH-29": 4, "TH-30": 16, "TH-31": 8} {
		require.Equal(t, n, hours[id], id)
	}
	require.Equal(t, map[string]int{LevelFactory: 360, LevelWorkshop: 360, LevelTeam: 360}, b.Parted(General))
	require.Equal(t, map[string]int{LevelFactory: 675, LevelWorkshop: 675, LevelTeam: 900}, b.Parted(Construction))
	for industry, want := range map[string]Risk{"0610": Hazardous, "3110": Hazardous, "2614": Hazardous, "4710": Construction, "3311": General, "": General} {
		require.Equal(t, want, b.RiskOf(industry, ""), industry)
	}
	require.Equal(t, Hazardous, b.RiskOf("5162", "危险化学品经营"))
}

func TestReadyCourses(t *testing.T) {
	t.Parallel()
	codes := map[string]bool{}
	for _, r := range ReadyCourses() {
		require.False(t, codes[r.Code], r.Code)
		codes[r.Code] = true
		require.NotEmpty(t, r.Outline, r.Code)
		require.NotEmpty(t, r.En, r.Code)
		require.NotEmpty(t, r.Source, r.Code)
		require.Positive(t, r.Hours, r.Code)
		c := Course{}
		require.NoError(t, c.enter(CourseForm{Kind: r.Kind, Phase: r.Phase, Level: r.Level, Title: r.Zh, Minutes: 45}), r.Code)
	}
	for _, u := range usualYear {
		require.True(t, codes[u.code], u.code)
	}
	first, _ := readyBy("first-class")
	require.Equal(t, "2026-02-24", first.day(day.Of(2026, 1, 10)).String(), "the first working day after the Spring Festival")
	require.Equal(t, 2027, first.day(day.Of(2026, 11, 23)).Year())
	month, _ := readyBy("safety-month")
	require.Equal(t, "2026-06-01", month.day(day.Of(2026, 1, 10)).String())
	require.Equal(t, "2027-06-01", month.day(day.Of(2026, 7, 1)).String())
}

func TestHoursAreWrittenAndRead(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]int{"1": 45, "2.5": 113, "0.5": 23, "8": 360, "2.50": 113} {
		got, ok := minutesOf(s)
		require.True(t, ok, s)
		require.Equal(t, want, got, s)
	}
	for _, s := range []string{"", "0", "x", "-1", "1.x", "301", "1.-5"} {
		_, ok := minutesOf(s)
		require.False(t, ok, s)
	}
	for m, want := range map[int]string{45: "1", 113: "2.5", 0: "0", 44: "0.9"} {
		require.Equal(t, want, hoursText(m))
	}
	require.Equal(t, "99.9%", percent(9996, 10000))
}
