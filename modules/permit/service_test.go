package permit_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/modules/permit"
	"anbiao/rbac"
	"anbiao/testkit"
)

type view = permit.PermitDetail

// TestPermits walks through one world, part by part.
func TestPermits(t *testing.T) {
	t.Parallel()
	w := setup(t)
	t.Run("from request to closing check", w.walk)
	t.Run("what a request may not say", w.badRequests)
	t.Run("a lapsed certificate blocks until it is allowed", w.lapsedCard)
	t.Run("gas out of limits interrupts the work", w.gas)
	t.Run("made without a connection", w.offline)
	t.Run("extension and approvers of the company", w.extension)
	t.Run("overdue and lapsed", w.overdue)
	t.Run("who sees what", w.reach)
	t.Run("paper, print and figures", w.paper)
}

func (w *world) request(t *testing.T, body m) (int64, string) {
	t.Helper()
	n := w.api.As(w.leader).Post("/api/permits", body).Made(t)
	return n, fmt.Sprintf("/api/permits/%d", n)
}

func (w *world) open(t *testing.T, a rbac.Actor, at string) (v view) {
	t.Helper()
	w.api.As(a).Get(at).OK(t, &v)
	return v
}

func (w *world) walk(t *testing.T) {
	worker, safety := w.api.As(w.welder), w.api.As(w.safety)
	asked := w.hot()
	n, at := w.request(t, asked)
	again, _ := w.request(t, asked)
	require.Equal(t, n, again, "sent twice, made once")
	v := w.open(t, w.welder, at)
	require.Equal(t, "DH-2026-0001", v.Number)
	require.Equal(t, permit.Requested, v.State)
	require.Equal(t, "worker", v.Part)
	require.Equal(t, []permit.Event{permit.Amend, permit.Cancel}, v.May)

	w.api.As(w.leader).Post(at+"/approve", w.approval(t, w.leader)).Refused(t, 403, "permit.own-approval")
	worker.Post(at+"/approve", w.approval(t, w.welder)).Refused(t, 403, "rbac.forbidden")
	ok := w.approval(t, w.safety)
	safety.Post(at+"/approve", with(ok, m{"onSite": false})).Refused(t, 422, "permit.on-spot")
	safety.Post(at+"/approve", with(ok, m{"signature": ""})).Refused(t, 422, "permit.signature-needed")
	safety.Post(at+"/approve", with(ok, m{"answers": []m{}})).Refused(t, 422, "permit.item-missing")
	safety.Post(at+"/approve", with(ok, m{"longitude": nil})).Refused(t, 422, "permit.position")
	worker.Post(at+"/start", begin()).Refused(t, 409, "permit.now")
	safety.Post(at+"/approve", ok).OK(t, nil)
	safety.Post(at+"/approve", ok).OK(t, nil) // the same step again
	safety.Post(at+"/approve", w.approval(t, w.safety)).Refused(t, 409, "permit.now")

	for code, bad := range map[string]m{
		"permit.item-failed":     {"answers": yes("hot_work", "start", m{"code": "HOT-05", "result": "fail", "note": "有油布"})},
		"permit.item-missing":    {"answers": yes("hot_work", "start")[1:]},
		"permit.item-unknown":    {"answers": append(yes("hot_work", "start"), m{"code": "HOT-08", "result": "pass"})},
		"permit.reading-missing": {"readings": []m{}},
		"permit.reading-out":     {"readings": []m{{"gas": "combustible", "value": "0.6"}}},
		"permit.gas-unknown":     {"readings": []m{{"gas": "helium", "value": "0.6"}}},
		"permit.watcher-absent":  {"watcherPresent": false},
	} {
		p := worker.Post(at+"/start", with(begin(), bad)).Problem(t)
		require.Equal(t, code, p.Code)
		require.NotEmpty(t, p.Errors, code)
	}
	stale := with(begin(), m{"readings": []m{{"gas": "combustible", "value": "0.1", "at": "2026-03-10T11:29:00+08:00"}}})
	worker.Post(at+"/start", stale).Refused(t, 409, "permit.reading-missing")
	worker.Post(at+"/start", begin()).OK(t, nil)
	require.Len(t, w.occurred, 1)
	require.Contains(t, w.occurred[0].Items, "HOT-05")
	require.False(t, w.due[0].On.IsZero())

	w.Set(noon.Add(time.Hour))
	worker.Post(at+"/suspend", m{"reason": "午休"}).OK(t, nil)
	w.Set(noon.Add(2*time.Hour + time.Minute)) // 61 minutes: measured anew
	resume := m{"watcherPresent": true, "answers": []m{}}
	worker.Post(at+"/resume", resume).Refused(t, 409, "permit.reading-missing")
	worker.Post(at+"/resume", with(resume, m{"readings": []m{{"gas": "combustible_low", "value": "0.1"}}})).OK(t, nil)

	done := w.closing(t, w.welder)
	worker.Post(at+"/close", with(done, m{"siteClear": false})).Refused(t, 409, "permit.not-clear")
	worker.Post(at+"/close", with(done, m{"quietMinutes": 29})).Refused(t, 409, "permit.watch-time")
	worker.Post(at+"/close", with(done, m{"photos": []string{}})).Refused(t, 422, "permit.photo-needed")
	worker.Post(at+"/close", done).OK(t, nil)
	v = w.open(t, w.safety, at)
	require.Equal(t, permit.Closed, v.State)
	require.False(t, v.ClosedLate)
	require.Empty(t, v.May)
	require.Len(t, v.Steps, 6)
	require.True(t, w.due[len(w.due)-1].On.IsZero(), "settled")
	worker.Post(at+"/cancel", m{"reason": "不做了"}).Refused(t, 409, "permit.now")
	require.Equal(t, 6, testkit.One[int](t, w.W, "SELECT count(*)::int FROM permit_step WHERE permit_id = $1", n))
	w.Set(noon)
}

