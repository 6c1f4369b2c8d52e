package hazard

import (
	"errors"
	"fmt"
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
	finder, owner, second := person(1), person(2), person(3)
	f := fresh(t, finder)
	require.ErrorIs(t, f.as(finder).void(""), ErrNotAsked)
	require.ErrorIs(t, f.as(finder).askVoid(" "), ErrReason)
	require.NoError(t, f.as(finder).askVoid("重复登记"))
	require.Equal(t, []any{Registered, AskedVoid, finder.Name}, []any{f.State, f.Asked, f.AskedName})
	require.ErrorIs(t, f.as(second).askVoid("重复登记"), ErrAskedAlready)
	require.ErrorIs(t, f.as(finder).void(""), ErrOwnAnswer, "two people")
	require.NoError(t, f.as(finder).refuse("弄错了"), "who asked may take it back")
	require.NoError(t, f.as(finder).askVoid("重复登记"))
	require.NoError(t, f.as(second).void("属实"))
	require.Equal(t, []any{Voided, ""}, []any{f.State, f.Asked})
	require.ErrorIs(t, f.as(finder).askVoid("重复登记"), ErrNow[Voided])

	f = fresh(t, finder)
	require.NoError(t, f.as(finder).assign(plan(owner, General), member(owner)))
	require.ErrorIs(t, f.as(owner).askVoid("不想改"), ErrOwnVoid)
	require.NoError(t, f.as(finder).askVoid("重复登记"))
	require.NoError(t, f.as(owner).start(""))
	require.NoError(t, f.as(owner).fix(Repair{Note: "已改", Photos: picture}))
	require.Equal(t, []any{"", AskedVoid}, []any{f.Asked, f.added[len(f.added)-1].Detail.V.Dropped}, "the work went on")
	f = graded(t, fresh(t, finder), finder, Major)
	require.ErrorIs(t, f.as(owner).askVoid("误报"), ErrVoidRegulator)
	f = fresh(t, finder)
	f.SuggestedLevel = Major
	require.ErrorIs(t, f.as(owner).askVoid("误报"), ErrLevel)
}

