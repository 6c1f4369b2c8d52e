package selfreport

import (
	"context"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
)

// Counted is a company that a cycle bound at a period's end, as it was then, and how far its
// report has come.
type Counted struct {
	CompanyID     id.Of[id.Company]
	Cycle         string
	Period        string
	PeriodFrom    day.Date
	RegionPath    string
	OversightLine int16
	Name          string
	HighRisk      bool
	AboveScale    bool
	Crowded       bool
	ReportID      *id.Of[id.Report]
	Standing      string // unreported, or the report's state once it was handed in
	Zero          bool
	Late          bool
	Paper         bool
	ReportedOn    day.Date
	DueOn         day.Date
	CountedAt     time.Time
}

// TableName names the table.
func (Counted) TableName() string { return "selfreport_bound" }

// Urge is the regulator asking one company to report.
type Urge struct {
	ID            id.Of[Urge]
	CompanyID     id.Of[id.Company]
	RegionPath    string
	OversightLine int16
	Cycle         string
	Period        string
	PeriodFrom    day.Date
	UrgedOn       day.Date
	At            time.Time
	PersonID      id.Of[id.Person]
	ByName        string
}

// TableName names the table.
func (Urge) TableName() string { return "selfreport_urge" }

// countMany freezes companies as bound, with what their reports have come to, by one statement.
// The reports are locked, so that one being submitted is not missed.
func countMany(ctx context.Context, tx db.Tx, firms []Firm, c Cycle, p Period) error {
	n := len(firms)
	companies, paths, lines, names := make(db.Ints, n), make(db.Texts, n), make(db.Shorts, n), make(db.Texts, n)
	lists := make(db.Shorts, n)
	for i, f := range firms {
		companies[i], paths[i], lines[i], names[i] = int64(f.CompanyID), f.RegionPath, f.Line, f.Name
		if HighRisk(f.Industry, f.Tags) {
			lists[i] |= 1
		}
		if f.AboveScale {
			lists[i] |= 2
		}
		if Crowded(f.Industry, f.Tags) {
			lists[i] |= 4
		}
	}
	return tx.WithContext(ctx).Exec(`WITH r AS MATERIALIZED (
			SELECT company_id, id, state, zero, late, signed_how = 'paper' AS paper, coalesce(outside_on, (submitted_at AT TIME ZONE 'Asia/Shanghai')::date) AS reported_on
			FROM selfreport WHERE cycle = ? AND period_from = ? AND company_id = ANY(?) FOR SHARE)
		INSERT INTO selfreport_bound (company_id, cycle, period, period_from, region_path, oversight_line, name, high_risk, above_scale, crowded,
			report_id, standing, zero, late, paper, reported_on, due_on, counted_at)
		SELECT f.c, ?, ?, ?::date, f.p, f.l, f.n, f.b & 1 <> 0, f.b & 2 <> 0, f.b & 4 <> 0, r.id,
			CASE WHEN r.id IS NULL OR r.state IN ('open','draft','signed') THEN 'unreported' ELSE r.state END, coalesce(r.zero, false), coalesce(r.late, false),
			coalesce(r.paper, false), r.reported_on, ?::date, ?::timestamptz
		FROM unnest(?::bigint[], ?::text[], ?::smallint[], ?::text[], ?::smallint[]) AS f(c, p, l, n, b) LEFT JOIN r ON r.company_id = f.c
		ON CONFLICT ON CONSTRAINT selfreport_bound_pkey DO NOTHING`,
		c.ID, p.From, companies, c.ID, p.Name, p.From, c.DueOn(p), tx.Now, companies, paths, lines, names, lists).Error
}

// flagMany flags at most limit reports as late, those behind after, and returns how many there
// were and the last.
func flagMany(ctx context.Context, tx db.Tx, today day.Date, after lateKey, limit int) (n int, last lateKey, err error) {
	if after.DueOn.IsZero() {
		after.DueOn = day.Of(2000, 1, 1)
	}
	var found []lateKey
	err = tx.WithContext(ctx).Raw(`WITH due AS MATERIALIZED (
			SELECT due_on, company_id, id FROM selfreport WHERE due_on < ? AND (due_on, company_id, id) > (?::date, ?::bigint, ?::bigint)
				AND state IN ('open','draft','signed','returned') AND NOT late AND first_submitted_at IS NULL
			ORDER BY due_on, company_id, id LIMIT ? FOR UPDATE),
		done AS (UPDATE selfreport r SET late = true FROM due WHERE r.company_id = due.company_id AND r.id = due.id)
		SELECT due_on, company_id, id FROM due ORDER BY due_on, company_id, id`,
		today, after.DueOn, int64(after.CompanyID), int64(after.ID), limit).Scan(&found).Error
	if err == nil && len(found) > 0 {
		last = found[len(found)-1]
	}
	return len(found), last, err
}

// waiting lists the reports of a period that are not with the regulator, of companies behind after.
func waiting(ctx context.Context, tx db.Tx, c Cycle, p Period, after id.Of[id.Company], limit int) (rows []Report, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT company_id, id, due_on FROM selfreport WHERE due_on = ? AND state IN ('open','draft','signed','returned') AND NOT late
		AND cycle = ? AND period_from = ? AND company_id > ? ORDER BY company_id LIMIT ?`, c.DueOn(p), c.ID, p.From, int64(after), limit).Scan(&rows).Error
	return rows, err
}

// urgedFirm is a company that was urged, with its report if there is one.
type urgedFirm struct {
	CompanyID id.Of[id.Company]
	ReportID  id.Of[id.Report]
	ByName    string
}

func urged(ctx context.Context, tx db.Tx, b UrgeBatch, limit int) (rows []urgedFirm, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT u.company_id, coalesce(r.id, 0) AS report_id, u.by_name FROM selfreport_urge u
		LEFT JOIN selfreport r ON r.company_id = u.company_id AND r.cycle = u.cycle AND r.period_from = u.period_from
		WHERE u.urged_on = ? AND u.cycle = ? AND u.period_from = ? AND u.company_id > ? AND starts_with(u.region_path, ?)
			AND (r.id IS NULL OR r.state IN ('open','draft','signed','returned')) ORDER BY u.company_id LIMIT ?`,
		b.On, b.Cycle, b.From, int64(b.After), b.Area, limit).Scan(&rows).Error
	return rows, err
}
