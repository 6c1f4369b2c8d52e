package exam

import (
	"context"
	"errors"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Who holds a newcomer's link sits its paper without a login. Every use case runs as the job runner, bounded by the
// ticket alone.

// withTicket runs fn for the bearer of a link. Errors: ErrBearer.
func (s *Service) withTicket(ctx context.Context, name, token string, fn func(tx db.Tx, scope rbac.Scope, t Ticket) error) error {
	return s.Gate.System(ctx, name, func(tx db.Tx, scope rbac.Scope) error {
		if s.Bearer == nil {
			return ErrBearer
		}
		t, err := s.Bearer(ctx, tx, token)
		if errors.Is(err, rbac.ErrNotFound) {
			return ErrBearer
		}
		if err != nil {
			return err
		}
		return fn(tx, scope, t)
	})
}

// BearerSit begins or resumes the bearer's exam. Errors: ErrBearer, those of Sit.
func (s *Service) BearerSit(ctx context.Context, token string) (o Opened, err error) {
	err = s.withTicket(ctx, "exam.bearer-sit", token, func(tx db.Tx, scope rbac.Scope, t Ticket) error {
		n, err := s.sit(ctx, tx, scope, t.Sitter, Start{PaperID: t.PaperID, Noun: t.Purpose.Noun, Ref: id.Of[Purpose](t.Purpose.Ref)})
		if err != nil {
			return err
		}
		o, err = openOwn(ctx, tx, t.Sitter, n)
		return err
	})
	return o, err
}

// BearerOpen returns the bearer's sitting. Errors: ErrBearer, rbac.ErrNotFound.
func (s *Service) BearerOpen(ctx context.Context, token string, n id.Of[id.Sitting]) (o Opened, err error) {
	err = s.withTicket(ctx, "exam.bearer-open", token, func(tx db.Tx, _ rbac.Scope, t Ticket) (err error) {
		o, err = openOwn(ctx, tx, t.Sitter, n)
		return err
	})
	return o, err
}

// BearerSave keeps answers of the bearer. Errors: ErrBearer, those of Save.
func (s *Service) BearerSave(ctx context.Context, token string, n id.Of[id.Sitting], in Sheet) (k Kept, err error) {
	err = s.withTicket(ctx, "exam.bearer-save", token, func(tx db.Tx, scope rbac.Scope, t Ticket) (err error) {
		k, err = s.save(ctx, tx, scope, t.Sitter, n, in)
		return err
	})
	return k, err
}

// BearerHand ends the bearer's sitting. Errors: ErrBearer, those of Hand.
func (s *Service) BearerHand(ctx context.Context, token string, n id.Of[id.Sitting], in Sheet) (o Opened, err error) {
	err = s.withTicket(ctx, "exam.bearer-hand", token, func(tx db.Tx, scope rbac.Scope, t Ticket) error {
		if err := s.hand(ctx, tx, scope, t.Sitter, n, in); err != nil {
			return err
		}
		o, err = openOwn(ctx, tx, t.Sitter, n)
		return err
	})
	return o, err
}
