package instrument

import (
	"context"
	"fmt"
	"slices"

	"anbiao/jobs"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// BoxFilter narrows the list of notices.
type BoxFilter struct {
	page.Query
	Box        string `query:"box" enum:",sent,received" doc:"for regulators: what the own office sent, or got; companies have only what they got"`
	Unread     bool   `query:"unread"`
	Unanswered bool   `query:"unanswered" doc:"a reply is asked and not given"`
}

// Circulars lists notices, latest first. Errors: page.ErrCursor.
func (s *Service) Circulars(ctx context.Context, f BoxFilter) (rows []Sent, k page.Key, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionNotices, func(tx db.Tx, scope rbac.Scope) (err error) {
		if scope.Actor().Kind == rbac.Regulator && f.Box != "received" {
			rows, err = sentBy(ctx, tx, scope, f.Limit, k)
			return err
		}
		rows, err = received(ctx, tx, scope, f, k)
		return err
	})
	return rows, k, err
}

// Circular reads a notice; the first of a recipient who opens it is noted as its reader (Open). Errors: rbac.ErrNotFound.
func (s *Service) Circular(ctx context.Context, n id.Of[id.Circular]) (out Sent, err error) {
	err = s.Gate.Read(ctx, ActionNotices, func(tx db.Tx, scope rbac.Scope) error {
		if out.Circular, err = circularByID(ctx, tx, scope, n); err != nil {
			return err
		}
		if out.Mine, err = ownReceipt(ctx, tx, scope, n, ""); err != nil {
			return err
		}
		if out.OrganisationID != scope.Actor().OrganisationID {
			return nil
		}
		rows := []Sent{out}
		err = counted(ctx, tx, rows)
		out.Handed, out.Read, out.Replied = rows[0].Handed, rows[0].Read, rows[0].Replied
		return err
	})
	return out, err
}

// Send sends a notice to whoever the audience names; the job runner hands it out. Errors: ErrBlank, ErrReplyDay, ErrNobody, ErrTooMany,
// rbac.ErrNotFound.
func (s *Service) Send(ctx context.Context, a Announced) (n id.Of[id.Circular], err error) {
	err = s.Gate.Write(ctx, ActionSend, func(tx db.Tx, scope rbac.Scope) error {
		if err := a.check(today(tx)); err != nil {
			return err
		}
		companies, err := s.reached(ctx, tx, scope, a.Audience)
		if err != nil {
			return err
		}
		to, err := reachedOffices(ctx, tx, a.Audience.Offices)
		if err != nil {
			return err
		}
		if len(companies)+len(to) == 0 {
			return ErrNobody.At("body.audience")
		}
		by := scope.Actor()
		c := Circular{
			OrganisationID: by.OrganisationID, Title: a.Title, Body: a.Body, ReplyAsked: a.ReplyAsked, ReplyBy: a.ReplyBy, Audience: db.JSON[Audience]{V: a.Audience},
			Recipients: int32(len(companies) + len(to)), SentAt: tx.Now, SentBy: by.Name, PersonID: by.PersonID,
		}
		if c.OrganisationName, err = ownName(ctx, tx, by.OrganisationID); err != nil {
			return err
		}
		if err := insertCircular(ctx, tx, &c); err != nil {
			return err
		}
		n = c.ID
		scope.Made(int64(n))
		scope.Changed("circular", int64(n), 0, Circular{}, c)
		return enqueueAll(ctx, tx, n, companies, to)
	})
	return n, err
}

func enqueueAll(ctx context.Context, tx db.Tx, n id.Of[id.Circular], companies []rbac.CompanyID, to []id.Of[id.Organisation]) error {
	turn := 0
	for part := range slices.Chunk(companies, batch) {
		if err := jobs.Enqueue(ctx, tx, HandOut{CircularID: n, Companies: part}, jobs.Key(fmt.Sprintf("%d:%d", int64(n), turn))); err != nil {
			return err
		}
		turn++
	}
	if len(to) == 0 {
		return nil
	}
	return jobs.Enqueue(ctx, tx, HandOut{CircularID: n, Offices: to}, jobs.Key(fmt.Sprintf("%d:offices", int64(n))))
}

// reached are the companies of an audience, each once, all within the actor's area.
func (s *Service) reached(ctx context.Context, tx db.Tx, scope rbac.Scope, a Audience) (all []rbac.CompanyID, err error) {
	if a.Filters != nil && s.Companies != nil {
		if all, err = s.Companies(ctx, tx, scope, a.Filters, most+1); err != nil {
			return nil, err
		}
	}
	if len(all) > most {
		return nil, ErrTooMany.At("body.audience")
	}
	named, err := overseen(ctx, tx, scope, a.Companies)
	if err != nil {
		return nil, err
	}
	if len(named) != len(a.Companies) {
		return nil, rbac.ErrNotFound
	}
	all = append(all, named...)
	slices.Sort(all)
	return slices.Compact(all), nil
}

