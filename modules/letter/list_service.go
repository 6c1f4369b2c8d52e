package letter

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Filter says which letters to list.
type Filter struct {
	page.Query
	RoundID    id.Of[Round]    `query:"roundId"`
	UnitID     id.Of[id.Unit]  `query:"unitId" doc:"this unit and what is below it"`
	StaffID    id.Of[id.Staff] `query:"staffId"`
	State      string          `query:"state" enum:"draft,sent,signed,superseded,all" doc:"empty: those in force"`
	Waiting    string          `query:"waiting" enum:"subordinate,superior" doc:"whose signature is missing"`
	NoSuperior bool            `query:"noSuperior" doc:"only those for which nobody was found to sign with"`
	Text       string          `query:"text" maxLength:"50" doc:"in names and posts"`
}

// units are the one asked for and those below it.
func (s *Service) units(ctx context.Context, tx db.Tx, scope rbac.Scope, top id.Of[id.Unit]) ([]id.Of[id.Unit], error) {
	if top == 0 {
		return nil, nil
	}
	tree, err := s.Tree(ctx, tx, scope.Actor().CompanyID, today(tx))
	var out []id.Of[id.Unit]
	for _, u := range tree.Units {
		if tree.Within(u.ID, top) {
			out = append(out, u.ID)
		}
	}
	return out, err
}

// List returns one page of the letters of one's part of the company. Errors: page.ErrCursor.
func (s *Service) List(ctx context.Context, f Filter) (rows []Listed, k page.Key, err error) {
	if k, err = f.Start(sortNew, 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		units, err := s.units(ctx, tx, scope, f.UnitID)
		if err != nil {
			return err
		}
		rows, err = list(ctx, tx, f.where(scope, units), k, f.Limit)
		return err
	})
	return rows, k, err
}

// Pile is what a person has to do with letters.
type Pile struct {
	Own    []Listed // his own, those that wait for him first
	Lead   []Listed // of people below him, which wait for his signature
	ToSign int      // how many wait for him in both
}

// Mine returns the actor's letters and what waits for his signature.
func (s *Service) Mine(ctx context.Context) (p Pile, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		p = Pile{}
		rows, err := mine(ctx, tx, scope)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.StaffID == scope.Actor().StaffID {
				p.Own = append(p.Own, r)
			} else {
				p.Lead = append(p.Lead, r)
			}
		}
		p.ToSign, err = toSign(ctx, tx, scope)
		return err
	})
	return p, err
}

// Opened is one letter as its parties see it.
type Opened struct {
	Letter     Letter
	Year       int
	Signatures []Signature
	Pages      []Page // of the signed paper
	May        []string
}

// Open returns one letter with its signatures. A draft shows the text as it would be sent today.
// Errors: rbac.ErrNotFound.
func (s *Service) Open(ctx context.Context, n id.Of[id.Letter]) (o Opened, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		l, err := letterByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		r, err := roundByID(ctx, tx, scope, l.RoundID)
		if err != nil {
			return err
		}
		if l.State == Draft {
			if err := s.preview(ctx, tx, scope, r, &l); err != nil {
				return err
			}
		}
		o = Opened{Letter: l, Year: r.Year, May: may(scope, l)}
		if o.Signatures, err = signaturesOf(ctx, tx, l.CompanyID, []id.Of[id.Letter]{n}); err != nil {
			return err
		}
		o.Pages, err = pagesOf(ctx, tx, l)
		return err
	})
	return o, err
}

// preview fills in the text that a draft would be sent with.
func (s *Service) preview(ctx context.Context, tx db.Tx, scope rbac.Scope, r Round, l *Letter) error {
	duties, version, err := s.Duties(ctx, tx, l.CompanyID, []id.Of[id.Post]{l.PostID}, today(tx))
	if err != nil {
		return err
	}
	name, err := s.Firm(ctx, tx, scope, l.CompanyID)
	l.DutiesVersion = version
	l.Text = compose(*l, r, name, duties[l.PostID])
	return err
}

// may lists what the actor could do next, for the buttons of a page; the guards decide again.
func may(scope rbac.Scope, l Letter) []string {
	out := []string{}
	side, party := l.sideOf(scope.Actor().StaffID)
	if party && scope.Can(ActionSign) && slices.Contains(l.WaitsFor(), side) {
		out = append(out, "sign")
	}
	if scope.Can(ActionArrange) {
		switch l.State {
		case Draft:
			out = append(out, "choose")
		case Sent:
			out = append(out, "renew")
		case Signed, Superseded:
		}
	}
	if scope.Can(ActionPrint) && (l.State == Sent || l.State == Signed) {
		out = append(out, "print")
	}
	return out
}

// Progress is how far the letters of a unit and of what is below it have come.
type Progress struct {
	Unit  org.Unit
	Depth int
	tally
}

// Overview is a round with the progress of the units that the actor answers for.
type Overview struct {
	Round  Round
	Units  []Progress // parents before children; only those with letters
	Whole  tally      // of all letters that the actor sees
	Within day.Date
}

// Progress returns how far a round has come, by workshop and team. Errors: rbac.ErrNotFound.
func (s *Service) Progress(ctx context.Context, n id.Of[Round]) (o Overview, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		if _, err := scope.Home(); err != nil {
			return err
		}
		o = Overview{Within: today(tx)}
		if o.Round, err = roundByID(ctx, tx, scope, n); err != nil {
			return err
		}
		counts, err := tallies(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		tree, err := s.Tree(ctx, tx, o.Round.CompanyID, today(tx))
		if err != nil {
			return err
		}
		o.sum(tree, counts, reachOf(scope))
		return nil
	})
	return o, err
}

// reachOf is the path below which the actor sees units; empty: all.
func reachOf(scope rbac.Scope) string {
	if a := scope.Actor(); a.Kind == rbac.Company && !scope.Can(rbac.ActionWhole) {
		if a.UnitPath == "" {
			return "~" // has no unit: none
		}
		return a.UnitPath
	}
	return ""
}

// sum adds the counts of each unit to those above it.
func (o *Overview) sum(tree org.Tree, counts []tally, below string) {
	at := map[id.Of[id.Unit]]*Progress{}
	for _, u := range tree.Units {
		at[u.ID] = &Progress{Unit: u, Depth: len(tree.Names(u.ID)) - 1}
	}
	for _, c := range counts {
		o.Whole.add(c)
		for u, ok := tree.Unit(c.UnitID); ok; u, ok = tree.Unit(u.ParentID) {
			at[u.ID].add(c)
		}
	}
	units := slices.Clone(tree.Units)
	slices.SortStableFunc(units, func(a, b org.Unit) int { return strings.Compare(a.Path, b.Path) })
	for _, u := range units {
		if at[u.ID].Total > 0 && strings.HasPrefix(u.Path, below) {
			o.Units = append(o.Units, *at[u.ID])
		}
	}
}

func (t *tally) add(c tally) {
	t.Total += c.Total
	t.Drafts += c.Drafts
	t.Signed += c.Signed
	t.OnPaper += c.OnPaper
	t.WaitsSubordinate += c.WaitsSubordinate
	t.WaitsSuperior += c.WaitsSuperior
	t.NoSuperior += c.NoSuperior
}
