package listing

import (
	"context"
	"slices"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// hand is a listing in a transaction.
type hand struct {
	tx    db.Tx
	scope rbac.Scope
	f     *file
}

// act locks a listing, lets one thing happen to it and stores what came of it.
func (s *Service) act(ctx context.Context, action rbac.Action, n id.Of[id.Listing], columns []string, event func(hand) error) (id.Of[id.Listing], error) {
	err := s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		seen, err := listingByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		if scope.Actor().Kind == rbac.Regulator {
			if _, err := scope.Within(ctx, tx, seen.CompanyID); err != nil { // the company does not move meanwhile
				return err
			}
		}
		l, err := listingByID(ctx, tx, scope, n, true)
		if err != nil {
			return err
		}
		f := &file{Listing: l, by: scope.Actor(), now: tx.Now, cal: calendar.China()}
		if err := event(hand{tx, scope, f}); err != nil {
			return err
		}
		if err := updateListing(ctx, tx, f, columns); err != nil {
			return err
		}
		if err := insertSteps(ctx, tx, f); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("listing", int64(n), f.CompanyID, l, f.Listing)
		return s.follow(ctx, tx, scope, f)
	})
	return n, err
}

// decide is act for a regulator, who must be of the level of the listing or above.
func (s *Service) decide(ctx context.Context, n id.Of[id.Listing], event func(hand) error) (id.Of[id.Listing], error) {
	return s.act(ctx, ActionDecide, n, decided, func(h hand) error {
		if above(h.f.Level, LevelOf(h.f.by.Areas, h.f.RegionPath)) {
			return ErrLevel
		}
		return event(h)
	})
}

// Deliver notes that the notice was handed over; an officer of any level may have done it. Errors:
// rbac.ErrNotFound, ErrNow, ErrBlank, ErrDay, ErrSignature.
func (s *Service) Deliver(ctx context.Context, n id.Of[id.Listing], d Delivery) (id.Of[id.Listing], error) {
	return s.act(ctx, ActionDecide, n, decided, func(h hand) error { return h.f.deliver(d) })
}

// Receive is the principal signing for the notice. Errors: rbac.ErrNotFound, ErrNow, ErrUndelivered, ErrSignature.
func (s *Service) Receive(ctx context.Context, n id.Of[id.Listing], r Receipt) (id.Of[id.Listing], error) {
	return s.act(ctx, ActionReceive, n, answered, func(h hand) error { return h.f.receive(r) })
}

// FilePlan hands in the treatment plan. Errors: rbac.ErrNotFound, ErrNow, ErrPlan.
func (s *Service) FilePlan(ctx context.Context, n id.Of[id.Listing], p Paper) (id.Of[id.Listing], error) {
	return s.act(ctx, ActionAnswer, n, answered, func(h hand) error {
		of, err := s.Overseen(ctx, h.tx, h.scope, h.f.HazardID)
		if err != nil {
			return err
		}
		return h.f.filePlan(p, of)
	})
}

// Progress reports how far the treatment has come. Errors: rbac.ErrNotFound, ErrNow, ErrBlank, ErrShare.
func (s *Service) Progress(ctx context.Context, n id.Of[id.Listing], r Report) (id.Of[id.Listing], error) {
	return s.act(ctx, ActionAnswer, n, answered, func(h hand) error {
		before, err := reportsOf(ctx, h.tx, h.f.Listing)
		if err != nil {
			return err
		}
		return h.f.progress(r, before)
	})
}

// AskExtension asks for more time. Errors: rbac.ErrNotFound, ErrNow, ErrTooEarly, ErrTooLate, ErrBlank, ErrUntil,
// ErrPeriod.
func (s *Service) AskExtension(ctx context.Context, n id.Of[id.Listing], r Request) (id.Of[id.Listing], error) {
	return s.act(ctx, ActionAnswer, n, answered, func(h hand) error { return h.f.askExtension(r) })
}

// Answer decides on more time; where it is granted the hazard's deadline moves with it. Errors: rbac.ErrNotFound,
// ErrNow, ErrLevel, ErrBlank, ErrUntil, ErrPeriod.
func (s *Service) Answer(ctx context.Context, n id.Of[id.Listing], a Answer) (id.Of[id.Listing], error) {
	return s.decide(ctx, n, func(h hand) error {
		reports, err := reportsOf(ctx, h.tx, h.f.Listing)
		if err != nil {
			return err
		}
		if err := h.f.answer(a, reports); err != nil || !a.Granted {
			return err
		}
		of, err := s.Overseen(ctx, h.tx, h.scope, h.f.HazardID)
		if err != nil || of.Closed || of.Cancelled || !h.f.FinishBy.After(of.Deadline) {
			return err
		}
		return s.Extend(ctx, h.tx, h.scope, h.f.HazardID, h.f.FinishBy, h.f.Number())
	})
}

