package oversight_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/modules/oversight"
	"anbiao/rbac"
	"anbiao/testkit"
)

// drilled fills the board with companies of every kind of place: towns and grids, a zone, a directly
// managed county, a county itself; with places on the map, levels and certificates.
func drilled(t *testing.T) world {
	t.Helper()
	w := setup(t)
	w.Exec(t, `INSERT INTO division (path, kind, code, official, name, aliases, parent_path, valid_from, successor_path, source, managed) VALUES
		('41', 'province', '41', true, '河南省', '{}', '', '2020-01-01', '', 'test', true), ('4101', 'city', '4101', true, '郑州市', '{}', '41', '2020-01-01', '', 'test', true),
		('410102', 'county', '410102', true, '中原区', '{}', '4101', '2020-01-01', '', 'test', true), ('4101Z1', 'zone', '4101Z1', false, '航空港区', '{}', '4101', '2020-01-01', '', 'test', true),
		('419001', 'county', '419001', true, '济源市', '{}', '41', '2020-01-01', '', 'test', true), ('419001100', 'town', '419001100', true, '克井镇', '{}', '419001', '2020-01-01', '', 'test', true)`)
	w.city(t, 90)
	for i, path := range []string{"410102001", "4101Z1001", "4101Z1002", "419001100", "419001100"} {
		f := w.Company(t, path)
		w.set(f.ID, oversight.HazardFacts{Open: 2, Overdue: int32(i % 2), Recorded: true})
		w.refresh(t, f.ID)
	}
	w.Exec(t, `UPDATE oversight_board SET level = (ARRAY['', '', '1', '2', '3', 'pass'])[1 + company_id % 6], cert_den = 4, cert_num = company_id % 5,
		longitude_e6 = 119900000 + (company_id * 7919 % 400) * 1000, latitude_e6 = 28700000 + (company_id * 104729 % 300) * 1000 WHERE company_id % 11 <> 0`)
	return w
}

func (w world) count(t testing.TB, on day.Date) {
	t.Helper()
	require.NoError(t, w.Gate.System(t.Context(), "test.count", func(tx db.Tx, _ rbac.Scope) error { return w.s.Count(t.Context(), tx, on) }))
}

func sum(items []oversight.Counted) (n int64) {
	for _, one := range items {
		n += one.Companies
	}
	return n
}

func names(items []oversight.Counted) (out []string) {
	for _, one := range items {
		out = append(out, one.Path)
	}
	return out
}

// World of a drill-down, shared by what follows.
func TestDrill(t *testing.T) {
	t.Parallel()
	w := drilled(t)
	t.Run("every level", func(t *testing.T) { everyLevel(t, w) })
	t.Run("directly managed county", func(t *testing.T) { directly(t, w) })
	t.Run("industries", func(t *testing.T) { industries(t, w) })
	t.Run("scope", func(t *testing.T) { scopes(t, w) })
	t.Run("months", func(t *testing.T) { months(t, w) })
	t.Run("ready and estimated", func(t *testing.T) { readied(t, w) })
	t.Run("map", func(t *testing.T) { mapped(t, w) })
}

func everyLevel(t *testing.T, w world) {
	ctx := w.regulator(t, "33")
	for _, f := range []oversight.Filter{
		{},
		{Division: "3307"},
		{Division: "330784"},
		{Division: "330784105"},
		{Division: "3307", Colours: []int16{2, 3}},
		{Division: "330784", Overdue: true},
		{Levels: []string{"1", "-"}},
		{Division: "330784", Industry: "C"},
		{Division: "330784", Industry: "3360"},
		{Division: "330784105001"},
	} {
		d, err := w.s.DrillAreas(ctx, f)
		require.NoError(t, err)
		f.SortOrder = "standing"
		require.EqualValues(t, len(all(t, w, ctx, f, 100)), d.Total.Companies, "%+v: a count equals the list behind it", f)
		require.Equal(t, d.Total.Companies, sum(d.Items)+d.Rest.Companies)
		require.Equal(t, oversight.Live, d.Method)
		for _, item := range d.Items {
			f.Division = item.Path
			require.EqualValues(t, len(all(t, w, ctx, f, 100)), item.Companies, "%+v", f)
		}
		c := d.Total
		require.Equal(t, c.Companies, c.Red+c.Orange+c.Yellow+c.Blue)
	}
	d, err := w.s.DrillAreas(ctx, oversight.Filter{Division: "330784"})
	require.NoError(t, err)
	require.Equal(t, []string{"33", "3307", "330784"}, []string{d.Trail[0].Path, d.Trail[1].Path, d.Trail[2].Path})
	require.Contains(t, names(d.Items), "330784107", "a town without companies is shown, too")
	require.Positive(t, d.Rest.Companies, "those of the county that lie in no town")
	q := "SELECT ROW(count(*), count(*) FILTER (WHERE level = '1'), sum(cert_num), sum(cert_den), sum(overdue), count(*) FILTER (WHERE missing > 0))::text FROM oversight_board WHERE region_path LIKE '330784%'"
	require.Equal(t, testkit.One[string](t, w.W, q), fmt.Sprintf("(%d,%d,%d,%d,%d,%d)", d.Total.Companies, d.Total.Level1, d.Total.CertNum, d.Total.CertDen, d.Total.Overdue, d.Total.Missing))
}

