package equipment

import (
	"context"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web/register"
)

// TableName names the table.
func (Machine) TableName() string { return "equipment_machine" }

// TableName names the table.
func (Special) TableName() string { return "equipment_special" }

// TableName names the table.
func (Fire) TableName() string { return "equipment_fire" }

// TableName names the table.
func (Cylinder) TableName() string { return "equipment_cylinder" }

// TableName names the table.
func (Test) TableName() string { return "equipment_test" }

// TableName names the table.
func (Presses) TableName() string { return "equipment_press" }

// Test is what one test, inspection, check or service found (检测记录).
type Test struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Row]
	RegionPath    string
	OversightLine int16
	MachineID     *id.Of[id.Row]
	SpecialID     *id.Of[id.Row]
	FireID        *id.Of[id.Row]
	CylinderID    *id.Of[id.Row]
	UnitID        *id.Of[id.Unit]
	Press         bool
	Kind          string
	Title         string
	TestedOn      day.Date
	Result        string
	Institute     string
	Tester        string
	ReportNumber  string
	Findings      string
	NextOn        day.Date
	Files         db.Ints
	HazardID      *id.Of[id.Hazard]
	MendedOn      day.Date
	MadeBy        string
	CreatedAt     time.Time
}

// column is where a test says what it is of.
func (t Thing) column() string { return string(t) + "_id" }

func (t Thing) table() string { return "equipment_" + string(t) }

// rowOf returns a row that the actor may see; lock keeps others from changing it.
// Errors: rbac.ErrNotFound.
func rowOf(ctx context.Context, tx db.Tx, scope rbac.Scope, thing Thing, n id.Of[id.Row], lock bool) (tested, error) {
	switch thing {
	case AMachine:
		return found[Machine](ctx, tx, scope, thing, n, lock, "owner_id")
	case ASpecial:
		return found[Special](ctx, tx, scope, thing, n, lock, "owner_id", "operator_id")
	case AFire:
		return found[Fire](ctx, tx, scope, thing, n, lock, "owner_id")
	case ACylinder:
		return found[Cylinder](ctx, tx, scope, thing, n, lock, "owner_id")
	}
	return nil, ErrThing
}

func found[T any, P interface {
	*T
	tested
}](ctx context.Context, tx db.Tx, scope rbac.Scope, thing Thing, n id.Of[id.Row], lock bool, mine ...string) (tested, error) {
	rows, err := some[T](ctx, tx, scope, thing, "t.id = ?", []any{int64(n)}, lock, mine...)
	if err != nil {
		return nil, err
	}
	if len(rows) != 1 {
		return nil, rbac.ErrNotFound
	}
	return P(&rows[0]), nil
}

// some returns at most mostLabels rows of a kind that the actor may see.
func some[T any](ctx context.Context, tx db.Tx, scope rbac.Scope, thing Thing, cond string, args []any, lock bool, mine ...string) (rows []T, err error) {
	within, bounds := scope.Where("t")
	reach, more := scope.Reach("t", mine...)
	q := "SELECT t.* FROM " + thing.table() + " t WHERE " + cond + " AND " + within + " AND " + reach + " ORDER BY t.id LIMIT ?"
	if lock {
		q += " FOR UPDATE"
	}
	all := append(append(append([]any{}, args...), bounds...), more...)
	return rows, tx.WithContext(ctx).Raw(q, append(all, mostLabels)...).Scan(&rows).Error
}

// rowsOf returns rows by ids, or all in use of one company.
func rowsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, thing Thing, company rbac.CompanyID, ids db.Ints) ([]tested, error) {
	cond, args := "t.company_id = ? AND t.ended_on IS NULL", []any{int64(company)}
	if len(ids) > 0 {
		cond, args = cond+" AND t.id = ANY(?)", append(args, ids)
	}
	switch thing {
	case AMachine:
		return all[Machine](some[Machine](ctx, tx, scope, thing, cond, args, false, "owner_id"))
	case ASpecial:
		return all[Special](some[Special](ctx, tx, scope, thing, cond, args, false, "owner_id", "operator_id"))
	case AFire:
		return all[Fire](some[Fire](ctx, tx, scope, thing, cond, args, false, "owner_id"))
	case ACylinder:
		return all[Cylinder](some[Cylinder](ctx, tx, scope, thing, cond, args, false, "owner_id"))
	}
	return nil, ErrThing
}

