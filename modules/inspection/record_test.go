package inspection_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/kit/id"
	"anbiao/modules/inspection"
	"anbiao/rbac"
	"anbiao/testkit"
)

type kept struct{ ID, Outcome, Name string }

// another hangs up one more press.
func (w *world) another(t *testing.T, name, extra string) int64 {
	t.Helper()
	return w.api.As(w.safety).Post("/api/checklist/points", fmt.Sprintf(`{"name":%q,"place":"冲压车间","items":["PRS-01","PRS-02"]%s}`, name, extra)).Made(t)
}

func TestRoute(t *testing.T) {
	t.Parallel()
	w := setup(t)
	second, third := w.another(t, "2号冲压机", ""), w.another(t, "3号冲压机", "")
	photo := w.photo(t, w.worker, 10)
	at := func(point int64, code, result string) answer {
		a := answer{"pointId": fmt.Sprint(point), "code": code, "result": result}
		if result == "fail" {
			a["note"], a["photos"] = "光栅失灵", []string{fmt.Sprint(photo)}
		}
		return a
	}
	b := w.check(0)
	b["route"] = []string{fmt.Sprint(w.point), fmt.Sprint(second), fmt.Sprint(third)}
	all := []answer{
		at(w.point, "PRS-01", "pass"), at(w.point, "PRS-02", "fail"), at(w.point, "EDU-03", "pass"),
		at(second, "PRS-01", "pass"), at(second, "PRS-02", "fail"), at(third, "PRS-01", "pass"),
	}
	b["answers"] = all
	worker := w.api.As(w.worker)
	worker.Post("/api/inspection/checks", b).Refused(t, 422, "inspection.item-missing")
	all = append(all, at(third, "PRS-02", "pass"))
	b["answers"] = all
	for route, code := range map[string]string{
		fmt.Sprintf("%d,%d", second, w.point): "inspection.route", fmt.Sprintf("%d,%d,%d", w.point, second, second): "inspection.route",
		fmt.Sprintf("%d,%d", w.point, second): "inspection.unknown-point", fmt.Sprintf("%d,%d,%d,999999", w.point, second, third): "inspection.unknown-point",
	} {
		bad := w.check(0)
		bad["answers"], bad["route"] = all, split(route)
		worker.Post("/api/inspection/checks", bad).Refused(t, 422, code)
	}
	n := worker.Post("/api/inspection/checks", b).Made(t)
	require.Len(t, w.raised, 1)
	require.Len(t, w.raised[0].Items, 2, "one hazard a machine")
	require.Equal(t, []int64{w.point, second}, []int64{int64(w.raised[0].Items[0].PointID), int64(w.raised[0].Items[1].PointID)})
	require.Equal(t, "2号冲压机", w.raised[0].Items[1].PointName)

	var got struct {
		Points, Passed, Failed int
		Stops                  []struct{ PointID, Name, Number string }
		Answers                []struct{ PointID, PointName, Code string }
	}
	worker.Get(fmt.Sprintf("/api/inspection/checks/2026-03-10/%d", n)).OK(t, &got)
	require.Equal(t, []int{3, 5, 2}, []int{got.Points, got.Passed, got.Failed})
	require.Equal(t, "3号冲压机", got.Stops[2].Name)
	require.Equal(t, "0003", got.Stops[2].Number)
	require.Equal(t, "2号冲压机", got.Answers[4].PointName)
	for q, n := range map[string]int{"route=true": 1, "byException=true": 0, "paper=true": 0, "corrected=true": 0, fmt.Sprintf("pointId=%d", third): 1} {
		var p page
		w.api.As(w.safety).Get("/api/inspection/checks?"+q).OK(t, &p)
		require.Len(t, p.Items, n, q)
	}
}

func split(list string) (out []string) {
	for one := range strings.SplitSeq(list, ",") {
		out = append(out, one)
	}
	return out
}

