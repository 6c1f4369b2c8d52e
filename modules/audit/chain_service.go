package audit

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// ActionVerify lets an actor have a chain of the trail verified.
const ActionVerify rbac.Action = "audit.chain.verify"

// sealBatch is how many entries one job gives their places, and part how many places one
// request verifies.
const (
	sealBatch = 2000
	part      = 5000
)

// ofChain is the condition that an entry e belongs to a chain.
func ofChain(chain string) (string, []any) {
	kind, n, _ := strings.Cut(chain, "/")
	id, _ := strconv.ParseInt(n, 10, 64)
	switch kind {
	case "company":
		return "e.company_id = ?", []any{id}
	case "organisation":
		return "e.company_id IS NULL AND e.organisation_id = ?", []any{id}
	}
	return "e.company_id IS NULL AND e.organisation_id IS NULL", nil
}

// seal gives entries that have none their places, and reports whether more wait.
func (s *Service) seal(ctx context.Context, tx db.Tx) (more bool, err error) {
	entries, err := takePending(ctx, tx, sealBatch)
	if err != nil || len(entries) == 0 {
		return false, err
	}
	var chains []string
	for _, e := range entries {
		chains = append(chains, e.chain())
	}
	slices.Sort(chains)
	ends, err := heads(ctx, tx, slices.Compact(chains))
	if err != nil {
		return false, err
	}
	links := make([]Link, len(entries))
	for i, e := range entries {
		c := e.chain()
		h := ends[c]
		h.Chain, h.Seq, h.SealedAt = c, h.Seq+1, tx.Now
		h.Hash = e.hash(c, h.Seq, h.SealedAt, h.Hash)
		links[i] = Link{c, h.Seq, e.At, e.ID, h.SealedAt, h.Hash}
		ends[c] = h
	}
	moved := make([]Head, 0, len(ends))
	for _, h := range ends {
		s.Ring.Sign(&h)
		moved = append(moved, h)
	}
	return len(entries) == sealBatch, keepLinks(ctx, tx, links, moved)
}

// Resign signs a batch of heads again that a former key has signed, and reports whether there may be more.
// What does not fit its signature is left as it is, for Verify to find.
func (s *Service) Resign(ctx context.Context, tx db.Tx) (more bool, n int, err error) {
	found, err := staleHeads(ctx, tx, s.Ring.id, sealBatch)
	if err != nil {
		return false, 0, err
	}
	var again []Head
	for _, h := range found {
		if good, _ := s.Ring.genuine(h); good {
			s.Ring.Sign(&h)
			again = append(again, h)
		}
	}
	return len(again) > 0, len(again), keepLinks(ctx, tx, nil, again)
}

// Verify looks at one part of a chain, behind a place: of a company in the actor's scope, or with
// 0 of the company or organisation that the actor acts for. That it was looked at stands in the trail.
// Errors: rbac.ErrNotFound.
func (s *Service) Verify(ctx context.Context, company rbac.CompanyID, after int64) (v Verdict, err error) {
	chain, err := s.chainFor(ctx, company)
	if err != nil {
		return v, err
	}
	err = s.Gate.System(ctx, "audit.verify", func(tx db.Tx, _ rbac.Scope) error {
		v, err = s.verify(ctx, tx, chain, after)
		return err
	})
	return v, err
}

// Anchors are the newest anchors of a chain, to keep elsewhere. Errors: rbac.ErrNotFound.
func (s *Service) Anchors(ctx context.Context, company rbac.CompanyID, limit int) (list []Anchor, err error) {
	chain, err := s.chainFor(ctx, company)
	if err != nil {
		return nil, err
	}
	err = s.Gate.System(ctx, "audit.anchors", func(tx db.Tx, _ rbac.Scope) error {
		list, err = latestAnchors(ctx, tx, chain, limit)
		return err
	})
	return list, err
}

// chainFor finds the chain that the actor may have verified.
func (s *Service) chainFor(ctx context.Context, company rbac.CompanyID) (chain string, err error) {
	err = s.Gate.Witness(ctx, ActionVerify, func(tx db.Tx, scope rbac.Scope) error {
		a := scope.Actor()
		if company == 0 && a.Kind != rbac.Company {
			chain = record{OrganisationID: int64(a.OrganisationID)}.chain()
			scope.Saw("audit_chain", int64(a.OrganisationID), 0)
			return nil
		}
		if company == 0 {
			company = a.CompanyID
		}
		ok := a.Kind == rbac.Platform // which sees nothing of it but whether it is whole
		if !ok {
			if ok, err = overseen(ctx, tx, scope, company); err != nil {
				return err
			}
		}
		if !ok {
			return rbac.ErrNotFound
		}
		chain = ChainOf(company)
		scope.Saw("audit_chain", int64(company), company)
		return nil
	})
	return chain, err
}

// VerifyAll looks at every chain, or with a company at its own, and tells each verdict.
func (s *Service) VerifyAll(ctx context.Context, company rbac.CompanyID, tell func(Verdict)) error {
	if company != 0 {
		return s.verifyWhole(ctx, ChainOf(company), tell)
	}
	seen, after := map[string]bool{}, ""
	for {
		var names []string
		err := s.Gate.System(ctx, "audit.verify", func(tx db.Tx, _ rbac.Scope) (err error) {
			if names, err = chainsAfter(ctx, tx, after, 500); err == nil && len(names) == 0 {
				names, err = foreigners(ctx, tx)
				names = slices.DeleteFunc(names, func(c string) bool { return seen[c] })
			}
			return err
		})
		if err != nil || len(names) == 0 {
			return err
		}
		for _, c := range names {
			if err := s.verifyWhole(ctx, c, tell); err != nil {
				return err
			}
			seen[c], after = true, max(after, c)
		}
	}
}

