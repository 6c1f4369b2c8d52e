package fund

import (
	"context"
	"strings"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/rbac"
)

// ProfileForm answers whether the company must set aside, and how its fund is kept.
type ProfileForm struct {
	Bound           bool       `json:"bound" doc:"must set aside (属于提取范围)"`
	Category        string     `json:"category" required:"false" maxLength:"40" doc:"of the industry, when bound"`
	Reason          string     `json:"reason" required:"false" maxLength:"500" doc:"needed where the answer differs from what the industry suggests"`
	StartMonth      string     `json:"startMonth" pattern:"^20[0-9]{2}-(0[1-9]|1[0-2])$" doc:"first month kept here" example:"2026-01"`
	OpeningFen      fen.Amount `json:"openingFen" minimum:"-100000000000000" maximum:"100000000000000" doc:"balance taken over from books kept elsewhere"`
	CostAccount     string     `json:"costAccount" enum:"5101,6602"`
	ApproveAboveFen fen.Amount `json:"approveAboveFen" minimum:"0" maximum:"100000000000000" doc:"from here on the principal approves"`
	PapersAboveFen  fen.Amount `json:"papersAboveFen" minimum:"0" maximum:"100000000000000" doc:"from here on contract and acceptance record; 0: never"`
	AutoClose       bool       `json:"autoClose" doc:"a month that lacks nothing is closed by itself on the 5th of the next"`
	TaxIncluded     bool       `json:"taxIncluded" required:"false" doc:"construction cost with VAT"`
}

// Proposal is what a company's industry suggests.
type Proposal struct {
	Industry string
	Category *accrual.Category
	Sub      string
	Clause   string // that says which industries are bound
}

// ProfilePage is a company's profile, or that there is none, with what its industry suggests.
type ProfilePage struct {
	Firm     Card
	Profile  *Profile
	Proposal Proposal
	Rules    *accrual.Rules
	Started  bool // something is booked: the start stays
	Today    day.Date
}

// Profile shows whether and how a company keeps a fund. Errors: ErrCompanyNeeded, rbac.ErrNotFound.
func (s *Service) Profile(ctx context.Context, asked rbac.CompanyID) (p ProfilePage, err error) {
	err = s.Gate.Read(ctx, ActionLedger, func(tx db.Tx, scope rbac.Scope) error {
		company, err := whose(scope, asked)
		if err != nil {
			return err
		}
		if p.Firm, err = s.Firm(ctx, tx, scope, company); err != nil {
			return err
		}
		all, err := rulesNow(ctx, tx)
		if err != nil {
			return err
		}
		p.Today = today(tx)
		p.Rules = accrual.On(all, p.Today)
		p.Proposal = proposalOf(p.Rules, p.Firm.Industry)
		found, err := profilesOf(ctx, tx, company)
		if err != nil || len(found) == 0 {
			return err
		}
		p.Profile = &found[0]
		p.Started, err = started(ctx, tx, company)
		return err
	})
	return p, err
}

func proposalOf(r *accrual.Rules, industry string) Proposal {
	p := Proposal{Industry: industry, Clause: r.Docno + accrual.Clause(scopeArticle)}
	code, sub, ok := r.Proposed(industry)
	if c, known := r.Category(code); ok && known {
		p.Category, p.Sub, p.Clause = &c, sub, clauseOf(r, c)
	}
	return p
}

// scopeArticle lists the industries that must set aside (财资〔2022〕136号第二条).
const scopeArticle = 2

func clauseOf(r *accrual.Rules, c accrual.Category) string {
	return r.Docno + accrual.Clause(scopeArticle) + "、" + accrual.Clause(c.Article)
}

// profile makes a profile of the form. Errors: ErrCategory, ErrReason, ErrMonth.
func (f ProfileForm) profile(r *accrual.Rules, industry string, today day.Date) (Profile, error) {
	p := Profile{
		Bound: f.Bound, Reason: strings.TrimSpace(f.Reason), OpeningFen: f.OpeningFen, CostAccount: f.CostAccount, ApproveAboveFen: f.ApproveAboveFen, PapersAboveFen: f.PapersAboveFen,
		AutoClose: f.AutoClose, TaxIncluded: f.TaxIncluded,
	}
	proposal := proposalOf(r, industry)
	p.Clause = proposal.Clause
	if f.Bound {
		c, ok := r.Category(f.Category)
		if !ok {
			return p, ErrCategory.At("body.category")
		}
		p.Category, p.Clause = c.Code, clauseOf(r, c)
	}
	if !f.Bound && proposal.Category != nil && p.Reason == "" {
		return p, ErrReason.At("body.reason")
	}
	var err error
	p.StartsOn, err = day.Parse(f.StartMonth + "-01")
	if err != nil || p.StartsOn.After(today.AddMonths(1)) || p.StartsOn.Year() < 2005 {
		return p, ErrMonth.At("body.startMonth")
	}
	return p, nil
}

