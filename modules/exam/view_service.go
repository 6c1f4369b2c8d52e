package exam

import (
	"context"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Opened is a sitting with its questions and answers.
type Opened struct {
	Sat
	Questions map[id.Of[id.Question]]Question
	Answers   map[int]Answer // by place
	Now       time.Time
	Told      bool // right answers may be shown
}

// Open returns one's own sitting. Right answers are told once it has ended. Errors: rbac.ErrNotFound.
func (s *Service) Open(ctx context.Context, n id.Of[id.Sitting]) (o Opened, err error) {
	err = s.Gate.Read(ctx, ActionSit, func(tx db.Tx, scope rbac.Scope) error {
		who, err := sitter(scope)
		if err != nil {
			return err
		}
		o, err = openOwn(ctx, tx, who, n)
		return err
	})
	return o, err
}

func openOwn(ctx context.Context, tx db.Tx, who Sitter, n id.Of[id.Sitting]) (o Opened, err error) {
	r, err := ownSitting(ctx, tx, who, n, false)
	if err != nil {
		return o, err
	}
	return opened(ctx, tx, Sat{Sitting: r, Name: who.Name})
}

func opened(ctx context.Context, tx db.Tx, r Sat) (o Opened, err error) {
	o = Opened{Sat: r, Answers: map[int]Answer{}, Now: tx.Now, Told: r.State == Ended}
	if o.Questions, err = versions(ctx, tx, r.CompanyID, idsOf(r.Drawn.V)); err != nil {
		return o, err
	}
	answers, err := answersOf(ctx, tx, r.Sitting)
	for _, a := range answers {
		o.Answers[a.N] = a
	}
	return o, err
}

// Desk is what a person has to sit and has sat.
type Desk struct {
	Duties []Duty
	Sat    []Sitting
	Papers []Paper // in use, to practise on
}

// Mine returns one's own exams. Errors: ErrNoStaff.
func (s *Service) Mine(ctx context.Context) (d Desk, err error) {
	err = s.Gate.Read(ctx, ActionSit, func(tx db.Tx, scope rbac.Scope) error {
		who, err := sitter(scope)
		if err != nil {
			return err
		}
		if d.Duties, err = dutiesOf(ctx, tx, who); err != nil {
			return err
		}
		if d.Sat, err = mineOf(ctx, tx, who, 50); err != nil {
			return err
		}
		d.Papers, err = papersOf(ctx, tx, scope, page.Key{}, 50)
		return err
	})
	return d, err
}

// ResultFilter says which sittings to list.
type ResultFilter struct {
	page.Query
	PaperID id.Of[id.Paper] `query:"paperId"`
	TaskID  id.Of[Task]     `query:"examTaskId"`
	StaffID id.Of[id.Staff] `query:"staffId"`
	Outcome string          `query:"outcome" enum:"passed,failed,running"`
}

// Results returns one page of the sittings of one's part of the company, the newest first.
func (s *Service) Results(ctx context.Context, f ResultFilter) (rows []Sat, k page.Key, err error) {
	if k, err = f.Start(sortNew, 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionResults, func(tx db.Tx, scope rbac.Scope) (err error) {
		rows, err = satBy(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// Result returns one sitting with its answers; those who list results see the right answers once it has ended.
// Errors: rbac.ErrNotFound.
func (s *Service) Result(ctx context.Context, n id.Of[id.Sitting]) (o Opened, err error) {
	err = s.Gate.Read(ctx, ActionResults, func(tx db.Tx, scope rbac.Scope) error {
		r, err := satOne(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		o, err = opened(ctx, tx, r)
		return err
	})
	return o, err
}

// Digest is how a paper fares.
type Digest struct {
	Paper   Paper
	Tally   Tally
	Hardest []Missed
}

// Digest returns how a paper fares in one's part of the company. Errors: rbac.ErrNotFound.
func (s *Service) Digest(ctx context.Context, n id.Of[id.Paper]) (d Digest, err error) {
	err = s.Gate.Read(ctx, ActionResults, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if d.Paper, err = paperIn(ctx, tx, home.CompanyID, n, false); err != nil {
			return err
		}
		if d.Tally, err = tallyOf(ctx, tx, scope, n); err != nil {
			return err
		}
		d.Hardest, err = hardestOf(ctx, tx, scope, n, 10)
		return err
	})
	return d, err
}
