package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/rbac"
	"anbiao/testkit"
	"anbiao/web/webtest"
)

// setUpForm is what the phone of a small hardware shop sends.
func setUpForm() map[string]any {
	return map[string]any{
		"staffCount": 8, "address": "芝英镇柿后村12号", "tags": []string{"press", "grinder"},
		"posts": []map[string]any{
			{"name": "老板", "types": []string{"principal"}, "mine": true},
			{"name": "安全员", "types": []string{"safety_manager"}, "mine": true},
			{"name": "冲压工", "types": []string{"stamping_operator"}, "person": "应小龙"},
			{"name": "打磨工", "types": []string{"grinding_operator"}},
		},
	}
}

type month struct {
	SetUp, Light, Done, MayZero bool
	Items, Majors, Answered     int
	TaskID, PointID, Period     string
}

// check answers everything the month's list asks: nothing is wrong.
func (w *town) check(t *testing.T, c webtest.Client, m month) {
	t.Helper()
	var form struct {
		StandardID string
		Asks       []struct{ Code string }
	}
	c.Get("/api/checklist/points/"+m.PointID).OK(t, &form)
	require.Len(t, form.Asks, m.Items)
	var answers []map[string]any
	for _, a := range form.Asks {
		answers = append(answers, map[string]any{"code": a.Code, "result": "pass"})
	}
	today := w.Now().In(time.FixedZone("", 8*3600))
	c.Post("/api/inspection/checks", map[string]any{
		"clientId": uuid.NewString(), "startedOn": today.Format(time.DateOnly), "startedAt": today.Format(time.RFC3339), "finishedAt": today.Add(time.Minute).Format(time.RFC3339),
		"pointId": m.PointID, "standardId": form.StandardID, "taskId": m.TaskID, "answers": answers,
	}).Made(t)
}

func TestMicroFirm(t *testing.T) {
	t.Parallel()
	w := activationTown(t, 1)
	boss := w.Actor(t, w.firms[0], "principal", "safety")
	c := w.api.As(boss)
	first := c.Key("tap").Post("/api/activation/set-up", setUpForm()).Made(t)
	require.Equal(t, int64(w.firms[0].ID), first)
	require.Equal(t, first, c.Key("tap").Post("/api/activation/set-up", setUpForm()).Made(t), "tapped twice")
	require.Equal(t, first, c.Post("/api/activation/set-up", setUpForm()).Made(t), "set up again")
	for q, want := range map[string]int{
		"SELECT count(*) FROM checklist_point": 1, "SELECT count(*) FROM inspection_plan WHERE frequency = 'monthly'": 1, "SELECT count(DISTINCT plan_id) FROM inspection_task": 1,
		"SELECT count(*) FROM staff_post": 4, "SELECT count(*) FROM staff_person": 2, "SELECT count(*) FROM staff_assignment": 3, "SELECT count(*) FROM checklist_standard": 1,
		"SELECT count(*) FROM activation_profile WHERE light": 1,
	} {
		require.Equal(t, want, testkit.One[int](t, w.W, q), q)
	}
	var m month
	c.Get("/api/activation/month").OK(t, &m)
	require.True(t, m.SetUp && m.Light && !m.Done && !m.MayZero)
	require.Equal(t, max(15, m.Majors), m.Items)
	c.Post("/api/activation/zero", nil).Refused(t, 409, "activation.list-open")
	w.check(t, c, m)
	c.Get("/api/activation/month").OK(t, &m)
	require.True(t, m.Done)
	require.Equal(t, m.Items, m.Answered)
	c.Post("/api/activation/zero", nil).Refused(t, 409, "activation.no-report")
	w.Exec(t, "UPDATE inspection_check SET failed = 1")
	c.Post("/api/activation/zero", nil).Refused(t, 409, "activation.hazards-found")
	w.Exec(t, "UPDATE inspection_check SET failed = 0")
	w.zero(t, c, boss)
	w.grow(t, c, m)
}

