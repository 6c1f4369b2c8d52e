package risk

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// UnitFilter narrows a list of units.
type UnitFilter struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: one company"`
	Term      string         `query:"term" maxLength:"60" doc:"part of name or place"`
	Ended     bool           `query:"ended" doc:"with those no longer in use"`
}

// UnitForm is what a company says of a unit.
type UnitForm struct {
	Kind    string          `json:"kind" enum:"place,equipment,activity"`
	Name    string          `json:"name" minLength:"2" maxLength:"60"`
	Place   string          `json:"place" required:"false" maxLength:"120"`
	UnitID  id.Of[id.Unit]  `json:"unitId" required:"false" doc:"department, workshop or team that answers for it"`
	OwnerID id.Of[id.Staff] `json:"ownerId" required:"false" doc:"person who does"`
	Phone   string          `json:"phone" required:"false" maxLength:"60" doc:"to call in an emergency; printed on cards"`
}

// Ending is why and when something is no longer in use.
type Ending struct {
	Reason string   `json:"reason" minLength:"2" maxLength:"200"`
	On     day.Date `json:"on" required:"false" doc:"left out: today"`
}

// Units lists units in order of number. Errors: ErrCompanyNeeded, page.ErrCursor.
func (s *Service) Units(ctx context.Context, f UnitFilter) (rows []UnitRow, k page.Key, err error) {
	if k, err = f.Start("number", 1); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		c, err := companyOf(scope, f.CompanyID)
		if err != nil {
			return err
		}
		rows, err = unitsBy(ctx, tx, scope, c, f, k)
		return err
	})
	return rows, k, err
}

// AddUnit makes a unit. Errors: ErrNameTaken, ErrUnit, ErrOwner, ErrBlank.
func (s *Service) AddUnit(ctx context.Context, f UnitForm) (n id.Of[Unit], err error) {
	err = s.Gate.Write(ctx, ActionEdit, func(tx db.Tx, scope rbac.Scope) error {
		home, err := scope.Home()
		if err != nil {
			return err
		}
		u := Unit{
			CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, MadeBy: scope.Actor().Name, CreatedAt: tx.Now,
		}
		if err := s.takeUnit(ctx, tx, scope, &u, f); err != nil {
			return err
		}
		last, err := numbers(ctx, tx, home.CompanyID, "risk_unit")
		if err != nil {
			return err
		}
		u.Number = last + 1
		if err := insertUnits(ctx, tx, []*Unit{&u}); err != nil {
			return err
		}
		n = u.ID
		scope.Changed("risk_unit", int64(n), u.CompanyID, Unit{}, u)
		scope.Made(int64(n))
		return nil
	})
	return n, err
}

// takeUnit writes a form into u. Errors: ErrUnit, ErrOwner, ErrBlank.
func (s *Service) takeUnit(ctx context.Context, tx db.Tx, scope rbac.Scope, u *Unit, f UnitForm) (err error) {
	if u.Name, err = tidy(f.Name, "body.name"); err != nil {
		return err
	}
	tree, err := s.Tree(ctx, tx, u.CompanyID, today(tx))
	if err != nil {
		return err
	}
	at, err := seatOf(tree, scope, f.UnitID, f.OwnerID)
	if err != nil {
		return err
	}
	u.Kind, u.Place, u.Phone, u.UpdatedAt = f.Kind, f.Place, f.Phone, tx.Now
	u.UnitID, u.UnitName, u.OwnerID, u.OwnerName = at.unitID, at.unitName, at.ownerID, at.ownerName
	return nil
}

// ChangeUnit changes a unit in use. Errors: rbac.ErrNotFound, ErrEnded, those of AddUnit.
func (s *Service) ChangeUnit(ctx context.Context, n id.Of[Unit], f UnitForm) error {
	return s.editUnit(ctx, n, func(tx db.Tx, scope rbac.Scope, u *Unit) error { return s.takeUnit(ctx, tx, scope, u, f) })
}

// EndUnit takes a unit out of use once it has no events. Errors: rbac.ErrNotFound, ErrEnded,
// ErrUnitInUse, ErrFuture.
func (s *Service) EndUnit(ctx context.Context, n id.Of[Unit], e Ending) error {
	return s.editUnit(ctx, n, func(tx db.Tx, _ rbac.Scope, u *Unit) error {
		yes, err := inUse(ctx, tx, *u)
		switch {
		case err != nil:
			return err
		case yes:
			return ErrUnitInUse
		}
		u.EndedOn, u.EndReason, err = e.of(tx)
		return err
	})
}

// of is the day and the reason as they are kept. Errors: ErrFuture, ErrBlank.
func (e Ending) of(tx db.Tx) (on day.Date, reason string, err error) {
	if on = e.On; on.IsZero() {
		on = today(tx)
	}
	if on.After(today(tx)) {
		return on, "", ErrFuture.At("body.on")
	}
	reason, err = tidy(e.Reason, "body.reason")
	return on, reason, err
}

func (s *Service) editUnit(ctx context.Context, n id.Of[Unit], edit func(db.Tx, rbac.Scope, *Unit) error) error {
	return s.Gate.Write(ctx, ActionEdit, func(tx db.Tx, scope rbac.Scope) error {
		was, err := unitByID(ctx, tx, scope, n, locked)
		if err != nil {
			return err
		}
		if !was.EndedOn.IsZero() {
			return ErrEnded
		}
		is := was
		if err := edit(tx, scope, &is); err != nil {
			return err
		}
		is.UpdatedAt = tx.Now
		scope.Changed("risk_unit", int64(n), was.CompanyID, was, is)
		return updateUnit(ctx, tx, &is)
	})
}
