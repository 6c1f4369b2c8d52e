package responsibility

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// Entry is what a duty says, as the company writes it.
type Entry struct {
	Text        string   `json:"text" minLength:"2" maxLength:"300"`
	Category    string   `json:"category" maxLength:"40" doc:"post type it is grouped under"`
	Basis       []Clause `json:"basis,omitempty" nullable:"false" maxItems:"10"`
	Statutory   []Item21 `json:"statutory,omitempty" nullable:"false" maxItems:"14" doc:"items of the Work Safety Law it fulfils, e.g. 21.5"`
	Frequency   string   `json:"frequency" enum:"per_shift,daily,per_use,weekly,monthly,quarterly,half_yearly,yearly,event"`
	CheckMethod string   `json:"checkMethod,omitempty" maxLength:"200"`
	Evidence    string   `json:"evidence,omitempty" maxLength:"200"`
	Modules     []Module `json:"modules,omitempty" nullable:"false" maxItems:"30" doc:"of the checklist library"`
}

// Item21 is an item of art. 21 or 25 of the Work Safety Law.
type Item21 string

// Module is the code of a module of the checklist library.
type Module string

// NewDuty is a duty that the company adds, with the post that answers for it.
type NewDuty struct {
	Entry
	PostID id.Of[id.Post] `json:"postId" doc:"accountable, and does it"`
	Kind   Kind           `json:"kind" enum:"main,direct,lead,supervise"`
	Score  int            `json:"score" minimum:"0" maximum:"10000" doc:"hundredths of a point"`
}

// CellEntry is what a post is to have to do with a duty.
type CellEntry struct {
	DutyID      id.Of[id.Duty] `json:"dutyId"`
	PostID      id.Of[id.Post] `json:"postId"`
	Raci        Raci           `json:"raci" enum:"A,R,AR,C,I" doc:"A or AR takes accountability from the post that had it"`
	Kind        Kind           `json:"kind" enum:"main,direct,lead,supervise"`
	Score       int            `json:"score" minimum:"0" maximum:"10000" doc:"hundredths of a point"`
	Frequency   string         `json:"frequency,omitempty" enum:",per_shift,daily,per_use,weekly,monthly,quarterly,half_yearly,yearly,event" doc:"empty: the duty's; so the next two"`
	CheckMethod string         `json:"checkMethod,omitempty" maxLength:"200"`
	Evidence    string         `json:"evidence,omitempty" maxLength:"200"`
}

// wording is what e says. Errors: ErrBlank, ErrCategory, ErrStatutory.
func (e Entry) wording(l *Library) (Wording, error) {
	w := Wording{
		Text: strings.TrimSpace(e.Text), Basis: db.JSON[[]Clause]{V: append([]Clause{}, e.Basis...)}, Statutory: db.Texts{}, Frequency: e.Frequency,
		CheckMethod: strings.TrimSpace(e.CheckMethod), Evidence: strings.TrimSpace(e.Evidence), Modules: db.Texts{},
	}
	if w.Text == "" {
		return w, ErrBlank.At("body.text")
	}
	if _, ok := l.Type(e.Category); !ok {
		return w, ErrCategory.At("body.category")
	}
	for _, c := range e.Statutory {
		if _, ok := l.Statute(string(c)); !ok {
			return w, ErrStatutory.At("body.statutory")
		}
		w.Statutory = append(w.Statutory, string(c))
	}
	for _, m := range e.Modules {
		w.Modules = append(w.Modules, string(m))
	}
	return w, nil
}

// change runs fn with the company's matrix to itself.
func (s *Service) change(ctx context.Context, fn func(db.Tx, rbac.Scope, rbac.Home) error) error {
	return s.Gate.Write(ctx, ActionEdit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := lock(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		return fn(tx, scope, home)
	})
}

