package transfer_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/stretchr/testify/require"

	"anbiao/modules/transfer"
	"anbiao/web/webtest"
)

func TestAPI(t *testing.T) {
	t.Parallel()
	w := setup(t)
	api := webtest.New(t, func(a huma.API) { transfer.Mount(a, w.s) })
	county, other := api.As(w.Regulator(t, "county", "330784")), api.As(w.Regulator(t, "county", "330784"))
	safety := api.As(w.Actor(t, w.Company(t, "330784105"), "safety"))
	file, bad := roster(t, 60)
	form := map[string]string{"kind": "company-roster"}
	up := webtest.File{Field: "file", Name: "../../名录 2026.xlsx", Content: file}

	n := county.Key("once").Upload("/api/transfer/transfers", form, up).Made(t)
	require.Equal(t, n, county.Key("once").Upload("/api/transfer/transfers", form, up).Made(t), "repeated with its key")
	w.drain(t)
	path := fmt.Sprintf("/api/transfer/transfers/%d", n)
	var one struct {
		Status, FileName         string
		Total, Failed, New, Done int
		Headers                  []string
		Places                   map[string]int
		HeaderRow                int
		Columns                  []struct{ Key, Title string }
	}
	county.Get(path).OK(t, &one)
	require.Equal(t, "ready", one.Status)
	require.Equal(t, "名录 2026.xlsx", one.FileName)
	require.Equal(t, []int{60, len(bad), 60 - len(bad), 3}, []int{one.Total, one.Failed, one.New, one.HeaderRow})
	require.Equal(t, 1, one.Places["uscc"])

	var rows struct {
		Items []struct {
			Number int
			Cells  map[string]string
			Faults []struct{ Column, Cell, Code, Message string }
		}
	}
	county.In("en").Get(path+"/rows?only=failed&limit=100").OK(t, &rows)
	require.Len(t, rows.Items, len(bad))
	require.NotEmpty(t, rows.Items[0].Faults[0].Message)
	require.NotEqual(t, rows.Items[0].Faults[0].Code, rows.Items[0].Faults[0].Message)
	county.Get(path+"/rows?only=nothing").Refused(t, http.StatusUnprocessableEntity, "http.unprocessable-entity")

	for _, p := range []string{"", "/rows", "/errors"} {
		other.Get(path+p).Refused(t, http.StatusNotFound, "rbac.not-found")
		safety.Get(path+p).Refused(t, http.StatusNotFound, "rbac.not-found")
		api.Anonymous().Get(path+p).Refused(t, http.StatusUnauthorized, "rbac.unauthenticated")
	}
	other.Post(path+"/commit", nil).Refused(t, http.StatusNotFound, "rbac.not-found")
	county.Put(path+"/mapping", map[string]any{"places": map[string]int{"name": 0}}).Refused(t, http.StatusUnprocessableEntity, "transfer.incomplete")

	county.Post(path+"/commit", nil).OK(t, nil)
	w.drain(t)
	county.Get(path).OK(t, &one)
	require.Equal(t, "done", one.Status)
	require.Equal(t, one.Total, one.Done)
	county.Post(path+"/commit", nil).Refused(t, http.StatusConflict, "transfer.state")
	got := county.Get(path+"/errors").OK(t, nil)
	require.Contains(t, got.Header.Get("Content-Disposition"), "attachment")
	require.Equal(t, "PK", string(got.Body[:2]))
	got = county.Get("/api/transfer/templates/company-roster").OK(t, nil)
	require.Equal(t, "PK", string(got.Body[:2]))
	county.Get("/api/transfer/templates/nothing").Refused(t, http.StatusNotFound, "transfer.kind")
	safety.Get("/api/transfer/templates/company-roster").Refused(t, http.StatusForbidden, "rbac.forbidden")

	var list struct{ Items []struct{ Kind string } }
	county.Get("/api/transfer/transfers").OK(t, &list)
	require.Len(t, list.Items, 1)
	other.Get("/api/transfer/transfers").OK(t, &list)
	require.Empty(t, list.Items)
}

func TestBadUploads(t *testing.T) {
	t.Parallel()
	w := setup(t)
	api := webtest.New(t, func(a huma.API) { transfer.Mount(a, w.s) })
	county := api.As(w.Regulator(t, "county", "330784"))
	safety := api.As(w.Actor(t, w.Company(t, "330784105"), "safety"))
	file, _ := roster(t, 3)
	const to = "/api/transfer/transfers"
	send := func(c webtest.Client, kind string, content []byte) webtest.Answer {
		return c.Upload(to, map[string]string{"kind": kind}, webtest.File{Field: "file", Name: "a.xlsx", Content: content})
	}
	send(county, "company-roster", append([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, make([]byte, 5000)...)).Refused(t, http.StatusUnsupportedMediaType, "sheet.old-format")
	send(county, "nothing", file).Refused(t, http.StatusNotFound, "transfer.kind")
	send(safety, "company-roster", file).Refused(t, http.StatusForbidden, "rbac.forbidden")
	send(api.Anonymous(), "company-roster", file).Problem(t)
	for name, a := range map[string]webtest.Answer{
		"no file":    county.Upload(to, map[string]string{"kind": "company-roster"}),
		"no kind":    county.Upload(to, nil, webtest.File{Field: "file", Name: "a.xlsx", Content: file}),
		"empty":      send(county, "company-roster", nil),
		"json":       county.Post(to, `{"kind":"company-roster"}`),
		"10 MB JSON": send(county, "company-roster", make([]byte, 10<<20)),
		"too large":  send(county, "company-roster", make([]byte, 23<<20)),
	} {
		p := a.Problem(t)
		require.True(t, p.Status >= 400 && p.Status < 500, "%s: %d %s", name, p.Status, p.Code)
	}
}
