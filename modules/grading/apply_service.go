package grading

import (
	"context"
	"slices"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Offer is what a company needs to start an application: who awards what in its area, the self-evaluations it may
// apply with, and how the conditions of a level stand.
type Offer struct {
	Form       Profile
	Level      string
	Selves     []Offered
	Conditions []Condition
	Current    *Application // under way
	Barred     day.Date     // zero: nothing bars it
	Held       Held
	Today      day.Date
}

// Offered is a self-evaluation with whether an application may be made with it.
type Offered struct {
	Evaluation
	From    day.Date // first day on which it may; zero: not public yet, or not to be counted
	Missing int      // the year whose holidays are not published
}

// OfferFor says how the actor's company may apply for a level; empty: the lowest of its area. Errors: ErrLevel.
func (s *Service) OfferFor(ctx context.Context, level, profile string) (o Offer, err error) {
	err = s.Gate.Read(ctx, ActionApply, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if o.Form, err = formFor(home.RegionPath, profile); err != nil {
			return err
		}
		o.Today, o.Level = today(tx), level
		if level == "" {
			o.Level = lowest(o.Form)
		}
		if _, ok := o.Form.Grade(o.Level); !ok {
			return ErrLevel.At("query.level")
		}
		facts, err := s.facts(ctx, tx, scope, home.CompanyID, o.Form, o.Today)
		if err != nil {
			return err
		}
		o.Conditions = judge(o.Form, o.Level, facts, o.Today)
		if facts.Held != nil {
			o.Held = *facts.Held
		}
		if b := facts.BarredUntil; !b.Before(o.Today) {
			o.Barred = b
		}
		if a, err := latestOf(ctx, tx, home.CompanyID); err != nil {
			return err
		} else if a != nil && !a.State.Over() {
			o.Current = a
		}
		return s.selves(ctx, tx, home.CompanyID, &o)
	})
	return o, err
}

func (s *Service) selves(ctx context.Context, tx db.Tx, company rbac.CompanyID, o *Offer) error {
	if s.Selves == nil {
		return nil
	}
	all, err := s.Selves(ctx, tx, company)
	for _, e := range all {
		x := Offered{Evaluation: e}
		if !e.PublishedFrom.IsZero() {
			x.From, x.Missing = o.Form.Limits.Publish.From(calendar.China(), e.PublishedFrom)
		}
		o.Selves = append(o.Selves, x)
	}
	return err
}

func formFor(region, profile string) (Profile, error) {
	if profile == "" {
		return ProfileFor(region), nil
	}
	p, ok := ProfileOf(profile, newest().Version)
	if !ok {
		return p, ErrLevel.At("body.profile")
	}
	return p, nil
}

// facts gathers what is known for the conditions of a form.
func (s *Service) facts(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, form Profile, now day.Date) (f Facts, err error) {
	if s.Facts != nil {
		var months []int
		for _, a := range form.Conditions {
			if a.Months > 0 && !slices.Contains(months, a.Months) {
				months = append(months, a.Months)
			}
		}
		if f, err = s.Facts(ctx, tx, scope, company, months, now); err != nil {
			return f, err
		}
	}
	if s.Held != nil {
		h, err := s.Held(ctx, tx, company)
		if err != nil {
			return f, err
		}
		f.Held = &h
	}
	if s.Dishonest != nil {
		listed, err := s.Dishonest(ctx, tx, company, now)
		if err != nil {
			return f, err
		}
		f.Dishonest = &listed
	}
	f.BarredUntil, err = barredUntil(ctx, tx, company)
	if f.Held != nil && f.Held.BarredUntil.After(f.BarredUntil) {
		f.BarredUntil = f.Held.BarredUntil
	}
	return f, err
}

// hand gives the actor an application.
func (s *Service) hand(ctx context.Context, tx db.Tx, scope rbac.Scope, a Application) (*file, error) {
	f := &file{Application: a, by: scope.Actor(), now: tx.Now, cal: calendar.China()}
	if s.Unit == nil || f.by.Kind == rbac.System {
		return f, nil
	}
	if f.by.Kind == rbac.Company {
		f.unit = a.CompanyName
		return f, nil
	}
	var err error
	f.unit, err = s.Unit(ctx, tx, scope)
	return f, err
}