func TestExtension(t *testing.T) {
	t.Parallel()
	boss, owner, second := person(1), person(2), person(3)
	boss.Leads = true
	given := func() *file { // until 20 March, on the 10th
		f := fresh(t, second)
		require.NoError(t, f.as(boss).assign(plan(owner, General), member(owner)))
		return f
	}
	more := Extension{Deadline: day.Of(2026, 4, 1), Reason: "配件未到", Protection: "停用并围挡"}
	with := func(change func(*Extension)) Extension { e := more; change(&e); return e }
	authority := func() *file { f := given(); f.Source = ByRegulator; return f }
	for name, tc := range map[string]struct {
		f     *file
		by    Who
		e     Extension
		opens day.Date
		later int // days
		want  error
	}{
		"the owner":                       {given(), owner, more, day.Date{}, 0, nil},
		"who records it for him":          {given(), boss, more, day.Date{}, 0, nil},
		"on the last day":                 {given(), owner, more, day.Date{}, 10, nil},
		"a day late":                      {given(), owner, more, day.Date{}, 11, ErrExtensionLate},
		"somebody else":                   {given(), second, more, day.Date{}, 0, ErrNotOwner},
		"without a reason":                {given(), owner, with(func(e *Extension) { e.Reason = " " }), day.Date{}, 0, ErrReason},
		"without temporary protection":    {given(), owner, with(func(e *Extension) { e.Protection = " " }), day.Date{}, 0, ErrBlank},
		"no longer than before":           {given(), owner, with(func(e *Extension) { e.Deadline = day.Of(2026, 3, 20) }), day.Date{}, 0, ErrExtensionDeadline},
		"in ten years":                    {given(), owner, with(func(e *Extension) { e.Deadline = day.Of(2036, 3, 20) }), day.Date{}, 0, ErrExtensionDeadline},
		"the company's own has no window": {given(), owner, more, day.Of(2026, 3, 15), 0, nil},
		"an order's, before its window":   {authority(), owner, more, day.Of(2026, 3, 11), 0, ErrExtensionEarly},
		"an order's, in its window":       {authority(), owner, more, day.Of(2026, 3, 10), 0, nil},
	} {
		tc.f.now = tc.f.now.AddDate(0, 0, tc.later)
		require.ErrorIs(t, wrap(tc.f.as(tc.by).askExtension(tc.e, tc.opens)), wrap(tc.want), name)
		if tc.want == nil {
			require.Equal(t, []any{ExtensionPending, day.Of(2026, 3, 20), "停用并围挡"}, []any{tc.f.State, tc.f.Deadline, tc.f.Protection}, name)
		}
	}

	asked := func(f *file) *file { require.NoError(t, f.as(owner).askExtension(more, day.Date{})); return f }
	for name, tc := range map[string]struct {
		f     *file
		by    Who
		until day.Date
		want  error
	}{
		"another":                       {asked(given()), boss, day.Date{}, nil},
		"another, for less":             {asked(given()), boss, day.Of(2026, 3, 25), nil},
		"for more than asked":           {asked(given()), boss, day.Of(2026, 4, 2), ErrExtensionDeadline},
		"the owner himself":             {asked(given()), owner, day.Date{}, ErrOwnAnswer},
		"the regulator of their own":    {asked(given()), officer, day.Date{}, ErrAnswerRegulator},
		"the company of an authority's": {asked(authority()), boss, day.Date{}, ErrAnswerRegulator},
		"the regulator of his":          {asked(authority()), officer, day.Date{}, nil},
		"nothing asked":                 {given(), boss, day.Date{}, ErrNow[Assigned]},
	} {
		err := tc.f.as(tc.by).extend(tc.until, "同意")
		require.ErrorIs(t, wrap(err), wrap(tc.want), name)
		if tc.want == nil {
			require.Equal(t, []any{Rectifying, int16(1), ""}, []any{tc.f.State, tc.f.Extensions, tc.f.Asked}, name)
			require.True(t, tc.f.Deadline.After(day.Of(2026, 3, 20)), name)
		}
	}

	f := asked(given())
	require.ErrorIs(t, f.as(boss).refuse(""), ErrReason)
	require.NoError(t, f.as(boss).refuse("按期完成"))
	require.Equal(t, []any{Rectifying, day.Of(2026, 3, 20), int16(0)}, []any{f.State, f.Deadline, f.Extensions})
	f = asked(given())
	require.NoError(t, f.as(owner).fix(Repair{Note: "已改", Photos: picture}), "the work may still be handed in")
	require.Equal(t, []any{AwaitingAcceptance, "", AskedExtension}, []any{f.State, f.Asked, f.added[len(f.added)-1].Detail.V.Dropped})
}

func TestTransfer(t *testing.T) {
	t.Parallel()
	one, two := person(1), person(2)
	f := fresh(t, one)
	require.ErrorIs(t, f.as(one).askTransfer(Handing{To: " ", Reason: "非本企业"}), ErrBlank)
	require.NoError(t, f.as(one).askTransfer(Handing{To: "市场监管局", Reason: "特种设备监察"}))
	require.ErrorIs(t, f.as(one).transfer(""), ErrOwnAnswer)
	require.NoError(t, f.as(two).transfer("属实"))
	require.Equal(t, []any{Moved, "市场监管局", true}, []any{f.State, f.TransferredTo, f.Closed()})

	f = graded(t, fresh(t, one), one, Major)
	require.NoError(t, f.as(one).askTransfer(Handing{To: "市场监管局", Reason: "特种设备监察"}))
	require.ErrorIs(t, f.as(two).transfer(""), ErrAnswerRegulator)
	require.NoError(t, f.as(officer).transfer("同意移送"))
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
		ErrAskedAlready, ErrNotAsked, ErrOwnAnswer, ErrAnswerRegulator, ErrExtensionLate, ErrExtensionEarly, ErrExtensionDeadline,
		ErrPlan, ErrEvaluate, ErrNotMajor, ErrTwoOfficers, ErrReportNeeded, ErrAgencyNeeded, ErrLights, ErrPlanFinish, ErrDone, ErrFuture, ErrArea, ErrNotStopped,
		ErrSignature, ErrOtherText, ErrNoDraft, ErrNoPaper, ErrHandled,
	}
	for _, s := range append([]State{Cancelled, Moved, Voided}, Open...) {
		require.NotNil(t, ErrNow[s], s)
		all = append(all, ErrNow[s])
	}
	for _, e := range all {
		require.True(t, text.Known(text.Chinese, e.Code) && text.Known(text.English, e.Code), e.Code)
	}
}
