package training

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/evidence"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Metrics of this module.
const (
	// HoursMet are the people who work there with a rule due in the year, and those who meet every one.
	HoursMet = "training.hours-met"
	// NewStaffTrained are the people who began in the year, and those who had their education before starting work whole (总局令第3号 art. 13).
	NewStaffTrained = "training.new-staff-trained"
	// SessionsHeld are the items of the approved plan whose month is over, and those of which a session was held.
	SessionsHeld = "training.sessions-held"
)

// Measured are the metrics that this module provides. The first two read how hours stand in the year of the period's end.
func Measured() evidence.Set {
	stands := "(SELECT h.*, h.staff_id AS id FROM training_hours h) x"
	ofYear := "x.present AND x.year = extract(year FROM cast( @upto AS date))::int AND "
	return evidence.Set{
		evidence.Counted{Key: HoursMet, Noun: "training_hours", Table: stands, On: "cast( @upto AS date)", Where: ofYear + "x.due", Counts: "x.met"}.Metric(),
		evidence.Counted{Key: NewStaffTrained, Noun: "training_hours", Table: stands, On: "cast( @upto AS date)", Where: ofYear + "x.first_due", Counts: "x.first_met"}.Metric(),
		evidence.Counted{
			Key: SessionsHeld, Noun: "training_plan_item", On: "x.month_on",
			Table: `(SELECT i.company_id, i.id, make_date(i.year, i.month, 1) AS month_on, EXISTS (SELECT FROM training_session s
					WHERE s.company_id = i.company_id AND s.plan_item_id = i.id AND s.state = 'closed') AS held
				FROM training_plan_item i JOIN training_plan p ON p.company_id = i.company_id AND p.year = i.year AND p.state = 'approved' WHERE NOT i.retired) x`,
			Where: "x.month_on >= date_trunc('month', cast( @from AS date))::date AND (x.month_on + interval '1 month')::date <= @upto", Counts: "x.held",
		}.Metric(),
	}
}

// Untrained is somebody who did not meet the rules of a year.
type Untrained struct {
	CompanyID rbac.CompanyID
	StaffID   id.Of[id.Staff]
}

// UntrainedIn returns who of companies did not meet the rules due in a year, in one query. Of a year before the company kept
// its training here nothing is known, and nobody is named.
func UntrainedIn(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, year int) (rows []Untrained, err error) {
	ids := make(db.Ints, len(companies))
	for i, c := range companies {
		ids[i] = int64(c)
	}
	q := "SELECT company_id, staff_id FROM training_hours WHERE company_id = ANY(?) AND year = ? AND present AND due AND NOT met"
	return rows, tx.WithContext(ctx).Raw(q, ids, year).Scan(&rows).Error
}
