package account

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Members lists who belongs to the actor's company or organisation; the platform may name
// another organisation.
func (s *Service) Members(ctx context.Context, org id.Of[id.Organisation], after int64, limit int) (list []Member, err error) {
	err = s.Gate.Read(ctx, ActionMembers, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		if org == 0 || a.Kind != rbac.Platform {
			org = a.OrganisationID
		}
		list, err = membersOf(ctx, tx, a, org, after, limit)
		return err
	})
	return list, err
}

// Guest is who is invited, and as what.
type Guest struct {
	Name           string                 `json:"name" minLength:"1" maxLength:"40"`
	Roles          []string               `json:"roles" minItems:"1" maxItems:"5" doc:"built-in roles of the organisation's kind"`
	StaffID        id.Of[id.Staff]        `json:"staffId,omitempty" doc:"for a company: the staff row of the person"`
	OrganisationID id.Of[id.Organisation] `json:"organisationId,omitempty" doc:"for the platform: which organisation"`
}

// Invite makes an invitation and returns its link, which is shown once.
// Errors: ErrRole, rbac.ErrNotFound.
func (s *Service) Invite(ctx context.Context, g Guest) (link string, n id.Of[Pass], err error) {
	err = s.Gate.Write(ctx, ActionInvite, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		p := Pass{Purpose: Invitation, Kind: a.Kind, Roles: g.Roles, Name: g.Name, OnlyActions: db.Texts{}, MadeBy: &a.MembershipID, CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(invitationLife)}
		switch a.Kind {
		case rbac.Company:
			if g.StaffID == 0 {
				return rbac.ErrNotFound.At("body.staffId")
			}
			p.CompanyID, p.StaffID = &a.CompanyID, &g.StaffID
		case rbac.Platform:
			org, err := organisationByID(ctx, tx, g.OrganisationID)
			if err != nil {
				return err
			}
			p.Kind, p.OrganisationID = org.Kind, &org.ID
		default:
			p.OrganisationID = &a.OrganisationID
		}
		for _, r := range g.Roles {
			if !s.Gate.Known(p.Kind, r) {
				return ErrRole.At("body.roles")
			}
		}
		token := newToken()
		p.TokenHash = hashToken(token)
		if err := insertPass(ctx, tx, &p); err != nil {
			return err
		}
		n, link = p.ID, s.BaseURL+"/invitation/"+token
		scope.Made(int64(p.ID))
		scope.Changed("invitation", int64(p.ID), a.CompanyID, Guest{}, g)
		return nil
	})
	return link, n, err
}

// Invitations lists those nobody has taken up yet.
func (s *Service) Invitations(ctx context.Context) (list []Pass, err error) {
	err = s.Gate.Read(ctx, ActionInvite, func(tx db.Tx, _ rbac.Scope) error {
		list, err = invitationsOpen(ctx, tx)
		return err
	})
	return list, err
}

// Acceptance is what an invited person chooses.
type Acceptance struct {
	Token    string `json:"token" minLength:"20" maxLength:"100"`
	Login    string `json:"login" minLength:"3" maxLength:"60" pattern:"^[a-zA-Z0-9][a-zA-Z0-9._-]*$"`
	Phone    string `json:"phone,omitempty" maxLength:"20" pattern:"^(1[3-9][0-9]{9})?$"`
	Password string `json:"password" maxLength:"200"`
}

// Accept makes the account of an invited person, or adds the membership to the account
// whose login and password are given. Errors: ErrPassUsed, ErrCredentials, ErrLocked, ErrAddress,
// ErrPasswordShort, ErrPasswordWeak, ErrLoginTaken, ErrPhoneTaken, ErrMemberExists.
func (s *Service) Accept(ctx context.Context, c Acceptance) (n id.Of[id.Membership], err error) {
	err = s.attempt(ctx, "account.accept-invitation", func(tx db.Tx, scope rbac.Scope) (who id.Of[id.Person], refusal, err error) {
		inv, err := passByToken(ctx, tx, Invitation, hashToken(c.Token))
		if errors.Is(err, rbac.ErrNotFound) || (err == nil && (inv.UsedAt != nil || !inv.ExpiresAt.After(tx.Now))) {
			return 0, nil, ErrPassUsed
		}
		if err != nil {
			return 0, nil, err
		}
		p, refusal, err := s.guestPerson(ctx, tx, inv, c)
		if err != nil || refusal != nil {
			return p.ID, refusal, err
		}
		n, err = admit(ctx, tx, scope, inv, p)
		return p.ID, nil, err
	})
	return n, err
}

