package permit_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/id"
	"anbiao/modules/permit"
)

func TestForms(t *testing.T) {
	t.Parallel()
	shorts := map[string]bool{}
	for _, p := range permit.Every {
		require.Len(t, p.Forms, 7)
		for _, f := range p.Forms {
			require.NotEmpty(t, f.Levels, f.Kind)
			require.False(t, shorts[p.Version+f.Short], f.Kind)
			shorts[p.Version+f.Short] = true
			phases := map[string]int{}
			codes := map[string]bool{}
			for _, it := range f.Items {
				phases[it.Phase]++
				require.False(t, codes[it.Code], it.Code)
				codes[it.Code] = true
			}
			require.NotZero(t, phases[permit.PhaseApprove], f.Kind)
			require.NotZero(t, phases[permit.PhaseStart], f.Kind)
			require.Equal(t, len(f.Items), phases[permit.PhaseApprove]+phases[permit.PhaseStart]+phases[permit.PhaseResume]+phases[permit.PhaseClose], f.Kind)
			for _, l := range f.Levels {
				require.Positive(t, l.MaxHours, f.Kind+l.Code)
				require.NotEmpty(t, l.Approvers)
				require.Contains(t, []string{"verified", "document_seen", "memory", "design"}, l.Confidence)
			}
		}
	}
	require.Equal(t, permit.Every[0].Version, permit.PackOn(day.Of(2026, 11, 22)).Version)
	require.Contains(t, permit.Triggered(), "HOT-08")
}

func TestLevels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ kind, key, value, want string }{
		{"height", "height", "2", "I"}, // GB/T 3608-2008: 2 m ≤ h ≤ 5 m
		{"height", "height", "5", "I"},
		{"height", "height", "5.1", "II"},
		{"height", "height", "15", "II"},
		{"height", "height", "30", "III"},
		{"height", "height", "30.5", "IV"},
		{"lifting", "weight", "39.9", "third"}, // GB 30871-2022: 40 t ≤ m ≤ 100 t is level 2
		{"lifting", "weight", "40", "second"},
		{"lifting", "weight", "100", "second"},
		{"lifting", "weight", "100.5", "first"},
		{"excavation", "depth", "9", "only"},
	} {
		require.Equal(t, c.want, permit.Least(c.kind, permit.Detail{Key: c.key, Value: c.value}), c.kind+c.value)
	}
}

func TestGasLimits(t *testing.T) {
	t.Parallel()
	gases := map[string]permit.Gas{}
	for _, kind := range []string{"hot_work", "confined_space"} {
		for _, g := range permit.FormOf(kind).Gases {
			gases[kind+"/"+g.Key] = g
		}
	}
	for _, c := range []struct {
		gas, value string
		ok, known  bool
	}{
		{"confined_space/oxygen", "19.5", true, true},
		{"confined_space/oxygen", "19.4", false, true},
		{"confined_space/oxygen", "23.5", true, true},
		{"confined_space/oxygen", "23.6", false, true},
		{"confined_space/lel", "10", true, true},
		{"confined_space/lel", "10.1", false, true},
		{"confined_space/h2s", "10.00", true, true},
		{"confined_space/co", "20.5", false, true},
		{"hot_work/combustible", "0.5", true, true},
		{"hot_work/combustible", "0.51", false, true},
		{"hot_work/combustible_low", "0.2", true, true},
		{"hot_work/combustible_low", "0.21", false, true},
		{"hot_work/combustible", "", false, false},
		{"hot_work/combustible", "abc", false, false},
	} {
		ok, known := permit.Within(gases[c.gas], c.value)
		require.Equal(t, [2]bool{c.ok, c.known}, [2]bool{ok, known}, c.gas+" "+c.value)
	}
}

func TestWhoLacksWhat(t *testing.T) {
	t.Parallel()
	on := day.Of(2026, 3, 10)
	weld := permit.Holding{Kind: "special_operation", Operation: "SO0201", Valid: true, ValidUntil: day.Of(2027, 1, 1)}
	old := permit.Holding{Kind: "special_operation", Operation: "SO0201", ValidUntil: day.Of(2026, 3, 9)}
	guard := permit.Holding{Kind: "permit_guardian", Valid: true}
	crew := func(m ...permit.Member) []permit.Member { return m }
	held := map[id.Of[id.Staff]][]permit.Holding{1: {weld}, 2: {old}, 3: {guard}, 4: {{Kind: "special_operation", Operation: "SO0102", Valid: true}}}
	for name, c := range map[string]struct {
		kind    string
		crew    []permit.Member
		watcher id.Of[id.Staff]
		want    []string
	}{
		"all hold theirs":                     {"hot_work", crew(permit.Member{StaffID: 1, Name: "甲"}), 3, nil},
		"a lapsed card names its day":         {"hot_work", crew(permit.Member{StaffID: 2, Name: "乙"}), 3, []string{"乙 lapsed 2026-03-09"}},
		"another trade is no card":            {"hot_work", crew(permit.Member{StaffID: 4, Name: "丁"}), 3, []string{"丁 missing "}},
		"the watcher's too":                   {"hot_work", crew(permit.Member{StaffID: 1, Name: "甲"}), 1, []string{"守 missing "}},
		"a contractor's card to its last day": {"hot_work", crew(permit.Member{Name: "外", Firm: "外协", CardUntil: on}), 3, nil},
		"a contractor's card past it":         {"hot_work", crew(permit.Member{Name: "外", Firm: "外协", CardUntil: on.AddDays(-1)}), 3, []string{"外 lapsed 2026-03-09"}},
		"one electrician is enough":           {"temporary_power", crew(permit.Member{StaffID: 4, Name: "丁"}, permit.Member{StaffID: 1, Name: "甲"}), 3, nil},
		"nobody is one":                       {"temporary_power", crew(permit.Member{StaffID: 1, Name: "甲"}), 3, []string{"甲 missing "}},
		"digging asks for none":               {"excavation", crew(permit.Member{StaffID: 9, Name: "己"}), 8, nil},
	} {
		var got []string
		for _, l := range permit.Lacking(permit.FormOf(c.kind), c.crew, c.watcher, "守", held, on) {
			until := ""
			if !l.ValidUntil.IsZero() {
				until = l.ValidUntil.String()
			}
			got = append(got, l.Name+" "+l.State+" "+until)
		}
		require.Equal(t, c.want, got, name)
	}
}

func TestTimesInSheets(t *testing.T) {
	t.Parallel()
	want := time.Date(2023, 6, 12, 0, 30, 0, 0, time.UTC)
	for _, s := range []string{"2023-06-12 08:30", "2023/6/12 8:30", "2023年6月12日 8时30分", "2023-06-12T08:30:00", "2023.6.12 8：30"} {
		got, ok := permit.Instant(s)
		require.True(t, ok, s)
		require.Equal(t, want, got, s)
	}
	for _, s := range []string{"", "明天", "2023-13-01", "0023-01-01"} {
		_, ok := permit.Instant(s)
		require.False(t, ok, s)
	}
}
