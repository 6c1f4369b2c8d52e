package fund

import (
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/sheet"
	"anbiao/rbac"
)

// oldSaved sums up one import for the trail.
type oldSaved struct{ Months int }

// oldPlan is what saving an old ledger would do.
type oldPlan struct {
	profile Profile
	before  []oldMonth // earlier than what is kept here
	after   []oldMonth // from the month to be closed next
}

// CheckOld says of each row of an old ledger what saving it would do in the name of a, and notes what
// is wrong in the row's Faults. For the job runner.
func (s *Service) CheckOld(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	_, verdicts, err := s.planOld(ctx, tx, a, rows)
	return verdicts, err
}

// SaveOld enters the months of an old ledger as closed ones. They either lead up to the first month
// kept here or go on from the last one closed. A month that is there already stays as it is, so saving
// twice changes nothing.
func (s *Service) SaveOld(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) ([]string, error) {
	if err := lockCompany(ctx, tx, a.CompanyID); err != nil {
		return nil, err
	}
	plan, verdicts, err := s.planOld(ctx, tx, a, rows)
	if err != nil || len(plan.before)+len(plan.after) == 0 {
		return verdicts, err
	}
	p := plan.profile
	if len(plan.before) > 0 {
		p.StartsOn, p.OpeningFen, p.ChangedAt = plan.before[0].MonthOn, plan.before[0].OpeningFen, tx.Now
		if err := saveProfile(ctx, tx, p); err != nil {
			return nil, err
		}
		if err := s.open(ctx, tx, a.Name, p); err != nil {
			return nil, err
		}
		rbac.ScopeOf(ctx).Changed("fund_profile", int64(p.CompanyID), p.CompanyID, plan.profile, p)
	}
	all := slices.Concat(plan.before, plan.after)
	if err := s.enter(ctx, tx, posterOf(a), p, all); err != nil {
		return nil, err
	}
	rbac.ScopeOf(ctx).Changed("fund.old", int64(p.CompanyID), p.CompanyID, oldSaved{}, oldSaved{len(all)})
	rules, err := rulesNow(ctx, tx)
	if err != nil {
		return nil, err
	}
	last := all[len(all)-1].MonthOn.Year()
	for year := all[0].MonthOn.Year(); year <= last; year++ {
		if err := addYear(ctx, tx, []rbac.CompanyID{p.CompanyID}, int32(year)); err != nil {
			return nil, err
		}
	}
	return verdicts, s.recount(ctx, tx, rules, []rbac.CompanyID{p.CompanyID}, int32(all[0].MonthOn.Year()))
}

// enter writes imported months with their entries and steps.
func (s *Service) enter(ctx context.Context, tx db.Tx, by poster, p Profile, all []oldMonth) error {
	kept, err := monthsOf(ctx, tx, p.CompanyID, all[0].MonthOn, all[len(all)-1].MonthOn)
	if err != nil {
		return err
	}
	round := map[day.Date]int16{}
	for _, m := range kept {
		round[m.MonthOn] = m.Round
	}
	months, steps := make([]Month, len(all)), make([]MonthStep, len(all))
	var vouchers [][]Entry
	for i, o := range all {
		m := o.Month
		m.Round, m.ClosedAt, m.ClosedByName = round[m.MonthOn]+1, tx.Now, by.Name
		months[i] = m
		steps[i] = MonthStep{
			CompanyID: m.CompanyID, RegionPath: m.RegionPath, OversightLine: m.OversightLine, MonthOn: m.MonthOn, Event: FromFile, AccruedFen: m.AccruedFen + m.TopUpFen, ClosingFen: m.ClosingFen,
			At: tx.Now, PersonID: by.Person, ActorName: by.Name,
		}
		vouchers = append(vouchers, m.voucher(p.CostAccount))
	}
	if err := saveMonths(ctx, tx, months); err != nil {
		return err
	}
	if err := insertMonthSteps(ctx, tx, steps); err != nil {
		return err
	}
	return bookAll(ctx, tx, p.home(), by.Name, vouchers)
}

func (s *Service) planOld(ctx context.Context, tx db.Tx, a rbac.Actor, rows []sheet.Row) (plan oldPlan, verdicts []string, err error) {
	verdicts = make([]string, len(rows))
	found, err := profilesOf(ctx, tx, a.CompanyID)
	if err != nil {
		return plan, nil, err
	}
	if len(found) == 0 {
		for i := range rows {
			bad(&rows[i], "month", ErrNoProfile)
		}
		return plan, verdicts, nil
	}
	plan.profile = found[0]
	last, err := lastClosed(ctx, tx, db.Ints{int64(a.CompanyID)})
	if err != nil {
		return plan, nil, err
	}
	next := (&books{Profile: found[0], LastClosed: last[a.CompanyID]}).next()
	kept, err := monthsOf(ctx, tx, a.CompanyID, found[0].StartsOn, next)
	if err != nil {
		return plan, nil, err
	}
	for i := range rows {
		if len(rows[i].Faults) > 0 {
			continue
		}
		o, ok := readOld(&rows[i], i, found[0].home(), today(tx))
		if ok {
			verdicts[i] = plan.sort(o, kept)
		}
	}
	if err := s.join(ctx, tx, &plan, next, kept); err != nil {
		return plan, nil, err
	}
	return plan, verdicts, nil
}

// sort puts a row where it belongs and says what saving it would do.
func (p *oldPlan) sort(o oldMonth, kept []Month) string {
	at := slices.IndexFunc(kept, func(m Month) bool { return m.MonthOn == o.MonthOn && m.State == Closed })
	switch {
	case at >= 0 && kept[at].sameAmounts(o.Month):
		return RowSame
	case at >= 0:
		bad(o.row, "accrued", ErrRowKept)
		return ""
	case o.MonthOn.Before(p.profile.StartsOn):
		p.before = append(p.before, o)
	default:
		p.after = append(p.after, o)
	}
	return RowNew
}

// join holds the rows against what is kept here. If one of them does not fit, none is saved.
func (s *Service) join(ctx context.Context, tx db.Tx, plan *oldPlan, next day.Date, kept []Month) error {
	good := true
	if len(plan.before) > 0 {
		good = chain(plan.before, 0, false)
		end := plan.before[len(plan.before)-1]
		switch {
		case end.MonthOn.AddMonths(1) != plan.profile.StartsOn:
			bad(end.row, "month", ErrRowGap)
			good = false
		case end.ClosingFen != plan.profile.OpeningFen:
			bad(end.row, "closing", ErrRowJoin.With("expected", plan.profile.OpeningFen.Yuan()))
			good = false
		}
	}
	if len(plan.after) > 0 {
		opening := plan.profile.OpeningFen
		for _, m := range kept {
			if m.State == Closed && m.MonthOn.AddMonths(1) == next {
				opening = m.ClosingFen
			}
		}
		if !chain(plan.after, opening, true) {
			good = false
		}
		if plan.after[0].MonthOn != next {
			bad(plan.after[0].row, "month", ErrRowGap)
			good = false
		}
		busy, err := busyMonths(ctx, tx, plan.profile.CompanyID, next)
		if err != nil {
			return err
		}
		for _, o := range plan.after {
			if busy[o.MonthOn] {
				bad(o.row, "month", ErrRowBusy)
				good = false
			}
		}
	}
	if !good {
		for _, o := range slices.Concat(plan.before, plan.after) {
			if len(o.row.Faults) == 0 {
				bad(o.row, "month", ErrRowOthers)
			}
		}
		plan.before, plan.after = nil, nil
	}
	return nil
}