func TestTeamCardOfALine(t *testing.T) {
	t.Parallel()
	w := setup(t)
	second := w.another(t, "2号冲压机", "")
	leader := w.Actor(t, w.firm, "leader")
	photo := w.photo(t, leader, 10)
	b := w.check(0)
	b["route"], b["byException"] = []string{fmt.Sprint(w.point), fmt.Sprint(second)}, true
	b["answers"] = []answer{{"pointId": fmt.Sprint(second), "code": "PRS-02", "result": "fail", "note": "光栅失灵", "photos": []string{fmt.Sprint(photo)}}}
	w.api.As(w.worker).Post("/api/inspection/checks", b).Refused(t, 422, "inspection.team-card")
	w.limits = map[string]*inspection.Limit{"EDU-03": {Unit: "人", Min: "1"}}
	w.api.As(leader).Post("/api/inspection/checks", b).Refused(t, 422, "inspection.explicit")
	w.limits = nil
	n := w.api.As(leader).Post("/api/inspection/checks", b).Made(t)
	var got struct {
		ByException                   bool
		Passed, Failed, NotApplicable int
		Stops                         []struct {
			Items     int
			Confirmed []struct{ Code, Requirement string }
		}
	}
	w.api.As(w.safety).Get(fmt.Sprintf("/api/inspection/checks/2026-03-10/%d", n)).OK(t, &got)
	require.True(t, got.ByException)
	require.Equal(t, []int{4, 1, 0}, []int{got.Passed, got.Failed, got.NotApplicable})
	require.Equal(t, []int{3, 1}, []int{got.Stops[0].Items, got.Stops[1].Items})
	require.Equal(t, "PRS-01", got.Stops[1].Confirmed[0].Code)
	require.NotEmpty(t, got.Stops[1].Confirmed[0].Requirement)

	printed := w.api.As(w.safety).Get(fmt.Sprintf("/api/inspection/checks/2026-03-10/%d/print", n))
	require.Equal(t, 200, printed.Status, "%s", printed.Body)
	require.True(t, strings.HasPrefix(string(printed.Body), "%PDF-"))
	require.Contains(t, printed.Header.Get("Content-Disposition"), ".pdf")
	w.api.As(w.other).Get(fmt.Sprintf("/api/inspection/checks/2026-03-10/%d/print", n)).Refused(t, 404, "rbac.not-found")
	rows, next, err := w.s.ExportPage(rbac.WithActor(t.Context(), w.safety), map[string][]string{"byException": {"true"}}, "", 10)
	require.NoError(t, err)
	require.Empty(t, next)
	require.Len(t, rows, 1)
	require.Len(t, rows[0].Values, len(inspection.ExportColumns()))
	_, _, err = w.s.ExportPage(rbac.WithActor(t.Context(), w.worker), nil, "", 10)
	require.ErrorIs(t, err, rbac.ErrForbidden)

	b["clientId"], b["answers"] = uuid.NewString(), []answer{}
	n = w.api.As(leader).Post("/api/inspection/checks", b).Made(t)
	require.Equal(t, int64(5), testkit.One[int64](t, w.W, "SELECT passed FROM inspection_check WHERE id = $1", n), "everything is fine")

	b["clientId"], b["taskId"] = uuid.NewString(), fmt.Sprint(w.task(t, ""))
	w.api.As(leader).Post("/api/inspection/checks", b).Refused(t, 422, "inspection.team-card")
}

