package hazard

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

var (
	noon    = time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC)
	picture = []id.Of[id.Attachment]{1}
	home    = rbac.Home{CompanyID: 1, RegionPath: "330784105"}
)

func person(n int64) Who {
	return Who{Kind: rbac.Company, Person: id.Of[id.Person](n), Staff: id.Of[id.Staff](100 + n), Name: fmt.Sprint("员工", n)}
}

func member(w Who) Member { return Member{ID: w.Staff, Person: w.Person, Name: w.Name} }

// fresh is a hazard just reported by w.
func fresh(t *testing.T, w Who) *file {
	t.Helper()
	f, err := origin{home: home, by: w, now: noon, number: "330784-2026-000001"}.reported(Report{Place: "车间", Description: "无防护罩", Photos: picture}, false)
	require.NoError(t, err)
	return f
}

// as is f in w's hands, a day later.
func (f *file) as(w Who) *file {
	f.by, f.now = w, f.now.Add(time.Minute)
	return f
}

func plan(owner Who, l Level) Assignment {
	funds := fen.Amount(0)
	return Assignment{OwnerID: owner.Staff, Deadline: day.Of(2026, 3, 20), Measures: "加装", Contingency: "停用", FundsFen: &funds, Level: l, Category: "B02", Reason: "现场核对"}
}

func TestOverdue(t *testing.T) {
	t.Parallel()
	deadline := day.Of(2026, 3, 10)
	for name, tc := range map[string]struct {
		h    Hazard
		at   string
		want int
	}{
		"on the last day":         {Hazard{State: Rectifying, Deadline: deadline}, "2026-03-10T23:59:59+08:00", 0},
		"one day late":            {Hazard{State: Rectifying, Deadline: deadline}, "2026-03-11T00:00:00+08:00", 1},
		"the same instant in UTC": {Hazard{State: Assigned, Deadline: deadline}, "2026-03-10T16:00:00Z", 1},
		"over a month's end":      {Hazard{State: Assigned, Deadline: day.Of(2026, 2, 27)}, "2026-03-02T12:00:00+08:00", 3},
		"fixed, to be accepted":   {Hazard{State: AwaitingAcceptance, Deadline: deadline, FixedOn: day.Of(2026, 3, 12)}, "2026-03-20T12:00:00+08:00", 0},
		"sent back":               {Hazard{State: Rectifying, Deadline: deadline}, "2026-03-20T12:00:00+08:00", 10},
		"no deadline yet":         {Hazard{State: Registered}, "2026-03-20T12:00:00+08:00", 0},
		"voided":                  {Hazard{State: Voided, Deadline: deadline}, "2026-03-20T12:00:00+08:00", 0},
	} {
		at, err := time.Parse(time.RFC3339, tc.at)
		require.NoError(t, err)
		require.Equal(t, tc.want, tc.h.OverdueOn(day.In(at, day.Shanghai)), name)
	}
}

func TestGrading(t *testing.T) {
	t.Parallel()
	one, two := person(1), person(2)
	suggested := func(l Level) *file {
		o := origin{home: home, by: one, now: noon}
		return o.found(Finding{CheckID: 7, StartedOn: day.Of(2026, 3, 10), Place: "喷涂"}, Failed{ItemCode: "DUST-01", Description: "积尘", SuggestedLevel: l, Photos: picture})
	}
	for name, tc := range map[string]struct {
		f    *file
		by   Who
		g    Grading
		want error
	}{
		"as suggested needs no reason":      {suggested(Major), one, Grading{Level: Major, Category: "B03"}, nil},
		"below the suggestion needs one":    {suggested(Major), one, Grading{Level: General, Category: "B03", Reason: "  "}, ErrReason},
		"below the suggestion with one":     {suggested(Major), one, Grading{Level: General, Category: "B03", Reason: "非涉爆粉尘"}, nil},
		"above the suggestion needs one":    {suggested(General), one, Grading{Level: Major, Category: "B03"}, ErrReason},
		"no suggestion, no reason":          {suggested(Ungraded), one, Grading{Level: Major, Category: "B03"}, nil},
		"a category of the taxonomy":        {suggested(Ungraded), one, Grading{Level: General, Category: "B99"}, ErrCategory},
		"major to general by another":       {graded(t, suggested(Ungraded), one, Major), two, Grading{Level: General, Category: "B03", Reason: "复核"}, nil},
		"major to general by the same":      {graded(t, suggested(Ungraded), one, Major), one, Grading{Level: General, Category: "B03", Reason: "复核"}, ErrOwnDowngrade},
		"general to major by the same":      {graded(t, suggested(Ungraded), one, General), one, Grading{Level: Major, Category: "B03", Reason: "复核"}, nil},
		"general to major without a reason": {graded(t, suggested(Ungraded), one, General), one, Grading{Level: Major, Category: "B03"}, ErrReason},
	} {
		err := tc.f.as(tc.by).grade(tc.g)
		require.ErrorIs(t, wrap(err), wrap(tc.want), name)
	}
}

