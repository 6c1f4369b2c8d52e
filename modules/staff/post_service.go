package staff

import (
	"context"
	"strconv"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// PostEntry describes a new post.
type PostEntry struct {
	UnitID id.Of[id.Unit] `json:"unitId"`
	PostName
}

// PostName is what may be edited of a post.
type PostName struct {
	Name   string     `json:"name" minLength:"1" maxLength:"50"`
	Types  []PostType `json:"types" nullable:"false" maxItems:"10" doc:"post types of the duty and checklist libraries"`
	Closed bool       `json:"closed,omitempty" doc:"the post no longer exists"`
}

// AddPost adds a post and tells s.PostsMade. Errors: ErrName, ErrPostTaken, ErrPostType,
// ErrUnitUnknown.
func (s *Service) AddPost(ctx context.Context, e PostEntry) (post id.Of[id.Post], err error) {
	err = s.Gate.Write(ctx, ActionUnit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := openUnit(ctx, tx, scope, e.UnitID); err != nil {
			return err
		}
		p, err := newPost(home, e.UnitID, e.Name, e.Types, today(tx))
		if err != nil {
			return err
		}
		if err := insertPost(ctx, tx, &p); err != nil {
			return err
		}
		post = p.ID
		scope.Changed("staff-post", int64(p.ID), home.CompanyID, Post{}, p)
		scope.Made(int64(p.ID))
		return s.tellPosts(ctx, tx, scope, home, p)
	})
	return post, err
}

// openUnit locks a unit that posts or people are put into. Errors: ErrUnitUnknown.
func openUnit(ctx context.Context, tx db.Tx, scope rbac.Scope, unit id.Of[id.Unit]) error {
	u, err := unitByID(ctx, tx, scope, unit)
	if err == nil && !u.ClosedOn.IsZero() {
		return ErrUnitUnknown.At("body.unitId")
	}
	return unknown(err, ErrUnitUnknown.At("body.unitId"))
}

// changePost locks a post, lets fn change it from a day on, keeps the state that it had and
// tells s.PostsMade. Errors: rbac.ErrNotFound, ErrFuture, ErrChangedSince, ErrPostTaken and
// those of fn.
func (s *Service) changePost(ctx context.Context, post id.Of[id.Post], on day.Date, fn func(tx db.Tx, scope rbac.Scope, p *Post) error) error {
	return s.Gate.Write(ctx, ActionUnit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		before, err := postByID(ctx, tx, scope, post)
		if err != nil {
			return err
		}
		scope.Made(int64(post))
		after := before
		if err := fn(tx, scope, &after); err != nil || after.same(before) {
			return err
		}
		if err := alterPost(ctx, tx, before, &after, on); err != nil {
			return err
		}
		scope.Changed("staff-post", int64(post), after.CompanyID, before, after)
		if !after.ClosedOn.IsZero() {
			return nil
		}
		return s.tellPosts(ctx, tx, scope, home, after)
	})
}

// alterPost saves a post as it is from a day on. A post that closes keeps its last state.
func alterPost(ctx context.Context, tx db.Tx, before Post, after *Post, on day.Date) error {
	if on.IsZero() {
		on = today(tx)
	}
	if closing := !after.ClosedOn.IsZero(); !closing {
		past, kept, err := before.from(on, today(tx))
		if err != nil {
			return err
		}
		if kept {
			if err := keepPosts(ctx, tx, past); err != nil {
				return err
			}
		}
		after.SinceOn = before.SinceOn // from began a new state
	}
	return updatePost(ctx, tx, after)
}

// EditPost changes a post, from today on. One that people hold cannot be closed. Errors:
// rbac.ErrNotFound, ErrName, ErrPostTaken, ErrPostType, ErrPostHeld.
func (s *Service) EditPost(ctx context.Context, post id.Of[id.Post], n PostName) error {
	return s.changePost(ctx, post, day.Date{}, func(tx db.Tx, _ rbac.Scope, p *Post) error {
		if n.Closed && p.ClosedOn.IsZero() {
			held, err := heldNow(ctx, tx, *p)
			if err != nil {
				return err
			}
			if held > 0 {
				return ErrPostHeld.With("people", strconv.Itoa(held))
			}
		}
		p.close(n.Closed, today(tx))
		return p.describe(n.Name, n.Types)
	})
}

// PostMove puts a post into another unit.
type PostMove struct {
	UnitID id.Of[id.Unit] `json:"unitId"`
	From   day.Date       `json:"from,omitempty" doc:"first day in the new unit; empty: today"`
}

// MovePost puts a post, with those whose main post it is, into another unit. Errors:
// rbac.ErrNotFound, ErrUnitUnknown, ErrPostTaken, ErrPostClosed, ErrFuture, ErrChangedSince.
func (s *Service) MovePost(ctx context.Context, post id.Of[id.Post], m PostMove) error {
	return s.changePost(ctx, post, m.From, func(tx db.Tx, scope rbac.Scope, p *Post) error {
		if !p.ClosedOn.IsZero() {
			return ErrPostClosed
		}
		if err := openUnit(ctx, tx, scope, m.UnitID); err != nil {
			return err
		}
		p.UnitID = m.UnitID
		return followPost(ctx, tx, *p)
	})
}
