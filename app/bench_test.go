package main

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBenchMeasuresTheSame holds that both sides of a comparison answer alike and write
// alike; else a ratio says nothing.
func TestBenchMeasuresTheSame(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.house.ground.cfg.DemoPassword = demoPassword
	b := &bench{house: d.house, owner: d.Owner}
	ctx := t.Context()
	require.NoError(t, b.serve(ctx, func() error {
		url, stop, err := listen(ctx, b.bareList())
		require.NoError(t, err)
		defer stop()
		token, err := b.signIn(ctx, "county")
		require.NoError(t, err)
		require.NoError(t, b.sameItems(ctx, token, url+"/330784"))

		safety, err := b.signIn(ctx, "safety")
		require.NoError(t, err)
		form, err := openForm(func(path string, v any) error { return b.read(ctx, safety, path, v) })
		require.NoError(t, err)
		id, err := b.submit(ctx, safety, form, 1)
		require.NoError(t, err)
		copies, err := b.writtenWith(ctx, id)
		require.NoError(t, err)
		require.Contains(t, copies.String(), "1 hazard, 1 hazard_step, 1 inspection_check")
		require.NoError(t, copies.insert(ctx, b))
		require.NoError(t, copies.insert(ctx, b))
		return nil
	}))
	nothing := func(context.Context) error { return nil }
	require.NoError(t, b.compare(ctx, "nothing", "", 4, nothing, nothing))
	require.Len(t, b.rows, 1)
	require.NoError(t, b.footprint(ctx))
	t.Log(b.notes[0])
}
