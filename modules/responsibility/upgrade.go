package responsibility

import (
	"context"
	"slices"

	"anbiao/kit/db"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// Upgrade is what the newest library would change in a company's copy.
type Upgrade struct {
	To      string   // newest version
	From    []string // versions the company's duties came from
	Changes []Change
}

// Change is one duty that the newest library has otherwise.
type Change struct {
	Template string
	How      string   // added, changed, removed
	Edited   bool     // the company says it in its own words
	Ours     Wording  // as the company has it; zero: has not
	Was      Template // as it was adopted
	Is       Template // as the newest library has it; zero: no longer
	Posts    []string // that it is or would be for
}

// How a duty changes.
const (
	added   = "added"
	changed = "changed"
	removed = "removed"
)

// Upgrade compares the company's duties with the newest library.
func (s *Service) Upgrade(ctx context.Context) (u Upgrade, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		u, err = s.upgrade(ctx, tx, home.CompanyID)
		return err
	})
	return u, err
}

func (s *Service) upgrade(ctx context.Context, tx db.Tx, company rbac.CompanyID) (u Upgrade, err error) {
	newest := s.Shelf.Newest()
	u.To, u.From = newest.Version, []string{}
	sheet, tree, err := s.sheet(ctx, tx, company, today(tx))
	if err != nil {
		return u, err
	}
	known, err := adopted(ctx, tx, company)
	if err != nil {
		return u, err
	}
	for i, d := range sheet.Duties {
		if d.Template == "" || d.LibraryVersion == newest.Version {
			continue
		}
		if !slices.Contains(u.From, d.LibraryVersion) {
			u.From = append(u.From, d.LibraryVersion)
		}
		c, err := s.compare(d)
		if err != nil {
			return u, err
		}
		if c.How != "" {
			c.Posts = sheet.postsOf(i)
			u.Changes = append(u.Changes, c)
		}
	}
	u.Changes = append(u.Changes, news(newest, known, tree)...)
	return u, nil
}

// compare holds a duty against the newest library; no change has no How.
func (s *Service) compare(d SheetDuty) (Change, error) {
	old, err := s.Shelf.Version(d.LibraryVersion)
	if err != nil {
		return Change{}, err
	}
	was, _ := old.Template(d.Template)
	is, stands := s.Shelf.Newest().Template(d.Template)
	c := Change{Template: d.Template, Ours: d.wording(), Was: was, Is: is}
	c.Edited = !c.Ours.says(was)
	switch {
	case !stands:
		c.How = removed
	case !is.wording().says(was):
		c.How = changed
	}
	return c, nil
}

// wording is what d says.
func (d SheetDuty) wording() Wording {
	return Wording{
		DutyID: d.ID, Text: d.Text, Basis: db.JSON[[]Clause]{V: d.Basis}, Statutory: d.Statutory, Frequency: d.Frequency, CheckMethod: d.CheckMethod,
		Evidence: d.Evidence, Modules: d.Modules,
	}
}

// postsOf names the posts that have a cell in a row.
func (s Sheet) postsOf(row int) []string {
	out := []string{}
	for _, c := range s.Cells {
		if c.Row == row {
			out = append(out, s.Posts[c.Column].title())
		}
	}
	return out
}

// news are the duties for types of posts the company has that it never adopted, where it
// adopted others of that type: whole types are adopted by post.
func news(l *Library, known map[string]Duty, tree org.Tree) (out []Change) {
	begun := map[string]bool{}
	for _, d := range known {
		begun[d.Category] = true
	}
	for _, t := range l.Types {
		var posts []string
		for _, p := range tree.Posts {
			if slices.Contains(p.Types, t.Code) {
				posts = append(posts, p.Name)
			}
		}
		for _, d := range t.Templates {
			if _, has := known[d.Code]; !has && len(posts) > 0 && begun[t.Code] {
				out = append(out, Change{Template: d.Code, How: added, Is: d, Posts: posts})
			}
		}
	}
	return out
}

// Code is the id of a duty of the library.
type Code string