func reachedOffices(ctx context.Context, tx db.Tx, asked []id.Of[id.Organisation]) ([]id.Of[id.Organisation], error) {
	if len(asked) == 0 {
		return nil, nil
	}
	all, err := offices(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, n := range asked {
		if !slices.ContainsFunc(all, func(o Office) bool { return o.ID == n }) {
			return nil, rbac.ErrNotFound
		}
	}
	return asked, nil
}

// Open notes that the actor's company or office has read a notice. Errors: rbac.ErrNotFound, ErrGone.
func (s *Service) Open(ctx context.Context, n id.Of[id.Circular]) (id.Of[id.Circular], error) {
	return s.receive(ctx, n, func(_ Circular, r *Receipt, by rbac.Actor, tx db.Tx) error {
		r.read(by, tx.Now)
		return nil
	})
}

// Answer replies to a notice; a later reply takes the place of an earlier one. Errors: rbac.ErrNotFound, ErrGone, ErrNotAsked, ErrBlank, ErrFiles.
func (s *Service) Answer(ctx context.Context, n id.Of[id.Circular], w Said) (id.Of[id.Circular], error) {
	return s.receive(ctx, n, func(c Circular, r *Receipt, by rbac.Actor, tx db.Tx) error { return r.answer(c, w, by, tx.Now) })
}

func (s *Service) receive(ctx context.Context, n id.Of[id.Circular], do func(Circular, *Receipt, rbac.Actor, db.Tx) error) (id.Of[id.Circular], error) {
	err := s.Gate.Write(ctx, ActionReceipt, func(tx db.Tx, scope rbac.Scope) error {
		c, err := circularByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		r, err := ownReceipt(ctx, tx, scope, n, " FOR UPDATE OF r")
		switch {
		case err != nil:
			return err
		case r == nil:
			return rbac.ErrNotFound
		case c.WithdrawnAt != nil:
			return ErrGone
		}
		before := *r
		if err := do(c, r, scope.Actor(), tx); err != nil {
			return err
		}
		if err := saveReceipt(ctx, tx, r); err != nil {
			return err
		}
		scope.Made(int64(n))
		company := scope.Actor().CompanyID
		scope.Changed("circular_receipt", int64(r.ID), company, before, *r)
		if files := idsOf(r.Files); s.Claim != nil && len(files) > 0 {
			return s.Claim(ctx, tx, scope, company, files, "circular_receipt", int64(r.ID))
		}
		return nil
	})
	return n, err
}

// ReceiptFilter narrows the receipts of a notice.
type ReceiptFilter struct {
	page.Query
	Division string `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$"`
	Standing string `query:"standing" enum:",unread,read,unanswered,replied" doc:"read: read and not replied; unanswered: not replied, read or not"`
}

// Receipts lists how the recipients of one's own notice stand. Errors: rbac.ErrNotFound, page.ErrCursor.
func (s *Service) Receipts(ctx context.Context, n id.Of[id.Circular], f ReceiptFilter) (rows []Receipt, k page.Key, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionSend, func(tx db.Tx, scope rbac.Scope) error {
		c, err := circularByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		if c.OrganisationID != scope.Actor().OrganisationID {
			return rbac.ErrNotFound
		}
		rows, err = receiptsOf(ctx, tx, scope, n, f, k)
		return err
	})
	return rows, k, err
}

// own locks a notice of the actor's own office and changes it.
func (s *Service) own(ctx context.Context, n id.Of[id.Circular], do func(db.Tx, *Circular) error) (id.Of[id.Circular], error) {
	err := s.Gate.Write(ctx, ActionSend, func(tx db.Tx, scope rbac.Scope) error {
		c, err := circularByID(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		if c.OrganisationID != scope.Actor().OrganisationID {
			return rbac.ErrForbidden
		}
		before := c
		if c.WithdrawnAt != nil {
			return ErrGone
		}
		if err := do(tx, &c); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("circular", int64(n), 0, before, c)
		return markCircular(ctx, tx, c)
	})
	return n, err
}

// RemindAll reminds those who have not read, or not replied where a reply is asked, at most once an hour. Errors: rbac.ErrNotFound,
// ErrGone, ErrReminded.
func (s *Service) RemindAll(ctx context.Context, n id.Of[id.Circular]) (id.Of[id.Circular], error) {
	return s.own(ctx, n, func(tx db.Tx, c *Circular) error {
		if c.RemindedAt != nil && tx.Now.Sub(*c.RemindedAt).Hours() < 1 {
			return ErrReminded
		}
		now := tx.Now
		c.RemindedAt, c.Reminders = &now, c.Reminders+1
		return jobs.Enqueue(ctx, tx, Urge{CircularID: n, Turn: c.Reminders}, jobs.Key(fmt.Sprintf("%d:%d:0", int64(n), c.Reminders)))
	})
}

// TakeBack withdraws a notice: recipients see it no longer. Errors: rbac.ErrNotFound, ErrGone.
func (s *Service) TakeBack(ctx context.Context, n id.Of[id.Circular]) (id.Of[id.Circular], error) {
	return s.own(ctx, n, func(tx db.Tx, c *Circular) error {
		now := tx.Now
		c.WithdrawnAt = &now
		return nil
	})
}
