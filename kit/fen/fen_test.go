package fen_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/fen"
)

func TestYuan(t *testing.T) {
	t.Parallel()
	for a, want := range map[fen.Amount]string{
		0: "0.00", 5: "0.05", 123450: "1234.50", -5: "-0.05", -100: "-1.00", 100: "1.00", math.MaxInt64: "92233720368547758.07", math.MinInt64: "-92233720368547758.08",
	} {
		require.Equal(t, want, a.Yuan())
	}
}