// Decision says what becomes of changes of the library. One that is not named stays open.
type Decision struct {
	Accept    []Code `json:"accept,omitempty" nullable:"false" maxItems:"400" doc:"take over"`
	Overwrite []Code `json:"overwrite,omitempty" nullable:"false" maxItems:"400" doc:"take over even though the company wrote its own words; must be in accept as well"`
	Keep      []Code `json:"keep,omitempty" nullable:"false" maxItems:"400" doc:"leave as the company has it and ask no more"`
}

// Decide takes changes of the newest library over, or keeps what the company has. Errors:
// ErrTemplate for what is no change, ErrEdited if the company's own words would be lost
// without its saying so. It returns the company.
func (s *Service) Decide(ctx context.Context, d Decision) (company rbac.CompanyID, err error) {
	err = s.change(ctx, func(tx db.Tx, scope rbac.Scope, home rbac.Home) error {
		u, err := s.upgrade(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		fresh := map[string]bool{}
		for _, c := range slices.Concat(d.Accept, d.Keep) {
			i := slices.IndexFunc(u.Changes, func(x Change) bool { return x.Template == string(c) })
			if i < 0 {
				return ErrTemplate.With("code", string(c))
			}
			change, accept := u.Changes[i], slices.Contains(d.Accept, c)
			if accept && change.Edited && !slices.Contains(d.Overwrite, c) {
				return ErrEdited.With("text", change.Ours.Text)
			}
			if change.How == added {
				fresh[change.Template] = accept
				continue
			}
			if err := s.settle(ctx, tx, scope, change, accept, u.To); err != nil {
				return err
			}
		}
		company = home.CompanyID
		scope.Made(int64(company))
		return s.welcome(ctx, tx, scope, home, fresh)
	})
	return company, err
}

// settle takes over a changed or removed duty, or pins the company's to the newest version.
func (s *Service) settle(ctx context.Context, tx db.Tx, scope rbac.Scope, c Change, accept bool, to string) error {
	d, err := dutyByID(ctx, tx, scope, c.Ours.DutyID)
	if err != nil {
		return err
	}
	if accept && c.How == removed {
		return s.drop(ctx, tx, scope, d, "责任清单库 "+to+" 已删除该项职责")
	}
	was := d
	d.LibraryVersion, d.ChangedAt = to, tx.Now
	scope.Changed("responsibility-duty", int64(d.ID), d.CompanyID, was, d)
	if err := saveDuty(ctx, tx, &d); err != nil || !accept {
		return err
	}
	old, err := wordingOf(ctx, tx, d)
	if err != nil {
		return err
	}
	is := c.Is.wording()
	is.belong(d, old.ValidFrom, tx.Now)
	return turnWording(ctx, tx, old, is, today(tx))
}

// welcome adopts new duties of the library for the posts of their types; those that are not
// wanted are noted as dropped, so that they are not offered again.
func (s *Service) welcome(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, fresh map[string]bool) error {
	if len(fresh) == 0 {
		return nil
	}
	tree, err := s.Tree(ctx, tx, home.CompanyID, today(tx))
	if err != nil {
		return err
	}
	a := adoption{home: home, library: s.Shelf.Newest(), today: today(tx), tx: tx, only: fresh}
	if err := a.look(ctx, tree.Posts, true); err != nil {
		return err
	}
	a.plan(tree.Posts)
	scope.Changed("responsibility", 0, home.CompanyID, Adopted{}, Adopted{a.library.Version, len(a.duties), len(a.cells)})
	if err := a.save(ctx); err != nil {
		return err
	}
	number, err := lastNumber(ctx, tx, home.CompanyID)
	if err != nil {
		return err
	}
	var refused []*Duty
	for code, wanted := range fresh {
		if t, ok := a.library.Template(code); ok && !wanted {
			d := a.duty(t)
			d.Number, d.DroppedOn, d.DroppedReason = number+len(refused)+1, a.today, "未采用责任清单库 "+a.library.Version+" 的新增职责"
			refused = append(refused, d)
		}
	}
	return insertAll(ctx, tx, refused)
}
