package permit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/kit/sheet"
	"anbiao/modules/permit"
	"anbiao/rbac"
)

func (w *world) paper(t *testing.T) {
	rows := []sheet.Row{
		{Number: 2, Values: permit.PaperSample()},
		{Number: 3, Values: with2(permit.PaperSample(), "number", "DH-2023-019", "until", "昨天")},
		{Number: 4, Values: with2(permit.PaperSample(), "number", "DH-2023-020", "unit", "焊接车间", "workers", w.welder.Name)},
	}
	save := func() (verdicts []string) {
		require.NoError(t, w.Gate.System(t.Context(), "transfer.save", func(tx db.Tx, _ rbac.Scope) (err error) {
			verdicts, err = w.s.SavePaper(t.Context(), tx, w.safety, rows)
			return err
		}))
		return verdicts
	}
	require.Equal(t, []string{"new", "new", "new"}, save())
	require.Len(t, rows[1].Faults, 1)
	require.Equal(t, []string{"same", "new", "same"}, save())
	var list struct{ Items []permit.PermitRow }
	w.api.As(w.safety).Get("/api/permits?source=paper").OK(t, &list)
	require.Len(t, list.Items, 2)
	require.Equal(t, permit.Closed, list.Items[0].State)

	out, _, err := w.s.ExportPage(rbac.WithActor(t.Context(), w.safety), map[string][]string{"source": {"paper"}}, "", 10)
	require.NoError(t, err)
	require.Len(t, out, 2)
	require.Len(t, out[0].Values, len(permit.PaperColumns()))
	round := map[string]string{}
	for i, c := range permit.PaperColumns() {
		round[c.Key] = out[1].Values[i]
	}
	sample := permit.PaperSample()
	delete(round, "state")
	require.Equal(t, sample, round, "what went out comes in again")

	for _, path := range []string{"/api/permits/" + list.Items[0].ID.String() + "/print", "/api/permits/print?kind=hot_work"} {
		got := w.api.As(w.safety).Get(path)
		require.Equal(t, 200, got.Status, path)
		require.Equal(t, "%PDF", string(got.Body[:4]), path)
	}
	var st permit.Statistics
	w.api.As(w.safety).Get("/api/permits/statistics?from=2026-03-01&to=2026-03-31").OK(t, &st)
	require.Positive(t, st.Total)
	require.Equal(t, st.Closed, st.InTime+st.Late)
	require.Equal(t, 1, st.Override)
	p := evidence.Period{Key: "2026-03", From: day.Of(2026, 3, 1), Until: day.Of(2026, 3, 31)}
	require.NoError(t, w.Gate.System(t.Context(), "evidence", func(tx db.Tx, _ rbac.Scope) error {
		metric := permit.Measured()[0]
		v, err := metric.Batch(t.Context(), tx, []id.Of[id.Company]{w.firm.ID}, p)
		require.NoError(t, err)
		require.Len(t, v, 1)
		found, err := metric.Rows(t.Context(), tx, w.firm.ID, p, 0, 100)
		require.Len(t, found, int(v[0].Den))
		return err
	}))
	var pack permit.FormPack
	w.api.As(w.welder).Get("/api/permits/forms").OK(t, &pack)
	require.Len(t, pack.Forms, 7)
	var people []permit.PersonView
	w.api.As(w.welder).Get("/api/permits/people?kind=hot_work").OK(t, &people)
}

func with2(base map[string]string, pairs ...string) map[string]string {
	for i := 0; i < len(pairs); i += 2 {
		base[pairs[i]] = pairs[i+1]
	}
	return base
}
