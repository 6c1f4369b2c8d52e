package certificate

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Register records a certificate of somebody in the company. Errors: ErrHolder,
// ErrHolderLeft, ErrExists, ErrKind, ErrOperation, ErrCodeSet, ErrNumber, ErrDates, ErrFuture.
func (s *Service) Register(ctx context.Context, r Registration) (made id.Of[id.Certificate], err error) {
	err = s.Gate.Write(ctx, ActionRegister, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		h, err := s.holder(ctx, tx, HolderKey{home.CompanyID, r.StaffID})
		if err != nil {
			return err
		}
		c, err := newCertificate(home, h.Name, r, s.Box.Field(int64(home.CompanyID)), dayOf(tx))
		if err != nil {
			return err
		}
		if err := s.add(ctx, tx, scope, &c, "registered", dayOf(tx)); err != nil {
			return err
		}
		made = c.ID
		return nil
	})
	return made, err
}

func (s *Service) holder(ctx context.Context, tx db.Tx, k HolderKey) (Holder, error) {
	found, err := s.Holders(ctx, tx, []HolderKey{k})
	if err != nil {
		return Holder{}, err
	}
	h, ok := found[k]
	if !ok {
		return Holder{}, ErrHolder.At("body.staffId")
	}
	if !h.LeftOn.IsZero() && dayOf(tx).After(h.LeftOn) {
		return Holder{}, ErrHolderLeft.At("body.staffId")
	}
	return h, nil
}

// add saves a new version with its first event.
func (s *Service) add(ctx context.Context, tx db.Tx, scope rbac.Scope, c *Certificate, event string, on day.Date) error {
	c.CreatedAt = tx.Now
	if err := resolve(ctx, tx, c, dayOf(tx)); err != nil {
		return err
	}
	if err := insertCertificate(ctx, tx, c); err != nil {
		return err
	}
	scope.Changed(Noun, int64(c.ID), c.CompanyID, Certificate{}, *c)
	scope.Made(int64(c.ID))
	if err := s.bind(ctx, tx, scope, c.AttachmentIDs, c.ID); err != nil {
		return err
	}
	if err := s.ask(ctx, tx, []Certificate{*c}, scope.Actor().StaffID, dayOf(tx)); err != nil {
		return err
	}
	if err := s.put(ctx, tx, []Certificate{*c}); err != nil {
		return err
	}
	return insertEvent(ctx, tx, newEvent(tx, scope, *c, event, on, ""))
}

// bind ties uploaded files to a certificate.
func (s *Service) bind(ctx context.Context, tx db.Tx, scope rbac.Scope, files db.Ints, c id.Of[id.Certificate]) error {
	if s.Claim == nil || len(files) == 0 {
		return nil
	}
	ids := make([]id.Of[id.Attachment], len(files))
	for i, n := range files {
		ids[i] = id.Of[id.Attachment](n)
	}
	return s.Claim(ctx, tx, scope, ids, Noun, int64(c))
}

func newEvent(tx db.Tx, scope rbac.Scope, c Certificate, typ string, on day.Date, note string) *Event {
	a := scope.Actor()
	return &Event{
		CompanyID: c.CompanyID, RegionPath: c.RegionPath, OversightLine: c.OversightLine, CertificateID: c.ID,
		Type: typ, HappenedOn: on, Note: note, AttachmentIDs: db.Ints{}, At: tx.Now, ByPersonID: a.PersonID, ByName: a.Name,
	}
}

// change locks a certificate, lets fn change it, computes its dates anew and saves it with
// what happened. Reminders that are not read yet are taken back: they speak of dates that
// no longer hold, and the next scan says what does.
func (s *Service) change(ctx context.Context, action rbac.Action, c id.Of[id.Certificate], fn func(db.Tx, rbac.Scope, *Certificate) (*Event, error)) error {
	return s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		if action != ActionRenew {
			scope.Made(int64(c))
		}
		return s.alter(ctx, tx, scope, c, fn)
	})
}

// alter is change within the caller's transaction.
func (s *Service) alter(ctx context.Context, tx db.Tx, scope rbac.Scope, c id.Of[id.Certificate], fn func(db.Tx, rbac.Scope, *Certificate) (*Event, error)) error {
	before, err := certificateByID(ctx, tx, scope, c, locked)
	if err != nil {
		return err
	}
	after := before
	e, err := fn(tx, scope, &after)
	if err != nil {
		return err
	}
	if err := resolve(ctx, tx, &after, dayOf(tx)); err != nil {
		return err
	}
	scope.Changed(Noun, int64(c), after.CompanyID, before, after)
	if err := updateCertificate(ctx, tx, &after); err != nil {
		return err
	}
	if err := s.bind(ctx, tx, scope, e.AttachmentIDs, c); err != nil {
		return err
	}
	if err := insertEvent(ctx, tx, e); err != nil {
		return err
	}
	if err := s.put(ctx, tx, []Certificate{after}); err != nil {
		return err
	}
	if after.NextDueOn == before.NextDueOn && after.NextDueType == before.NextDueType {
		return nil
	}
	return s.Withdraw(ctx, tx, after.CompanyID, Noun, int64(c))
}

// Note is what is recorded of something that happened to a certificate.
type Note struct {
	On   day.Date `json:"on"`
	Note string   `json:"note,omitempty" maxLength:"200" doc:"where it stands: stamp, register, query result"`

	AttachmentIDs []id.Of[id.Attachment] `json:"attachmentIds,omitempty" nullable:"false" maxItems:"9" doc:"what shows it: the picture of the query's answer, of the stamp"`
}

