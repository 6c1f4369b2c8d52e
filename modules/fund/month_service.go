package fund

import (
	"context"
	"fmt"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Expected is what was shown before a month was closed.
type Expected struct {
	AccruedFen fen.Amount `json:"accruedFen" doc:"of the month, without top-up"`
	ClosingFen fen.Amount `json:"closingFen"`
}

// poster is in whose name months are closed.
type poster struct {
	Name   string
	Person *id.Of[id.Person]
}

func posterOf(a rbac.Actor) poster {
	p := poster{Name: a.Name}
	if a.PersonID != 0 {
		p.Person = &a.PersonID
	}
	return p
}

// monthIn reads a month of the path. Errors: ErrMonth.
func monthIn(s string) (day.Date, error) {
	on, err := day.Parse(s + "-01")
	if err != nil {
		return on, ErrMonth.At("path.month")
	}
	return on, nil
}

// monthNumber is how the trail names a month: 202601.
func monthNumber(on day.Date) int64 { return int64(on.Year()*100 + int(on.Month())) }

// atMonth runs fn on a month of the actor's company and counts its year anew.
func (s *Service) atMonth(ctx context.Context, action rbac.Action, month string, fn func(tx db.Tx, scope rbac.Scope, sh *Sheet, row *Row) error) (int64, error) {
	on, err := monthIn(month)
	if err != nil {
		return 0, err
	}
	made := monthNumber(on)
	err = s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := lockCompany(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		sh, _, err := sheetOf(ctx, tx, home.CompanyID, int32(on.Year()))
		if err != nil {
			return err
		}
		if on.Before(sh.Profile.StartsOn) {
			return ErrMonth.At("path.month")
		}
		if err := fn(tx, scope, sh, &sh.Rows[on.Month()-1]); err != nil {
			return err
		}
		scope.Made(made)
		return s.refresh(ctx, tx, scope, home, on.Year())
	})
	return made, err
}

// Close posts a month that is over, as it was shown. Months are closed in their order.
// Errors: ErrNoProfile, ErrMonth, ErrClosed, ErrOrder, ErrWaiting, ErrLines, ErrRevenue, ErrQuantity,
// ErrPreview.
func (s *Service) Close(ctx context.Context, month string, shown Expected) (int64, error) {
	return s.atMonth(ctx, ActionClose, month, func(tx db.Tx, scope rbac.Scope, _ *Sheet, row *Row) error {
		switch {
		case row.Standing == Closed:
			return ErrClosed
		case row.MonthOn.AddMonths(1).After(today(tx)):
			return ErrMonth.At("path.month")
		case !row.Next:
			return ErrOrder
		}
		if len(row.Lacks) > 0 {
			return row.Lacks[0].fault()
		}
		if row.AccruedFen != shown.AccruedFen || row.ClosingFen != shown.ClosingFen {
			return ErrPreview
		}
		var was Month
		if row.Round > 0 {
			was.Round = row.Round
		}
		is, err := s.post(ctx, tx, posterOf(scope.Actor()), []*Row{row}, nil)
		if err != nil {
			return err
		}
		scope.Changed("fund_month", monthNumber(is[0].MonthOn), is[0].CompanyID, was, is[0])
		return nil
	})
}

// fault says a lack as an answer.
func (l Lack) fault() error {
	switch l.Code {
	case LackWaiting:
		return ErrWaiting.With("count", fmt.Sprint(l.Count))
	case LackRevenue:
		return ErrRevenue
	case LackQuantity:
		return ErrQuantity
	case LackOrder:
		return ErrOrder
	}
	return ErrLines
}