func graded(t *testing.T, f *file, w Who, l Level) *file {
	t.Helper()
	require.NoError(t, f.as(w).grade(Grading{Level: l, Category: "B03"}))
	return f
}

var errNone = errors.New("none")

// wrap makes "no error" comparable.
func wrap(err error) error {
	if err == nil {
		return errNone
	}
	return err
}

func TestAssignment(t *testing.T) {
	t.Parallel()
	boss, owner, other := person(1), person(2), person(3)
	general, major := plan(owner, General), plan(owner, Major)
	with := func(a Assignment, change func(*Assignment)) Assignment { change(&a); return a }
	for name, tc := range map[string]struct {
		a    Assignment
		want error
	}{
		"grades and assigns":            {general, nil},
		"a major one with five fixes":   {major, nil},
		"a major one without funds":     {with(major, func(a *Assignment) { a.FundsFen = nil }), ErrFiveFixes},
		"a major one without plan B":    {with(major, func(a *Assignment) { a.Contingency = " " }), ErrFiveFixes},
		"a general one without them":    {with(general, func(a *Assignment) { a.FundsFen, a.Contingency = nil, "" }), nil},
		"without a level":               {with(general, func(a *Assignment) { a.Level = Ungraded }), ErrLevel},
		"without measures":              {with(general, func(a *Assignment) { a.Measures = " " }), ErrBlank},
		"by today":                      {with(general, func(a *Assignment) { a.Deadline = day.Of(2026, 3, 10) }), nil},
		"by yesterday":                  {with(general, func(a *Assignment) { a.Deadline = day.Of(2026, 3, 9) }), ErrDeadline},
		"without a deadline":            {with(general, func(a *Assignment) { a.Deadline = day.Date{} }), ErrDeadline},
		"in ten years (a slip of keys)": {with(general, func(a *Assignment) { a.Deadline = day.Of(2036, 3, 9) }), ErrDeadline},
	} {
		f := fresh(t, other)
		require.ErrorIs(t, wrap(f.as(boss).assign(tc.a, member(owner))), wrap(tc.want), name)
	}

	f := fresh(t, other)
	require.NoError(t, f.as(boss).assign(general, member(owner)))
	moved := plan(other, General)
	moved.Deadline = day.Of(2026, 4, 1)
	require.ErrorIs(t, f.as(boss).assign(moved, member(other)), ErrDeadlineKept)
	moved.Deadline = day.Date{}
	require.NoError(t, f.as(boss).assign(moved, member(other)))
	require.Equal(t, day.Of(2026, 3, 20), f.Deadline)
	require.Equal(t, other.Name, f.OwnerName)
	require.NoError(t, f.as(boss).grade(Grading{Level: Major, Category: "B02", Reason: "停产"}))
	require.Equal(t, Graded, f.State, "what turns out to be major is assigned anew, with the five fixes")
}

