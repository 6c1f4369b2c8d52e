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
	StaffID  id.Of[id.Staff] // somebody who is of the staff already; 0: a new person
	Name     string          // empty, without StaffID: the post alone
	Phone    string          // may be empty
	PostName string
	Types    []PostType
}

// Started is what was made of a Starter.
type Started struct {
	StaffID id.Of[id.Staff] // 0: the post alone
	PostID  id.Of[id.Post]
}

// topUnit is what the one unit of a company without units is called.
const topUnit = "本单位"

// StartIn adds people with their posts to the company's top unit, which is made if there is
// none: the light profile of a micro firm (小微企业). A post of that name is used again. It
// belongs to the caller's transaction. Errors: ErrName, ErrPostType, code.ErrPhone.
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
		if out[i], err = s.start(ctx, tx, scope, home, top, posts[e.PostName], e); err != nil {
			return nil, err
		}
	}
	return out, s.tellPosts(ctx, tx, scope, home, made...)
}

func (s *Service) start(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, top Unit, post Post, e Starter) (Started, error) {
	if e.StaffID == 0 && e.Name == "" {
		return Started{PostID: post.ID}, nil
	}
	p, err := s.starter(ctx, tx, scope, home, top, e)
	if err != nil {
		return Started{}, err
	}
	running, err := runningOf(ctx, tx, p)
	if err != nil || slices.ContainsFunc(running, func(a Assignment) bool { return a.PostID == post.ID }) {
		return Started{p.ID, post.ID}, err
	}
	a, err := assign(p, post, today(tx), len(running) == 0, today(tx))
	if err != nil {
		return Started{}, err
	}
	if err := insertAssignment(ctx, tx, &a); err != nil {
		return Started{}, err
	}
	scope.Changed("staff-assignment", int64(a.ID), home.CompanyID, Assignment{}, a)
	return Started{p.ID, post.ID}, nil
}

// starter returns the person of e, made if he is new.
func (s *Service) starter(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, top Unit, e Starter) (Person, error) {
	if e.StaffID != 0 {
		before, err := personByID(ctx, tx, scope, e.StaffID)
		after := before
		if err == nil && after.UnitID == nil {
			after.UnitID = &top.ID
			scope.Changed("staff", int64(after.ID), home.CompanyID, before, after)
			err = updatePerson(ctx, tx, &after)
		}
		return after, err
	}
	p := Person{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, CreatedAt: tx.Now}
	if err := p.describe(Entry{Name: e.Name, Phone: e.Phone, UnitID: top.ID}, s.Box.Field(int64(home.CompanyID)), today(tx)); err != nil {
		return p, err
	}
	err := insertPerson(ctx, tx, &p)
	scope.Changed("staff", int64(p.ID), home.CompanyID, Person{}, p)
	return p, err
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
