package staff

import (
	"context"
	"slices"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Starter is one person of a small company that begins: who, and on what post.
type Starter struct {
	Name     string
	Phone    string // may be empty
	PostName string
	Types    []PostType
}

// Started is what was made of a Starter.
type Started struct {
	StaffID id.Of[id.Staff]
	PostID  id.Of[id.Post]
}

// topUnit is what the one unit of a company without units is called.
const topUnit = "本单位"

// StartIn adds people with their posts to the company's top unit, which is made if there is
// none: the light profile of a micro firm (微型企业). A post of that name is used again; the
// first post of a person is his main one. It belongs to the caller's transaction. Errors:
// ErrName, ErrPostType, code.ErrPhone.
func (s *Service) StartIn(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, all []Starter) ([]Started, error) {
	top, err := s.topOf(ctx, tx, scope, home)
	if err != nil {
		return nil, err
	}
	posts, made, err := startPosts(ctx, tx, scope, home, top, all)
	if err != nil {
		return nil, err
	}
	out := make([]Started, len(all))
	for i, e := range all {
		post := posts[e.PostName]
		p := Person{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, CreatedAt: tx.Now}
		entry := Entry{Name: e.Name, Phone: e.Phone, UnitID: top.ID}
		if err := p.describe(entry, s.Box.Field(int64(home.CompanyID)), today(tx)); err != nil {
			return nil, err
		}
		if err := insertPerson(ctx, tx, &p); err != nil {
			return nil, err
		}
		a, err := assign(p, post, today(tx), true, today(tx))
		if err != nil {
			return nil, err
		}
		if err := insertAssignment(ctx, tx, &a); err != nil {
			return nil, err
		}
		scope.Changed("staff", int64(p.ID), home.CompanyID, Person{}, p)
		scope.Changed("staff-assignment", int64(a.ID), home.CompanyID, Assignment{}, a)
		out[i] = Started{p.ID, post.ID}
	}
	return out, s.tellPosts(ctx, tx, scope, home, made...)
}

// topOf returns the company's first unit directly below it, and makes one if there is none.
func (s *Service) topOf(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home) (Unit, error) {
	number, err := numberUnits(ctx, tx, home.CompanyID)
	if err != nil {
		return Unit{}, err
	}
	units, err := unitsOf(ctx, tx, home.CompanyID)
	if err != nil {
		return Unit{}, err
	}
	if i := slices.IndexFunc(units, func(u Unit) bool { return u.ParentID == nil }); i >= 0 {
		return units[i], nil
	}
	u, err := newUnit(home, nil, "department", topUnit, number, today(tx))
	if err != nil {
		return Unit{}, err
	}
	err = insertUnit(ctx, tx, &u)
	scope.Changed("staff-unit", int64(u.ID), home.CompanyID, Unit{}, u)
	return u, err
}

// startPosts returns the posts that all name, and which of them were made.
func startPosts(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, top Unit, all []Starter) (map[string]Post, []Post, error) {
	there, err := postsIn(ctx, tx, home.CompanyID, top.ID)
	if err != nil {
		return nil, nil, err
	}
	posts := map[string]Post{}
	for _, p := range there {
		posts[p.Name] = p
	}
	var made []Post
	for _, e := range all {
		p, err := newPost(home, top.ID, e.PostName, e.Types, today(tx))
		if err != nil {
			return nil, nil, err
		}
		if old, found := posts[p.Name]; found {
			posts[e.PostName] = old
			continue
		}
		if err := insertPost(ctx, tx, &p); err != nil {
			return nil, nil, err
		}
		scope.Changed("staff-post", int64(p.ID), home.CompanyID, Post{}, p)
		posts[p.Name], posts[e.PostName] = p, p
		made = append(made, p)
	}
	return posts, made, nil
}
