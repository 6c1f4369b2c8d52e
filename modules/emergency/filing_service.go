package emergency

import (
	"context"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/due"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// FilingFilter narrows the list of filings.
type FilingFilter struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: one company"`
	PlanID    id.Of[id.Row]  `query:"planId"`
	State     string         `query:"state" enum:",submitted,missing,filed,deemed"`
	Late      bool           `query:"late" doc:"handed in late, or not answered in time"`
}

// Filings lists filings in scope, latest first, and the day. Errors: page.ErrCursor.
func (s *Service) Filings(ctx context.Context, f FilingFilter) (rows []ListedFiling, k page.Key, now day.Date, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, now, err
	}
	err = s.Gate.Read(ctx, ActionFilings, func(tx db.Tx, scope rbac.Scope) (err error) {
		now = today(tx)
		rows, err = filingsBy(ctx, tx, scope, f, k, now)
		return err
	})
	return rows, k, now, err
}

// FilingByID reads a filing and the day. Errors: rbac.ErrNotFound.
func (s *Service) FilingByID(ctx context.Context, n id.Of[Filing]) (f ListedFiling, now day.Date, err error) {
	err = s.Gate.Read(ctx, ActionFilings, func(tx db.Tx, scope rbac.Scope) (err error) {
		now = today(tx)
		f, err = filingByID(ctx, tx, scope, n, "")
		return err
	})
	return f, now, err
}

// HandIn files a plan with the regulator. Errors: rbac.ErrNotFound, ErrUnpublished,
// ErrWithRegulator, ErrDocument.
func (s *Service) HandIn(ctx context.Context, plan id.Of[id.Row], h Handing) (n id.Of[Filing], err error) {
	err = s.Gate.Write(ctx, ActionFile, func(tx db.Tx, scope rbac.Scope) error {
		p, err := planByID(ctx, tx, scope, plan)
		if err != nil {
			return err
		}
		f, err := newFiling(*p, scope.Actor(), h, tx.Now)
		if err != nil {
			return err
		}
		if err := insertFiling(ctx, tx, &f); err != nil {
			return err
		}
		p.Filing = Submitted
		if err := s.keepFilings(ctx, tx, p.Home(), []*Plan{p}); err != nil {
			return err
		}
		n = f.ID
		scope.Made(int64(n))
		scope.Changed("emergency_filing", int64(n), f.CompanyID, Filing{}, f)
		return s.claim(ctx, tx, scope, h.Files, n)
	})
	return n, err
}

func (s *Service) claim(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], n id.Of[Filing]) error {
	if s.Claim == nil || len(files) == 0 {
		return nil
	}
	return s.Claim(ctx, tx, scope, files, "emergency_filing", int64(n))
}

// Supplement hands in what the regulator found missing. Errors: rbac.ErrNotFound, ErrNotNow, ErrDocument.
func (s *Service) Supplement(ctx context.Context, n id.Of[Filing], h Handing) error {
	return s.move(ctx, ActionFile, n, Missing, handed, func(tx db.Tx, scope rbac.Scope, f *Filing) error {
		if len(h.Documents) == 0 {
			return ErrDocument.At("body.documents")
		}
		f.supplement(scope.Actor(), h, tx.Now)
		return s.claim(ctx, tx, scope, h.Files, n)
	})
}

// Accept is the regulator filing it. Errors: rbac.ErrNotFound, ErrNotNow.
func (s *Service) Accept(ctx context.Context, n id.Of[Filing], a Acceptance) error {
	return s.move(ctx, ActionDecide, n, Submitted, decided, func(tx db.Tx, scope rbac.Scope, f *Filing) error {
		f.accept(scope.Actor(), a, tx.Now)
		return nil
	})
}

// Ask is the regulator telling what is missing, once. Errors: rbac.ErrNotFound, ErrNotNow, ErrAskedOnce.
func (s *Service) Ask(ctx context.Context, n id.Of[Filing], a Asking) error {
	return s.move(ctx, ActionDecide, n, Submitted, decided, func(tx db.Tx, scope rbac.Scope, f *Filing) error {
		return f.ask(scope.Actor(), a, tx.Now)
	})
}

// move locks a filing in a state, lets one thing happen to it and stores what came of it. What
// follows for the plan is the job runner's: a regulator does not write a company's plan.
func (s *Service) move(ctx context.Context, action rbac.Action, n id.Of[Filing], from string, columns []string, event func(db.Tx, rbac.Scope, *Filing) error) error {
	return s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		f, err := filingByID(ctx, tx, scope, n, "")
		if err != nil {
			return err
		}
		if scope.Actor().Kind == rbac.Regulator {
			if _, err := scope.Within(ctx, tx, f.CompanyID); err != nil { // the company does not move meanwhile
				return err
			}
		}
		if f, err = filingByID(ctx, tx, scope, n, from); err != nil {
			return err
		}
		was := f.Filing
		if err := event(tx, scope, &f.Filing); err != nil {
			return err
		}
		if err := updateFiling(ctx, tx, &f.Filing, columns); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("emergency_filing", int64(n), f.CompanyID, was, f.Filing)
		t := Settle{f.CompanyID, n, f.State}
		return jobs.Enqueue(ctx, tx, t, jobs.Key(t.key(was.SubmittedAt)))
	})
}

// settle carries what became of a filing into its plan.
func (s *Service) settle(ctx context.Context, tx db.Tx, f Filing) error {
	p, err := planOf(ctx, tx, f)
	if err != nil || p.PublishedOn != f.PublishedOn || p.Version != f.PlanVersion {
		return err
	}
	p.Filing = f.State
	if err := updateFilings(ctx, tx, f.CompanyID, []*Plan{&p}); err != nil {
		return err
	}
	return s.put(ctx, tx, p.Home(), []due.Item{p.fileDue()})
}
