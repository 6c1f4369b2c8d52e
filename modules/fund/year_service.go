package fund

import (
	"context"
	"slices"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/rbac"
)

// sheetOf works out one year of one company. Errors: ErrNoProfile.
func sheetOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, year int32) (*Sheet, []*accrual.Rules, error) {
	rules, err := rulesNow(ctx, tx)
	if err != nil {
		return nil, nil, err
	}
	s, err := sheetIn(ctx, tx, rules, company, year, true)
	return s, rules, err
}

// refresh counts a year anew after something was booked, planned or closed in it, carries its
// closing into the years after it and has the boards look again. A year without a row gets one.
func (s *Service) refresh(ctx context.Context, tx db.Tx, _ rbac.Scope, home rbac.Home, year int) error {
	rules, err := rulesNow(ctx, tx)
	if err != nil {
		return err
	}
	if err := s.recount(ctx, tx, rules, []rbac.CompanyID{home.CompanyID}, int32(year)); err != nil {
		return err
	}
	return s.mindStatement(ctx, tx, home, year)
}

// recount does so for many companies.
func (s *Service) recount(ctx context.Context, tx db.Tx, rules []*accrual.Rules, companies []rbac.CompanyID, year int32) error {
	if err := addYear(ctx, tx, companies, year); err != nil {
		return err
	}
	last, err := latestYear(ctx, tx, companies, year)
	if err != nil {
		return err
	}
	carried := map[rbac.CompanyID]fen.Amount{}
	first, err := firstOpen(ctx, tx, companies, year)
	if err != nil {
		return err
	}
	for n := first; n <= last; n++ {
		if err := recountYear(ctx, tx, rules, companies, n, carried); err != nil {
			return err
		}
	}
	if s.Touch == nil {
		return nil
	}
	return s.Touch(ctx, tx, companies...)
}

// recountYear counts one year; carried holds what each company's year before came to.
func recountYear(ctx context.Context, tx db.Tx, rules []*accrual.Rules, companies []rbac.CompanyID, n int32, carried map[rbac.CompanyID]fen.Amount) error {
	all, err := load(ctx, tx, companies, n, true)
	if err != nil {
		return err
	}
	var counted []*Sheet
	for c, b := range all {
		sh := b.project(rules, b.openingFrom(carried), today(tx))
		carried[c] = sh.ClosingFen
		if b.Year.CompanyID != 0 {
			counted = append(counted, sh)
		}
	}
	return saveCounts(ctx, tx, n, counted)
}

// openingFrom is the balance a year begins with: what the journal says, or while months of the year
// before are open, what they come to.
func (b *books) openingFrom(carried map[rbac.CompanyID]fen.Amount) fen.Amount {
	opening, known := carried[b.Profile.CompanyID]
	if !known || !b.next().Before(day.Of(int(b.N), 1, 1)) {
		return b.BaseFen
	}
	return opening
}

// YearForm is what is stated about a year as a whole.
type YearForm struct {
	FirstYear    bool        `json:"firstYear" required:"false" doc:"new, or less than a year in production"`
	ProductionOn day.Date    `json:"productionOn,omitzero" required:"false"`
	Inseparable  bool        `json:"inseparable" required:"false" doc:"several businesses in one set of books"`
	PriorDueFen  *fen.Amount `json:"priorDueFen" required:"false" nullable:"true" minimum:"0" doc:"due of the year before, where it was not kept here"`
	Suspended    []int16     `json:"suspended" required:"false" maxItems:"12" doc:"months suspended by approval (rules of 2012)"`
	Note         string      `json:"note" required:"false" maxLength:"500"`
}

// checkYear checks that a year can be stated. Errors: ErrYear.
func checkYear(p Profile, year int, today day.Date) error {
	if year < p.StartsOn.Year() || year > today.Year()+1 {
		return ErrYear
	}
	return nil
}

