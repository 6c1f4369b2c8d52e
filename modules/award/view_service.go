package award

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// One is an award with its past, how it stands and what can be done now.
type One struct {
	Award
	Steps       []Step
	Years       []Year
	Conditions  Conditions
	Confirmable []string // conditions that an officer may confirm
	Revocations []Revocation
	Renames     []Rename
	Facts       []Fact // that speak for a revocation; for regulators
	Applying    bool   // an application of the company is under way
	May         []Event
	Today       day.Date
}

// ByID reads an award. Errors: rbac.ErrNotFound.
func (s *Service) ByID(ctx context.Context, n id.Of[id.Award]) (o One, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		a, err := awardByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		o, err = s.one(ctx, tx, scope, a)
		return err
	})
	return o, err
}

func (s *Service) one(ctx context.Context, tx db.Tx, scope rbac.Scope, a Award) (o One, err error) {
	o = One{Award: a, Today: today(tx)}
	if o.Steps, err = stepsOf(ctx, tx, a.CompanyID, int64(a.ID)); err != nil {
		return o, err
	}
	if o.Years, err = s.yearsOf(ctx, tx, a); err != nil {
		return o, err
	}
	if o.Conditions, err = s.conditions(ctx, tx, a); err != nil {
		return o, err
	}
	o.Confirmable = confirmable(o.Conditions)
	if o.Revocations, err = revocationsOf(ctx, tx, a); err != nil {
		return o, err
	}
	if o.Renames, err = renamesOf(ctx, tx, a); err != nil {
		return o, err
	}
	if scope.Actor().Kind == rbac.Regulator {
		if o.Facts, err = s.suggested(ctx, tx, scope, a); err != nil {
			return o, err
		}
	}
	if s.Open != nil {
		if o.Applying, err = s.Open(ctx, tx, a.CompanyID); err != nil {
			return o, err
		}
	}
	o.May = o.may(scope)
	return o, nil
}

// may lists what the actor can do now; the buttons of the page.
func (o One) may(scope rbac.Scope) []Event {
	out := []Event{}
	by := scope.Actor()
	holds, near, own := o.Holds(o.Today), rankOf(by.Areas, o.RegionPath) != "", o.decides(by)
	var r Revocation
	if len(o.Revocations) > 0 {
		r = o.Revocations[0]
	}
	open := r.State == CaseOpen || r.State == CaseStated
	gone := o.State == Revoked && r.State == CaseRevoked
	asked := len(o.Renames) > 0 && o.Renames[0].State == Asked
	add := func(e Event, a rbac.Action, yes bool) {
		if yes && scope.Can(a) {
			out = append(out, e)
		}
	}
	add(Stated, ActionState, r.State == CaseOpen && !o.Today.After(r.StatementDueOn))
	add(RenameAsked, ActionRename, holds && !asked)
	add(RenameTaken, ActionRename, asked)
	add(Renamed, ActionNames, asked && own)
	add(Proposed, ActionRevoke, holds && near && !open)
	add(Revoke, ActionRevoke, own && (r.State == CaseStated || (r.State == CaseOpen && o.Today.After(r.StatementDueOn))))
	add(Announced, ActionRevoke, gone && own && r.AnnouncedOn.IsZero())
	add(Collected, ActionRevoke, gone && near && !r.AnnouncedOn.IsZero() && (r.CertificateOn.IsZero() || r.PlaqueOn.IsZero()))
	add(Confirmed, ActionConfirm, holds && near && len(o.Confirmable) > 0)
	add(YearFiled, ActionEnter, holds && near)
	add(Numbered, ActionEnter, holds && near)
	return out
}

// Own is what a company sees of its level.
type Own struct {
	Current     *One // what it holds, or what it held last; nil: nothing yet
	Before      []Award
	BarredUntil day.Date // inclusive; zero: it may apply
	Today       day.Date
}

// Mine reads what the actor's company holds and held.
func (s *Service) Mine(ctx context.Context) (o Own, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		o.Today = today(tx)
		held, err := HeldBy(ctx, tx, home.CompanyID)
		if err != nil {
			return err
		}
		o.BarredUntil = held.BarredUntil
		all, err := awardsOf(ctx, tx, home.CompanyID)
		if err != nil || len(all) == 0 {
			return err
		}
		now, err := s.one(ctx, tx, scope, all[0])
		o.Current, o.Before = &now, all[1:]
		return err
	})
	return o, err
}