func (s *Service) verifyWhole(ctx context.Context, chain string, tell func(Verdict)) error {
	var total Verdict
	for {
		var v Verdict
		err := s.Gate.System(ctx, "audit.verify", func(tx db.Tx, _ rbac.Scope) (err error) {
			v, err = s.verify(ctx, tx, chain, total.Seq)
			return err
		})
		if err != nil {
			return err
		}
		v.Checked, v.Anchors, v.Unchecked = v.Checked+total.Checked, v.Anchors+total.Anchors, v.Unchecked+total.Unchecked
		if total = v; !v.More {
			tell(total)
			return nil
		}
	}
}

// verify looks at one part of a chain.
func (s *Service) verify(ctx context.Context, tx db.Tx, chain string, after int64) (v Verdict, err error) {
	v = Verdict{Chain: chain, Seq: after}
	ends, err := heads(ctx, tx, []string{chain})
	if err != nil {
		return v, err
	}
	head, headed := ends[chain]
	v.Head = head.Seq
	previous, err := hashAt(ctx, tx, chain, after)
	if err != nil {
		return v, err
	}
	links, err := linksFrom(ctx, tx, chain, after, part)
	if err != nil {
		return v, err
	}
	if v.walk(links, previous); v.Broken != nil {
		return v, nil
	}
	v.More = len(links) == part
	if err := s.compareAnchors(ctx, tx, &v, links, after); err != nil || v.Broken != nil || v.More {
		return v, err
	}
	if v.Broken = s.end(head, headed, links, v.Seq, after); v.Broken != nil {
		return v, nil
	}
	first, waiting, err := loose(ctx, tx, chain)
	v.Pending = waiting
	if len(first) > 0 {
		v.Broken = &Broken{Foreign, 0, first[0].ID, first[0].At}
	}
	return v, err
}

// walk computes the hashes of links anew, from the one before them.
func (v *Verdict) walk(links []placed, previous []byte) {
	for _, l := range links {
		at := &Broken{Seq: v.Seq + 1, EntryID: l.EntryID, At: l.EntryAt}
		switch {
		case l.Seq != v.Seq+1:
			at.Fault, at.EntryID = Gap, 0
		case l.ID == 0:
			at.Fault = Gone
		case l.chain() != v.Chain || !bytes.Equal(l.hash(v.Chain, l.Seq, l.SealedAt, previous), l.Hash):
			at.Fault = Altered
		default:
			v.Seq, v.Checked, previous = l.Seq, v.Checked+1, l.Hash
			continue
		}
		v.Broken = at
		return
	}
}

// compareAnchors holds a part of a chain, or what should come behind its last, against what was handed out.
func (s *Service) compareAnchors(ctx context.Context, tx db.Tx, v *Verdict, links []placed, after int64) error {
	until := v.Seq
	if !v.More {
		until = 1 << 62
	}
	anchors, err := anchorsOf(ctx, tx, v.Chain, after, until)
	for _, a := range anchors {
		good, known := s.Ring.genuine(a.head())
		v.Anchors++
		if !known {
			v.Unchecked++
		}
		switch {
		case known && !good:
			v.Broken = &Broken{Unanchor, a.Seq, 0, a.SealedAt}
		case a.Seq > v.Seq:
			v.Broken = &Broken{Tail, v.Seq + 1, 0, a.SealedAt}
		case !bytes.Equal(links[a.Seq-after-1].Hash, a.Hash):
			v.Broken = &Broken{Unanchor, a.Seq, links[a.Seq-after-1].EntryID, a.SealedAt}
		default:
			continue
		}
		break
	}
	return err
}

// end holds the head against the last place.
func (s *Service) end(head Head, headed bool, links []placed, seq, after int64) *Broken {
	good, known := s.Ring.genuine(head)
	switch {
	case !headed && seq == 0:
		return nil // nothing has happened yet
	case head.Seq > seq:
		return &Broken{Tail, seq + 1, 0, head.SealedAt}
	case !headed || (known && !good) || head.Seq < seq:
		return &Broken{Forged, seq, 0, head.SealedAt}
	case seq > after && !bytes.Equal(head.Hash, links[len(links)-1].Hash):
		return &Broken{Forged, seq, 0, head.SealedAt}
	}
	return nil
}

// Stands compares an anchor that was kept elsewhere with the chain as it is now.
func (s *Service) Stands(ctx context.Context, a Anchor) (b *Broken, err error) {
	if good, known := s.Ring.genuine(a.head()); known && !good {
		return &Broken{Unanchor, a.Seq, 0, a.SealedAt}, nil
	}
	err = s.Gate.System(ctx, "audit.verify", func(tx db.Tx, _ rbac.Scope) error {
		hash, err := hashAt(ctx, tx, a.Chain, a.Seq)
		switch {
		case err != nil:
			return err
		case hash == nil:
			b = &Broken{Tail, a.Seq, 0, a.SealedAt}
		case !bytes.Equal(hash, a.Hash):
			b = &Broken{Unanchor, a.Seq, 0, a.SealedAt}
		}
		return nil
	})
	return b, err
}

// EachAnchor tells the anchors of a day.
func (s *Service) EachAnchor(ctx context.Context, since time.Time, tell func(Anchor) error) error {
	after := Anchor{}
	for {
		var list []Anchor
		err := s.Gate.System(ctx, "audit.anchors", func(tx db.Tx, _ rbac.Scope) (err error) {
			list, err = anchorsSince(ctx, tx, since.Format(time.DateOnly), after, 1000)
			return err
		})
		if err != nil || len(list) == 0 {
			return err
		}
		for _, a := range list {
			if err := tell(a); err != nil {
				return err
			}
			after = a
		}
	}
}
