package certificate

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/seal"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

func mountClaims(api huma.API, s *Service) {
	of := []*fault.Error{rbac.ErrNotFound, ErrOver, ErrNoReview, ErrReviewed, ErrRenewed, ErrKind, ErrOperation, ErrCodeSet, ErrNumber, ErrDates, ErrFuture, ErrHolder, ErrHolderLeft}
	web.Handle(api, web.Op{
		ID: "declareCertificate", Route: "POST /certificate/claims", Action: ActionClaim, Summary: "Declare one's own new certificate, renewal or review with a picture; counts once it is confirmed",
		Faults: append([]*fault.Error{ErrNotStaff, ErrClaimDates, ErrClaimWaits}, of...),
	}, s.postClaim)
	web.Handle(api, web.Op{
		ID: "listCertificateClaims", Route: "GET /certificate/claims", Action: ActionClaims, Summary: "What holders declared, the latest first", Faults: []*fault.Error{page.ErrCursor},
	}, s.getClaims)
	web.Handle(api, web.Op{ID: "listMyCertificateClaims", Route: "GET /certificate/claims/mine", Action: ActionMine, Summary: "What the signed-in person declared"}, s.getMyClaims)
	web.Handle(api, web.Op{
		ID: "confirmCertificateClaim", Route: "POST /certificate/claims/{id}/confirm", Action: ActionDecide, Summary: "Record what a holder declared",
		Faults: append([]*fault.Error{ErrDecided, ErrExists}, of...), Status: http.StatusOK,
	}, s.postConfirm)
	web.Handle(api, web.Op{
		ID: "returnCertificateClaim", Route: "POST /certificate/claims/{id}/return", Action: ActionDecide, Summary: "Send it back to the holder",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrDecided}, Status: http.StatusOK,
	}, s.postReturn)
	web.Handle(api, web.Op{ID: "listCertificateSettings", Route: "GET /certificate/settings", Action: ActionList, Summary: "Further reminder days that the company chose"}, s.getSettings)
	web.Handle(api, web.Op{
		ID: "setCertificateDays", Route: "PUT /certificate/settings", Action: ActionSetting, Summary: "Choose further reminder days of a kind; its own stay",
		Faults: []*fault.Error{ErrKind, ErrDays}, Status: http.StatusOK,
	}, s.putSetting)
}

// ClaimView is a declared certificate; exported because huma skips an embedded type that is not.
type ClaimView struct {
	ID            id.Of[Claim]           `json:"id"`
	StaffID       id.Of[id.Staff]        `json:"staffId"`
	HolderName    string                 `json:"holderName"`
	Deed          string                 `json:"deed" enum:"first,renewal,review"`
	CertificateID id.Of[id.Certificate]  `json:"certificateId" doc:"renewed or reviewed; empty: a first one"`
	Kind          string                 `json:"kind"`
	KindName      string                 `json:"kindName"`
	Operation     string                 `json:"operation"`
	OperationName string                 `json:"operationName"`
	Number        string                 `json:"number" doc:"masked"`
	Issuer        string                 `json:"issuer"`
	ValidFrom     day.Date               `json:"validFrom"`
	ValidTo       day.Date               `json:"validTo"`
	ReviewDueOn   day.Date               `json:"reviewDueOn"`
	ReviewedOn    day.Date               `json:"reviewedOn"`
	AttachmentIDs []id.Of[id.Attachment] `json:"attachmentIds" nullable:"false"`
	State         string                 `json:"state" enum:"waiting,confirmed,returned"`
	MadeAt        time.Time              `json:"madeAt"`
	DecidedByName string                 `json:"decidedByName"`
	DecidedAt     *time.Time             `json:"decidedAt,omitempty"`
	Answer        string                 `json:"answer" doc:"why it was sent back"`
	MadeID        id.Of[id.Certificate]  `json:"madeId" doc:"what came of it"`
}