// admit makes p the member that inv names, and spends it.
func admit(ctx context.Context, tx db.Tx, scope rbac.Scope, inv Pass, p Person) (id.Of[id.Membership], error) {
	m := Membership{PersonID: p.ID, Kind: inv.Kind, OrganisationID: inv.OrganisationID, CompanyID: inv.CompanyID, StaffID: inv.StaffID, Roles: inv.Roles, CreatedAt: tx.Now}
	if err := insertMembership(ctx, tx, &m); err != nil {
		return 0, err
	}
	var company rbac.CompanyID
	if inv.CompanyID != nil {
		company = *inv.CompanyID
		if err := linkStaff(ctx, tx, company, *inv.StaffID, p.ID); err != nil {
			return 0, err
		}
	}
	scope.Changed("membership", int64(m.ID), company, Membership{}, m)
	return m.ID, spendPass(ctx, tx, inv.ID, true)
}

// guestPerson returns the account whose password proves that it is the guest's, or makes one. Wrong passwords count like those of a
// sign-in: an invitation must not be a way to guess at others'.
func (s *Service) guestPerson(ctx context.Context, tx db.Tx, inv Pass, c Acceptance) (p Person, refusal, err error) {
	p, err = personByLogin(ctx, tx, normal(c.Login))
	switch {
	case errors.Is(err, rbac.ErrNotFound):
		p, err = newGuest(ctx, tx, inv, c)
		return p, nil, err
	case err != nil:
		return p, nil, err
	case p.rests(tx.Now):
		return p, locked(p, tx.Now), nil
	}
	ok, err := s.knows(&p, c.Password)
	if err != nil {
		return p, nil, err
	}
	if ok {
		p.Failures, p.LockedUntil = 0, nil
	} else {
		fail(tx, &p)
		refusal = ErrCredentials.At("body.login")
	}
	return p, refusal, savePerson(ctx, tx, p)
}

func newGuest(ctx context.Context, tx db.Tx, inv Pass, c Acceptance) (Person, error) {
	if err := checkPassword(c.Password, c.Login, inv.Name, c.Phone); err != nil {
		return Person{}, err
	}
	p := Person{Login: normal(c.Login), Name: inv.Name, Lang: "zh-CN", PasswordHash: Hash(c.Password), CreatedAt: tx.Now}
	if c.Phone != "" {
		p.Phone = &c.Phone
	}
	return p, insertPerson(ctx, tx, &p)
}

// EndMembership ends somebody's place, and with it every session in it.
// Errors: rbac.ErrNotFound, ErrLastAdmin for one's own.
func (s *Service) EndMembership(ctx context.Context, n id.Of[id.Membership]) error {
	return s.Gate.Write(ctx, ActionInvite, func(tx db.Tx, scope rbac.Scope) error {
		before, err := membershipLocked(ctx, tx, n)
		if err != nil {
			return err
		}
		if n == scope.Actor().MembershipID {
			return ErrLastAdmin
		}
		after := before
		now := tx.Now
		after.EndedAt = &now
		scope.Made(int64(n))
		scope.Changed("membership", int64(n), scope.Actor().CompanyID, before, after)
		return saveMembership(ctx, tx, after)
	})
}

