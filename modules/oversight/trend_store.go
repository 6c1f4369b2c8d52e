package oversight

import (
	"context"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// MonthRow is how an area and a section of GB/T 4754 stood in a month, by supervision line.
type MonthRow struct {
	Node          string
	Month         day.Date // its first day
	OversightLine int16
	Section       string // A to T; "": all together
	AsOf          day.Date
	Companies     int32
	Activated     int32
	Red           int32
	Orange        int32
	Yellow        int32
	Blue          int32
	Level1        int32
	Level2        int32
	Level3        int32
	LevelPass     int32
	Open          int32
	Overdue       int32
	WithOverdue   int32
	MajorOpen     int32
	Missing       int32
	CertNum       int32
	CertDen       int32
}

// TableName names the table of months.
func (MonthRow) TableName() string { return "oversight_month" }

// Shape is how an area is drawn on the map.
type Shape struct {
	Path        string
	Rings       db.JSON[[][][2]int32] // longitude and latitude, degrees times a million
	LongitudeE6 int32                 // where its name stands
	LatitudeE6  int32
	Schematic   bool // drawn around its companies' places; no surveyed boundary
	At          time.Time
}

// TableName names the table of shapes.
func (Shape) TableName() string { return "oversight_shape" }

// CountAs keeps how every area stands on a day as the day's month, in a system transaction. First the
// towns are counted, then what they lie in. board is SQL for the relation that is counted.
func CountAs(ctx context.Context, tx db.Tx, on day.Date, board string) error {
	month := firstOf(on)
	if err := tx.WithContext(ctx).Exec("DELETE FROM oversight_month WHERE month = ?", month).Error; err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec(`WITH town AS MATERIALIZED (
			SELECT left(b.region_path, 9) AS path, b.oversight_line, oversight_section(b.industry) AS section, `+figureColumns+`
			FROM `+board+` b GROUP BY 1, 2, 3)
		INSERT INTO oversight_month (node, month, oversight_line, section, as_of, companies, activated, red, orange, yellow, blue, level1, level2, level3, level_pass,
			open, overdue, with_overdue, major_open, missing, cert_num, cert_den)
		SELECT a.node, ?, m.oversight_line, s.section, ?, `+monthColumns+`
		FROM town m CROSS JOIN LATERAL oversight_ancestors(m.path) a CROSS JOIN LATERAL (SELECT '' UNION SELECT m.section) s (section)
		WHERE s.section = '' OR length(a.node) <= 6
		GROUP BY a.node, m.oversight_line, s.section`, month, on).Error
}

// monthsOf returns an area's months, oldest first.
func monthsOf(ctx context.Context, tx db.Tx, area string, from, until day.Date) (rows []Month, err error) {
	err = tx.WithContext(ctx).Raw("SELECT m.month, max(m.as_of) AS as_of, "+monthColumns+` FROM oversight_month_area m
		WHERE m.node = ? AND m.section = '' AND m.month BETWEEN ? AND ? GROUP BY 1 ORDER BY 1`, area, firstOf(from), firstOf(until)).Scan(&rows).Error
	return rows, err
}

// Months returns how an area that the actor oversees stood at the end of each month between two days,
// oldest first; the running month is counted now. Months before the first count are absent.
func Months(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, from, until day.Date) ([]Month, error) {
	today := day.In(tx.Now, day.Shanghai)
	rows, err := monthsOf(ctx, tx, area, from, until)
	if err != nil || until.Before(firstOf(today)) {
		return rows, err
	}
	if n := len(rows); n > 0 && !rows[n-1].Month.Before(firstOf(today)) {
		rows = rows[:n-1]
	}
	now := Month{Month: firstOf(today), AsOf: today}
	f := Filter{Division: area}
	c := counter{tx: tx, scope: scope, filter: f, path: area, today: today, by: byArea([]Place{{Path: area}}, area)}
	found, err := c.count(ctx, &Drill{})
	for _, r := range found {
		now.Figures = now.plus(r.Figures)
	}
	return append(rows, now), err
}
