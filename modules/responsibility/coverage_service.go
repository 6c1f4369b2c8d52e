package responsibility

import (
	"context"
	"slices"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Coverage reports what nobody in the company answers for, with the rows.
func (s *Service) Coverage(ctx context.Context) (r Report, err error) {
	err = s.Gate.Read(ctx, ActionCoverage, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		r, _, err = s.report(ctx, tx, scope, home.CompanyID)
		return err
	})
	return r, err
}

// report examines the company's matrix of today.
func (s *Service) report(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (r Report, published time.Time, err error) {
	sheet, tree, err := s.sheet(ctx, tx, company, today(tx))
	if err != nil {
		return r, published, err
	}
	items, err := s.Items(ctx, tx, scope, company)
	if err != nil {
		return r, published, err
	}
	r = examine(s.Shelf.Newest(), sheet, tree, items)
	if r.Version, published, r.Pending, err = pending(ctx, tx, company); err != nil {
		return r, published, err
	}
	if r.People, r.Unplaced, err = s.Unplaced(ctx, tx, company, today(tx)); err != nil {
		return r, published, err
	}
	if s.Idle == nil {
		return r, published, nil
	}
	idle, err := s.Idle(ctx, tx, scope, company)
	r.Measured = true
	for _, d := range sheet.Duties {
		if idle[d.ID] {
			r.Idle = append(r.Idle, d)
		}
	}
	return r, published, err
}

// Recount keeps the figures of a company's report for those who oversee it, in the caller's
// transaction.
func (s *Service) Recount(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home) error {
	r, published, err := s.report(ctx, tx, scope, home.CompanyID)
	if err != nil {
		return err
	}
	c := Coverage{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, CountedAt: tx.Now, Duties: r.Duties, Posts: r.Posts, PostsBare: len(r.Bare),
		PostsVacant: len(r.Vacant), People: r.People, PeopleUnplaced: len(r.Unplaced), StatutoryOpen: db.Texts{}, Items: r.Items, ItemsUncovered: len(r.Uncovered),
		ListVersion: r.Version,
	}
	for _, st := range r.Statutes {
		if st.open() {
			c.StatutoryOpen = append(c.StatutoryOpen, st.Code)
		}
	}
	if r.Measured {
		idle := len(r.Idle)
		c.DutiesIdle = &idle
	}
	if r.Version > 0 {
		c.PublishedAt = &published
	}
	return saveCoverage(ctx, tx, c)
}

// Figures returns what was last counted of a company in scope, without names of people.
// Errors: ErrNotCounted if it keeps no matrix, or is another's.
func (s *Service) Figures(ctx context.Context, company rbac.CompanyID) (c Coverage, open []Statute, err error) {
	err = s.Gate.Read(ctx, ActionFigures, func(tx db.Tx, scope rbac.Scope) error {
		if c, err = coverageOf(ctx, tx, scope, company); err != nil {
			return err
		}
		for _, st := range s.Shelf.Newest().Statutes {
			if slices.Contains(c.StatutoryOpen, st.Code) {
				open = append(open, st)
			}
		}
		return nil
	})
	return c, open, err
}

// PostList is the list of one post (一岗一清单): its duties and what it has to look at.
type PostList struct {
	Post    SheetPost
	Cells   []Cell
	Items   []Item
	Version int // newest published list; 0: none
}

// ListsOf returns the lists of posts the actor answers for: of a unit and below, or of single
// posts; neither means all. Posts without duties are left out.
func (s *Service) ListsOf(ctx context.Context, unit id.Of[id.Unit], posts []id.Of[id.Post]) (out []PostList, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		m, err := s.matrix(ctx, tx, scope, MatrixFilter{UnitID: unit})
		if err != nil {
			return err
		}
		out, err = s.lists(ctx, tx, scope, m.Sheet, func(p SheetPost) bool { return len(posts) == 0 || slices.Contains(posts, p.ID) })
		return err
	})
	return out, err
}

// Mine returns the lists of the actor's own posts.
func (s *Service) Mine(ctx context.Context) (out []PostList, err error) {
	err = s.Gate.Read(ctx, ActionMine, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		sheet, tree, err := s.sheet(ctx, tx, home.CompanyID, today(tx))
		if err != nil {
			return err
		}
		own := map[id.Of[id.Post]]bool{}
		for _, h := range tree.Holders {
			own[h.PostID] = own[h.PostID] || (h.StaffID != 0 && h.StaffID == scope.Actor().StaffID)
		}
		out, err = s.lists(ctx, tx, scope, sheet, func(p SheetPost) bool { return own[p.ID] })
		return err
	})
	return out, err
}

func (s *Service) lists(ctx context.Context, tx db.Tx, scope rbac.Scope, sheet Sheet, keep func(SheetPost) bool) ([]PostList, error) {
	home, err := scope.Home()
	if err != nil {
		return nil, err
	}
	items, err := s.Items(ctx, tx, scope, home.CompanyID)
	if err != nil {
		return nil, err
	}
	version, err := Version(ctx, tx, home.CompanyID)
	if err != nil {
		return nil, err
	}
	cells, asks := sheet.cellsByPost(), sheet.itemsByPost(items)
	out := []PostList{}
	for i, p := range sheet.Posts {
		if keep(p) && len(cells[i]) > 0 {
			out = append(out, PostList{p, cells[i], asks[i], version})
		}
	}
	return out, nil
}
