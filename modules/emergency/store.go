package emergency

import (
	"context"

	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table.
func (Filing) TableName() string { return "emergency_filing" }

// TableName names the table.
func (Setting) TableName() string { return "emergency_setting" }

// planByID locks and returns a plan in reach. Errors: rbac.ErrNotFound.
func planByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Row]) (*Plan, error) {
	where, args := scope.Where("t")
	reach, more := scope.Reach("t", "owner_id")
	var found []Plan
	q := "SELECT t.* FROM emergency_plan t WHERE t.id = ? AND " + where + " AND " + reach + " FOR UPDATE"
	if err := tx.WithContext(ctx).Raw(q, append(append([]any{int64(n)}, args...), more...)...).Scan(&found).Error; err != nil {
		return nil, err
	}
	if len(found) != 1 {
		return nil, rbac.ErrNotFound
	}
	return &found[0], nil
}

// planOf returns the plan of a filing, for the job runner.
func planOf(ctx context.Context, tx db.Tx, f Filing) (Plan, error) {
	var found []Plan
	err := tx.WithContext(ctx).Raw("SELECT * FROM emergency_plan WHERE company_id = ? AND id = ? FOR UPDATE", int64(f.CompanyID), int64(f.PlanID)).Scan(&found).Error
	if err == nil && len(found) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Plan{}, err
	}
	return found[0], nil
}

// updateFilings writes how plans stand with the authority.
func updateFilings(ctx context.Context, tx db.Tx, company rbac.CompanyID, list []*Plan) error {
	if len(list) == 0 {
		return nil
	}
	var ids db.Ints
	var must, states, days db.Texts
	for _, p := range list {
		ids, must, states, days = append(ids, int64(p.ID)), append(must, map[bool]string{true: "t", false: "f"}[p.MustFile]), append(states, p.Filing), append(days, dayText(p.FileDueOn))
	}
	return tx.WithContext(ctx).Exec(`UPDATE emergency_plan t SET must_file = x.m::boolean, filing = x.s, file_due_on = nullif(x.d, '')::date
		FROM unnest(?::bigint[], ?::text[], ?::text[], ?::text[]) AS x(i, m, s, d) WHERE t.company_id = ? AND t.id = x.i`, ids, must, states, days, int64(company)).Error
}

func dayText(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// linkPlans links drills to the plans that they name.
func linkPlans(ctx context.Context, tx db.Tx, company rbac.CompanyID, drills []id.Of[id.Row]) error {
	ids := make(db.Ints, len(drills))
	for i, d := range drills {
		ids[i] = int64(d)
	}
	return tx.WithContext(ctx).Exec(`UPDATE emergency_drill d SET plan_id = (SELECT p.id FROM emergency_plan p
			WHERE p.company_id = d.company_id AND p.ended_on IS NULL AND d.plan_name <> '' AND lower(p.name) = lower(d.plan_name) LIMIT 1)
		WHERE d.company_id = ? AND d.id = ANY(?)`, int64(company), ids).Error
}

// updateHazards writes which hazards the findings of a drill became.
func updateHazards(ctx context.Context, tx db.Tx, d *Drill) error {
	return tx.WithContext(ctx).Exec("UPDATE emergency_drill SET hazard_ids = ? WHERE company_id = ? AND id = ?", d.HazardIDs, int64(d.CompanyID), int64(d.ID)).Error
}

// settingOf returns how a company counts; the zero Setting where it said nothing.
func settingOf(ctx context.Context, tx db.Tx, company rbac.CompanyID) (s Setting, err error) {
	var found []Setting
	if err := tx.WithContext(ctx).Where("company_id = ?", int64(company)).Limit(1).Find(&found).Error; err != nil {
		return s, err
	}
	if len(found) == 1 {
		return found[0], nil
	}
	return Setting{CompanyID: company, Reading: rules.Readings.Usual, Counting: rules.Counting.Usual}, nil
}

func saveSetting(ctx context.Context, tx db.Tx, s *Setting) error {
	return tx.WithContext(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "company_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"region_path", "oversight_line", "unit_class", "reading", "counting", "reason", "updated_at", "updated_by"}),
	}).Create(s).Error
}