// post writes months of one or many companies with their entries and steps. costs names the account
// that bears each company's accrual; nil: it is read.
func (s *Service) post(ctx context.Context, tx db.Tx, by poster, rows []*Row, costs map[rbac.CompanyID]string) ([]Month, error) {
	months, steps := make([]Month, len(rows)), make([]MonthStep, len(rows))
	var vouchers [][]Entry
	for i, r := range rows {
		m := r.Month
		m.State, m.Source, m.Round, m.ClosedAt, m.ClosedByName = Closed, FromClosing, m.Round+1, tx.Now, by.Name
		cost, known := costs[m.CompanyID]
		if !known {
			p, err := profileOf(ctx, tx, m.CompanyID)
			if err != nil {
				return nil, err
			}
			cost = p.CostAccount
		}
		months[i] = m
		steps[i] = MonthStep{
			CompanyID: m.CompanyID, RegionPath: m.RegionPath, OversightLine: m.OversightLine, MonthOn: m.MonthOn, Event: FromClosing, AccruedFen: m.AccruedFen + m.TopUpFen, ClosingFen: m.ClosingFen,
			At: tx.Now, PersonID: by.Person, ActorName: by.Name,
		}
		if v := closingVoucher(m, r.fundedExcess(), cost, today(tx), by.Name); len(v) > 0 {
			vouchers = append(vouchers, v)
		}
	}
	if err := saveMonths(ctx, tx, months); err != nil {
		return nil, err
	}
	if err := insertMonthSteps(ctx, tx, steps); err != nil {
		return nil, err
	}
	return months, bookMany(ctx, tx, vouchers)
}

// closingVoucher is what closing a month books: accrual, top-up and what goes to normal cost.
func closingVoucher(m Month, excess fen.Amount, cost string, on day.Date, by string) (out []Entry) {
	for _, one := range []struct {
		event  Event
		amount fen.Amount
	}{{Accrual, m.AccruedFen}, {TopUp, m.TopUpFen}, {Excess, excess}} {
		if one.amount == 0 {
			continue
		}
		e := entry(one.event, cost, Reserve, one.amount)
		e.CompanyID, e.RegionPath, e.OversightLine, e.MonthOn, e.BookedOn, e.Round = m.CompanyID, m.RegionPath, m.OversightLine, m.MonthOn, on, m.Round
		e.Summary, e.MadeByName, e.MadeAt = summaryOf(string(one.event), m.MonthOn), by, m.ClosedAt
		out = append(out, e)
	}
	return out
}

// Reopen takes the closing of the latest month back, with a reason. Errors: ErrNoProfile, ErrMonth,
// ErrOpen, ErrOrder, ErrReason.
func (s *Service) Reopen(ctx context.Context, month, reason string) (int64, error) {
	why := strings.TrimSpace(reason)
	return s.atMonth(ctx, ActionReopen, month, func(tx db.Tx, scope rbac.Scope, sh *Sheet, row *Row) error {
		switch {
		case why == "":
			return ErrReason.At("body.reason")
		case row.Standing != Closed:
			return ErrOpen
		case row.MonthOn != sh.LastClosed:
			return ErrOrder
		}
		by := posterOf(scope.Actor())
		vouchers, err := reversals(ctx, tx, row.CompanyID, []Event{Accrual, TopUp, Excess, Imported}, row.MonthOn, why)
		if err != nil {
			return err
		}
		if err := bookAll(ctx, tx, sh.Profile.home(), by.Name, vouchers); err != nil {
			return err
		}
		was, is := row.Month, row.Month
		is.State = Reopened
		scope.Changed("fund_month", monthNumber(is.MonthOn), is.CompanyID, was, is)
		if err := reopenMonth(ctx, tx, is); err != nil {
			return err
		}
		return insertMonthSteps(ctx, tx, []MonthStep{{
			CompanyID: is.CompanyID, RegionPath: is.RegionPath, OversightLine: is.OversightLine, MonthOn: is.MonthOn, Event: Reopened, AccruedFen: is.AccruedFen + is.TopUpFen, ClosingFen: is.ClosingFen,
			Reason: why, At: tx.Now, PersonID: by.Person, ActorName: by.Name,
		}})
	})
}

// Steps shows what was done to a month. Errors: ErrCompanyNeeded, ErrMonth.
func (s *Service) Steps(ctx context.Context, asked rbac.CompanyID, month string) (rows []MonthStep, err error) {
	on, err := monthIn(month)
	if err != nil {
		return nil, err
	}
	err = s.Gate.Read(ctx, ActionLedger, func(tx db.Tx, scope rbac.Scope) error {
		company, err := whose(scope, asked)
		if err != nil {
			return err
		}
		rows, err = stepsOf(ctx, tx, scope, company, on)
		return err
	})
	return rows, err
}
