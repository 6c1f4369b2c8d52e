package oversight

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// DrillAreas counts the companies that pass a filter in an area and in those directly below it, as far as
// the actor oversees them.
func (s *Service) DrillAreas(ctx context.Context, f Filter) (d Drill, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		d, err = s.below(ctx, tx, scope, f)
		return err
	})
	return d, err
}

// DrillIndustries counts them by what lies one step below the filter's industry: sections of GB/T 4754,
// their divisions, groups and classes. Companies without an industry are the rest.
func (s *Service) DrillIndustries(ctx context.Context, f Filter) (d Drill, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		c, err := s.counterOf(ctx, tx, scope, f, &d)
		if err != nil {
			return err
		}
		c.by = byIndustry(f.Industry)
		rows, err := c.count(ctx, &d)
		if err != nil {
			return err
		}
		for _, r := range rows {
			d.Total.Figures = d.Total.plus(r.Figures)
			if r.Node == "" {
				d.Rest = r.Figures
				continue
			}
			d.Items = append(d.Items, Counted{Place: Place{Path: r.Node, Kind: "industry"}, Figures: r.Figures})
		}
		slices.SortFunc(d.Items, func(a, b Counted) int { return strings.Compare(a.Path, b.Path) })
		if err := c.before(ctx, &d); err != nil {
			return err
		}
		d.Total.Before = nil // last month's sections leave out who had none
		return nil
	})
	return d, err
}

// counterOf begins a count of an area: the way to it, and a counter by areas.
func (s *Service) counterOf(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, d *Drill) (c counter, err error) {
	path := start(f, scope.Actor())
	nodes, err := childrenOf(ctx, tx, scope.Actor(), path)
	if err != nil {
		return c, err
	}
	if d.Trail, err = trailOf(ctx, tx, scope.Actor(), path); err != nil {
		return c, err
	}
	d.Total.Place = Place{Path: path}
	if n := len(d.Trail); n > 0 {
		d.Total.Place = d.Trail[n-1]
	}
	return counter{
		tx: tx, scope: scope, filter: f, path: path, today: day.In(tx.Now, day.Shanghai), by: byArea(nodes, path), places: nodes, nodes: paths(nodes), limits: s.Limits,
	}, nil
}

// Chart is what the map shows in a window.
type Chart struct {
	Clusters []Cluster
	Wide     bool // too many companies for marks: choose an area first
}

// Map gathers the companies that pass a filter, in the window of a map. It has no more marks than
// squares, however many companies there are.
func (s *Service) Map(ctx context.Context, f Filter, w Window) (out Chart, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		size, err := sizeOf(ctx, tx, start(f, scope.Actor()), scope.Actor())
		if err != nil {
			return err
		}
		if out.Wide = size > s.Limits.most(true); out.Wide {
			return nil
		}
		out.Clusters, err = clusters(ctx, tx, filtered(f, scope, day.In(tx.Now, day.Shanghai)), w)
		return err
	})
	return out, err
}

// Shapes returns how the areas directly below one are drawn, and the area itself.
func (s *Service) Shapes(ctx context.Context, division string) (rows []Shape, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		path := start(Filter{Division: division}, scope.Actor())
		nodes, err := childrenOf(ctx, tx, scope.Actor(), path)
		if err != nil {
			return err
		}
		rows, err = shapesOf(ctx, tx, append(paths(nodes), path))
		return err
	})
	return rows, err
}
