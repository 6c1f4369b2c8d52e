package live_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/live"
)

func rung(l *live.Line) bool {
	select {
	case <-l.Rung():
		return true
	default:
		return false
	}
}

func TestOnlyWhoIsMeantIsRung(t *testing.T) {
	t.Parallel()
	w := &live.Wire{}
	require.False(t, w.Opened())
	_, ok := w.Join(1)
	require.False(t, ok, "a wire that is not open takes nobody")
	ctx, end := context.WithCancel(t.Context())
	w.Open(ctx)
	a, ok := w.Join(1)
	require.True(t, ok)
	b, ok := w.Join(2)
	require.True(t, ok)
	w.Ring(1, 1, 3)
	require.True(t, rung(a))
	require.False(t, rung(a), "many rings are one")
	require.False(t, rung(b))
	w.RingAll()
	require.True(t, rung(a))
	require.True(t, rung(b))
	a.Leave()
	a.Leave()
	w.Ring(1)
	require.False(t, rung(a))
	end()
	<-b.Gone()
	require.False(t, w.Opened())
}

func TestOnePersonHoldsFewLines(t *testing.T) {
	t.Parallel()
	w := &live.Wire{}
	w.Open(t.Context())
	var last *live.Line
	for range live.MostOf {
		l, ok := w.Join(7)
		require.True(t, ok)
		last = l
	}
	_, ok := w.Join(7)
	require.False(t, ok)
	last.Leave()
	_, ok = w.Join(7)
	require.True(t, ok)
}
