package listing

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/term"
	"anbiao/rbac"
)

func on(t *testing.T, s string) day.Date {
	t.Helper()
	if s == "" {
		return day.Date{}
	}
	d, err := day.Parse(s)
	require.NoError(t, err)
	return d
}

func form(t *testing.T, n string) Profile {
	t.Helper()
	p, ok := By(n)
	require.True(t, ok, n)
	return p
}

func TestForms(t *testing.T) {
	t.Parallel()
	require.Len(t, Profiles(), 5)
	for _, p := range forms.All {
		require.NotEmpty(t, p.Version+p.Clause, p.ID)
		require.Contains(t, []string{"verified", "memory"}, p.Conf, p.ID)
		for _, s := range p.Src {
			require.Contains(t, forms.Sources, s, p.ID)
		}
		same, ok := Of(p.ID, p.Version)
		require.True(t, ok)
		require.Equal(t, p, same)
	}
	for region, want := range map[string]string{"330784105": "ningbo", "330203": "ningbo", "370203": "qingdao", "420106": "hubei", "350102": "fujian", "110101": "ningbo"} {
		require.Equal(t, want, For(region).ID, region)
	}
	ningbo, qingdao := form(t, "ningbo"), form(t, "qingdao")
	require.Equal(t, []int{2, 3, 3}, []int{ningbo.copiesOf(NoticePaper), ningbo.copiesOf(ExtensionPaper), ningbo.copiesOf(AcceptancePaper)})
	require.Equal(t, []int{2, 2, 2}, []int{qingdao.copiesOf(NoticePaper), qingdao.copiesOf(ExtensionPaper), qingdao.copiesOf(AcceptancePaper)})
}

func TestWindows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		profile, deadline, opens, closes string
		days                             map[string]term.Standing
	}{
		{"ningbo", "2026-10-20", "2026-09-22", "2026-10-20", map[string]term.Standing{"2026-09-21": term.TooEarly, "2026-09-22": term.InWindow, "2026-10-12": term.InWindow, "2026-10-20": term.InWindow, "2026-10-21": term.TooLate}},
		{"ningbo", "2026-06-30", "2026-06-08", "2026-06-30", map[string]term.Standing{"2026-06-07": term.TooEarly, "2026-06-08": term.InWindow}},
		{"qingdao", "2026-10-20", "", "2026-09-16", map[string]term.Standing{"2026-01-05": term.InWindow, "2026-09-16": term.InWindow, "2026-09-17": term.TooLate}},
		{"fujian", "2026-10-20", "", "2026-10-20", map[string]term.Standing{"2026-03-01": term.InWindow, "2026-10-20": term.InWindow, "2026-10-21": term.TooLate}},
		{"ningbo", "2027-03-01", "", "", map[string]term.Standing{"2026-12-01": "", "2027-03-02": term.TooLate}},
	} {
		l := Listing{Profile: c.profile, ProfileVersion: "2026.1", FinishBy: on(t, c.deadline)}
		for d, want := range c.days {
			got, w := l.standing(calendar.China(), on(t, d))
			require.Equal(t, want, got, "%s %s %s", c.profile, c.deadline, d)
			if c.closes != "" {
				require.Equal(t, term.Window{Opens: on(t, c.opens), Closes: on(t, c.closes)}, w)
			}
		}
	}
}

func TestTerms(t *testing.T) {
	t.Parallel()
	cal, qingdao := calendar.China(), form(t, "qingdao")
	for _, c := range []struct{ listed, file, publish, latest string }{
		{"2026-02-10", "2026-02-13", "2026-02-24", "2027-02-10"}, // across the Spring Festival
		{"2026-04-03", "2026-04-09", "2026-04-13", "2027-04-03"}, // across Qingming
		{"2026-09-28", "2026-10-08", "2026-10-10", "2027-09-28"}, // across the National Day, a Saturday made up
	} {
		file, err := qingdao.FileBy(cal, on(t, c.listed))
		require.NoError(t, err)
		publish, err := qingdao.PublishBy(cal, on(t, c.listed))
		require.NoError(t, err)
		require.Equal(t, []string{c.file, c.publish, c.latest}, []string{file.String(), publish.String(), qingdao.Latest(on(t, c.listed)).String()}, c.listed)
	}
	_, err := qingdao.FileBy(cal, on(t, "2026-12-30"))
	require.Equal(t, calendar.MissingYearError{Year: 2027}, err)
	ningbo := form(t, "ningbo")
	for _, c := range []struct {
		received, deadline string
		want               []string
	}{
		{"2026-03-05", "2026-12-20", []string{"2026-06-05", "2026-09-05", "2026-12-05"}},
		{"2025-11-30", "2026-08-30", []string{"2026-02-28", "2026-05-30", "2026-08-30"}},
		{"2026-03-05", "2026-06-04", nil},
	} {
		var got []string
		for _, d := range ningbo.Progress(on(t, c.received), on(t, c.deadline)) {
			got = append(got, d.String())
		}
		require.Equal(t, c.want, got)
	}
	for _, c := range []struct{ profile, asked, deadline, want string }{
		{"national_order16", "2026-05-06", "2026-05-01", "2026-05-18"}, // a Saturday moves
		{"hubei", "2026-05-20", "2026-05-11", "2026-05-21"},            // from the deadline, which is first
		{"hubei", "2026-05-06", "2026-05-31", "2026-05-18"},
		{"ningbo", "2026-05-06", "2026-05-31", "0001-01-01"},
	} {
		got, err := form(t, c.profile).AcceptBy(cal, on(t, c.asked), on(t, c.deadline))
		require.NoError(t, err)
		require.Equal(t, c.want, got.String(), c)
	}
}

