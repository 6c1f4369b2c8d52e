package company

import (
	"strings"
	"time"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Faults of landlords and tenants (厂中厂).
var (
	// ErrPartner: no company has this code, site and name together.
	ErrPartner = fault.New(fault.Invalid, "company.partner")
	// ErrLinked: the two are linked, or a link waits for an answer.
	ErrLinked = fault.New(fault.Conflict, "company.linked")
	// ErrAnswered: the link is not waiting for an answer.
	ErrAnswered = fault.New(fault.Conflict, "company.answered")
	// ErrNotInForce: the link is not in force.
	ErrNotInForce = fault.New(fault.Conflict, "company.not-in-force")
)

// LinkState says how far a link has come.
type LinkState string

// States of a link.
const (
	Proposed  LinkState = "proposed"
	Confirmed LinkState = "confirmed"
	Declined  LinkState = "declined"
	LinkEnded LinkState = "ended"
)

// Link is a landlord and a tenant at one address. CompanyID is the landlord.
type Link struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Link]
	RegionPath    string
	OversightLine int16
	TenantID      rbac.CompanyID
	LandlordName  string
	TenantName    string
	Place         string
	AreaM2        *int32
	FromOn        day.Date
	UntilOn       day.Date
	Note          string
	State         LinkState
	ByRegulator   bool
	ProposedBy    string
	ProposedAt    time.Time
	AnsweredBy    string
	AnsweredAt    *time.Time
	EndReason     string
}

// Agreement is a safety agreement between the two (安全生产管理协议, Work Safety Law art. 49:
// who lets a place out makes one with the tenant, or settles it in the lease).
type Agreement struct {
	CompanyID     rbac.CompanyID // the landlord
	ID            int64
	RegionPath    string
	OversightLine int16
	LinkID        id.Of[id.Link]
	TenantID      rbac.CompanyID
	SignedOn      day.Date
	ValidTo       day.Date // last day; zero: until the tenancy ends
	AttachmentIDs db.Ints
	Note          string
	ByCompany     rbac.CompanyID
	ByName        string
	At            time.Time
}

// JointCheck is a check that both made together.
type JointCheck struct {
	CompanyID     rbac.CompanyID // the landlord
	ID            int64
	RegionPath    string
	OversightLine int16
	LinkID        id.Of[id.Link]
	TenantID      rbac.CompanyID
	OnDay         day.Date
	Participants  db.Texts
	Findings      string
	AttachmentIDs db.Ints
	ByCompany     rbac.CompanyID
	ByName        string
	At            time.Time
}

// Proposal names a tenant and what is let to him.
type Proposal struct {
	Name   string   `json:"name" minLength:"2" maxLength:"100" doc:"of the tenant, as registered"`
	Code   string   `json:"code" minLength:"8" maxLength:"40" doc:"of the tenant: social credit code, or the id that stands in for one"`
	SiteNo int16    `json:"siteNo" minimum:"1" maximum:"999" default:"1" required:"false"`
	Place  string   `json:"place" maxLength:"60" required:"false" doc:"building and floor"`
	AreaM2 *int32   `json:"areaM2,omitempty" minimum:"0" maximum:"10000000" doc:"square metres"`
	From   day.Date `json:"from"`
	Until  day.Date `json:"until,omitempty" doc:"last day; empty: open"`
	Note   string   `json:"note" maxLength:"200" required:"false"`
}

// code returns the code as the register holds it.
func (p Proposal) code() string {
	c := code.Normalise(p.Code)
	if u, _, err := code.Parse(c); err == nil {
		return string(u)
	}
	return c
}

// check refuses dates that cannot be. Errors: ErrDates.
func (p Proposal) check() error {
	if !p.Until.IsZero() && p.Until.Before(p.From) {
		return ErrDates.At("body.until")
	}
	return nil
}

// Answer is the tenant's to a proposal.
type Answer struct {
	Accept bool `json:"accept"`
}

// AgreementEntry is a safety agreement as it is written down.
type AgreementEntry struct {
	SignedOn      day.Date               `json:"signedOn"`
	ValidTo       day.Date               `json:"validTo,omitempty" doc:"last day; empty: until the tenancy ends"`
	AttachmentIDs []id.Of[id.Attachment] `json:"attachmentIds,omitempty" maxItems:"20"`
	Note          string                 `json:"note" maxLength:"200" required:"false"`
}

// JointCheckEntry is a joint check as it is written down.
type JointCheckEntry struct {
	On            day.Date               `json:"on"`
	Participants  []string               `json:"participants" minItems:"2" maxItems:"30" nullable:"false" doc:"names, of both firms"`
	Findings      string                 `json:"findings" minLength:"2" maxLength:"2000"`
	AttachmentIDs []id.Of[id.Attachment] `json:"attachmentIds,omitempty" maxItems:"30"`
}

func (e JointCheckEntry) names() db.Texts {
	var out db.Texts
	for _, p := range e.Participants {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// answered returns l as the tenant answered it; nobody else may. Errors: rbac.ErrForbidden,
// ErrAnswered.
func (l Link) answered(a Answer, by rbac.Actor, now time.Time) (Link, error) {
	switch {
	case by.CompanyID != l.TenantID:
		return l, rbac.ErrForbidden
	case l.State != Proposed:
		return l, ErrAnswered
	}
	l.State = Declined
	if a.Accept {
		l.State = Confirmed
	}
	l.AnsweredBy, l.AnsweredAt = by.Name, &now
	return l, nil
}

// closed ends a link on a day, by either firm or a regulator of either; a proposal is
// withdrawn. Errors: ErrNotInForce, ErrFuture, ErrDates.
func (l Link) closed(e Ending, today day.Date) (Link, error) {
	switch {
	case l.State != Proposed && l.State != Confirmed:
		return l, ErrNotInForce
	case e.On.After(today):
		return l, ErrFuture.At("body.on")
	case l.State == Confirmed && e.On.Before(l.FromOn):
		return l, ErrDates.At("body.on")
	}
	if l.State == Confirmed {
		l.UntilOn = e.On
	}
	l.State, l.EndReason = LinkEnded, e.Reason
	return l, nil
}

// agreementState says how the safety agreement of a link stands: the one signed last decides.
func agreementState(newestFirst []Agreement, today day.Date) State {
	if len(newestFirst) == 0 {
		return Missing
	}
	return stateOf(newestFirst[0].SignedOn, newestFirst[0].ValidTo, day.Date{}, today)
}
