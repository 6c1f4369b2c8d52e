package visit

import (
	"context"
	"strings"
	"time"

	"anbiao/jobs"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// NewVisits are visits to one or more companies, all alike.
type NewVisits struct {
	Companies []rbac.CompanyID `json:"companies" minItems:"1" maxItems:"200" nullable:"false"`
	Kind      Kind             `json:"kind" enum:"special,complaint,key"`
	Announced bool             `json:"announced" doc:"false: nobody of the company is told before it is over (暗访)"`
	Reason    string           `json:"reason,omitempty" maxLength:"500" doc:"campaign or complaint"`
	CapReason string           `json:"capReason,omitempty" maxLength:"500" doc:"why although the year's number of visits is reached; required where it is"`
	PlannedOn day.Date         `json:"plannedOn"`
	DueOn     day.Date         `json:"dueOn"`
	Officers  []Officer        `json:"officers" minItems:"2" maxItems:"10" nullable:"false"`
}

// check holds the order against form. Errors: ErrReason, ErrDay.
func (n *NewVisits) check(today day.Date) error {
	n.Reason, n.CapReason = strings.TrimSpace(n.Reason), strings.TrimSpace(n.CapReason)
	switch {
	case n.Kind != KeyCheck && n.Reason == "":
		return ErrReason.At("body.reason")
	case n.PlannedOn.Before(today) || n.DueOn.Before(n.PlannedOn) || n.DueOn.After(today.AddYears(2)):
		return ErrDay.At("body.dueOn")
	}
	return nil
}

// Make plans visits outside the year's plan: special, complaint-driven, key. It answers the first of them. Errors:
// rbac.ErrNotFound, ErrReason, ErrDay, ErrOfficers, ErrCap.
func (s *Service) Make(ctx context.Context, n NewVisits) (made id.Of[id.Visit], err error) {
	err = s.Gate.Write(ctx, ActionWork, func(tx db.Tx, scope rbac.Scope) error {
		made, err = s.MakeIn(ctx, tx, scope, n)
		scope.Made(int64(made))
		return err
	})
	return made, err
}

// MakeIn is Make within the caller's transaction.
func (s *Service) MakeIn(ctx context.Context, tx db.Tx, scope rbac.Scope, n NewVisits) (id.Of[id.Visit], error) {
	if err := n.check(today(tx)); err != nil {
		return 0, err
	}
	body, members, err := s.Colleagues(ctx, tx, scope)
	if err != nil {
		return 0, err
	}
	ids, names, err := officersOf(n.Officers, members)
	if err != nil {
		return 0, err
	}
	counts, _, err := s.counts(ctx, tx, n.Companies, n.PlannedOn.Year())
	if err != nil {
		return 0, err
	}
	rows := make([]*Visit, len(n.Companies))
	for i, c := range n.Companies {
		if k := counts[c]; k.Done+k.Planned >= k.Cap && n.CapReason == "" {
			return 0, ErrCap.At("body.capReason")
		}
		home, err := scope.Within(ctx, tx, c)
		if err != nil {
			return 0, err
		}
		card, err := s.Card(ctx, tx, scope, c)
		if err != nil {
			return 0, err
		}
		v := blank(home, card.Name, scope.Actor(), body, tx.Now)
		v.Kind, v.Announced, v.Reason, v.CapReason = n.Kind, n.Announced, n.Reason, n.CapReason
		v.PlannedOn, v.DueOn, v.Year, v.OfficerIDs, v.OfficerNames = n.PlannedOn, n.DueOn, int16(n.PlannedOn.Year()), ids, names
		rows[i] = &v
	}
	if err := insertVisits(ctx, tx, rows); err != nil {
		return 0, err
	}
	var steps []*Step
	for _, v := range rows {
		f := &file{Visit: *v, by: scope.Actor(), now: tx.Now}
		f.note("make", v.Reason, nil)
		steps = append(steps, f.added...)
		scope.Changed("visit", int64(v.ID), v.trailOf(), Visit{}, *v)
	}
	return rows[0].ID, insertSteps(ctx, tx, steps)
}

// blank is a visit that nobody has made yet.
func blank(home rbac.Home, company string, by rbac.Actor, body string, now time.Time) Visit {
	return Visit{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, CompanyName: company, OrganisationID: by.OrganisationID, OrganisationName: body, State: Planned,
		Items: db.JSON[[]Item]{V: []Item{}}, MadeBy: by.Name, MadeAt: now, ChangedAt: now,
	}
}

// hand is a visit in a transaction.
type hand struct {
	tx    db.Tx
	scope rbac.Scope
	f     *file
}

// act locks a visit, lets one thing happen to it and stores what came of it.
func (s *Service) act(ctx context.Context, action rbac.Action, n id.Of[id.Visit], columns []string, event func(hand) error) (id.Of[id.Visit], error) {
	err := s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		seen, err := visitByID(ctx, tx, scope, n, "")
		if err != nil {
			return err
		}
		if scope.Actor().Kind == rbac.Regulator {
			if scope.Actor().OrganisationID != seen.OrganisationID {
				return ErrOtherBody // row security would hide it from locking
			}
			if _, err := scope.Within(ctx, tx, seen.CompanyID); err != nil { // the company does not move meanwhile
				return err
			}
		}
		v, err := visitByID(ctx, tx, scope, n, forUpdate)
		if err != nil {
			return err
		}
		f := &file{Visit: v, by: scope.Actor(), now: tx.Now}
		if err := event(hand{tx, scope, f}); err != nil {
			return err
		}
		if err := saveVisit(ctx, tx, &f.Visit, columns); err != nil {
			return err
		}
		if err := insertSteps(ctx, tx, f.added); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("visit", int64(n), f.trailOf(), v, f.Visit)
		return s.follow(ctx, tx, f)
	})
	return n, err
}