// Start begins an application; nobody but the company sees it until it is handed in. Errors: ErrOpen, ErrBarred, ErrDishonest, ErrLevel,
// ErrEvaluation, ErrPublication, ErrCalendar, ErrRenewal, rbac.ErrNotFound.
func (s *Service) Start(ctx context.Context, p Plan) (n id.Of[id.Application], err error) {
	err = s.Gate.Write(ctx, ActionApply, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		form, err := formFor(home.RegionPath, p.Profile)
		if err != nil {
			return err
		}
		a := Application{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line}
		if a.CompanyName, a.CompanyCode, err = s.Card(ctx, tx, scope, home.CompanyID); err != nil {
			return err
		}
		f, err := s.hand(ctx, tx, scope, a)
		if err != nil {
			return err
		}
		self, err := s.self(ctx, tx, scope, p.SelfID, home.CompanyID)
		if err != nil {
			return err
		}
		if err := s.renewable(ctx, tx, scope, p); err != nil {
			return err
		}
		if err := f.open(p, form, self); err != nil {
			return err
		}
		facts, err := s.facts(ctx, tx, scope, home.CompanyID, form, f.today())
		if err != nil {
			return err
		}
		if b := facts.BarredUntil; !b.IsZero() && !b.Before(f.today()) {
			return ErrBarred.With("until", b.String())
		}
		if facts.Dishonest != nil && *facts.Dishonest {
			return ErrDishonest
		}
		f.Conditions.V = judge(form, f.Level, facts, f.today())
		if err := insertApplication(ctx, tx, f); err != nil {
			return err
		}
		n = f.ID
		scope.Made(int64(n))
		scope.Changed("grading", int64(n), f.CompanyID, Application{}, f.Application)
		return nil
	})
	return n, err
}

// self reads the self-evaluation an application is made with. Errors: rbac.ErrNotFound, ErrNotAvailable.
func (s *Service) self(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Evaluation], company rbac.CompanyID) (Evaluation, error) {
	if s.Outcome == nil {
		return Evaluation{}, ErrNotAvailable
	}
	e, err := s.Outcome(ctx, tx, scope, n)
	if err == nil && e.CompanyID != company {
		err = rbac.ErrNotFound
	}
	return e, err
}

// renewable refuses a renewal of another level, or out of its window. Errors: ErrRenewal, ErrNotAvailable.
func (s *Service) renewable(ctx context.Context, tx db.Tx, scope rbac.Scope, p Plan) error {
	switch {
	case p.Renews == 0:
		return nil
	case s.Direct == nil:
		return ErrNotAvailable
	}
	r, err := s.Direct(ctx, tx, scope, p.Renews)
	if err == nil && (!r.Open || r.Level != p.Level) {
		err = ErrRenewal
	}
	return err
}

// act locks an application, lets one thing happen to it and stores what came of it.
func (s *Service) act(ctx context.Context, action rbac.Action, n id.Of[id.Application], event func(db.Tx, rbac.Scope, *file) error) (id.Of[id.Application], error) {
	err := s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		return s.acting(ctx, tx, scope, n, event)
	})
	return n, err
}

func (s *Service) acting(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Application], event func(db.Tx, rbac.Scope, *file) error) error {
	seen, err := applicationByID(ctx, tx, scope, n, false)
	if err != nil {
		return err
	}
	if k := scope.Actor().Kind; k == rbac.Regulator || k == rbac.Agency {
		if _, err := scope.Within(ctx, tx, seen.CompanyID); err != nil { // the company does not move meanwhile
			return err
		}
	}
	a, err := applicationByID(ctx, tx, scope, n, true)
	if err != nil {
		return err
	}
	f, err := s.hand(ctx, tx, scope, a)
	if err != nil {
		return err
	}
	if err := event(tx, scope, f); err != nil || len(f.added) == 0 {
		return err
	}
	if err := updateApplication(ctx, tx, f); err != nil {
		return err
	}
	if err := insertSteps(ctx, tx, f); err != nil {
		return err
	}
	scope.Made(int64(n))
	scope.Changed("grading", int64(n), f.CompanyID, a, f.Application)
	if err := s.follow(ctx, tx, scope, f); err != nil {
		return err
	}
	return s.leave(ctx, tx, a, f)
}

// leave closes the company to the review agency where its work has ended; nothing of it can be read after that.
func (s *Service) leave(ctx context.Context, tx db.Tx, was Application, f *file) error {
	if was.ReviewOrganisationID == nil || f.by.Kind == rbac.Company || f.by.Kind == rbac.Service {
		return nil
	}
	conflict := slices.ContainsFunc(f.added, func(s *Step) bool { return s.Event == Declare && s.Detail.V.Conflict })
	busy := f.State == Confirmed || f.State == RectifyCheck
	if conflict || (f.State != was.State && !busy) {
		if f.by.Kind == rbac.Agency {
			return leaveNow(ctx, tx, f.CompanyID, f.today())
		}
		return endAccess(ctx, tx, f.CompanyID, *was.ReviewOrganisationID, f.today())
	}
	return nil
}

