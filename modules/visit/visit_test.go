package visit

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

func on(t *testing.T, s string) day.Date {
	t.Helper()
	d, err := day.Parse(s)
	require.NoError(t, err)
	return d
}

func firms(class string, from, n int) (out []Candidate) {
	for i := range n {
		out = append(out, Candidate{CompanyID: rbac.CompanyID(from + i), Name: "企业", Class: class})
	}
	return out
}

// TestDraw: every company has exactly the visits of its class, a fraction as many companies as it asks, and the same lots
// give the same draw whatever the order of the candidates.
func TestDraw(t *testing.T) {
	t.Parallel()
	all := slices.Concat(firms("A", 1, 10), firms("B", 101, 30), firms("C", 201, 20), firms("D", 301, 5), firms("", 401, 51))
	l := Lots{Seed: 20261122, Times: map[string]int{"A": 50, "B": 100, "C": 200, "D": 400, "": 20}, KeyClasses: []string{"D"}, FromMonth: 1, Officers: []int64{7, 8, 9, 10, 11}, Candidates: all}
	picks := Draw(l)
	require.Len(t, picks, len(all))
	times, load, months := map[string]map[int]int{}, map[int64]int{}, map[int16]int{}
	for _, p := range picks {
		if times[p.Class] == nil {
			times[p.Class] = map[int]int{}
		}
		times[p.Class][len(p.Months)]++
		require.Len(t, p.OfficerIDs, 2*len(p.Months))
		require.Len(t, slices.Compact(slices.Clone(p.Months)), len(p.Months), "two visits in a month")
		require.Equal(t, p.Class == "D", p.Kind == KeyCheck)
		for i, m := range p.Months {
			months[m]++
			require.NotEqual(t, p.OfficerIDs[2*i], p.OfficerIDs[2*i+1])
			load[p.OfficerIDs[2*i]]++
			load[p.OfficerIDs[2*i+1]]++
		}
	}
	require.Equal(t, map[string]map[int]int{"A": {1: 5, 0: 5}, "B": {1: 30}, "C": {2: 20}, "D": {4: 5}, "": {1: 11, 0: 40}}, times)
	d := count(picks)
	require.Equal(t, Drawn{116, 71, 106, 86}, d)
	require.Equal(t, 8113, d.Share())
	for _, n := range load {
		require.InDelta(t, 2*106.0/5, n, 1, "inspectors share the work")
	}
	for m := int16(1); m <= 12; m++ {
		require.InDelta(t, 106.0/12, months[m], 5, "month %d", m)
	}
	slices.Reverse(l.Candidates)
	require.Equal(t, picks, Draw(l))
	l.Seed++
	require.NotEqual(t, picks, Draw(l))
	l.FromMonth = 11
	for _, p := range Draw(l) {
		for _, m := range p.Months {
			require.GreaterOrEqual(t, m, int16(11))
		}
	}
}

// TestMoves tries every step in every state, by an officer of the visit, a colleague and another body.
func TestMoves(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)
	officer, mate, other := rbac.Actor{PersonID: 1, OrganisationID: 5, Kind: rbac.Regulator}, rbac.Actor{PersonID: 3, OrganisationID: 5, Kind: rbac.Regulator}, rbac.Actor{PersonID: 9, OrganisationID: 6, Kind: rbac.Regulator}
	record := Record{Situation: "已检查", FirmPerson: "某"}
	steps := map[string]struct {
		do     func(*file) error
		states []State
		all    bool // any member of the body
	}{
		"set out": {func(f *file) error { return f.setOut() }, []State{Planned}, false},
		"arrive":  {func(f *file) error { return f.arrive() }, []State{Planned, Underway}, false},
		"record":  {func(f *file) error { return f.record(record) }, []State{Onsite}, false},
		"close":   {func(f *file) error { return f.close(Closing{OfficerSignature: 1, FirmSignature: 2}, "1") }, []State{Onsite}, false},
		"refuse":  {func(f *file) error { return f.refuse("不让进", "1") }, []State{Underway, Onsite}, false},
		"cancel":  {func(f *file) error { return f.cancel("企业停产") }, []State{Planned, Underway}, true},
	}
	for name, s := range steps {
		for _, state := range States {
			at := func(by rbac.Actor) error {
				f := &file{Visit: Visit{State: state, OrganisationID: 5, OfficerIDs: db.Ints{1, 2}, Situation: "已检查", FirmPerson: "某"}, by: by, now: now}
				return s.do(f)
			}
			if !slices.Contains(s.states, state) {
				require.ErrorIs(t, at(officer), ErrNow[state], "%s when %s", name, state)
				continue
			}
			require.NoError(t, at(officer), "%s when %s", name, state)
			require.ErrorIs(t, at(other), ErrOtherBody, name)
			if s.all {
				require.NoError(t, at(mate), name)
			} else {
				require.ErrorIs(t, at(mate), ErrNotOfficer, name)
			}
		}
	}
	f := &file{Visit: Visit{State: Onsite, OrganisationID: 5, OfficerIDs: db.Ints{1, 2}}, by: officer, now: now}
	require.ErrorIs(t, f.close(Closing{OfficerSignature: 1, FirmSignature: 2}, "1"), ErrBlank, "nothing was written down")
	f.Situation = "已检查"
	require.ErrorIs(t, f.close(Closing{FirmRefused: true, Note: "拒签"}, "1"), ErrSignature)
	require.ErrorIs(t, f.close(Closing{OfficerSignature: 1, FirmRefused: true}, "1"), ErrRefusal, "a refusal is noted")
	require.NoError(t, f.close(Closing{OfficerSignature: 1, FirmRefused: true, Note: "拒签"}, "1"))
	require.NotNil(t, f.RevealedAt)
}