// follow has the company told of what it may know: by the job runner, because a regulator does not see who works there.
func (s *Service) follow(ctx context.Context, tx db.Tx, f *file) error {
	for _, step := range f.added {
		if f.Hidden() || step.ActorKind == string(rbac.Company) || step.Event == "change" || step.Event == "record" {
			continue
		}
		t := Tell{CompanyID: f.CompanyID, VisitID: f.ID, OrderID: orNone(step.OrderID), Event: step.Event, At: step.At}
		if err := jobs.Enqueue(ctx, tx, t, jobs.Key(t.key())); err != nil {
			return err
		}
	}
	return nil
}

// orNil is an id, or nothing for none.
func orNil[T any](n id.Of[T]) *id.Of[T] {
	if n == 0 {
		return nil
	}
	return &n
}

func orNone[T any](n *id.Of[T]) id.Of[T] {
	if n == nil {
		return 0
	}
	return *n
}

// Announce tells the company beforehand. Errors: rbac.ErrNotFound, ErrNow, ErrOtherBody, ErrSecret, ErrAnnounced.
func (s *Service) Announce(ctx context.Context, n id.Of[id.Visit], _ Nothing) (id.Of[id.Visit], error) {
	return s.act(ctx, ActionWork, n, worked, func(h hand) error { return h.f.announce() })
}

// Change moves a visit that has not begun. Errors: rbac.ErrNotFound, ErrNow, ErrOtherBody, ErrDay, ErrOfficers, ErrAnnounced.
func (s *Service) Change(ctx context.Context, n id.Of[id.Visit], c Change) (id.Of[id.Visit], error) {
	return s.act(ctx, ActionWork, n, worked, func(h hand) error {
		_, members, err := s.Colleagues(ctx, h.tx, h.scope)
		if err != nil {
			return err
		}
		return h.f.change(c, members)
	})
}

// SetOut begins the way. Errors: rbac.ErrNotFound, ErrNow, ErrOtherBody, ErrNotOfficer.
func (s *Service) SetOut(ctx context.Context, n id.Of[id.Visit], _ Nothing) (id.Of[id.Visit], error) {
	return s.act(ctx, ActionWork, n, worked, func(h hand) error { return h.f.setOut() })
}

// Arrive begins the inspection. Errors: rbac.ErrNotFound, ErrNow, ErrOtherBody, ErrNotOfficer.
func (s *Service) Arrive(ctx context.Context, n id.Of[id.Visit], _ Nothing) (id.Of[id.Visit], error) {
	return s.act(ctx, ActionWork, n, worked, func(h hand) error { return h.f.arrive() })
}

// Write keeps what the officers write down. Errors: rbac.ErrNotFound, ErrNow, ErrOtherBody, ErrNotOfficer, ErrItem.
func (s *Service) Write(ctx context.Context, n id.Of[id.Visit], r Record) (id.Of[id.Visit], error) {
	return s.act(ctx, ActionWork, n, worked, func(h hand) error { return h.f.record(r) })
}

// Cancel gives a visit up. Errors: rbac.ErrNotFound, ErrNow, ErrOtherBody, ErrReason.
func (s *Service) Cancel(ctx context.Context, n id.Of[id.Visit], w Why) (id.Of[id.Visit], error) {
	return s.act(ctx, ActionWork, n, worked, func(h hand) error {
		if err := h.f.cancel(w.Note); err != nil {
			return err
		}
		if err := saveVisit(ctx, h.tx, &h.f.Visit, worked); err != nil { // what is told then asks whether it is still open
			return err
		}
		return s.over(ctx, h)
	})
}

// Nothing is the body of a step that needs none.
type Nothing struct{}

// Why is a reason.
type Why struct {
	Note string `json:"note" minLength:"1" maxLength:"1000"`
}

// Receive is the company saying that it has read the record. Errors: rbac.ErrNotFound, ErrNotOver, ErrReceived.
func (s *Service) Receive(ctx context.Context, n id.Of[id.Visit], _ Nothing) (id.Of[id.Visit], error) {
	return s.act(ctx, ActionReceive, n, []string{"received_at", "received_by"}, func(h hand) error { return h.f.receive() })
}
