package checklist_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/rbac"
	"anbiao/testkit"
)

type placed struct {
	Items []struct {
		ID, Number, Name, Explosive string
		Sign                        bool
		Longitude, Latitude         *float64
	}
}

// hung makes a standard and n presses with a polishing place after them.
func (w *world) hung(t *testing.T, n int) (ids []int64) {
	t.Helper()
	w.s.Firm = func(context.Context, db.Tx, rbac.Scope, rbac.CompanyID) (string, error) {
		return "永康市某五金厂", nil
	}
	safety := w.api.As(w.safety)
	safety.Post("/api/checklist/standards", `{"basedOn":0}`).Made(t)
	for i := range n {
		ids = append(ids, safety.Post("/api/checklist/points", fmt.Sprintf(`{"name":"%d号冲压机","place":"冲压车间东侧，靠近 3 号立柱","modules":["PRS"]}`, i+1)).Made(t))
	}
	return append(ids, safety.Post("/api/checklist/points", `{"name":"抛光工位","place":"抛光车间","items":["EDU-03","PRS-01"],"explosive":"dust","sign":true}`).Made(t))
}

func TestPlaceAndFilters(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ids := w.hung(t, 11)
	safety := w.api.As(w.safety)
	at := fmt.Sprintf("/api/checklist/points/%d/place", ids[0])
	var before struct{ Point struct{ UpdatedAt string } }
	safety.Get(fmt.Sprintf("/api/checklist/points/%d", ids[0])).OK(t, &before)
	w.Set(noon.Add(1))
	safety.Put(at, `{"longitude":120.0401235,"latitude":28.9}`).Made(t)
	w.api.As(w.Actor(t, w.firm, "leader")).Put(at, `{"longitude":120.040124,"latitude":28.9}`).Made(t)
	after := before
	safety.Get(fmt.Sprintf("/api/checklist/points/%d", ids[0])).OK(t, &after)
	require.Equal(t, before, after, "what is asked there did not change")
	require.Equal(t, int32(120040124), testkit.One[int32](t, w.W, "SELECT longitude_e6 FROM checklist_point WHERE id = $1", ids[0]))
	for body, code := range map[string]string{
		`{"longitude":120}`: "checklist.place", `{"longitude":181,"latitude":0}`: "http.unprocessable-entity", `{"longitude":"120","latitude":28}`: "http.unprocessable-entity",
	} {
		require.Equal(t, code, safety.Put(at, body).Problem(t).Code, body)
	}
	w.api.As(w.worker).Put(at, `{}`).Refused(t, 403, "rbac.forbidden")
	w.api.As(w.stranger).Put(at, `{}`).Refused(t, 404, "rbac.not-found")
	for q, n := range map[string]int{
		"explosive=any": 1, "explosive=dust": 1, "explosive=gas": 0, "unplaced=true": 11, "module=PRS": 12, "module=EDU": 1, "module=BLR": 0, "explosive=any&unplaced=true&module=PRS": 1,
	} {
		var list placed
		safety.Get("/api/checklist/points?limit=50&"+q).OK(t, &list)
		require.Len(t, list.Items, n, q)
	}
	safety.Get("/api/checklist/points?explosive=steam").Refused(t, 422, "http.unprocessable-entity")
	var found placed
	for digits, n := range map[string]int{"1": 2, "01": 1, "0001": 1, "2": 2, "012": 1, "9": 1, "77": 0, "000000012": 0} {
		found = placed{}
		w.api.As(w.worker).Get("/api/checklist/points/by-tail?digits="+digits).OK(t, &found)
		require.Len(t, found.Items, n, digits)
	}
	for _, bad := range []string{"", "１", "1%25", "1234567890"} {
		w.api.As(w.worker).Get("/api/checklist/points/by-tail?digits="+bad).Refused(t, 422, "http.unprocessable-entity")
	}
	safety.Put(at, `{}`).Made(t)
	require.True(t, testkit.One[bool](t, w.W, "SELECT longitude_e6 IS NULL FROM checklist_point WHERE id = $1", ids[0]))
}

func TestLabelsAndCards(t *testing.T) {
	t.Parallel()
	w := setup(t)
	ids := w.hung(t, 25)
	safety := w.api.As(w.safety)
	var sheets struct{ Items []struct{ Code string } }
	safety.Get("/api/checklist/label-layouts").OK(t, &sheets)
	for _, l := range sheets.Items {
		got := safety.Get("/api/checklist/points/labels?layout=" + l.Code)
		require.Equal(t, 200, got.Status, got.Body)
		require.True(t, strings.HasPrefix(string(got.Body), "%PDF-"))
		require.Contains(t, got.Header.Get("Content-Disposition"), ".pdf")
		keep(t, "labels-"+l.Code+".pdf", got.Body)
	}
	pages := func(q string) int {
		got := safety.Get("/api/checklist/points/labels?" + q)
		require.Equal(t, 200, got.Status, "%s", got.Body)
		return bytes.Count(got.Body, []byte("/Type /Page\n"))
	}
	require.Equal(t, 2, pages("layout=3x8"), "26 labels")
	require.Equal(t, 1, pages(fmt.Sprintf("layout=3x8&ids=%d,%d", ids[0], ids[3])))
	require.Equal(t, 2, pages(fmt.Sprintf("layout=2x5&first=10&ids=%d,%d", ids[0], ids[3])), "the last label of a begun sheet")
	require.Equal(t, 1, pages("explosive=dust"))
	safety.Get("/api/checklist/points/labels?layout=2x2&first=5").Refused(t, 422, "checklist.layout")
	safety.Get("/api/checklist/points/labels?term=没有").Refused(t, 404, "checklist.no-labels")
	safety.Get("/api/checklist/points/labels?layout=9x9").Refused(t, 422, "http.unprocessable-entity")
	w.api.As(w.stranger).Get(fmt.Sprintf("/api/checklist/points/labels?ids=%d", ids[0])).Refused(t, 404, "checklist.no-labels")

	card := safety.Get(fmt.Sprintf("/api/checklist/points/%d/card", ids[25]))
	require.Equal(t, 200, card.Status, "%s", card.Body)
	keep(t, "card.pdf", card.Body)
	safety.Get(fmt.Sprintf("/api/checklist/points/%d/card", ids[0])).Refused(t, 409, "checklist.no-card")
	w.api.As(w.stranger).Get(fmt.Sprintf("/api/checklist/points/%d/card", ids[25])).Refused(t, 404, "rbac.not-found")
	w.api.As(w.finner).Get("/api/checklist/label-layouts").Refused(t, 403, "rbac.forbidden")
}

// keep writes a printed page to PRINTS, to be looked at.
func keep(t *testing.T, name string, content []byte) {
	t.Helper()
	if dir := os.Getenv("PRINTS"); dir != "" {
		require.NoError(t, os.WriteFile(dir+"/"+name, content, 0o600))
	}
}
