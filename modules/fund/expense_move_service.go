package fund

import (
	"context"
	"slices"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// move locks a company's fund and one expense, and lets one thing happen to it. Errors: rbac.ErrNotFound, ErrState.
func (s *Service) move(ctx context.Context, action rbac.Action, n id.Of[Expense], in []ExpenseState, deed func(db.Tx, rbac.Scope, *Expense) error) (id.Of[Expense], error) {
	err := s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := lockCompany(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		was, err := expenseByID(ctx, tx, scope, n, true)
		if err != nil {
			return err
		}
		if !slices.Contains(in, was.State) {
			return ErrState
		}
		is := was
		if err := deed(tx, scope, &is); err != nil {
			return err
		}
		is.ChangedAt = tx.Now
		scope.Made(int64(n))
		scope.Changed("fund_expense", int64(n), home.CompanyID, was, is)
		return saveExpense(ctx, tx, &is)
	})
	return n, err
}

// SubmitExpense asks for approval. Errors: rbac.ErrNotFound, ErrState, ErrNotMaker, ErrDoubt, ErrVoucher, ErrPapers.
func (s *Service) SubmitExpense(ctx context.Context, n id.Of[Expense]) (id.Of[Expense], error) {
	return s.move(ctx, ActionRecord, n, []ExpenseState{Draft}, func(tx db.Tx, scope rbac.Scope, e *Expense) error {
		if err := maker(scope, e); err != nil {
			return err
		}
		return s.submit(ctx, tx, scope, e)
	})
}

// submit hands a draft in and tells who decides.
func (s *Service) submit(ctx context.Context, tx db.Tx, scope rbac.Scope, e *Expense) error {
	p, err := profileOf(ctx, tx, e.CompanyID)
	if err != nil {
		return err
	}
	if err := e.ready(p); err != nil {
		return err
	}
	e.State, e.DecidedByName, e.DecidedAt, e.DecisionNote = Submitted, "", nil, ""
	if err := s.step(ctx, tx, scope, e, eventSubmitted, e.DoubtReason); err != nil {
		return err
	}
	note := s.note(tx, e, "fund.note-expense")
	note.Except, note.Roles = scope.Actor().PersonID, []string{principal}
	if !p.principals(e.AmountFen) {
		note.Roles = append(note.Roles, "safety")
	}
	return s.tell(ctx, tx, note)
}

func (s *Service) note(tx db.Tx, e *Expense, code string) Note {
	return Note{
		Company: e.CompanyID, Object: int64(e.ID), Code: code, Key: code + "|" + e.ID.String() + "|" + tx.Now.UTC().Format("20060102150405"),
		Params: map[string]string{"number": e.Number, "purpose": e.Purpose, "amount": e.AmountFen.Yuan(), "by": e.MadeByName, "note": e.DecisionNote},
	}
}

func (s *Service) tell(ctx context.Context, tx db.Tx, n Note) error {
	if s.Tell == nil {
		return nil
	}
	return s.Tell(ctx, tx, n)
}

// decide is the word of who may approve an expense.
func (s *Service) decide(ctx context.Context, n id.Of[Expense], to ExpenseState, event, note string, more func(db.Tx, rbac.Scope, *Expense) error) (id.Of[Expense], error) {
	return s.move(ctx, ActionApprove, n, []ExpenseState{Submitted}, func(tx db.Tx, scope rbac.Scope, e *Expense) error {
		p, err := profileOf(ctx, tx, e.CompanyID)
		if err != nil {
			return err
		}
		if err := p.mayApprove(scope.Actor(), e); err != nil {
			return err
		}
		now := tx.Now
		e.State, e.DecidedByName, e.DecidedAt, e.DecisionNote = to, scope.Actor().Name, &now, strings.TrimSpace(note)
		if more != nil {
			if err := more(tx, scope, e); err != nil {
				return err
			}
		}
		if err := s.step(ctx, tx, scope, e, event, e.DecisionNote); err != nil || e.MadePersonID == nil {
			return err
		}
		told := s.note(tx, e, "fund.note-"+event)
		told.Person = *e.MadePersonID
		return s.tell(ctx, tx, told)
	})
}

// Approval is a yes: to this amount.
type Approval struct {
	AmountFen fen.Amount `json:"amountFen" minimum:"1" doc:"as it was shown"`
	Note      string     `json:"note" required:"false" maxLength:"500"`
}

