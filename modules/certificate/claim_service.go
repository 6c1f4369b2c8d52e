package certificate

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/seal"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Declare keeps a certificate that its holder reports with a picture; the safety managers are told and
// answer. Errors: ErrNotStaff, rbac.ErrNotFound, ErrOver, ErrNoReview, ErrRenewed, ErrClaimDates, ErrClaimWaits, ErrKind,
// ErrOperation, ErrCodeSet, ErrNumber, ErrDates, ErrFuture.
func (s *Service) Declare(ctx context.Context, d Declaration) (made id.Of[Claim], err error) {
	err = s.Gate.Write(ctx, ActionClaim, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		client, err := uuid.Parse(d.ClientID)
		if err != nil {
			return ErrClaimDates.At("body.clientId")
		}
		if made, err = claimed(ctx, tx, home.CompanyID, client.String()); err != nil || made != 0 {
			scope.Made(int64(made))
			return err
		}
		c, err := s.claim(ctx, tx, scope, home, d)
		if err != nil {
			return err
		}
		c.ClientID = client
		if yes, err := waits(ctx, tx, c); err != nil || yes {
			return errOr(err, ErrClaimWaits)
		}
		if err := insertClaim(ctx, tx, &c); err != nil {
			return err
		}
		made = c.ID
		scope.Made(int64(c.ID))
		scope.Changed(NounClaim, int64(c.ID), c.CompanyID, Claim{}, c)
		if s.Claim != nil {
			if err := s.Claim(ctx, tx, scope, d.AttachmentIDs, NounClaim, int64(c.ID)); err != nil {
				return err
			}
		}
		return s.tellWatchers(ctx, tx, c)
	})
	return made, err
}

func errOr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// claim makes a claim of what the actor declares, checked as if it were recorded now.
func (s *Service) claim(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, d Declaration) (Claim, error) {
	a := scope.Actor()
	if a.StaffID == 0 {
		return Claim{}, ErrNotStaff
	}
	h, err := s.holder(ctx, tx, HolderKey{home.CompanyID, a.StaffID})
	if err != nil {
		return Claim{}, err
	}
	c := Claim{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, StaffID: a.StaffID, HolderName: h.Name, Deed: d.Deed, Kind: d.Kind, Operation: d.Operation,
		CodeSet: d.CodeSet, NumberSealed: []byte{}, NumberIndex: []byte{}, Issuer: strings.TrimSpace(d.Issuer), ValidFrom: d.ValidFrom, PrintedValidTo: d.ValidTo,
		PrintedReviewDue: d.ReviewDueOn, ReviewedOn: d.ReviewedOn, AttachmentIDs: filesOf(d.AttachmentIDs), State: Waiting, MadeAt: tx.Now, ByPersonID: a.PersonID,
	}
	keys := s.Box.Field(int64(home.CompanyID))
	if d.Deed == First {
		return c, c.first(home, d, keys, dayOf(tx))
	}
	was, err := certificateByID(ctx, tx, scope, d.CertificateID)
	if err == nil && was.StaffID != a.StaffID {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return c, err
	}
	return c, c.follows(was, d, keys, dayOf(tx))
}

// first checks a first certificate. Errors: as newCertificate.
func (c *Claim) first(home rbac.Home, d Declaration, keys *seal.Field, today day.Date) error {
	if d.ValidFrom.IsZero() {
		return ErrClaimDates.At("body.validFrom")
	}
	r := Registration{StaffID: c.StaffID, Kind: d.Kind, Operation: d.Operation, CodeSet: d.CodeSet, Printed: c.printed(d.Number)}
	if _, err := newCertificate(home, c.HolderName, r, keys, today); err != nil {
		return err
	}
	c.number(d.Number, keys)
	return nil
}

// follows checks what becomes of a certificate that is recorded.
func (c *Claim) follows(was Certificate, d Declaration, keys *seal.Field, today day.Date) error {
	c.CertificateID, c.Kind, c.Operation, c.CodeSet = &was.ID, was.Kind, was.Operation, was.CodeSet
	if d.Deed == Review {
		if d.ReviewedOn.IsZero() {
			return ErrClaimDates.At("body.reviewedOn")
		}
		k, err := Kinds.Kind(was.Kind)
		if err != nil {
			return err
		}
		return place(was.review(k, d.ReviewedOn, today), "body.reviewedOn")
	}
	if d.ValidFrom.IsZero() {
		return ErrClaimDates.At("body.validFrom")
	}
	if _, err := was.renew(c.printed(d.Number), keys); err != nil {
		return err
	}
	c.number(d.Number, keys)
	return nil
}

func (c *Claim) number(number string, keys *seal.Field) {
	if n := code.Normalise(number); n != "" {
		c.NumberSealed, c.NumberIndex = keys.Seal(n, claimNumberColumn), keys.Index(n, numberColumn)
	}
}

func (s *Service) tellWatchers(ctx context.Context, tx db.Tx, c Claim) error {
	to, err := s.Watchers(ctx, tx, []rbac.CompanyID{c.CompanyID})
	if err != nil {
		return err
	}
	var list []Message
	for _, p := range to[c.CompanyID] {
		if p != c.ByPersonID {
			list = append(list, c.message(p, "certificate.claim-"+c.Deed))
		}
	}
	if len(list) == 0 {
		return nil
	}
	return s.Remind(ctx, tx, list)
}

