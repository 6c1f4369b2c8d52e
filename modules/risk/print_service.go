package risk

import (
	"context"
	"fmt"
	"io"
	"strings"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

func (s *Service) printer(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (p printer, err error) {
	firm, err := s.Firm(ctx, tx, scope, c)
	return printer{text.Of(ctx), On(today(tx)), firm.Name, today(tx), tx.Now}, err
}

// PrintList prints the risk list of what the actor sees. Errors: ErrCompanyNeeded.
func (s *Service) PrintList(ctx context.Context, f EventFilter) (out Paper, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, f.CompanyID)
		if err != nil {
			return err
		}
		p, err := s.printer(ctx, tx, scope, c)
		if err != nil {
			return err
		}
		list, err := controlled(ctx, tx, scope, c, f)
		if err != nil {
			return err
		}
		out.Name = p.say("list") + ".pdf"
		out.Content, err = p.list(list)
		return err
	})
	return out, err
}

// PrintBoard prints the notice board of the larger and major risks. Errors: ErrCompanyNeeded.
func (s *Service) PrintBoard(ctx context.Context, company rbac.CompanyID) (out Paper, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, company)
		if err != nil {
			return err
		}
		p, err := s.printer(ctx, tx, scope, c)
		if err != nil {
			return err
		}
		list, err := controlled(ctx, tx, scope, c, EventFilter{}, Major, Larger)
		if err != nil {
			return err
		}
		tallies, err := countBy(ctx, tx, scope, c)
		if err != nil {
			return err
		}
		out.Name = p.say("board") + ".pdf"
		out.Content, err = p.board(list, inherent(tallies))
		return err
	})
	return out, err
}

func inherent(tallies []Tally) map[Level]int {
	out := map[Level]int{}
	for _, t := range tallies {
		out[t.Level] = t.N
	}
	return out
}

// PrintCard prints the warning card of a unit. Errors: rbac.ErrNotFound.
func (s *Service) PrintCard(ctx context.Context, n id.Of[Unit]) (out Paper, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		u, err := unitByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		if _, err := scope.Home(); err != nil {
			u.Phone = "" // is given out by the company itself
		}
		p, err := s.printer(ctx, tx, scope, u.CompanyID)
		if err != nil {
			return err
		}
		list, err := controlled(ctx, tx, scope, u.CompanyID, EventFilter{RiskUnitID: n})
		if err != nil {
			return err
		}
		out.Name = p.say("card") + "-" + strings.ReplaceAll(u.Name, "/", "-") + ".pdf"
		out.Content, err = p.card(u, list, fmt.Sprintf("%s/risk?riskUnitId=%d", s.BaseURL, int64(n)))
		return err
	})
	return out, err
}

// PrintPlan prints a four-colour plan on one sheet. Errors: rbac.ErrNotFound, ErrPicture.
func (s *Service) PrintPlan(ctx context.Context, n id.Of[Plan], size string) (out Paper, err error) {
	var one Drawn
	var p printer
	var pic Picture
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		if one.Plan, err = planByID(ctx, tx, scope, n); err != nil {
			return err
		}
		if one.Units, err = unitsByID(ctx, tx, scope, one.CompanyID); err != nil {
			return err
		}
		known, err := s.Pictures(ctx, tx, one.CompanyID, []id.Of[id.Attachment]{one.AttachmentID})
		if err != nil {
			return err
		}
		if pic = known[one.AttachmentID]; pic.Key == "" {
			return ErrPicture
		}
		p, err = s.printer(ctx, tx, scope, one.CompanyID)
		return err
	})
	if err != nil {
		return out, err
	}
	r, err := s.Blobs.Open(ctx, pic.Key)
	if err != nil {
		return out, err
	}
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(r)
	if err != nil {
		return out, err
	}
	out.Name = p.say("plan") + "-" + strings.ReplaceAll(one.Name, "/", "-") + ".pdf"
	out.Content, err = p.plan(one, b, size)
	return out, err
}

// PrintReport prints a report as it was submitted, or as it stands. Errors: rbac.ErrNotFound.
func (s *Service) PrintReport(ctx context.Context, n id.Of[Report]) (out Paper, err error) {
	o, err := s.Report(ctx, n)
	if err != nil {
		return out, err
	}
	rules, ok := Version(o.RuleVersion)
	if !ok {
		rules = On(o.Today)
	}
	p := printer{text.Of(ctx), rules, o.Content.Company.Name, o.Content.On, o.OpenedAt}
	c, _ := rules.Cycle(o.Cycle)
	title := Named{c.ID, c.Zh, c.En}.Name(p.lang)
	out.Name = joined(title, o.Period) + ".pdf"
	out.Content, err = p.report(o, joined(o.Period, title))
	return out, err
}
