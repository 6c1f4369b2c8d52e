package rbac_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/rbac"
	"anbiao/testkit"
)

func TestDangerousActionsWantAFreshConfirmation(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	w.Set(at)
	a := w.Actor(t, w.Company(t, "330784105"), "safety")
	const action rbac.Action = "account.member.invite"
	try := func(a rbac.Actor) (write, witness, read error) {
		ctx := rbac.WithActor(t.Context(), a)
		work := func(db.Tx, rbac.Scope) error { return nil }
		return w.Gate.Write(ctx, action, work), w.Gate.Witness(ctx, action, work), w.Gate.Read(ctx, action, work)
	}
	for name, c := range map[string]struct {
		change func(*rbac.Actor)
		want   error
	}{
		"just now":                  {func(a *rbac.Actor) { a.ConfirmedAt = at }, nil},
		"nearly ten minutes ago":    {func(a *rbac.Actor) { a.ConfirmedAt = at.Add(-rbac.ConfirmFor + time.Second) }, nil},
		"ten minutes ago":           {func(a *rbac.Actor) { a.ConfirmedAt = at.Add(-rbac.ConfirmFor) }, rbac.ErrConfirm},
		"never":                     {func(a *rbac.Actor) { a.ConfirmedAt = time.Time{} }, rbac.ErrConfirm},
		"a token":                   {func(a *rbac.Actor) { a.ConfirmedAt, a.Token = time.Time{}, true }, rbac.ErrForbidden},
		"a token that names it":     {func(a *rbac.Actor) { a.ConfirmedAt, a.Token, a.Only = time.Time{}, true, []rbac.Action{action} }, nil},
		"a token that names others": {func(a *rbac.Actor) { a.ConfirmedAt, a.Token, a.Only = time.Time{}, true, []rbac.Action{self} }, rbac.ErrForbidden},
	} {
		b := a
		c.change(&b)
		write, witness, read := try(b)
		require.ErrorIs(t, write, c.want, name)
		require.ErrorIs(t, witness, c.want, name)
		if c.want != rbac.ErrForbidden { //nolint:errorlint // a row of the table
			require.NoError(t, read, "%s: a list is no deed", name)
		}
	}
	b := a
	b.ConfirmedAt = time.Time{}
	require.NoError(t, w.Gate.Write(rbac.WithActor(t.Context(), b), self, func(db.Tx, rbac.Scope) error { return nil }), "other actions go on")
	require.ErrorIs(t, w.Gate.Confirmed(rbac.WithActor(t.Context(), b)), rbac.ErrConfirm)
	require.NoError(t, w.Gate.Confirmed(rbac.WithActor(t.Context(), a)))
	require.ErrorIs(t, w.Gate.Confirmed(t.Context()), rbac.ErrUnauthenticated)
}

// A dangerous action that nobody holds is a misspelt one.
func TestDangerousActionsAreKnown(t *testing.T) {
	t.Parallel()
	gate, err := rbac.NewGate(nil, time.Now)
	require.NoError(t, err)
	for _, action := range rbac.DangerousActions() {
		held := false
		for _, k := range rbac.Kinds {
			held = held || gate.Granted(k, action)
		}
		require.True(t, held, action)
	}
}
