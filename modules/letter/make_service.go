package letter

import (
	"context"
	"errors"
	"slices"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/org"
	"anbiao/rbac"
)

// atField names the field at fault of an error that is a fault.
func atField(err error, path string) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.At(path)
	}
	return err
}

// microPeople is below how many people a firm needs no yearly round: its letters begin with
// the first person.
const microPeople = 20

// MakeIn brings the letters of people up to date who came, moved or left, in the caller's
// transaction: who has another post than his letter says gets a new one on that day, the old
// one ends; who holds no post any more has his ended. New letters are sent at once where those
// of the year were. Without a round of this year nothing is done, save in a micro firm.
func (s *Service) MakeIn(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, staff []id.Of[id.Staff]) error {
	if len(staff) == 0 {
		return nil
	}
	year := today(tx).Year()
	r, found, err := roundOf(ctx, tx, home.CompanyID, year)
	if err != nil {
		return err
	}
	tree, err := s.Tree(ctx, tx, home.CompanyID, today(tx))
	if err != nil {
		return err
	}
	if !found {
		if people(tree) >= microPeople {
			return nil
		}
		if r, err = open(ctx, tx, home, year); err != nil {
			return err
		}
	}
	goesOut := !found || r.Sent+r.Signed > 0
	links := slices.DeleteFunc(chain(tree), func(l link) bool { return !slices.Contains(staff, l.holder.StaffID) })
	if err := r.end(ctx, tx, scope, links, staff); err != nil {
		return err
	}
	fresh, err := r.draft(ctx, tx, tree, links)
	if err != nil {
		return err
	}
	if goesOut && s.Duties != nil && s.Firm != nil {
		if _, err := s.send(ctx, tx, scope, r, fresh); err != nil {
			return err
		}
	}
	return s.settle(ctx, tx, &r, tree)
}

// end supersedes the letters of people whose post is another one than their letter says, or
// who have none.
func (r *Round) end(ctx context.Context, tx db.Tx, scope rbac.Scope, links []link, staff []id.Of[id.Staff]) error {
	current, err := currentOf(ctx, tx, *r, staff)
	if err != nil {
		return err
	}
	var ended []*Letter
	for i := range current {
		l := &current[i]
		at := slices.IndexFunc(links, func(k link) bool { return k.holder.StaffID == l.StaffID })
		switch {
		case at < 0:
			l.supersede(whyLeft, today(tx))
		case links[at].post.ID != l.PostID || !sameUnit(l.UnitID, links[at].unit):
			l.supersede(whyMoved, today(tx))
		default:
			continue
		}
		ended = append(ended, l)
		scope.Changed(Noun, int64(l.ID), l.CompanyID, endTrail{}, endTrail{Superseded, l.SupersededWhy})
	}
	return updateLetters(ctx, tx, r.CompanyID, ended)
}

type endTrail struct {
	State State
	Why   string
}

func sameUnit(n *id.Of[id.Unit], u org.Unit) bool {
	return (n == nil && u.ID == 0) || (n != nil && *n == u.ID)
}

// Choice names the superior of a letter by hand.
type Choice struct {
	StaffID id.Of[id.Staff] `json:"staffId"`
}

// Choose names the superior of a draft for which the chain found none, or another. Errors:
// rbac.ErrNotFound, ErrNotDraft, ErrOwnSuperior, ErrStaffUnknown.
func (s *Service) Choose(ctx context.Context, n id.Of[id.Letter], c Choice) (id.Of[id.Letter], error) {
	err := s.Gate.Write(ctx, ActionArrange, func(tx db.Tx, scope rbac.Scope) error {
		l, err := letterByID(ctx, tx, scope, n, true)
		if err != nil {
			return err
		}
		if l.State != Draft {
			return ErrNotDraft
		}
		if c.StaffID == l.StaffID {
			return ErrOwnSuperior.At("body.staffId")
		}
		tree, err := s.Tree(ctx, tx, l.CompanyID, today(tx))
		if err != nil {
			return err
		}
		who := seatOf(tree, c.StaffID)
		if who == nil {
			return ErrStaffUnknown.At("body.staffId")
		}
		was := superiorTrail{l.SuperiorName}
		l.with(who)
		l.SuperiorChosen = true
		scope.Made(int64(n))
		scope.Changed(Noun, int64(n), l.CompanyID, was, superiorTrail{l.SuperiorName})
		return updateLetters(ctx, tx, l.CompanyID, []*Letter{&l})
	})
	return n, err
}

type superiorTrail struct{ Superior string }

// seatOf is where a person sits today, nil for nowhere.
func seatOf(tree org.Tree, who id.Of[id.Staff]) *seat {
	c := climb{tree: tree, units: map[id.Of[id.Unit]]org.Unit{}, in: map[id.Of[id.Unit]][]*seat{}, of: map[id.Of[id.Staff]]*seat{}}
	c.place()
	return c.of[who]
}

// Renew ends a letter that is not signed, whose superior has changed or whose text is wrong,
// and makes a new one; a signed one ends only with its holder's post. Errors: rbac.ErrNotFound,
// ErrDraft, ErrSignedYet, ErrSuperseded, ErrNobody where he holds no post any more.
func (s *Service) Renew(ctx context.Context, n id.Of[id.Letter]) (made id.Of[id.Letter], err error) {
	err = s.Gate.Write(ctx, ActionArrange, func(tx db.Tx, scope rbac.Scope) error {
		if err := lockRounds(ctx, tx, scope, []id.Of[id.Letter]{n}); err != nil {
			return err
		}
		l, err := letterByID(ctx, tx, scope, n, true)
		if err != nil {
			return err
		}
		switch l.State {
		case Draft:
			return ErrDraft
		case Signed:
			return ErrSignedYet
		case Superseded:
			return ErrSuperseded
		case Sent:
		}
		r, err := roundByID(ctx, tx, scope, l.RoundID, locked)
		if err != nil {
			return err
		}
		tree, err := s.Tree(ctx, tx, l.CompanyID, today(tx))
		if err != nil {
			return err
		}
		l.supersede(whyRenewed, today(tx))
		if err := updateLetters(ctx, tx, l.CompanyID, []*Letter{&l}); err != nil {
			return err
		}
		links := slices.DeleteFunc(chain(tree), func(k link) bool { return k.holder.StaffID != l.StaffID })
		fresh, err := r.draft(ctx, tx, tree, links)
		if err != nil {
			return err
		}
		if len(fresh) == 0 {
			return ErrNobody
		}
		made = fresh[0].ID
		scope.Made(int64(made))
		scope.Changed(Noun, int64(n), l.CompanyID, endTrail{State: Sent}, endTrail{Superseded, l.SupersededWhy})
		return s.settle(ctx, tx, &r, tree)
	})
	return made, err
}

// lines are those of a letter's text, for pages and print.
func lines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }
