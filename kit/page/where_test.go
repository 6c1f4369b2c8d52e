package page_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/page"
)

func TestWhere(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		k    page.Key
		cond string
		up   string
	}{
		"first":   {page.Key{}, "a = ? AND b IN (?, ?)", " ORDER BY t.on DESC, t.id DESC"},
		"forward": {page.Key{Vals: []string{"2026-03-01", "7"}}, "a = ? AND b IN (?, ?) AND (t.on, t.id) < (?::date, ?::bigint)", " ORDER BY t.on DESC, t.id DESC"},
		"back":    {page.Key{Vals: []string{"2026-03-01", "7"}, Back: true}, "a = ? AND b IN (?, ?) AND (t.on, t.id) > (?::date, ?::bigint)", " ORDER BY t.on, t.id"},
	} {
		w := &page.Where{}
		w.And("a = ?", 1)
		w.When(false, "never = ?", 0)
		w.Within("b IN (?, ?)", []any{2, 3})
		order := w.Latest(c.k, "t.on, t.id", "?::date, ?::bigint")
		require.Equal(t, c.cond, w.SQL(), name)
		require.Equal(t, c.up, order, name)
		want := []any{1, 2, 3}
		for _, v := range c.k.Vals {
			want = append(want, v)
		}
		require.Equal(t, want, w.Args, name)
	}
	w := &page.Where{}
	require.Equal(t, "true", w.SQL())
	require.Equal(t, " ORDER BY u.number", w.Rising(page.Key{}, "u.number", "?::int"))
	require.Equal(t, " ORDER BY u.number DESC", w.Rising(page.Key{Vals: []string{"3"}, Back: true}, "u.number", "?::int"))
	require.Equal(t, "(u.number) < (?::int)", w.SQL())
}
