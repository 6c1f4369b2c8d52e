package main

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"anbiao/testkit"
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

// TestBenchMixesLoad holds that people of both kinds are served by the program and by the bare handlers, and that
// what either wrote is what the other wrote.
func TestBenchMixesLoad(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.house.ground.cfg.DemoPassword = demoPassword
	b := &bench{
		house: d.house, owner: d.Owner, executable: executable(t, "anbiao"),
		load: mixLoad{phones: 6, offices: 20, seconds: 1, round: 500 * time.Millisecond, think: 200 * time.Millisecond},
	}
	require.NoError(t, b.mixes(t.Context()))
	require.Len(t, b.rows, 2)
	for _, note := range b.notes {
		t.Log("\n" + note)
		require.NotContains(t, note, "first error")
	}
	for _, who := range []string{"安全员", "bare"} {
		require.Positive(t, testkit.One[int](t, d.W, "SELECT count(*) FROM inspection_check WHERE person_name = $1", who), who)
		require.Zero(t, testkit.One[int](t, d.W, `SELECT count(*) FROM inspection_check c WHERE person_name = $1 AND NOT EXISTS (SELECT FROM attachment a
			WHERE a.company_id = c.company_id AND a.bound_noun = 'inspection_check' AND a.bound_id = c.id AND a.id::text = c.answers->0->'photos'->>0 AND a.bytes > 200000)`, who), who)
	}
}
