package division_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/page"
	"anbiao/modules/division"
	"anbiao/rbac"
	"anbiao/testkit"
)

// sheetOf writes a list of areas as an office would save it.
func sheetOf(t *testing.T, rows ...[]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	require.NoError(t, w.Write([]string{"区划路径", "名称", "类别", "上级路径", "启用日期", "撤销日期", "并入路径"}))
	require.NoError(t, w.WriteAll(rows))
	return b.Bytes()
}

func TestAreasAreKeptWithTheirHistory(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	load(t, w)
	var moved []string
	s := &division.Service{Gate: w.Gate, Succeeded: func(_ context.Context, _ db.Tx, from, to, _ string) error {
		moved = append(moved, from+">"+to)
		return nil
	}}
	ctx := rbac.WithActor(t.Context(), w.Member(t, rbac.Platform, "admin"))
	list := sheetOf(t,
		[]string{"41", "河南省", "省", "", "2020-01-01", "", ""},
		[]string{"4101", "郑州市", "市", "", "2020-01-01", "", ""},
		[]string{"4101Z1", "航空港区", "功能区", "", "2020-01-01", "", ""},
		[]string{"419001", "济源市", "县区", "41", "2020-01-01", "", ""},
		[]string{"330784115201", "前村", "村社", "", "2020-01-01", "", ""},
		[]string{"330784115202", "后村", "村社", "", "2020-01-01", "", ""})
	found, err := s.Check(ctx, list)
	require.NoError(t, err)
	for _, v := range found {
		require.Equal(t, division.Adds, v.Deed, "%+v", v)
	}
	require.Zero(t, testkit.One[int64](t, w, "SELECT count(*) FROM division WHERE path LIKE '41%'"), "a check does nothing")
	_, err = s.Import(ctx, list)
	require.NoError(t, err)
	require.Equal(t, "41", testkit.One[string](t, w, "SELECT parent_path FROM division WHERE path = '419001'"), "a directly managed county lies below its province")
	require.Equal(t, "4101", testkit.One[string](t, w, "SELECT parent_path FROM division WHERE path = '4101Z1'"))
	_, err = s.Import(ctx, list)
	require.ErrorIs(t, err, division.ErrNothing, "a second time nothing changes")

	// One bad line, and nothing of a list is done.
	_, err = s.Import(ctx, sheetOf(t, []string{"4102", "开封市", "市", "", "2020-01-01", "", ""}, []string{"420100100", "某镇", "镇街", "", "2020-01-01", "", ""}))
	require.ErrorIs(t, err, division.ErrRefused)
	require.Zero(t, testkit.One[int64](t, w, "SELECT count(*) FROM division WHERE path = '4102'"))

	// Two villages merge; one is renamed.
	_, err = s.Import(ctx, sheetOf(t, []string{"330784115201", "前村", "村社", "", "2020-01-01", "2024-06-30", "330784115202"}, []string{"330784115202", "前后村", "村社", "", "2024-07-01", "", ""}))
	require.NoError(t, err)
	require.Equal(t, []string{"330784115201>330784115202"}, moved)
	past, err := s.History(ctx, "330784115", page.Query{Limit: 10})
	require.NoError(t, err)
	require.Len(t, past.Items, 3, "the ended village, and two names of the other")
	require.Equal(t, day.Of(2024, 6, 30), past.Items[1].Until)
	load(t, w)
	w.Exec(t, "UPDATE division_library SET checksum = 'older'")
	_, err = s.Change(ctx, division.Entry{Path: "330784105", Name: "石柱新镇", From: day.Of(2025, 1, 1)})
	require.NoError(t, err)
	load(t, w)
	require.Equal(t, "石柱新镇", testkit.One[string](t, w, "SELECT name FROM division WHERE path = '330784105' AND valid_until IS NULL"), "the library leaves it alone")

	for name, e := range map[string]division.Entry{
		"division.parent":    {Path: "420100100", Name: "某镇", Kind: division.Town, From: day.Of(2020, 1, 1)},
		"division.kind":      {Path: "4103", Name: "洛阳市", Kind: division.Town, From: day.Of(2020, 1, 1)},
		"division.namesake":  {Path: "4104", Name: "郑州市", Kind: division.City, From: day.Of(2020, 1, 1)},
		"division.overlap":   {Path: "4101", Name: "郑州", Kind: division.City, From: day.Of(2019, 1, 1)},
		"division.below":     {Path: "4101", From: day.Of(2020, 1, 1), Until: day.Of(2024, 1, 1), Successor: "419001"},
		"division.successor": {Path: "330784115202", From: day.Of(2024, 7, 1), Until: day.Of(2025, 1, 1), Successor: "330784115201"},
		"division.days":      {Path: "4105", Name: "安阳市", Kind: division.City, From: day.Of(2099, 1, 1)},
		"division.covers":    {Path: "4190", Name: "直辖", Kind: division.City, From: day.Of(2020, 1, 1)},
	} {
		_, err := s.Change(ctx, e)
		require.ErrorIs(t, err, division.ErrRefused, name)
		require.Contains(t, codes(err), name)
	}
	_, err = s.Change(rbac.WithActor(t.Context(), w.Regulator(t, "county", "330784")), division.Entry{Path: "330784105", Name: "某镇", From: day.Of(2025, 2, 1)})
	require.ErrorIs(t, err, rbac.ErrForbidden)
}

func codes(err error) (out []string) {
	if e, ok := errors.AsType[*fault.Error](err); ok {
		for _, f := range e.Fields {
			out = append(out, f.Code)
		}
	}
	return out
}