// A directly managed county is counted under its province and under no city; a county-level zone under its city.
func directly(t *testing.T, w world) {
	d, err := w.s.DrillAreas(w.regulator(t, "41"), oversight.Filter{})
	require.NoError(t, err)
	require.Equal(t, []string{"4101", "419001"}, names(d.Items))
	require.EqualValues(t, 3, d.Items[0].Companies)
	require.EqualValues(t, 2, d.Items[1].Companies)
	require.Equal(t, "济源市", d.Items[1].Name)

	d, err = w.s.DrillAreas(w.regulator(t, "4101"), oversight.Filter{})
	require.NoError(t, err)
	require.Equal(t, []string{"410102", "4101Z1"}, names(d.Items))
	require.EqualValues(t, 2, d.Items[1].Companies, "a zone at county level")
	d, err = w.s.DrillAreas(w.regulator(t, "419001"), oversight.Filter{})
	require.NoError(t, err)
	require.EqualValues(t, 2, d.Total.Companies)
	require.Len(t, d.Trail, 1, "the county oversees itself, and sees nothing above")
}

func industries(t *testing.T, w world) {
	ctx := w.regulator(t, "330784")
	for _, industry := range []string{"", "C", "33", "336"} {
		f := oversight.Filter{Industry: industry}
		d, err := w.s.DrillIndustries(ctx, f)
		require.NoError(t, err)
		f.SortOrder = "standing"
		require.EqualValues(t, len(all(t, w, ctx, f, 100)), d.Total.Companies, industry)
		for _, item := range d.Items {
			f.Industry = item.Path
			require.EqualValues(t, len(all(t, w, ctx, f, 100)), item.Companies, item.Path)
		}
	}
	d, err := w.s.DrillIndustries(ctx, oversight.Filter{})
	require.NoError(t, err)
	require.Equal(t, []string{"C", "F"}, names(d.Items))
}

// A town, a county, a department limited to a line and a zone's committee see exactly the companies of
// their scope, in the areas, by industry and on the map, whatever is asked for.
func scopes(t *testing.T, w world) {
	r := rand.New(rand.NewPCG(5, 6)) //nolint:gosec // a test's dice
	line := w.Regulator(t, "county", "330784")
	line.Lines = []int16{1}
	several := w.Regulator(t, "county", "330784105", "419001")
	for where, a := range map[string]rbac.Actor{
		"region_path LIKE '330784105%'":                                 w.Regulator(t, "town", "330784105"),
		"region_path LIKE '330784%'":                                    w.Regulator(t, "county", "330784"),
		"region_path LIKE '330784%' AND oversight_line = 1":             line,
		"region_path LIKE '330784Z01%'":                                 w.Regulator(t, "town", "330784Z01"),
		"region_path LIKE '4101Z1%'":                                    w.Regulator(t, "county", "4101Z1"),
		"(region_path LIKE '330784105%' OR region_path LIKE '419001%')": several,
		"region_path LIKE '99%'":                                        w.Regulator(t, "county", "990101"),
	} {
		ctx := rbac.WithActor(t.Context(), a)
		for range 6 {
			division := []string{"", "33", "330784", "330784105", "330784106", "419001", "41"}[r.IntN(7)]
			colour := int16(r.IntN(5))
			f, also := oversight.Filter{Division: division}, fmt.Sprintf(" AND region_path LIKE '%s%%'", division)
			if colour > 0 {
				f.Colours = []int16{colour}
				also += fmt.Sprintf(" AND colour = %d", colour)
			}
			require.Equal(t, testkit.One[int64](t, w.W, "SELECT count(*) FROM oversight_board WHERE "+where+also), seen(t, w, ctx, f), "%s%s", where, also)
			on := testkit.One[int64](t, w.W, "SELECT count(*) FROM oversight_board WHERE longitude_e6 IS NOT NULL AND "+where+also)
			chart, err := w.s.Map(ctx, f, oversight.Window{West: 100, South: 20, East: 130, North: 40})
			require.NoError(t, err)
			var got int64
			for _, c := range chart.Clusters {
				got += c.Companies
			}
			require.Equal(t, on, got, "map: %s%s", where, also)
		}
	}
}