// SetRoles changes what a member may do. Errors: rbac.ErrNotFound, ErrRole.
func (s *Service) SetRoles(ctx context.Context, n id.Of[id.Membership], roles []string) error {
	return s.Gate.Write(ctx, ActionInvite, func(tx db.Tx, scope rbac.Scope) error {
		before, err := membershipLocked(ctx, tx, n)
		if err != nil {
			return err
		}
		for _, r := range roles {
			if !s.Gate.Known(before.Kind, r) {
				return ErrRole.At("body.roles")
			}
		}
		if n == scope.Actor().MembershipID {
			return ErrLastAdmin
		}
		after := before
		after.Roles = roles
		scope.Made(int64(n))
		scope.Changed("membership", int64(n), scope.Actor().CompanyID, before, after)
		return saveMembership(ctx, tx, after)
	})
}

// MakeLink makes a one-time link that opens path for the member behind a staff row of the
// actor's company, allowing nothing but actions. For people who act rarely: the principal
// who signs, the fixer. Errors: rbac.ErrNotFound if that person has no login.
func (s *Service) MakeLink(ctx context.Context, staff id.Of[id.Staff], path string, actions []string) (link string, err error) {
	err = s.Gate.Write(ctx, ActionInvite, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		m, err := memberOfStaff(ctx, tx, a.CompanyID, staff)
		if err != nil {
			return err
		}
		token := newToken()
		p := Pass{
			Purpose: Link, TokenHash: hashToken(token), PersonID: &m.PersonID, MembershipID: &m.ID, CompanyID: &a.CompanyID, StaffID: &staff, Kind: a.Kind, Roles: db.Texts{},
			OnlyActions: append(actions, string(ActionSelf)), Path: path, MadeBy: &a.MembershipID, CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(linkLife),
		}
		if err := insertPass(ctx, tx, &p); err != nil {
			return err
		}
		link = s.BaseURL + "/l/" + token
		if strings.HasPrefix(path, "/field/") { // phone pages are an entry of their own
			link = s.BaseURL + "/field/l/" + token
		}
		scope.Made(int64(p.ID))
		scope.Changed("link", int64(p.ID), a.CompanyID, nil, struct{ Path, Actions string }{path, fmt.Sprint(actions)})
		return nil
	})
	return link, err
}

// FollowLink spends a one-time link and opens its narrow session. Errors: ErrPassUsed.
func (s *Service) FollowLink(ctx context.Context, token, agent string) (o Opened, err error) {
	err = s.Gate.System(ctx, "account.follow-link", func(tx db.Tx, _ rbac.Scope) error {
		p, err := passByToken(ctx, tx, Link, hashToken(token))
		if errors.Is(err, rbac.ErrNotFound) || (err == nil && (p.UsedAt != nil || !p.ExpiresAt.After(tx.Now))) {
			return ErrPassUsed
		}
		if err != nil {
			return err
		}
		o = Opened{Token: newToken(), ExpiresAt: tx.Now.Add(linkSession), Path: p.Path}
		session := newSession(ctx, tx, *p.PersonID, *p.MembershipID, o, agent)
		session.OnlyActions, session.Way = p.OnlyActions, ByLink
		if err := insertSession(ctx, tx, session); err != nil {
			return err
		}
		return spendPass(ctx, tx, p.ID, true)
	})
	return o, err
}

// Organisations lists the organisations in scope.
func (s *Service) Organisations(ctx context.Context, kind string, after int64, limit int) (list []Organisation, err error) {
	err = s.Gate.Read(ctx, ActionOrgs, func(tx db.Tx, _ rbac.Scope) error {
		list, err = organisationsAfter(ctx, tx, kind, after, limit)
		return err
	})
	return list, err
}

// AddOrganisation adds a regulator, service agency or review agency. Errors: ErrNameTaken.
func (s *Service) AddOrganisation(ctx context.Context, o Organisation) (n id.Of[id.Organisation], err error) {
	err = s.Gate.Write(ctx, ActionOrgs, func(tx db.Tx, scope rbac.Scope) error {
		o.CreatedAt = tx.Now
		if err := insertOrganisation(ctx, tx, &o); err != nil {
			return err
		}
		n = o.ID
		scope.Made(int64(n))
		scope.Changed("organisation", int64(n), 0, Organisation{}, o)
		return nil
	})
	return n, err
}
