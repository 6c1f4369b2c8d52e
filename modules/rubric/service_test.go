package rubric_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/modules/rubric"
	"anbiao/rbac"
	"anbiao/testkit"
)

// within runs fn as the system does.
func within(t *testing.T, w *testkit.W, fn func(ctx context.Context, tx db.Tx) error) {
	t.Helper()
	require.NoError(t, w.Gate.System(t.Context(), "test", func(tx db.Tx, _ rbac.Scope) error { return fn(t.Context(), tx) }))
}

func TestLibraryIsLoadedOnce(t *testing.T) {
	t.Parallel()
	w := testkit.World(t)
	s := &rubric.Service{Gate: w.Gate}
	require.NoError(t, s.Load(t.Context()))
	require.NoError(t, s.Load(t.Context()), "again")
	require.Len(t, rubric.Library(), testkit.One[int](t, w, "SELECT count(*)::int FROM rubric WHERE state = 'published'"))
	var one rubric.Listed
	within(t, w, func(ctx context.Context, tx db.Tx) (err error) {
		one, err = rubric.Newest(ctx, tx, "jiangsu-gongmao-xiaowei-600")
		require.NoError(t, err)
		require.Equal(t, scoring.Whole(600), one.Total)
		require.Equal(t, 67, one.Items)
		table, err := rubric.Load(ctx, tx, one.ID)
		require.NoError(t, err)
		for _, r := range rubric.Library() {
			if r.ID == one.Code {
				require.Equal(t, r.Rows(), table.Rows())
			}
		}
		all, err := rubric.Published(ctx, tx, scoring.Grading, "330784001", day.Of(2026, 11, 1))
		require.NoError(t, err)
		require.True(t, all[0].Scorable)
		_, err = rubric.Load(ctx, tx, 1_000_000)
		require.ErrorIs(t, err, rbac.ErrNotFound)
		return rubric.Use(ctx, tx, one.ID)
	})
	require.True(t, testkit.One[bool](t, w, "SELECT used_at IS NOT NULL FROM rubric WHERE id = $1", int64(one.ID)))
	within(t, w, func(ctx context.Context, tx db.Tx) error {
		tree, err := rubric.Newest(ctx, tx, "gbt33000-2025")
		require.NoError(t, err)
		require.ErrorIs(t, rubric.Use(ctx, tx, tree.ID), rubric.ErrNotUsable)
		require.ErrorIs(t, rubric.Use(ctx, tx, id.Of[id.Rubric](1_000_000)), rubric.ErrNotUsable)
		return nil
	})
	_, err := w.Owner.Exec(t.Context(), "UPDATE rubric SET title = 'another' WHERE id = $1", int64(one.ID))
	require.ErrorContains(t, err, "frozen")
	w.Exec(t, "ALTER TABLE rubric DISABLE TRIGGER rubric_frozen")
	w.Exec(t, "UPDATE rubric SET checksum = 'another' WHERE id = $1", int64(one.ID))
	require.ErrorIs(t, s.Load(t.Context()), rubric.ErrLibraryChanged)
}
