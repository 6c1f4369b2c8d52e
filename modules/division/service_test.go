package division_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/modules/division"
	"anbiao/rbac"
	"anbiao/testkit"
)

func load(t *testing.T, w *testkit.W) {
	t.Helper()
	err := w.Gate.System(t.Context(), "division.load", func(tx db.Tx, _ rbac.Scope) error { return division.Load(t.Context(), tx) })
	require.NoError(t, err)
}

func TestLoadIsIdempotent(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	load(t, w)
	n := testkit.One[int64](t, w, "SELECT count(*) FROM division")
	at := testkit.One[string](t, w, "SELECT at::text FROM division_library")
	load(t, w)
	require.Equal(t, n, testkit.One[int64](t, w, "SELECT count(*) FROM division"))
	require.Equal(t, at, testkit.One[string](t, w, "SELECT at::text FROM division_library"), "the same library is not loaded twice")

	w.Exec(t, "UPDATE division_library SET checksum = 'older'")
	w.Exec(t, "UPDATE division SET name = '旧名' WHERE path = '330784105'")
	load(t, w)
	require.Equal(t, n, testkit.One[int64](t, w, "SELECT count(*) FROM division"))
	require.Equal(t, "石柱镇", testkit.One[string](t, w, "SELECT name FROM division WHERE path = '330784105'"))
}

func TestChildren(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	load(t, w)
	s := &division.Service{Gate: w.Gate}
	ctx := rbac.WithActor(t.Context(), w.Regulator(t, "town", "330784105"))

	first, err := s.Children(ctx, "330784", page.Query{Limit: 10})
	require.NoError(t, err)
	require.Len(t, first.Items, 10)
	require.Equal(t, "东城街道", first.Items[0].Name)
	second, err := s.Children(ctx, "330784", page.Query{Limit: 10, Cursor: first.Next})
	require.NoError(t, err)
	require.Len(t, second.Items, 6)
	require.Equal(t, "330784-Z02", second.Items[5].Code)
	require.Empty(t, second.Next)
	back, err := s.Children(ctx, "330784", page.Query{Limit: 10, Cursor: second.Prev})
	require.NoError(t, err)
	require.Equal(t, first.Items, back.Items)

	counties, err := s.Children(ctx, "3307", page.Query{Limit: 100})
	require.NoError(t, err)
	for _, c := range counties.Items {
		require.NotEqual(t, "永康县", c.Name, "what no longer exists is history, not a choice")
	}
	lines, err := s.Lines(ctx)
	require.NoError(t, err)
	require.Greater(t, len(lines), 10)
	_, err = s.Lines(t.Context())
	require.ErrorIs(t, err, rbac.ErrUnauthenticated)
}
