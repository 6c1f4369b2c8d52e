package upload

import (
	"context"
	"fmt"

	"anbiao/kit/db"
)

// checkedBy joins a control (c) to the plans (p) by which it is checked: those whose items, or whose point's where they name none, hold its own.
const checkedBy = `risk_control c JOIN inspection_plan p ON p.company_id = c.company_id JOIN checklist_point k ON k.company_id = p.company_id AND k.id = p.point_id
	WHERE c.company_id = @company AND c.ended_on IS NULL AND c.item_code <> '' AND c.item_code = ANY(CASE WHEN p.items = '{}' THEN k.items ELSE p.items END)`

// sources say what a receiver is to know of each table: the row's key, its parent's and its members.
var sources = map[Kind]string{
	"unit": `SELECT u.id::text AS key, '' AS parent_kind, '' AS parent_key,
		jsonb_build_object('name', u.name, 'kind', u.kind, 'place', u.place, 'department', u.unit_name, 'owner', u.owner_name) AS body
		FROM risk_unit u WHERE u.company_id = @company AND u.ended_on IS NULL`,
	"event": `SELECT e.id::text AS key, 'unit' AS parent_kind, e.risk_unit_id::text AS parent_key,
		jsonb_build_object('unitId', e.risk_unit_id::text, 'name', e.hazard, 'accidents', array_to_string(e.accidents, ','), 'consequence', e.consequence, 'level', e.level,
			'controlLevel', e.control_level, 'department', e.unit_name, 'owner', e.owner_name) AS body
		FROM risk_event e JOIN risk_unit u ON u.company_id = e.company_id AND u.id = e.risk_unit_id WHERE e.company_id = @company AND e.ended_on IS NULL AND u.ended_on IS NULL`,
	"measure": `SELECT c.id::text AS key, 'event' AS parent_kind, c.event_id::text AS parent_key,
		jsonb_build_object('eventId', c.event_id::text, 'kind', c.kind, 'text', c.text) AS body
		FROM risk_control c JOIN risk_event e ON e.company_id = c.company_id AND e.id = c.event_id WHERE c.company_id = @company AND c.ended_on IS NULL AND e.ended_on IS NULL`,
	"task": `SELECT c.id || '-' || p.id AS key, 'measure' AS parent_kind, c.id::text AS parent_key,
		jsonb_build_object('measureId', c.id::text, 'item', c.text, 'cycle', p.frequency, 'point', k.name, 'owner', p.assignee_name, 'startsOn', p.starts_on, 'endsOn', p.ends_on) AS body FROM ` + checkedBy,
	"record": `SELECT i.id || '-' || c.id AS key, 'task' AS parent_kind, c.id || '-' || p.id AS parent_key,
		jsonb_build_object('taskId', c.id || '-' || p.id, 'checkedAt', to_char(i.finished_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS'), 'person', i.person_name, 'point', k.name,
			'result', CASE WHEN EXISTS (SELECT FROM hazard h WHERE h.company_id = i.company_id AND h.check_started_on = i.started_on AND h.check_id = i.id AND h.item_code = c.item_code AND h.voided_on IS NULL) THEN 'abnormal' ELSE 'normal' END) AS body
		FROM inspection_check i JOIN inspection_task t ON t.company_id = i.company_id AND t.id = i.task_id, ` + checkedBy + ` AND p.id = t.plan_id AND i.company_id = @company AND i.started_on >= @since
		AND NOT EXISTS (SELECT FROM inspection_check later WHERE later.company_id = i.company_id AND later.corrects_id = i.id)`,
	"danger": `SELECT h.id::text AS key, CASE WHEN c.id IS NULL THEN '' ELSE 'record' END AS parent_kind, coalesce(h.check_id || '-' || c.id, '') AS parent_key,
		jsonb_build_object('recordId', coalesce(h.check_id || '-' || c.id, ''), 'number', h.number, 'description', h.description, 'place', h.place, 'dangerLevel', h.level, 'fixType', h.fix_type, 'dangerSrc', h.danger_source,
			'measures', h.measures, 'fundsFen', h.funds_fen, 'deadline', h.deadline, 'owner', h.owner_name, 'foundOn', h.found_on, 'fixedOn', h.fixed_on, 'acceptedOn', h.accepted_on, 'closedOn', h.cancelled_on) AS body
		FROM hazard h LEFT JOIN LATERAL (SELECT min(r.id) AS id FROM risk_control r WHERE r.company_id = h.company_id AND h.check_id IS NOT NULL AND h.item_code <> '' AND r.item_code = h.item_code AND r.ended_on IS NULL) c ON true
		WHERE h.company_id = @company AND h.found_on >= @since AND h.voided_on IS NULL AND NOT h.historical`,
	"stop": `SELECT s.id::text AS key, '' AS parent_kind, '' AS parent_key, jsonb_build_object('from', s.from_on, 'until', s.until_on, 'reason', s.reason) AS body
		FROM inspection_shutdown s WHERE s.company_id = @company AND s.unit_id IS NULL AND s.cancelled_at IS NULL AND s.until_on >= @since`,
}

// refresh brings a receiver's list of one table up to date: new and changed rows wait to be sent, those that are no more to be deleted there
// if they were ever delivered, and are forgotten if they were not.
func refresh(ctx context.Context, tx db.Tx, r Receiver, k Kind) error {
	args := map[string]any{"company": int64(r.CompanyID), "receiver": int64(r.ID), "since": r.FromOn, "kind": string(k)}
	put := `INSERT INTO upload_row AS old (company_id, receiver_id, kind, object_key, parent_kind, parent_key, body, version, sent_version, state, error, tries)
		SELECT @company, @receiver, @kind, s.key, s.parent_kind, s.parent_key, s.body, md5(s.body::text), '', 'pending', '', 0 FROM (%s) s
		ON CONFLICT ON CONSTRAINT upload_row_pkey DO UPDATE SET body = excluded.body, version = excluded.version, parent_kind = excluded.parent_kind, parent_key = excluded.parent_key, state = 'pending', error = '', tries = 0
		WHERE old.version <> excluded.version OR old.state IN ('deleting', 'deleted')`
	gone := `WITH s AS MATERIALIZED (%s), never AS (
			DELETE FROM upload_row u WHERE u.company_id = @company AND u.receiver_id = @receiver AND u.kind = @kind AND u.sent_version = '' AND NOT EXISTS (SELECT FROM s WHERE s.key = u.object_key))
		UPDATE upload_row u SET state = 'deleting', body = NULL, error = '', tries = 0 WHERE u.company_id = @company AND u.receiver_id = @receiver AND u.kind = @kind AND u.sent_version <> ''
			AND u.state NOT IN ('deleting', 'deleted') AND NOT EXISTS (SELECT FROM s WHERE s.key = u.object_key)`
	for _, q := range []string{put, gone} {
		if err := tx.WithContext(ctx).Exec(fmt.Sprintf(q, sources[k]), args).Error; err != nil {
			return err
		}
	}
	return nil
}

// now is a row as it is to be known today.
type now struct {
	Key  string
	Body db.JSON[map[string]any]
}

// mostRows of a table go into a file.
const mostRows = 50_000

func rowsNow(ctx context.Context, tx db.Tx, r Receiver, k Kind) (rows []now, err error) {
	args := map[string]any{"company": int64(r.CompanyID), "since": r.FromOn, "most": mostRows}
	return rows, tx.WithContext(ctx).Raw("SELECT s.key, s.body FROM ("+sources[k]+") s ORDER BY s.key LIMIT @most", args).Scan(&rows).Error
}
