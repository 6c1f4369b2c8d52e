package inspection

import (
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// DueDays returns how many days an item of a module may take to be mended once it failed.
type DueDays func(module string, major bool) int

// mostPeople bounds the people somebody may choose from in the field.
const mostPeople = 60

// Suggestion is what is proposed if one item fails.
type Suggestion struct {
	Code    string          `json:"code"`
	OwnerID id.Of[id.Staff] `json:"ownerId,omitempty" doc:"who answers for it on that day; left out where nobody does"`
	Days    int             `json:"days" doc:"days from the finding to the end of the fix; 0: at once"`
}

// Answerable is somebody who may be made responsible.
type Answerable struct {
	StaffID id.Of[id.Staff] `json:"staffId"`
	Name    string          `json:"name"`
	Post    string          `json:"post" doc:"name of his post, or of the unit he leads"`
}

// Suggestions are what is proposed for the items of a point, for a phone to keep.
type Suggestions struct {
	PointID id.Of[id.Point] `json:"pointId"`
	On      day.Date        `json:"on" doc:"the day whose duties were asked"`
	Items   []Suggestion    `json:"items" nullable:"false"`
	People  []Answerable    `json:"people" nullable:"false" doc:"of the unit that checks the point, and who leads it"`
}

// Suggest proposes owner and days for every item asked at a point, from the duties of the
// unit that checks it: whose post the item concerns there or above, else who leads the team,
// else who leads the workshop. Errors: rbac.ErrNotFound.
func (s *Service) Suggest(ctx context.Context, point id.Of[id.Point]) (out Suggestions, err error) {
	err = s.Gate.Read(ctx, ActionSubmit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		sheet, err := s.Ask(ctx, tx, home.CompanyID, point, 0)
		if err != nil {
			return err
		}
		out = Suggestions{PointID: point, On: day.In(tx.Now, day.Shanghai), Items: []Suggestion{}, People: []Answerable{}}
		tree, err := s.Tree(ctx, tx, home.CompanyID, out.On)
		if err != nil {
			return err
		}
		checker, err := checkerOf(ctx, tx, home.CompanyID, point, out.On)
		if err != nil {
			return err
		}
		if checker == 0 {
			checker = scope.Actor().StaffID
		}
		r := roster{tree: tree, checker: checker, unit: unitOf(tree, checker)}
		for _, code := range sheet.At {
			it, ok := sheet.Find(code)
			if !ok {
				continue
			}
			out.Items = append(out.Items, Suggestion{code, r.answers(it.Posts), s.Due(it.Module, it.Major)})
		}
		out.People = append(out.People, r.people()...)
		return nil
	})
	return out, err
}

// roster is who may answer for what a person checks.
type roster struct {
	tree    org.Tree
	checker id.Of[id.Staff]
	unit    id.Of[id.Unit] // zero: the checker is nowhere
}

// unitOf is where somebody works: the unit of his main post, else the one he leads.
func unitOf(t org.Tree, who id.Of[id.Staff]) id.Of[id.Unit] {
	var unit id.Of[id.Unit]
	for _, h := range t.Holders {
		if h.StaffID == who && (unit == 0 || h.Main) {
			unit = h.UnitID
		}
	}
	for _, u := range t.Units {
		if unit == 0 && who != 0 && u.HeadID == who {
			unit = u.ID
		}
	}
	return unit
}

// answers is who answers for an item that concerns these post types: a holder in the unit,
// the checker himself before others, or in the units it lies in; else the nearest who leads.
// Zero: nobody.
func (r roster) answers(types []string) id.Of[id.Staff] {
	named, above := r.names(), r.above()
	for _, u := range above {
		if n := r.holding(u.ID, types); n != 0 {
			return n
		}
	}
	for _, u := range above {
		if named[u.HeadID] != "" {
			return u.HeadID
		}
	}
	return 0
}

// holding is who holds a post of these types in the unit itself.
func (r roster) holding(unit id.Of[id.Unit], types []string) id.Of[id.Staff] {
	fits := map[id.Of[id.Post]]bool{}
	for _, p := range r.tree.Posts {
		fits[p.ID] = slices.ContainsFunc(p.Types, func(t string) bool { return slices.Contains(types, t) })
	}
	var best org.Holder
	rank := func(h org.Holder) int {
		switch {
		case h.StaffID == r.checker:
			return 3
		case h.Main:
			return 2
		}
		return 1
	}
	for _, h := range r.tree.Holders {
		if fits[h.PostID] && h.UnitID == unit && (best.StaffID == 0 || rank(h) > rank(best)) {
			best = h
		}
	}
	return best.StaffID
}

func (r roster) names() map[id.Of[id.Staff]]string {
	out := map[id.Of[id.Staff]]string{}
	for _, h := range r.tree.Holders {
		out[h.StaffID] = h.Name
	}
	return out
}

// above lists the unit and those it lies in, the nearest first.
func (r roster) above() (out []org.Unit) {
	for u, ok := r.tree.Unit(r.unit); ok; u, ok = r.tree.Unit(u.ParentID) {
		out = append(out, u)
	}
	return out
}

// people are those to choose from: who leads, the nearest first, then the unit's own.
func (r roster) people() (out []Answerable) {
	names := r.names()
	posts := map[id.Of[id.Post]]string{}
	for _, p := range r.tree.Posts {
		posts[p.ID] = p.Name
	}
	seen := map[id.Of[id.Staff]]bool{}
	add := func(n id.Of[id.Staff], post string) {
		if n != 0 && !seen[n] && names[n] != "" && len(out) < mostPeople {
			seen[n] = true
			out = append(out, Answerable{n, names[n], post})
		}
	}
	for _, u := range r.above() {
		add(u.HeadID, u.Name)
	}
	for _, h := range r.tree.Holders {
		if r.unit != 0 && r.tree.Within(h.UnitID, r.unit) {
			add(h.StaffID, posts[h.PostID])
		}
	}
	return out
}