func TestQuarters(t *testing.T) {
	t.Parallel()
	due := []day.Date{on(t, "2026-06-05"), on(t, "2026-09-05"), on(t, "2026-12-05")}
	for _, c := range []struct {
		reports []string
		filed   []string
		next    string
	}{
		{nil, []string{"", "", ""}, "2026-06-05"},
		{[]string{"2026-06-01"}, []string{"2026-06-01", "", ""}, "2026-09-05"},
		{[]string{"2026-05-01", "2026-06-01"}, []string{"2026-05-01", "", ""}, "2026-09-05"}, // the second falls into the same period
		{[]string{"2026-06-20"}, []string{"2026-06-20", "", ""}, "2026-09-05"},               // late, and not for the period that runs
		{[]string{"2026-10-01"}, []string{"2026-10-01", "2026-10-01", ""}, "2026-12-05"},
		{[]string{"2026-06-05", "2026-09-05", "2026-12-05"}, []string{"2026-06-05", "2026-09-05", "2026-12-05"}, ""},
	} {
		var reports []day.Date
		for _, r := range c.reports {
			reports = append(reports, on(t, r))
		}
		got := Quarters(due, reports)
		for i, want := range c.filed {
			require.Equal(t, on(t, want), got[i].FiledOn, "%v %d", c.reports, i)
		}
		require.Equal(t, on(t, c.next), nextOf(got), "%v", c.reports)
	}
}

// rows are listings of which something is late on 2026-07-10, and of which nothing is.
func rows(t *testing.T) map[bool][]Listing {
	t.Helper()
	past, ahead := on(t, "2026-07-09"), on(t, "2026-07-10")
	return map[bool][]Listing{
		true: {
			{State: Listed, PlanBy: past},
			{State: Served, PlanBy: past},
			{State: InProgress, ProgressDueOn: past, FinishBy: ahead},
			{State: Failed, FinishBy: past},
			{State: ExtensionAsked, ExtensionDueOn: past},
			{State: AcceptanceAsked, ReviewDueOn: past},
			{State: Delisted, PublishDueOn: past},
			{State: Passed, AnnounceDueOn: past},
			{State: Delisted, FileDueOn: past},
		},
		false: {
			{State: Listed, PlanBy: ahead},
			{State: PlanFiled, FinishBy: ahead},
			{State: ExtensionAsked, FinishBy: past, ProgressDueOn: past},
			{State: AcceptanceAsked, FinishBy: past},
			{State: Published, PublishDueOn: past, FileDueOn: past},
			{State: Passed, FinishBy: past},
			{State: Delisted, AnnounceDueOn: past},
		},
	}
}

func TestLate(t *testing.T) {
	t.Parallel()
	for late, list := range rows(t) {
		for _, l := range list {
			require.Equal(t, late, l.Late(on(t, "2026-07-10")), "%+v", l.State)
		}
	}
}

