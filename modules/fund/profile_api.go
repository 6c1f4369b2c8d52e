package fund

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/rbac"
	"anbiao/web"
)

type companyQuery struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for who sees several companies"`
}

type profileView struct {
	Answered        bool         `json:"answered"`
	CompanyName     string       `json:"companyName"`
	Bound           bool         `json:"bound"`
	Category        string       `json:"category"`
	CategoryZh      string       `json:"categoryZh"`
	CategoryEn      string       `json:"categoryEn"`
	Clause          string       `json:"clause"`
	Reason          string       `json:"reason"`
	AnsweredBy      string       `json:"answeredBy"`
	AnsweredAt      *time.Time   `json:"answeredAt,omitempty"`
	StartMonth      string       `json:"startMonth"`
	OpeningFen      fen.Amount   `json:"openingFen"`
	CostAccount     string       `json:"costAccount" enum:",5101,6602"`
	ApproveAboveFen fen.Amount   `json:"approveAboveFen"`
	PapersAboveFen  fen.Amount   `json:"papersAboveFen"`
	AutoClose       bool         `json:"autoClose"`
	TaxIncluded     bool         `json:"taxIncluded"`
	Started         bool         `json:"started" doc:"something is booked or closed: start month and opening balance stay"`
	Today           day.Date     `json:"today"`
	Proposal        proposalView `json:"proposal"`
}

type proposalView struct {
	Industry   string `json:"industry" doc:"GB/T 4754"`
	Bound      bool   `json:"bound"`
	Category   string `json:"category"`
	CategoryZh string `json:"categoryZh"`
	CategoryEn string `json:"categoryEn"`
	Sub        string `json:"sub"`
	Clause     string `json:"clause"`
	Docno      string `json:"docno"`
	Name       string `json:"name" doc:"of the rules"`
}

func profileAs(p ProfilePage) profileView {
	v := profileView{CompanyName: p.Firm.Name, Today: p.Today, Started: p.Started}
	v.Proposal = proposalView{Industry: p.Proposal.Industry, Sub: p.Proposal.Sub, Clause: p.Proposal.Clause, Docno: p.Rules.Docno, Name: p.Rules.Name}
	if c := p.Proposal.Category; c != nil {
		v.Proposal.Bound, v.Proposal.Category, v.Proposal.CategoryZh, v.Proposal.CategoryEn = true, c.Code, c.NameZh, c.NameEn
	}
	if is := p.Profile; is != nil {
		c, _ := p.Rules.Category(is.Category)
		v.Answered, v.Bound, v.Category, v.CategoryZh, v.CategoryEn, v.Clause, v.Reason = true, is.Bound, is.Category, c.NameZh, c.NameEn, is.Clause, is.Reason
		v.AnsweredBy, v.AnsweredAt, v.StartMonth, v.OpeningFen, v.CostAccount = is.AnsweredByName, &is.AnsweredAt, monthKey(is.StartsOn), is.OpeningFen, is.CostAccount
		v.ApproveAboveFen, v.PapersAboveFen, v.AutoClose, v.TaxIncluded = is.ApproveAboveFen, is.PapersAboveFen, is.AutoClose, is.TaxIncluded
	}
	return v
}

func monthKey(d day.Date) string { return d.String()[:7] }

type standardsView struct {
	Version    string         `json:"version"`
	Docno      string         `json:"docno"`
	Categories []standardView `json:"categories" nullable:"false"`
	Versions   []versionView  `json:"versions" nullable:"false" doc:"that a contract signed earlier may keep"`
}

type versionView struct {
	Version string   `json:"version"`
	Docno   string   `json:"docno"`
	InForce day.Date `json:"inForce"`
}

type standardView struct {
	Code   string        `json:"code"`
	NameZh string        `json:"nameZh"`
	NameEn string        `json:"nameEn"`
	Clause string        `json:"clause"`
	Subs   []standardSub `json:"subs" nullable:"false"`
}

type standardSub struct {
	Code      string        `json:"code"`
	NameZh    string        `json:"nameZh"`
	NameEn    string        `json:"nameEn"`
	OnRevenue bool          `json:"onRevenue" doc:"base is a year's revenue; otherwise each month's quantity"`
	Unit      string        `json:"unit" doc:"of the rate"`
	Rate      *accrual.Rate `json:"rate,omitempty" doc:"missing: brackets"`
	ToVerify  bool          `json:"toVerify" doc:"the figure rests on memory and is to be compared with the official text"`
}

func standardsAs(r *accrual.Rules, all []*accrual.Rules) standardsView {
	v := standardsView{Version: r.Version, Docno: r.Docno, Categories: []standardView{}, Versions: []versionView{}}
	for _, c := range r.Categories {
		one := standardView{Code: c.Code, NameZh: c.NameZh, NameEn: c.NameEn, Clause: accrual.Clause(c.Article), Subs: []standardSub{}}
		for _, s := range c.Subs {
			s, _ = c.Sub(s.Code)
			one.Subs = append(one.Subs, standardSub{s.Code, s.Zh, s.En, s.Timing.OnRevenue(), s.Unit, s.Rate, s.ToVerify()})
		}
		v.Categories = append(v.Categories, one)
	}
	for _, o := range all {
		if o.InForce.Before(r.InForce) {
			v.Versions = append(v.Versions, versionView{o.Version, o.Docno, o.InForce})
		}
	}
	return v
}

func mountProfile(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "getFundProfile", Route: "GET /fund/profile", Action: ActionLedger, Summary: "Whether and how a company keeps a fund, with what its industry suggests",
		Faults: []*fault.Error{ErrCompanyNeeded, rbac.ErrNotFound},
	}, s.getProfile)
	web.Handle(api, web.Op{
		ID: "answerFundProfile", Route: "PUT /fund/profile", Action: ActionProfile, Summary: "Answer whether the company must set aside, and say how its fund is kept",
		Faults: []*fault.Error{ErrCategory, ErrReason, ErrMonth, ErrClosed},
	}, s.putProfile)
	web.Handle(api, web.Op{ID: "listFundStandards", Route: "GET /fund/standards", Action: ActionRules, Summary: "Industries and their sub-categories by today's rules, to state businesses"}, s.getStandards)
}

func (s *Service) getProfile(ctx context.Context, in *companyQuery) (*web.Body[profileView], error) {
	p, err := s.Profile(ctx, in.CompanyID)
	if err != nil {
		return nil, err
	}
	return &web.Body[profileView]{Body: profileAs(p)}, nil
}

func (s *Service) putProfile(ctx context.Context, in *web.Body[ProfileForm]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Answer(ctx, in.Body))
}

func (s *Service) getStandards(ctx context.Context, _ *struct{}) (*web.Body[standardsView], error) {
	r, all, err := s.Standards(ctx)
	if err != nil {
		return nil, err
	}
	return &web.Body[standardsView]{Body: standardsAs(r, all)}, nil
}
