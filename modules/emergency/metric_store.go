package emergency

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Metrics of this module.
const (
	DrillsHeld    = "emergency.drills-held"    // drills held by the end of the period / planned for a day of it
	PlansReviewed = "emergency.plans-reviewed" // plans whose evaluation is not overdue at the end of the period / published plans
	PlansFiled    = "emergency.plans-filed"    // filed, with the regulator, or with days left / published plans that have to be filed
)

// Measured are the metrics that this module provides.
func Measured() evidence.Set {
	return evidence.Set{
		{Key: DrillsHeld, Batch: drillsHeld, Rows: drillsHeldRows},
		{Key: PlansReviewed, Batch: plansReviewed, Rows: plansReviewedRows},
		plansFiled.Metric(),
	}
}

// plansFiled counts as filed what lies with the regulator: his answer is not the company's work.
var plansFiled = evidence.Counted{
	Key: PlansFiled, Noun: "emergency_plan", Table: "emergency_plan x", On: "x.published_on",
	Where:  "x.must_file AND x.published_on <= @upto AND (x.ended_on IS NULL OR x.ended_on > @upto)",
	Counts: "(x.filing <> 'to_file' OR x.file_due_on >= @today)",
}

func companyInts(companies []id.Of[id.Company]) db.Ints {
	out := make(db.Ints, len(companies))
	for i, c := range companies {
		out[i] = int64(c)
	}
	return out
}

func drillsHeld(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], p evidence.Period) (out []evidence.Value, err error) {
	return out, tx.WithContext(ctx).Raw(`SELECT d.company_id, count(*) FILTER (WHERE d.held_on <= ?) AS num, count(*) AS den FROM emergency_drill d
		WHERE d.company_id = ANY(?) AND d.ended_on IS NULL AND d.planned_on BETWEEN ? AND ? GROUP BY d.company_id`, p.Until, companyInts(companies), p.From, p.Until).Scan(&out).Error
}

func drillsHeldRows(ctx context.Context, tx db.Tx, company id.Of[id.Company], p evidence.Period, after int64, limit int) ([]evidence.Row, error) {
	var found []struct {
		ID     int64
		On     day.Date
		Counts bool
	}
	err := tx.WithContext(ctx).Raw(`SELECT d.id, d.planned_on AS on, coalesce(d.held_on <= ?, false) AS counts FROM emergency_drill d
		WHERE d.company_id = ? AND d.ended_on IS NULL AND d.planned_on BETWEEN ? AND ? AND d.id > ? ORDER BY d.id LIMIT ?`, p.Until, int64(company), p.From, p.Until, after, limit).Scan(&found).Error
	out := make([]evidence.Row, len(found))
	for i, r := range found {
		out[i] = evidence.Row{Noun: "emergency_drill", ID: r.ID, On: r.On, Counts: r.Counts}
	}
	return out, err
}

// published holds for plans that count at the end of a period.
const published = "t.published_on <= ? AND (t.ended_on IS NULL OR t.ended_on > ?)"

func plansReviewed(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], p evidence.Period) (out []evidence.Value, err error) {
	return out, tx.WithContext(ctx).Raw(`SELECT t.company_id, count(*) FILTER (WHERE t.review_due_on >= ?) AS num, count(*) AS den FROM emergency_plan t
		WHERE t.company_id = ANY(?) AND `+published+` GROUP BY t.company_id`, p.Until, companyInts(companies), p.Until, p.Until).Scan(&out).Error
}

func plansReviewedRows(ctx context.Context, tx db.Tx, company id.Of[id.Company], p evidence.Period, after int64, limit int) ([]evidence.Row, error) {
	var found []struct {
		ID     int64
		On     day.Date
		Counts bool
	}
	err := tx.WithContext(ctx).Raw(`SELECT t.id, t.published_on AS on, t.review_due_on >= ? AS counts FROM emergency_plan t
		WHERE t.company_id = ? AND `+published+` AND t.id > ? ORDER BY t.id LIMIT ?`, p.Until, int64(company), p.Until, p.Until, after, limit).Scan(&found).Error
	out := make([]evidence.Row, len(found))
	for i, r := range found {
		out[i] = evidence.Row{Noun: "emergency_plan", ID: r.ID, On: r.On, Counts: r.Counts}
	}
	return out, err
}

// drillsIn lists the drills of a company planned for or held in a year.
func drillsIn(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, year int) (out []Drill, err error) {
	where, args := within(scope, company, "commander_id")
	first := day.Of(year, 1, 1)
	args = append(args, first, first.AddYears(1), first, first.AddYears(1))
	return out, tx.WithContext(ctx).Raw("SELECT t.* FROM emergency_drill t WHERE "+where+" AND t.ended_on IS NULL AND ((t.planned_on >= ? AND t.planned_on < ?) OR (t.held_on >= ? AND t.held_on < ?)) ORDER BY t.planned_on, t.id LIMIT 500", args...).Scan(&out).Error
}
