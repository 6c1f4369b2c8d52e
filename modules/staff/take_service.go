package staff

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Take enters somebody who has come by himself into the staff, in the caller's transaction: as who, where that is somebody of the staff;
// as the one of the same identity number, or of the same phone and name, who has not left; or as a new person, whom Joining is told of.
// What is recorded of a person already stays; what is missing is added. Errors: rbac.ErrNotFound, ErrLeft, those of Add.
func (s *Service) Take(ctx context.Context, tx db.Tx, scope rbac.Scope, home rbac.Home, e Entry, who id.Of[id.Staff]) (id.Of[id.Staff], error) {
	fresh := Person{CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, CreatedAt: tx.Now}
	if err := fresh.describe(e, s.Box.Field(int64(home.CompanyID)), today(tx)); err != nil {
		return 0, err
	}
	if err := seatable(ctx, tx, scope, fresh.UnitID); err != nil {
		return 0, err
	}
	if who == 0 {
		found, err := alike(ctx, tx, fresh)
		if err != nil {
			return 0, err
		}
		who = found
	}
	if who != 0 {
		return who, s.complete(ctx, tx, scope, who, fresh)
	}
	if err := insertPerson(ctx, tx, &fresh); err != nil {
		return 0, err
	}
	scope.Changed("staff", int64(fresh.ID), home.CompanyID, Person{}, fresh)
	return fresh.ID, tell(ctx, tx, scope, s.Joining, fresh, day.In(tx.Now, day.Shanghai))
}

// complete adds to a person what is known of him now and was not before.
func (*Service) complete(ctx context.Context, tx db.Tx, scope rbac.Scope, who id.Of[id.Staff], fresh Person) error {
	p, err := personByID(ctx, tx, scope, who)
	if err != nil {
		return err
	}
	if !p.LeftOn.IsZero() {
		return ErrLeft.At("body.staffId")
	}
	was := p
	if p.Phone == "" {
		p.Phone = fresh.Phone
	}
	if len(p.IdentitySealed) == 0 {
		p.IdentitySealed, p.IdentityIndex = fresh.IdentitySealed, fresh.IdentityIndex
	}
	if p.UnitID == nil {
		p.UnitID = fresh.UnitID
	}
	if p.JoinedOn.IsZero() {
		p.JoinedOn = fresh.JoinedOn
	}
	scope.Changed("staff", int64(who), p.CompanyID, was, p)
	return updatePerson(ctx, tx, &p)
}