func (w *world) badRequests(t *testing.T) {
	leader := w.api.As(w.leader)
	for name, c := range map[string]struct {
		more   m
		status int
		code   string
	}{
		"kind":           {m{"kind": "diving"}, 422, "http.unprocessable-entity"},
		"level":          {m{"level": "third"}, 422, "permit.kind-unknown"},
		"backwards":      {m{"untilAt": "2026-03-10T11:00:00+08:00"}, 422, "permit.times"},
		"next year":      {m{"fromAt": "2027-03-10T11:00:00+08:00", "untilAt": "2027-03-10T12:00:00+08:00"}, 422, "permit.times"},
		"73 hours":       {m{"untilAt": "2026-03-13T13:00:00+08:00"}, 422, "permit.too-long"},
		"8 hours":        {m{"level": "first", "untilAt": "2026-03-10T20:01:00+08:00"}, 422, "permit.too-long"},
		"watcher works":  {m{"watcherId": w.welder.StaffID.String()}, 422, "permit.people-overlap"},
		"twice":          {m{"crew": []m{{"staffId": w.welder.StaffID.String()}, {"staffId": w.welder.StaffID.String()}}}, 422, "permit.people-overlap"},
		"stranger":       {m{"crew": []m{{"staffId": w.stranger.StaffID.String()}}}, 422, "permit.staff-unknown"},
		"nameless":       {m{"crew": []m{{"name": "外来工"}}}, 422, "permit.blank"},
		"no such unit":   {m{"unitId": "999999"}, 422, "permit.unit-unknown"},
		"no such point":  {m{"pointId": "999999"}, 422, "permit.point-unknown"},
		"blank place":    {m{"place": "  "}, 422, "permit.blank"},
		"no detail":      {m{"details": []m{}}, 422, "permit.detail"},
		"wrong detail":   {m{"details": []m{{"key": "way", "value": "爆破"}}}, 422, "permit.detail"},
		"own approver":   {m{"approverId": w.leader.StaffID.String()}, 422, "permit.people-overlap"},
		"no photo":       {m{"photos": []string{"999999"}}, 422, "attachment.unknown"},
		"future":         {m{"at": "2026-03-10T13:00:00+08:00"}, 422, "permit.future"},
		"too low a rung": {m{"kind": "height", "level": "I", "details": []m{{"key": "height", "value": "6"}}}, 422, "permit.level-too-low"},
		"not a number":   {m{"kind": "height", "level": "", "details": []m{{"key": "height", "value": "高"}}}, 422, "permit.detail"},
	} {
		got := leader.Post("/api/permits", with(w.hot(), c.more))
		p := got.Problem(t)
		require.Equal(t, c.status, got.Status, name)
		require.Equal(t, c.code, p.Code, name)
	}
	leader.Get("/api/permits/999999").Refused(t, 404, "rbac.not-found")
	leader.Get("/api/permits?cursor=xx").Refused(t, 422, "page.cursor")
}