// Answer answers the first question and says how the fund is kept. Once something is booked or
// closed, start month and opening balance stay. Errors: ErrCategory, ErrReason, ErrMonth, ErrClosed.
func (s *Service) Answer(ctx context.Context, f ProfileForm) (n rbac.CompanyID, err error) {
	err = s.Gate.Write(ctx, ActionProfile, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		n = home.CompanyID
		if err := lockCompany(ctx, tx, n); err != nil {
			return err
		}
		firm, err := s.Firm(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		all, err := rulesNow(ctx, tx)
		if err != nil {
			return err
		}
		is, err := f.profile(accrual.On(all, today(tx)), firm.Industry, today(tx))
		if err != nil {
			return err
		}
		is.CompanyID, is.RegionPath, is.OversightLine = home.CompanyID, home.RegionPath, home.Line
		is.AnsweredByName, is.AnsweredAt, is.ChangedAt = scope.Actor().Name, tx.Now, tx.Now
		return s.answered(ctx, tx, scope, home, is)
	})
	return n, err
}

func (s *Service) answered(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, is Profile) error {
	found, err := profilesOf(ctx, tx, home.CompanyID)
	if err != nil {
		return err
	}
	var was Profile
	if len(found) > 0 {
		was = found[0]
		if was.Bound == is.Bound && was.Category == is.Category {
			is.AnsweredByName, is.AnsweredAt, is.Clause = was.AnsweredByName, was.AnsweredAt, was.Clause
		}
	}
	moved := was.StartsOn != is.StartsOn || was.OpeningFen != is.OpeningFen
	if moved && len(found) > 0 {
		begun, err := started(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		if begun {
			return ErrClosed.At("body.startMonth")
		}
	}
	if err := saveProfile(ctx, tx, is); err != nil {
		return err
	}
	if moved {
		if err := s.open(ctx, tx, scope.Actor().Name, is); err != nil {
			return err
		}
	}
	scope.Made(int64(home.CompanyID))
	scope.Changed("fund_profile", int64(home.CompanyID), home.CompanyID, was, is)
	year := is.StartsOn.Year()
	if len(found) > 0 {
		year = min(year, was.StartsOn.Year())
	}
	return s.refresh(ctx, tx, scope, home, year)
}

// open books the balance taken over, in place of what was booked for it before.
func (s *Service) open(ctx context.Context, tx db.Tx, by string, p Profile) error {
	vouchers, err := reversals(ctx, tx, p.CompanyID, []Event{Opening}, day.Date{}, "")
	if err != nil {
		return err
	}
	if p.OpeningFen != 0 {
		e := entry(Opening, Brought, Reserve, p.OpeningFen)
		e.MonthOn, e.Summary = p.StartsOn, summaryOf("opening", p.StartsOn)
		vouchers = append(vouchers, []Entry{e})
	}
	return bookAll(ctx, tx, p.home(), by, vouchers)
}

// categoryOf returns the category whose use items hold for a company, by today's rules. Of one that is
// not bound, or of a category without a list, it holds the generic items.
func categoryOf(ctx context.Context, tx db.Tx, company rbac.CompanyID) (accrual.Category, *accrual.Rules, error) {
	p, err := profileOf(ctx, tx, company)
	if err != nil {
		return accrual.Category{}, nil, err
	}
	all, err := rulesNow(ctx, tx)
	if err != nil {
		return accrual.Category{}, nil, err
	}
	r := accrual.On(all, today(tx))
	if c, ok := r.Category(p.Category); ok && len(c.UseScopes.Items) > 0 {
		return c, r, nil
	}
	g := r.Generic
	return accrual.Category{UseScopes: accrual.UseScopes{Count: len(g.Items), Source: g.Source, SeenIn: g.SeenIn, Items: g.Items}}, r, nil
}

// Standards shows what can be stated about businesses: the categories of the rules of a month.
func (s *Service) Standards(ctx context.Context) (r *accrual.Rules, all []*accrual.Rules, err error) {
	err = s.Gate.Read(ctx, ActionRules, func(tx db.Tx, _ rbac.Scope) error {
		if all, err = rulesNow(ctx, tx); err == nil {
			r = accrual.On(all, today(tx))
		}
		return err
	})
	return r, all, err
}