// zero makes a zero report in two taps.
func (w *town) zero(t *testing.T, c webtest.Client, boss rbac.Actor) {
	t.Helper()
	c.Post("/api/selfreport/reports", map[string]string{"cycle": "HZ-Q"}).Made(t)
	var z struct{ ReportID, ContentHash string }
	c.Post("/api/activation/zero", nil).OK(t, &z)
	sign := map[string]string{"reportId": z.ReportID, "contentHash": z.ContentHash}
	c.Post("/api/activation/zero/confirm", map[string]string{"reportId": z.ReportID, "contentHash": fmt.Sprintf("%064d", 0)}).Refused(t, 409, "selfreport.content-moved")
	c.Post("/api/activation/zero/confirm", sign).Made(t)
	c.Post("/api/activation/zero/confirm", sign).Made(t)
	require.Equal(t, []string{"submitted " + boss.Name}, testkit.All[string](t, w.W, "SELECT state || ' ' || signed_by_name FROM selfreport WHERE zero"))
	w.api.As(w.Actor(t, w.Company(t, "330784101"), "principal")).Post("/api/activation/zero/confirm", sign).Refused(t, 404, "rbac.not-found")
	w.api.As(w.officer).Post("/api/activation/zero/confirm", sign).Refused(t, 403, "rbac.forbidden")
}

// grow goes over to the full profile and finds everything where it was.
func (w *town) grow(t *testing.T, c webtest.Client, m month) {
	t.Helper()
	before := testkit.All[string](t, w.W, `SELECT 'check ' || id FROM inspection_check UNION ALL SELECT 'point ' || id || public_id FROM checklist_point
		UNION ALL SELECT 'plan ' || id FROM inspection_plan UNION ALL SELECT 'post ' || id FROM staff_post ORDER BY 1`)
	c.Post("/api/activation/full", nil).Made(t)
	c.Post("/api/activation/full", nil).Refused(t, 409, "activation.full-already")
	c.Post("/api/activation/set-up", setUpForm()).Refused(t, 409, "activation.full-already")
	require.Equal(t, before, testkit.All[string](t, w.W, `SELECT 'check ' || id FROM inspection_check UNION ALL SELECT 'point ' || id || public_id FROM checklist_point
		UNION ALL SELECT 'plan ' || id FROM inspection_plan UNION ALL SELECT 'post ' || id FROM staff_post ORDER BY 1`))
	var form struct {
		Asks []struct{ Code string }
	}
	c.Get("/api/checklist/points/"+m.PointID).OK(t, &form)
	require.Greater(t, len(form.Asks), 40, "the point asks the whole standard")
	var st struct {
		Version int
		Asks    []struct{ Disabled string }
	}
	c.Get("/api/checklist/standard").OK(t, &st)
	require.Equal(t, 2, st.Version)
	for _, a := range st.Asks {
		require.Empty(t, a.Disabled)
	}
}

func TestSetUpRefusals(t *testing.T) {
	t.Parallel()
	w := activationTown(t, 1)
	c := w.api.As(w.Actor(t, w.firms[0], "principal", "safety"))
	c.Post("/api/activation/full", nil).Refused(t, 409, "activation.not-set-up")
	c.Post("/api/activation/zero", nil).Refused(t, 409, "activation.not-set-up")
	try := func(change func(map[string]any)) webtest.Answer {
		f := setUpForm()
		change(f)
		return c.Post("/api/activation/set-up", f)
	}
	try(func(f map[string]any) { f["staffCount"] = 20 }).Refused(t, 422, "activation.not-micro")
	try(func(f map[string]any) {
		f["posts"] = append(f["posts"].([]map[string]any), map[string]any{"name": "焊工", "types": []string{}}, map[string]any{"name": "电工", "types": []string{}})
	}).Refused(t, 422, "activation.too-many-posts")
	try(func(f map[string]any) { f["posts"] = []map[string]any{} }).Refused(t, 422, "activation.post-needed")
	try(func(f map[string]any) { f["tags"] = []string{"no such tag"} }).Refused(t, 422, "company.tag")
	try(func(f map[string]any) { f["posts"] = []map[string]any{{"name": "怪", "types": []string{"wizard"}}} }).Refused(t, 422, "staff.post-type-unknown")
	try(func(f map[string]any) { f["staffCount"] = "八" }).Refused(t, 422, "http.unprocessable-entity")
	require.Zero(t, testkit.One[int](t, w.W, "SELECT count(*) FROM checklist_standard"), "what is refused leaves nothing behind")
	worker := w.api.As(w.Actor(t, w.firms[0], "worker"))
	worker.Post("/api/activation/set-up", setUpForm()).Refused(t, 403, "rbac.forbidden")
	worker.Get("/api/activation/month").Refused(t, 403, "rbac.forbidden")
	w.api.As(w.officer).Get("/api/activation/set-up").Refused(t, 403, "rbac.forbidden")
}