func TestExplosivePoint(t *testing.T) {
	t.Parallel()
	w := setup(t)
	dusty := w.another(t, "抛光工位", `,"explosive":"dust","sign":true`)
	b := w.check(0)
	delete(b, "longitude")
	delete(b, "latitude")
	b["pointId"] = fmt.Sprint(dusty)
	b["answers"] = []answer{{"code": "PRS-01", "result": "pass"}, {"code": "PRS-02", "result": "fail", "note": "积尘"}}
	worker := w.api.As(w.worker)
	w.always = map[string]bool{"PRS-01": true}
	worker.Post("/api/inspection/checks", b).Refused(t, 422, "inspection.signature-needed")
	strokes := w.photo(t, w.worker, 30)
	b["signature"] = fmt.Sprint(strokes)
	n := worker.Post("/api/inspection/checks", b).Made(t)
	require.Equal(t, "inspection_signature", testkit.One[string](t, w.W, "SELECT bound_noun FROM attachment WHERE id = $1", strokes))
	w.api.As(w.safety).Get(fmt.Sprintf("/api/attachment/files/%d/content", strokes)).Refused(t, 404, "rbac.not-found")
	require.Equal(t, 200, w.api.As(w.safety).Get(fmt.Sprintf("/api/inspection/checks/2026-03-10/%d/signature", n)).Status)
	w.api.As(w.other).Get(fmt.Sprintf("/api/inspection/checks/2026-03-10/%d/signature", n)).Refused(t, 404, "rbac.not-found")
	b["clientId"] = uuid.NewString()
	worker.Post("/api/inspection/checks", b).Refused(t, 422, "inspection.signature-needed")

	// A printed card bears the signature; who copies it says who filled it.
	delete(b, "signature")
	b["paper"], b["staffId"] = true, fmt.Sprint(int64(w.worker.StaffID))
	w.api.As(w.other).Post("/api/inspection/checks", b).Refused(t, 422, "inspection.paper-by")
	n = w.api.As(w.safety).Post("/api/inspection/checks", b).Made(t)
	var got struct {
		Person, Entered string
		Paper           bool
	}
	worker.Get(fmt.Sprintf("/api/inspection/checks/2026-03-10/%d", n)).OK(t, &got)
	require.Equal(t, []any{w.worker.Name, w.safety.Name, true}, []any{got.Person, got.Entered, got.Paper})
	w.always = nil
	b = w.passed()
	b["paper"] = true
	worker.Post("/api/inspection/checks", b).Refused(t, 422, "inspection.paper")
	b["paper"], b["staffId"] = false, fmt.Sprint(int64(w.other.StaffID))
	worker.Post("/api/inspection/checks", b).Refused(t, 422, "inspection.paper-by")
}

func TestOutcome(t *testing.T) {
	t.Parallel()
	w := setup(t)
	n := w.task(t, "")
	b := w.passed()
	b["taskId"] = fmt.Sprint(n)
	var first, second kept
	w.api.As(w.other).Post("/api/inspection/checks", b).OK(t, &first)
	require.Equal(t, "kept", first.Outcome, "he took it over")
	late := w.passed()
	late["taskId"] = fmt.Sprint(n)
	w.api.As(w.worker).Key("k").Post("/api/inspection/checks", late).OK(t, &second)
	require.Equal(t, []string{"task-done-by-other", w.other.Name}, []string{second.Outcome, second.Name})
	for _, api := range []string{"k", "other key"} {
		var again kept
		w.api.As(w.worker).Key(api).Post("/api/inspection/checks", late).OK(t, &again)
		require.Equal(t, second, again)
	}
	require.Equal(t, first.ID, testkit.One[string](t, w.W, "SELECT check_id::text FROM inspection_task WHERE id = $1", n), "the task keeps its first check")

	moved := w.task(t, `,"items":["PRS-01"]`)
	w.Exec(t, "UPDATE inspection_task SET point_id = $1 WHERE id = $2", w.another(t, "2号冲压机", ""), moved)
	gone := w.passed()
	gone["taskId"], gone["answers"] = fmt.Sprint(moved), []answer{{"code": "PRS-01", "result": "pass"}}
	var third kept
	w.api.As(w.worker).Post("/api/inspection/checks", gone).OK(t, &third)
	require.Equal(t, "task-gone", third.Outcome)
	require.Equal(t, "open", testkit.One[string](t, w.W, "SELECT state FROM inspection_task WHERE id = $1", moved))
}

