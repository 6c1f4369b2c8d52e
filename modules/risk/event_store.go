package risk

import (
	"context"
	"encoding/json"
	"strings"

	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Event) TableName() string { return "risk_event" }

// TableName names the table.
func (Control) TableName() string { return "risk_control" }

func insertEvents(ctx context.Context, tx db.Tx, rows []*Event) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.WithContext(ctx).CreateInBatches(rows, 200).Error
}

// eventColumns are what may change of an event.
var eventColumns = []string{
	"risk_unit_id", "hazard", "accidents", "consequence", "rule_version", "mode", "l", "e", "c", "s", "score", "computed_level", "catalogue", "raised_level", "raise_reason", "level",
	"residual_l", "residual_e", "residual_c", "residual_s", "residual_score", "residual_level", "control_level", "unit_id", "unit_name", "owner_id", "owner_name", "post_name", "frequency",
	"reviewed_on", "review_due_on", "updated_at", "ended_on", "end_reason",
}

// updateEvents saves events of one company in one statement.
func updateEvents(ctx context.Context, tx db.Tx, rows []Event) error {
	if len(rows) == 0 {
		return nil
	}
	list := make([]map[string]any, len(rows))
	for i, e := range rows {
		list[i] = map[string]any{
			"id": int64(e.ID), "risk_unit_id": int64(e.RiskUnitID), "hazard": e.Hazard, "accidents": append([]string{}, e.Accidents...), "consequence": e.Consequence,
			"rule_version": e.RuleVersion, "mode": e.Mode, "l": e.L, "e": e.E, "c": e.C, "s": e.S, "score": e.Score, "computed_level": e.ComputedLevel,
			"catalogue": e.Catalogue, "raised_level": e.RaisedLevel, "raise_reason": e.RaiseReason, "level": e.Level, "residual_l": e.ResidualL, "residual_e": e.ResidualE,
			"residual_c": e.ResidualC, "residual_s": e.ResidualS, "residual_score": e.ResidualScore, "residual_level": e.ResidualLevel, "control_level": e.ControlLevel,
			"unit_id": e.UnitID, "unit_name": e.UnitName, "owner_id": e.OwnerID, "owner_name": e.OwnerName, "post_name": e.PostName, "frequency": e.Frequency,
			"reviewed_on": dayOf(e.ReviewedOn), "review_due_on": dayOf(e.ReviewDueOn), "updated_at": e.UpdatedAt, "ended_on": dayOf(e.EndedOn), "end_reason": e.EndReason,
		}
	}
	doc, err := json.Marshal(list)
	if err != nil {
		return err
	}
	set := make([]string, len(eventColumns))
	for i, c := range eventColumns {
		set[i] = c + " = x." + c
	}
	q := "UPDATE risk_event t SET " + strings.Join(set, ", ") + " FROM jsonb_populate_recordset(NULL::risk_event, ?::jsonb) x WHERE t.company_id = ? AND t.id = x.id"
	return tx.WithContext(ctx).Exec(q, string(doc), int64(rows[0].CompanyID)).Error
}

// dayOf is a day as JSON: null for none.
func dayOf(d day.Date) any {
	if d.IsZero() {
		return nil
	}
	return d.String()
}

// eventByID reads an event that the actor may see. Errors: rbac.ErrNotFound.
func eventByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Event], lock ...clause.Expression) (Event, error) {
	cond, args := scope.Reach("risk_event", "owner_id")
	var rows []Event
	err := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(lock...).Where("id = ?", int64(n)).Where(cond, args...).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Event{}, err
	}
	return rows[0], nil
}

// EventRow is an event as lists show it.
type EventRow struct {
	Event
	RiskUnitName   string
	RiskUnitNumber int
	Controls       int // in force
	Published      int // of them asked by the checks
}

const eventFrom = `SELECT e.*, u.name AS risk_unit_name, u.number AS risk_unit_number, x.controls, x.published FROM risk_event e
	JOIN risk_unit u ON u.company_id = e.company_id AND u.id = e.risk_unit_id CROSS JOIN LATERAL (
		SELECT count(*) AS controls, count(*) FILTER (WHERE c.item_code <> '') AS published FROM risk_control c
		WHERE c.company_id = e.company_id AND c.event_id = e.id AND c.ended_on IS NULL) x WHERE `

func (f EventFilter) where(scope rbac.Scope, company rbac.CompanyID, on day.Date) *page.Where {
	w := scope.Of(company, "e")
	w.Within(scope.Reach("e", "owner_id"))
	w.When(!f.Ended, "e.ended_on IS NULL")
	w.When(f.RiskUnitID != 0, "e.risk_unit_id = ?", int64(f.RiskUnitID))
	w.When(f.Level != "", "e.level = ?", f.Level)
	w.When(f.ControlLevel != "", "e.control_level = ?", f.ControlLevel)
	w.When(f.Overdue, "e.review_due_on < ?", on)
	w.When(f.Term != "", "strpos(u.name || ' ' || e.hazard, ?) > 0", f.Term)
	return w
}

