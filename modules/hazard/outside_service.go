package hazard

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Keys hashes secrets under a key of this installation; package seal's fields do.
type Keys interface {
	Indexes(plain, column string) [][]byte // under former keys too
	Index(plain, column string) []byte
}

// Ways are the ways in which a hazard may be accepted from outside its firm.
type Ways struct {
	Link  bool // the reader may make a link for a second person
	Grid  bool // the reader, a grid worker, may accept it himself
	Few   bool // the firm has fewer than three people
	Links []Outside
}

// OutsideOf tells how a hazard may be accepted where a firm has hardly anybody, and which links
// there were. Errors: rbac.ErrNotFound.
func (s *Service) OutsideOf(ctx context.Context, hid id.Of[id.Hazard]) (w Ways, err error) {
	err = s.Gate.Read(ctx, ActionOutside, func(tx db.Tx, scope rbac.Scope) error {
		h, err := hazardByID(ctx, tx, scope, hid)
		if err != nil {
			return err
		}
		if scope.Actor().Kind == rbac.Regulator {
			if h.forFew() == nil && scope.Can(ActionGrid) {
				w.Grid, err = lonely(ctx, tx, h.CompanyID)
			}
			return err
		}
		if w.Few, err = s.few(ctx, tx, h.CompanyID); err != nil {
			return err
		}
		w.Link = w.Few && scope.Can(ActionLink) && h.forFew() == nil
		w.Links, err = outsideOf(ctx, tx, scope, h)
		return err
	})
	return w, err
}

func (s *Service) few(ctx context.Context, tx db.Tx, c rbac.CompanyID) (bool, error) {
	if s.Active == nil {
		return false, nil
	}
	n, err := s.Active(ctx, tx, c)
	return n < fewPeople, err
}

// Link is a link as its maker sees it once.
type Link struct {
	ID        id.Of[Outside]
	URL       string
	QR        []byte // PNG
	ExpiresAt time.Time
}

// MakeLink gives a second person a way to accept a hazard: in a firm of fewer than three people,
// for a general hazard it found itself. An earlier link stops working.
// Errors: rbac.ErrNotFound, ErrNow, ErrOutsideMajor, ErrOutsideMany.
func (s *Service) MakeLink(ctx context.Context, hid id.Of[id.Hazard]) (l Link, err error) {
	err = s.Gate.Write(ctx, ActionLink, func(tx db.Tx, scope rbac.Scope) error {
		if _, err := scope.Home(); err != nil {
			return err
		}
		h, err := lockHazard(ctx, tx, scope, hid)
		if err != nil {
			return err
		}
		if err := h.forFew(); err != nil {
			return err
		}
		few, err := s.few(ctx, tx, h.CompanyID)
		if err != nil {
			return err
		}
		if !few {
			return ErrOutsideMany
		}
		if err := revokeOpen(ctx, tx, h.CompanyID, h.ID); err != nil {
			return err
		}
		token := newToken()
		o := Outside{
			CompanyID: h.CompanyID, RegionPath: h.RegionPath, OversightLine: h.OversightLine, HazardID: h.ID, TokenHash: s.Keys.Index(token, "hazard_outside.token"),
			MadeByName: scope.Actor().Name, MadeAt: tx.Now, ExpiresAt: tx.Now.Add(outsideDays * 24 * time.Hour), Signature: []byte{},
		}
		if err := insertOutside(ctx, tx, &o); err != nil {
			return err
		}
		scope.Changed("hazard_outside", int64(o.ID), o.CompanyID, Outside{}.seen(), o.seen())
		l = Link{ID: o.ID, URL: s.BaseURL + "/field/o/" + token, ExpiresAt: o.ExpiresAt}
		l.QR, err = doc.QRPNG(l.URL, 320)
		return err
	})
	return l, err
}

// RevokeLink ends a link that was not used. Errors: rbac.ErrNotFound, ErrOutsideUsed, ErrOutsideOver.
func (s *Service) RevokeLink(ctx context.Context, hid id.Of[id.Hazard], n id.Of[Outside]) error {
	return s.Gate.Write(ctx, ActionLink, func(tx db.Tx, scope rbac.Scope) error {
		if _, err := hazardByID(ctx, tx, scope, hid); err != nil {
			return err
		}
		o, err := outsideByID(ctx, tx, scope, hid, n)
		if err != nil {
			return err
		}
		if err := o.open(tx.Now); err != nil {
			return err
		}
		was := o
		o.RevokedAt = &tx.Now
		scope.Made(int64(n))
		scope.Changed("hazard_outside", int64(o.ID), o.CompanyID, was.seen(), o.seen())
		return spendOutside(ctx, tx, o)
	})
}