func TestCorrect(t *testing.T) {
	t.Parallel()
	w := setup(t)
	worker := w.api.As(w.worker)
	photo := w.photo(t, w.worker, 10)
	task := w.task(t, "")
	b := w.check(photo)
	b["taskId"] = fmt.Sprint(task)
	n := worker.Post("/api/inspection/checks", b).Made(t)
	url := fmt.Sprintf("/api/inspection/checks/2026-03-10/%d", n)
	other := w.photo(t, w.worker, 20)
	mend := map[string]any{"clientId": uuid.NewString(), "reason": "漏记一项", "answers": []answer{
		{"code": "PRS-01", "result": "fail", "note": "双手按钮失效", "photos": []string{fmt.Sprint(other)}},
		{"code": "PRS-02", "result": "fail", "note": "光栅失灵", "photos": []string{fmt.Sprint(photo)}, "measured": "0.3 s"},
		{"code": "EDU-03", "result": "na", "note": "本岗位无特种作业"},
	}}
	with := func(k string, v any) map[string]any {
		out := map[string]any{}
		for key, val := range mend {
			out[key] = val
		}
		out["clientId"], out[k] = uuid.NewString(), v
		return out
	}
	leader := w.Actor(t, w.firm, "leader")
	for name, c := range map[string]struct {
		body any
		code string
	}{
		"blank":   {with("reason", " 　"), "inspection.blank"},
		"same":    {with("answers", b["answers"]), "inspection.nothing-corrected"},
		"missing": {with("answers", []answer{{"code": "PRS-01", "result": "pass"}}), "inspection.item-missing"},
		"unknown": {with("answers", append([]answer{{"code": "BLR-01", "result": "pass"}}, mend["answers"].([]answer)...)), "inspection.unknown-item"},
		"no id":   {with("clientId", "x"), "http.unprocessable-entity"},
	} {
		require.Equal(t, c.code, worker.Post(url+"/corrections", c.body).Problem(t).Code, name)
	}
	w.api.As(leader).Post(url+"/corrections", mend).Refused(t, 404, "rbac.not-found")
	w.api.As(w.other).Post(url+"/corrections", mend).Refused(t, 404, "rbac.not-found")
	w.api.As(w.county).Post(url+"/corrections", mend).Refused(t, 403, "rbac.forbidden")
	second := worker.Post(url+"/corrections", mend).Made(t)
	require.Equal(t, second, worker.Post(url+"/corrections", mend).Made(t), "sent again")
	require.Len(t, w.raised, 2)
	require.Len(t, w.raised[1].Items, 1, "what failed before is no new hazard")
	require.Equal(t, "PRS-01", w.raised[1].Items[0].Code)
	require.Equal(t, id.Of[id.Check](second), w.raised[1].CheckID)
	require.Equal(t, second, testkit.One[int64](t, w.W, "SELECT check_id FROM inspection_task WHERE id = $1", task))
	worker.Post(url+"/corrections", with("reason", "再改")).Refused(t, 409, "inspection.corrected-already")

	type record struct {
		Version            int
		ReplacedBy, Reason string
		MayCorrect         bool
		Person, Entered    string
		Failed             int
		Versions           []struct{ ID, Person, Reason string }
	}
	var old, is record
	of := fmt.Sprintf("?companyId=%d", int64(w.firm.ID))
	w.api.As(w.county).Get(url+of).OK(t, &old)
	require.Equal(t, []any{1, fmt.Sprint(second), 1, false}, []any{old.Version, old.ReplacedBy, old.Failed, old.MayCorrect})
	newest := fmt.Sprintf("/api/inspection/checks/2026-03-10/%d", second)
	worker.Get(newest).OK(t, &is)
	require.Equal(t, []any{2, "", 2, true, "漏记一项"}, []any{is.Version, is.ReplacedBy, is.Failed, is.MayCorrect, is.Reason})
	require.Len(t, is.Versions, 2)
	for _, who := range []string{"", "&corrected=true"} {
		var p page
		w.api.As(w.county).Get("/api/inspection/checks"+of+who).OK(t, &p)
		require.Len(t, p.Items, 1)
		require.Equal(t, fmt.Sprint(second), p.Items[0].ID)
	}

	w.Set(noon.Add(8 * 24 * time.Hour))
	third := with("answers", b["answers"])
	worker.Post(newest+"/corrections", third).Refused(t, 409, "inspection.correct-late")
	last := w.api.As(w.safety).Post(newest+"/corrections", third).Made(t)
	worker.Get(fmt.Sprintf("/api/inspection/checks/2026-03-10/%d", last)).OK(t, &is)
	require.Equal(t, []any{3, w.worker.Name, w.safety.Name}, []any{is.Version, is.Person, is.Entered})
	require.Len(t, is.Versions, 3)
	require.Len(t, w.raised, 2, "nothing new failed")
}
