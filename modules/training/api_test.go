package training_test

import (
	"encoding/json"
	"strconv"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/modules/training"
	"anbiao/web/webtest"
)

// TestTrainingOverTheWire walks from a plan to hours as clients do, and tries what must be refused.
func TestTrainingOverTheWire(t *testing.T) {
	t.Parallel()
	w := setup(t)
	api := webtest.New(t, func(api huma.API) { training.Mount(api, w.s) })
	safety, worker, boss := api.As(w.safety), api.As(w.hand), api.As(w.boss)
	safety.Post("/api/training/plan/2026/fill", nil).OK(t, nil)
	boss.Post("/api/training/plan/2026/step", map[string]any{"step": "approve"}).OK(t, nil)
	boss.Post("/api/training/plan/2026/step", map[string]any{"step": "dance"}).Refused(t, 422, "http.unprocessable-entity")
	safety.Post("/api/training/plan/2026/step", map[string]any{"step": "approve"}).Refused(t, 403, "rbac.forbidden")
	safety.Get("/api/training/plan?year=99999").Refused(t, 422, "http.unprocessable-entity")

	session := map[string]any{"kind": "annual", "phase": "annual", "title": "消防培训", "heldOn": "2026-05-20", "starts": "12:00", "minutes": 90}
	with := func(key string, value any) map[string]any {
		out := map[string]any{}
		for k, v := range session {
			out[k] = v
		}
		out[key] = value
		return out
	}
	for key, value := range map[string]any{
		"starts": "25:00", "minutes": 0, "heldOn": "2026-02-30", "title": "", "people": []string{"x"}, "trainerId": "nobody", "phase": "never", "paperId": "-1x",
	} {
		safety.Post("/api/training/sessions", with(key, value)).Refused(t, 422, "http.unprocessable-entity")
	}
	safety.Post("/api/training/sessions", with("kind", "dance")).Refused(t, 422, "training.kind")
	worker.Post("/api/training/sessions", session).Refused(t, 403, "rbac.forbidden")
	n := strconv.FormatInt(safety.Post("/api/training/sessions", session).Made(t), 10)
	again := safety.Key("the same")
	first := again.Post("/api/training/sessions", with("title", "一次")).Made(t)
	require.Equal(t, first, again.Post("/api/training/sessions", with("title", "一次")).Made(t), "sent twice, made once")

	var sheet struct {
		Link    string            `json:"link"`
		Code    []string          `json:"code"`
		Waiting []json.RawMessage `json:"waiting"`
		MayRun  bool              `json:"mayRun"`
	}
	safety.Get("/api/training/sessions/"+n).OK(t, &sheet)
	require.Len(t, sheet.Waiting, 5)
	require.NotEmpty(t, sheet.Code)
	require.True(t, sheet.MayRun)
	token := sheet.Link[len("https://anbiao.example/field/train/"):]
	worker.Get("/api/training/sessions/"+n+"/run").Refused(t, 403, "training.not-yours")
	worker.Get("/api/training/sign-in?token=guessed-by-somebody").Refused(t, 404, "training.token")
	worker.Post("/api/training/sign-in", map[string]any{"token": token}).OK(t, nil)
	worker.Post("/api/training/sign-in", map[string]any{"token": token}).OK(t, nil)
	worker.Post("/api/training/sessions/"+n+"/rating", map[string]any{"rating": 6}).Refused(t, 422, "http.unprocessable-entity")
	worker.Post("/api/training/sessions/"+n+"/rating", map[string]any{"rating": 5}).OK(t, nil)
	safety.Post("/api/training/sessions/"+n+"/close", map[string]any{"results": []any{map[string]any{"staffId": "1", "score": 90}}}).Refused(t, 422, "training.person")
	safety.Post("/api/training/sessions/"+n+"/close", map[string]any{"summary": "好"}).OK(t, nil)
	var own struct {
		Hours struct {
			Had    int
			Duties []struct{ Rule, Basis string }
		}
	}
	worker.Get("/api/training/mine/hours").OK(t, &own)
	require.Equal(t, 90, own.Hours.Had)
	require.NotEmpty(t, own.Hours.Duties[0].Basis)

	town := api.As(w.Regulator(t, "town", "330784105"))
	var seen struct {
		Attendance []json.RawMessage `json:"attendance"`
		Attended   int               `json:"attended"`
		Link       string            `json:"link"`
	}
	town.Get("/api/training/sessions/"+n).OK(t, &seen)
	require.Equal(t, []any{0, 1, ""}, []any{len(seen.Attendance), seen.Attended, seen.Link}, "numbers, no names")
	town.Get("/api/training/sessions").Refused(t, 422, "training.company-needed")
	town.Get("/api/training/area?area=3301").Refused(t, 403, "training.area")
	town.Get("/api/training/hours").Refused(t, 403, "rbac.forbidden")
	town.Get("/api/training/sessions/"+n+"/record.pdf").Refused(t, 403, "rbac.forbidden")
	safety.Get("/api/training/sessions?cursor=junk").Refused(t, 422, "page.cursor")
}

// TestHoursOfAUnit lists who belongs to it or below it, and nobody else.
func TestHoursOfAUnit(t *testing.T) {
	t.Parallel()
	w := setup(t)
	api := webtest.New(t, func(api huma.API) { training.Mount(api, w.s) })
	safety := api.As(w.safety)
	safety.Post("/api/training/hours/recount", map[string]any{"year": 2026}).OK(t, nil)
	names := func(query string) (out []string) {
		var list struct{ Items []struct{ Name string } }
		safety.Get("/api/training/hours?year=2026&limit=100"+query).OK(t, &list)
		for _, r := range list.Items {
			out = append(out, r.Name)
		}
		return out
	}
	require.ElementsMatch(t, []string{w.director.Name, w.hand.Name, w.wu.Name}, names("&unitId="+w.press.String()))
	require.ElementsMatch(t, []string{w.boss.Name, w.safety.Name}, names("&unitId="+w.paint.String()))
	require.Len(t, names(""), 5)
	require.Empty(t, names("&unitId=999999"))
}
