package enrolment

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/evidence"
)

// Joined are the companies that must join standardization or hold a level; those that hold one have achieved it.
func Joined() evidence.Share {
	return evidence.Share{Key: "standardization", From: "enrolment_firm x", Where: "(x.rules <> '{}' OR x.stage = 'held')", Achieved: "x.stage = 'held'"}
}

// Dutiful are the small firms whose duty is assessed (主体责任达标); those passed in force have achieved it.
func Dutiful() evidence.Share {
	return evidence.Share{
		Key: Duty,
		From: `(SELECT c.company_id, c.region_path, c.oversight_line, EXISTS (SELECT FROM enrolment_assessment a WHERE a.company_id = c.company_id AND a.kind = 'duty' AND a.decided = 'pass'
			AND a.ended_on IS NULL AND a.valid_until >= @on) AS passed FROM company c WHERE c.status = 'active' AND c.staff_count BETWEEN ` + itoa(classes.DutyStaff.From) + ` AND ` + itoa(classes.DutyStaff.To) + `) x`,
		Where: "true", Achieved: "x.passed",
	}
}

// TargetsOf are the targets of a year of an area and those below it, by path; kind is standardization or duty.
func TargetsOf(ctx context.Context, tx db.Tx, kind, parent string, year int16) (map[string]Target, error) {
	found, err := targetsIn(ctx, tx, parent, year)
	out := map[string]Target{}
	for area, kinds := range found {
		if t := kinds[kind]; t != nil {
			out[area] = *t
		}
	}
	return out, err
}
