package search

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFold(t *testing.T) {
	t.Parallel()
	require.Equal(t, "永康市abc集团股份有限公司", Fold(" 永康市ＡＢＣ（集团） 股份·有限公司\n"))
	require.Empty(t, Fold(" (%_) "))
}

func TestBigrams(t *testing.T) {
	t.Parallel()
	require.Equal(t, Bigrams("康祥五金"), Bigrams("康祥五金有限公司"))
	require.Len(t, Bigrams("康祥五金（集团）股份有限公司"), 5)
	require.Len(t, Bigrams("康祥五金有限责任公司"), 3)
	require.Equal(t, Bigrams("康祥五金"), Bigrams("康祥五金厂（个体工商户）"))
	require.Equal(t, []int32{}, Bigrams(""))
	require.Equal(t, []int32{}, Bigrams("康"))
	require.Len(t, Bigrams("有限公司"), 1, "a name that is nothing but a form keeps something")
	require.Equal(t, []int32{1793286226}, Bigrams("康祥"), "stored in tables: must never change")
}

func TestQuery(t *testing.T) {
	t.Parallel()
	for term, want := range map[string]struct {
		like  string
		grams int
	}{
		"康祥":         {"%康祥%", 1},
		"康祥五金有限":     {"%康祥五金有限%", 3},
		"康祥五金有限公司":   {"%康祥五金有限公司%", 3},
		"有限公司":       {"%有限公司%", 0},
		"限公":         {"%限公%", 0},
		"厂":          {"%厂%", 0},
		"":           {"%%", 0},
		"100%_康 祥\\": {`%100康祥%`, 4},
	} {
		grams, like := Query(term)
		require.Equal(t, want.like, like, term)
		require.Len(t, grams, want.grams, term)
	}
}

// Every piece of every name must be found by the array alone, wherever it is cut.
func TestNothingIsMissed(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	parts := append([]string{"永康", "市", "康祥", "五金", "公", "有", "厂房", "店", "集团", "分", "A1", "司", "工商", "合作"}, forms...)
	for range 400 {
		var name strings.Builder
		for range 1 + r.IntN(6) {
			name.WriteString(parts[r.IntN(len(parts))])
		}
		held, runes := Bigrams(name.String()), []rune(name.String())
		for from := range runes {
			for to := from + 1; to <= len(runes); to++ {
				grams, _ := Query(string(runes[from:to]))
				for _, g := range grams {
					_, ok := slices.BinarySearch(held, g)
					require.True(t, ok, "%s is not found by %s", name.String(), string(runes[from:to]))
				}
			}
		}
	}
}
