package staff

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// UnitEntry describes a new unit.
type UnitEntry struct {
	ParentID id.Of[id.Unit] `json:"parentId,omitempty" doc:"empty for a unit directly below the company"`
	UnitName
}

// UnitName is what may be edited of a unit.
type UnitName struct {
	Kind string `json:"kind" enum:"department,workshop,team"`
	Name string `json:"name" minLength:"1" maxLength:"50"`
}

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

// Tree returns the units of the company, parents before children, and its posts.
func (s *Service) Tree(ctx context.Context) (units []Unit, posts []Post, err error) {
	err = s.Gate.Read(ctx, ActionUnits, func(tx db.Tx, scope rbac.Scope) (err error) {
		if units, err = unitsOf(ctx, tx, scope); err != nil {
			return err
		}
		posts, err = postsOf(ctx, tx, scope)
		return err
	})
	return units, posts, err
}

// AddUnit adds a unit. Errors: ErrName, ErrUnitTaken, ErrUnitUnknown, ErrUnitDepth.
func (s *Service) AddUnit(ctx context.Context, e UnitEntry) (unit id.Of[id.Unit], err error) {
	err = s.Gate.Write(ctx, ActionUnit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		number, err := numberUnits(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		parent, err := parentOf(ctx, tx, scope, e.ParentID)
		if err != nil {
			return err
		}
		u, err := newUnit(home, parent, e.Kind, e.Name, number)
		if err != nil {
			return err
		}
		if err := insertUnit(ctx, tx, &u); err != nil {
			return err
		}
		unit = u.ID
		scope.Changed("staff-unit", int64(u.ID), home.CompanyID, Unit{}, u)
		scope.Made(int64(u.ID))
		return nil
	})
	return unit, err
}

func parentOf(ctx context.Context, tx db.Tx, scope rbac.Scope, parent id.Of[id.Unit]) (*Unit, error) {
	if parent == 0 {
		return nil, nil
	}
	u, err := unitByID(ctx, tx, scope, parent)
	if err != nil {
		return nil, unknown(err, ErrUnitUnknown.At("body.parentId"))
	}
	return &u, nil
}

// RenameUnit changes a unit's name and kind. Errors: rbac.ErrNotFound, ErrName, ErrUnitTaken.
func (s *Service) RenameUnit(ctx context.Context, unit id.Of[id.Unit], n UnitName) error {
	return s.Gate.Write(ctx, ActionUnit, func(tx db.Tx, scope rbac.Scope) error {
		before, err := unitByID(ctx, tx, scope, unit)
		if err != nil {
			return err
		}
		after := before
		after.Kind = n.Kind
		if after.Name, err = cleanName(n.Name); err != nil {
			return err
		}
		scope.Changed("staff-unit", int64(unit), after.CompanyID, before, after)
		scope.Made(int64(unit))
		return renameUnit(ctx, tx, &after)
	})
}

// AddPost adds a post. Errors: ErrName, ErrPostTaken, ErrPostType, ErrUnitUnknown.
func (s *Service) AddPost(ctx context.Context, e PostEntry) (post id.Of[id.Post], err error) {
	err = s.Gate.Write(ctx, ActionUnit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		p := Post{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, UnitID: e.UnitID}
		if err := p.describe(e.Name, e.Types); err != nil {
			return err
		}
		if err := insertPost(ctx, tx, &p); err != nil {
			return err
		}
		post = p.ID
		scope.Changed("staff-post", int64(p.ID), home.CompanyID, Post{}, p)
		scope.Made(int64(p.ID))
		return nil
	})
	return post, err
}

// EditPost changes a post. Errors: rbac.ErrNotFound, ErrName, ErrPostTaken, ErrPostType.
func (s *Service) EditPost(ctx context.Context, post id.Of[id.Post], n PostName) error {
	return s.Gate.Write(ctx, ActionUnit, func(tx db.Tx, scope rbac.Scope) error {
		before, err := postByID(ctx, tx, scope, post)
		if err != nil {
			return err
		}
		after := before
		if err := after.describe(n.Name, n.Types); err != nil {
			return err
		}
		after.close(n.Closed, today(tx))
		scope.Changed("staff-post", int64(post), after.CompanyID, before, after)
		scope.Made(int64(post))
		return updatePost(ctx, tx, &after)
	})
}
