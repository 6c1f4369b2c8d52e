package award

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// hand is an award in a transaction.
type hand struct {
	ctx   context.Context
	tx    db.Tx
	scope rbac.Scope
	f     *file
}

// decide lets a regulator do one thing to an award, which is locked, and stores what came of it.
func (s *Service) decide(ctx context.Context, action rbac.Action, n id.Of[id.Award], files Files, event func(hand) error) (id.Of[id.Award], error) {
	err := s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		seen, err := awardByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		if _, err := scope.Within(ctx, tx, seen.CompanyID); err != nil { // the company does not move meanwhile
			return err
		}
		a, err := awardByID(ctx, tx, scope, n, true)
		if err != nil {
			return err
		}
		f := newFile(a, scope, tx)
		if err := event(hand{ctx, tx, scope, f}); err != nil {
			return err
		}
		if err := saveAward(ctx, tx, f); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("award", int64(n), f.CompanyID, a, f.Award)
		return s.follow(ctx, tx, scope, f, files)
	})
	return n, err
}

// answer lets the company say one thing about its award. The award itself is not the company's to write: what it says stands
// beside it, and is locked there.
func (s *Service) answer(ctx context.Context, action rbac.Action, n id.Of[id.Award], files Files, event func(hand) error) (id.Of[id.Award], error) {
	err := s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		a, err := awardByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		f := newFile(a, scope, tx)
		if err := event(hand{ctx, tx, scope, f}); err != nil {
			return err
		}
		if err := insertSteps(ctx, tx, f); err != nil {
			return err
		}
		scope.Made(int64(n))
		return s.follow(ctx, tx, scope, f, files)
	})
	return n, err
}

// Propose opens a revocation. Errors: rbac.ErrNotFound, ErrNow, ErrAuthority, ErrReason, ErrBlank, ErrProposed.
func (s *Service) Propose(ctx context.Context, n id.Of[id.Award], p Proposal) (id.Of[id.Award], error) {
	return s.decide(ctx, ActionRevoke, n, p.Files, func(h hand) error {
		facts, err := s.suggested(h.ctx, h.tx, h.scope, h.f.Award)
		if err != nil {
			return err
		}
		last, err := lastRevocation(h.ctx, h.tx, h.f.Award, true)
		if err != nil {
			return err
		}
		r, err := h.f.propose(p, facts, last)
		if err != nil {
			return err
		}
		if err := insertRevocation(h.ctx, h.tx, r); err != nil {
			return err
		}
		h.scope.Changed("award.revocation", int64(r.ID), r.CompanyID, Revocation{}, *r)
		return nil
	})
}

// State is the company's statement. Errors: rbac.ErrNotFound, ErrNotProposed, ErrStated, ErrStateLate, ErrBlank.
func (s *Service) State(ctx context.Context, n id.Of[id.Award], x Statement) (id.Of[id.Award], error) {
	return s.answer(ctx, ActionState, n, x.Files, func(h hand) error {
		return h.revocation(statedOf, func(r *Revocation) error { return h.f.state(r, x) })
	})
}

// revocation locks the last revocation, lets something happen to it and stores what came of it.
func (h hand) revocation(columns []string, event func(*Revocation) error) error {
	r, err := lastRevocation(h.ctx, h.tx, h.f.Award, true)
	if err != nil {
		return err
	}
	var was Revocation
	if r != nil {
		was = *r
	}
	if err := event(r); err != nil {
		return err
	}
	if err := updateRevocation(h.ctx, h.tx, r, columns); err != nil {
		return err
	}
	h.scope.Changed("award.revocation", int64(r.ID), r.CompanyID, was, *r)
	return nil
}

// Decide ends a revocation; where the level is taken back a bar follows. Errors: rbac.ErrNotFound, ErrNotProposed, ErrAuthority,
// ErrStateOpen, ErrBlank, ErrDowngrade, ErrNow.
func (s *Service) Decide(ctx context.Context, n id.Of[id.Award], d Decision) (id.Of[id.Award], error) {
	return s.decide(ctx, ActionRevoke, n, d.Files, func(h hand) error {
		return h.revocation(decidedOf, func(r *Revocation) error {
			if err := h.f.decide(r, d); err != nil || r.BarredUntil.IsZero() {
				return err
			}
			return s.bar(h.ctx, h.tx, h.scope, Bar{
				CompanyID: r.CompanyID, RegionPath: r.RegionPath, OversightLine: r.OversightLine, AwardID: &h.f.ID, SinceOn: r.DecidedOn, UntilOn: r.BarredUntil, Reason: h.f.Reason,
			})
		})
	})
}

