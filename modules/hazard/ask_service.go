package hazard

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Terms says how more time is asked for where the regulator answers: from which day on for a
// deadline, and by when a request made on a day is answered. A nil Terms knows neither.
type Terms func(deadline, asked day.Date) (opens, answerBy day.Date, err error)

// opens is the first day on which more time can be asked for; zero: any.
func (s *Service) opens(h Hazard) (opens day.Date, err error) {
	if s.Terms == nil || h.Deadline.IsZero() || !h.NeedsRegulator() {
		return opens, nil
	}
	opens, _, err = s.Terms(h.Deadline, h.Deadline)
	return opens, err
}

// AskExtension asks for more time. Errors: ErrNow, ErrNotOwner, ErrAskedAlready, ErrReason, ErrBlank,
// ErrExtensionLate, ErrExtensionEarly, ErrExtensionDeadline.
func (s *Service) AskExtension(ctx context.Context, hid id.Of[id.Hazard], r Extension) (id.Of[id.Hazard], error) {
	return s.move(ctx, ActionFix, hid, s.asksExtension(r))
}

func (s *Service) asksExtension(r Extension) func(db.Tx, rbac.Scope, *file) error {
	return func(_ db.Tx, _ rbac.Scope, f *file) error {
		opens, err := s.opens(f.Hazard)
		if err != nil {
			return err
		}
		return f.askExtension(r, opens)
	}
}

// AskVoid asks to strike out a row entered by mistake. Errors: ErrNow, ErrOwnVoid, ErrVoidRegulator, ErrLevel, ErrReason, ErrAskedAlready.
func (s *Service) AskVoid(ctx context.Context, hid id.Of[id.Hazard], reason string) (id.Of[id.Hazard], error) {
	return s.move(ctx, ActionVoid, hid, func(_ db.Tx, _ rbac.Scope, f *file) error { return f.askVoid(reason) })
}

// Void confirms what another asked. Errors: ErrNow, ErrNotAsked, ErrOwnAnswer, ErrOwnVoid, ErrVoidRegulator, ErrLevel.
func (s *Service) Void(ctx context.Context, hid id.Of[id.Hazard], note string) (id.Of[id.Hazard], error) {
	return s.move(ctx, ActionVoid, hid, func(_ db.Tx, _ rbac.Scope, f *file) error { return f.void(note) })
}

// AskTransfer asks to hand the hazard to whoever the matter belongs to. Errors: ErrNow, ErrBlank, ErrReason, ErrAskedAlready.
func (s *Service) AskTransfer(ctx context.Context, hid id.Of[id.Hazard], h Handing) (id.Of[id.Hazard], error) {
	return s.move(ctx, ActionVoid, hid, func(_ db.Tx, _ rbac.Scope, f *file) error { return f.askTransfer(h) })
}

// Transfer confirms what another asked. Errors: ErrNow, ErrNotAsked, ErrOwnAnswer, ErrAnswerRegulator.
func (s *Service) Transfer(ctx context.Context, hid id.Of[id.Hazard], note string) (id.Of[id.Hazard], error) {
	return s.answer(ctx, hid, func(_ db.Tx, scope rbac.Scope, f *file) error {
		if f.by.Kind != rbac.Regulator && !scope.Can(ActionVoid) {
			return rbac.ErrForbidden
		}
		return f.transfer(note)
	})
}

// Extend grants more time. Errors: ErrNow, ErrNotAsked, ErrOwnAnswer, ErrAnswerRegulator, ErrExtensionDeadline.
func (s *Service) Extend(ctx context.Context, hid id.Of[id.Hazard], until day.Date, note string) (id.Of[id.Hazard], error) {
	return s.answer(ctx, hid, func(_ db.Tx, _ rbac.Scope, f *file) error { return f.extend(until, note) })
}

// Refuse turns down what was asked, or takes it back. Errors: ErrNow, ErrNotAsked, ErrReason, ErrOwnAnswer, ErrAnswerRegulator.
func (s *Service) Refuse(ctx context.Context, hid id.Of[id.Hazard], reason string) (id.Of[id.Hazard], error) {
	return s.answer(ctx, hid, func(_ db.Tx, scope rbac.Scope, f *file) error {
		return f.refuses(scope, reason)
	})
}

// refuses is refuse by who may: of more time who may answer, of the rest who may ask for it.
func (f *file) refuses(scope rbac.Scope, reason string) error {
	if f.by.Kind != rbac.Regulator && f.Asked != AskedExtension && !scope.Can(ActionVoid) {
		return rbac.ErrForbidden
	}
	return f.refuse(reason)
}

// answer lets the company or the regulator answer what was asked of a hazard.
func (s *Service) answer(ctx context.Context, hid id.Of[id.Hazard], event func(db.Tx, rbac.Scope, *file) error) (id.Of[id.Hazard], error) {
	err := s.Gate.Write(ctx, ActionAnswer, func(tx db.Tx, scope rbac.Scope) error {
		if scope.Actor().Kind != rbac.Regulator {
			return s.moved(ctx, tx, scope, hid, event)
		}
		seen, err := hazardByID(ctx, tx, scope, hid)
		if err != nil {
			return err
		}
		if _, err := scope.Within(ctx, tx, seen.CompanyID); err != nil { // the company does not move while the step is written
			return err
		}
		h, err := lockAsked(ctx, tx, scope, seen)
		if err != nil {
			return err
		}
		return s.carry(ctx, tx, scope, h, answered, func(f *file) error { return event(tx, scope, f) })
	})
	return hid, err
}
