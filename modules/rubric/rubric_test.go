package rubric_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/modules/rubric"
)

func TestTablesAddUp(t *testing.T) {
	t.Parallel()
	for _, r := range rubric.Library() {
		require.Empty(t, r.Check(), r.ID)
	}
}
