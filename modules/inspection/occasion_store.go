package inspection

import (
	"context"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

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
	w := scope.Of(company, "t")
	w.And("t.cancelled_at IS NULL")
	order := w.Latest(k, "t.from_on, t.id", "?::date, ?::bigint")
	q := `SELECT t.*, coalesce(u.name, '') AS unit_name FROM inspection_shutdown t LEFT JOIN staff_unit u ON u.company_id = t.company_id AND u.id = t.unit_id WHERE ` + w.SQL() + order + " LIMIT ?"
	err = tx.WithContext(ctx).Raw(q, append(w.Args, limit)...).Scan(&out).Error
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

// known returns the event that a reference stands for; zero if there is none.
func known(ctx context.Context, tx db.Tx, company rbac.CompanyID, ref string) (n id.Of[Event], err error) {
	err = tx.WithContext(ctx).Raw("SELECT id FROM inspection_event WHERE company_id = ? AND ref = ?", company, ref).Scan(&n).Error
	return n, err
}

// insertEvent adds an event; fresh is false where another transaction has just added the same.
func insertEvent(ctx context.Context, tx db.Tx, e *Event) (fresh bool, err error) {
	made := tx.WithContext(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "company_id"}, {Name: "ref"}}, TargetWhere: clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "ref <> ''"}}}, DoNothing: true,
	}).Create(e)
	return made.RowsAffected == 1, referred(made.Error)
}

// updateEvent notes what became of an event.
func updateEvent(ctx context.Context, tx db.Tx, e Event) error {
	return tx.WithContext(ctx).Exec("UPDATE inspection_event SET tasks = ?, unplaced = ? WHERE company_id = ? AND id = ?", e.Tasks, e.Unplaced, e.CompanyID, e.ID).Error
}

// waiting are the tasks of an event: of every plan that runs and waits for it, for the holder of
// today. A plan that waits for any event is asked those of its items that this one creates, and
// those that the catalogue does not know. Where the event has a place, the plan must go there.
const waiting = `INSERT INTO inspection_task (company_id, region_path, oversight_line, plan_id, kind, title, point_id, route, items, post_id, assignee_id, assignee_name, unit_id,
		opens_on, due_on, period_on, by_exception, sign, event_id, state, created_at)
	SELECT n.company_id, n.region_path, n.oversight_line, n.id, 'event', n.title, coalesce(CAST(@point AS bigint), n.point_id), CASE WHEN CAST(@point AS bigint) IS NULL THEN n.route ELSE '{}' END,
		f.items, n.post_id, coalesce(h.id, s.id), coalesce(h.name, s.name), n.unit_id,
		CAST(@today AS date), CAST(@due AS date), CAST(@today AS date), n.by_exception, n.sign, @event, 'open', @now
	FROM inspection_plan n JOIN checklist_point p ON p.company_id = n.company_id AND p.id = coalesce(CAST(@point AS bigint), n.point_id) AND p.retired_at IS NULL
		CROSS JOIN LATERAL (SELECT CASE WHEN n.event <> '' OR cardinality(n.items) = 0 THEN n.items
			ELSE ARRAY(SELECT i FROM unnest(n.items) AS i WHERE i = ANY(CAST(@asked AS text[])) OR i <> ALL(CAST(@catalogued AS text[]))) END AS items) f
		LEFT JOIN staff_person s ON s.company_id = n.company_id AND s.id = n.assignee_id AND (s.left_on IS NULL OR s.left_on >= CAST(@today AS date))
		LEFT JOIN LATERAL (SELECT x.id, x.name FROM staff_assignment a JOIN staff_person x ON x.company_id = a.company_id AND x.id = a.staff_id AND (x.left_on IS NULL OR x.left_on >= CAST(@today AS date))
			WHERE a.company_id = n.company_id AND a.post_id = n.post_id AND a.from_on <= CAST(@today AS date) AND (a.until_on IS NULL OR a.until_on >= CAST(@today AS date))
			ORDER BY a.main DESC, x.id LIMIT 1) h ON true
	WHERE n.company_id = @company AND n.frequency = 'event' AND n.event IN ('', @kind, @family) AND n.starts_on <= CAST(@today AS date) AND (n.ends_on IS NULL OR n.ends_on >= CAST(@today AS date))
		AND (CAST(@point AS bigint) IS NULL OR n.point_id = @point OR CAST(@point AS bigint) = ANY(n.route))
		AND (cardinality(n.items) = 0 OR (cardinality(f.items) > 0 AND (CAST(@point AS bigint) IS NULL OR f.items && CAST(@at AS text[]))))
		AND coalesce(h.id, s.id) IS NOT NULL AND `

// reached is a condition on plans (alias n): those that the actor answers for.
type reached struct {
	cond string
	args []any
}

// happen makes the tasks of an event's waiting plans and returns what each asks; at is what the
// event's point asks.
func happen(ctx context.Context, tx db.Tx, e Event, at []string, r reached) (made []Task, err error) {
	args := map[string]any{
		"company": int64(e.CompanyID), "event": int64(e.ID), "kind": e.Kind, "family": family(e.Kind), "point": (*int64)(e.PointID), "today": day.In(tx.Now, day.Shanghai).String(),
		"due": e.DueOn.String(), "asked": e.Items, "catalogued": db.Texts(catalogued()), "at": db.Texts(orNone(at)), "now": tx.Now, "reach": clause.Expr{SQL: r.cond, Vars: r.args},
	}
	err = tx.WithContext(ctx).Raw(waiting+"@reach RETURNING items", args).Scan(&made).Error
	return made, referred(err)
}

// present is the name of a member of staff who has not left; empty if there is none.
func present(ctx context.Context, tx db.Tx, company rbac.CompanyID, staff id.Of[id.Staff], today day.Date) (name string, err error) {
	q := "SELECT name FROM staff_person WHERE company_id = ? AND id = ? AND (left_on IS NULL OR left_on >= ?)"
	err = tx.WithContext(ctx).Raw(q, company, staff, today).Scan(&name).Error
	return name, err
}
