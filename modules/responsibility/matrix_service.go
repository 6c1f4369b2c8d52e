package responsibility

import (
	"cmp"
	"context"
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// MatrixFilter says which columns to show.
type MatrixFilter struct {
	UnitID id.Of[id.Unit] `query:"unitId" doc:"posts of this unit and below"`
	Type   string         `query:"type" maxLength:"40" doc:"posts of this post type"`
	On     day.Date       `query:"on" doc:"as it was on a day; empty: today"`
}

// Matrix is the company's matrix as one may see it.
type Matrix struct {
	Sheet
	On      day.Date
	Units   []org.Unit             // that one may see
	Held    map[id.Of[id.Post]]int // how many people hold a post
	Version int                    // of the newest published list; 0: none
	Since   time.Time              // when it was published
	Pending int                    // changes since
}

// Matrix returns the columns of the posts that the actor answers for. Errors: rbac.ErrForbidden.
func (s *Service) Matrix(ctx context.Context, f MatrixFilter) (m Matrix, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		m, err = s.matrix(ctx, tx, scope, f)
		return err
	})
	return m, err
}

func (s *Service) matrix(ctx context.Context, tx db.Tx, scope rbac.Scope, f MatrixFilter) (m Matrix, err error) {
	home, err := scope.Home()
	if err != nil {
		return m, err
	}
	if m.On = f.On; m.On.IsZero() {
		m.On = today(tx)
	}
	sheet, tree, err := s.sheet(ctx, tx, home.CompanyID, m.On)
	if err != nil {
		return m, err
	}
	m.Sheet = sheet
	keep := reach(scope, tree)
	if f.UnitID != 0 || f.Type != "" || !scope.Reaches("") {
		m.Sheet = sheet.narrow(func(p SheetPost) bool {
			return keep(p.UnitID) && tree.Within(p.UnitID, f.UnitID) && (f.Type == "" || slices.Contains(p.Types, f.Type))
		})
	}
	m.Units = slices.DeleteFunc(slices.Clone(tree.Units), func(u org.Unit) bool { return !scope.Reaches(u.Path) })
	m.Held = map[id.Of[id.Post]]int{}
	for _, h := range tree.Holders {
		m.Held[h.PostID]++
	}
	m.Version, m.Since, m.Pending, err = pending(ctx, tx, home.CompanyID)
	return m, err
}

// reach tells of a unit whether the actor answers for it.
func reach(scope rbac.Scope, tree org.Tree) func(id.Of[id.Unit]) bool {
	seen := map[id.Of[id.Unit]]bool{}
	for _, u := range tree.Units {
		seen[u.ID] = scope.Reaches(u.Path)
	}
	return func(n id.Of[id.Unit]) bool { return seen[n] }
}

// sheet lays out the company's matrix as it was on a day.
func (s *Service) sheet(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (Sheet, org.Tree, error) {
	tree, err := s.Tree(ctx, tx, company, on)
	if err != nil {
		return Sheet{}, tree, err
	}
	duties, err := dutiesOn(ctx, tx, company, on)
	if err != nil {
		return Sheet{}, tree, err
	}
	s.order(duties)
	shares, err := sharesOn(ctx, tx, company, on)
	return sheetOf(tree, duties, shares), tree, err
}

// order groups duties by post type as the library has them.
func (s *Service) order(duties []SheetDuty) {
	place := map[string]int{}
	for i, t := range s.Shelf.Newest().Types {
		place[t.Code] = i
	}
	slices.SortStableFunc(duties, func(a, b SheetDuty) int {
		return cmp.Or(cmp.Compare(place[a.Category], place[b.Category]), cmp.Compare(a.Number, b.Number))
	})
}

// Library returns the newest version of the library.
func (s *Service) Library(ctx context.Context) (l *Library, err error) {
	err = s.Gate.Read(ctx, ActionLibrary, func(db.Tx, rbac.Scope) error {
		l = s.Shelf.Newest()
		return nil
	})
	return l, err
}
