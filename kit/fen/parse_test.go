package fen_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/fen"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]fen.Amount{
		"1,234.50": 123450, "1234.5": 123450, "-3": -300, "0": 0, "-0.05": -5, "0.05": 5, "007": 700, "12,345,678.9": 1234567890, "1,234": 123400,
		"92233720368547758.07": math.MaxInt64, "-92233720368547758.08": math.MinInt64,
	} {
		got, err := fen.Parse(s)
		require.NoError(t, err, s)
		require.Equal(t, want, got, s)
	}
	for _, s := range []string{
		"", " ", "1 ", ".5", "5.", "1.234", "0.001", "1e3", "1E3", "+3", "--3", "1,23.00", "12345,678", ",123", "1,,234", "1.2.3", "¥3", "3元", "NaN", "Inf", "0x10", "1_000", "１２",
		"92233720368547758.08", "-92233720368547758.09", strings.Repeat("9", 40), "1\n",
	} {
		_, err := fen.Parse(s)
		require.ErrorIs(t, err, fen.ErrAmount, "%q", s)
	}
}

func TestParseReadsWhatYuanWrites(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		a := fen.Amount(r.Uint64() >> r.IntN(64))
		for _, a := range []fen.Amount{a, -a} {
			got, err := fen.Parse(a.Yuan())
			require.NoError(t, err)
			require.Equal(t, a, got)
		}
	}
}
