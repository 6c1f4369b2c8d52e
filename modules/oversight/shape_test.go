package oversight

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Cells hold their own seed and no other, and what areas are drawn from covers exactly their cells.
func TestShapesPartitionThePlane(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // a test's dice
	var seeds []seed
	for i := range 120 {
		seeds = append(seeds, seed{fmt.Sprintf("3307%02d%03d", i/15, i%15), 105 + float64(i/15%4)*0.4 + r.Float64()*0.4, 29 + float64(i/60)*0.4 + r.Float64()*0.4})
	}
	d := draw(seeds)
	for i := range seeds {
		require.Greater(t, len(d.cells[i].corners), 2, i)
		for j := range seeds {
			require.Equal(t, i == j, inside(point{d.points[j].x, d.points[j].y}, d.cells[i].corners), "%d in %d", j, i)
		}
	}
	for _, width := range []int{6, 4, 2} {
		groups := map[string][]int{}
		for i, s := range seeds {
			groups[s.path[:width]] = append(groups[s.path[:width]], i)
		}
		for path, members := range groups {
			var whole, parts float64
			for _, ring := range d.outline(path, members) {
				whole += surface(ring)
			}
			for _, i := range members {
				parts += surface(d.cells[i].corners)
			}
			require.InDelta(t, parts, whole, 1e-9, path)
		}
	}
	require.Len(t, draw(seeds[:1]).outline("33", []int{0}), 1, "one town alone has a shape")
	require.Empty(t, draw(nil).cells)
}

func inside(p point, ring []point) bool {
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		if (b.x-a.x)*(p.y-a.y)-(b.y-a.y)*(p.x-a.x) < 0 {
			return false
		}
	}
	return true
}
