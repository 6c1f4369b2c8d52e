package checklist

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// mostPacked is how many points a phone takes along.
const mostPacked = 2000

// Pack is what a phone takes along to open any point of its company without network: the
// points in use, and each item they ask once.
type Pack struct {
	Standard id.Of[id.Standard]
	Version  int
	Points   []Packed
	Items    []Asked
}

// Packed is a point and the codes of what is asked there, in order.
type Packed struct {
	Point
	Codes []string
}

// Pack returns what a phone takes along. A company without a standard has nothing to ask.
func (s *Service) Pack(ctx context.Context) (p Pack, err error) {
	err = s.Gate.Read(ctx, ActionPoints, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		st, err := currentStandard(ctx, tx, scope, home.CompanyID)
		if err != nil {
			return err
		}
		l, err := s.Shelf.Version(st.LibraryVersion)
		if err != nil {
			return err
		}
		all, err := pointsInUse(ctx, tx, scope, home.CompanyID, mostPacked)
		if err != nil {
			return err
		}
		p = packed(st, l, all)
		return nil
	})
	return p, err
}

func packed(st Standard, l *Library, all []Point) Pack {
	p := Pack{Standard: st.ID, Version: st.Version, Points: []Packed{}, Items: []Asked{}}
	seen := map[string]bool{}
	for _, one := range all {
		codes := []string{}
		for _, a := range st.Document.V.at(l, one.Modules, one.Items) {
			codes = append(codes, a.Code)
			if !seen[a.Code] {
				seen[a.Code] = true
				p.Items = append(p.Items, a)
			}
		}
		p.Points = append(p.Points, Packed{one, codes})
	}
	return p
}