// ApproveExpense books an expense; a fixed asset that is not in working order yet is noted as paid.
// Errors: rbac.ErrNotFound, ErrState, ErrOwn, ErrApprover, ErrPreview.
func (s *Service) ApproveExpense(ctx context.Context, n id.Of[Expense], a Approval) (id.Of[Expense], error) {
	return s.decide(ctx, n, Booked, eventApproved, a.Note, func(tx db.Tx, scope rbac.Scope, e *Expense) error {
		if e.AmountFen != a.AmountFen {
			return ErrPreview
		}
		home, err := scope.Home()
		if err != nil {
			return err
		}
		return s.bookExpense(ctx, tx, scope, home, e)
	})
}

// RefuseExpense turns an expense down for good. Errors: rbac.ErrNotFound, ErrState, ErrOwn, ErrApprover, ErrReason.
func (s *Service) RefuseExpense(ctx context.Context, n id.Of[Expense], reason string) (id.Of[Expense], error) {
	return s.decide(ctx, n, Refused, eventRefused, reason, reasoned(reason))
}

// ReturnExpense gives an expense back to who entered it, to be changed. Errors: those of RefuseExpense.
func (s *Service) ReturnExpense(ctx context.Context, n id.Of[Expense], reason string) (id.Of[Expense], error) {
	return s.decide(ctx, n, Draft, eventReturned, reason, reasoned(reason))
}

func reasoned(reason string) func(db.Tx, rbac.Scope, *Expense) error {
	return func(db.Tx, rbac.Scope, *Expense) error {
		if strings.TrimSpace(reason) == "" {
			return ErrReason.At("body.reason")
		}
		return nil
	}
}

// WithdrawExpense drops what one entered and nobody decided on. Errors: rbac.ErrNotFound, ErrState, ErrNotMaker.
func (s *Service) WithdrawExpense(ctx context.Context, n id.Of[Expense]) (id.Of[Expense], error) {
	return s.move(ctx, ActionRecord, n, []ExpenseState{Draft, Submitted}, func(tx db.Tx, scope rbac.Scope, e *Expense) error {
		if err := maker(scope, e); err != nil {
			return err
		}
		e.State = Withdrawn
		return s.step(ctx, tx, scope, e, eventWithdrawn, "")
	})
}

// Completion says that a fixed asset is in working order.
type Completion struct {
	CompletedOn day.Date               `json:"completedOn"`
	Files       []id.Of[id.Attachment] `json:"files" required:"false" maxItems:"30" nullable:"false" doc:"acceptance record"`
	Note        string                 `json:"note" required:"false" maxLength:"500"`
}

// CompleteExpense books a fixed asset that was paid for: into the assets, and in full against the fund, in the month in which it
// came into working order. Errors: rbac.ErrNotFound, ErrState, ErrDay.
func (s *Service) CompleteExpense(ctx context.Context, n id.Of[Expense], c Completion) (id.Of[Expense], error) {
	return s.move(ctx, ActionRecord, n, []ExpenseState{Building}, func(tx db.Tx, scope rbac.Scope, e *Expense) error {
		if c.CompletedOn.IsZero() || c.CompletedOn.After(today(tx)) || c.CompletedOn.Before(e.SpentOn) {
			return ErrDay.At("body.completedOn")
		}
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := s.Claim(ctx, tx, scope, c.Files, "fund_expense", int64(e.ID)); err != nil {
			return err
		}
		for _, f := range c.Files {
			e.Files = append(e.Files, int64(f))
		}
		slices.Sort(e.Files)
		e.Files, e.CompletedOn = slices.Compact(e.Files), c.CompletedOn
		if err := s.bookExpense(ctx, tx, scope, home, e); err != nil {
			return err
		}
		return s.step(ctx, tx, scope, e, eventCompleted, strings.TrimSpace(c.Note))
	})
}

// ReverseExpense takes a booked expense back by entries the other way round, in the month of the last of them or, if that is
// closed, in the first one that is open. Errors: rbac.ErrNotFound, ErrState, ErrReason.
func (s *Service) ReverseExpense(ctx context.Context, n id.Of[Expense], reason string) (id.Of[Expense], error) {
	return s.move(ctx, ActionReverse, n, []ExpenseState{Booked, Building}, func(tx db.Tx, scope rbac.Scope, e *Expense) error {
		reason = strings.TrimSpace(reason)
		if reason == "" {
			return ErrReason.At("body.reason")
		}
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if err := s.unbook(ctx, tx, scope, home, e, reason); err != nil {
			return err
		}
		e.State, e.DecisionNote = Reversed, reason
		return s.step(ctx, tx, scope, e, eventReversed, reason)
	})
}
