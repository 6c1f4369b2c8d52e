package oversight

import (
	"context"
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionList    rbac.Action = "oversight.board.list"
	ActionDossier rbac.Action = "oversight.dossier.read"
	ActionOwn     rbac.Action = "oversight.standing.read"
	ActionSave    rbac.Action = "oversight.view.save"
	ActionBulk    rbac.Action = "oversight.bulk.run"
	ActionProofs  rbac.Action = "oversight.proof.list"
)

// HazardFacts are what the hazard ledger knows of a company on a day.
type HazardFacts struct {
	Open, Overdue, MajorOpen, MajorOverdue, MajorDue int32
	Recorded                                         bool // any hazard, open or closed
}

// ReportFacts are what the self-reports know of a company on a day.
type ReportFacts struct {
	LastOn  day.Date // last report submitted; zero: never
	Missing int32    // due and not submitted
	Due     bool     // any was due so far
}

// Report is one self-report in a dossier.
type Report struct {
	ID          int64    `json:"-"`
	Period      string   `json:"period" doc:"e.g. 2026-Q1"`
	Status      string   `json:"status"`
	DueOn       day.Date `json:"dueOn"`
	SubmittedOn day.Date `json:"submittedOn" doc:"empty while it is not submitted"`
}

// Service shows regulators their companies.
type Service struct {
	Gate    *rbac.Gate
	Sources Sources
	// Limits are how many companies of an area are counted while somebody waits; zero: the usual.
	Limits Limits
	Tiles  string                                                  // address of map tiles with {z}, {x} and {y}; empty: maps do without
	Tell   func(ctx context.Context, tx db.Tx, notes []Note) error // in a transaction of the job runner
}

// List returns one page of the companies the actor oversees. Errors: page.ErrCursor, ErrSort.
func (s *Service) List(ctx context.Context, f Filter, q page.Query) (page.List[RowView], error) {
	list, err := s.Board(ctx, f, q, false)
	return list.List, err
}

// Board is List that can also say how many companies the filter leaves in all, in the snapshot of the page.
// Errors: page.ErrCursor, ErrSort.
func (s *Service) Board(ctx context.Context, f Filter, q page.Query, counted bool) (list BoardList, err error) {
	k, err := q.Start(f.SortOrder, 3)
	if err != nil {
		return list, err
	}
	f = f.normal()
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		rows, err := companiesPage(ctx, tx, scope, f, k, q.Limit)
		if err != nil {
			return err
		}
		names, err := areaNames(ctx, tx, rows)
		if err != nil {
			return err
		}
		contacts, err := identities(ctx, tx, scope, rows)
		if err != nil {
			return err
		}
		list.List = page.Of(rows, k, q.Limit, func(r listed) []string {
			return []string{itoa(int16(r.Colour)), r.SortKey, r.CompanyID.String()}
		}, func(r listed) RowView { return viewRow(r.Board, names, contacts[r.CompanyID]) })
		if !counted {
			return nil
		}
		c, err := count(ctx, tx, scope, f)
		list.Count, list.Estimated = &c.Companies, !c.Exact
		return err
	})
	return list, err
}

// Area is the count of one area by colour.
type Area struct {
	Path   string
	Name   string
	Counts []countRow // one a colour, worst first
}

// Areas returns the counts of an area and of those directly below it, as far as the actor
// oversees them. An empty parent is what the actor oversees.
func (s *Service) Areas(ctx context.Context, parent string) (total Area, below []Area, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		if parent == "" && len(a.Areas) == 1 {
			parent = a.Areas[0]
		}
		total = Area{Path: parent}
		var err error
		if total.Counts, err = countsOf(ctx, tx, parent); err != nil {
			return err
		}
		if total.Name, err = areaName(ctx, tx, parent); err != nil {
			return err
		}
		if parent == "" && len(a.Areas) > 0 {
			below, err = severalAreas(ctx, tx, a.Areas)
			return err
		}
		rows, err := countsBelow(ctx, tx, parent)
		for _, r := range rows {
			if len(below) == 0 || below[len(below)-1].Path != r.Node {
				below = append(below, Area{Path: r.Node, Name: r.Name})
			}
			last := &below[len(below)-1]
			last.Counts = append(last.Counts, r)
		}
		return err
	})
	return total, below, err
}

// severalAreas counts the areas of an actor who oversees more than one.
func severalAreas(ctx context.Context, tx db.Tx, paths []string) (all []Area, err error) {
	for _, path := range paths {
		one := Area{Path: path}
		if one.Counts, err = countsOf(ctx, tx, path); err != nil {
			return nil, err
		}
		if one.Name, err = areaName(ctx, tx, path); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// Dossier is what a regulator sees of one company.
type Dossier struct {
	Board     Board
	Area      string            // names of the areas around it
	Places    map[string]string // names of its town and grid, by path
	Standing  StandingRow
	History   []Moment // latest first
	Identity  Identity
	Reports   []Report
	Registers []string // special registers it stands in
}

// Read returns the dossier of one company. The view is noted where the company sees it. Errors: rbac.ErrNotFound.
func (s *Service) Read(ctx context.Context, company rbac.CompanyID) (d Dossier, err error) {
	err = s.Gate.Witness(ctx, ActionDossier, func(tx db.Tx, scope rbac.Scope) (err error) {
		if d.Identity, err = identityByID(ctx, tx, scope, company); err != nil {
			return err
		}
		if d.Board, err = boardByID(ctx, tx, "oversight_area", company); err != nil {
			return err
		}
		if d.Area, err = areaName(ctx, tx, d.Board.RegionPath); err != nil {
			return err
		}
		if d.Places, err = placeNames(ctx, tx, d.Board); err != nil {
			return err
		}
		if d.Standing, err = standingByID(ctx, tx, scope, company); err != nil {
			return err
		}
		if d.History, err = historyOf(ctx, tx, scope, company, shownMoments); err != nil {
			return err
		}
		if s.Sources.Reports != nil {
			if d.Reports, err = s.Sources.Reports(ctx, tx, scope, company, 8); err != nil {
				return err
			}
		}
		if s.Sources.Registers != nil {
			found, err := s.Sources.Registers(ctx, tx, []rbac.CompanyID{company})
			if err != nil {
				return err
			}
			d.Registers = found[company]
		}
		return s.look(ctx, tx, scope, company)
	})
	return d, err
}

// look notes that a dossier was looked at, where the company sees it.
func (s *Service) look(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) error {
	if s.Sources.Look == nil {
		return nil
	}
	return s.Sources.Look(ctx, tx, scope, company, "standing")
}

// number writes a day as YYYYMMDD, 0 for none.
func number(d day.Date) int32 {
	if d.IsZero() {
		return 0
	}
	return int32(d.Year()*10000 + int(d.Month())*100 + d.Day())
}

// dayOf reads what number wrote.
func dayOf(n int32) day.Date {
	if n == 0 {
		return day.Date{}
	}
	return day.Of(int(n/10000), time.Month(n/100%100), int(n%100))
}

// distinct returns ids without repetition, in order, so that locks are taken in one order.
func distinct(ids []rbac.CompanyID) []rbac.CompanyID {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}
