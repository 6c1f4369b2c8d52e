package fleet_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// form is a check point as a phone opens it.
type form struct {
	point, standard string
	asks            []asked
}

type asked struct {
	Code                               string
	MustPhoto, MustReason, PhotoAlways bool
	Limit                              *struct{ Min, Max string }
}

// plain items take a note where they fail, and nothing more.
func (a asked) plain() bool { return !a.MustPhoto && !a.MustReason && !a.PhotoAlways && a.Limit == nil }

// openForm finds a check point with two plain items that asks for neither a photo nor a signature where all is well.
func openForm(t *testing.T, p *person) form {
	t.Helper()
	var points struct {
		Items []struct {
			ID   string
			Sign bool
		}
	}
	p.mustRead(t, "/api/checklist/points?limit=100", &points)
	for _, one := range points.Items {
		var found struct {
			StandardID string
			Asks       []asked
		}
		p.mustRead(t, "/api/checklist/points/"+one.ID, &found)
		plain, camera := 0, one.Sign
		for _, a := range found.Asks {
			camera = camera || a.PhotoAlways
			if a.plain() {
				plain++
			}
		}
		if plain >= 2 && !camera {
			return form{one.ID, found.StandardID, found.Asks}
		}
	}
	t.Fatal("no check point fits")
	return form{}
}

func (p *person) mustRead(t *testing.T, path string, v any) {
	t.Helper()
	answer, ok := p.ask(t.Context(), http.MethodGet, path, "", "", nil, http.StatusOK)
	require.True(t, ok, "%s: %v %v", path, p.odd, p.faults)
	require.NoError(t, json.Unmarshal(answer, v))
}

// fill returns a finished check in which failed of the plain items fail.
func (f form) fill(client string, failed int) []byte {
	now := time.Now()
	answers := make([]map[string]any, len(f.asks))
	for i, a := range f.asks {
		answers[i] = map[string]any{"code": a.Code, "result": "pass"}
		if a.Limit != nil {
			answers[i]["measured"] = a.Limit.Max
			if a.Limit.Max == "" {
				answers[i]["measured"] = a.Limit.Min
			}
		}
		if failed > 0 && a.plain() {
			answers[i]["result"], answers[i]["note"] = "fail", "现场不符合，已告知班组"
			failed--
		}
	}
	b, err := json.Marshal(map[string]any{
		"clientId": client, "startedOn": now.In(shanghai).Format(time.DateOnly), "startedAt": now.UTC().Format(time.RFC3339Nano), "finishedAt": now.UTC().Format(time.RFC3339Nano),
		"pointId": f.point, "standardId": f.standard, "answers": answers,
	})
	if err != nil {
		panic(err) // strings
	}
	return b
}

var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)
