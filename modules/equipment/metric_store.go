package equipment

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
)

// Metrics of this module: the share of what has a test cycle whose test is in force at the end of a
// period; of everything, and by register.
const (
	InTime          = "equipment.tested-in-time"
	SpecialInTime   = "equipment.special-tested"  // special equipment
	FireInTime      = "equipment.fire-tested"     // fire-fighting equipment
	CylindersInTime = "equipment.cylinder-tested" // gas cylinders
	MachinesInTime  = "equipment.machine-tested"  // other machines and instruments
)

// Measured are the metrics that this module provides.
func Measured() evidence.Set {
	return evidence.Set{
		{Key: InTime, Batch: inTime, Rows: inTimeRows},
		registerTested(SpecialInTime, "equipment_special", "coalesce(x.tested_on, x.stated_on) IS NOT NULL AND "),
		registerTested(FireInTime, "equipment_fire", ""),
		registerTested(CylindersInTime, "equipment_cylinder", ""),
		registerTested(MachinesInTime, "equipment_machine", "x.tested_on IS NOT NULL AND "),
	}
}

// registerTested counts one register.
func registerTested(key, table, first string) evidence.Metric {
	return evidence.Counted{
		Key: key, Noun: table, Table: table + " x", On: "x.due_on",
		Where:  "x.due_on IS NOT NULL AND x.ended_on IS NULL AND x.created_at < (cast( @upto AS date) + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'",
		Counts: "(" + first + "x.barred_on IS NULL AND x.due_on >= @upto)",
	}.Metric()
}

// cycled are the things that have a test cycle, of all kinds; the parameters are the day on which
// the tests should be in force and the day by which the things stood in the register.
const cycled = `SELECT 'equipment_machine' AS noun, company_id, id, due_on, barred_on IS NULL AND tested_on IS NOT NULL AS ok, created_at FROM equipment_machine WHERE due_on IS NOT NULL AND ended_on IS NULL
	UNION ALL SELECT 'equipment_special', company_id, id, due_on, barred_on IS NULL AND coalesce(tested_on, stated_on) IS NOT NULL, created_at FROM equipment_special WHERE due_on IS NOT NULL AND ended_on IS NULL
	UNION ALL SELECT 'equipment_fire', company_id, id, due_on, barred_on IS NULL, created_at FROM equipment_fire WHERE due_on IS NOT NULL AND ended_on IS NULL
	UNION ALL SELECT 'equipment_cylinder', company_id, id, due_on, barred_on IS NULL, created_at FROM equipment_cylinder WHERE due_on IS NOT NULL AND ended_on IS NULL`

// heldOn is the day on which tests of a period should be in force: its last, or today in a running one.
func heldOn(tx db.Tx, p evidence.Period) day.Date {
	return day.Earlier(p.Until, day.In(tx.Now, day.Shanghai))
}

func inTime(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], p evidence.Period) (out []evidence.Value, err error) {
	ids := make(db.Ints, len(companies))
	for i, c := range companies {
		ids[i] = int64(c)
	}
	on := heldOn(tx, p)
	err = tx.WithContext(ctx).Raw(`SELECT x.company_id, count(*) FILTER (WHERE x.ok AND x.due_on >= ?) AS num, count(*) AS den FROM (`+cycled+`) x
		WHERE x.company_id = ANY(?) AND x.created_at < ? GROUP BY x.company_id`, on, ids, on.AddDays(1).Midnight(day.Shanghai)).Scan(&out).Error
	return out, err
}

func inTimeRows(ctx context.Context, tx db.Tx, company id.Of[id.Company], p evidence.Period, after int64, limit int) (out []evidence.Row, err error) {
	on := heldOn(tx, p)
	err = tx.WithContext(ctx).Raw(`SELECT x.noun, x.id, x.due_on AS "on", x.ok AND x.due_on >= ? AS counts FROM (`+cycled+`) x
		WHERE x.company_id = ? AND x.created_at < ? AND x.id > ? ORDER BY x.id FETCH FIRST ? ROWS WITH TIES`,
		on, int64(company), on.AddDays(1).Midnight(day.Shanghai), after, limit).Scan(&out).Error
	return out, err
}