// TestNobodyAcceptsHisOwnWork goes through the ways to be the fixer.
func TestNobodyAcceptsHisOwnWork(t *testing.T) {
	t.Parallel()
	boss, owner, judge := person(1), person(2), person(3)
	boss.Leads = true
	handed := func(by Who) *file {
		f := fresh(t, judge)
		require.NoError(t, f.as(boss).assign(plan(owner, General), member(owner)))
		require.NoError(t, f.as(by).fix(Repair{Note: "已加装", Photos: picture}))
		return f
	}
	rehired := Who{Kind: rbac.Company, Person: owner.Person, Staff: 999, Name: "同一人"}
	agency := Who{Kind: rbac.Service, Person: owner.Person, Organisation: 5, Name: "同一人"}
	nologin := Who{Kind: rbac.Company, Person: 0, Staff: owner.Staff, Name: "同一人"}
	for name, tc := range map[string]struct {
		f    *file
		by   Who
		want error
	}{
		"the owner":                             {handed(owner), owner, ErrOwnAcceptance},
		"the owner under another staff row":     {handed(owner), rehired, ErrOwnAcceptance},
		"the owner as an agency's consultant":   {handed(owner), agency, ErrOwnAcceptance},
		"the owner without his login":           {handed(owner), nologin, ErrOwnAcceptance},
		"who recorded it for the owner":         {handed(boss), boss, ErrOwnAcceptance},
		"the owner, whose work another entered": {handed(boss), owner, ErrOwnAcceptance},
		"the finder, who had no hand in it":     {handed(owner), judge, nil},
		"who assigned it":                       {handed(owner), boss, nil},
	} {
		require.ErrorIs(t, wrap(tc.f.as(tc.by).accept(Verdict{})), wrap(tc.want), name)
	}

	f := handed(owner)
	require.ErrorIs(t, f.as(owner).reject(Verdict{Note: "不合格"}), ErrOwnAcceptance)
	require.ErrorIs(t, f.as(judge).reject(Verdict{}), ErrReason)
	require.NoError(t, f.as(judge).reject(Verdict{Note: "不合格"}))
	require.NoError(t, f.as(boss).assign(plan(judge, General), member(judge)))
	require.NoError(t, f.as(judge).fix(Repair{Note: "重做", Photos: picture}))
	require.ErrorIs(t, f.as(owner).accept(Verdict{}), ErrOwnAcceptance, "the first fixer's work is still in it")
}

func TestOnTheSpot(t *testing.T) {
	t.Parallel()
	finder, judge := person(1), person(2)
	spot := Repair{Note: "已清理", Photos: picture, OnTheSpot: true, Category: "B03"}
	f := fresh(t, finder)
	require.ErrorIs(t, f.as(finder).fix(Repair{Note: "已清理", Photos: picture}), ErrNow[Registered])
	require.NoError(t, f.as(finder).fix(spot))
	require.Equal(t, []any{AwaitingAcceptance, General, OnSpot, finder.Name}, []any{f.State, f.Level, f.FixType, f.OwnerName})
	require.ErrorIs(t, f.as(finder).accept(Verdict{}), ErrOwnAcceptance)
	require.NoError(t, f.as(judge).reject(Verdict{Note: "仍有积尘"}))
	require.Equal(t, Graded, f.State, "nobody was made responsible, so it is assigned now")

	f = fresh(t, finder)
	f.SuggestedLevel = Major
	require.ErrorIs(t, f.as(finder).fix(spot), ErrMajorOnSpot)
	f = graded(t, fresh(t, finder), finder, Major)
	require.ErrorIs(t, f.as(finder).fix(spot), ErrMajorOnSpot)
	f = fresh(t, finder)
	require.ErrorIs(t, f.as(finder).fix(Repair{Note: "已清理", OnTheSpot: true, Category: "B03"}), ErrPhotoNeeded)
	f = fresh(t, finder)
	require.NoError(t, f.as(finder).fix(Repair{Note: "已补签", OnTheSpot: true, Category: "A06"}), "a matter of management needs no photo")
}

func TestVoid(t *testing.T) {
	t.Parallel()
	finder, owner := person(1), person(2)
	f := fresh(t, finder)
	require.ErrorIs(t, f.as(finder).void(" "), ErrReason)
	require.NoError(t, f.as(finder).void("重复登记"))
	require.ErrorIs(t, f.as(finder).void("重复登记"), ErrNow[Voided])

	f = fresh(t, finder)
	require.NoError(t, f.as(finder).assign(plan(owner, General), member(owner)))
	require.ErrorIs(t, f.as(owner).void("不想改"), ErrOwnVoid)
	f = graded(t, fresh(t, finder), finder, Major)
	require.ErrorIs(t, f.as(owner).void("误报"), ErrVoidRegulator)
	f = fresh(t, finder)
	f.SuggestedLevel = Major
	require.ErrorIs(t, f.as(owner).void("误报"), ErrLevel)
}

