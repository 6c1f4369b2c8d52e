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
	out := make([]Started, len(all))
	for i, e := range all {
		if out[i], err = s.start(ctx, tx, scope, home, top, e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Service) start(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, top Unit, e Starter) (Started, error) {
	post, err := startPost(ctx, tx, scope, home, top, e)
	if err != nil || (e.StaffID == 0 && e.Name == "") {
		return Started{PostID: post.ID}, err
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
func (*Service) topOf(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home) (Unit, error) {
	number, err := numberUnits(ctx, tx, home.CompanyID)
	if err != nil {
		return Unit{}, err
	}
	units, err := unitsOf(ctx, tx, scope)
	if err != nil {
		return Unit{}, err
	}
	if i := slices.IndexFunc(units, func(u Unit) bool { return u.CompanyID == home.CompanyID && u.ParentID == nil }); i >= 0 {
		return units[i], nil
	}
	u, err := newUnit(home, nil, "department", topUnit, number)
	if err != nil {
		return Unit{}, err
	}
	err = insertUnit(ctx, tx, &u)
	scope.Changed("staff-unit", int64(u.ID), home.CompanyID, Unit{}, u)
	return u, err
}

// startPost returns the post e names, made if there is none.
func startPost(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, top Unit, e Starter) (Post, error) {
	p := Post{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, UnitID: top.ID}
	if err := p.describe(e.PostName, e.Types); err != nil {
		return p, err
	}
	there, err := postsOf(ctx, tx, scope)
	if err != nil {
		return p, err
	}
	if i := slices.IndexFunc(there, func(x Post) bool { return x.CompanyID == home.CompanyID && x.UnitID == top.ID && x.Name == p.Name }); i >= 0 {
		return there[i], nil
	}
	err = insertPost(ctx, tx, &p)
	scope.Changed("staff-post", int64(p.ID), home.CompanyID, Post{}, p)
	return p, err
}
