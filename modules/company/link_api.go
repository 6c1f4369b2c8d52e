package company

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
	"anbiao/web"
)

// mountLinks adds landlords and tenants.
func mountLinks(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listCompanyLinks", Route: "GET /company/companies/{id}/links", Action: ActionRead,
		Summary: "A company's landlords and tenants, with agreements and joint checks", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getLinks)
	web.Handle(api, web.Op{
		ID: "proposeTenant", Route: "POST /company/companies/{id}/tenants", Action: ActionLink,
		Summary: "Name a tenant of a company; he answers, unless a regulator names him", Faults: []*fault.Error{rbac.ErrNotFound, ErrPartner, ErrLinked, ErrDates},
	}, s.postTenant)
	web.Handle(api, web.Op{
		ID: "answerLink", Route: "POST /company/links/{id}/answer", Action: ActionAnswer, Status: http.StatusOK,
		Summary: "Answer a proposal to be linked as tenant", Faults: []*fault.Error{rbac.ErrNotFound, ErrAnswered},
	}, s.postAnswer)
	web.Handle(api, web.Op{
		ID: "endLink", Route: "POST /company/links/{id}/end", Action: ActionLink, Status: http.StatusOK,
		Summary: "End a link or withdraw a proposal", Faults: []*fault.Error{rbac.ErrNotFound, ErrNotInForce, ErrFuture, ErrDates},
	}, s.postLinkEnd)
	web.Handle(api, web.Op{
		ID: "addSafetyAgreement", Route: "POST /company/links/{id}/agreements", Action: ActionShare, Status: http.StatusOK,
		Summary: "Record a safety agreement between landlord and tenant", Faults: []*fault.Error{rbac.ErrNotFound, ErrNotInForce, ErrFuture, ErrDates},
	}, s.postAgreement)
	web.Handle(api, web.Op{
		ID: "addJointCheck", Route: "POST /company/links/{id}/joint-checks", Action: ActionShare, Status: http.StatusOK,
		Summary: "Record a check that landlord and tenant made together", Faults: []*fault.Error{rbac.ErrNotFound, ErrNotInForce, ErrFuture},
	}, s.postJointCheck)
}

type agreementView struct {
	SignedOn      day.Date               `json:"signedOn"`
	ValidTo       day.Date               `json:"validTo" doc:"empty: until the tenancy ends"`
	AttachmentIDs []id.Of[id.Attachment] `json:"attachmentIds" nullable:"false"`
	Note          string                 `json:"note"`
	By            string                 `json:"by"`
	At            time.Time              `json:"at"`
}

type jointCheckView struct {
	On            day.Date               `json:"on"`
	Participants  []string               `json:"participants" nullable:"false"`
	Findings      string                 `json:"findings"`
	AttachmentIDs []id.Of[id.Attachment] `json:"attachmentIds" nullable:"false"`
	By            string                 `json:"by"`
	At            time.Time              `json:"at"`
}

type linkView struct {
	ID          id.Of[id.Link]   `json:"id"`
	Side        string           `json:"side" enum:"landlord,tenant" doc:"what the company asked about is"`
	PartnerName string           `json:"partnerName" doc:"all that one firm sees of the other's file"`
	PartnerID   rbac.CompanyID   `json:"partnerId" doc:"for regulators; empty for a firm"`
	Place       string           `json:"place"`
	AreaM2      *int32           `json:"areaM2,omitempty"`
	From        day.Date         `json:"from"`
	Until       day.Date         `json:"until"`
	Note        string           `json:"note"`
	State       LinkState        `json:"state" enum:"proposed,confirmed,declined,ended"`
	ByRegulator bool             `json:"byRegulator"`
	ProposedBy  string           `json:"proposedBy"`
	ProposedAt  time.Time        `json:"proposedAt"`
	AnsweredBy  string           `json:"answeredBy"`
	EndReason   string           `json:"endReason"`
	Agreement   State            `json:"agreement" enum:"missing,valid,soon,expired,not-yet" doc:"of the safety agreement"`
	Agreements  []agreementView  `json:"agreements" nullable:"false" doc:"newest first"`
	Checks      []jointCheckView `json:"checks" nullable:"false" doc:"newest first"`
}

// viewLink shows a link from the side of the company asked about. Only a regulator is told which
// company the partner is: a firm sees no more of it than the name.
func viewLink(f LinkFile, of rbac.CompanyID, overseen bool) linkView {
	l := f.Link
	v := linkView{
		ID: l.ID, Side: "landlord", PartnerName: l.TenantName, PartnerID: l.TenantID, Place: l.Place, AreaM2: l.AreaM2, From: l.FromOn, Until: l.UntilOn, Note: l.Note,
		State: l.State, ByRegulator: l.ByRegulator, ProposedBy: l.ProposedBy, ProposedAt: l.ProposedAt, AnsweredBy: l.AnsweredBy, EndReason: l.EndReason,
		Agreement: f.Agreement, Agreements: []agreementView{}, Checks: []jointCheckView{},
	}
	if of == l.TenantID {
		v.Side, v.PartnerName, v.PartnerID = "tenant", l.LandlordName, l.CompanyID
	}
	if !overseen {
		v.PartnerID = 0
	}
	for _, a := range f.Agreements {
		v.Agreements = append(v.Agreements, agreementView{a.SignedOn, a.ValidTo, fileIDs(a.AttachmentIDs), a.Note, a.ByName, a.At})
	}
	for _, c := range f.Checks {
		v.Checks = append(v.Checks, jointCheckView{c.OnDay, append([]string{}, c.Participants...), c.Findings, fileIDs(c.AttachmentIDs), c.ByName, c.At})
	}
	return v
}

type linksView struct {
	Items []linkView `json:"items" nullable:"false"`
}

func (s *Service) getLinks(ctx context.Context, in *CompanyInput) (*web.Body[linksView], error) {
	files, overseen, err := s.Links(ctx, in.ID)
	v := linksView{Items: []linkView{}}
	for _, f := range files {
		v.Items = append(v.Items, viewLink(f, in.ID, overseen))
	}
	return &web.Body[linksView]{Body: v}, err
}

type tenantInput struct {
	CompanyInput
	Body Proposal
}

func (s *Service) postTenant(ctx context.Context, in *tenantInput) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Propose(ctx, in.ID, in.Body))
}

// LinkInput names a link; exported because huma skips an embedded type that is not.
type LinkInput struct {
	ID id.Of[id.Link] `path:"id"`
}

type answerInput struct {
	LinkInput
	Body Answer
}

func (s *Service) postAnswer(ctx context.Context, in *answerInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.AnswerLink(ctx, in.ID, in.Body))
}

type linkEndInput struct {
	LinkInput
	Body Ending
}

func (s *Service) postLinkEnd(ctx context.Context, in *linkEndInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.EndLink(ctx, in.ID, in.Body))
}

type agreementInput struct {
	LinkInput
	Body AgreementEntry
}

func (s *Service) postAgreement(ctx context.Context, in *agreementInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.AddAgreement(ctx, in.ID, in.Body))
}

type jointCheckInput struct {
	LinkInput
	Body JointCheckEntry
}

func (s *Service) postJointCheck(ctx context.Context, in *jointCheckInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.AddJointCheck(ctx, in.ID, in.Body))
}
