package responsibility

import (
	"cmp"
	"context"
	"slices"
	"strings"
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
	if f.UnitID != 0 || f.Type != "" || !scope.Reaches("") {
		mine, within := touching(tree, scope.Reaches), touching(tree, below(tree, f.UnitID))
		m.Sheet = sheet.narrow(func(p SheetPost) bool {
			return mine(p) && within(p) && (f.Type == "" || slices.Contains(p.Types, f.Type))
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

// touching tells of a post whether it, or somebody who holds it, belongs to a unit whose path
// answers: workshops keep posts that people of their teams hold.
func touching(tree org.Tree, path func(string) bool) func(SheetPost) bool {
	unit, post := map[id.Of[id.Unit]]bool{}, map[id.Of[id.Post]]bool{}
	for _, u := range tree.Units {
		unit[u.ID] = path(u.Path)
	}
	for _, h := range tree.Holders {
		post[h.PostID] = post[h.PostID] || unit[h.UnitID]
	}
	return func(p SheetPost) bool { return unit[p.UnitID] || post[p.ID] }
}

// below tells of a path whether it lies in a unit; none is the whole company.
func below(tree org.Tree, top id.Of[id.Unit]) func(string) bool {
	u, ok := tree.Unit(top)
	return func(path string) bool { return top == 0 || (ok && strings.HasPrefix(path, u.Path)) }
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