func all[T any, P interface {
	*T
	tested
}](rows []T, err error) ([]tested, error) {
	out := make([]tested, len(rows))
	for i := range rows {
		out[i] = P(&rows[i])
	}
	return out, err
}

// saveDates writes what a test moved of a row.
func saveDates(ctx context.Context, tx db.Tx, thing Thing, t tested) error {
	moved := t.dates()
	moved["updated_at"] = tx.Now
	return tx.WithContext(ctx).Table(thing.table()).Where("company_id = ? AND id = ?", int64(t.row().CompanyID), int64(t.row().ID)).Updates(moved).Error
}

// mend notes that a pass on a day settles earlier failures of a row.
func mend(ctx context.Context, tx db.Tx, thing Thing, b *register.Base, on day.Date) error {
	return tx.WithContext(ctx).Exec("UPDATE equipment_test SET mended_on = ? WHERE company_id = ? AND "+thing.column()+" = ? AND result = 'fail' AND mended_on IS NULL AND tested_on <= ?",
		on, int64(b.CompanyID), int64(b.ID), on).Error
}

// insertTest adds t.
func insertTest(ctx context.Context, tx db.Tx, t *Test) error {
	return tx.WithContext(ctx).Create(t).Error
}

// noteHazard notes what hazard a test made.
func noteHazard(ctx context.Context, tx db.Tx, t *Test, h id.Of[id.Hazard]) error {
	return tx.WithContext(ctx).Exec("UPDATE equipment_test SET hazard_id = ? WHERE company_id = ? AND id = ?", int64(h), int64(t.CompanyID), int64(t.ID)).Error
}

// testsOf returns the tests of a row that the actor sees, latest first, at most limit.
func testsOf(ctx context.Context, tx db.Tx, thing Thing, b *register.Base, limit int) (rows []Test, err error) {
	q := "SELECT * FROM equipment_test WHERE company_id = ? AND " + thing.column() + " = ? ORDER BY tested_on DESC, id DESC LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, int64(b.CompanyID), int64(b.ID), limit).Scan(&rows).Error
}

// testsIn returns at most limit+1 tests of a company, latest first, from k on.
func testsIn(ctx context.Context, tx db.Tx, scope rbac.Scope, f TestFilter, company rbac.CompanyID, k page.Key) (rows []Test, err error) {
	within, args := scope.Where("t")
	reach, more := scope.Reach("t")
	cond := within + " AND " + reach + " AND t.company_id = ?"
	args = append(append(args, more...), int64(company))
	if f.Thing != "" {
		cond += " AND t." + Thing(f.Thing).column() + " IS NOT NULL"
	}
	if f.Result != "" {
		cond, args = cond+" AND t.result = ?", append(args, f.Result)
	}
	order := " ORDER BY t.tested_on DESC, t.id DESC"
	switch {
	case k.Back:
		cond, args, order = cond+" AND (t.tested_on, t.id) > (?::date, ?::bigint)", append(args, k.Vals[0], k.Vals[1]), " ORDER BY t.tested_on, t.id"
	case !k.First():
		cond, args = cond+" AND (t.tested_on, t.id) < (?::date, ?::bigint)", append(args, k.Vals[0], k.Vals[1])
	}
	return rows, tx.WithContext(ctx).Raw("SELECT t.* FROM equipment_test t WHERE "+cond+order+" LIMIT ?", append(args, f.Limit+1)...).Scan(&rows).Error
}
