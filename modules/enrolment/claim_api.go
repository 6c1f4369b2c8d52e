package enrolment

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

type targetView struct {
	ID       id.Of[Target] `json:"id"`
	Area     string        `json:"area"`
	AreaName string        `json:"areaName"`
	Kind     string        `json:"kind" enum:"standardization,duty"`
	Year     int16         `json:"year"`
	Value    int32         `json:"value" doc:"companies; hundredths of a percent for duty"`
	Basis    string        `json:"basis"`
	By       string        `json:"by" doc:"empty: the city's plan"`
	SetAt    *time.Time    `json:"setAt,omitempty"`
	EndedAt  *time.Time    `json:"endedAt,omitempty" doc:"replaced since"`
}

type rateView struct {
	ID         id.Of[Rate] `json:"id"`
	Area       string      `json:"area"`
	AreaName   string      `json:"areaName"`
	Level      string      `json:"level" enum:"1,2,3,pass"`
	AmountFen  fen.Amount  `json:"amountFen"`
	ValidFrom  string      `json:"validFrom"`
	ValidUntil day.Date    `json:"validUntil,omitzero" doc:"empty: until further notice"`
	Basis      string      `json:"basis"`
	By         string      `json:"by" doc:"empty: the city's plan"`
}

type settingsView struct {
	Targets    []targetView `json:"targets" nullable:"false"`
	Rates      []rateView   `json:"rates" nullable:"false"`
	Source     string       `json:"source" doc:"of what stands without a name"`
	Confidence string       `json:"confidence"`
}

func viewSettings(s Settings) settingsView {
	v := settingsView{[]targetView{}, []rateView{}, plan.Source, plan.Confidence}
	for _, t := range s.Targets {
		v.Targets = append(v.Targets, targetView{t.ID, t.Area, s.Names[t.Area], t.Kind, t.Year, t.Value, t.Basis, t.ByName, &t.SetAt, t.EndedAt})
	}
	for _, r := range s.Rates {
		v.Rates = append(v.Rates, rateView{r.ID, r.Area, s.Names[r.Area], r.Level, r.AmountFen, r.ValidFrom.String(), r.ValidUntil, r.Basis, r.ByName})
	}
	for _, p := range plan.Targets {
		v.Targets = append(v.Targets, targetView{0, p.Area, s.Names[p.Area], p.Kind, p.Year, int32(p.Value), plan.Source, "", nil, nil})
	}
	for _, p := range plan.Rewards {
		v.Rates = append(v.Rates, rateView{0, p.Area, s.Names[p.Area], p.Level, fen.Amount(p.Yuan * 100), p.ValidFrom, day.Date{}, plan.Source, ""})
	}
	return v
}

type claimView struct {
	ID            id.Of[id.Claim]        `json:"id"`
	CompanyID     rbac.CompanyID         `json:"companyId"`
	CompanyName   string                 `json:"companyName"`
	Level         string                 `json:"level" enum:"1,2,3,pass"`
	CertificateNo string                 `json:"certificateNo"`
	AwardedOn     day.Date               `json:"awardedOn"`
	AmountFen     fen.Amount             `json:"amountFen"`
	Basis         string                 `json:"basis"`
	AccountName   string                 `json:"accountName"`
	Bank          string                 `json:"bank"`
	AccountNo     string                 `json:"accountNo"`
	Files         []id.Of[id.Attachment] `json:"files" nullable:"false"`
	State         ClaimState             `json:"state" enum:"claimed,returned,checked,approved,paid,refused"`
	Reason        string                 `json:"reason" doc:"of the last return or refusal"`
	ClaimedAt     time.Time              `json:"claimedAt"`
	ClaimedBy     string                 `json:"claimedBy"`
	CheckedAt     *time.Time             `json:"checkedAt,omitempty"`
	CheckedBy     string                 `json:"checkedBy"`
	CheckNote     string                 `json:"checkNote"`
	DecidedAt     *time.Time             `json:"decidedAt,omitempty"`
	DecidedBy     string                 `json:"decidedBy"`
	PaidOn        day.Date               `json:"paidOn,omitzero"`
	PaidBy        string                 `json:"paidBy"`
	Voucher       string                 `json:"voucher"`
}

func claimAs(c Claim) claimView {
	files := make([]id.Of[id.Attachment], len(c.Files))
	for i, n := range c.Files {
		files[i] = id.Of[id.Attachment](n)
	}
	return claimView{
		c.ID, c.CompanyID, c.CompanyName, c.Level, c.CertificateNo, c.AwardedOn, c.AmountFen, c.RateBasis, c.AccountName, c.Bank, c.AccountNo, files, c.State, c.Reason,
		c.ClaimedAt, c.ClaimedBy, c.CheckedAt, c.CheckedBy, c.CheckNote, c.DecidedAt, c.DecidedBy, c.PaidOn, c.PaidBy, c.Voucher,
	}
}

func keyOfClaim(c Claim) []string { return []string{c.ID.String()} }

type claimableView struct {
	AwardID       id.Of[id.Award] `json:"awardId"`
	Level         string          `json:"level"`
	CertificateNo string          `json:"certificateNo"`
	AnnouncedOn   day.Date        `json:"announcedOn"`
	AmountFen     fen.Amount      `json:"amountFen" doc:"0: nobody pays for this level here"`
	Basis         string          `json:"basis"`
	Taken         bool            `json:"taken" doc:"claimed before: a level is rewarded once"`
}

type claimIn struct {
	ID id.Of[id.Claim] `path:"id"`
}