// TestMeasures: a power cut needs a day's notice unless there is urgent danger (art. 70).
func TestMeasures(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		in   NewMeasure
		want error
	}{
		"too soon": {NewMeasure{Kind: "power_cut", Effect: "power_cut", Content: "停电", NoticedAt: now, FromAt: now.Add(23 * time.Hour)}, ErrNotice},
		"notice":   {NewMeasure{Kind: "power_cut", Effect: "power_cut", Content: "停电", NoticedAt: now, FromAt: now.Add(24 * time.Hour)}, nil},
		"none":     {NewMeasure{Kind: "power_cut", Effect: "power_cut", Content: "停电", FromAt: now.Add(48 * time.Hour)}, ErrNotice},
		"urgent":   {NewMeasure{Kind: "power_cut", Effect: "power_cut", Content: "停电", FromAt: now, Urgent: true}, nil},
		"on site":  {NewMeasure{Kind: "immediate_measures", Effect: "withdraw_people", Content: "撤人", FromAt: now}, nil},
		"unknown":  {NewMeasure{Kind: "fine", Effect: "fine", Content: "罚", FromAt: now}, ErrInstrument},
		"not its":  {NewMeasure{Kind: "onsite_correct", Effect: "power_cut", Content: "x", FromAt: now}, ErrInstrument},
	} {
		f := &file{Visit: Visit{State: Onsite, OrganisationID: 5, OfficerIDs: db.Ints{1, 2}}, by: rbac.Actor{PersonID: 1, OrganisationID: 5}, now: now}
		_, err := f.measure(c.in, 1)
		require.ErrorIs(t, err, c.want, name)
	}
}

// TestOrder walks an order through its terms, and the ones that were missed.
func TestOrder(t *testing.T) {
	t.Parallel()
	cal := calendar.China()
	o := Order{State: OrderOpen, IssuedOn: on(t, "2026-03-02"), DeadlineFirst: on(t, "2026-03-31"), Deadline: on(t, "2026-03-31")}
	o.ranked(cal)
	require.Equal(t, "2026-04-10", o.ReinspectDueOn.String(), "ten days after the expiry")
	more := MoreTime{Until: on(t, "2026-04-20"), Reason: "设备未到"}
	require.ErrorIs(t, o.askTime(more, on(t, "2026-03-20"), cal), ErrWindowEarly)
	require.ErrorIs(t, o.askTime(more, on(t, "2026-04-01"), cal), ErrWindowLate)
	require.ErrorIs(t, o.askTime(MoreTime{Until: on(t, "2026-03-31"), Reason: "x"}, on(t, "2026-03-21"), cal), ErrUntil)
	require.NoError(t, o.askTime(more, on(t, "2026-03-21"), cal))
	require.Equal(t, "2026-03-26", o.ExtensionDueOn.String())
	require.ErrorIs(t, o.ask(Asking{Note: "改好了"}, on(t, "2026-03-22"), cal), ErrOrderNow)
	require.ErrorIs(t, o.answerTime(TimeAnswer{}, cal), ErrReason)
	require.NoError(t, o.answerTime(TimeAnswer{Granted: true}, cal))
	require.Equal(t, []any{"2026-04-20", int16(1), "2026-04-20"}, []any{o.Deadline.String(), o.Extensions, o.RankOn.String()})
	require.False(t, o.Late(on(t, "2026-04-20")))
	require.True(t, o.Late(on(t, "2026-04-21")))
	require.NoError(t, o.ask(Asking{Note: "改好了"}, on(t, "2026-04-08"), cal))
	require.Equal(t, "2026-04-20", o.ReinspectDueOn.String(), "ten days after the application, rolled over the weekend")
	require.True(t, o.ReinspectLate(on(t, "2026-04-21")))
	r := Reinspection{On: on(t, "2026-04-10"), Opinion: "第 1 项未整改", Officers: []string{"甲", "乙"}, Failed: []id.Of[Finding]{1}}
	require.ErrorIs(t, o.reinspect(Reinspection{On: r.On, Opinion: "x", Officers: []string{"甲", " "}}, on(t, "2026-04-10"), cal), ErrOfficers)
	require.NoError(t, o.reinspect(r, on(t, "2026-04-10"), cal))
	require.Equal(t, Failed, o.State)
	require.NoError(t, o.ask(Asking{Note: "再改"}, on(t, "2026-04-12"), cal))
	r.Failed = nil
	require.NoError(t, o.reinspect(r, on(t, "2026-04-12"), cal))
	require.Equal(t, []any{Passed, never}, []any{o.State, o.RankOn})
	require.ErrorIs(t, o.reinspect(r, on(t, "2026-04-12"), cal), ErrOrderNow)
}

// TestRules: the data can be read and say what they stand on.
func TestRules(t *testing.T) {
	t.Parallel()
	require.Equal(t, []int{70, 20}, []int{hundredths(rules.Draw.RandomShare.AtLeast), hundredths(rules.Draw.Unclassed.Times)})
	require.Equal(t, []int{1, 1, 2, 4, 1}, []int{
		CapOf(map[string]int{"A": 50}, "A"), CapOf(map[string]int{"B": 100}, "B"), CapOf(map[string]int{"C": 200}, "C"), CapOf(map[string]int{"D": 400}, "D"), CapOf(nil, ""),
	})
	for _, s := range []Said{rules.Officers.Said, rules.Signature, rules.Draw.RandomShare.Said, rules.Draw.Unclassed.Said, rules.Reinspection.Said, rules.Extension.Said} {
		require.Contains(t, []string{"verified", "memory"}, s.Confidence)
		require.NotEmpty(t, s.Source)
	}
}