// seen is how many companies an actor sees, by area and by industry, which must agree.
func seen(t *testing.T, w world, ctx context.Context, f oversight.Filter) int64 {
	t.Helper()
	d, err := w.s.DrillAreas(ctx, f)
	require.NoError(t, err)
	by, err := w.s.DrillIndustries(ctx, f)
	require.NoError(t, err)
	require.Equal(t, d.Total.Companies, by.Total.Companies)
	require.Equal(t, d.Total.Companies, sum(d.Items)+d.Rest.Companies)
	return d.Total.Companies
}

func months(t *testing.T, w world) {
	today := day.In(w.Now(), day.Shanghai)
	last := today.AddDays(-today.Day())
	w.count(t, last)
	w.count(t, last)
	ctx := w.regulator(t, "33")
	f := w.Company(t, "330784105")
	w.refresh(t, f.ID)
	d, err := w.s.DrillAreas(ctx, oversight.Filter{Division: "330784"})
	require.NoError(t, err)
	require.Equal(t, last, d.BeforeOn)
	require.Equal(t, d.Total.Companies-1, d.Total.Before.Companies, "one came this month")
	i := slices.IndexFunc(d.Items, func(c oversight.Counted) bool { return c.Path == "330784105" })
	require.Equal(t, d.Items[i].Companies-1, d.Items[i].Before.Companies)
	require.Equal(t, d.Total.Level1, d.Total.Before.Level1)
	d, err = w.s.DrillAreas(ctx, oversight.Filter{Division: "330784", Overdue: true})
	require.NoError(t, err)
	require.Nil(t, d.Total.Before, "under a filter nothing is compared")
	by, err := w.s.DrillIndustries(ctx, oversight.Filter{Division: "330784"})
	require.NoError(t, err)
	require.NotNil(t, by.Items[0].Before)

	rows, err := w.s.Trend(ctx, "330784", 3)
	require.NoError(t, err)
	require.Len(t, rows, 2)
	require.Equal(t, rows[1].Companies-1, rows[0].Companies)
	require.Equal(t, last, rows[0].AsOf)
	rows, err = w.s.Trend(w.regulator(t, "330783"), "330784", 3)
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Zero(t, rows[0].Companies, "another county's months are not shown")
	one := testkit.One[int64](t, w.W, "SELECT sum(companies) FROM oversight_month WHERE node = '3307' AND section = ''")
	parts := testkit.One[int64](t, w.W, "SELECT sum(companies) FROM oversight_month WHERE node LIKE '3307__' AND section = ''")
	require.Equal(t, one, parts)
}

// Above the limits counts are those kept ready, and under a filter estimated; here the sample is everybody.
func readied(t *testing.T, w world) {
	today := day.In(w.Now(), day.Shanghai)
	w.count(t, today)
	large := world{W: w.W, s: &oversight.Service{Gate: w.Gate, Limits: oversight.Limits{Plain: 1, Narrow: 1}}}
	ctx := w.regulator(t, "33")
	for _, path := range []string{"", "3307", "330784"} {
		for _, colours := range [][]int16{nil, {1, 2}} {
			f := oversight.Filter{Division: path, Colours: colours}
			want, err := w.s.DrillAreas(ctx, f)
			require.NoError(t, err)
			got, err := large.s.DrillAreas(ctx, f)
			require.NoError(t, err)
			method := oversight.Ready
			if colours != nil {
				method = oversight.Estimate
			}
			require.Equal(t, method, got.Method)
			require.Equal(t, want.Total.Figures, got.Total.Figures, "%+v", f)
			require.Equal(t, want.Items, got.Items)
			require.Equal(t, want.Rest, got.Rest)
			by, err := large.s.DrillIndustries(ctx, f)
			require.NoError(t, err)
			same, err := w.s.DrillIndustries(ctx, f)
			require.NoError(t, err)
			require.Equal(t, same.Items, by.Items)
		}
	}
	chart, err := large.s.Map(ctx, oversight.Filter{}, oversight.Window{West: 100, South: 20, East: 130, North: 40})
	require.NoError(t, err)
	require.True(t, chart.Wide)
	require.Empty(t, chart.Clusters)
}

func mapped(t *testing.T, w world) {
	ctx := w.regulator(t, "330784")
	rows, err := w.s.Shapes(ctx, "")
	require.NoError(t, err)
	require.NotEmpty(t, rows)
	for _, r := range rows {
		require.True(t, strings.HasPrefix(r.Path, "330784"))
		require.True(t, r.Schematic)
		require.NotEmpty(t, r.Rings.V, r.Path)
	}
	chart, err := w.s.Map(ctx, oversight.Filter{}, oversight.Window{West: 119.9, South: 28.7, East: 120.3, North: 29})
	require.NoError(t, err)
	require.LessOrEqual(t, len(chart.Clusters), 280)
	for _, c := range chart.Clusters {
		require.Equal(t, c.Companies <= 6, len(c.Named.V) == int(c.Companies), "few are named")
		require.Equal(t, c.Companies, c.Red+c.Orange+c.Yellow+c.Blue)
	}
}
