package inspection_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/modules/inspection"
	"anbiao/rbac"
	"anbiao/testkit"
)

func TestHandOver(t *testing.T) {
	t.Parallel()
	w := setup(t)
	safety := w.api.As(w.safety)
	body := func(more string) string {
		return fmt.Sprintf(`{"pointId":"%d","assigneeId":"%d",%s}`, w.point, int64(w.worker.StaffID), more)
	}
	safety.Post("/api/inspection/tasks", body(`"dueOn":"2026-03-12"`)).Made(t)
	safety.Post("/api/inspection/plans", body(`"frequency":"weekly"`)).Made(t) // makes a task at once
	ended := safety.Post("/api/inspection/plans", body(`"frequency":"monthly","startsOn":"2026-05-01"`)).Made(t)
	safety.Post(fmt.Sprintf("/api/inspection/plans/%d/end", ended), nil).Made(t)
	w.Exec(t, `UPDATE inspection_task SET state = 'missed' WHERE id = (SELECT min(id) FROM inspection_task)`)

	var before, moved, after inspection.Pending
	err := w.Gate.Write(rbac.WithActor(t.Context(), w.safety), inspection.ActionAssign, func(tx db.Tx, _ rbac.Scope) (err error) {
		if before, err = inspection.PendingOf(t.Context(), tx, w.firm.ID, w.worker.StaffID); err != nil {
			return err
		}
		if moved, err = inspection.HandOver(t.Context(), tx, w.firm.ID, w.worker.StaffID, w.other.StaffID, w.other.Name); err != nil {
			return err
		}
		after, err = inspection.PendingOf(t.Context(), tx, w.firm.ID, w.worker.StaffID)
		return err
	})
	require.NoError(t, err)
	require.Equal(t, inspection.Pending{Tasks: 1, Plans: 1}, before)
	require.Equal(t, before, moved)
	require.Zero(t, after)
	require.Equal(t, int64(1), testkit.One[int64](t, w.W, "SELECT count(*) FROM inspection_task WHERE state = 'missed' AND assignee_id = $1", int64(w.worker.StaffID)), "a missed one stays his")
	require.Equal(t, w.other.Name, testkit.One[string](t, w.W, "SELECT assignee_name FROM inspection_plan WHERE assignee_id = $1", int64(w.other.StaffID)))
}
