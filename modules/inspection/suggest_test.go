package inspection_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/modules/inspection"
	"anbiao/rbac"
)

// TestSuggest proposes who answers for an item at a point on the day: the post of the unit
// that checks it, else who leads the team, else the workshop.
func TestSuggest(t *testing.T) {
	t.Parallel()
	w := setup(t)
	tree := org.Tree{
		Units: []org.Unit{
			{ID: 1, Kind: "workshop", Name: "冲压车间", Path: "0001", HeadID: 71},
			{ID: 2, ParentID: 1, Kind: "team", Name: "甲班", Path: "00010002", HeadID: 72},
			{ID: 3, ParentID: 1, Kind: "team", Name: "乙班", Path: "00010003"},
		},
		Posts: []org.Post{
			{ID: 10, UnitID: 2, Name: "冲压工", Types: []string{"stamping_operator"}},
			{ID: 11, UnitID: 2, Name: "班长", Types: []string{"team_leader"}},
			{ID: 12, UnitID: 1, Name: "车间主任", Types: []string{"workshop_director"}},
			{ID: 13, UnitID: 3, Name: "电工", Types: []string{"electrician"}},
		},
		Holders: []org.Holder{
			{StaffID: 73, Name: "甲", PostID: 10, UnitID: 2, Main: true},
			{StaffID: w.worker.StaffID, Name: "乙", PostID: 10, UnitID: 2, Main: true},
			{StaffID: 72, Name: "丙", PostID: 11, UnitID: 2, Main: true},
			{StaffID: 71, Name: "丁", PostID: 12, UnitID: 1, Main: true},
			{StaffID: w.other.StaffID, Name: "戊", PostID: 13, UnitID: 3, Main: true},
		},
	}
	w.s.Tree = func(context.Context, db.Tx, rbac.CompanyID, day.Date) (org.Tree, error) { return tree, nil }
	w.s.Due = func(module string, major bool) int {
		if major {
			return 0
		}
		return len(module)
	}
	suggest := func(a rbac.Actor) (inspection.Suggestions, map[string]id.Of[id.Staff]) {
		out, err := w.s.Suggest(rbac.WithActor(t.Context(), a), id.Of[id.Point](w.point))
		require.NoError(t, err)
		owners := map[string]id.Of[id.Staff]{}
		for _, it := range out.Items {
			owners[it.Code] = it.OwnerID
		}
		return out, owners
	}
	out, owners := suggest(w.worker)
	require.Equal(t, day.Of(2026, 3, 10), out.On)
	require.Len(t, out.Items, 3)
	require.Equal(t, w.worker.StaffID, owners["PRS-02"], "the checker holds the post himself")
	require.EqualValues(t, 71, owners["PRS-01"], "a matter of the director, whose post is of the workshop above")
	require.NotEmpty(t, out.People)
	require.Equal(t, inspection.Answerable{StaffID: 72, Name: "丙", Post: "甲班"}, out.People[0], "who leads is named first")

	_, owners = suggest(w.other)
	require.EqualValues(t, 71, owners["PRS-02"], "a team without such a post and without a leader: the director")

	w.api.As(w.safety).Post("/api/inspection/tasks", fmt.Sprintf(`{"pointId":"%d","assigneeId":"%d","opensOn":"2026-03-10","dueOn":"2026-03-10"}`, w.point, w.worker.StaffID)).Made(t)
	_, owners = suggest(w.other)
	require.Equal(t, w.worker.StaffID, owners["PRS-02"], "the unit is that of the person who has the task there")

	tree.Holders = tree.Holders[3:]
	_, owners = suggest(w.safety)
	require.Zero(t, owners["PRS-02"], "who has the task is nowhere any more")

	_, err := w.s.Suggest(rbac.WithActor(t.Context(), w.stranger), id.Of[id.Point](w.point))
	require.ErrorIs(t, err, rbac.ErrNotFound)
	_, err = w.s.Suggest(rbac.WithActor(t.Context(), w.county), id.Of[id.Point](w.point))
	require.ErrorIs(t, err, rbac.ErrForbidden)
	require.Equal(t, 200, w.api.As(w.worker).Get(fmt.Sprintf("/api/inspection/suggestions?pointId=%d", w.point)).Status)
}
