package division

import (
	"testing"

	"github.com/stretchr/testify/require"

	"anbiao/kit/code"
)

func TestLibrary(t *testing.T) {
	t.Parallel()
	s, err := read()
	require.NoError(t, err)
	paths := map[string]Division{}
	yongkang := map[Kind]int{}
	for _, d := range s.divisions {
		require.NotContains(t, paths, d.Path, d.Name)
		paths[d.Path] = d
		if d.ParentPath == "330784" {
			yongkang[d.Kind]++
		}
	}
	require.Equal(t, map[Kind]int{Town: 14, Zone: 2}, yongkang, "the 16 units of the city plan, two of them without a statutory code")
	for _, d := range s.divisions {
		require.NotEmpty(t, d.Source, d.Name)
		if d.ParentPath != "" {
			require.Contains(t, paths, d.ParentPath, d.Name)
		}
		if !d.ValidUntil.IsZero() {
			require.Contains(t, paths, d.SuccessorPath, d.Name)
		}
	}
	require.Equal(t, code.Town, code.Path("330784Z01").Level())
	require.False(t, paths["330784Z01"].Official)
	require.Equal(t, "330784-Z01", paths["330784Z01"].Code)
	require.Equal(t, int16(0), s.lines[0].Line)
}