func (w *world) lapsedCard(t *testing.T) {
	w.held[w.welder.StaffID][0].Valid = false
	defer func() { w.held[w.welder.StaffID] = []permit.Holding{weld} }()
	_, at := w.request(t, w.hot())
	director, safety := w.api.As(w.director), w.api.As(w.safety)
	p := director.Post(at+"/approve", w.approval(t, w.director)).Refused(t, 409, "permit.certificate-lapsed")
	require.Contains(t, p.Detail, w.welder.Name)
	require.Contains(t, p.Detail, "2028-01-01")
	v := w.open(t, w.director, at)
	require.Len(t, v.Lacks, 1)
	director.Post(at+"/override", m{"reason": "急用"}).Refused(t, 403, "rbac.forbidden")
	safety.Post(at+"/override", m{"reason": " "}).Refused(t, 422, "http.unprocessable-entity")
	safety.Post(at+"/override", m{"reason": "复审成绩已合格，证件在途"}).OK(t, nil)
	safety.Post(at+"/override", m{"reason": "再来一次"}).Refused(t, 409, "permit.nothing-to-override")
	director.Post(at+"/approve", w.approval(t, w.director)).OK(t, nil)
	v = w.open(t, w.director, at)
	require.Empty(t, v.Lacks)
	require.Equal(t, "复审成绩已合格，证件在途", v.OverrideReason)
	require.Equal(t, 1, testkit.One[int](t, w.W, "SELECT count(*)::int FROM audit_entry WHERE noun = 'permit' AND fields::text LIKE '%在途%'"))
	w.api.As(w.welder).Post(at+"/start", begin()).OK(t, nil)
}

func (w *world) gas(t *testing.T) {
	_, at := w.request(t, w.hot())
	w.api.As(w.safety).Post(at+"/approve", w.approval(t, w.safety)).OK(t, nil)
	watcher := w.api.As(w.watcher)
	watcher.Post(at+"/start", begin()).OK(t, nil)
	raised := len(w.raised)
	out := m{"clientId": uuid.NewString(), "readings": []m{{"gas": "combustible", "value": "0.8"}}}
	watcher.Post(at+"/readings", out).OK(t, nil)
	watcher.Post(at+"/readings", out).OK(t, nil)
	v := w.open(t, w.watcher, at)
	require.Equal(t, permit.Suspended, v.State)
	require.True(t, v.Readings[0].Out)
	require.Len(t, w.raised, raised+1)
	w.run(t)
	require.Equal(t, "permit.read-told", w.told[len(w.told)-1].Code)
	w.Set(noon.Add(time.Minute)) // however short: gas was the reason
	defer w.Set(noon)
	resume := m{"watcherPresent": true, "readings": []m{}}
	watcher.Post(at+"/resume", resume).Refused(t, 409, "permit.reading-out")
	watcher.Post(at+"/resume", with(resume, m{"readings": []m{{"gas": "combustible", "value": "0.2"}}})).OK(t, nil)
	require.Equal(t, permit.Open, w.open(t, w.watcher, at).State)
}

