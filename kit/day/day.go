// Package day holds calendar days: dates without a clock or a zone, as printed on
// licences and permits.
package day

import (
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Shanghai is the zone in which an instant becomes a legal day (UTC+8, no summer time).
var Shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// Date is one calendar day. The zero Date is 0001-01-01 and means "none".
type Date struct{ t time.Time } // midnight UTC

// Of returns the given day, normalising as time.Date does.
func Of(year int, month time.Month, d int) Date {
	return Date{time.Date(year, month, d, 0, 0, 0, 0, time.UTC)}
}

// In returns the day on which the instant t falls in zone.
func In(t time.Time, zone *time.Location) Date { return Of(t.In(zone).Date()) }

// Parse reads YYYY-MM-DD.
func Parse(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err == nil && t.IsZero() {
		err = fmt.Errorf("day: %s stands for no day", s)
	}
	return Date{t}, err
}

// AddDays returns the day n days later; n may be negative.
func (d Date) AddDays(n int) Date { return Date{d.t.AddDate(0, 0, n)} }

// AddYears returns the same day n years later, or the month's last day where that day
// does not exist (民法典 art. 202): 2024-02-29 plus 3 years is 2027-02-28.
func (d Date) AddYears(n int) Date {
	y, m, dd := d.t.Date()
	if s := Of(y+n, m, dd); s.t.Month() == m {
		return s
	}
	return Of(y+n, m+1, 0)
}

// Before reports whether d comes before o.
func (d Date) Before(o Date) bool { return d.t.Before(o.t) }

// After reports whether d comes after o.
func (d Date) After(o Date) bool { return d.t.After(o.t) }

// Earlier returns the earlier of two days.
func Earlier(a, b Date) Date {
	if b.Before(a) {
		return b
	}
	return a
}

// Midnight returns the instant the day begins in zone.
func (d Date) Midnight(zone *time.Location) time.Time {
	y, m, dd := d.t.Date()
	return time.Date(y, m, dd, 0, 0, 0, 0, zone)
}

func (d Date) String() string { return d.t.Format(time.DateOnly) }

// MarshalText writes YYYY-MM-DD; the zero Date is the empty string.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads YYYY-MM-DD; the empty string is the zero Date.
func (d *Date) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = Parse(string(b))
	return err
}

// Value gives PostgreSQL a date; the zero Date is NULL.
func (d Date) Value() (driver.Value, error) {
	if d.t.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads a PostgreSQL date; NULL is the zero Date.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
	case time.Time:
		*d = Of(v.Date())
	case string:
		return d.UnmarshalText([]byte(v))
	default:
		return fmt.Errorf("day: cannot scan %T", src)
	}
	return nil
}

// GormDataType tells gorm the column type.
func (Date) GormDataType() string { return "date" }

// Schema tells OpenAPI the wire form. Years before 1900 are typing errors, and 0001-01-01 would
// read as none.
func (Date) Schema(huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeString, Format: "date", Pattern: "^(19|2[0-9])", Description: "a calendar day in Asia/Shanghai", Examples: []any{"2026-03-31"}}
	s.PrecomputeMessages()
	return s
}

// IsZero reports whether d means "none".
func (d Date) IsZero() bool { return d.t.IsZero() }

// AddMonths returns the same day n months later, or that month's last day where the day
// does not exist (民法典 art. 202): 2026-01-31 plus 1 month is 2026-02-28.
func (d Date) AddMonths(n int) Date {
	y, m, dd := d.t.Date()
	first := Of(y, m+time.Month(n), 1)
	last := Of(first.t.Year(), first.t.Month()+1, 0)
	return Of(first.t.Year(), first.t.Month(), min(dd, last.t.Day()))
}

// Year returns the calendar year.
func (d Date) Year() int { return d.t.Year() }

// Month returns the month, January = 1.
func (d Date) Month() time.Month { return d.t.Month() }

// Day returns the day of the month.
func (d Date) Day() int { return d.t.Day() }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.t.Weekday() }

// DaysSince returns the number of days from o to d; negative if d is earlier.
func (d Date) DaysSince(o Date) int { return int(d.t.Sub(o.t).Hours() / 24) }

// Quarter returns the quarter of the year, 1 to 4.
func (d Date) Quarter() int { return (int(d.t.Month()) + 2) / 3 }
