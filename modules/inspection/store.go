package inspection

import (
	"bytes"
	"context"
	"slices"
	"strings"

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
	"inspection_check_point_id_fkey":    ErrUnknownPoint.At("body.pointId"),
	"inspection_check_standard_id_fkey": ErrUnknownSheet.At("body.standardId"),
	"inspection_check_task_id_fkey":     ErrUnknownTask.At("body.taskId"),
	"inspection_task_point_id_fkey":     ErrUnknownPoint.At("body.pointId"),
	"inspection_task_assignee_id_fkey":  ErrUnknownStaff.At("body.assigneeId"),
	"inspection_plan_point_id_fkey":     ErrUnknownPoint.At("body.pointId"),
	"inspection_plan_assignee_id_fkey":  ErrUnknownStaff.At("body.assigneeId"),
	"inspection_plan_shift_id_fkey":     ErrUnknownShift.At("body.shiftId"),
	"inspection_shutdown_unit_id_fkey":  ErrUnknownUnit.At("body.unitId"),
}

func referred(err error) error {
	for name, known := range unknownBy {
		if db.Violates(err, name) {
			return known
		}
	}
	return err
}

// insertCheck adds c and reports whether it was new; if the same was submitted before, c
// gets its id. Errors: ErrContent if the client id stands for another content,
// ErrUnknownPoint, ErrUnknownTask, ErrUnknownSheet.
func insertCheck(ctx context.Context, tx db.Tx, c *Check) (fresh bool, err error) {
	made := tx.WithContext(ctx).Clauses(once).Create(c)
	if made.Error != nil {
		return false, referred(made.Error)
	}
	if made.RowsAffected == 1 {
		return true, nil
	}
	var was struct {
		ID          id.Of[id.Check]
		ContentHash []byte
	}
	q := "SELECT id, content_hash FROM inspection_check WHERE company_id = ? AND started_on = ? AND client_id = ?"
	if err := tx.WithContext(ctx).Raw(q, c.CompanyID, c.StartedOn, c.ClientID).Scan(&was).Error; err != nil {
		return false, err
	}
	if !bytes.Equal(was.ContentHash, c.ContentHash) {
		return false, ErrContent
	}
	c.ID = was.ID
	return false, nil
}

// CheckFilter narrows a list of checks.
type CheckFilter struct {
	PointID id.Of[id.Point] `query:"pointId"`
	StaffID id.Of[id.Staff] `query:"staffId" doc:"who made them"`
	From    day.Date        `query:"from" doc:"first day"`
	To      day.Date        `query:"to" doc:"last day"`
	Failed  bool            `query:"failed" doc:"only checks with a failed item"`
}

// CheckLine is a check as lists show it.
type CheckLine struct {
	Check
	PointName string
	Place     string
}

// checkColumns leaves out the answers, which lists do not show.
const checkColumns = `c.company_id, c.started_on, c.id, c.region_path, c.oversight_line, c.client_id, c.point_id, c.task_id, c.standard_id, c.staff_id, c.person_name,
	c.started_at, c.finished_at, c.received_at, c.longitude_e6, c.latitude_e6, c.passed, c.failed, c.not_applicable, p.name AS point_name, p.place`

// checks lists a company's checks, latest first.
func checks(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, f CheckFilter, k page.Key, limit int) (out []CheckLine, err error) {
	cond, args := scope.Where("c")
	w := where{[]string{"c.company_id = ?", cond}, append([]any{company}, args...)}
	w.within(scope.Reach("c", "staff_id"))
	w.when(f.PointID != 0, "c.point_id = ?", f.PointID)
	w.when(f.StaffID != 0, "c.staff_id = ?", f.StaffID)
	w.when(!f.From.IsZero(), "c.started_on >= ?", f.From)
	w.when(!f.To.IsZero(), "c.started_on <= ?", f.To)
	w.when(f.Failed, "c.failed > 0")
	order := w.latest(k, "c.started_on", "c.id")
	q := "SELECT " + checkColumns + " FROM inspection_check c JOIN checklist_point p ON p.company_id = c.company_id AND p.id = c.point_id WHERE " + w.sql() + order + " LIMIT ?"
	err = tx.WithContext(ctx).Raw(q, append(w.args, limit)...).Scan(&out).Error
	return out, err
}

// checkByID returns a check with its answers. Errors: rbac.ErrNotFound.
func checkByID(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, on day.Date, n id.Of[id.Check]) (CheckLine, error) {
	cond, args := scope.Where("c")
	reach, mine := scope.Reach("c", "staff_id")
	q := "SELECT " + checkColumns + ", c.answers FROM inspection_check c JOIN checklist_point p ON p.company_id = c.company_id AND p.id = c.point_id" +
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

// keepPartitions makes the partitions of the coming months.
func keepPartitions(ctx context.Context, tx db.Tx, today day.Date) error {
	return tx.WithContext(ctx).Exec("SELECT ensure_partitions('inspection_check', 'month', ?::date, 3)", today).Error
}

// where collects conditions.
type where struct {
	conds []string
	args  []any
}

func (w *where) when(holds bool, cond string, args ...any) {
	if holds {
		w.conds = append(w.conds, cond)
		w.args = append(w.args, args...)
	}
}

func (w *where) within(cond string, args []any) { w.when(true, cond, args...) }

func (w *where) sql() string { return strings.Join(w.conds, " AND ") }

// latest adds the keyset condition of a list ordered by a day and an id, latest first, and
// returns the order.
func (w *where) latest(k page.Key, date, n string) string {
	op, order := "<", " DESC"
	if k.Back {
		op, order = ">", ""
	}
	if !k.First() {
		w.when(true, "("+date+", "+n+") "+op+" (?::date, ?::bigint)", k.Vals[0], k.Vals[1])
	}
	return " ORDER BY " + date + order + ", " + n + order
}
