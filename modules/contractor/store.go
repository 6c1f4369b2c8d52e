package contractor

import (
	"context"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table.
func (Contractor) TableName() string { return "contractor" }

// TableName names the table.
func (Visit) TableName() string { return "contractor_visit" }

// Visit is something that happened with a contractor.
type Visit struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Row]
	RegionPath    string
	OversightLine int16
	ContractorID  id.Of[id.Row]
	Kind          string // enter, leave, check
	HappenedOn    day.Date
	People        int
	Note          string
	Passed        bool
	Override      string
	MadeBy        string
	CreatedAt     time.Time
}

// byID returns a contractor that the actor may see; lock keeps others from changing it.
// Errors: rbac.ErrNotFound.
func byID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Row], lock bool) (Contractor, error) {
	within, args := scope.Where("t")
	reach, more := scope.Reach("t", "owner_id")
	q := "SELECT t.* FROM contractor t WHERE t.id = ? AND " + within + " AND " + reach
	if lock {
		q += " FOR UPDATE"
	}
	var rows []Contractor
	if err := tx.WithContext(ctx).Raw(q, append(append([]any{int64(n)}, args...), more...)...).Scan(&rows).Error; err != nil {
		return Contractor{}, err
	}
	if len(rows) != 1 {
		return Contractor{}, rbac.ErrNotFound
	}
	return rows[0], nil
}

// insertVisit adds v and moves what it tells of its contractor.
func insertVisit(ctx context.Context, tx db.Tx, v *Visit, c Contractor) error {
	if err := tx.WithContext(ctx).Create(v).Error; err != nil {
		return err
	}
	moved := map[string]any{"on_site": c.OnSite, "checked_on": c.CheckedOn, "updated_at": tx.Now}
	return tx.WithContext(ctx).Table("contractor").Where("company_id = ? AND id = ?", int64(c.CompanyID), int64(c.ID)).Updates(moved).Error
}

// visitsOf returns at most limit visits of a contractor, latest first.
func visitsOf(ctx context.Context, tx db.Tx, c Contractor, limit int) (rows []Visit, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM contractor_visit WHERE company_id = ? AND contractor_id = ? ORDER BY id DESC LIMIT ?", int64(c.CompanyID), int64(c.ID), limit).Scan(&rows).Error
}

// Metrics of this module.
const (
	// Qualified is the share of contractors in the register whose papers all hold.
	Qualified = "contractor.qualified"
	// Briefed are the contractors that came in during a period, and those that were briefed (安全交底) by then.
	Briefed = "training.contractors-briefed"
)

// Measured are the metrics that this module provides.
func Measured() evidence.Set {
	return evidence.Set{{Key: Qualified, Batch: qualified, Rows: qualifiedRows}, evidence.Counted{
		Key: Briefed, Noun: "contractor", On: "x.entered_on", Counts: "(x.briefed_on <= x.entered_on)", Where: "true",
		Table: `(SELECT c.company_id, c.id, c.briefed_on, min(v.happened_on) AS entered_on FROM contractor c
			JOIN contractor_visit v ON v.company_id = c.company_id AND v.contractor_id = c.id AND v.kind = 'enter' AND v.happened_on BETWEEN @from AND @upto
			GROUP BY c.company_id, c.id, c.briefed_on) x`,
	}.Metric()}
}

// heldOn is the day on which papers should hold: the last of a period, or today in a running one.
func heldOn(tx db.Tx, p evidence.Period) day.Date {
	return day.Earlier(p.Until, day.In(tx.Now, day.Shanghai))
}

// kept holds for contractors that were in the register on a day.
const kept = "c.created_at < ? AND (c.ended_on IS NULL OR c.ended_on > ?)"

func qualified(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], p evidence.Period) (out []evidence.Value, err error) {
	ids := make(db.Ints, len(companies))
	for i, c := range companies {
		ids[i] = int64(c)
	}
	on := heldOn(tx, p)
	err = tx.WithContext(ctx).Raw(`SELECT c.company_id, count(*) FILTER (WHERE c.qualified_until >= ?) AS num, count(*) AS den FROM contractor c
		WHERE c.company_id = ANY(?) AND `+kept+` GROUP BY c.company_id`, on, ids, on.AddDays(1).Midnight(day.Shanghai), on).Scan(&out).Error
	return out, err
}

func qualifiedRows(ctx context.Context, tx db.Tx, company id.Of[id.Company], p evidence.Period, after int64, limit int) (out []evidence.Row, err error) {
	on := heldOn(tx, p)
	err = tx.WithContext(ctx).Raw(`SELECT 'contractor' AS noun, c.id, coalesce(c.qualified_until, ?::date) AS "on", coalesce(c.qualified_until >= ?, false) AS counts FROM contractor c
		WHERE c.company_id = ? AND `+kept+` AND c.id > ? ORDER BY c.id LIMIT ?`, on, on, int64(company), on.AddDays(1).Midnight(day.Shanghai), on, after, limit).Scan(&out).Error
	return out, err
}