func (w *world) offline(t *testing.T) {
	late := with(w.hot(), m{"offline": true, "at": "2026-03-09T08:00:00+08:00", "fromAt": "2026-03-09T08:00:00+08:00", "untilAt": "2026-03-09T10:00:00+08:00"})
	_, at := w.request(t, late)
	v := w.open(t, w.leader, at)
	require.Equal(t, permit.Requested, v.State, "in time when it was asked for")
	require.NotEqual(t, v.Steps[0].At, v.Steps[0].ReceivedAt)
	_, at = w.request(t, with(late, m{"clientId": uuid.NewString(), "untilAt": "2026-03-20T10:00:00+08:00"}))
	v = w.open(t, w.leader, at)
	require.Equal(t, permit.Refused, v.State, "kept, with what is wrong")
	require.Equal(t, "permit.too-long", v.Steps[0].Problem)

	_, at = w.request(t, w.hot())
	raised := len(w.raised)
	bad := with(begin(), m{"offline": true, "answers": yes("hot_work", "start", m{"code": "HOT-05", "result": "fail", "note": "地沟未封"})})
	w.api.As(w.welder).Post(at+"/start", bad).OK(t, nil)
	w.api.As(w.welder).Post(at+"/start", bad).OK(t, nil)
	v = w.open(t, w.leader, at)
	require.Equal(t, permit.Requested, v.State)
	require.Len(t, v.Steps, 2)
	require.Equal(t, "permit.now", v.Steps[1].Problem, "nobody had approved it")
	require.Len(t, w.raised, raised)

	w.api.As(w.safety).Post(at+"/approve", w.approval(t, w.safety)).OK(t, nil)
	w.api.As(w.welder).Post(at+"/start", with(bad, m{"clientId": uuid.NewString()})).OK(t, nil)
	v = w.open(t, w.leader, at)
	require.Equal(t, "permit.item-failed", v.Steps[3].Problem)
	require.Equal(t, permit.Approved, v.State)
	require.Len(t, w.raised, raised+1, "what was found wrong is a hazard")
	w.api.As(w.welder).Post(at+"/start", begin()).OK(t, nil)
	w.Set(noon.Add(24 * time.Hour)) // closed in time, and sent a day later
	defer w.Set(noon)
	w.sweep(t)
	w.api.As(w.watcher).Post(at+"/close", with(w.closing(t, w.watcher), m{"offline": true, "at": "2026-03-10T17:50:00+08:00"})).OK(t, nil)
	v = w.open(t, w.leader, at)
	require.Equal(t, permit.Closed, v.State)
	require.False(t, v.ClosedLate)
	require.False(t, v.Overdue)
	other, _ := w.request(t, with(w.hot(), m{"fromAt": "2026-03-11T12:00:00+08:00", "untilAt": "2026-03-11T18:00:00+08:00"}))
	w.api.As(w.welder).Post(fmt.Sprintf("/api/permits/%d/start", other), with(begin(), m{"clientId": v.Steps[0].ClientID})).Refused(t, 409, "permit.client-id-used")
}

func (w *world) extension(t *testing.T) {
	_, at := w.request(t, with(w.hot(), m{"level": "first", "untilAt": "2026-03-10T16:00:00+08:00"}))
	w.api.As(w.director).Post(at+"/approve", w.approval(t, w.director)).Refused(t, 403, "permit.approver")
	rule := m{"kind": "hot_work", "level": "first", "staffIds": []string{w.director.StaffID.String()}}
	set := m{"approvers": []m{rule}, "areas": []m{{"name": "焊接车间固定动火区"}}, "holidayUp": true}
	w.api.As(w.director).Put("/api/permits/setting", set).Refused(t, 403, "rbac.forbidden")
	w.api.As(w.safety).Put("/api/permits/setting", with(set, m{"approvers": []m{with(rule, m{"level": "ninth"})}})).Refused(t, 422, "permit.kind-unknown")
	w.api.As(w.safety).Put("/api/permits/setting", with(set, m{"approvers": []m{with(rule, m{"staffIds": []string{w.stranger.StaffID.String()}})}})).Refused(t, 422, "permit.staff-unknown")
	w.api.As(w.safety).Put("/api/permits/setting", set).OK(t, nil)
	w.api.As(w.safety).Post(at+"/approve", w.approval(t, w.safety)).Refused(t, 403, "permit.approver")
	w.api.As(w.director).Post(at+"/approve", w.approval(t, w.director)).OK(t, nil)
	w.api.As(w.welder).Post(at+"/start", begin()).OK(t, nil)
	more := with(w.approval(t, w.director), m{"untilAt": "2026-03-10T20:01:00+08:00"})
	delete(more, "answers")
	director := w.api.As(w.director)
	director.Post(at+"/extend", more).Refused(t, 422, "permit.too-long")
	director.Post(at+"/extend", with(more, m{"untilAt": "2026-03-10T15:00:00+08:00"})).Refused(t, 422, "permit.times")
	director.Post(at+"/extend", with(more, m{"untilAt": "2026-03-10T20:00:00+08:00"})).OK(t, nil)
	require.Equal(t, "2026-03-10T12:00:00Z", w.open(t, w.director, at).UntilAt.Format(time.RFC3339))
	// On a holiday hot work goes one level up.
	_, up := w.request(t, with(w.hot(), m{"level": "first", "fromAt": "2026-03-12T08:00:00+08:00", "untilAt": "2026-03-12T12:00:00+08:00"}))
	v := w.open(t, w.safety, up)
	require.Equal(t, "special", v.Level)
	require.True(t, v.Raised)
	w.api.As(w.safety).Put("/api/permits/setting", with(set, m{"approvers": []m{}})).OK(t, nil)
	w.api.As(w.director).Post(up+"/refuse", m{"reason": "节日停产"}).Refused(t, 403, "permit.approver")
	w.api.As(w.principal).Post(up+"/refuse", m{"reason": "节日停产"}).OK(t, nil)
}