func TestReports(t *testing.T) {
	t.Parallel()
	o := origin{home: home, by: person(1), now: noon}
	for name, tc := range map[string]struct {
		r      Report
		grades bool
		want   error
	}{
		"a snapshot":              {Report{Place: "车间", Description: "无罩", Photos: picture}, false, nil},
		"without a photo":         {Report{Place: "车间", Description: "无罩"}, false, ErrPhotoNeeded},
		"on site without a photo": {Report{Place: "车间", Description: "无罩", Category: "B02"}, true, ErrPhotoNeeded},
		"management, no photo":    {Report{Place: "办公室", Description: "未培训", Category: "A06"}, true, nil},
		"a blank place":           {Report{Place: "　", Description: "无罩", Photos: picture}, false, ErrBlank},
		"an unknown category":     {Report{Place: "车间", Description: "无罩", Category: "B77", Photos: picture}, false, ErrCategory},
		"a worker as regulator":   {Report{Place: "车间", Description: "无罩", Source: ByRegulator, Photos: picture}, false, ErrSource},
		"the manager's entry":     {Report{Place: "车间", Description: "无罩", Source: ByRegulator, Photos: picture}, true, nil},
	} {
		_, err := o.reported(tc.r, tc.grades)
		require.ErrorIs(t, wrap(err), wrap(tc.want), name)
	}
}

// TestRandomLives sends hazards through random events by random people, and holds what must
// never happen against every step.
func TestRandomLives(t *testing.T) {
	t.Parallel()
	ends := map[State]int{}
	for seed := range uint64(3000) {
		rnd := rand.New(rand.NewPCG(seed, 7))
		people := []Who{person(1), person(2), person(3), {Kind: rbac.Service, Person: 2, Organisation: 9, Name: "顾问"}, {Kind: rbac.Company, Person: 3, Staff: 777, Name: "再入职"}}
		people[0].Leads = true
		f := fresh(t, people[rnd.IntN(3)])
		if rnd.IntN(4) == 0 {
			f.Source = ByRegulator
		}
		f.ID = 1
		for range 40 {
			before, steps := f.Hazard, len(f.added)
			err := randomEvent(rnd, f, people)
			if err != nil {
				e, isFault := errors.AsType[*fault.Error](err)
				require.True(t, isFault, "seed %d: %v", seed, err)
				require.True(t, text.Known(text.Chinese, e.Code) && text.Known(text.English, e.Code), e.Code)
				if len(f.added) == steps {
					require.Equal(t, before.State, f.State)
					continue
				}
				break // a refused event may leave a file half moved; its transaction rolls back
			}
			check(t, seed, f, before, steps)
		}
		ends[f.State]++
	}
	for _, s := range []State{Cancelled, Voided, UnderReview, Rectifying} {
		require.NotZero(t, ends[s], "the walk never ended in %s: %v", s, ends)
	}
}

var draft = Drafting{
	Elements: Elements{Goals: "消除", Methods: "改造", Funds: "10 万元", Organisation: "设备科", Time: "本月底前", Safety: "停用"},
	Lights:   Lights{true, true, true, true, true}, FinishOn: day.Of(2026, 3, 20),
}

func reviewed(passed bool) Review {
	return Review{Passed: passed, Note: "现场核查", Minutes: "两名执法人员到场核查", Second: Officer{Name: "李四", Number: "33078400002"}, Photos: picture}
}

func randomEvent(rnd *rand.Rand, f *file, people []Who) error {
	w, m := people[rnd.IntN(len(people))], member(people[rnd.IntN(3)])
	level := []Level{General, Major}[rnd.IntN(2)]
	f.as(w)
	switch rnd.IntN(12) {
	case 10:
		return f.filePlan(draft)
	case 11:
		if f.State == SelfEvaluated {
			return f.askReview("")
		}
		return f.evaluate(Evaluation{By: ByExperts, Evaluators: []string{"专家"}, Note: "达到目标", Report: picture})
	case 0:
		return f.grade(Grading{Level: level, Category: "B02", Reason: "复核"})
	case 1, 2:
		a := plan(Who{Staff: m.ID}, level)
		if f.State != Registered && f.State != Graded {
			a.Deadline = day.Date{}
		}
		return f.assign(a, m)
	case 3:
		return f.start("")
	case 4, 5:
		return f.fix(Repair{Note: "已改", Photos: picture, OnTheSpot: rnd.IntN(3) == 0, Category: "B02"})
	case 6, 7:
		return f.accept(Verdict{})
	case 8:
		return f.reject(Verdict{Note: "退回"})
	default:
		if f.State == UnderReview {
			return f.as(Who{Kind: rbac.Regulator, Person: 50, Organisation: 3, Name: "监管"}).review(reviewed(rnd.IntN(2) == 0))
		}
		if rnd.IntN(4) == 0 {
			return f.void("误报")
		}
		return f.start("")
	}
}

