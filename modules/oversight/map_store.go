package oversight

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// Window is what the map shows, in degrees.
type Window struct{ West, South, East, North float64 }

// Cluster is the companies of one square of the map.
type Cluster struct {
	Longitude float64
	Latitude  float64
	Companies int64
	Red       int64
	Orange    int64
	Yellow    int64
	Blue      int64
	Named     db.JSON[[]Named] // who they are, where they are few
}

// Named is a company on the map.
type Named struct {
	ID     rbac.CompanyID `json:"id"`
	Name   string         `json:"name"`
	Colour int16          `json:"colour"`
}

// The map is cut into so many squares, each of which is one mark; up to few companies are named.
const (
	columns = 20
	lines   = 14
	few     = 6
)

// clusters gathers the companies that pass q by the squares of a window.
func clusters(ctx context.Context, tx db.Tx, q *query, w Window) (rows []Cluster, err error) {
	west, south := w.West*1e6, w.South*1e6
	wide, high := max((w.East-w.West)*1e6/columns, 1), max((w.North-w.South)*1e6/lines, 1)
	q.add("b.longitude_e6 BETWEEN ? AND ? AND b.latitude_e6 BETWEEN ? AND ?", int64(west), int64(w.East*1e6), int64(south), int64(w.North*1e6))
	sql := fmt.Sprintf(`SELECT avg(b.longitude_e6)::float8 / 1e6 AS longitude, avg(b.latitude_e6)::float8 / 1e6 AS latitude, count(*) AS companies,
		count(*) FILTER (WHERE b.colour = 1) AS red, count(*) FILTER (WHERE b.colour = 2) AS orange, count(*) FILTER (WHERE b.colour = 3) AS yellow, count(*) FILTER (WHERE b.colour = 4) AS blue,
		CASE WHEN count(*) <= %d THEN jsonb_agg(jsonb_build_object('id', b.company_id::text, 'name', b.name, 'colour', b.colour) ORDER BY b.company_id) ELSE '[]' END AS named
		FROM oversight_area b WHERE %s GROUP BY least(floor((b.longitude_e6 - ?::float8) / ?::float8), %d), least(floor((b.latitude_e6 - ?::float8) / ?::float8), %d)
		ORDER BY count(*) DESC LIMIT %d`, few, q.sql(), columns-1, lines-1, columns*lines)
	err = tx.WithContext(ctx).Raw(sql, slices.Concat(q.args, []any{west, wide, south, high})...).Scan(&rows).Error
	return rows, err
}

// shapesOf returns the shapes of areas.
func shapesOf(ctx context.Context, tx db.Tx, areas []string) (rows []Shape, err error) {
	err = tx.WithContext(ctx).Where("path = ANY(?)", db.Texts(areas)).Order("path").Find(&rows).Error
	return rows, err
}

// middle is the middle of the companies of one area, in degrees.
type middle struct {
	Path      string
	Longitude float64
	Latitude  float64
}

func middles(ctx context.Context, tx db.Tx, width int) (rows []middle, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT left(b.region_path, ?) AS path, percentile_disc(0.5) WITHIN GROUP (ORDER BY b.longitude_e6)::float8 / 1e6 AS longitude,
		percentile_disc(0.5) WITHIN GROUP (ORDER BY b.latitude_e6)::float8 / 1e6 AS latitude
		FROM oversight_board b WHERE b.longitude_e6 IS NOT NULL AND b.latitude_e6 IS NOT NULL AND length(b.region_path) >= ? GROUP BY 1 ORDER BY 1`, width, width).Scan(&rows).Error
	return rows, err
}

// drawn is a shape on its way into the table.
type drawn struct {
	Path  string       `json:"path"`
	Rings [][][2]int32 `json:"rings"`
	X     int32        `json:"x"`
	Y     int32        `json:"y"`
}

// drawShapes draws every area anew that has no surveyed boundary: towns and what they lie in, then the
// villages and grids of each town.
func drawShapes(ctx context.Context, tx db.Tx) error {
	towns, err := middles(ctx, tx, deepest)
	if err != nil {
		return err
	}
	all := shapes(towns, []int{2, 4, 6, deepest})
	grids, err := middles(ctx, tx, deepest+3)
	if err != nil {
		return err
	}
	for len(grids) > 0 {
		n := slices.IndexFunc(grids, func(m middle) bool { return m.Path[:deepest] != grids[0].Path[:deepest] })
		if n < 0 {
			n = len(grids)
		}
		all = append(all, shapes(grids[:n], []int{deepest + 3})...)
		grids = grids[n:]
	}
	b, err := json.Marshal(all)
	if err != nil {
		return err
	}
	if err := tx.WithContext(ctx).Exec("DELETE FROM oversight_shape WHERE schematic").Error; err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec(`INSERT INTO oversight_shape (path, rings, longitude_e6, latitude_e6, schematic, at)
		SELECT s.path, s.rings, s.x, s.y, true, ? FROM jsonb_to_recordset(?::jsonb) AS s (path text, rings jsonb, x int, y int)
		ON CONFLICT ON CONSTRAINT oversight_shape_pkey DO NOTHING`, tx.Now, string(b)).Error
}

// shapes draws areas at the given widths of their paths from the middles of the smallest.
func shapes(from []middle, widths []int) (out []drawn) {
	if len(from) == 0 {
		return nil
	}
	var mean float64
	for _, m := range from {
		mean += m.Latitude / float64(len(from))
	}
	narrow := math.Cos(mean * math.Pi / 180)
	seeds := make([]seed, len(from))
	for i, m := range from {
		seeds[i] = seed{m.Path, m.Longitude * narrow, m.Latitude}
	}
	d := draw(seeds)
	for _, w := range widths {
		groups, order := map[string][]int{}, []string{}
		for i, s := range seeds {
			p := s.path[:min(w, len(s.path))]
			if groups[p] == nil {
				order = append(order, p)
			}
			groups[p] = append(groups[p], i)
		}
		for _, p := range order {
			out = append(out, outlined(d, p, groups[p], narrow))
		}
	}
	return out
}

func outlined(d *diagram, path string, members []int, narrow float64) drawn {
	e6 := func(v float64) int32 { return int32(math.Round(v * 1e6)) }
	one := drawn{Path: path, Rings: [][][2]int32{}}
	for _, ring := range d.outline(path, members) {
		if surface(ring) < 0 {
			continue // a hole: what lies in it is drawn above
		}
		line := make([][2]int32, len(ring))
		for i, p := range ring {
			line[i] = [2]int32{e6(p.x / narrow), e6(p.y)}
		}
		one.Rings = append(one.Rings, line)
	}
	for _, i := range members {
		one.X += e6(d.points[i].x/narrow) / int32(len(members))
		one.Y += e6(d.points[i].y) / int32(len(members))
	}
	return one
}
