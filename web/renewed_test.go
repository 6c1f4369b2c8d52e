package web

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/rbac"
)

// A stream asks every half minute whether its session still lives; that keeps it awake as little as looking at a clock.
func TestAStreamKeepsNoSessionAwake(t *testing.T) {
	t.Parallel()
	var asked []bool
	who := func(ctx context.Context, token string) (rbac.Actor, error) {
		require.Equal(t, "token", token)
		asked = append(asked, rbac.RequestOf(ctx).Unattended)
		return rbac.Actor{PersonID: 7}, nil
	}
	ctx := rbac.WithRequest(t.Context(), rbac.Request{ID: "r"})
	again, err := renewed(context.WithValue(context.WithValue(ctx, tokenKey{}, "token"), whoKey{}, who))
	require.NoError(t, err)
	require.Equal(t, []bool{true}, asked)
	a, _ := rbac.ActorOf(again)
	require.EqualValues(t, 7, a.PersonID)
}
