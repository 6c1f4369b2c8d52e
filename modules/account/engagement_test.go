package account_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/modules/account"
	"anbiao/rbac"
)

// TestAnEngagementEndsWithItsLastDay shows who may work for a company, and until when.
func TestAnEngagementEndsWithItsLastDay(t *testing.T) {
	t.Parallel()
	w := setup(t)
	w.Set(time.Date(2026, 3, 10, 4, 0, 0, 0, time.UTC))
	firm := w.Company(t, "330784105")
	consultant := w.Member(t, rbac.Service, "consultant")
	safety := rbac.WithActor(t.Context(), w.Actor(t, firm, "safety"))
	first := day.Of(2026, 3, 1)

	_, agencies, _, err := w.s.Engagements(safety)
	require.NoError(t, err)
	require.Len(t, agencies, 1)
	require.Equal(t, consultant.OrganisationID, agencies[0].ID)
	require.ErrorIs(t, w.s.Engage(safety, agencies[0].ID, first, day.Of(2026, 2, 1)), account.ErrEngagedDays)
	require.NoError(t, w.s.Engage(safety, agencies[0].ID, first, day.Date{}))
	require.ErrorIs(t, w.s.Engage(safety, agencies[0].ID, first, day.Date{}), account.ErrMemberExists, "pressed twice")

	clients := func() int {
		list, err := w.s.Clients(rbac.WithActor(t.Context(), consultant))
		require.NoError(t, err)
		return len(list)
	}
	require.Equal(t, 1, clients())
	other := rbac.WithActor(t.Context(), w.Actor(t, w.Company(t, "330784105"), "safety"))
	require.ErrorIs(t, w.s.Disengage(other, agencies[0].ID, first, day.Of(2026, 3, 10)), rbac.ErrNotFound, "another company's")
	list, _, _, err := w.s.Engagements(other)
	require.NoError(t, err)
	require.Empty(t, list)
	require.ErrorIs(t, w.s.Disengage(rbac.WithActor(t.Context(), w.Actor(t, firm, "leader")), agencies[0].ID, first, day.Of(2026, 3, 10)), rbac.ErrForbidden)
	require.ErrorIs(t, w.s.Disengage(safety, agencies[0].ID, first, day.Of(2026, 3, 9)), account.ErrEngagedDays, "not backwards")
	require.NoError(t, w.s.Disengage(safety, agencies[0].ID, first, day.Of(2026, 3, 10)))
	require.Equal(t, 1, clients(), "the last day counts")
	w.Set(time.Date(2026, 3, 11, 4, 0, 0, 0, time.UTC))
	require.Zero(t, clients())
	list, _, _, err = w.s.Engagements(safety)
	require.NoError(t, err)
	require.Len(t, list, 1, "what was stays to be seen")
}
