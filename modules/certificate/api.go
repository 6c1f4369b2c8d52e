package certificate

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// Schema tells OpenAPI how long a limit may be.
func (Limit) Schema(huma.Registry) *huma.Schema {
	longest := 30
	s := &huma.Schema{Type: huma.TypeString, MaxLength: &longest}
	s.PrecomputeMessages()
	return s
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	mountReads(api, s)
	mountGaps(api, s)
	mountRates(api, s)
	mountClaims(api, s)
	entry := []*fault.Error{ErrHolder, ErrHolderLeft, ErrExists, ErrKind, ErrOperation, ErrCodeSet, ErrNumber, ErrDates, ErrFuture}
	web.Handle(api, web.Op{
		ID: "registerCertificate", Route: "POST /certificate/certificates", Action: ActionRegister, Summary: "Record a certificate",
		Faults: append(entry, ErrNoReview, ErrReviewed),
	}, s.postCertificate)
	web.Handle(api, web.Op{
		ID: "reviewCertificate", Route: "POST /certificate/certificates/{id}/review", Action: ActionReview, Summary: "Record a review passed",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrOver, ErrNoReview, ErrReviewed, ErrFuture, ErrDates}, Status: http.StatusOK,
	}, s.postReview)
	web.Handle(api, web.Op{
		ID: "verifyCertificate", Route: "POST /certificate/certificates/{id}/verify", Action: ActionVerify, Summary: "Record that the authority's register holds it",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrFuture, ErrDates}, Status: http.StatusOK,
	}, s.postVerify)
	web.Handle(api, web.Op{
		ID: "renewCertificate", Route: "POST /certificate/certificates/{id}/renew", Action: ActionRenew, Summary: "Record the version that follows; answers its id",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrOver, ErrRenewed, ErrHolder, ErrHolderLeft, ErrNumber, ErrDates, ErrExists},
	}, s.postRenew)
	web.Handle(api, web.Op{
		ID: "completeCertificate", Route: "POST /certificate/certificates/{id}/complete", Action: ActionRegister, Summary: "Write down the dates of one that was recorded without",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrOver, ErrComplete, ErrNumber, ErrDates, ErrExists}, Status: http.StatusOK,
	}, s.postComplete)
	web.Handle(api, web.Op{
		ID: "revokeCertificate", Route: "POST /certificate/certificates/{id}/revoke", Action: ActionRevoke, Summary: "Record that it was revoked or cancelled",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrOver, ErrFuture, ErrDates}, Status: http.StatusOK,
	}, s.postRevoke)
	web.Handle(api, web.Op{
		ID: "revealCertificateNumber", Route: "POST /certificate/certificates/{id}/reveal", Action: ActionReveal,
		Summary: "Show its number; who asked and why is kept", Faults: []*fault.Error{rbac.ErrNotFound, ErrNoNumber}, Exempt: true, Status: http.StatusOK,
	}, s.postReveal)
}

func mountReads(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listCertificateKinds", Route: "GET /certificate/kinds", Action: ActionKinds, Summary: "Kinds of certificates"}, s.getKinds)
	web.Handle(api, web.Op{ID: "listPostNeeds", Route: "GET /certificate/needs", Action: ActionKinds, Summary: "Training and certificates that a post of some types needs"}, s.getNeeds)
	web.Handle(api, web.Op{
		ID: "listCertificates", Route: "GET /certificate/certificates", Action: ActionList, Summary: "Certificates, soonest due first",
		Faults: []*fault.Error{page.ErrCursor},
	}, s.getCertificates)
	web.Handle(api, web.Op{
		ID: "listMyCertificates", Route: "GET /certificate/mine", Action: ActionMine, Summary: "The signed-in person's own certificates",
		Faults: []*fault.Error{page.ErrCursor},
	}, s.getMine)
	web.Handle(api, web.Op{
		ID: "getCertificate", Route: "GET /certificate/certificates/{id}", Action: ActionList, Summary: "One certificate with what became of it",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getCertificate)
}

func (s *Service) getKinds(ctx context.Context, _ *struct{}) (*web.Body[kindsView], error) {
	err := s.Gate.Read(ctx, ActionKinds, nothing)
	return &web.Body[kindsView]{Body: viewKinds(ctx)}, err
}

func (s *Service) getCertificates(ctx context.Context, in *Filter) (*web.Body[page.List[RowView]], error) {
	rows, k, today, err := s.List(ctx, *in)
	return &web.Body[page.List[RowView]]{Body: page.Of(rows, k, in.Limit, keyOf, rowsAs(ctx, today))}, err
}

type mineInput struct{ page.Query }

func (s *Service) getMine(ctx context.Context, in *mineInput) (*web.Body[page.List[RowView]], error) {
	rows, k, today, err := s.Mine(ctx, Filter{Query: in.Query, State: "all", DueWithin: -1})
	return &web.Body[page.List[RowView]]{Body: page.Of(rows, k, in.Limit, keyOf, rowsAs(ctx, today))}, err
}

// PathInput names a certificate; exported because huma skips an embedded type that is not.
type PathInput struct {
	ID id.Of[id.Certificate] `path:"id"`
}

func (s *Service) getCertificate(ctx context.Context, in *PathInput) (*web.Body[fileView], error) {
	f, err := s.Open(ctx, in.ID)
	return &web.Body[fileView]{Body: viewFile(ctx, f)}, err
}

func (s *Service) postCertificate(ctx context.Context, in *web.Body[Registration]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Register(ctx, in.Body))
}

type noteInput struct {
	PathInput
	Body Note
}

func (s *Service) postReview(ctx context.Context, in *noteInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Review(ctx, in.ID, in.Body))
}

func (s *Service) postVerify(ctx context.Context, in *noteInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Verify(ctx, in.ID, in.Body))
}

type renewInput struct {
	PathInput
	Body Printed
}

func (s *Service) postRenew(ctx context.Context, in *renewInput) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Renew(ctx, in.ID, in.Body))
}

func (s *Service) postComplete(ctx context.Context, in *renewInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Complete(ctx, in.ID, in.Body))
}

type endingInput struct {
	PathInput
	Body Ending
}

func (s *Service) postRevoke(ctx context.Context, in *endingInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Revoke(ctx, in.ID, in.Body))
}

type reasonInput struct {
	PathInput
	Body Reason
}

type revealView struct {
	Number string `json:"number"`
}

func (s *Service) postReveal(ctx context.Context, in *reasonInput) (*web.Body[revealView], error) {
	number, err := s.Reveal(ctx, in.ID, in.Body)
	return &web.Body[revealView]{Body: revealView{number}}, err
}
