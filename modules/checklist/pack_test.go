package checklist_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/modules/checklist"
)

type pack struct {
	StandardID string
	Version    int
	Points     []struct {
		Point json.RawMessage
		Codes []string
	}
	Asks []json.RawMessage
}

// TestPack: what a phone takes along makes the same forms that each point answers by itself.
func TestPack(t *testing.T) {
	t.Parallel()
	w := setup(t)
	worker, safety := w.api.As(w.worker), w.api.As(w.safety)
	worker.Get("/api/checklist/pack").Refused(t, 404, "checklist.no-standard")
	st := w.publish(t, w.safety, checklist.Draft{})
	ids := []int64{}
	for _, f := range []checklist.PointForm{
		{Name: "1号冲压机", Modules: []string{"PRS"}, Items: []string{"PPE-01"}},
		{Name: "2号冲压机", Modules: []string{"PRS"}, Items: []string{}},
		{Name: "门口", Modules: []string{}, Items: []string{"PPE-01"}},
	} {
		ids = append(ids, safety.Post("/api/checklist/points", f).Made(t))
	}
	var p pack
	got := worker.Get("/api/checklist/pack").OK(t, &p)
	tag := got.Header.Get("ETag")
	require.NotEmpty(t, tag)
	require.Len(t, p.Points, 3)
	asks := map[string]json.RawMessage{}
	for _, raw := range p.Asks {
		var a struct{ Code string }
		require.NoError(t, json.Unmarshal(raw, &a))
		require.NotContains(t, asks, a.Code, "once")
		asks[a.Code] = raw
	}
	for i, n := range ids {
		var f struct {
			Point      json.RawMessage
			StandardID string
			Asks       []json.RawMessage
		}
		safety.Get(fmt.Sprintf("/api/checklist/points/%d", n)).OK(t, &f)
		require.Equal(t, fmt.Sprint(st), f.StandardID)
		require.Equal(t, f.StandardID, p.StandardID)
		require.JSONEq(t, string(f.Point), string(p.Points[i].Point))
		require.Len(t, p.Points[i].Codes, len(f.Asks))
		for k, code := range p.Points[i].Codes {
			require.JSONEq(t, string(f.Asks[k]), string(asks[code]))
		}
	}

	same := worker.With("If-None-Match", tag).Get("/api/checklist/pack")
	require.Equal(t, 304, same.Status)
	require.Empty(t, same.Body)
	w.Set(noon.Add(time.Minute))
	safety.Post(fmt.Sprintf("/api/checklist/points/%d/retire", ids[1]), nil).Made(t)
	worker.With("If-None-Match", tag).Get("/api/checklist/pack").OK(t, &p)
	require.Len(t, p.Points, 2)

	w.api.As(w.stranger).Get("/api/checklist/pack").Refused(t, 404, "checklist.no-standard")
	w.api.As(w.county).Get("/api/checklist/pack").Refused(t, 403, "rbac.forbidden")
	w.api.As(w.finner).Get("/api/checklist/pack").Refused(t, 403, "rbac.forbidden")
	w.api.Anonymous().Get("/api/checklist/pack").Refused(t, 401, "rbac.unauthenticated")
}