type claimOn[T any] struct {
	ID   id.Of[id.Claim] `path:"id"`
	Body T
}

func mountPlan(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "getEnrolmentSettings", Route: "GET /enrolment/settings", Action: ActionList, Summary: "Targets and amounts of one's areas, with the city's plan"}, s.getSettings)
	web.Handle(api, web.Op{ID: "setEnrolmentTarget", Route: "POST /enrolment/targets", Action: ActionTarget, Summary: "Set the target of an area for a year", Faults: []*fault.Error{ErrArea, ErrTarget}}, s.postTarget)
	web.Handle(api, web.Op{ID: "setRewardAmount", Route: "POST /enrolment/amounts", Action: ActionTarget, Summary: "Set what a level earns in an area from a day on", Faults: []*fault.Error{ErrArea, ErrFrom, ErrFromTaken}}, s.postRate)
}

func mountClaims(api huma.API, s *Service) {
	move := []*fault.Error{rbac.ErrNotFound, ErrState}
	web.Handle(api, web.Op{ID: "listClaimables", Route: "GET /enrolment/claimables", Action: ActionClaim, Summary: "Levels the own company could claim a reward for"}, s.getClaimables)
	web.Handle(api, web.Op{ID: "listClaims", Route: "GET /enrolment/claims", Action: ActionClaims, Summary: "Claims for rewards, latest first", Faults: []*fault.Error{page.ErrCursor}}, s.getClaims)
	web.Handle(api, web.Op{ID: "getClaim", Route: "GET /enrolment/claims/{id}", Action: ActionClaims, Summary: "Read a claim", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getClaim)
	web.Handle(api, web.Op{ID: "printClaim", Route: "GET /enrolment/claims/{id}/print", Action: ActionClaims, Summary: "Print the form of a claim", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getClaimPaper)
	web.Handle(api, web.Op{ID: "makeClaim", Route: "POST /enrolment/claims", Action: ActionClaim, Summary: "Claim the reward of a level", Faults: []*fault.Error{ErrNoAward, ErrNoRate, ErrClaimed}}, s.postClaim)
	web.Handle(api, web.Op{ID: "mendClaim", Route: "POST /enrolment/claims/{id}/mend", Action: ActionClaim, Status: http.StatusOK, Summary: "Hand a returned claim in again", Faults: move}, s.postMend)
	web.Handle(api, web.Op{ID: "checkClaim", Route: "POST /enrolment/claims/{id}/check", Action: ActionCheck, Status: http.StatusOK, Summary: "Town or county: pass a claim on, or return it", Faults: append(move, ErrReason)}, s.postCheck)
	web.Handle(api, web.Op{ID: "approveClaim", Route: "POST /enrolment/claims/{id}/approve", Action: ActionApprove, Status: http.StatusOK, Summary: "City: approve or refuse a checked claim", Faults: append(move, ErrReason, ErrSame)}, s.postApprove)
	web.Handle(api, web.Op{ID: "payClaim", Route: "POST /enrolment/claims/{id}/pay", Action: ActionPay, Status: http.StatusOK, Summary: "City: note that a claim was paid", Faults: append(move, ErrPaidOn)}, s.postPay)
}

func (s *Service) getSettings(ctx context.Context, _ *struct{}) (*web.Body[settingsView], error) {
	st, err := s.SettingsOf(ctx)
	return &web.Body[settingsView]{Body: viewSettings(st)}, err
}

func (s *Service) postTarget(ctx context.Context, in *web.Body[TargetForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.PutTarget(ctx, in.Body))
}

func (s *Service) postRate(ctx context.Context, in *web.Body[RateForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.PutRate(ctx, in.Body))
}

func (s *Service) getClaimables(ctx context.Context, _ *struct{}) (*web.Body[[]claimableView], error) {
	rows, err := s.Claimables(ctx)
	out := make([]claimableView, len(rows))
	for i, r := range rows {
		out[i] = claimableView{r.ID, r.Level, r.CertificateNo, r.AnnouncedOn, r.AmountFen, r.Basis, r.Taken}
	}
	return &web.Body[[]claimableView]{Body: out}, err
}

func (s *Service) getClaims(ctx context.Context, in *ClaimFilter) (*web.Body[page.List[claimView]], error) {
	rows, k, err := s.Claims(ctx, *in)
	return &web.Body[page.List[claimView]]{Body: page.Of(rows, k, in.Limit, keyOfClaim, claimAs)}, err
}

func (s *Service) getClaim(ctx context.Context, in *claimIn) (*web.Body[claimView], error) {
	c, err := s.ClaimByID(ctx, in.ID)
	return &web.Body[claimView]{Body: claimAs(c)}, err
}

func (s *Service) getClaimPaper(ctx context.Context, in *claimIn) (*web.File, error) {
	b, name, err := s.PrintClaim(ctx, in.ID)
	return web.Inline(name, b, err)
}

func (s *Service) postClaim(ctx context.Context, in *web.Body[ClaimForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Claim(ctx, in.Body))
}

func (s *Service) postMend(ctx context.Context, in *claimOn[AccountForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Mend(ctx, in.ID, in.Body))
}

func (s *Service) postCheck(ctx context.Context, in *claimOn[Verdict]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Check(ctx, in.ID, in.Body))
}

func (s *Service) postApprove(ctx context.Context, in *claimOn[Verdict]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Approve(ctx, in.ID, in.Body))
}

func (s *Service) postPay(ctx context.Context, in *claimOn[Payment]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Pay(ctx, in.ID, in.Body))
}
