package account

import (
	"context"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Engaged is an engagement as the company sees it.
type Engaged struct {
	Engagement
	Name string // of the agency
}

// Engagements lists the agencies that work, worked or will work for the actor's company, the
// newest engagement first, and the agencies it could engage.
func (s *Service) Engagements(ctx context.Context) (list []Engaged, agencies []Organisation, today day.Date, err error) {
	err = s.Gate.Read(ctx, ActionEngage, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		today = day.In(tx.Now, day.Shanghai)
		if list, err = engagementsOf(ctx, tx, home.CompanyID); err != nil {
			return err
		}
		agencies, err = serviceAgencies(ctx, tx)
		return err
	})
	return list, agencies, today, err
}

// Engage lets a service agency work for the actor's company. Errors: rbac.ErrNotFound,
// ErrMemberExists, ErrEngagedDays.
func (s *Service) Engage(ctx context.Context, org id.Of[id.Organisation], from, until day.Date) error {
	return s.Gate.Write(ctx, ActionEngage, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		if _, err := organisationByID(ctx, tx, org); err != nil {
			return err
		}
		if !until.IsZero() && until.Before(from) {
			return ErrEngagedDays.At("body.untilOn")
		}
		e := Engagement{CompanyID: home.CompanyID, OrganisationID: org, FromOn: from, UntilOn: until}
		scope.Made(int64(org))
		scope.Changed("engagement", int64(org), home.CompanyID, Engagement{}, e)
		return insertEngagement(ctx, tx, &e)
	})
}

// Disengage ends an engagement with its last day, today at the earliest. What the agency did stays;
// from the next day on it sees nothing. Errors: rbac.ErrNotFound, ErrEngagedDays.
func (s *Service) Disengage(ctx context.Context, org id.Of[id.Organisation], from, last day.Date) error {
	return s.Gate.Write(ctx, ActionEngage, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		before, err := lockEngagement(ctx, tx, home.CompanyID, org, from)
		if err != nil {
			return err
		}
		after := before
		after.UntilOn = last
		if last.Before(day.In(tx.Now, day.Shanghai)) || last.Before(from) || (!before.UntilOn.IsZero() && last.After(before.UntilOn)) {
			return ErrEngagedDays.At("body.untilOn")
		}
		scope.Made(int64(org))
		scope.Changed("engagement", int64(org), home.CompanyID, before, after)
		return endEngagement(ctx, tx, after)
	})
}

// Clients lists the companies that the actor's agency works for today.
func (s *Service) Clients(ctx context.Context) (list []Client, err error) {
	a, ok := rbac.ActorOf(ctx)
	if !ok {
		return nil, rbac.ErrUnauthenticated
	}
	if !s.Gate.Can(a, ActionServe) {
		return nil, rbac.ErrForbidden
	}
	err = s.Gate.System(ctx, "account.clients", func(tx db.Tx, _ rbac.Scope) error {
		list, err = engagements(ctx, tx, a.OrganisationID, tx.Now.In(day.Shanghai).Format(time.DateOnly))
		return err
	})
	return list, err
}