// atYear runs fn on the year of the actor's company, which it makes when missing, and counts it anew.
func (s *Service) atYear(ctx context.Context, year int, fn func(tx db.Tx, scope rbac.Scope, home rbac.Home, sh *Sheet, rules []*accrual.Rules) error) error {
	return s.Gate.Write(ctx, ActionYear, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := lockCompany(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		p, err := profileOf(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		if err := checkYear(p, year, today(tx)); err != nil {
			return err
		}
		if err := addYear(ctx, tx, []rbac.CompanyID{home.CompanyID}, int32(year)); err != nil {
			return err
		}
		sh, rules, err := sheetOf(ctx, tx, home.CompanyID, int32(year))
		if err != nil {
			return err
		}
		if err := fn(tx, scope, home, sh, rules); err != nil {
			return err
		}
		return s.refresh(ctx, tx, scope, home, year)
	})
}

// State states what concerns a year as a whole. Errors: ErrNoProfile, ErrYear, ErrClosed, ErrLines.
func (s *Service) State(ctx context.Context, year int, f YearForm) (int64, error) {
	err := s.atYear(ctx, year, func(tx db.Tx, scope rbac.Scope, home rbac.Home, sh *Sheet, rules []*accrual.Rules) error {
		was := sh.Year
		is := was
		is.FirstYear, is.ProductionOn, is.Inseparable, is.PriorDueFen, is.Suspended, is.Note = f.FirstYear, f.ProductionOn, f.Inseparable, f.PriorDueFen, slices.Sorted(slices.Values(f.Suspended)), f.Note
		is.ChangedAt = tx.Now
		if sh.keptHere() && (is.FirstYear != was.FirstYear || is.Inseparable != was.Inseparable) {
			return ErrClosed
		}
		b := *sh.books
		b.Year = is
		if len(b.Lines) > 0 && sh.Fault == nil {
			if err := b.fits(rules, -1); err != nil {
				return err
			}
		}
		scope.Made(int64(year))
		scope.Changed("fund_year", int64(year), home.CompanyID, was, is)
		return saveYear(ctx, tx, is)
	})
	return int64(year), err
}

// keptHere reports whether a month of the year was reckoned and closed here.
func (s *Sheet) keptHere() bool {
	return slices.ContainsFunc(s.Months[:], func(m *Month) bool { return m != nil && m.State == Closed && m.Source == FromClosing })
}

// YearPage is a year of a company with what is shown beside it.
type YearPage struct {
	*Sheet
	Firm  Card
	Today day.Date
	Rules []*accrual.Rules
	Whole bool // with open months: whoever sees expenses and entries
}

// Ledger shows a year. Regulators see what is closed and what the year comes to. A year of 0 is this
// one. Errors: ErrCompanyNeeded, ErrNoProfile, ErrYear, rbac.ErrNotFound.
func (s *Service) Ledger(ctx context.Context, asked rbac.CompanyID, year int) (p YearPage, err error) {
	err = s.Gate.Read(ctx, ActionLedger, func(tx db.Tx, scope rbac.Scope) error {
		company, err := whose(scope, asked)
		if err != nil {
			return err
		}
		if p.Firm, err = s.Firm(ctx, tx, scope, company); err != nil {
			return err
		}
		p.Today = today(tx)
		if year == 0 {
			year = p.Today.Year()
		}
		if year < 2005 || year > p.Today.Year()+1 {
			return ErrYear.At("path.year")
		}
		if p.Rules, err = rulesNow(ctx, tx); err != nil {
			return err
		}
		p.Whole = scope.Actor().Kind != rbac.Regulator
		p.Sheet, err = sheetIn(ctx, tx, p.Rules, company, int32(year), p.Whole)
		if err == nil && !p.Whole {
			p.public()
		}
		return err
	})
	return p, err
}

// public leaves what regulators do not see: months that are open. What the year comes to is as it
// was counted by the company.
func (s *Sheet) public() {
	y := s.Year
	s.OpeningFen, s.DueFen, s.AccruedFen, s.UsedFen, s.CapitalFen = y.OpeningFen, y.DueFen, y.AccruedFen, y.UsedFen, y.UsedCapitalFen
	s.GroupFen = 0
	for i := range s.Rows {
		row := &s.Rows[i]
		if row.Standing == Closed {
			s.GroupFen += row.MovedFen
			continue
		}
		row.Month = Month{MonthOn: row.MonthOn}
		row.Working.V, row.Lacks, row.Waiting, row.Reckoned = noWorking(), nil, 0, false
	}
	s.BalanceFen = y.OpeningFen + y.AccruedFen - y.UsedFen + s.GroupFen
	s.ClosingFen = s.BalanceFen
}
