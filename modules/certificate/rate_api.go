package certificate

import (
	"context"
	"strconv"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"

	"github.com/danielgtaylor/huma/v2"
)

func mountRates(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "getCertificateRates", Route: "GET /certificate/rates", Action: ActionRates, Summary: "A company's certificate rates, today and at the ends of the last months",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getRates)
	web.Handle(api, web.Op{
		ID: "getCertificateAreas", Route: "GET /certificate/areas", Action: ActionAreas, Summary: "Certificate rates of an area's parts at the end of a month",
		Faults: []*fault.Error{ErrArea, ErrMonth},
	}, s.getAreas)
	web.Handle(api, web.Op{
		ID: "listCertificateFirms", Route: "GET /certificate/firms", Action: ActionAreas, Summary: "Companies of an area by certificate rate, the lowest first",
		Faults: []*fault.Error{ErrArea, ErrMonth, ErrWide, page.ErrCursor},
	}, s.getFirms)
}

type ratesInput struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators"`
}

type shareView struct {
	Rate             RateID `json:"rate"`
	Name             string `json:"name"`
	Group            string `json:"group" enum:"headline,operators,managers,dues"`
	Basis            string `json:"basis"`
	Num              int    `json:"num"`
	Den              int    `json:"den"`
	VerifiedNum      int    `json:"verifiedNum" doc:"of num, those found in the authority's register"`
	Permille         *int   `json:"permille" nullable:"true" doc:"tenths of a percent, truncated; null: does not apply"`
	VerifiedPermille *int   `json:"verifiedPermille" nullable:"true"`
}

type monthView struct {
	Month            string `json:"month" doc:"YYYY-MM"`
	Rate             RateID `json:"rate"`
	Num              int    `json:"num"`
	Den              int    `json:"den"`
	Permille         *int   `json:"permille" nullable:"true"`
	VerifiedPermille *int   `json:"verifiedPermille" nullable:"true"`
	RuleVersion      string `json:"ruleVersion"`
}

type ratesView struct {
	Today   day.Date    `json:"today" doc:"for regulators the last month's end"`
	Version string      `json:"version" doc:"of the rules"`
	Hours   bool        `json:"hours" doc:"principals and managers count only with last year's training hours"`
	Rates   []shareView `json:"rates" nullable:"false"`
	Months  []monthView `json:"months" nullable:"false" doc:"the oldest first"`
}

func (s *Service) getRates(ctx context.Context, in *ratesInput) (*web.Body[ratesView], error) {
	r, err := s.Rates(ctx, in.CompanyID)
	if err != nil {
		return nil, err
	}
	return &web.Body[ratesView]{Body: viewRates(text.Of(ctx), r)}, nil
}

func viewRates(l text.Lang, r CompanyRates) ratesView {
	v := ratesView{Today: r.Today, Version: Rules.Version, Hours: r.Hours, Rates: []shareView{}, Months: []monthView{}}
	for _, x := range Rules.Rates {
		sum := r.Rates[x.ID]
		v.Rates = append(v.Rates, shareView{
			Rate: x.ID, Name: rateName(l, x.ID), Group: x.Group, Basis: x.Basis, Num: sum.Num, Den: sum.Den, VerifiedNum: sum.Verified,
			Permille: shownRate(int64(sum.Num), int64(sum.Den)), VerifiedPermille: shownRate(int64(sum.Verified), int64(sum.Den)),
		})
	}
	for _, m := range r.Months {
		v.Months = append(v.Months, monthView{m.MonthOn.String()[:7], m.Rate, m.Num, m.Den, m.Permille, m.VerifiedPermille, m.RuleVersion})
	}
	return v
}

func rateName(l text.Lang, id RateID) string {
	for _, r := range Rules.Rates {
		if r.ID == id && l == text.English {
			return r.En
		}
		if r.ID == id {
			return r.Zh
		}
	}
	return string(id)
}

func shownRate(num, den int64) *int {
	if p, applies := permille(num, den); applies {
		return &p
	}
	return nil
}

type areaShareView struct {
	Path             string `json:"path"`
	Name             string `json:"name"`
	Num              int64  `json:"num"`
	Den              int64  `json:"den"`
	VerifiedNum      int64  `json:"verifiedNum"`
	Permille         *int   `json:"permille" nullable:"true" doc:"pooled, tenths of a percent, truncated; null: does not apply"`
	VerifiedPermille *int   `json:"verifiedPermille" nullable:"true"`
	Companies        int64  `json:"companies" doc:"active ones"`
	Reported         int64  `json:"reported" doc:"of those, counted"`
	Applies          int64  `json:"applies" doc:"of those, where somebody needs a certificate"`
	Whole            int64  `json:"whole" doc:"of those, at 100 %"`
	WholeVerified    int64  `json:"wholeVerified"`
	Coverage         *int   `json:"coverage" nullable:"true" doc:"counted of active companies, tenths of a percent"`
	Grey             bool   `json:"grey" doc:"too few companies were counted"`
}

func viewAreaShare(a AreaShare) areaShareView {
	return areaShareView{
		a.Path, a.Name, a.Num, a.Den, a.Verified, shownRate(a.Num, a.Den), shownRate(a.Verified, a.Den), a.Companies, a.Reported, a.Applies, a.Whole,
		a.WholeVerified, shownRate(a.Reported, a.Companies), a.Grey(),
	}
}

type areasView struct {
	Area     string          `json:"area"`
	Name     string          `json:"name"`
	Month    string          `json:"month" doc:"YYYY-MM; empty: none is kept yet"`
	Rate     RateID          `json:"rate"`
	RateName string          `json:"rateName"`
	Total    areaShareView   `json:"total"`
	Rows     []areaShareView `json:"rows" nullable:"false"`
}

func monthText(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()[:7]
}

func (s *Service) getAreas(ctx context.Context, in *AreaQuery) (*web.Body[areasView], error) {
	a, err := s.Areas(ctx, *in)
	if err != nil {
		return nil, err
	}
	v := areasView{a.Area, a.Name, monthText(a.Month), a.Rate, rateName(text.Of(ctx), a.Rate), viewAreaShare(a.Total), []areaShareView{}}
	for _, r := range a.Rows {
		v.Rows = append(v.Rows, viewAreaShare(r))
	}
	return &web.Body[areasView]{Body: v}, nil
}

// FirmShareView is a company's rate in a list; exported because huma skips an embedded type that is not.
type FirmShareView struct {
	CompanyID        rbac.CompanyID `json:"companyId"`
	Name             string         `json:"name"`
	Town             string         `json:"town"`
	Num              int64          `json:"num"`
	Den              int64          `json:"den"`
	VerifiedNum      int64          `json:"verifiedNum"`
	Permille         *int           `json:"permille" nullable:"true"`
	VerifiedPermille *int           `json:"verifiedPermille" nullable:"true"`
}

func firmKey(r FirmShare) []string { return []string{strconv.Itoa(r.Rate), r.CompanyID.String()} }

func (s *Service) getFirms(ctx context.Context, in *FirmsFilter) (*web.Body[page.List[FirmShareView]], error) {
	rows, k, _, err := s.Firms(ctx, *in)
	view := func(r FirmShare) FirmShareView {
		return FirmShareView{r.CompanyID, r.Name, r.Town, r.Num, r.Den, r.Verified, shownRate(r.Num, r.Den), shownRate(r.Verified, r.Den)}
	}
	return &web.Body[page.List[FirmShareView]]{Body: page.Of(rows, k, in.Limit, firmKey, view)}, err
}
