package checklist_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/kit/sheet"
	"anbiao/modules/checklist"
	"anbiao/rbac"
	"anbiao/testkit"
)

func TestImportAndExport(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.hung(t, 2)
	run := func(do func(context.Context, db.Tx, rbac.Actor, []sheet.Row) ([]string, error), rows []sheet.Row) (out []string) {
		require.NoError(t, w.Gate.Runner(t.Context(), "import", func(ctx context.Context, tx db.Tx) (err error) {
			out, err = do(ctx, tx, w.safety, rows)
			return err
		}))
		return out
	}
	row := func(n int, cells ...string) sheet.Row {
		r := sheet.Row{Number: n, Values: map[string]string{}}
		for i := 0; i < len(cells); i += 2 {
			r.Values[cells[i]] = cells[i+1]
		}
		return r
	}
	rows := func() []sheet.Row {
		return []sheet.Row{
			row(2, "number", "0001", "name", "一号冲床", "explosive", "none", "longitude", "120.04", "latitude", "28.9"),
			row(3, "name", "2号冲压机", "place", "冲压车间西侧"),
			row(4, "name", "喷漆室", "modules", "PRS、基础管理", "explosive", "paint", "sign", "yes"),
			row(5, "name", "抛光工位", "explosive", "dust"),
			row(6, "number", "77", "name", "没有"),
			row(7, "name", "空的"),
			row(8, "name", "错的", "modules", "XXX"),
			row(9, "name", "错的", "items", "PRS-99"),
			row(10, "name", "半个", "modules", "PRS", "longitude", "120"),
			row(11, "name", "天外", "modules", "PRS", "longitude", "500", "latitude", "1"),
		}
	}
	checked := rows()
	require.Equal(t, []string{"changed", "changed", "new", "same", "", "", "", "", "", ""}, run(w.s.CheckPoints, checked))
	var faults []string
	for _, r := range checked[4:] {
		require.Len(t, r.Faults, 1, r.Values)
		faults = append(faults, r.Faults[0].Code)
	}
	require.Equal(t, []string{
		"checklist.roster-number", "checklist.point-empty", "checklist.unknown-module", "checklist.unknown-item", "checklist.place", "checklist.roster-place",
	}, faults)
	require.Equal(t, int64(3), testkit.One[int64](t, w.W, "SELECT count(*) FROM checklist_point"), "a preview saves nothing")
	run(w.s.SavePoints, rows())
	require.Equal(t, []string{"same", "same", "same", "same", "", "", "", "", "", ""}, run(w.s.SavePoints, rows()), "twice changes nothing")
	got := testkit.All[string](t, w.W, "SELECT concat_ws(' ', number, name, place, modules, explosive, sign, longitude_e6) FROM checklist_point ORDER BY number")
	require.Equal(t, []string{
		"1 一号冲床 冲压车间东侧，靠近 3 号立柱 {PRS}  f 120040000", "2 2号冲压机 冲压车间西侧 {PRS}  f", "3 抛光工位 抛光车间 {} dust t", "4 喷漆室  {MGT,PRS} paint t",
	}, got)
	require.Equal(t, int64(3), testkit.One[int64](t, w.W, "SELECT count(*) FROM audit_entry WHERE noun = 'checklist_point' AND action = 'import'"))

	ctx := rbac.WithActor(t.Context(), w.safety)
	out, next, err := w.s.ExportPoints(ctx, map[string][]string{"explosive": {"any"}}, "", 10)
	require.NoError(t, err)
	require.Empty(t, next)
	require.Len(t, out, 2)
	require.Equal(t, []string{"0004", "喷漆室", "", "MGT、PRS", "", "paint", "yes", "", ""}, out[1].Values)
	var again []sheet.Row
	for i, r := range out {
		back := sheet.Row{Number: i + 2, Values: map[string]string{}}
		for n, c := range checklist.RosterColumns() {
			if r.Values[n] != "" {
				back.Values[c.Key] = r.Values[n]
			}
		}
		again = append(again, back)
	}
	require.Equal(t, []string{"same", "same"}, run(w.s.SavePoints, again), "what comes back as it went changes nothing")
}
