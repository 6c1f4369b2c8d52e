package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/day"
)

// A deadline in a year whose holidays are not published yet has its window, and an answer day that does not move.
func TestOrderTerms(t *testing.T) {
	t.Parallel()
	opens, by, err := orderTerms(day.Of(2026, 6, 30), day.Of(2026, 6, 22))
	require.NoError(t, err)
	require.Equal(t, []day.Date{day.Of(2026, 6, 20), day.Of(2026, 6, 29)}, []day.Date{opens, by})
	opens, by, err = orderTerms(day.Of(2027, 3, 31), day.Of(2027, 3, 24))
	require.NoError(t, err)
	require.Equal(t, []day.Date{day.Of(2027, 3, 21), day.Of(2027, 3, 29)}, []day.Date{opens, by})
}
