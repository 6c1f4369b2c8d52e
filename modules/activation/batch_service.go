package activation

import (
	"context"
	"strings"
	"time"

	"anbiao/jobs"
	"anbiao/kit/blob"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Order is what a regulator wants printed.
type Order struct {
	Choice
	Days int `json:"days" required:"false" minimum:"1" maximum:"365" default:"90" doc:"days the slips are good for"`
}

// Print orders slips for companies of the actor's area that nobody has signed in for. They
// are printed in the background; a company's earlier slip stops working when its new one is
// made. Errors: ErrNobody, ErrTooMany, ErrBusy while the actor's last order is being printed,
// ErrArea outside his area.
func (s *Service) Print(ctx context.Context, o Order) (n id.Of[Batch], err error) {
	err = s.Gate.Write(ctx, ActionPrint, func(tx db.Tx, scope rbac.Scope) error {
		if err := within(scope.Actor(), o.Division); err != nil {
			return err
		}
		total, err := countChosen(ctx, tx, scope, o.Choice, mostSlips+1)
		switch {
		case err != nil:
			return err
		case total == 0:
			return ErrNobody
		case total > mostSlips:
			return ErrTooMany
		}
		if o.Days == 0 {
			o.Days = slipDays
		}
		b := newBatch(ctx, tx, scope.Actor(), First, o.Choice, o.Days)
		b.Total = total
		n, err = begin(ctx, tx, scope, &b)
		return err
	})
	return n, err
}

func newBatch(ctx context.Context, tx db.Tx, a rbac.Actor, k Kind, c Choice, days int) Batch {
	return Batch{
		OrganisationID: a.OrganisationID, Kind: k, Status: Writing, Choice: db.JSON[Choice]{V: c}, ValidUntil: day.In(tx.Now, day.Shanghai).AddDays(days),
		Lang: text.Of(ctx), MembershipID: a.MembershipID, MadeByName: a.Name, CreatedAt: tx.Now, TouchedAt: tx.Now,
	}
}

func begin(ctx context.Context, tx db.Tx, scope rbac.Scope, b *Batch) (id.Of[Batch], error) {
	if err := giveUp(ctx, tx, b.MembershipID, tx.Now.Add(-30*time.Minute)); err != nil {
		return 0, err
	}
	if err := insertBatch(ctx, tx, b); err != nil {
		return 0, err
	}
	scope.Made(int64(b.ID))
	scope.Changed("activation-batch", int64(b.ID), 0, trail{}, b.trail())
	return b.ID, jobs.Enqueue(ctx, tx, PrintSlips{b.ID}, jobs.Key(b.ID.String()))
}

// within refuses an area that a does not oversee. Errors: ErrArea.
func within(a rbac.Actor, division string) error {
	if division == "" {
		return nil
	}
	for _, area := range a.Areas {
		if strings.HasPrefix(division, area) {
			return nil
		}
	}
	return ErrArea.At("body.division")
}

// Lost is a request to issue access anew (补发).
type Lost struct {
	CompanyID rbac.CompanyID `json:"companyId"`
	Keep      bool           `json:"keep" required:"false" doc:"leave those who administer the company their membership; they are signed out either way"`
	Reason    string         `json:"reason" minLength:"2" maxLength:"300"`
}

// reissue is what the company's trail keeps of it.
type reissue struct {
	Reason         string
	Keep           bool
	Administrators int // signed out, and ended unless kept
	ValidUntil     day.Date
}

// IssueAnew gives a company whose administrator is lost a new slip: signs those who
// administer it out, ends their memberships unless they are to be kept, and makes every
// earlier slip worthless at once. Who did it and why stands in the company's trail. It
// returns the order that prints the slip. Errors: rbac.ErrNotFound outside the actor's area,
// ErrReason.
func (s *Service) IssueAnew(ctx context.Context, l Lost) (n id.Of[Batch], err error) {
	l.Reason = strings.TrimSpace(l.Reason)
	if l.Reason == "" {
		return 0, ErrReason.At("body.reason")
	}
	err = s.Gate.Write(ctx, ActionReissue, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Within(ctx, tx, l.CompanyID)
		if err != nil {
			return err
		}
		admins, err := dismiss(ctx, tx, home.CompanyID, l.Keep)
		if err != nil {
			return err
		}
		if err := revokeSlips(ctx, tx, scope, db.Ints{int64(home.CompanyID)}); err != nil {
			return err
		}
		b := newBatch(ctx, tx, scope.Actor(), Reissue, Choice{Companies: []rbac.CompanyID{home.CompanyID}}, slipDays)
		b.Total = 1
		if n, err = begin(ctx, tx, scope, &b); err != nil {
			return err
		}
		scope.Changed("activation", int64(n), home.CompanyID, reissue{}, reissue{l.Reason, l.Keep, admins, b.ValidUntil})
		return s.Touch(ctx, tx, home.CompanyID)
	})
	return n, err
}

// Batches lists the orders of the actor's organisation, newest first. Errors: page.ErrCursor.
func (s *Service) Batches(ctx context.Context, p page.Query) (list page.List[BatchView], err error) {
	k, err := p.Start("newest", 1)
	if err != nil {
		return list, err
	}
	err = s.Gate.Read(ctx, ActionPrint, func(tx db.Tx, scope rbac.Scope) error {
		rows, err := batches(ctx, tx, scope.Actor().OrganisationID, k, p.Limit+1)
		list = page.Of(rows, k, p.Limit, func(b Batch) []string { return []string{b.ID.String()} }, viewIn(text.Of(ctx)))
		return err
	})
	return list, err
}

// Batch returns one order of the actor's organisation. Errors: rbac.ErrNotFound.
func (s *Service) Batch(ctx context.Context, n id.Of[Batch]) (b Batch, err error) {
	err = s.Gate.Read(ctx, ActionPrint, func(tx db.Tx, scope rbac.Scope) error {
		b, err = batchByID(ctx, tx, scope.Actor(), n, false)
		return err
	})
	return b, err
}

// fetched is what the trail keeps of a download.
type fetched struct{ Downloaded string }

// Download opens the printed slips of an order; who fetched them stays in the trail.
// Errors: rbac.ErrNotFound, ErrNotReady, ErrGone.
func (s *Service) Download(ctx context.Context, n id.Of[Batch]) (f blob.Kept, err error) {
	var b Batch
	err = s.Gate.Witness(ctx, ActionPrint, func(tx db.Tx, scope rbac.Scope) error {
		if b, err = batchByID(ctx, tx, scope.Actor(), n, false); err != nil {
			return err
		}
		switch {
		case b.Status != Done:
			return ErrNotReady
		case b.BlobKey == "":
			return ErrGone
		}
		f.Name = text.Say(b.Lang, "activation.file", map[string]string{"n": b.ID.String(), "day": day.In(b.CreatedAt, day.Shanghai).String()})
		scope.Changed("activation-batch", int64(n), 0, fetched{}, fetched{f.Name})
		return nil
	})
	if err != nil {
		return f, err
	}
	f.FinishedAt = *b.FinishedAt
	f.ReadSeekCloser, err = s.Blobs.Open(ctx, b.BlobKey)
	return f, err
}