// Announce makes a revocation public. Errors: rbac.ErrNotFound, ErrNotRevoked, ErrAuthority, ErrAnnounced, ErrDay, ErrBlank.
func (s *Service) Announce(ctx context.Context, n id.Of[id.Award], a Announcement) (id.Of[id.Award], error) {
	return s.decide(ctx, ActionRevoke, n, a.Files, func(h hand) error {
		return h.revocation(decidedOf, func(r *Revocation) error { return h.f.announce(r, a) })
	})
}

// Collect notes what was taken back. Errors: rbac.ErrNotFound, ErrNotRevoked, ErrAuthority, ErrUnannounced, ErrNothing,
// ErrCollected, ErrDay.
func (s *Service) Collect(ctx context.Context, n id.Of[id.Award], c Collection) (id.Of[id.Award], error) {
	return s.decide(ctx, ActionRevoke, n, c.Files, func(h hand) error {
		return h.revocation(decidedOf, func(r *Revocation) error { return h.f.collect(r, c) })
	})
}

// AskName asks for a new name on the certificate. Errors: rbac.ErrNotFound, ErrNow, ErrRenameOpen, ErrMoved, ErrExpanded,
// ErrBlank, ErrSameName.
func (s *Service) AskName(ctx context.Context, n id.Of[id.Award], c Change) (id.Of[id.Award], error) {
	return s.answer(ctx, ActionRename, n, c.Files, func(h hand) error {
		last, err := lastRename(h.ctx, h.tx, h.f.Award)
		if err != nil {
			return err
		}
		r, err := h.f.ask(c, last)
		if err != nil {
			return err
		}
		if err := insertRename(h.ctx, h.tx, r); err != nil {
			return err
		}
		h.scope.Changed("award.rename", int64(r.ID), r.CompanyID, Rename{}, *r)
		return nil
	})
}

// WithdrawName takes it back. Errors: rbac.ErrNotFound, ErrNoRename.
func (s *Service) WithdrawName(ctx context.Context, n id.Of[id.Award], w Withdrawal) (id.Of[id.Award], error) {
	return s.answer(ctx, ActionRename, n, nil, func(h hand) error {
		return h.rename(func(r *Rename) error { return h.f.takeBack(r, w) })
	})
}

// AnswerName confirms or refuses a new name. Errors: rbac.ErrNotFound, ErrNoRename, ErrAuthority, ErrBlank, ErrNow.
func (s *Service) AnswerName(ctx context.Context, n id.Of[id.Award], v Verdict) (id.Of[id.Award], error) {
	return s.decide(ctx, ActionNames, n, nil, func(h hand) error {
		return h.rename(func(r *Rename) error { return h.f.answer(r, v) })
	})
}

func (h hand) rename(event func(*Rename) error) error {
	r, err := lastRename(h.ctx, h.tx, h.f.Award)
	if err != nil {
		return err
	}
	var was Rename
	if r != nil {
		was = *r
	}
	if err := event(r); err != nil {
		return err
	}
	if err := updateRename(h.ctx, h.tx, r); err != nil {
		return err
	}
	h.scope.Changed("award.rename", int64(r.ID), r.CompanyID, was, *r)
	return nil
}

// Confirm notes an officer's word on a condition of direct renewal. Errors: rbac.ErrNotFound, ErrNow, ErrAuthority,
// ErrCondition, ErrBlank.
func (s *Service) Confirm(ctx context.Context, n id.Of[id.Award], c Confirm) (id.Of[id.Award], error) {
	return s.decide(ctx, ActionConfirm, n, nil, func(h hand) error {
		all, err := s.conditions(h.ctx, h.tx, h.f.Award)
		if err != nil {
			return err
		}
		made, err := h.f.confirm(c, all)
		if err != nil {
			return err
		}
		return insertConfirmation(h.ctx, h.tx, made)
	})
}

// FilePaper notes a yearly self-evaluation on paper. Errors: rbac.ErrNotFound, ErrNow, ErrAuthority, ErrYear, ErrYearFiled,
// ErrDay, ErrBlank.
func (s *Service) FilePaper(ctx context.Context, n id.Of[id.Award], p PaperYear) (id.Of[id.Award], error) {
	return s.decide(ctx, ActionEnter, n, nil, func(h hand) error {
		years, err := s.yearsOf(h.ctx, h.tx, h.f.Award)
		if err != nil {
			return err
		}
		made, err := h.f.paper(p, years)
		if err != nil {
			return err
		}
		return insertFiling(h.ctx, h.tx, made)
	})
}

// Number notes the numbers of the printed form and the plaque. Errors: rbac.ErrNotFound, ErrNow, ErrAuthority, ErrNothing.
func (s *Service) Number(ctx context.Context, n id.Of[id.Award], p Plate) (id.Of[id.Award], error) {
	return s.decide(ctx, ActionEnter, n, nil, func(h hand) error { return h.f.plate(p) })
}
