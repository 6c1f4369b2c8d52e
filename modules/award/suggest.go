package award

import (
	"context"
	"strconv"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/scoring"
	"anbiao/rbac"
)

// suggested are the facts that speak for a revocation. The system suggests, a person decides.
func (s *Service) suggested(ctx context.Context, tx db.Tx, scope rbac.Scope, a Award) ([]Fact, error) {
	now, out := today(tx), []Fact{}
	years, err := s.yearsOf(ctx, tx, a)
	if err != nil {
		return nil, err
	}
	for _, r := range a.Terms().Reasons {
		if r.Fact == "" {
			continue
		}
		since := day.Date{}
		if r.Months > 0 {
			since = now.AddMonths(-r.Months)
		}
		n, ok, err := s.figureOf(ctx, tx, scope, a, r.Fact, years, since, now)
		if err != nil {
			return nil, err
		}
		if !ok || n.Rat().Cmp(r.From.Rat()) < 0 {
			continue
		}
		f := Fact{Reason: r.Key, Fact: r.Fact, Value: plain(r.Fact, n)}
		if !since.IsZero() {
			f.Since = since.String()
		}
		out = append(out, f)
	}
	return out, nil
}

// figureOf is a figure that a reason rests on; ok is false where nobody knows it.
func (s *Service) figureOf(ctx context.Context, tx db.Tx, scope rbac.Scope, a Award, fact string, years []Year, since, now day.Date) (n scoring.Num, ok bool, err error) {
	counted := func(count int, err error) (scoring.Num, bool, error) {
		return scoring.Num(strconv.Itoa(count)), true, err
	}
	switch fact {
	case "years_missed":
		missed := 0
		for _, y := range years {
			if y.State == YearLost {
				missed++
			}
		}
		return counted(missed, nil)
	case "closed":
		firm, err := s.FirmOf(ctx, tx, scope, a.CompanyID)
		if !firm.Closed {
			return "", false, err
		}
		return counted(1, err)
	case "major_hazards_overdue":
		if s.MajorsOverdue == nil {
			return "", false, nil
		}
		return counted(s.MajorsOverdue(ctx, tx, a.CompanyID, now))
	case "concealed_reports":
		if s.Concealed == nil {
			return "", false, nil
		}
		return counted(s.Concealed(ctx, tx, a.CompanyID, since, now))
	}
	facts, err := s.factsOf(ctx, tx, a.CompanyID, since, now)
	n, ok = facts[fact]
	return n, ok, err
}
