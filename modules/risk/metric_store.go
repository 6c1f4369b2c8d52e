package risk

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
)

// Metrics of this module.
const (
	ReviewedInTime  = "risk.reviewed-in-time" // events in force at the end of the period, reviewed within a year / all
	ControlsChecked = "risk.controls-checked" // published controls whose item was asked in the period / all
)

// Measured are the metrics that this module provides.
func Measured() evidence.Set {
	return evidence.Set{
		{Key: ReviewedInTime, Batch: reviewed, Rows: reviewedRows},
		{Key: ControlsChecked, Batch: checkedControls, Rows: checkedRows},
	}
}

func ints(companies []id.Of[id.Company]) db.Ints {
	out := make(db.Ints, len(companies))
	for i, c := range companies {
		out[i] = int64(c)
	}
	return out
}

// inForce holds for events that were in force on a day.
const inForce = "e.created_at < (?::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AND (e.ended_on IS NULL OR e.ended_on > ?)"

func reviewed(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], p evidence.Period) (out []evidence.Value, err error) {
	q := `SELECT e.company_id, count(*) FILTER (WHERE e.review_due_on >= ?) AS num, count(*) AS den FROM risk_event e
		WHERE e.company_id = ANY(?) AND ` + inForce + ` GROUP BY e.company_id`
	err = tx.WithContext(ctx).Raw(q, p.Until, ints(companies), p.Until, p.Until).Scan(&out).Error
	return out, err
}

func reviewedRows(ctx context.Context, tx db.Tx, company id.Of[id.Company], p evidence.Period, after int64, limit int) (out []evidence.Row, err error) {
	q := `SELECT 'risk_event' AS noun, e.id, e.reviewed_on AS "on", e.review_due_on >= ? AS counts FROM risk_event e
		WHERE e.company_id = ? AND ` + inForce + ` AND e.id > ? ORDER BY e.id LIMIT ?`
	err = tx.WithContext(ctx).Raw(q, p.Until, int64(company), p.Until, p.Until, after, limit).Scan(&out).Error
	return out, err
}

// publishedBy holds for controls that were items of the checks on a day; asked tells whether the
// item was asked in the months of a period.
const (
	publishedBy = "c.item_code <> '' AND c.published_on <= ? AND (c.ended_on IS NULL OR c.ended_on > ?)"
	asked       = `EXISTS (SELECT FROM inspection_item_stat s WHERE s.company_id = c.company_id AND s.code = c.item_code AND s.asked > 0
		AND s.month_on BETWEEN date_trunc('month', ?::timestamp)::date AND ?::date)`
)

func checkedControls(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], p evidence.Period) (out []evidence.Value, err error) {
	q := `SELECT c.company_id, count(*) FILTER (WHERE ` + asked + `) AS num, count(*) AS den FROM risk_control c WHERE c.company_id = ANY(?) AND ` + publishedBy + ` GROUP BY c.company_id`
	err = tx.WithContext(ctx).Raw(q, p.From.String(), p.Until, ints(companies), p.Until, p.Until).Scan(&out).Error
	return out, err
}

func checkedRows(ctx context.Context, tx db.Tx, company id.Of[id.Company], p evidence.Period, after int64, limit int) (out []evidence.Row, err error) {
	q := `SELECT 'risk_control' AS noun, c.id, c.published_on AS "on", ` + asked + ` AS counts FROM risk_control c
		WHERE c.company_id = ? AND ` + publishedBy + ` AND c.id > ? ORDER BY c.id LIMIT ?`
	err = tx.WithContext(ctx).Raw(q, p.From.String(), p.Until, int64(company), p.Until, p.Until, after, limit).Scan(&out).Error
	return out, err
}
