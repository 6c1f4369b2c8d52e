package selfreport

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Deed is a step of a report that a person took: what he did for his duties.
type Deed struct {
	StaffID  id.Of[id.Staff]
	ReportID id.Of[id.Report]
	Event    Event // compile, sign
	Period   string
	Day      day.Date
}

// Deeds returns who of a company's people compiled or signed reports in a period, both days inclusive.
func Deeds(ctx context.Context, tx db.Tx, company rbac.CompanyID, from, until day.Date) (list []Deed, err error) {
	q := `SELECT p.id AS staff_id, s.report_id, s.event, r.period, (s.at AT TIME ZONE 'Asia/Shanghai')::date AS day
		FROM selfreport_step s JOIN selfreport r ON r.company_id = s.company_id AND r.id = s.report_id
			JOIN staff_person p ON p.company_id = s.company_id AND p.person_id = s.person_id
		WHERE s.company_id = ? AND s.at >= ? AND s.at < ? AND s.event IN ('compile', 'sign') ORDER BY s.at, s.id`
	err = tx.WithContext(ctx).Raw(q, int64(company), from.Midnight(day.Shanghai), until.AddDays(1).Midnight(day.Shanghai)).Scan(&list).Error
	return list, err
}
