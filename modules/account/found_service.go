package account

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Founding is an authority that is to be there, and what its first member is to be.
type Founding struct {
	Names []string // the first that no other regulator has
	Area  string   // region path
	Role  string   // of the first member
	Guest string   // what he is called until he takes the invitation up
	Phone string   // his number: an account instead of an invitation; empty: an invitation
}

// Founded is what became of it.
type Founded struct {
	ID       id.Of[id.Organisation]
	Name     string // under which it is there
	Made     bool   // just now
	Members  int    // with the role
	Invited  bool   // an invitation made before is still open
	Link     string // of an invitation made just now: it cannot be read again
	Login    string // of an account made just now
	Password string // of that account, to be changed at the first sign-in
}

// Establish makes a regulator and a way in for its first member, or finds them. Whoever covers the area on
// every line is that regulator, whatever its name. It belongs to a transaction of the system's.
// Errors: ErrNameTaken if others have all the names, ErrRole, ErrPhoneTaken, ErrLoginTaken.
func (s *Service) Establish(ctx context.Context, tx db.Tx, scope rbac.Scope, f Founding) (out Founded, err error) {
	if !s.Gate.Known(rbac.Regulator, f.Role) {
		return out, ErrRole
	}
	o, found, err := regulatorOf(ctx, tx, f.Area)
	if err != nil {
		return out, err
	}
	if !found {
		o = Organisation{Kind: rbac.Regulator, Areas: db.Texts{f.Area}, Lines: db.Shorts{}, CreatedAt: tx.Now}
		if o.Name, err = freeName(ctx, tx, f.Names); err != nil {
			return out, err
		}
		if err := insertOrganisation(ctx, tx, &o); err != nil {
			return out, err
		}
		scope.Changed("organisation", int64(o.ID), 0, Organisation{}, o)
	}
	out = Founded{ID: o.ID, Name: o.Name, Made: !found}
	if out.Members, out.Invited, err = waysIn(ctx, tx, o.ID, f.Role); err != nil || out.Members > 0 || out.Invited {
		return out, err
	}
	if f.Phone != "" {
		out.Login, out.Password, err = s.appoint(ctx, tx, scope, o, f)
		return out, err
	}
	p := Pass{
		Purpose: Invitation, Kind: rbac.Regulator, Roles: db.Texts{f.Role}, Name: f.Guest, OnlyActions: db.Texts{}, OrganisationID: &o.ID,
		CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(invitationLife),
	}
	token := newToken()
	p.TokenHash = hashToken(token)
	if err := insertPass(ctx, tx, &p); err != nil {
		return out, err
	}
	scope.Changed("invitation", int64(p.ID), 0, Guest{}, Guest{Name: f.Guest, Roles: []string{f.Role}, OrganisationID: o.ID})
	out.Link = s.BaseURL + "/invitation/" + token
	return out, nil
}

// appoint makes an account with a number as its login, and the membership.
func (*Service) appoint(ctx context.Context, tx db.Tx, scope rbac.Scope, o Organisation, f Founding) (login, password string, err error) {
	password = newToken()[:20]
	p := Person{Login: normal(f.Phone), Phone: &f.Phone, Name: f.Guest, Lang: "zh-CN", PasswordHash: Hash(password), MustChange: true, CreatedAt: tx.Now}
	if err := insertPerson(ctx, tx, &p); err != nil {
		return "", "", err
	}
	m := Membership{PersonID: p.ID, Kind: o.Kind, OrganisationID: &o.ID, Roles: db.Texts{f.Role}, CreatedAt: tx.Now}
	if err := insertMembership(ctx, tx, &m); err != nil {
		return "", "", err
	}
	scope.Changed("membership", int64(m.ID), 0, Membership{}, m)
	return p.Login, password, nil
}
