package hazard_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/id"
	"anbiao/modules/hazard"
	"anbiao/rbac"
)

// TestReachOfUnits shows that a leader sees his team, a director his workshop, and neither
// touches a row of the workshop next door.
func TestReachOfUnits(t *testing.T) {
	t.Parallel()
	w := setup(t)
	stamping, painting := w.Unit(t, w.firm, 0, "workshop", "冲压车间"), w.Unit(t, w.firm, 0, "workshop", "喷涂车间")
	first, second := w.Unit(t, w.firm, stamping, "team", "甲班"), w.Unit(t, w.firm, stamping, "team", "乙班")
	leader := w.Placed(t, w.leader, first)
	director := w.Placed(t, w.Actor(t, w.firm, "director"), stamping)
	next := w.Placed(t, w.Actor(t, w.firm, "director"), painting)
	outsider := w.Placed(t, w.Actor(t, w.firm, "leader"), second)

	w.worker = w.Placed(t, w.worker, first)
	inFirst := w.snapped(t)
	w.worker = w.Placed(t, w.worker, second)
	inSecond := w.snapped(t)

	sees := func(a rbac.Actor) (out []id.Of[id.Hazard]) {
		rows, _, _, err := w.s.Ledger(as(t, a), filter())
		require.NoError(t, err)
		for _, r := range rows {
			out = append(out, r.ID)
		}
		return out
	}
	require.Equal(t, []id.Of[id.Hazard]{inFirst}, sees(leader))
	require.Equal(t, []id.Of[id.Hazard]{inSecond, inFirst}, sees(director))
	require.Empty(t, sees(next))
	require.Equal(t, []id.Of[id.Hazard]{inSecond}, sees(outsider))
	require.Len(t, sees(w.safety), 2)
	require.Len(t, sees(w.worker), 2, "his own, wherever he was when he found them")
	require.Empty(t, sees(w.Actor(t, w.firm, "leader")), "a leader of no team")

	_, err := w.s.ByID(as(t, leader), inSecond)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Assign(as(t, next), inFirst, w.assignment(hazard.General))
	require.ErrorIs(t, err, rbac.ErrNotFound, "what is not seen is not written")
	_, err = w.s.Grade(as(t, w.safety), inFirst, hazard.Grading{Level: hazard.General, Category: "B02"})
	require.NoError(t, err)
	got, err := w.s.Assign(as(t, director), inFirst, w.assignment(hazard.General))
	require.NoError(t, err)
	require.Equal(t, inFirst, got)

	work, err := w.s.Mine(as(t, next))
	require.NoError(t, err)
	require.Empty(t, work.ToGrade)
	require.Zero(t, work.OverdueCount+work.Grades+work.Assigns)
}

// TestAHazardFollowsItsOwner shows whose ledger a hazard is in: the owner's unit once there is one.
func TestAHazardFollowsItsOwner(t *testing.T) {
	t.Parallel()
	w := setup(t)
	found, mending := w.Unit(t, w.firm, 0, "team", "冲压甲班"), w.Unit(t, w.firm, 0, "team", "电工班")
	w.worker, w.leader = w.Placed(t, w.worker, found), w.Placed(t, w.leader, mending)
	colleague := w.Placed(t, w.Actor(t, w.firm, "worker"), mending)
	hid := w.snapped(t)
	_, err := w.s.ByID(as(t, colleague), hid)
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Assign(as(t, w.safety), hid, w.assignment(hazard.General)) // to the leader of the electricians
	require.NoError(t, err)
	_, err = w.s.ByID(as(t, colleague), hid)
	require.NoError(t, err)
	_, err = w.s.ByID(as(t, w.worker), hid)
	require.NoError(t, err, "who found it follows it")
}
