package hazard_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/modules/hazard"
	"anbiao/rbac"
	"anbiao/testkit"
)

func TestHandOver(t *testing.T) {
	t.Parallel()
	w := setup(t)
	shop := w.Unit(t, w.firm, 0, "workshop", "冲压车间")
	w.leader, w.worker = w.Placed(t, w.leader, shop), w.Placed(t, w.worker, shop)
	open, waiting := w.assigned(t, hazard.Major), w.fixed(t, hazard.General)
	closed := w.fixed(t, hazard.General)
	_, err := w.s.Accept(as(t, w.safety), closed, hazard.Verdict{Note: "合格"})
	require.NoError(t, err)
	w.drain(t)
	w.notes = nil

	hand := func() (before, n int) {
		err := w.Gate.Write(as(t, w.safety), hazard.ActionAssign, func(tx db.Tx, scope rbac.Scope) (err error) {
			if before, err = hazard.OwnedCount(t.Context(), tx, w.firm.ID, w.leader.StaffID); err != nil {
				return err
			}
			to := hazard.Member{ID: w.worker.StaffID, Person: w.worker.PersonID, Name: w.worker.Name, Unit: "冲压车间"}
			n, err = w.s.HandOver(t.Context(), tx, scope, w.firm.ID, w.leader.StaffID, to, "离职交接")
			return err
		})
		require.NoError(t, err)
		return before, n
	}
	before, n := hand()
	require.Equal(t, []int{2, 2}, []int{before, n}, "what is closed stays his who fixed it")
	require.Equal(t, "assign:assigned>assigned", last(w.events(t, open)))
	require.Equal(t, "assign:awaiting_acceptance>awaiting_acceptance", last(w.events(t, waiting)))
	require.Equal(t, int64(0), testkit.One[int64](t, w.W, "SELECT count(*) FROM hazard h WHERE steps <> (SELECT count(*) FROM hazard_step s WHERE s.hazard_id = h.id)"))
	w.drain(t)
	require.Len(t, w.notes, 2)
	require.Equal(t, w.worker.PersonID, w.notes[0].Person, "who takes over is told")
	before, n = hand()
	require.Equal(t, []int{0, 0}, []int{before, n})

	_, err = w.s.Start(as(t, w.leader), open, "")
	require.ErrorIs(t, err, hazard.ErrNotOwner)
	_, err = w.s.Start(as(t, w.worker), open, "")
	require.ErrorIs(t, err, hazard.ErrPlan)
	w.planned(t, open)
	_, err = w.s.Start(as(t, w.worker), open, "")
	require.NoError(t, err)
	_, err = w.s.Accept(as(t, w.leader), waiting, hazard.Verdict{})
	require.ErrorIs(t, err, hazard.ErrOwnAcceptance, "who fixed it does not accept it, handed over or not")
}

func last(all []string) string { return all[len(all)-1] }