// plansOf returns the live plans of a company that must be looked at when its class changes.
func plansOf(ctx context.Context, tx db.Tx, company rbac.CompanyID) (out []*Plan, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM emergency_plan WHERE company_id = ? AND ended_on IS NULL ORDER BY id LIMIT 1000 FOR UPDATE", int64(company)).Scan(&out).Error
	return out, err
}

// named is a live plan.
type named struct {
	ID   id.Of[id.Row]
	Name string
	Kind string
}

func livePlans(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (out []named, err error) {
	where, args := within(scope, company, "owner_id")
	return out, tx.WithContext(ctx).Raw("SELECT t.id, t.name, t.kind FROM emergency_plan t WHERE t.ended_on IS NULL AND "+where+" ORDER BY t.kind, t.id LIMIT 500", args...).Scan(&out).Error
}

// last is the latest drill held of a kind and plan.
type last struct {
	Kind   string
	PlanID *id.Of[id.Row]
	HeldOn day.Date
}

func lastDrills(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (out []last, err error) {
	where, args := within(scope, company, "commander_id")
	return out, tx.WithContext(ctx).Raw("SELECT t.kind, t.plan_id, max(t.held_on) AS held_on FROM emergency_drill t WHERE t.state = 'held' AND t.ended_on IS NULL AND "+where+" GROUP BY t.kind, t.plan_id", args...).Scan(&out).Error
}

func within(scope rbac.Scope, company rbac.CompanyID, mine string) (string, []any) {
	where, args := scope.Where("t")
	reach, more := scope.Reach("t", mine)
	return where + " AND " + reach + " AND t.company_id = ?", append(append(args, more...), int64(company))
}

// Tally counts what is to be looked at in a company.
type Tally struct {
	Plans           int64
	PlansToFile     int64
	PlansFileLate   int64 // past the last day to file
	PlansReviewLate int64
	PlansReviewSoon int64 // within 90 days
	DrillsHeld      int64 // this year
	DrillsPlanned   int64 // still to be held this year
	DrillsLate      int64 // planned for a day past
	DrillsUntold    int64 // held this year and not reported to the regulator
	Supplies        int64
	SuppliesExpired int64
	SuppliesSoon    int64 // expire within 30 days
	SuppliesShort   int64
}

func tallyOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, now day.Date) (out Tally, err error) {
	plans, a := within(scope, company, "owner_id")
	drills, b := within(scope, company, "commander_id")
	supplies, c := within(scope, company, "keeper_id")
	args := []any{now, now, now, now.AddDays(90)}
	args = append(args, a...)
	first := day.Of(now.Year(), 1, 1)
	args = append(append(args, first, first.AddYears(1), now, first), b...)
	args = append(append(args, now, now, now.AddDays(30)), c...)
	err = tx.WithContext(ctx).Raw(`SELECT p.*, d.*, s.* FROM
		(SELECT count(*) AS plans, count(*) FILTER (WHERE t.filing IN ('to_file', 'missing')) AS plans_to_file, count(*) FILTER (WHERE t.filing = 'to_file' AND t.file_due_on < ?) AS plans_file_late,
			count(*) FILTER (WHERE t.review_due_on < ?) AS plans_review_late, count(*) FILTER (WHERE t.review_due_on BETWEEN ? AND ?) AS plans_review_soon
			FROM emergency_plan t WHERE t.ended_on IS NULL AND `+plans+`) p,
		(SELECT count(*) FILTER (WHERE t.held_on >= ?) AS drills_held, count(*) FILTER (WHERE t.state = 'planned' AND t.planned_on < ?) AS drills_planned,
			count(*) FILTER (WHERE t.state = 'planned' AND t.planned_on < ?) AS drills_late, count(*) FILTER (WHERE t.held_on >= ? AND t.reported_on IS NULL) AS drills_untold
			FROM emergency_drill t WHERE t.ended_on IS NULL AND `+drills+`) d,
		(SELECT count(*) AS supplies, count(*) FILTER (WHERE t.valid_until < ?) AS supplies_expired, count(*) FILTER (WHERE t.valid_until BETWEEN ? AND ?) AS supplies_soon,
			count(*) FILTER (WHERE t.short) AS supplies_short FROM emergency_supply t WHERE t.ended_on IS NULL AND `+supplies+`) s`, args...).Scan(&out).Error
	return out, err
}
