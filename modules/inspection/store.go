package inspection

import (
	"context"
	"slices"

	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table (gorm).
func (Check) TableName() string { return "inspection_check" }

var once = clause.OnConflict{Columns: []clause.Column{{Name: "company_id"}, {Name: "started_on"}, {Name: "client_id"}}, DoNothing: true}

// unknownBy maps a broken reference to what the caller got wrong.
var unknownBy = map[string]error{
	"inspection_check_point_id_fkey":     ErrUnknownPoint.At("body.pointId"),
	"inspection_check_standard_id_fkey":  ErrUnknownSheet.At("body.standardId"),
	"inspection_check_task_id_fkey":      ErrUnknownTask.At("body.taskId"),
	"inspection_check_signature_id_fkey": ErrSignature.At("body.signature"),
	"inspection_task_point_id_fkey":      ErrUnknownPoint.At("body.pointId"),
	"inspection_task_assignee_id_fkey":   ErrUnknownStaff.At("body.assigneeId"),
	"inspection_plan_point_id_fkey":      ErrUnknownPoint.At("body.pointId"),
	"inspection_plan_assignee_id_fkey":   ErrUnknownStaff.At("body.assigneeId"),
	"inspection_plan_shift_id_fkey":      ErrUnknownShift.At("body.shiftId"),
	"inspection_shutdown_unit_id_fkey":   ErrUnknownUnit.At("body.unitId"),
}

func referred(err error) error {
	for name, known := range unknownBy {
		if db.Violates(err, name) {
			return known
		}
	}
	return err
}

// insertCheck adds c and reports whether it was new; if the same was submitted at the same
// moment, c gets its id and outcome. Errors: ErrContent if the client id stands for another
// content, ErrUnknownPoint, ErrUnknownTask, ErrUnknownSheet.
func insertCheck(ctx context.Context, tx db.Tx, c *Check) (fresh bool, err error) {
	made := tx.WithContext(ctx).Clauses(once).Create(c)
	if made.Error != nil {
		return false, referred(made.Error)
	}
	if made.RowsAffected == 1 {
		return true, nil
	}
	was, err := meet(ctx, tx, *c, 0)
	if err != nil {
		return false, err
	}
	kept, err := was.kept(*c)
	c.ID, c.Outcome, c.OutcomeName = kept.ID, kept.Outcome, kept.Name
	return false, err
}

// meet returns what is there when c arrives: c itself if it was sent before, and its task,
// locked. Who did the task is asked apart, with the day of his check written out: joined, the
// database would plan for every month of checks, which takes longer than all the rest.
func meet(ctx context.Context, tx db.Tx, c Check, task id.Of[id.Task]) (m met, err error) {
	q := `WITH task AS (SELECT * FROM inspection_task WHERE company_id = ? AND id = ? FOR UPDATE)
		SELECT k.id AS known, k.content_hash, k.outcome, k.outcome_name, t.id AS task, t.point_id, t.items, t.state, t.check_id, t.route, t.sign, t.by_exception, t.check_started_on
		FROM (VALUES (1)) AS one LEFT JOIN task t ON true
			LEFT JOIN inspection_check k ON k.company_id = ? AND k.started_on = ? AND k.client_id = ?`
	if err = tx.WithContext(ctx).Raw(q, c.CompanyID, task, c.CompanyID, c.StartedOn, c.ClientID).Scan(&m).Error; err != nil || m.CheckID == nil {
		return m, err
	}
	q = "SELECT person_name AS done_by, staff_id AS done_staff FROM inspection_check WHERE company_id = ? AND started_on = ? AND id = ?"
	var done struct {
		DoneBy    string
		DoneStaff *int64
	}
	err = tx.WithContext(ctx).Raw(q, c.CompanyID, m.CheckStartedOn, m.CheckID).Scan(&done).Error
	m.DoneBy, m.DoneStaff = done.DoneBy, done.DoneStaff
	return m, err
}

// keptCheck returns what was answered about a check. Errors: rbac.ErrNotFound.
func keptCheck(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date, n id.Of[id.Check]) (Kept, error) {
	var found []Check
	q := "SELECT id, outcome, outcome_name FROM inspection_check WHERE company_id = ? AND started_on = ? AND id = ?"
	if err := tx.WithContext(ctx).Raw(q, company, on, n).Scan(&found).Error; err != nil {
		return Kept{}, err
	}
	if len(found) == 0 {
		return Kept{}, rbac.ErrNotFound
	}
	return Kept{found[0].ID, found[0].Outcome, found[0].OutcomeName}, nil
}

// personOf returns the name of a member of staff on a day, whom the actor answers for.
// Errors: ErrUnknownStaff.
func personOf(ctx context.Context, tx db.Tx, scope rbac.Scope, staff id.Of[id.Staff], on day.Date) (string, error) {
	name, err := assignee(ctx, tx, scope, staff, on)
	if ErrUnknownStaff.Is(err) {
		return "", ErrUnknownStaff.At("body.staffId")
	}
	return name, err
}

// CheckFilter narrows a list of checks.
type CheckFilter struct {
	PointID id.Of[id.Point] `query:"pointId"`
	StaffID id.Of[id.Staff] `query:"staffId" doc:"who made them"`
	From    day.Date        `query:"from" doc:"first day"`
	To      day.Date        `query:"to" doc:"last day"`
	Failed  bool            `query:"failed" doc:"only checks with a failed item"`

	ItemCode    string `query:"itemCode" maxLength:"12" doc:"only checks in which the item failed"`
	ByException bool   `query:"byException" doc:"only team cards"`
	Paper       bool   `query:"paper" doc:"only those copied from a printed card"`
	Corrected   bool   `query:"corrected" doc:"only those that were corrected"`
	Route       bool   `query:"route" doc:"only those of several points"`
}

// CheckLine is a check as lists show it.
type CheckLine struct {
	Check
	PointName string
	Place     string
}

// checkColumns leaves out the answers, which lists do not show.
const checkColumns = `c.company_id, c.started_on, c.id, c.region_path, c.oversight_line, c.client_id, c.point_id, c.task_id, c.standard_id, c.staff_id, c.person_name,
	c.started_at, c.finished_at, c.received_at, c.longitude_e6, c.latitude_e6, c.passed, c.failed, c.not_applicable, c.accuracy, c.clock_ms, c.signature_id, c.rest_at,
	c.route, c.by_exception, c.paper, c.outcome, c.outcome_name, c.entered_name, c.version, c.root_id, c.corrects_id, c.reason, p.name AS point_name, p.place`

// newest keeps versions that were replaced out of a list.
const newest = "NOT EXISTS (SELECT FROM inspection_check later WHERE later.company_id = c.company_id AND later.started_on = c.started_on AND later.corrects_id = c.id)"

// checks lists a company's checks, latest first; of a corrected one its newest version.
func checks(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, f CheckFilter, k page.Key, limit int) (out []CheckLine, err error) {
	w := scope.Of(company, "c")
	w.Within(scope.Reach("c", "staff_id"))
	w.And(newest)
	w.When(f.PointID != 0, "(c.point_id = ? OR c.route @> ARRAY[?::bigint])", f.PointID, f.PointID)
	w.When(f.ByException, "c.by_exception")
	w.When(f.Paper, "c.paper")
	w.When(f.Corrected, "c.version > 1")
	w.When(f.Route, "c.route IS NOT NULL")
	w.When(f.ItemCode != "", "(c.company_id, c.started_on, c.id) IN (SELECT k.company_id, k.started_on, k.check_id FROM inspection_item_case k WHERE k.company_id = ? AND k.code = ? AND k.result = 'fail')", company, f.ItemCode)
	w.When(f.StaffID != 0, "c.staff_id = ?", f.StaffID)
	w.When(!f.From.IsZero(), "c.started_on >= ?", f.From)
	w.When(!f.To.IsZero(), "c.started_on <= ?", f.To)
	w.When(f.Failed, "c.failed > 0")
	order := w.Latest(k, "c.started_on, c.id", "?::date, ?::bigint")
	q := "SELECT " + checkColumns + " FROM inspection_check c JOIN checklist_point p ON p.company_id = c.company_id AND p.id = c.point_id WHERE " + w.SQL() + order + " LIMIT ?"
	err = tx.WithContext(ctx).Raw(q, append(w.Args, limit)...).Scan(&out).Error
	return out, err
}

// checkByID returns a check with its answers. Errors: rbac.ErrNotFound.
func checkByID(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, on day.Date, n id.Of[id.Check]) (CheckLine, error) {
	cond, args := scope.Where("c")
	reach, mine := scope.Reach("c", "staff_id")
	q := "SELECT " + checkColumns + ", c.answers, c.confirmed FROM inspection_check c JOIN checklist_point p ON p.company_id = c.company_id AND p.id = c.point_id" +
		" WHERE c.company_id = ? AND c.started_on = ? AND c.id = ? AND " + cond + " AND " + reach
	var found []CheckLine
	if err := tx.WithContext(ctx).Raw(q, slices.Concat([]any{company, on, n}, args, mine)...).Scan(&found).Error; err != nil {
		return CheckLine{}, err
	}
	if len(found) == 0 {
		return CheckLine{}, rbac.ErrNotFound
	}
	return found[0], nil
}

// versions returns all versions of a check, the first first.
func versions(ctx context.Context, tx db.Tx, c CheckLine) (out []CheckLine, err error) {
	root := int64(c.ID)
	if c.RootID != nil {
		root = *c.RootID
	}
	q := "SELECT " + checkColumns + " FROM inspection_check c JOIN checklist_point p ON p.company_id = c.company_id AND p.id = c.point_id" +
		" WHERE c.company_id = ? AND c.started_on = ? AND (c.id = ? OR c.root_id = ?) ORDER BY c.version"
	err = tx.WithContext(ctx).Raw(q, c.CompanyID, c.StartedOn, root, root).Scan(&out).Error
	return out, err
}

// lockVersion keeps others from correcting c until the transaction ends, and reports whether
// somebody has. Nobody may lock the row itself: that would take the right to change it.
func lockVersion(ctx context.Context, tx db.Tx, c Check) (replaced bool, err error) {
	if err := tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('inspection_check', ?))", int64(c.ID)).Error; err != nil {
		return false, err
	}
	q := "SELECT EXISTS (SELECT FROM inspection_check WHERE company_id = ? AND started_on = ? AND corrects_id = ?)"
	return replaced, tx.WithContext(ctx).Raw(q, c.CompanyID, c.StartedOn, c.ID).Scan(&replaced).Error
}

// keepPartitions makes the partitions of the coming months.
func keepPartitions(ctx context.Context, tx db.Tx, today day.Date) error {
	return tx.WithContext(ctx).Exec("SELECT ensure_partitions('inspection_check', 'month', ?::date, 3)", today).Error
}
