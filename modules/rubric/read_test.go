package rubric_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/modules/rubric"
)

func TestThereAndBack(t *testing.T) {
	t.Parallel()
	for _, r := range rubric.Library() {
		want, err := json.Marshal(r)
		require.NoError(t, err)
		b, err := rubric.YAML(r)
		require.NoError(t, err)
		got, err := rubric.ReadFile(r.ID+".yaml", b)
		require.NoError(t, err)
		require.Empty(t, got.Troubles, r.ID)
		again, err := json.Marshal(got.Table)
		require.NoError(t, err)
		require.JSONEq(t, string(want), string(again), r.ID)
		if !r.Scorable {
			_, err = rubric.Excel(r)
			require.ErrorIs(t, err, rubric.ErrNotUsable)
			continue
		}
		b, err = rubric.Excel(r)
		require.NoError(t, err)
		got, err = rubric.ReadFile(r.ID+".xlsx", b)
		require.NoError(t, err)
		require.Empty(t, got.Troubles, r.ID)
		again, err = json.Marshal(got.Table)
		require.NoError(t, err)
		require.Equal(t, string(want), string(again), r.ID)
	}
}

func TestFilesThatWouldGrow(t *testing.T) {
	t.Parallel()
	for what, text := range map[string]string{
		"aliases":       "a: &a [x, x]\nb: [*a, *a]\n",
		"nested lists":  strings.Repeat("[", 100_000),
		"nested dashes": strings.Repeat("- ", 100_000) + "x",
		"no text":       "id: \x00",
		"too large":     "id: " + strings.Repeat("x", 3<<20),
	} {
		_, err := rubric.ReadFile("table.yaml", []byte(text))
		require.ErrorIs(t, err, rubric.ErrFile, what)
	}
}