// AskAcceptance asks the regulator to accept the work. Errors: rbac.ErrNotFound, ErrNow, ErrEvaluation.
func (s *Service) AskAcceptance(ctx context.Context, n id.Of[id.Listing], p Paper) (id.Of[id.Listing], error) {
	return s.act(ctx, ActionAnswer, n, answered, func(h hand) error {
		of, err := s.Overseen(ctx, h.tx, h.scope, h.f.HazardID)
		if err != nil {
			return err
		}
		return h.f.askAcceptance(p, of)
	})
}

// Judge is the regulator's opinion on acceptance. Errors: rbac.ErrNotFound, ErrNow, ErrLevel, ErrBlank, ErrTwo, ErrReview,
// ErrReviewed.
func (s *Service) Judge(ctx context.Context, n id.Of[id.Listing], v Verdict) (id.Of[id.Listing], error) {
	return s.decide(ctx, n, func(h hand) error {
		of, err := s.Overseen(ctx, h.tx, h.scope, h.f.HazardID)
		if err != nil {
			return err
		}
		return h.f.judge(v, of)
	})
}

// Escalate is what follows where a hazard is not dealt with. Errors: rbac.ErrNotFound, ErrNow, ErrLevel, ErrNotYet,
// ErrBlank, ErrNothing, ErrDay.
func (s *Service) Escalate(ctx context.Context, n id.Of[id.Listing], e Escalation) (id.Of[id.Listing], error) {
	return s.decide(ctx, n, func(h hand) error {
		if err := h.f.escalate(e); err != nil || e.Level == "" {
			return err
		}
		of, err := s.Overseen(ctx, h.tx, h.scope, h.f.HazardID)
		if err != nil || of.Closed || of.Cancelled {
			return err
		}
		return s.Mark(ctx, h.tx, h.scope, h.f.HazardID, e.Level, h.f.ListedOn, day.Date{}, h.f.Number())
	})
}

// Delist ends the listing. Errors: rbac.ErrNotFound, ErrNow, ErrLevel.
func (s *Service) Delist(ctx context.Context, n id.Of[id.Listing], p Paper) (id.Of[id.Listing], error) {
	return s.decide(ctx, n, func(h hand) error {
		if err := h.f.delist(p); err != nil {
			return err
		}
		return s.Unmark(ctx, h.tx, h.scope, h.f.HazardID, h.f.DelistedOn, h.f.Number())
	})
}

// Announce makes the listing public. Errors: rbac.ErrNotFound, ErrNow, ErrLevel, ErrAnnounced, ErrDay, ErrBlank.
func (s *Service) Announce(ctx context.Context, n id.Of[id.Listing], o Notice) (id.Of[id.Listing], error) {
	return s.decide(ctx, n, func(h hand) error { return h.f.announce(o) })
}

// FileAbove hands the listing in with the office of the city's committee. Errors: rbac.ErrNotFound, ErrNow, ErrLevel,
// ErrFiledAbove, ErrDay, ErrBlank.
func (s *Service) FileAbove(ctx context.Context, n id.Of[id.Listing], o Notice) (id.Of[id.Listing], error) {
	return s.decide(ctx, n, func(h hand) error { return h.f.fileAbove(o) })
}

// Publish makes the end of the listing public. Errors: rbac.ErrNotFound, ErrNow, ErrLevel, ErrDay, ErrBlank.
func (s *Service) Publish(ctx context.Context, n id.Of[id.Listing], o Notice) (id.Of[id.Listing], error) {
	return s.decide(ctx, n, func(h hand) error { return h.f.publish(o) })
}

// may lists what the actor can do now; the buttons of the page.
func (o One) may(scope rbac.Scope, today day.Date) []Event {
	out := []Event{}
	a := scope.Actor()
	level := a.Kind == rbac.Regulator && !above(o.Level, LevelOf(a.Areas, o.RegionPath))
	for _, e := range []Event{Receive, FilePlan, Progress, AskAcceptance, AskExtension, Deliver, Grant, Pass, Escalate, Delist, Announce, FileAbove, Publish} {
		if !slices.Contains(from[e], o.State) {
			continue
		}
		ok := false
		switch e {
		case Receive:
			ok = scope.Can(ActionReceive) && !o.DeliveredOn.IsZero()
		case FilePlan, Progress, AskExtension, AskAcceptance:
			ok = scope.Can(ActionAnswer)
		case Deliver:
			ok = scope.Can(ActionDecide)
		case Escalate:
			ok = scope.Can(ActionDecide) && level && (o.State == Failed || o.State == Escalated || o.FinishBy.Before(today))
		case Announce:
			ok = scope.Can(ActionDecide) && level && o.AnnouncedOn.IsZero()
		case FileAbove:
			ok = scope.Can(ActionDecide) && level && o.FiledOn.IsZero() && (o.Terms().FileWorking > 0)
		default:
			ok = scope.Can(ActionDecide) && level
		}
		if ok {
			out = append(out, e)
		}
	}
	return out
}
