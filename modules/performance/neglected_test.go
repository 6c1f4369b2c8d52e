package performance_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/modules/performance"
	"anbiao/rbac"
)

// TestNeglected shows which duties the coverage report calls never performed: those that fell
// due and were missed every time.
func TestNeglected(t *testing.T) {
	t.Parallel()
	w := setup(t)
	from, before := day.Of(2026, 1, 1), day.Of(2027, 1, 1)
	neglected := func() (out []id.Of[id.Duty]) {
		require.NoError(t, w.Gate.System(t.Context(), "test.neglected", func(tx db.Tx, _ rbac.Scope) (err error) {
			out, err = performance.Neglected(t.Context(), tx, w.firm.ID, from, before)
			return err
		}))
		return out
	}
	w.keep(t, april3)
	require.Empty(t, neglected(), "nothing has fallen due")
	w.Exec(t, "UPDATE performance_task SET status = 'missed', settled_at = now(), grace_until = '2026-04-30' WHERE company_id = $1", int64(w.firm.ID))
	all := neglected()
	require.NotEmpty(t, all)
	w.Exec(t, `UPDATE performance_task SET status = 'late', done_on = '2026-04-09' WHERE company_id = $1
		AND id = (SELECT id FROM performance_task WHERE company_id = $1 AND duty_id = $2 LIMIT 1)`, int64(w.firm.ID), int64(all[0]))
	require.Len(t, neglected(), len(all)-1, "done late once is done")
}