// Prepare takes the company's word on the conditions, which the system looks at anew. Errors: rbac.ErrNotFound, ErrNow.
func (s *Service) Prepare(ctx context.Context, n id.Of[id.Application], w Statements) (id.Of[id.Application], error) {
	return s.act(ctx, ActionApply, n, func(tx db.Tx, scope rbac.Scope, f *file) error {
		facts, err := s.facts(ctx, tx, scope, f.CompanyID, f.Form(), f.today())
		if err != nil {
			return err
		}
		return f.prepare(judge(f.Form(), f.Level, facts, f.today()), w)
	})
}

// Sign is the principal's commitment. Errors: rbac.ErrNotFound, ErrNow, ErrConditions, ErrSignature.
func (s *Service) Sign(ctx context.Context, n id.Of[id.Application], x Signing) (id.Of[id.Application], error) {
	return s.act(ctx, ActionSign, n, func(_ db.Tx, _ rbac.Scope, f *file) error { return f.sign(x) })
}

// Submit hands the application in; the conditions are looked at once more, and the evaluation is frozen with it.
// Errors: rbac.ErrNotFound, ErrNow, ErrUnsigned, ErrConditions, ErrPublication, ErrEvaluation, ErrCalendar.
func (s *Service) Submit(ctx context.Context, n id.Of[id.Application], p Paper) (id.Of[id.Application], error) {
	return s.act(ctx, ActionApply, n, func(tx db.Tx, scope rbac.Scope, f *file) error {
		if err := f.may(Submit); err != nil {
			return err
		}
		facts, err := s.facts(ctx, tx, scope, f.CompanyID, f.Form(), f.today())
		if err != nil {
			return err
		}
		self, err := s.self(ctx, tx, scope, f.SelfID, f.CompanyID)
		if err != nil {
			return err
		}
		if err := published(self, f.Form(), f.cal, f.today()); err != nil {
			return err
		}
		direct := false
		if f.RenewsID != nil && s.Direct != nil {
			r, err := s.Direct(ctx, tx, scope, *f.RenewsID)
			if err != nil {
				return err
			}
			direct = r.Direct && r.Open && r.Level == f.Level
		}
		return f.submit(p, judge(f.Form(), f.Level, facts, f.today()), self, direct)
	})
}

// Resubmit answers the list of what was missing. Errors: rbac.ErrNotFound, ErrNow, ErrBlank.
func (s *Service) Resubmit(ctx context.Context, n id.Of[id.Application], p Paper) (id.Of[id.Application], error) {
	return s.act(ctx, ActionApply, n, func(_ db.Tx, _ rbac.Scope, f *file) error { return f.resubmit(p) })
}

// Withdraw ends the application by the company's wish, before it is confirmed. Errors: rbac.ErrNotFound, ErrNow.
func (s *Service) Withdraw(ctx context.Context, n id.Of[id.Application], p Paper) (id.Of[id.Application], error) {
	return s.act(ctx, ActionApply, n, func(_ db.Tx, _ rbac.Scope, f *file) error { return f.withdraw(p) })
}

// Mend notes what the company did about one thing found. Errors: rbac.ErrNotFound, ErrNow, ErrTooLate, ErrIssue, ErrBlank.
func (s *Service) Mend(ctx context.Context, n id.Of[id.Application], m Mending) (id.Of[id.Application], error) {
	return s.act(ctx, ActionApply, n, func(tx db.Tx, _ rbac.Scope, f *file) error {
		issues, err := issuesOf(ctx, tx, f.Application)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(issues, func(i Issue) bool { return i.ID == m.Issue })
		if i < 0 {
			return ErrIssue.At("body.issue")
		}
		if err := f.mend(&issues[i], m); err != nil {
			return err
		}
		return updateIssue(ctx, tx, issues[i], "measure", "files", "done_on")
	})
}

// AskExtension asks for more time to mend, once. Errors: rbac.ErrNotFound, ErrNow, ErrOnce, ErrTooLate, ErrDays, ErrBlank.
func (s *Service) AskExtension(ctx context.Context, n id.Of[id.Application], l Longer) (id.Of[id.Application], error) {
	return s.act(ctx, ActionApply, n, func(_ db.Tx, _ rbac.Scope, f *file) error { return f.askExtension(l) })
}

// AskCheck says that all is mended. Errors: rbac.ErrNotFound, ErrNow, ErrTooLate, ErrUnmended.
func (s *Service) AskCheck(ctx context.Context, n id.Of[id.Application], p Paper) (id.Of[id.Application], error) {
	return s.act(ctx, ActionApply, n, func(tx db.Tx, _ rbac.Scope, f *file) error {
		issues, err := issuesOf(ctx, tx, f.Application)
		if err != nil {
			return err
		}
		return f.askCheck(p, issues)
	})
}
