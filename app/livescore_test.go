package main

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/livescore"
	"anbiao/rbac"
	"anbiao/testkit"
)

// figures holds that the rows behind each figure of company A add up to it, and that its live score has
// a course, something that moved it this week, and figures that are measured.
func (w *isolation) figures(t *testing.T) {
	set := measured()
	metrics, _ := livescore.Read(day.In(w.Now(), day.Shanghai))
	seen := 0
	require.NoError(t, w.System()(t.Context(), "test.figures", func(ctx context.Context, tx db.Tx) error {
		p := livescore.ByYear.On(day.In(tx.Now, day.Shanghai))
		for _, key := range metrics {
			m, ok := set.Find(key)
			if !ok || key == "meeting.held" { // its rows are the meetings, its figure counts those due
				continue
			}
			values, err := m.Batch(ctx, tx, []id.Of[id.Company]{rbac.CompanyID(w.a)}, p)
			require.NoError(t, err, key)
			rows, err := m.Rows(ctx, tx, rbac.CompanyID(w.a), p, 0, 100_000)
			require.NoError(t, err, key)
			num, den := int64(0), int64(0)
			for _, v := range values {
				num, den = num+v.Num, den+v.Den
			}
			counts := int64(0)
			for _, r := range rows {
				if r.Counts {
					counts++
				}
			}
			require.Equal(t, den, int64(len(rows)), key)
			require.Equal(t, num, counts, key)
			if den > 0 {
				seen++
			}
		}
		return nil
	}))
	require.Greater(t, seen, 8)
	require.Greater(t, testkit.One[int](t, w.W, "SELECT count(*)::int FROM livescore_day WHERE company_id = $1", w.a), 2)
	require.Positive(t, testkit.One[int](t, w.W, "SELECT count(*)::int FROM livescore_change WHERE company_id = $1", w.a))
	require.Positive(t, testkit.One[int](t, w.W, "SELECT measured FROM livescore_score WHERE company_id = $1", w.a))
}
