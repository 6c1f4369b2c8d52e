package rubric_test

import (
	"encoding/json"
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
