package penalty

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// ListFilter narrows the list of seriously dishonest firms.
type ListFilter struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: one company"`
	Division  string         `query:"division" maxLength:"15" pattern:"^[0-9A-Z]*$" doc:"area, by its path"`
	State     string         `query:"state" enum:",open,holding,removal,ended" doc:"holding: on the list today"`
	Q         string         `query:"q" maxLength:"60" doc:"part of a name"`
}

// Listings lists what is in scope, latest first, and the day. Errors: page.ErrCursor.
func (s *Service) Listings(ctx context.Context, f ListFilter) (rows []Dishonesty, k page.Key, now day.Date, err error) {
	if k, err = f.Start("id", 1); err != nil {
		return nil, k, now, err
	}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) (err error) {
		now = today(tx)
		rows, err = listingsBy(ctx, tx, scope, f, k, now)
		return err
	})
	return rows, k, now, err
}

// OneListing is a listing with what happened to it, and what the actor may do now.
type OneListing struct {
	Dishonesty
	Steps []Step
	May   []Event
	Today day.Date
}

// ListingByID reads a listing. Errors: rbac.ErrNotFound.
func (s *Service) ListingByID(ctx context.Context, n id.Of[Dishonesty]) (o OneListing, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		if o.Dishonesty, err = rowByID[Dishonesty](ctx, tx, scope, "penalty_dishonesty", int64(n), false); err != nil {
			return err
		}
		o.Today = today(tx)
		o.May = o.may(scope, o.Today)
		o.Steps, err = stepsOf(ctx, tx, "dishonesty_id", o.CompanyID, int64(n))
		return err
	})
	return o, err
}

func (x Dishonesty) may(scope rbac.Scope, now day.Date) (out []Event) {
	add := func(yes bool, e Event) {
		if yes {
			out = append(out, e)
		}
	}
	if scope.Can(ActionDecide) {
		ripe := x.State == OnStated || (x.State == OnNotice && now.After(x.StatementDueOn))
		add(ripe, Enlisted)
		add(ripe, Dropped)
		add(!x.ListedOn.IsZero() && x.PublishedOn.IsZero(), Published)
		add(x.State == OnAsked, RemovalAccepted)
		add(x.State == OnTaken, Removed)
		add(x.State == OnTaken, RemovalRefused)
		add(x.State == OnRemoved, Restored)
	}
	if scope.Can(ActionAnswer) {
		add(x.State == OnNotice && !now.After(x.StatementDueOn), Said)
		add(x.State == OnListed && !x.EarlyOn.IsZero() && !now.Before(x.EarlyOn) && !now.After(x.LastDay), RemovalAsked)
	}
	return out
}

// Notify opens the procedure of a listing with the notice to the company. Errors: rbac.ErrNotFound, ErrBlank, ErrSubject,
// ErrCondition, ErrDay, ErrOpen.
func (s *Service) Notify(ctx context.Context, o Notice) (n id.Of[Dishonesty], err error) {
	err = s.Gate.Write(ctx, ActionDecide, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Within(ctx, tx, o.CompanyID)
		if err != nil {
			return err
		}
		name, err := s.NameOf(ctx, tx, scope, o.CompanyID)
		if err != nil {
			return err
		}
		x, err := o.make(home, name, scope.Actor(), tx.Now)
		if err != nil {
			return err
		}
		if err := insertDishonesty(ctx, tx, &x); err != nil {
			return err
		}
		n = x.ID
		scope.Made(int64(n))
		scope.Changed("penalty_dishonesty", int64(n), x.CompanyID, Dishonesty{}, x)
		return s.note(ctx, tx, scope, stepOf(home, nil, &n), Noticed, x.NoticedOn, x.Facts, o.Files)
	})
	return n, err
}

// turn locks a listing, lets one thing happen to it and stores what came of it.
func (s *Service) turn(ctx context.Context, action rbac.Action, n id.Of[Dishonesty], columns []string, do func(x *Dishonesty, now day.Date, by rbac.Actor) (moved, error)) (id.Of[Dishonesty], error) {
	err := s.Gate.Write(ctx, action, func(tx db.Tx, scope rbac.Scope) error {
		x, err := rowByID[Dishonesty](ctx, tx, scope, "penalty_dishonesty", int64(n), false)
		if err != nil {
			return err
		}
		if scope.Actor().Kind == rbac.Regulator {
			if _, err := scope.Within(ctx, tx, x.CompanyID); err != nil { // the company does not move meanwhile
				return err
			}
		}
		if x, err = rowByID[Dishonesty](ctx, tx, scope, "penalty_dishonesty", int64(n), true); err != nil {
			return err
		}
		was := x
		m, err := do(&x, today(tx), scope.Actor())
		if err != nil {
			return err
		}
		if err := updateRow(ctx, tx, x.CompanyID, int64(n), &x, columns); err != nil {
			return err
		}
		scope.Made(int64(n))
		scope.Changed("penalty_dishonesty", int64(n), x.CompanyID, was, x)
		return s.note(ctx, tx, scope, stepOf(rbac.Home{CompanyID: x.CompanyID, RegionPath: x.RegionPath, Line: x.OversightLine}, nil, &n), m.event, m.on, m.note, m.files)
	})
	return n, err
}