// withLink runs fn with the link of a token, locked, and its hazard. What fn refuses is answered
// after the transaction has committed, for tries are counted in it.
func (s *Service) withLink(ctx context.Context, name, token string, fn func(tx db.Tx, scope rbac.Scope, o Outside, h Hazard) (refusal, err error)) error {
	var refusal error
	err := s.Gate.System(ctx, name, func(tx db.Tx, scope rbac.Scope) error {
		address := whence(rbac.RequestOf(ctx).Address)
		n, err := outsideTries(ctx, tx, address)
		if err != nil {
			return err
		}
		if n >= outsideTry {
			refusal = ErrOutsideGuess
			return nil
		}
		o, err := outsideByToken(ctx, tx, s.Keys.Indexes(token, "hazard_outside.token"))
		if errors.Is(err, rbac.ErrNotFound) {
			refusal = ErrOutsideLink
			return countTry(ctx, tx, address)
		}
		if err != nil {
			return err
		}
		if refusal = o.open(tx.Now); refusal == nil {
			var h Hazard
			if h, err = hazardByID(ctx, tx, scope, o.HazardID); err == nil && s.Gate.Off(ActionOpen, h.RegionPath) {
				refusal = rbac.ErrOff
			} else if err == nil {
				refusal, err = fn(tx, scope, o, h)
			}
		}
		return err
	})
	if err == nil {
		err = refusal
	}
	return err
}

// Look shows the holder of a link what he is to accept.
// Errors: ErrOutsideLink, ErrOutsideUsed, ErrOutsideOver, ErrOutsideGuess, ErrNow, rbac.ErrOff.
func (s *Service) Look(ctx context.Context, token string) (sh Shown, err error) {
	err = s.withLink(ctx, "hazard.outside-look", token, func(tx db.Tx, scope rbac.Scope, o Outside, h Hazard) (error, error) {
		if err := h.forFew(); err != nil {
			return err, nil
		}
		entries, err := entriesOf(ctx, tx, h)
		if err != nil {
			return nil, err
		}
		sh = shown(h, entries)
		sh.ExpiresAt = o.ExpiresAt
		if s.Firm != nil {
			sh.Firm, err = s.Firm(ctx, tx, scope, h.CompanyID)
		}
		return nil, err
	})
	return sh, err
}

// Picture returns a photo of the hazard of a link. Errors: as Look, rbac.ErrNotFound for any other.
func (s *Service) Picture(ctx context.Context, token string, photo id.Of[id.Attachment]) (content []byte, err error) {
	key := ""
	err = s.withLink(ctx, "hazard.outside-photo", token, func(tx db.Tx, _ rbac.Scope, _ Outside, h Hazard) (error, error) {
		if err := h.forFew(); err != nil {
			return err, nil
		}
		entries, err := entriesOf(ctx, tx, h)
		if err != nil {
			return nil, err
		}
		sh := shown(h, entries)
		if s.PhotoKey == nil || !slices.Contains(slices.Concat(sh.Before, sh.After), photo) {
			return rbac.ErrNotFound, nil
		}
		key, err = s.PhotoKey(ctx, tx, h.CompanyID, photo)
		return nil, err
	})
	if err != nil {
		return nil, err
	}
	if key == "" {
		return nil, rbac.ErrNotFound
	}
	r, err := s.Blobs.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	return io.ReadAll(r)
}

