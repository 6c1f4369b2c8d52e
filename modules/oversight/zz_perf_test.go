package oversight_test

import (
	"context"
	"sort"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/page"
	"anbiao/modules/oversight"
)

func TestZZPerf(t *testing.T) {
	w := setup(t)
	w.Exec(t, `INSERT INTO company (region_path, oversight_line, name, name_fold, name_bi, uscc)
	 SELECT p || lpad(((i / 7) % 20)::text, 3, '0'), 0, '企业' || i, '企业' || i, array[i % 5000, i % 77, i % 13], 'U' || i
	 FROM generate_series(1, 200000) i, LATERAL (SELECT (array['330784','330783','330782','330702','330100','330200','330300','330400','320100','310100'])[1 + i % 10] p) x`)
	t0 := time.Now()
	w.Exec(t, `INSERT INTO oversight_board (company_id, region_path, oversight_line, name, name_fold, name_bi, uscc, industry, size_class, above_scale, status, activated, colour, score, measured, open, overdue, major_open, last_report, missing, updated_at)
	 SELECT company_id, region_path, 0, name, name_fold, name_bi, uscc, (1000 + company_id % 4000)::text, 1 + company_id % 4, false, 'active', company_id % 3 = 0,
	 case when random() < .02 then 1 when random() < .1 then 2 when random() < .3 then 3 else 4 end, (random()*10000)::int, 3000, (random()*random()*10)::int, case when random()<.15 then (random()*5)::int else 0 end, 0, 20260100 + (random()*90)::int, (random()*1.2)::int, now() FROM company`)
	t.Log("board of 200k", time.Since(t0))
	w.Exec(t, "VACUUM ANALYZE oversight_board")
	t0 = time.Now()
	w.fold(t)
	t.Log("fold", time.Since(t0))
	for name, ctx := range map[string]context.Context{"county": w.regulator(t, "330784"), "city": w.regulator(t, "3307"), "province": w.regulator(t, "33"), "two counties": w.regulator(t, "330784", "330783")} {
		for _, s := range []string{"standing", "best", "overdue", "report", "open"} {
			for fn, f := range map[string]oversight.Filter{"all": {}, "yellow": {Colour: 3}, "overdue": {Overdue: true}, "industry": {Industry: "33"}, "size+yellow+overdue": {Size: 2, Colour: 3, Overdue: true}, "name": {Name: "企业77"}, "town": {Division: "330784005"}} {
				f.SortOrder = s
				var ts []time.Duration
				for range 5 {
					q := page.Query{Limit: 20}
					t0 := time.Now()
					l, err := w.s.List(ctx, f, q)
					require.NoError(t, err)
					ts = append(ts, time.Since(t0))
					if l.Next != "" {
						q.Cursor = l.Next
						t0 = time.Now()
						_, err = w.s.List(ctx, f, q)
						require.NoError(t, err)
						ts = append(ts, time.Since(t0))
					}
				}
				sort.Slice(ts, func(i, j int) bool { return ts[i] < ts[j] })
				if ts[len(ts)/2] > 8*time.Millisecond {
					t.Log(name, s, fn, "median", ts[len(ts)/2], "max", ts[len(ts)-1])
				}
			}
		}
		t0 := time.Now()
		_, _, err := w.s.Areas(ctx, "330784")
		require.NoError(t, err)
		t.Log(name, "areas", time.Since(t0))
	}
}
