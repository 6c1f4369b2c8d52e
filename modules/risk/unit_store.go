package risk

import (
	"context"

	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Unit) TableName() string { return "risk_unit" }

// numbers keeps two from taking one number of a company, to the end of the transaction, and
// returns the highest number in use of a table.
func numbers(ctx context.Context, tx db.Tx, company rbac.CompanyID, table string) (last int, err error) {
	g := tx.WithContext(ctx)
	if err := g.Exec("SELECT pg_advisory_xact_lock(hashtextextended('risk', ?))", int64(company)).Error; err != nil {
		return 0, err
	}
	err = g.Raw("SELECT coalesce(max(number), 0) FROM "+table+" WHERE company_id = ?", int64(company)).Scan(&last).Error
	return last, err
}

func insertUnits(ctx context.Context, tx db.Tx, rows []*Unit) error {
	if len(rows) == 0 {
		return nil
	}
	return nameTaken(tx.WithContext(ctx).CreateInBatches(rows, 500).Error)
}

func updateUnit(ctx context.Context, tx db.Tx, u *Unit) error {
	return nameTaken(tx.WithContext(ctx).Model(u).Where("company_id = ?", int64(u.CompanyID)).Select(
		"kind", "name", "place", "unit_id", "unit_name", "owner_id", "owner_name", "phone", "updated_at", "ended_on", "end_reason").Updates(u).Error)
}

func nameTaken(err error) error {
	if db.Violates(err, "risk_unit_company_id_name_key") {
		return ErrNameTaken.At("body.name").Because(err)
	}
	return err
}

// unitByID reads a unit that the actor may see. Errors: rbac.ErrNotFound.
func unitByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Unit], lock ...clause.Expression) (Unit, error) {
	cond, args := scope.Reach("risk_unit", "owner_id")
	var rows []Unit
	err := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(lock...).Where("id = ?", int64(n)).Where(cond, args...).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Unit{}, err
	}
	return rows[0], nil
}

var locked = clause.Locking{Strength: "UPDATE"}

// UnitRow is a unit with how many events of each level it has.
type UnitRow struct {
	Unit
	Major, Larger, General, Low int
}

// Top is the gravest level of the unit's events; empty: it has none.
func (u UnitRow) Top() Level {
	switch {
	case u.Major > 0:
		return Major
	case u.Larger > 0:
		return Larger
	case u.General > 0:
		return General
	case u.Low > 0:
		return Low
	}
	return ""
}

const counted = `SELECT u.*, x.major, x.larger, x.general, x.low FROM risk_unit u CROSS JOIN LATERAL (
	SELECT count(*) FILTER (WHERE e.level = 'major') AS major, count(*) FILTER (WHERE e.level = 'larger') AS larger, count(*) FILTER (WHERE e.level = 'general') AS general,
		count(*) FILTER (WHERE e.level = 'low') AS low
	FROM risk_event e WHERE e.company_id = u.company_id AND e.risk_unit_id = u.id AND e.ended_on IS NULL) x WHERE `

// unitsBy lists a company's units in order of number, from k on.
func unitsBy(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, f UnitFilter, k page.Key) (rows []UnitRow, err error) {
	w := scope.Of(company, "u")
	w.Within(scope.Reach("u", "owner_id"))
	w.When(!f.Ended, "u.ended_on IS NULL")
	w.When(f.Term != "", "strpos(u.name || ' ' || u.place, ?) > 0", f.Term)
	order := w.Rising(k, "u.number", "?::int")
	return rows, tx.WithContext(ctx).Raw(counted+w.SQL()+order+" LIMIT ?", append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// allUnits returns the units of a company in use, whoever asks: what hangs at the gate.
func allUnits(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (rows []UnitRow, err error) {
	w := scope.Of(company, "u")
	w.And("u.ended_on IS NULL")
	return rows, tx.WithContext(ctx).Raw(counted+w.SQL()+" ORDER BY u.number", w.Args...).Scan(&rows).Error
}

// inUse reports whether a unit has events.
func inUse(ctx context.Context, tx db.Tx, u Unit) (yes bool, err error) {
	q := "SELECT EXISTS (SELECT FROM risk_event WHERE company_id = ? AND risk_unit_id = ? AND ended_on IS NULL)"
	return yes, tx.WithContext(ctx).Raw(q, int64(u.CompanyID), int64(u.ID)).Scan(&yes).Error
}
