package account

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web"
)

type memberView struct {
	ID        id.Of[id.Membership] `json:"id"`
	Name      string               `json:"name"`
	Login     string               `json:"login"`
	Phone     string               `json:"phone"`
	Roles     []string             `json:"roles"`
	CreatedAt time.Time            `json:"createdAt"`
}

type memberQuery struct {
	OrganisationID id.Of[id.Organisation] `query:"organisationId" doc:"for the platform"`
	After          id.Of[id.Membership]   `query:"after" doc:"id of the last member seen"`
	Limit          int                    `query:"limit" minimum:"1" maximum:"200" default:"100"`
}

type memberList struct {
	Items []memberView `json:"items"`
}

func mountMembers(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listMembers", Route: "GET /account/members", Action: ActionMembers, Summary: "Who belongs to one's company or organisation"}, s.getMembers)
	web.Handle(api, web.Op{ID: "setRoles", Route: "PUT /account/members/{id}/roles", Action: ActionInvite, Summary: "Change what a member may do", Faults: []*fault.Error{rbac.ErrNotFound, ErrRole, ErrLastAdmin}}, s.putRoles)
	web.Handle(api, web.Op{ID: "endMembership", Route: "DELETE /account/members/{id}", Action: ActionInvite, Summary: "End somebody's membership and its sessions", Faults: []*fault.Error{rbac.ErrNotFound, ErrLastAdmin}}, s.deleteMember)
	web.Handle(api, web.Op{ID: "listInvitations", Route: "GET /account/invitations", Action: ActionInvite, Summary: "Invitations nobody has taken up yet"}, s.getInvitations)
	web.Handle(api, web.Op{ID: "invite", Route: "POST /account/invitations", Action: ActionInvite, Exempt: true, Summary: "Invite somebody; the link is shown once", Faults: []*fault.Error{ErrRole, rbac.ErrNotFound}}, s.postInvitation)
	web.Handle(api, web.Op{ID: "makeLink", Route: "POST /account/links", Action: ActionInvite, Exempt: true, Summary: "Make a one-time link for somebody who acts rarely", Faults: []*fault.Error{rbac.ErrNotFound}}, s.postLink)
	web.Handle(api, web.Op{ID: "listOrganisations", Route: "GET /account/organisations", Action: ActionOrgs, Summary: "Regulators, service and review agencies"}, s.getOrganisations)
	web.Handle(api, web.Op{ID: "addOrganisation", Route: "POST /account/organisations", Action: ActionOrgs, Summary: "Add an organisation", Faults: []*fault.Error{ErrNameTaken}}, s.postOrganisation)
}

func (s *Service) getMembers(ctx context.Context, in *memberQuery) (*web.Body[memberList], error) {
	list, err := s.Members(ctx, in.OrganisationID, int64(in.After), in.Limit)
	v := memberList{Items: make([]memberView, len(list))}
	for i, m := range list {
		v.Items[i] = memberView{ID: m.ID, Name: m.Name, Login: m.Login, Roles: append([]string{}, m.Roles...), CreatedAt: m.CreatedAt}
		if m.Phone != nil {
			v.Items[i].Phone = *m.Phone
		}
	}
	return &web.Body[memberList]{Body: v}, err
}

type rolesInput struct {
	ID   id.Of[id.Membership] `path:"id"`
	Body struct {
		Roles []string `json:"roles" minItems:"1" maxItems:"5"`
	}
}

func (s *Service) putRoles(ctx context.Context, in *rolesInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.SetRoles(ctx, in.ID, in.Body.Roles))
}

func (s *Service) deleteMember(ctx context.Context, in *byID[id.Membership]) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.EndMembership(ctx, in.ID))
}

type invitationView struct {
	ID        id.Of[Pass] `json:"id"`
	Name      string      `json:"name"`
	Kind      rbac.Kind   `json:"kind"`
	Roles     []string    `json:"roles"`
	CreatedAt time.Time   `json:"createdAt"`
	ExpiresAt time.Time   `json:"expiresAt"`
}

type invitationList struct {
	Items []invitationView `json:"items"`
}

func (s *Service) getInvitations(ctx context.Context, _ *web.None) (*web.Body[invitationList], error) {
	list, err := s.Invitations(ctx)
	v := invitationList{Items: make([]invitationView, len(list))}
	for i, p := range list {
		v.Items[i] = invitationView{p.ID, p.Name, p.Kind, append([]string{}, p.Roles...), p.CreatedAt, p.ExpiresAt}
	}
	return &web.Body[invitationList]{Body: v}, err
}

type linkView struct {
	Link string `json:"link" doc:"shown this once"`
}

func (s *Service) postInvitation(ctx context.Context, in *web.Body[Guest]) (*web.Body[linkView], error) {
	link, _, err := s.Invite(ctx, in.Body)
	return &web.Body[linkView]{Body: linkView{link}}, err
}

type linkRequest struct {
	StaffID id.Of[id.Staff] `json:"staffId"`
	Path    string          `json:"path" pattern:"^/[a-zA-Z0-9/_?=&-]*$" maxLength:"200" doc:"page to open"`
	Actions []string        `json:"actions" minItems:"1" maxItems:"10" doc:"permissions the link carries"`
}

func (s *Service) postLink(ctx context.Context, in *web.Body[linkRequest]) (*web.Body[linkView], error) {
	link, err := s.MakeLink(ctx, in.Body.StaffID, in.Body.Path, in.Body.Actions)
	return &web.Body[linkView]{Body: linkView{link}}, err
}

type organisationView struct {
	ID    id.Of[id.Organisation] `json:"id"`
	Kind  rbac.Kind              `json:"kind"`
	Name  string                 `json:"name"`
	Areas []string               `json:"areas"`
	Lines []int16                `json:"lines"`
}

type organisationQuery struct {
	Kind  string                 `query:"kind" enum:"service,regulator,agency,platform"`
	After id.Of[id.Organisation] `query:"after"`
	Limit int                    `query:"limit" minimum:"1" maximum:"200" default:"100"`
}

type organisationList struct {
	Items []organisationView `json:"items"`
}

func (s *Service) getOrganisations(ctx context.Context, in *organisationQuery) (*web.Body[organisationList], error) {
	list, err := s.Organisations(ctx, in.Kind, int64(in.After), in.Limit)
	v := organisationList{Items: make([]organisationView, len(list))}
	for i, o := range list {
		v.Items[i] = organisationView{o.ID, o.Kind, o.Name, append([]string{}, o.Areas...), append([]int16{}, o.Lines...)}
	}
	return &web.Body[organisationList]{Body: v}, err
}

type newOrganisation struct {
	Kind  rbac.Kind `json:"kind" enum:"service,regulator,agency"`
	Name  string    `json:"name" minLength:"2" maxLength:"80"`
	Areas []string  `json:"areas,omitempty" maxItems:"50" doc:"region paths of a regulator"`
	Lines []int16   `json:"lines,omitempty" maxItems:"50" doc:"supervision lines it is limited to"`
}

func (s *Service) postOrganisation(ctx context.Context, in *web.Body[newOrganisation]) (*web.Body[web.Made], error) {
	b := in.Body
	return web.MadeOf(s.AddOrganisation(ctx, Organisation{Kind: b.Kind, Name: b.Name, Areas: b.Areas, Lines: b.Lines}))
}