// check holds the laws of the ledger against what one event has just done.
func check(t *testing.T, seed uint64, f *file, before Hazard, steps int) {
	t.Helper()
	at := fmt.Sprintf("seed %d step %d", seed, f.Steps)
	require.EqualValues(t, len(f.added), f.Steps, at)
	require.NotContains(t, []State{Cancelled, Voided}, before.State, "%s: a closed hazard moved", at)
	require.NotEqual(t, Accepted, f.State, "%s: accepted is passed through", at)
	prev := before.State
	for i, e := range f.added[steps:] {
		require.EqualValues(t, steps+i+1, e.N, at)
		require.Equal(t, prev, e.FromState, "%s: a transition was lost", at)
		require.True(t, slices.Contains(from[e.Event], e.FromState), "%s: %s from %s", at, e.Event, e.FromState)
		prev = e.ToState
		if e.Event == Accept || e.Event == SelfEvaluate {
			for _, s := range f.added[:steps+i] {
				mine := s.Event == Fix && (f.by.same(s.PersonID, s.StaffID) || f.by.same(s.OwnerPersonID, s.OwnerID))
				require.False(t, mine, "%s: %s accepted his own work", at, f.by.Name)
			}
		}
	}
	require.Equal(t, prev, f.State, at)
	if f.State == Assigned || f.State == PlanFiled || f.State == Rectifying {
		require.True(t, f.OwnerID != nil && !f.Deadline.IsZero(), "%s: without owner or deadline", at)
	}
	if f.State == AwaitingAcceptance {
		require.True(t, f.OwnerID != nil || f.OwnerPersonID != nil, "%s: nobody answers for it", at)
	}
	if f.State == Cancelled && f.NeedsRegulator() {
		require.False(t, f.ReviewedOn.IsZero(), "%s: cancelled without the regulator", at)
		require.Equal(t, Pass, f.added[len(f.added)-1].Event, at)
	}
	require.False(t, f.State == Voided && f.NeedsRegulator(), "%s: voided without the regulator", at)
}

func TestTaxonomy(t *testing.T) {
	t.Parallel()
	n, memory := 0, 0
	for _, c := range Categories.Classes {
		for _, s := range c.Subs {
			n++
			require.Contains(t, []string{"verified", "memory"}, s.Conf, s.ID)
			require.True(t, Categories.Has(s.ID) && s.Zh != "" && s.En != "")
			if s.Conf == "memory" {
				memory++
			} else {
				require.NotEmpty(t, s.Src, s.ID)
			}
			for _, src := range s.Src {
				require.Contains(t, Categories.Sources, src)
			}
		}
	}
	require.Equal(t, []int{24, 9}, []int{n, memory})
	require.False(t, Categories.Has("A"))
}

func TestEveryFaultSpeaks(t *testing.T) {
	t.Parallel()
	all := []*fault.Error{
		ErrOwnAcceptance, ErrNotOwner, ErrOwnDowngrade, ErrOwnVoid, ErrVoidRegulator, ErrSource, ErrCategory, ErrReason, ErrLevel, ErrFiveFixes,
		ErrDeadline, ErrDeadlineKept, ErrOwnerUnknown, ErrPhotoNeeded, ErrPhotoUnknown, ErrPointUnknown, ErrMajorOnSpot, ErrTextNeedsFirm, ErrRaisedAlready, ErrBlank,
		ErrPlan, ErrEvaluate, ErrNotMajor, ErrTwoOfficers, ErrReportNeeded, ErrAgencyNeeded, ErrLights, ErrPlanFinish, ErrDone, ErrFuture, ErrArea, ErrNotStopped,
		ErrSignature, ErrOtherText, ErrNoDraft, ErrNoPaper, ErrHandled,
	}
	for _, s := range append([]State{Cancelled, Voided}, Open...) {
		require.NotNil(t, ErrNow[s], s)
		all = append(all, ErrNow[s])
	}
	for _, e := range all {
		require.True(t, text.Known(text.Chinese, e.Code) && text.Known(text.English, e.Code), e.Code)
	}
}