func (n Note) event(tx db.Tx, scope rbac.Scope, c Certificate, typ string) *Event {
	e := newEvent(tx, scope, c, typ, n.On, n.Note)
	e.AttachmentIDs = filesOf(n.AttachmentIDs)
	return e
}

func filesOf(list []id.Of[id.Attachment]) db.Ints {
	out := make(db.Ints, len(list))
	for i, a := range list {
		out[i] = int64(a)
	}
	return out
}

// Review records that a review was passed. Errors: rbac.ErrNotFound, ErrOver, ErrNoReview,
// ErrReviewed, ErrFuture, ErrDates.
func (s *Service) Review(ctx context.Context, c id.Of[id.Certificate], n Note) error {
	return s.change(ctx, ActionReview, c, func(tx db.Tx, scope rbac.Scope, c *Certificate) (*Event, error) {
		k, err := Kinds.Kind(c.Kind)
		if err != nil {
			return nil, err
		}
		return n.event(tx, scope, *c, "review"), c.review(k, n.On, dayOf(tx))
	})
}

// Verify records that the certificate was found in the authority's register. Errors:
// rbac.ErrNotFound, ErrFuture, ErrDates.
func (s *Service) Verify(ctx context.Context, c id.Of[id.Certificate], n Note) error {
	return s.change(ctx, ActionVerify, c, func(tx db.Tx, scope rbac.Scope, c *Certificate) (*Event, error) {
		switch {
		case n.On.After(dayOf(tx)):
			return nil, ErrFuture.At("body.on")
		case n.On.Before(earliest):
			return nil, ErrDates.At("body.on")
		}
		c.VerifiedOn, c.VerifiedBy = n.On, scope.Actor().Name
		return n.event(tx, scope, *c, "verified"), nil
	})
}

// Revoke records that a certificate was revoked or cancelled. Errors: rbac.ErrNotFound,
// ErrOver, ErrFuture, ErrDates.
func (s *Service) Revoke(ctx context.Context, c id.Of[id.Certificate], e Ending) error {
	return s.change(ctx, ActionRevoke, c, func(tx db.Tx, scope rbac.Scope, c *Certificate) (*Event, error) {
		return newEvent(tx, scope, *c, e.Type, e.On, e.Reason), c.end(e, dayOf(tx))
	})
}

// Renew records the new version of a certificate, which supersedes the old on its first
// day. Errors: rbac.ErrNotFound, ErrOver, ErrRenewed, ErrHolderLeft, ErrNumber, ErrDates, ErrExists.
func (s *Service) Renew(ctx context.Context, c id.Of[id.Certificate], p Printed) (made id.Of[id.Certificate], err error) {
	err = s.change(ctx, ActionRenew, c, s.renews(ctx, p, &made))
	return made, err
}

// renews makes the version that follows a certificate.
func (s *Service) renews(ctx context.Context, p Printed, made *id.Of[id.Certificate]) func(db.Tx, rbac.Scope, *Certificate) (*Event, error) {
	return func(tx db.Tx, scope rbac.Scope, c *Certificate) (*Event, error) {
		if _, err := s.holder(ctx, tx, HolderKey{c.CompanyID, c.StaffID}); err != nil {
			return nil, err
		}
		next, err := c.renew(p, s.Box.Field(int64(c.CompanyID)))
		if err != nil {
			return nil, err
		}
		if err := s.add(ctx, tx, scope, &next, "registered", dayOf(tx)); err != nil {
			return nil, err
		}
		*made = next.ID
		return newEvent(tx, scope, *c, "renewed", p.ValidFrom, ""), nil
	}
}

// Complete writes down the dates of a certificate that was recorded without. Errors: rbac.ErrNotFound,
// ErrOver, ErrComplete, ErrNumber, ErrDates, ErrExists.
func (s *Service) Complete(ctx context.Context, c id.Of[id.Certificate], p Printed) error {
	return s.change(ctx, ActionRegister, c, func(tx db.Tx, scope rbac.Scope, c *Certificate) (*Event, error) {
		if err := c.complete(p, s.Box.Field(int64(c.CompanyID))); err != nil {
			return nil, err
		}
		e := newEvent(tx, scope, *c, "completed", dayOf(tx), "")
		e.AttachmentIDs = filesOf(p.AttachmentIDs)
		return e, nil
	})
}

// HolderLeft stops the reminders of somebody who left the company and hands those he has
// not read to the safety managers. It belongs in the transaction that records the leaving.
func (s *Service) HolderLeft(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff], login id.Of[id.Person], on day.Date) error {
	if err := s.moved(ctx, tx, company, who, on); err != nil {
		return err
	}
	if login == 0 {
		return nil
	}
	heirs, err := s.Watchers(ctx, tx, []rbac.CompanyID{company})
	if err != nil {
		return err
	}
	return s.HandOver(ctx, tx, company, Noun, login, heirs[company])
}

// HolderBack lets reminders go on for somebody who works in the company again.
func (s *Service) HolderBack(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff]) error {
	return s.moved(ctx, tx, company, who, day.Date{})
}

func (s *Service) moved(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff], left day.Date) error {
	rows, err := certificatesOf(ctx, tx, company, who)
	if err != nil {
		return err
	}
	if err := equip(ctx, tx, rows); err != nil {
		return err
	}
	for i := range rows { // a person has a handful
		rows[i].HolderLeftOn = left
		if err := rows[i].settle(dayOf(tx)); err != nil {
			return err
		}
		if err := updateCertificate(ctx, tx, &rows[i]); err != nil {
			return err
		}
	}
	return s.put(ctx, tx, rows)
}