// TestEveryStep tries every step in every state: only what the table allows is let through, and what is not answers
// with the state found.
func TestEveryStep(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 7, 10, 4, 0, 0, 0, time.UTC)
	today := day.In(now, day.Shanghai)
	county := rbac.Actor{Kind: rbac.Regulator, Areas: []string{"330784"}, Name: "钱立新"}
	files := Files{1}
	steps := map[Event]func(*file) error{
		Deliver:  func(f *file) error { return f.deliver(Delivery{By: "甲", On: today}) },
		Receive:  func(f *file) error { return f.receive(Receipt{Signature: 1}) },
		FilePlan: func(f *file) error { return f.filePlan(Paper{Files: files}, Hazard{}) },
		Progress: func(f *file) error { return f.progress(Report{Note: "进展", DoneShare: 50}, nil) },
		AskExtension: func(f *file) error {
			return f.askExtension(Request{Until: f.FinishBy.AddDays(30), Reason: "因", Protection: "防"})
		},
		Grant:         func(f *file) error { return f.answer(Answer{Granted: true, Opinion: "可"}, nil) },
		Refuse:        func(f *file) error { return f.answer(Answer{Opinion: "否"}, nil) },
		AskAcceptance: func(f *file) error { return f.askAcceptance(Paper{}, Hazard{Evaluated: true}) },
		Pass: func(f *file) error {
			return f.judge(Verdict{Passed: true, Opinion: "合格", Officers: []string{"甲", "乙"}}, Hazard{Cancelled: true})
		},
		Fail: func(f *file) error {
			return f.judge(Verdict{Opinion: "不合格", Officers: []string{"甲", "乙"}}, Hazard{})
		},
		Escalate:  func(f *file) error { return f.escalate(Escalation{Note: "逾期", Penalty: "罚款"}) },
		Delist:    func(f *file) error { return f.delist(Paper{}) },
		Announce:  func(f *file) error { return f.announce(Notice{On: today, Medium: "网站"}) },
		FileAbove: func(f *file) error { return f.fileAbove(Notice{On: today, Medium: "市安委办"}) },
		Publish:   func(f *file) error { return f.publish(Notice{On: today, Medium: "网站"}) },
	}
	require.Len(t, steps, len(from))
	for e, do := range steps {
		for _, state := range States {
			f := &file{by: county, now: now, cal: calendar.China(), Listing: Listing{
				State: state, RegionPath: "330784105", Level: "county", Profile: "ningbo", ProfileVersion: "2026.1", ListedOn: on(t, "2026-03-01"), PlanBy: on(t, "2026-03-20"),
				FinishFirst: on(t, "2026-07-20"), FinishBy: on(t, "2026-07-20"), DeliveredOn: on(t, "2026-03-02"), ReceivedOn: on(t, "2026-03-05"), ExtensionUntil: on(t, "2026-08-20"),
			}}
			if e == Escalate {
				f.FinishBy = on(t, "2026-07-01")
			}
			if state == Delisted || state == Published {
				f.DelistedOn = today
			}
			err := do(f)
			if slices.Contains(from[e], state) {
				require.NoError(t, err, "%s from %s", e, state)
				require.Equal(t, []any{e, state, f.State}, []any{f.added[0].Event, f.added[0].FromState, f.added[0].ToState})
				continue
			}
			require.ErrorIs(t, err, ErrNow[state], "%s from %s", e, state)
			require.Empty(t, f.added)
		}
	}
}

func TestListRefusals(t *testing.T) {
	t.Parallel()
	good := Order{Level: "county", Prefix: "永应急挂督", Gov: "永康市人民政府", Dept: "永康市应急管理局", Signatory: "陈某", PlanBy: on(t, "2026-07-20"), FinishBy: on(t, "2026-10-20"), Requirement: "停用"}
	major := Hazard{Major: true}
	with := func(change func(*Order)) Order { o := good; change(&o); return o }
	for name, c := range map[string]struct {
		h    Hazard
		o    Order
		want *fault.Error
	}{
		"good":               {major, good, nil},
		"general":            {Hazard{}, good, ErrNotMajor},
		"closed":             {Hazard{Major: true, Cancelled: true}, good, ErrClosed},
		"listed":             {Hazard{Major: true, ListedOn: on(t, "2026-07-01")}, good, ErrListed},
		"listed once before": {Hazard{Major: true, ListedOn: on(t, "2025-07-01"), DelistedOn: on(t, "2025-12-01")}, good, nil},
		"a form of nowhere":  {major, with(func(o *Order) { o.Profile = "atlantis" }), ErrProfile},
		"blank":              {major, with(func(o *Order) { o.Signatory = "  " }), ErrBlank},
		"plan yesterday":     {major, with(func(o *Order) { o.PlanBy = on(t, "2026-07-09") }), ErrDays},
		"finish before plan": {major, with(func(o *Order) { o.FinishBy = on(t, "2026-07-19") }), ErrDays},
		"over a year":        {major, with(func(o *Order) { o.Profile, o.FinishBy = "qingdao", on(t, "2027-07-11") }), ErrPeriod},
		"a year":             {major, with(func(o *Order) { o.Profile, o.FinishBy = "qingdao", on(t, "2027-07-10") }), nil},
	} {
		f := &file{now: time.Date(2026, 7, 10, 4, 0, 0, 0, time.UTC), cal: calendar.China(), Listing: Listing{RegionPath: "330784105"}}
		err := f.list(c.h, "企业", c.o)
		if c.want == nil {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorIs(t, err, c.want, name)
	}
}

func TestLevels(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		areas []string
		want  string
	}{
		{[]string{"33"}, "province"},
		{[]string{"3307"}, "prefecture"},
		{[]string{"330784"}, "county"},
		{[]string{"330784105"}, "town"},
		{[]string{"330784105", "330784"}, "county"},
		{[]string{"330783"}, ""},
	} {
		require.Equal(t, c.want, LevelOf(c.areas, "330784105"), c.areas)
	}
}
