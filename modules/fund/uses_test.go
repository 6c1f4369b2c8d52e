package fund_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/accrual"
	"anbiao/kit/text"
	"anbiao/modules/fund"
)

// TestUseItemsHaveEnglishWords holds the translations to the rules: each item that a version names has one.
func TestUseItemsHaveEnglishWords(t *testing.T) {
	t.Parallel()
	seen := 0
	look := func(items []accrual.Scope) {
		for _, s := range items {
			seen++
			require.NotEqual(t, s.Label, fund.Words(text.English, s.Label), "no English")
			require.Equal(t, s.Label, fund.Words(text.Chinese, s.Label))
		}
	}
	for _, r := range accrual.Library() {
		look(r.Generic.Items)
		for _, c := range r.Categories {
			look(c.UseScopes.Items)
		}
	}
	require.Greater(t, seen, 100)
	require.Equal(t, "自定的用途", fund.Words(text.English, "自定的用途"), "a correction that nobody has put into English")
}
