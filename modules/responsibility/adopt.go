package responsibility

import (
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// pair is a post and a duty.
type pair struct {
	Post id.Of[id.Post]
	Duty id.Of[id.Duty]
}

// PostsMade gives posts the duties of their types from the newest library: who makes a post
// types nothing further. A post of several types gets the duties of all, its scores rescaled
// to 100 points. A post and a duty that ever met are left alone, so that it may be called
// again, and never brings back what the company took out.
func (s *Service) PostsMade(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, posts []org.Post) error {
	_, err := s.adopt(ctx, tx, scope, home, posts, false)
	return err
}

// adopt is PostsMade; again also brings back cells that were ended, though never a duty that
// was dropped. It returns how many cells were made.
func (s *Service) adopt(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, posts []org.Post, again bool) (int, error) {
	posts = slices.DeleteFunc(slices.Clone(posts), func(p org.Post) bool { return len(p.Types) == 0 })
	if len(posts) == 0 {
		return 0, nil
	}
	if err := lock(ctx, tx, home.CompanyID); err != nil {
		return 0, err
	}
	a := adoption{home: home, library: s.Shelf.Newest(), today: today(tx), tx: tx}
	if err := a.look(ctx, posts, again); err != nil {
		return 0, err
	}
	a.plan(posts)
	if len(a.cells) == 0 {
		return 0, nil
	}
	scope.Changed("responsibility", 0, home.CompanyID, Adopted{}, Adopted{a.library.Version, len(a.duties), len(a.cells)})
	return len(a.cells), a.save(ctx)
}

// Adopted is what the trail says of an adoption.
type Adopted struct {
	Library string
	Duties  int
	Cells   int
}

// adoption is the work of giving posts the duties of their types.
type adoption struct {
	home    rbac.Home
	library *Library
	today   day.Date
	tx      db.Tx
	only    map[string]bool // templates to look at; nil: all

	known    map[string]Duty            // the company's duties by template
	met      map[pair]bool              // not to be made
	answered map[id.Of[id.Duty]]bool    // has an accountable post
	running  map[id.Of[id.Post]][]Share // open cells of the posts

	duties []*Duty // to be made
	fresh  map[string]*Duty
	cells  []planned
	scaled []Share // open cells whose score changes
}

// planned is a cell whose duty may have no id yet.
type planned struct {
	Share
	template string
}

// look reads what is there.
func (a *adoption) look(ctx context.Context, posts []org.Post, again bool) (err error) {
	if a.known, err = adopted(ctx, a.tx, a.home.CompanyID); err != nil {
		return err
	}
	keys := make([]id.Of[id.Post], len(posts))
	for i, p := range posts {
		keys[i] = p.ID
	}
	shares, err := sharesOf(ctx, a.tx, a.home.CompanyID, keys)
	if err != nil {
		return err
	}
	a.met, a.running = map[pair]bool{}, map[id.Of[id.Post]][]Share{}
	for _, c := range shares {
		open := c.ValidTo.IsZero()
		if open || !again {
			a.met[pair{c.PostID, c.DutyID}] = true
		}
		if open {
			a.running[c.PostID] = append(a.running[c.PostID], c)
		}
	}
	a.answered, err = answeredFor(ctx, a.tx, a.home.CompanyID)
	return err
}

// plan decides what to make.
func (a *adoption) plan(posts []org.Post) {
	a.fresh = map[string]*Duty{}
	taken := map[string]bool{} // new duties with an accountable post
	for _, p := range posts {
		from := len(a.cells)
		for _, code := range p.Types {
			t, ok := a.library.Type(code)
			if !ok {
				continue // the checklists may know types that have no duties
			}
			for _, d := range t.Templates {
				a.add(p, d, taken)
			}
		}
		a.scale(p.ID, a.cells[from:])
	}
}

// add plans the cell of a post and a duty, and the duty. The first post to have a duty is
// accountable for it; the others do it.
func (a *adoption) add(p org.Post, t Template, taken map[string]bool) {
	if a.only != nil && !a.only[t.Code] {
		return
	}
	c := planned{a.cell(p.ID, t), t.Code}
	known, ok := a.known[t.Code]
	switch {
	case ok && (!known.DroppedOn.IsZero() || a.met[pair{p.ID, known.ID}]):
		return
	case ok:
		c.DutyID = known.ID
		if a.answered[known.ID] {
			c.Raci = Does
		}
		a.answered[known.ID] = true
	default:
		if a.fresh[t.Code] == nil {
			d := a.duty(t)
			a.fresh[t.Code], a.duties = d, append(a.duties, d)
		}
		if taken[t.Code] {
			c.Raci = Does
		}
		taken[t.Code] = true
	}
	a.cells = append(a.cells, c)
}

// duty is the company's copy of t.
func (a *adoption) duty(t Template) *Duty {
	return &Duty{
		CompanyID: a.home.CompanyID, RegionPath: a.home.RegionPath, OversightLine: a.home.Line, Template: t.Code, LibraryVersion: a.library.Version,
		Category: t.Category, AddedOn: a.today, ChangedAt: a.tx.Now,
	}
}

func (a *adoption) cell(post id.Of[id.Post], t Template) Share {
	return Share{
		CompanyID: a.home.CompanyID, RegionPath: a.home.RegionPath, OversightLine: a.home.Line, PostID: post, Raci: AccountableDoes, Kind: t.Kind,
		Score: t.Score * 100, ValidFrom: a.today, ChangedAt: a.tx.Now,
	}
}

// scale makes the scores of a post add up to 100, those it has in proportion.
func (a *adoption) scale(post id.Of[id.Post], made []planned) {
	if len(made) == 0 {
		return
	}
	was := a.running[post]
	scores := make([]int, 0, len(was)+len(made))
	for _, c := range was {
		scores = append(scores, c.Score)
	}
	for _, c := range made {
		scores = append(scores, c.Score)
	}
	scores = rescale(scores)
	for i, c := range was {
		if c.Score != scores[i] {
			c.Score = scores[i]
			a.scaled = append(a.scaled, c)
		}
	}
	for i := range made {
		made[i].Score = scores[len(was)+i]
	}
}

// save writes duties, what they say, and cells, a statement each.
func (a *adoption) save(ctx context.Context) error {
	number, err := lastNumber(ctx, a.tx, a.home.CompanyID)
	if err != nil {
		return err
	}
	wordings := make([]*Wording, len(a.duties))
	for i, d := range a.duties {
		d.Number = number + i + 1
	}
	if err := insertAll(ctx, a.tx, a.duties); err != nil {
		return err
	}
	for i, d := range a.duties {
		t, _ := a.library.Template(d.Template)
		w := t.wording()
		w.belong(*d, a.today, a.tx.Now)
		wordings[i] = &w
	}
	if err := insertAll(ctx, a.tx, wordings); err != nil {
		return err
	}
	cells := make([]*Share, len(a.cells))
	for i := range a.cells {
		c := &a.cells[i]
		if c.DutyID == 0 {
			c.DutyID = a.fresh[c.template].ID
		}
		cells[i] = &c.Share
	}
	if err := insertAll(ctx, a.tx, cells); err != nil {
		return err
	}
	return rescored(ctx, a.tx, a.scaled, a.today)
}