// State is the company's statement on the notice. Errors: rbac.ErrNotFound, ErrState, ErrStatementLate, ErrBlank.
func (s *Service) State(ctx context.Context, n id.Of[Dishonesty], w Words) (id.Of[Dishonesty], error) {
	return s.turn(ctx, ActionAnswer, n, listingAnswered, func(x *Dishonesty, now day.Date, by rbac.Actor) (moved, error) {
		return moved{Said, now, w.Note, w.Files}, x.state(now, by.Name, w.Note)
	})
}

// Decide lists somebody, or drops the case. Errors: rbac.ErrNotFound, ErrState, ErrStatementOpen, ErrBlank, ErrDay, ErrTerm.
func (s *Service) Decide(ctx context.Context, n id.Of[Dishonesty], v Verdict) (id.Of[Dishonesty], error) {
	return s.turn(ctx, ActionDecide, n, listingDecided, func(x *Dishonesty, now day.Date, by rbac.Actor) (moved, error) {
		e := Dropped
		if v.List {
			e = Enlisted
		}
		return moved{e, v.On, v.Opinion, v.Files}, x.decide(now, by.Name, v, s.Term)
	})
}

// PublishListing makes a listing public. Errors: rbac.ErrNotFound, ErrState, ErrDay, ErrBlank.
func (s *Service) PublishListing(ctx context.Context, n id.Of[Dishonesty], a Announcement) (id.Of[Dishonesty], error) {
	return s.turn(ctx, ActionDecide, n, listingDecided, func(x *Dishonesty, now day.Date, _ rbac.Actor) (moved, error) {
		return moved{Published, a.On, a.Medium, a.Files}, x.publish(a.On, now, a.Medium)
	})
}

// AskRemoval is the company asking for early removal. Errors: rbac.ErrNotFound, ErrState, ErrEarly, ErrBlank.
func (s *Service) AskRemoval(ctx context.Context, n id.Of[Dishonesty], w Words) (id.Of[Dishonesty], error) {
	return s.turn(ctx, ActionAnswer, n, listingAnswered, func(x *Dishonesty, now day.Date, by rbac.Actor) (moved, error) {
		return moved{RemovalAsked, now, w.Note, w.Files}, x.askRemoval(now, by.Name, w.Note)
	})
}

// Accept takes a request for early removal in. Errors: rbac.ErrNotFound, ErrState.
func (s *Service) Accept(ctx context.Context, n id.Of[Dishonesty]) (id.Of[Dishonesty], error) {
	return s.turn(ctx, ActionDecide, n, listingDecided, func(x *Dishonesty, now day.Date, _ rbac.Actor) (moved, error) {
		return moved{event: RemovalAccepted, on: now}, x.accept(now)
	})
}

// Remove decides on early removal. Errors: rbac.ErrNotFound, ErrState, ErrBlank, ErrNeeds.
func (s *Service) Remove(ctx context.Context, n id.Of[Dishonesty], r Removal) (id.Of[Dishonesty], error) {
	return s.turn(ctx, ActionDecide, n, listingDecided, func(x *Dishonesty, now day.Date, by rbac.Actor) (moved, error) {
		e := RemovalRefused
		if r.Remove {
			e = Removed
		}
		return moved{e, now, r.Opinion, r.Files}, x.settle(now, by.Name, r)
	})
}

// Restore puts back who was removed with false papers. Errors: rbac.ErrNotFound, ErrState, ErrBlank, ErrTerm.
func (s *Service) Restore(ctx context.Context, n id.Of[Dishonesty], w Words) (id.Of[Dishonesty], error) {
	return s.turn(ctx, ActionDecide, n, listingDecided, func(x *Dishonesty, now day.Date, _ rbac.Actor) (moved, error) {
		return moved{Restored, now, w.Note, w.Files}, x.restore(now, w.Note, s.Term)
	})
}
