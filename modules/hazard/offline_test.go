package hazard_test

import (
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"anbiao/kit/id"
	"anbiao/modules/hazard"
	"anbiao/testkit"
)

// A phone that never saw the answer sends its report again: it is the same hazard.
func TestReportSentAgainIsOneHazard(t *testing.T) {
	t.Parallel()
	w := setup(t)
	r := hazard.Report{Place: "冲压车间", Description: "地面积油", Photos: w.photos(t), ClientID: uuid.Must(uuid.NewV7()).String()}
	var wg sync.WaitGroup
	made := make([]id.Of[id.Hazard], 5)
	for i := range made {
		wg.Go(func() {
			n, err := w.s.Report(as(t, w.worker), r)
			if err != nil {
				t.Error(err)
			}
			made[i] = n
		})
	}
	wg.Wait()
	for _, n := range made {
		require.Equal(t, made[0], n)
	}
	require.EqualValues(t, 1, testkit.One[int64](t, w.W, "SELECT count(*) FROM hazard WHERE client_id = $1", r.ClientID))
	require.EqualValues(t, 1, testkit.One[int64](t, w.W, "SELECT count(*) FROM hazard_step WHERE hazard_id = $1", int64(made[0])))
}