func (c Claim) message(to id.Of[id.Person], code string) Message {
	return Message{
		PersonID: to, CompanyID: c.CompanyID, Noun: NounClaim, ObjectID: int64(c.ID), Code: code, Key: fmt.Sprintf("claim|%s|%s|%d", c.ID, code, to),
		Params: map[string]string{
			"name": c.HolderName, "answer": c.Answer, "title": Kinds.title(text.Chinese, c.Kind, c.Operation), "title@en": Kinds.title(text.English, c.Kind, c.Operation),
		},
	}
}

// Confirm records what a holder declared, under the actor's own permission. Errors: rbac.ErrNotFound, ErrDecided and those of
// Register, Renew and Review.
func (s *Service) Confirm(ctx context.Context, n id.Of[Claim]) error {
	return s.decide(ctx, n, func(tx db.Tx, scope rbac.Scope, c *Claim) error {
		c.State = Confirmed
		number := ""
		if len(c.NumberSealed) > 0 {
			var err error
			if number, err = s.Box.Field(int64(c.CompanyID)).Open(c.NumberSealed, claimNumberColumn); err != nil {
				return err
			}
		}
		made, err := s.record(ctx, tx, scope, *c, number)
		c.MadeID = &made
		return err
	})
}

// record makes a certificate of a claim, or notes the review.
func (s *Service) record(ctx context.Context, tx db.Tx, scope rbac.Scope, c Claim, number string) (made id.Of[id.Certificate], err error) {
	switch c.Deed {
	case Review:
		made = *c.CertificateID
		return made, s.alter(ctx, tx, scope, made, func(tx db.Tx, scope rbac.Scope, x *Certificate) (*Event, error) {
			k, err := Kinds.Kind(x.Kind)
			if err != nil {
				return nil, err
			}
			e := newEvent(tx, scope, *x, "review", c.ReviewedOn, text.Say(text.Chinese, "certificate.claim-note", map[string]string{"name": c.HolderName}))
			e.AttachmentIDs = c.AttachmentIDs
			return e, x.review(k, c.ReviewedOn, dayOf(tx))
		})
	case Renewal:
		return made, s.alter(ctx, tx, scope, *c.CertificateID, s.renews(ctx, c.printed(number), &made))
	}
	home, err := scope.Home()
	if err != nil {
		return 0, err
	}
	r := Registration{StaffID: c.StaffID, Kind: c.Kind, Operation: c.Operation, CodeSet: c.CodeSet, Printed: c.printed(number)}
	x, err := newCertificate(home, c.HolderName, r, s.Box.Field(int64(home.CompanyID)), dayOf(tx))
	if err != nil {
		return 0, err
	}
	err = s.add(ctx, tx, scope, &x, "registered", dayOf(tx))
	return x.ID, err
}

// Return sends a declared certificate back to its holder, who may send it again. Errors: rbac.ErrNotFound, ErrDecided.
func (s *Service) Return(ctx context.Context, n id.Of[Claim], why string) error {
	return s.decide(ctx, n, func(_ db.Tx, _ rbac.Scope, c *Claim) error {
		c.State, c.Answer = Returned, strings.TrimSpace(why)
		return nil
	})
}

func (s *Service) decide(ctx context.Context, n id.Of[Claim], fn func(db.Tx, rbac.Scope, *Claim) error) error {
	return s.Gate.Write(ctx, ActionDecide, func(tx db.Tx, scope rbac.Scope) error {
		was, err := claimByID(ctx, tx, scope, n, locked)
		if err != nil {
			return err
		}
		if was.State != Waiting {
			return ErrDecided
		}
		is := was
		if err := fn(tx, scope, &is); err != nil {
			return err
		}
		is.DecidedByName, is.DecidedAt = scope.Actor().Name, &tx.Now
		scope.Made(int64(n))
		scope.Changed(NounClaim, int64(n), is.CompanyID, was, is)
		if err := decideClaim(ctx, tx, &is); err != nil {
			return err
		}
		answer := is.message(is.ByPersonID, "certificate.claim-"+is.State)
		answer.Noun = NounOwn
		return s.Remind(ctx, tx, []Message{answer})
	})
}

// Claims lists what holders declared, the latest first, and how many wait. Errors: page.ErrCursor.
func (s *Service) Claims(ctx context.Context, f ClaimFilter) (rows []Claim, waiting int64, k page.Key, err error) {
	if k, err = f.Start(sortLatest, 1); err != nil {
		return nil, 0, k, err
	}
	err = s.Gate.Read(ctx, ActionClaims, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if waiting, err = waitingCount(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		rows, err = claimsBy(ctx, tx, home.CompanyID, 0, f, k)
		return err
	})
	return rows, waiting, k, err
}

// MyClaims lists what the actor declared himself, the latest first.
func (s *Service) MyClaims(ctx context.Context) (rows []Claim, err error) {
	err = s.Gate.Read(ctx, ActionMine, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil || scope.Actor().StaffID == 0 {
			return err
		}
		rows, err = claimsBy(ctx, tx, home.CompanyID, scope.Actor().StaffID, ClaimFilter{Query: page.Query{Limit: 50}, State: "all"}, page.Key{Sort: sortLatest})
		return err
	})
	return rows, err
}
