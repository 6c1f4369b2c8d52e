package staff

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/code"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

// ExportPage reads one page of the list of people for an export, from cursor on, as List does;
// identity numbers are masked for everybody. The columns are those of an import: a file that
// is imported as it came changes nothing. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) ExportPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[Filter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	return s.exportPeople(ctx, f)
}

// TreePage reads one page of the whole tree for an export: first every unit and post, also
// those without people, then the people. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) TreePage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	if _, err := web.Params[struct{}](ctx, filters); err != nil {
		return nil, "", err
	}
	const people = "people"
	if cursor == "" {
		out, err = s.exportUnits(ctx)
		return out, people, err
	}
	f := Filter{Query: page.Query{Limit: limit, Cursor: strings.TrimPrefix(cursor, people)}, Sort: "name", Active: "active"}
	out, next, err = s.exportPeople(ctx, f)
	if next != "" {
		next = people + next
	}
	return out, next, err
}

// exportUnits are the rows of the units and posts that the actor reaches.
func (s *Service) exportUnits(ctx context.Context) (out []sheet.Record, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		c, err := chart(ctx, tx, scope, home.CompanyID, today(tx))
		if err != nil {
			return err
		}
		tree := org.Tree{Units: c.Units}
		for _, u := range c.Units {
			if !c.Mine[u.ID] {
				continue
			}
			unit, team := place(tree, u.ID)
			blank := true
			for _, p := range c.Posts {
				if p.UnitID == u.ID {
					out, blank = append(out, sheet.Record{Key: "o" + p.ID.String(), Values: []string{unit, team, p.Name, typesText(ctx, p.Types)}}), false
				}
			}
			if blank {
				out = append(out, sheet.Record{Key: "u" + u.ID.String(), Values: []string{unit, team}})
			}
		}
		return nil
	})
	return out, err
}

// exportPeople reads one page of people, with what the list does not show.
func (s *Service) exportPeople(ctx context.Context, f Filter) (out []sheet.Record, next string, err error) {
	k, err := f.Start(f.Sort, 2)
	if err != nil {
		return nil, "", err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		rows, err := peopleOf(ctx, tx, scope, f, k)
		if err != nil {
			return err
		}
		list := page.Of(rows, k, f.Limit, keyOf(f.Sort), func(r Listed) Listed { return r })
		next = list.Next
		branches, err := unitsOn(ctx, tx, home.CompanyID, today(tx))
		if err != nil {
			return err
		}
		more, err := filesOf(ctx, tx, home.CompanyID, list.Items)
		if err != nil {
			return err
		}
		out, err = s.records(ctx, org.Tree{Units: grow(branches)}, list.Items, more)
		return err
	})
	return out, next, err
}

// keyOf is what a page of people is continued by.
func keyOf(sort string) func(Listed) []string {
	return func(r Listed) []string {
		return []string{map[string]string{"name": r.Name, "employeeNo": r.EmployeeNo}[sort], r.ID.String()}
	}
}

// filed is what an export needs of a person beside the row of the list.
type filed struct {
	ID             id.Of[id.Staff]
	CompanyID      rbac.CompanyID
	IdentitySealed []byte
	Types          db.Texts // of the main post
	Head           bool     // of his unit
}

func (s *Service) records(ctx context.Context, tree org.Tree, rows []Listed, more map[id.Of[id.Staff]]filed) ([]sheet.Record, error) {
	out := make([]sheet.Record, len(rows))
	for i, r := range rows {
		m := more[r.ID]
		number, err := s.identity(Person{CompanyID: m.CompanyID, IdentitySealed: m.IdentitySealed})
		if err != nil {
			return nil, err
		}
		unit, team := place(tree, deref(r.UnitID))
		head, joined := "", ""
		if m.Head {
			head = "yes"
		}
		if !r.JoinedOn.IsZero() {
			joined = r.JoinedOn.String()
		}
		out[i] = sheet.Record{Key: personKey + r.ID.String(), Values: []string{
			unit, team, deref(r.PostName), typesText(ctx, m.Types), r.Name, r.EmployeeNo, r.Phone, code.Resident(number).Mask(), joined, head,
		}}
	}
	return out, nil
}

// place writes a unit into the columns of workshops and teams.
func place(tree org.Tree, unit id.Of[id.Unit]) (above, team string) {
	names := tree.Names(unit)
	for i, n := range names {
		names[i] = slashes.Replace(n)
	}
	u, ok := tree.Unit(unit)
	if ok && u.Kind == "team" && len(names) > 1 {
		return strings.Join(names[:len(names)-1], "/"), names[len(names)-1]
	}
	return strings.Join(names, "/"), ""
}

func typesText(ctx context.Context, types []string) string {
	l := text.Of(ctx)
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = text.Say(l, typeText(PostType(t)), nil)
	}
	if l == text.Chinese {
		return strings.Join(names, "、")
	}
	return strings.Join(slices.DeleteFunc(names, func(s string) bool { return s == "" }), "; ")
}
