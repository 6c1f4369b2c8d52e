package proof

import (
	"context"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// What this module needs of others. Each works within the caller's transaction.
type (
	// Claim ties files the actor has uploaded to an object of this module.
	Claim func(ctx context.Context, tx db.Tx, scope rbac.Scope, files []id.Of[id.Attachment], noun string, object int64) error
	// NewRecords returns the checks of a company that arrived in a span.
	NewRecords func(ctx context.Context, tx db.Tx, company rbac.CompanyID, from, until time.Time) ([]Record, error)
	// RecordsAround returns the checks of one person that were begun in a span; their items are not needed.
	RecordsAround func(ctx context.Context, tx db.Tx, company rbac.CompanyID, staff int64, from, until time.Time) ([]Record, error)
	// Tell writes a message to those who answer for the company's safety. One whose Key was used
	// before is not written again.
	Tell func(ctx context.Context, tx db.Tx, n Note) error
)

// Note is a message about a signal.
type Note struct {
	CompanyID rbac.CompanyID
	SignalID  id.Of[Signal]
	Code      string
	Params    map[string]string
	Key       string
}

// noun names a signal to other modules.
const noun = "proof_signal"

// Signals lists the signals the actor may see: a company its own, a regulator those of his area whose
// term has passed. Errors: page.ErrCursor.
// It tells the day they were read on, too.
func (s *Service) Signals(ctx context.Context, f SignalFilter, q page.Query) (rows []SignalLine, k page.Key, today day.Date, err error) {
	if k, err = q.Start("happened", 2); err != nil {
		return nil, k, today, err
	}
	err = s.Gate.Read(ctx, ActionSignals, func(tx db.Tx, scope rbac.Scope) (err error) {
		today = day.In(tx.Now, day.Shanghai)
		rows, err = signals(ctx, tx, scope, f, k, q.Limit+1)
		return err
	})
	return rows, k, today, err
}

// Signal returns one, and the day it was read on. Errors: rbac.ErrNotFound.
func (s *Service) Signal(ctx context.Context, n id.Of[Signal]) (l SignalLine, today day.Date, err error) {
	err = s.Gate.Read(ctx, ActionSignals, func(tx db.Tx, scope rbac.Scope) (err error) {
		today = day.In(tx.Now, day.Shanghai)
		l, err = signalByID(ctx, tx, scope, n, false)
		return err
	})
	return l, today, err
}

// Waiting counts the signals that wait for the actor, and those of them due today or the next
// working day.
func (s *Service) Waiting(ctx context.Context) (c Count, err error) {
	err = s.Gate.Read(ctx, ActionSignals, func(tx db.Tx, scope rbac.Scope) (err error) {
		by := day.In(tx.Now, day.Shanghai).AddDays(1)
		for !s.Calendar.Working(by) {
			by = by.AddDays(1)
		}
		c, err = countSignals(ctx, tx, scope, by)
		return err
	})
	return c, err
}

// Explanation answers a signal.
type Explanation struct {
	Explanation string                 `json:"explanation" minLength:"1" maxLength:"2000"`
	Attachments []id.Of[id.Attachment] `json:"attachments,omitempty" required:"false" nullable:"false" maxItems:"9"`
}

// Explain answers a signal, once; after the term, too. Errors: rbac.ErrNotFound, ErrExplained,
// ErrExplanation, attachment.ErrUnknown.
func (s *Service) Explain(ctx context.Context, n id.Of[Signal], e Explanation) (id.Of[Signal], error) {
	return n, s.Gate.Write(ctx, ActionExplain, func(tx db.Tx, scope rbac.Scope) error {
		if _, err := scope.Home(); err != nil {
			return err
		}
		l, err := signalByID(ctx, tx, scope, n, true)
		if err != nil {
			return err
		}
		was := l.Signal
		if err := l.explain(e.Explanation, e.Attachments, scope.Actor(), tx.Now); err != nil {
			return err
		}
		if len(e.Attachments) > 0 {
			if err := s.Claim(ctx, tx, scope, e.Attachments, noun, int64(n)); err != nil {
				return err
			}
		}
		scope.Made(int64(n))
		scope.Changed(noun, int64(n), l.CompanyID, was.trail(), l.trail())
		return putExplanation(ctx, tx, l.Signal)
	})
}

// Noting is what a regulator thinks of a signal.
type Noting struct {
	Outcome Outcome `json:"outcome" enum:"seen,no_concern"`
	Note    string  `json:"note,omitempty" required:"false" maxLength:"500"`
}

// Note notes what a regulator thinks of a signal of his area. Errors: rbac.ErrNotFound, ErrOutcome.
func (s *Service) Note(ctx context.Context, n id.Of[Signal], in Noting) (id.Of[Signal], error) {
	return n, s.Gate.Write(ctx, ActionNote, func(tx db.Tx, scope rbac.Scope) error {
		l, err := signalByID(ctx, tx, scope, n, true)
		if err != nil {
			return err
		}
		was := l.Signal
		if err := l.note(in.Outcome, in.Note, scope.Actor(), tx.Now); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed(noun, int64(n), l.CompanyID, was.trail(), l.trail())
		if err := putOutcome(ctx, tx, l.Signal); err != nil {
			return err
		}
		return s.touch(ctx, tx, l.CompanyID)
	})
}

// touch says of whom regulators see more or fewer signals.
func (s *Service) touch(ctx context.Context, tx db.Tx, ids ...rbac.CompanyID) error {
	if s.Touch == nil || len(ids) == 0 {
		return nil
	}
	return s.Touch(ctx, tx, ids...)
}

// trail is what the trail keeps of a signal.
type trail struct {
	State       State
	Explanation string
	Outcome     Outcome
	OutcomeNote string
}

func (s Signal) trail() trail { return trail{s.State, s.Explanation, s.Outcome, s.OutcomeNote} }
