package hazard_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/modules/hazard"
)

// counted reads the figures of the ledger of 2026 so far, and holds that the rows behind them add up.
func (w *world) counted(t *testing.T) map[string][2]int64 {
	t.Helper()
	out := map[string][2]int64{}
	require.NoError(t, w.System()(t.Context(), "test.figures", func(ctx context.Context, tx db.Tx) error {
		p := evidence.Period{Key: "2026", From: day.Of(2026, 1, 1), Until: day.In(tx.Now, day.Shanghai)}
		for _, m := range hazard.Measured() {
			values, err := m.Batch(ctx, tx, []id.Of[id.Company]{w.firm.ID, w.stranger.CompanyID}, p)
			require.NoError(t, err)
			rows, err := m.Rows(ctx, tx, w.firm.ID, p, 0, 100)
			require.NoError(t, err)
			for _, v := range values {
				require.Equal(t, w.firm.ID, v.CompanyID)
				require.Len(t, rows, int(v.Den))
				out[m.Key] = [2]int64{v.Num, v.Den}
			}
		}
		return nil
	}))
	return out
}

// What a company found itself and mended in time counts for it in every figure; what it lets pass
// counts against it, until it is mended.
func TestFiguresOfTheLedger(t *testing.T) {
	t.Parallel()
	w := setup(t)
	require.Empty(t, w.counted(t))
	hid := w.fixed(t, hazard.General)
	_, err := w.s.Accept(as(t, w.head), hid, hazard.Verdict{Note: "合格"})
	require.NoError(t, err)
	for key, v := range w.counted(t) {
		require.Equal(t, v[1], v[0], key)
	}
	w.assigned(t, hazard.Major) // until 20 March
	require.Equal(t, map[string][2]int64{
		hazard.MetricMended: {1, 1}, hazard.MetricCurrent: {1, 1}, hazard.MetricMajors: {1, 1}, hazard.MetricNamed: {2, 2}, hazard.MetricChecked: {1, 1},
	}, w.counted(t))
	w.Set(noon.AddDate(0, 0, 30))
	require.Equal(t, map[string][2]int64{
		hazard.MetricMended: {1, 2}, hazard.MetricCurrent: {0, 1}, hazard.MetricMajors: {1, 1}, hazard.MetricNamed: {2, 2}, hazard.MetricChecked: {1, 1},
	}, w.counted(t), "late, but guarded by measures and a plan")
}
