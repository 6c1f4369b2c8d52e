package letter

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

type oneRound struct {
	ID id.Of[Round] `path:"id"`
}

type oneLetter struct {
	ID id.Of[id.Letter] `path:"id"`
}

// roundWith is a request about one round with a body.
type roundWith[T any] struct {
	ID   id.Of[Round] `path:"id"`
	Body T
}

// letterWith is a request about one letter with a body.
type letterWith[T any] struct {
	ID   id.Of[id.Letter] `path:"id"`
	Body T
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	mountRounds(api, s)
	mountLetters(api, s)
	mountScans(api, s)
}

func mountRounds(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listLetterRounds", Route: "GET /letter/rounds", Action: ActionRounds, Summary: "List the years' rounds of responsibility letters with their figures",
		Faults: []*fault.Error{page.ErrCursor},
	}, s.getRounds)
	web.Handle(api, web.Op{
		ID: "makeLetterRound", Route: "POST /letter/rounds", Action: ActionMake, Summary: "Make a year's letters along the signing chain, or those still missing",
		Faults: []*fault.Error{ErrYear, ErrUnitUnknown, ErrNobody},
	}, s.postRound)
	web.Handle(api, web.Op{
		ID: "editLetterRound", Route: "PUT /letter/rounds/{id}", Action: ActionMake, Summary: "Change the goals and terms of letters not sent yet",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrBlank, ErrValidity},
	}, s.putRound)
	web.Handle(api, web.Op{
		ID: "sendLetters", Route: "POST /letter/rounds/{id}/send", Action: ActionSend, Summary: "Freeze the text of drafts and ask both sides to sign", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNothingDraft},
	}, s.postSend)
	web.Handle(api, web.Op{
		ID: "getLetterProgress", Route: "GET /letter/rounds/{id}/progress", Action: ActionList, Summary: "Read how far a round has come, by workshop and team",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getProgress)
	web.Handle(api, web.Op{
		ID: "printLetters", Route: "GET /letter/rounds/{id}/print", Action: ActionPrint, Summary: "Print the letters of a round as one PDF with a code on each page",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNothingPrint, ErrTooMany},
	}, s.getPrint)
}

func mountLetters(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listLetters", Route: "GET /letter/letters", Action: ActionList, Summary: "List the letters of one's part of the company",
		Faults: []*fault.Error{page.ErrCursor},
	}, s.getLetters)
	web.Handle(api, web.Op{
		ID: "getMyLetters", Route: "GET /letter/mine", Action: ActionRead, Summary: "Read one's own letters and those that wait for one's signature",
	}, s.getMine)
	web.Handle(api, web.Op{
		ID: "getLetter", Route: "GET /letter/letters/{id}", Action: ActionRead, Summary: "Read one letter with its text and signatures",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getLetter)
	web.Handle(api, web.Op{
		ID: "verifyLetter", Route: "GET /letter/letters/{id}/verification", Action: ActionRead, Summary: "Compute a letter's hashes again",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrDraft},
	}, s.getProof)
	web.Handle(api, web.Op{
		ID: "printLetter", Route: "GET /letter/letters/{id}/print", Action: ActionRead, Summary: "Print one letter",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrDraft},
	}, s.getOnePrint)
	web.Handle(api, web.Op{
		ID: "getLetterStrokes", Route: "GET /letter/letters/{id}/signatures/{side}", Action: ActionRead, Summary: "Read the picture of a signature",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getStrokes)
	web.Handle(api, web.Op{
		ID: "signLetters", Route: "POST /letter/signatures", Action: ActionSign, Summary: "Sign the letters that were read, all or none",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNotParty, ErrDraft, ErrSuperseded, ErrSignedYet, ErrOtherText, ErrSignature},
	}, s.postSign)
	web.Handle(api, web.Op{
		ID: "chooseLetterSuperior", Route: "POST /letter/letters/{id}/superior", Action: ActionArrange, Summary: "Name the superior of a draft by hand", Status: http.StatusOK,
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNotDraft, ErrOwnSuperior, ErrStaffUnknown},
	}, s.postSuperior)
	web.Handle(api, web.Op{
		ID: "renewLetter", Route: "POST /letter/letters/{id}/renew", Action: ActionArrange, Summary: "End a letter that is not signed and make a new draft",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrDraft, ErrSignedYet, ErrSuperseded, ErrNobody},
	}, s.postRenew)
}

func (s *Service) getRounds(ctx context.Context, in *RoundFilter) (*web.Body[page.List[roundView]], error) {
	rows, k, err := s.Rounds(ctx, *in)
	return &web.Body[page.List[roundView]]{Body: page.Of(rows, k, in.Limit, func(r Named) []string { return []string{r.ID.String()} }, viewNamed)}, err
}

func (s *Service) postRound(ctx context.Context, in *web.Body[Order]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Make(ctx, in.Body))
}

func (s *Service) putRound(ctx context.Context, in *roundWith[Wording]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Edit(ctx, in.ID, in.Body))
}

func (s *Service) postSend(ctx context.Context, in *roundWith[Sending]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Send(ctx, in.ID, in.Body))
}

func (s *Service) getProgress(ctx context.Context, in *oneRound) (*web.Body[progressView], error) {
	o, err := s.Progress(ctx, in.ID)
	return &web.Body[progressView]{Body: viewProgress(o)}, err
}

func (s *Service) getPrint(ctx context.Context, in *struct {
	ID id.Of[Round] `path:"id"`
	Printing
},
) (*web.File, error) {
	p, err := s.Print(ctx, in.ID, in.Printing)
	return web.Download(p.Name, p.Content, err)
}

func (s *Service) getLetters(ctx context.Context, in *Filter) (*web.Body[page.List[LetterRow]], error) {
	rows, k, err := s.List(ctx, *in)
	return &web.Body[page.List[LetterRow]]{Body: page.Of(rows, k, in.Limit, func(r Listed) []string { return []string{r.ID.String()} }, viewRow)}, err
}

func (s *Service) getMine(ctx context.Context, _ *struct{}) (*web.Body[pileView], error) {
	p, err := s.Mine(ctx)
	return &web.Body[pileView]{Body: viewPile(p)}, err
}

func (s *Service) getLetter(ctx context.Context, in *oneLetter) (*web.Body[letterView], error) {
	o, err := s.Open(ctx, in.ID)
	return &web.Body[letterView]{Body: viewLetter(o)}, err
}

func (s *Service) getProof(ctx context.Context, in *oneLetter) (*web.Body[Proof], error) {
	p, err := s.Verify(ctx, in.ID)
	return &web.Body[Proof]{Body: p}, err
}

func (s *Service) getOnePrint(ctx context.Context, in *oneLetter) (*web.File, error) {
	p, err := s.PrintOne(ctx, in.ID)
	return web.Download(p.Name, p.Content, err)
}

func (s *Service) getStrokes(ctx context.Context, in *struct {
	ID   id.Of[id.Letter] `path:"id"`
	Side Side             `path:"side" enum:"subordinate,superior"`
},
) (*web.File, error) {
	b, err := s.Strokes(ctx, in.ID, in.Side)
	return web.Picture(b, err)
}

func (s *Service) postSign(ctx context.Context, in *web.Body[Signing]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Sign(ctx, in.Body))
}

func (s *Service) postSuperior(ctx context.Context, in *letterWith[Choice]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Choose(ctx, in.ID, in.Body))
}

func (s *Service) postRenew(ctx context.Context, in *oneLetter) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Renew(ctx, in.ID))
}