func (s *Service) viewClaim(l text.Lang) func(Claim) ClaimView {
	return func(c Claim) ClaimView {
		v := ClaimView{
			ID: c.ID, StaffID: c.StaffID, HolderName: c.HolderName, Deed: c.Deed, Kind: c.Kind, Operation: c.Operation, Issuer: c.Issuer, ValidFrom: c.ValidFrom, ValidTo: c.PrintedValidTo,
			ReviewDueOn: c.PrintedReviewDue, ReviewedOn: c.ReviewedOn, AttachmentIDs: idsOf(c.AttachmentIDs), State: c.State, MadeAt: c.MadeAt, DecidedByName: c.DecidedByName,
			DecidedAt: c.DecidedAt, Answer: c.Answer,
		}
		v.KindName, v.OperationName = Kinds.names(l, c.Kind, c.Operation)
		if c.CertificateID != nil {
			v.CertificateID = *c.CertificateID
		}
		if c.MadeID != nil {
			v.MadeID = *c.MadeID
		}
		if len(c.NumberSealed) > 0 {
			if n, err := s.Box.Field(int64(c.CompanyID)).Open(c.NumberSealed, claimNumberColumn); err == nil {
				v.Number = seal.Mask(n)
			}
		}
		return v
	}
}

type claimsView struct {
	page.List[ClaimView]
	Waiting int64 `json:"waiting" doc:"all that wait for an answer"`
}

func claimKey(c Claim) []string { return []string{c.ID.String()} }

func (s *Service) getClaims(ctx context.Context, in *ClaimFilter) (*web.Body[claimsView], error) {
	rows, waiting, k, err := s.Claims(ctx, *in)
	return &web.Body[claimsView]{Body: claimsView{page.Of(rows, k, in.Limit, claimKey, s.viewClaim(text.Of(ctx))), waiting}}, err
}

type myClaimsView struct {
	Items []ClaimView `json:"items" nullable:"false"`
}

func (s *Service) getMyClaims(ctx context.Context, _ *struct{}) (*web.Body[myClaimsView], error) {
	rows, err := s.MyClaims(ctx)
	v, view := myClaimsView{Items: []ClaimView{}}, s.viewClaim(text.Of(ctx))
	for _, c := range rows {
		v.Items = append(v.Items, view(c))
	}
	return &web.Body[myClaimsView]{Body: v}, err
}

func (s *Service) postClaim(ctx context.Context, in *web.Body[Declaration]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Declare(ctx, in.Body))
}

type claimInput struct {
	ID id.Of[Claim] `path:"id"`
}

func (s *Service) postConfirm(ctx context.Context, in *claimInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Confirm(ctx, in.ID))
}

type returnInput struct {
	ID   id.Of[Claim] `path:"id"`
	Body struct {
		Reason string `json:"reason" minLength:"2" maxLength:"200"`
	}
}

func (s *Service) postReturn(ctx context.Context, in *returnInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Return(ctx, in.ID, in.Body.Reason))
}

type settingView struct {
	Kind          string    `json:"kind"`
	Days          []int     `json:"days" nullable:"false"`
	ChangedByName string    `json:"changedByName"`
	ChangedAt     time.Time `json:"changedAt"`
}

type settingsView struct {
	Items []settingView `json:"items" nullable:"false"`
}

func (s *Service) getSettings(ctx context.Context, _ *struct{}) (*web.Body[settingsView], error) {
	rows, err := s.Settings(ctx)
	v := settingsView{Items: []settingView{}}
	for _, r := range rows {
		v.Items = append(v.Items, settingView{r.Kind, r.days(), r.ChangedByName, r.ChangedAt})
	}
	return &web.Body[settingsView]{Body: v}, err
}

func (s *Service) putSetting(ctx context.Context, in *web.Body[SettingEntry]) (*web.Body[web.Made], error) {
	return web.MadeOf(int64(0), s.SetDays(ctx, in.Body))
}