// AddDuty adds a duty of the company's own. Errors: ErrBlank, ErrCategory, ErrStatutory,
// ErrPost, ErrPrincipal.
func (s *Service) AddDuty(ctx context.Context, e NewDuty) (n id.Of[id.Duty], err error) {
	err = s.change(ctx, func(tx db.Tx, scope rbac.Scope, home rbac.Home) error {
		w, err := e.wording(s.Shelf.Newest())
		if err != nil {
			return err
		}
		posts, err := s.posts(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		if err := mayAnswer(posts, e.PostID, w.Statutory); err != nil {
			return err
		}
		last, err := lastNumber(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		d := Duty{
			CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Number: last + 1, Category: e.Category, AddedOn: today(tx), ChangedAt: tx.Now,
		}
		if err := insertAll(ctx, tx, []*Duty{&d}); err != nil {
			return err
		}
		w.belong(d, d.AddedOn, tx.Now)
		if err := insertAll(ctx, tx, []*Wording{&w}); err != nil {
			return err
		}
		c := d.share(CellEntry{PostID: e.PostID, Raci: AccountableDoes, Kind: e.Kind, Score: e.Score})
		if _, err := turnShare(ctx, tx, Share{}, c, d.AddedOn); err != nil {
			return err
		}
		n = d.ID
		scope.Changed("responsibility-duty", int64(n), home.CompanyID, Wording{}, w)
		scope.Made(int64(n))
		return nil
	})
	return n, err
}

func (d Duty) share(e CellEntry) Share {
	return Share{
		CompanyID: d.CompanyID, RegionPath: d.RegionPath, OversightLine: d.OversightLine, DutyID: d.ID, PostID: e.PostID, Raci: e.Raci, Kind: e.Kind, Score: e.Score,
		Frequency: e.Frequency, CheckMethod: strings.TrimSpace(e.CheckMethod), Evidence: strings.TrimSpace(e.Evidence),
	}
}

// posts returns the company's posts of today.
func (s *Service) posts(ctx context.Context, tx db.Tx, company rbac.CompanyID) (map[id.Of[id.Post]]org.Post, error) {
	tree, err := s.Tree(ctx, tx, company, today(tx))
	out := map[id.Of[id.Post]]org.Post{}
	for _, p := range tree.Posts {
		out[p.ID] = p
	}
	return out, err
}

// mayAnswer checks that a post may be accountable for a duty that fulfils statutory items.
// Errors: ErrPost, ErrPrincipal (art. 21 binds the main responsible person alone).
func mayAnswer(posts map[id.Of[id.Post]]org.Post, post id.Of[id.Post], statutory []string) error {
	p, ok := posts[post]
	if !ok {
		return ErrPost.At("body.postId")
	}
	if ofPrincipal(statutory) && !slices.Contains(p.Types, Principal) {
		return ErrPrincipal.At("body.raci")
	}
	return nil
}

// EditDuty lets a duty say something else from today on. Errors: rbac.ErrNotFound,
// ErrDropped, ErrBlank, ErrCategory, ErrStatutory, ErrPrincipal.
func (s *Service) EditDuty(ctx context.Context, n id.Of[id.Duty], e Entry) error {
	return s.change(ctx, func(tx db.Tx, scope rbac.Scope, home rbac.Home) error {
		d, err := dutyByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		is, err := e.wording(s.Shelf.Newest())
		if err != nil {
			return err
		}
		was, err := wordingOf(ctx, tx, d)
		if err != nil {
			return err
		}
		if err := s.principalStays(ctx, tx, d, is.Statutory); err != nil {
			return err
		}
		is.belong(d, was.ValidFrom, tx.Now)
		d.Category, d.ChangedAt = e.Category, tx.Now
		scope.Changed("responsibility-duty", int64(n), home.CompanyID, was, is)
		scope.Made(int64(n))
		if err := saveDuty(ctx, tx, &d); err != nil {
			return err
		}
		return turnWording(ctx, tx, was, is, today(tx))
	})
}

// principalStays checks that whoever is accountable for d may be, if it fulfils the items.
// Errors: ErrPrincipal.
func (s *Service) principalStays(ctx context.Context, tx db.Tx, d Duty, statutory []string) error {
	if !ofPrincipal(statutory) {
		return nil
	}
	posts, err := s.posts(ctx, tx, d.CompanyID)
	if err != nil {
		return err
	}
	shares, err := openShares(ctx, tx, d)
	for _, c := range shares {
		if _, stands := posts[c.PostID]; stands && c.Raci.accountable() && mayAnswer(posts, c.PostID, statutory) != nil {
			return ErrPrincipal.At("body.statutory")
		}
	}
	return err
}

// Reason says why.
type Reason struct {
	Reason string `json:"reason" minLength:"2" maxLength:"200"`
}

// DropDuty takes a duty out of the matrix from today on; what it was stays readable.
// Errors: rbac.ErrNotFound, ErrDropped, ErrBlank.
func (s *Service) DropDuty(ctx context.Context, n id.Of[id.Duty], r Reason) error {
	return s.change(ctx, func(tx db.Tx, scope rbac.Scope, _ rbac.Home) error {
		d, err := dutyByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		if strings.TrimSpace(r.Reason) == "" {
			return ErrBlank.At("body.reason")
		}
		scope.Made(int64(n))
		return s.drop(ctx, tx, scope, d, strings.TrimSpace(r.Reason))
	})
}

func (s *Service) drop(ctx context.Context, tx db.Tx, scope rbac.Scope, d Duty, reason string) error {
	on, was := today(tx), d
	d.DroppedOn, d.DroppedReason, d.ChangedAt = on, reason, tx.Now
	scope.Changed("responsibility-duty", int64(d.ID), d.CompanyID, was, d)
	if err := saveDuty(ctx, tx, &d); err != nil {
		return err
	}
	w, err := wordingOf(ctx, tx, d)
	if err != nil {
		return err
	}
	if err := endWording(ctx, tx, w, on); err != nil {
		return err
	}
	shares, err := openShares(ctx, tx, d)
	if err != nil {
		return err
	}
	return endShares(ctx, tx, d.CompanyID, shares, on)
}