// Decide is the acceptance by a second person with a link, or his refusal; the link works once.
// Nobody of the name of a fixer accepts. Errors: as Look, ErrOutsideName, ErrOutsideSign, ErrReason, ErrOutsideMany.
func (s *Service) Decide(ctx context.Context, in Outsider) (hid id.Of[id.Hazard], err error) {
	if err := in.check(); err != nil {
		return 0, err
	}
	err = s.withLink(ctx, "hazard.outside-decide", in.Token, func(tx db.Tx, scope rbac.Scope, o Outside, h Hazard) (error, error) {
		h, err := lockHazard(ctx, tx, scope, h.ID)
		if err != nil {
			return nil, err
		}
		if err := h.forFew(); err != nil {
			return err, nil
		}
		if few, err := s.few(ctx, tx, h.CompanyID); err != nil || !few {
			return ErrOutsideMany, err
		}
		past, err := stepsOf(ctx, tx, h)
		if err != nil {
			return nil, err
		}
		if slices.Contains(fixers(h, past), plainName(in.Name)) {
			return ErrOutsideName.At("body.name"), nil
		}
		was := o
		o.UsedAt, o.Accepted, o.Name, o.Phone, o.Note, o.Signature = &tx.Now, &in.Accepted, in.Name, in.Phone, in.Note, in.Signature
		if err := spendOutside(ctx, tx, o); err != nil {
			return nil, err
		}
		scope.Changed("hazard_outside", int64(o.ID), o.CompanyID, was.seen(), o.seen())
		hid = h.ID
		return nil, s.carry(ctx, tx, scope, h, movable, decided(Who{Kind: rbac.Public, Name: in.Name}, in.Accepted, in.Note))
	})
	return hid, err
}

// decided is acceptance or refusal by who stands outside the firm.
func decided(by Who, accepted bool, note string) func(*file) error {
	return func(f *file) error {
		f.by = by
		if accepted {
			return f.accept(Verdict{Note: note})
		}
		return f.reject(Verdict{Note: note})
	}
}

// ByGrid is the acceptance by the grid worker of a one-person firm's grid, or his refusal.
// Errors: rbac.ErrNotFound, ErrNow, ErrOutsideMajor, ErrNotLonely, ErrReason.
func (s *Service) ByGrid(ctx context.Context, hid id.Of[id.Hazard], accepted bool, note string) (id.Of[id.Hazard], error) {
	err := s.Gate.Write(ctx, ActionGrid, func(tx db.Tx, scope rbac.Scope) error {
		seen, err := hazardByID(ctx, tx, scope, hid)
		if err != nil {
			return err
		}
		if _, err := scope.Within(ctx, tx, seen.CompanyID); err != nil { // the company does not move while the step is written
			return err
		}
		if err := seen.forFew(); err != nil {
			return err
		}
		if alone, err := lonely(ctx, tx, seen.CompanyID); err != nil || !alone {
			return errors.Join(err, ifNot(alone, ErrNotLonely))
		}
		h, err := lockForGrid(ctx, tx, scope, seen)
		if err != nil {
			return err
		}
		return s.carry(ctx, tx, scope, h, reviewable, decided(whoIs(scope), accepted, note))
	})
	return hid, err
}

func ifNot(ok bool, err error) error {
	if ok {
		return nil
	}
	return err
}

// Waiting lists what one-person firms of the grid worker's range wait for him to accept.
// Errors: page.ErrCursor.
func (s *Service) Waiting(ctx context.Context, q page.Query) (rows []Listed, k page.Key, today day.Date, err error) {
	if k, err = q.Start("waiting", 1); err != nil {
		return nil, k, today, err
	}
	err = s.Gate.Read(ctx, ActionGrid, func(tx db.Tx, scope rbac.Scope) (err error) {
		today = day.In(tx.Now, day.Shanghai)
		rows, err = lonelyWaiting(ctx, tx, scope, q.Limit, k)
		return err
	})
	return rows, k, today, err
}

// Sign returns the drawn name of who decided by a link. Errors: rbac.ErrNotFound.
func (s *Service) Sign(ctx context.Context, hid id.Of[id.Hazard], n id.Of[Outside]) (content []byte, err error) {
	err = s.Gate.Read(ctx, ActionOutside, func(tx db.Tx, scope rbac.Scope) error {
		h, err := hazardByID(ctx, tx, scope, hid)
		if err != nil {
			return err
		}
		links, err := outsideOf(ctx, tx, scope, h)
		for _, o := range links {
			if o.ID == n && o.UsedAt != nil {
				content = o.Signature
				return nil
			}
		}
		if err == nil {
			err = rbac.ErrNotFound
		}
		return err
	})
	return content, err
}