func (w *world) overdue(t *testing.T) {
	n, at := w.request(t, w.hot())
	idle, _ := w.request(t, w.hot())
	w.api.As(w.safety).Post(at+"/approve", w.approval(t, w.safety)).OK(t, nil)
	w.api.As(w.welder).Post(at+"/start", begin()).OK(t, nil)
	defer w.Set(noon)
	reminders := func() (out []string) {
		for _, x := range w.told {
			if int64(x.PermitID) == n && x.Step < 0 {
				out = append(out, x.Code)
			}
		}
		return out
	}
	for _, c := range []struct {
		after time.Duration
		want  []string
	}{
		{6 * time.Hour, nil}, // 18:00 sharp
		{6*time.Hour + time.Minute, []string{"permit.overdue-1"}},
		{6*time.Hour + 20*time.Minute, []string{"permit.overdue-1"}},
		{7*time.Hour + time.Minute, []string{"permit.overdue-1", "permit.overdue-2"}},
		{31 * time.Hour, []string{"permit.overdue-1", "permit.overdue-2", "permit.overdue-3"}},
		{200 * time.Hour, []string{"permit.overdue-1", "permit.overdue-2", "permit.overdue-3"}},
	} {
		w.Set(noon.Add(c.after))
		w.sweep(t)
		require.Equal(t, c.want, reminders(), c.after)
	}
	require.Equal(t, "lapsed", testkit.One[string](t, w.W, "SELECT state FROM permit WHERE id = $1", idle))
	v := w.open(t, w.safety, at)
	require.True(t, v.Overdue)
	require.Equal(t, permit.Overdue, v.Steps[len(v.Steps)-1].Event)
	w.api.As(w.welder).Post(at+"/close", w.closing(t, w.welder)).OK(t, nil)
	require.True(t, w.open(t, w.safety, at).ClosedLate)
}

func (w *world) reach(t *testing.T) {
	painting := w.Unit(t, w.firm, 0, "workshop", "喷涂车间")
	next := w.Placed(t, w.Actor(t, w.firm, "director"), painting)
	idle := w.Placed(t, w.Actor(t, w.firm, "worker"), w.workshop)
	_, at := w.request(t, w.hot())
	for name, c := range map[string]struct {
		actor rbac.Actor
		sees  bool
	}{
		"safety": {w.safety, true}, "principal": {w.principal, true}, "leader of the team": {w.leader, true}, "director": {w.director, true}, "takes part": {w.welder, true},
		"watches": {w.watcher, true}, "county": {w.county, true}, "another workshop": {next, false}, "a colleague of the team": {idle, false}, "another company": {w.stranger, false},
		"another county": {w.elsewhere, false},
	} {
		got := w.api.As(c.actor).Get(at)
		list := w.api.As(c.actor).Get(fmt.Sprintf("/api/permits?limit=100&companyId=%d", w.firm.ID))
		var rows struct{ Items []permit.PermitRow }
		list.OK(t, &rows)
		require.Equal(t, c.sees, got.Status == 200, name)
		require.Equal(t, c.sees, len(rows.Items) > 0, name)
		if !c.sees {
			w.api.As(c.actor).Get(at+"/print").Refused(t, 404, "rbac.not-found")
		}
	}
	w.api.As(next).Post(at+"/approve", w.approval(t, next)).Refused(t, 404, "rbac.not-found")
	w.api.As(idle).Post(at+"/cancel", m{"reason": "不做了"}).Refused(t, 404, "rbac.not-found")
	w.api.As(w.stranger).Post(at+"/refuse", m{"reason": "不做了"}).Refused(t, 404, "rbac.not-found")
	w.api.As(w.county).Post(at+"/refuse", m{"reason": "不做了"}).Refused(t, 403, "rbac.forbidden")
	w.api.As(w.county).Get("/api/permits").Refused(t, 422, "permit.company-needed")
	var b permit.BoardView
	w.api.As(idle).Get("/api/permits/board").OK(t, &b)
	require.NotEmpty(t, b.Items, "the board is for everybody of the company")
	var mine struct{ Items []permit.PermitRow }
	w.api.As(idle).Get("/api/permits?mine=true").OK(t, &mine)
	require.Empty(t, mine.Items)
	require.Empty(t, w.open(t, w.county, at).Lacks, "a regulator is told nothing of certificates")
}
