package oversight

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Without surveyed boundaries an area is drawn as the places nearest to it: towns are the cells of a
// Voronoi diagram around the middle of their companies, what they lie in is drawn from their cells. The
// outer edge comes from ghost points set around them at a distance.

// seed is the middle of an area's companies.
type seed struct {
	path string
	x, y float64 // degrees, longitude drawn together by the latitude
}

const (
	ghost   = -1
	nearest = 0.01 // degrees; ghosts keep at least twice that away
)

// cell is the part of the plane nearest to one seed: its corners against the clock, and which seed lies
// beyond the edge that begins at each.
type cell struct {
	corners []point
	beyond  []int
}

type point struct{ x, y float64 }

// diagram is the seeds with their cells.
type diagram struct {
	points []seed // ghosts behind the real ones, without a path
	cells  []cell // of the real ones
	grid   map[[2]int][]int
	side   float64
}

// draw makes the diagram of seeds.
func draw(seeds []seed) *diagram {
	d := &diagram{points: slices.Clone(seeds), side: spacing(seeds)}
	for i := range d.points { // no two in one place
		d.points[i].x += 1e-7 * float64(i%97)
		d.points[i].y += 1e-7 * float64(i%89)
	}
	d.index()
	d.haunt()
	d.index()
	for i := range seeds {
		d.cells = append(d.cells, d.cut(i))
	}
	return d
}

// spacing is twice the usual distance from a seed to the next one.
func spacing(seeds []seed) float64 {
	far := make([]float64, 0, len(seeds))
	some := seeds
	if len(some) > 400 {
		some = some[:400]
	}
	for i, a := range some {
		best := math.Inf(1)
		for j, b := range seeds {
			if i != j {
				best = min(best, math.Hypot(a.x-b.x, a.y-b.y))
			}
		}
		far = append(far, best)
	}
	slices.Sort(far)
	if len(far) < 2 {
		return 4 * nearest
	}
	return min(max(2*far[len(far)/2], 2*nearest), 1)
}

func (d *diagram) index() {
	d.grid = map[[2]int][]int{}
	for i, p := range d.points {
		k := d.square(p.x, p.y)
		d.grid[k] = append(d.grid[k], i)
	}
}

func (d *diagram) square(x, y float64) [2]int {
	return [2]int{int(math.Floor(x / d.side)), int(math.Floor(y / d.side))}
}

// around lists the points within n squares of a place.
func (d *diagram) around(x, y float64, n int) (out []int) {
	k := d.square(x, y)
	for i := -n; i <= n; i++ {
		for j := -n; j <= n; j++ {
			out = append(out, d.grid[[2]int{k[0] + i, k[1] + j}]...)
		}
	}
	return out
}

// haunt sets ghosts where no seed is near, but not far from one.
func (d *diagram) haunt() {
	step, seen := d.side*0.6, map[[2]int]bool{}
	for _, s := range slices.Clone(d.points) {
		for i := -5; i <= 5; i++ {
			for j := -5; j <= 5; j++ {
				k := [2]int{int(math.Floor(s.x/step)) + i, int(math.Floor(s.y/step)) + j}
				if seen[k] {
					continue
				}
				seen[k] = true
				x, y := (float64(k[0])+0.5)*step, (float64(k[1])+0.5)*step
				if !d.anyNear(x, y) {
					d.points = append(d.points, seed{x: x + 1e-6*float64(k[1]%13), y: y + 1e-6*float64(k[0]%11)})
				}
			}
		}
	}
}

func (d *diagram) anyNear(x, y float64) bool {
	return slices.ContainsFunc(d.around(x, y, 1), func(i int) bool {
		return d.points[i].path != "" && math.Hypot(d.points[i].x-x, d.points[i].y-y) < d.side
	})
}

// cut makes the cell of one seed: a square around it, less what is nearer to each other point.
func (d *diagram) cut(i int) cell {
	s, r := d.points[i], 5*d.side
	c := cell{[]point{{s.x - r, s.y - r}, {s.x + r, s.y - r}, {s.x + r, s.y + r}, {s.x - r, s.y + r}}, []int{ghost, ghost, ghost, ghost}}
	others := d.around(s.x, s.y, 6)
	away := func(j int) float64 { return math.Hypot(d.points[j].x-s.x, d.points[j].y-s.y) }
	slices.SortFunc(others, func(a, b int) int { return cmp.Compare(away(a), away(b)) })
	for _, j := range others {
		if j == i {
			continue
		}
		if away(j) > 2*c.radius(s) {
			break
		}
		c = c.nearer(s, d.points[j], j)
	}
	return c
}

func (c cell) radius(s seed) (r float64) {
	for _, p := range c.corners {
		r = max(r, math.Hypot(p.x-s.x, p.y-s.y))
	}
	return r
}

// nearer cuts off what is nearer to o, the point j, than to s.
func (c cell) nearer(s, o seed, j int) (out cell) {
	nx, ny := o.x-s.x, o.y-s.y
	at := (o.x*o.x + o.y*o.y - s.x*s.x - s.y*s.y) / 2
	side := func(p point) float64 { return p.x*nx + p.y*ny - at }
	for i, p := range c.corners {
		q := c.corners[(i+1)%len(c.corners)]
		a, b := side(p), side(q)
		if a <= 0 {
			out.corners, out.beyond = append(out.corners, p), append(out.beyond, c.beyond[i])
		}
		if (a <= 0) != (b <= 0) {
			t := a / (a - b)
			cross := point{p.x + t*(q.x-p.x), p.y + t*(q.y-p.y)}
			label := c.beyond[i] // coming in: the old edge goes on
			if a <= 0 {
				label = j // going out: the new edge begins
			}
			out.corners, out.beyond = append(out.corners, cross), append(out.beyond, label)
		}
	}
	return out
}

// corner names a corner by the three points it is as far from, so that two cells agree on it.
func (c cell) corner(own, i int) [3]int {
	k := [3]int{own, c.beyond[i], c.beyond[(i+len(c.beyond)-1)%len(c.beyond)]}
	slices.Sort(k[:])
	return k
}

// outline joins the cells of the areas below path into rings against the clock; those with the clock are
// holes.
func (d *diagram) outline(path string, members []int) (rings [][]point) {
	type edge struct {
		from point
		to   [3]int
	}
	open := map[[3]int]edge{}
	var order [][3]int
	for _, i := range members {
		c := d.cells[i]
		for e, j := range c.beyond {
			if j != ghost && strings.HasPrefix(d.points[j].path, path) && d.points[j].path != "" {
				continue
			}
			k := c.corner(i, e)
			open[k], order = edge{c.corners[e], c.corner(i, (e+1)%len(c.beyond))}, append(order, k)
		}
	}
	for _, k := range order {
		var ring []point
		for e, ok := open[k]; ok; e, ok = open[k] {
			delete(open, k)
			ring, k = append(ring, e.from), e.to
		}
		if len(ring) > 2 {
			rings = append(rings, ring)
		}
	}
	return rings
}

// surface is the area of a ring, negative with the clock.
func surface(ring []point) (sum float64) {
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		sum += p.x*q.y - q.x*p.y
	}
	return sum / 2
}