// eventsBy lists a company's events unit by unit, from k on.
func eventsBy(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, f EventFilter, k page.Key) (rows []EventRow, err error) {
	w := f.where(scope, company, today(tx))
	order := w.Rising(k, "e.risk_unit_id, e.id", "?::bigint, ?::bigint")
	return rows, tx.WithContext(ctx).Raw(eventFrom+w.SQL()+order+" LIMIT ?", append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// eventRow reads one event, as lists show it, that the actor may see. Errors: rbac.ErrNotFound.
func eventRow(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Event]) (EventRow, error) {
	w := &page.Where{}
	w.Within(scope.Where("e"))
	w.Within(scope.Reach("e", "owner_id"))
	w.And("e.id = ?", int64(n))
	var rows []EventRow
	err := tx.WithContext(ctx).Raw(eventFrom+w.SQL(), w.Args...).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return EventRow{}, err
	}
	return rows[0], nil
}

// Tally is how many events of a level there are.
type Tally struct {
	Level Level
	N     int
	Rest  int // whose residual risk is of the level
}

// countBy counts the events in force that the actor may see by level.
func countBy(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (rows []Tally, err error) {
	w := scope.Of(company, "e")
	w.Within(scope.Reach("e", "owner_id"))
	w.And("e.ended_on IS NULL")
	q := `SELECT v.level, count(*) FILTER (WHERE v.inherent) AS n, count(*) FILTER (WHERE NOT v.inherent) AS rest FROM risk_event e
		CROSS JOIN LATERAL (VALUES (e.level, true), (e.residual_level, false)) v(level, inherent) WHERE ` + w.SQL() + " AND v.level <> '' GROUP BY v.level"
	return rows, tx.WithContext(ctx).Raw(q, w.Args...).Scan(&rows).Error
}

// overdueBy counts the events in force that the actor may see whose review is overdue.
func overdueBy(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID) (n int, err error) {
	w := EventFilter{Overdue: true}.where(scope, company, today(tx))
	q := "SELECT count(*) FROM risk_event e JOIN risk_unit u ON u.company_id = e.company_id AND u.id = e.risk_unit_id WHERE " + w.SQL()
	return n, tx.WithContext(ctx).Raw(q, w.Args...).Scan(&n).Error
}

// controlled returns events in force with their controls, unit by unit: of the whole company,
// of one unit, or of some levels.
func controlled(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, f EventFilter, levels ...Level) (out []Controlled, err error) {
	w := f.where(scope, company, today(tx))
	if len(levels) > 0 {
		names := db.Texts{}
		for _, l := range levels {
			names = append(names, string(l))
		}
		w.And("e.level = ANY(?)", names)
	}
	var rows []EventRow
	if err := tx.WithContext(ctx).Raw(eventFrom+w.SQL()+" ORDER BY u.number, e.number", w.Args...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	ids := make(db.Ints, len(rows))
	for i, r := range rows {
		ids[i] = int64(r.ID)
	}
	controls, err := controlsOf(ctx, tx, company, ids)
	for _, r := range rows {
		out = append(out, Controlled{r.Event, r.RiskUnitName, controls[r.ID]})
	}
	return out, err
}

// controlsOf returns the controls in force of events, in their order.
func controlsOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, events db.Ints) (map[id.Of[Event]][]Control, error) {
	var rows []Control
	err := tx.WithContext(ctx).Where("company_id = ? AND event_id = ANY(?) AND ended_on IS NULL", int64(company), events).Order("event_id, n, id").Find(&rows).Error
	out := map[id.Of[Event]][]Control{}
	for _, c := range rows {
		out[c.EventID] = append(out[c.EventID], c)
	}
	return out, err
}

// controlByID reads a control in force and locks it. Errors: rbac.ErrNotFound.
func controlByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Control]) (Control, error) {
	var rows []Control
	err := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(locked).Where("id = ? AND ended_on IS NULL", int64(n)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Control{}, err
	}
	return rows[0], nil
}

func insertControls(ctx context.Context, tx db.Tx, rows []*Control) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.WithContext(ctx).CreateInBatches(rows, 500).Error
}

// updateControls saves controls of one company in one statement.
func updateControls(ctx context.Context, tx db.Tx, rows []Control) error {
	if len(rows) == 0 {
		return nil
	}
	list := make([]map[string]any, len(rows))
	for i, c := range rows {
		list[i] = map[string]any{
			"id": int64(c.ID), "n": c.N, "kind": c.Kind, "text": c.Text, "item_code": c.ItemCode, "published_on": dayOf(c.PublishedOn), "ended_on": dayOf(c.EndedOn),
		}
	}
	doc, err := json.Marshal(list)
	if err != nil {
		return err
	}
	q := `UPDATE risk_control t SET n = x.n, kind = x.kind, text = x.text, item_code = x.item_code, published_on = x.published_on, ended_on = x.ended_on
		FROM jsonb_populate_recordset(NULL::risk_control, ?::jsonb) x WHERE t.company_id = ? AND t.id = x.id`
	return tx.WithContext(ctx).Exec(q, string(doc), int64(rows[0].CompanyID)).Error
}
