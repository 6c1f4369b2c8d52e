package inspection_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	paging "anbiao/kit/page"
	"anbiao/modules/inspection"
	"anbiao/rbac"
)

// TestReachOfUnits shows that a leader sees the tasks, plans and checks of his team, a director
// those of his workshop, and neither gives work to the workshop next door.
func TestReachOfUnits(t *testing.T) {
	t.Parallel()
	w := setup(t)
	stamping, painting := w.Unit(t, w.firm, 0, "workshop", "冲压车间"), w.Unit(t, w.firm, 0, "workshop", "喷涂车间")
	first, second := w.Unit(t, w.firm, stamping, "team", "甲班"), w.Unit(t, w.firm, stamping, "team", "乙班")
	w.worker, w.other = w.Placed(t, w.worker, first), w.Placed(t, w.other, second)
	leader, director := w.Placed(t, w.Actor(t, w.firm, "leader"), first), w.Placed(t, w.Actor(t, w.firm, "director"), stamping)
	next := w.Placed(t, w.Actor(t, w.firm, "director"), painting)
	plan := func(a rbac.Actor, assignee int64) (int, int64) {
		r := w.api.As(a).Post("/api/inspection/plans", fmt.Sprintf(`{"pointId":"%d","assigneeId":"%d","frequency":"daily"}`, w.point, assignee))
		if r.Status != 201 {
			return r.Status, 0
		}
		return r.Status, r.Made(t)
	}
	_, mine := plan(w.safety, int64(w.worker.StaffID))
	_, theirs := plan(w.safety, int64(w.other.StaffID))
	require.NotZero(t, mine)
	require.NotZero(t, theirs)

	for who, want := range map[*rbac.Actor]int{&leader: 1, &director: 2, &next: 0, &w.safety: 2} {
		ctx := rbac.WithActor(t.Context(), *who)
		tasks, err := w.s.Tasks(ctx, w.firm.ID, inspection.TaskFilter{To: day.Of(2026, 3, 10)}, paging.Query{Limit: 20})
		require.NoError(t, err)
		require.Len(t, tasks.Items, want, who.Roles)
		plans, err := w.s.Plans(ctx, w.firm.ID, inspection.PlanFilter{}, paging.Query{Limit: 20})
		require.NoError(t, err)
		require.Len(t, plans.Items, want, who.Roles)
	}
	status, _ := plan(next, int64(w.worker.StaffID))
	require.Equal(t, 422, status, "work for another workshop")
	status, n := plan(director, int64(w.other.StaffID))
	require.Equal(t, 201, status)
	require.NotZero(t, n)
	require.ErrorIs(t, w.s.EndPlan(rbac.WithActor(t.Context(), next), 1), rbac.ErrNotFound)
}
