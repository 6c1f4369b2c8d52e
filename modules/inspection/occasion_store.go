package inspection

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// insertRow adds a shift, shutdown, event or special check. Errors: ErrShiftExists,
// ErrUnknownUnit.
func insertRow(ctx context.Context, tx db.Tx, row any) error {
	return occurred(tx.WithContext(ctx).Create(row).Error)
}

func occurred(err error) error {
	if db.Violates(err, "inspection_shift_company_id_name_key") {
		return ErrShiftExists.At("body.name")
	}
	return referred(err)
}

// shifts lists a company's shifts in use, in order of their beginning.
func shifts(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (out []Shift, err error) {
	err = tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ? AND retired_at IS NULL", company).Order("begins, id").Find(&out).Error
	return out, err
}

// lockShift returns a shift in use and keeps others from changing it. Errors: rbac.ErrNotFound.
func lockShift(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, n id.Of[Shift]) (Shift, error) {
	cond, args := scope.Where("t")
	return one[Shift](tx.WithContext(ctx).Raw("SELECT * FROM inspection_shift t WHERE company_id = ? AND id = ? AND retired_at IS NULL AND "+cond+" FOR UPDATE",
		append([]any{company, n}, args...)...))
}

// one reads a row. Errors: rbac.ErrNotFound.
func one[T any](q *gorm.DB) (T, error) {
	var found []T
	if err := q.Scan(&found).Error; err != nil {
		return *new(T), err
	}
	if len(found) == 0 {
		return *new(T), rbac.ErrNotFound
	}
	return found[0], nil
}

func updateShift(ctx context.Context, tx db.Tx, s Shift) error {
	return occurred(tx.WithContext(ctx).Exec("UPDATE inspection_shift SET name = ?, begins = ?, ends = ?, retired_at = ? WHERE company_id = ? AND id = ?",
		s.Name, s.Begins, s.Ends, s.RetiredAt, s.CompanyID, s.ID).Error)
}

// ShutdownLine is a shutdown as lists show it.
type ShutdownLine struct {
	Shutdown
	UnitName string
	Tasks    int // excused by it
}

// shutdowns lists a company's shutdowns, latest first.
func shutdowns(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, k page.Key, limit int) (out []ShutdownLine, err error) {
	cond, args := scope.Where("t")
	w := where{[]string{"t.company_id = ?", "t.cancelled_at IS NULL", cond}, append([]any{company}, args...)}
	order := w.latest(k, "t.from_on", "t.id")
	q := `SELECT t.*, coalesce(u.name, '') AS unit_name FROM inspection_shutdown t LEFT JOIN staff_unit u ON u.company_id = t.company_id AND u.id = t.unit_id WHERE ` + w.sql() + order + " LIMIT ?"
	err = tx.WithContext(ctx).Raw(q, append(w.args, limit)...).Scan(&out).Error
	return out, err
}

// lockShutdown returns a shutdown that was not cancelled and keeps others from changing it.
// Errors: rbac.ErrNotFound.
func lockShutdown(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, n id.Of[Shutdown]) (Shutdown, error) {
	cond, args := scope.Where("t")
	reach, mine := scope.Reach("t")
	if reach == "true" {
		mine = nil
	}
	return one[Shutdown](tx.WithContext(ctx).Raw("SELECT * FROM inspection_shutdown t WHERE company_id = ? AND id = ? AND cancelled_at IS NULL AND "+cond+" AND "+reach+" FOR UPDATE",
		slices.Concat([]any{company, n}, args, mine)...))
}

func updateShutdown(ctx context.Context, tx db.Tx, s Shutdown) error {
	return occurred(tx.WithContext(ctx).Exec("UPDATE inspection_shutdown SET from_on = ?, until_on = ?, reason = ?, unit_id = ?, cancelled_at = ? WHERE company_id = ? AND id = ?",
		s.FromOn, s.UntilOn, s.Reason, s.UnitID, s.CancelledAt, s.CompanyID, s.ID).Error)
}

// reaches reports whether the actor answers for a unit. Errors: ErrUnknownUnit.
func reaches(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, unit id.Of[id.Unit]) (bool, error) {
	var found []string
	if err := tx.WithContext(ctx).Raw("SELECT unit_path FROM staff_unit WHERE company_id = ? AND id = ?", company, unit).Scan(&found).Error; err != nil {
		return false, err
	}
	if len(found) == 0 {
		return false, ErrUnknownUnit.At("body.unitId")
	}
	return scope.Reaches(found[0]), nil
}

// events lists a company's events, latest first.
func events(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, limit int) (out []Event, err error) {
	err = tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ?", company).Order("id DESC").Limit(limit).Find(&out).Error
	return out, err
}

// happen makes the tasks of an event: of every plan that runs and waits for it, for the holder of
// today. It returns how many.
func happen(ctx context.Context, tx db.Tx, scope rbac.Scope, e Event, today day.Date) (int, error) {
	reach, mine := scope.Reach("n", "assignee_id")
	q := `INSERT INTO inspection_task (company_id, region_path, oversight_line, plan_id, kind, title, point_id, route, items, post_id, assignee_id, assignee_name, unit_id,
			opens_on, due_on, period_on, by_exception, sign, event_id, state, created_at)
		SELECT n.company_id, n.region_path, n.oversight_line, n.id, 'event', n.title, n.point_id, n.route, n.items, n.post_id, coalesce(h.id, s.id), coalesce(h.name, s.name), n.unit_id,
			?::date, ?::date, ?::date, n.by_exception, n.sign, ?, 'open', ?
		FROM inspection_plan n JOIN checklist_point p ON p.company_id = n.company_id AND p.id = n.point_id AND p.retired_at IS NULL
			LEFT JOIN staff_person s ON s.company_id = n.company_id AND s.id = n.assignee_id AND (s.left_on IS NULL OR s.left_on >= ?::date)
			LEFT JOIN LATERAL (SELECT x.id, x.name FROM staff_assignment a JOIN staff_person x ON x.company_id = a.company_id AND x.id = a.staff_id AND (x.left_on IS NULL OR x.left_on >= ?::date)
				WHERE a.company_id = n.company_id AND a.post_id = n.post_id AND a.from_on <= ?::date AND (a.until_on IS NULL OR a.until_on >= ?::date) ORDER BY a.main DESC, x.id LIMIT 1) h ON true
		WHERE n.company_id = ? AND n.frequency = 'event' AND n.event IN ('', ?) AND n.starts_on <= ?::date AND (n.ends_on IS NULL OR n.ends_on >= ?::date)
			AND coalesce(h.id, s.id) IS NOT NULL AND ` + reach
	made := tx.WithContext(ctx).Exec(q, slices.Concat([]any{today, e.DueOn, today, e.ID, tx.Now, today, today, today, today, e.CompanyID, e.Kind, today, today}, mine)...)
	if made.Error != nil {
		return 0, referred(made.Error)
	}
	n := int(made.RowsAffected)
	return n, tx.WithContext(ctx).Exec("UPDATE inspection_event SET tasks = ? WHERE company_id = ? AND id = ?", n, e.CompanyID, e.ID).Error
}
