package inspection

import (
	"context"
	"maps"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// planKey names a plan across companies.
type planKey struct {
	CompanyID rbac.CompanyID
	PlanID    id.Of[Plan]
}

// outlook is what tasks are planned by: the days, and which of them nobody works on.
type outlook struct {
	Today day.Date
	From  day.Date // earliest due day that is looked at: today, or where a shutdown reaches back
	Last  day.Date // last day on which a period may begin
	Free  []string // days that are not worked, around [From, Last]
	With  string   // fingerprint of the calendar
}

// wanted are the tasks that plans ask for: one row a plan, period and shift. Rules are spread
// over the days once, however many plans follow them; who holds a post is cut into runs of days,
// and shutdowns into ranges, once a plan. Every step is a join of sets.
//
// A task belongs to him who holds the post on the day it opens, or today where it is open. Of
// several holders it is the first (main posts before others); where there is none, the unit's
// head stands in, then whom the plan names. Who has left gets none.
const wanted = `WITH plan AS MATERIALIZED (
	SELECT n.*, u.unit_path FROM unnest(CAST(@companies AS bigint[]), CAST(@plans AS bigint[])) AS k(company, plan)
		JOIN inspection_plan n ON n.company_id = k.company AND n.id = k.plan AND n.company_id = ANY(CAST(@of AS bigint[])) AND n.id = ANY(CAST(@plans AS bigint[]))
		JOIN checklist_point c ON c.company_id = n.company_id AND c.id = n.point_id AND c.retired_at IS NULL AND c.company_id = ANY(CAST(@of AS bigint[]))
		LEFT JOIN staff_unit u ON u.company_id = n.company_id AND u.id = n.unit_id AND u.company_id = ANY(CAST(@of AS bigint[]))
	WHERE n.frequency <> 'event'),
rule AS MATERIALIZED (SELECT DISTINCT frequency, days, weekdays FROM plan),
cal AS MATERIALIZED (
	SELECT g.d::date AS d, f.d IS NULL AS worked, 1 << (extract(isodow FROM g.d)::int - 1) AS bit
	FROM generate_series(date_trunc('year', CAST(@from AS date)::timestamp) - interval '7 days', date_trunc('year', CAST(@last AS date)::timestamp) + interval '1 year 7 days', interval '1 day') AS g(d)
		LEFT JOIN unnest(CAST(@free AS date[])) AS f(d) ON f.d = g.d::date),
slot AS MATERIALIZED (
	SELECT frequency, days, weekdays, period_on, min(d) AS opens, max(d) AS due FROM (
		SELECT r.*, c.d, (CASE r.frequency WHEN 'weekly' THEN date_trunc('week', c.d::timestamp) WHEN 'monthly' THEN date_trunc('month', c.d::timestamp)
			WHEN 'quarterly' THEN date_trunc('quarter', c.d::timestamp) WHEN 'yearly' THEN date_trunc('year', c.d::timestamp)
			WHEN 'half_yearly' THEN make_timestamp(extract(year FROM c.d)::int, CASE WHEN extract(month FROM c.d) < 7 THEN 1 ELSE 7 END, 1, 0, 0, 0) ELSE c.d::timestamp END)::date AS period_on
		FROM rule r JOIN cal c ON r.days = 'every' OR (r.days = 'working' AND c.worked) OR (r.days = 'weekdays' AND r.weekdays & c.bit <> 0)) AS spread
	GROUP BY frequency, days, weekdays, period_on
	HAVING period_on <= CAST(@last AS date) AND max(d) >= CAST(@from AS date) - 1),
hold AS MATERIALIZED (
	SELECT n.company_id, n.id AS plan_id, a.staff_id, s.name, coalesce(a.unit_id, o.unit_id) AS unit_id, NOT a.main AS rank, a.from_on AS f, least(a.until_on, s.left_on) AS u
	FROM plan n JOIN staff_assignment a ON a.company_id = n.company_id AND a.post_id = n.post_id AND a.company_id = ANY(CAST(@of AS bigint[]))
		JOIN staff_post o ON o.company_id = n.company_id AND o.id = n.post_id AND o.company_id = ANY(CAST(@of AS bigint[]))
		JOIN staff_person s ON s.company_id = a.company_id AND s.id = a.staff_id AND s.company_id = ANY(CAST(@of AS bigint[]))
	WHERE least(a.until_on, s.left_on) IS NULL OR least(a.until_on, s.left_on) >= CAST(@from AS date)),
cut AS MATERIALIZED (
	SELECT company_id, plan_id, f AS d FROM hold UNION SELECT company_id, plan_id, u + 1 FROM hold WHERE u IS NOT NULL
	UNION SELECT company_id, id, '-infinity'::date FROM plan WHERE post_id IS NOT NULL),
run AS MATERIALIZED (SELECT company_id, plan_id, d AS f, lead(d) OVER (PARTITION BY company_id, plan_id ORDER BY d) - 1 AS u FROM cut),
seat AS MATERIALIZED (
	SELECT DISTINCT ON (r.company_id, r.plan_id, r.f) r.company_id, r.plan_id, r.f, coalesce(r.u, 'infinity') AS u, h.staff_id, h.name, h.unit_id
	FROM run r LEFT JOIN hold h ON h.company_id = r.company_id AND h.plan_id = r.plan_id AND h.f <= r.f AND (h.u IS NULL OR h.u >= r.f)
	ORDER BY r.company_id, r.plan_id, r.f, h.rank, h.staff_id),
stand AS MATERIALIZED (
	SELECT r.company_id, r.plan_id, r.f, r.u, coalesce(r.staff_id, h.id, s.id) AS staff_id, coalesce(r.name, h.name, s.name) AS name, coalesce(r.unit_id, o.unit_id) AS unit_id
	FROM seat r JOIN plan n ON n.company_id = r.company_id AND n.id = r.plan_id JOIN staff_post o ON o.company_id = n.company_id AND o.id = n.post_id AND o.company_id = ANY(CAST(@of AS bigint[]))
		LEFT JOIN staff_unit u ON u.company_id = o.company_id AND u.id = o.unit_id AND u.company_id = ANY(CAST(@of AS bigint[]))
		LEFT JOIN staff_person h ON h.company_id = u.company_id AND h.id = u.head_id AND h.company_id = ANY(CAST(@of AS bigint[])) AND (h.left_on IS NULL OR h.left_on >= CAST(@today AS date))
		LEFT JOIN staff_person s ON s.company_id = n.company_id AND s.id = n.assignee_id AND s.company_id = ANY(CAST(@of AS bigint[])) AND (s.left_on IS NULL OR s.left_on >= CAST(@today AS date))
	WHERE coalesce(r.staff_id, h.id, s.id) IS NOT NULL
	UNION ALL
	SELECT n.company_id, n.id, '-infinity', coalesce(s.left_on, 'infinity'), s.id, s.name, s.unit_id
	FROM plan n JOIN staff_person s ON s.company_id = n.company_id AND s.id = n.assignee_id AND s.company_id = ANY(CAST(@of AS bigint[])) WHERE n.post_id IS NULL),
stop AS MATERIALIZED (
	SELECT n.company_id, n.id AS plan_id, s.id, s.reason, s.from_on, s.until_on FROM plan n JOIN inspection_shutdown s ON s.company_id = n.company_id AND s.company_id = ANY(CAST(@of AS bigint[]))
		LEFT JOIN staff_unit u ON u.company_id = s.company_id AND u.id = s.unit_id AND u.company_id = ANY(CAST(@of AS bigint[]))
	WHERE s.cancelled_at IS NULL AND s.until_on >= CAST(@from AS date) - 1 AND (s.unit_id IS NULL OR (n.unit_path >= u.unit_path AND n.unit_path < u.unit_path || '~'))),
halt AS MATERIALIZED (SELECT company_id, plan_id, range_agg(daterange(from_on, until_on, '[]')) AS spans FROM stop GROUP BY company_id, plan_id),
span AS MATERIALIZED (
	SELECT n.company_id, n.id AS plan_id, k.period_on, h.id AS shift_id, coalesce(h.name, '') AS shift_name,
		greatest(k.opens, n.starts_on, CASE WHEN n.open_days > 0 THEN least(k.due, n.ends_on) - n.open_days + 1 END) AS opens_on, least(k.due, n.ends_on) AS last_on,
		h.begins, CASE WHEN h.ends > h.begins THEN h.ends ELSE h.ends + 1440 END AS ends
	FROM plan n JOIN slot k ON k.frequency = n.frequency AND k.days = n.days AND k.weekdays = n.weekdays
		LEFT JOIN inspection_shift h ON n.frequency = 'per_shift' AND h.company_id = n.company_id AND h.company_id = ANY(CAST(@of AS bigint[])) AND h.retired_at IS NULL AND (n.shift_id IS NULL OR h.id = n.shift_id)
	WHERE n.frequency <> 'per_shift' OR h.id IS NOT NULL),
want AS MATERIALIZED (
	SELECT n.*, s.staff_id, s.name, s.unit_id AS seat_unit, w.period_on, w.shift_id AS of_shift, w.shift_name, w.opens_on, w.last_on + CASE WHEN w.ends > 1440 THEN 1 ELSE 0 END AS due_on,
		(w.opens_on + w.begins * interval '1 minute') AT TIME ZONE 'Asia/Shanghai' AS opens_at, (w.last_on + w.ends * interval '1 minute') AT TIME ZONE 'Asia/Shanghai' AS due_at,
		h.spans IS NOT NULL AND daterange(w.opens_on, w.last_on, '[]') <@ h.spans AS stopped
	FROM span w JOIN plan n ON n.company_id = w.company_id AND n.id = w.plan_id
		JOIN stand s ON s.company_id = w.company_id AND s.plan_id = w.plan_id AND greatest(w.opens_on, CAST(@today AS date)) BETWEEN s.f AND s.u
		LEFT JOIN halt h ON h.company_id = w.company_id AND h.plan_id = w.plan_id
	WHERE w.opens_on <= w.last_on),
`

// diffed compares what is wanted with what there is. Done tasks, and what somebody wrote by hand,
// are left; a row that is as it should be is not written.
const diffed = wanted + `have AS MATERIALIZED (
	SELECT t.* FROM unnest(CAST(@companies AS bigint[]), CAST(@plans AS bigint[])) AS k(company, plan)
		JOIN inspection_task t ON t.company_id = k.company AND t.plan_id = k.plan AND t.company_id = ANY(CAST(@of AS bigint[])) AND t.plan_id = ANY(CAST(@plans AS bigint[]))
	WHERE t.event_id IS NULL AND t.due_on >= CAST(@from AS date)),
diff AS MATERIALIZED (
	SELECT h.company_id AS company, h.id AS task, w.id IS NOT NULL AS wanted, w.*, CASE
		WHEN w.id IS NULL THEN CASE WHEN h.state = 'missed' THEN 'missed' ELSE 'cancelled' END
		WHEN w.stopped THEN CASE WHEN h.state = 'cancelled' THEN 'cancelled' ELSE 'excused' END
		WHEN h.state IN ('missed', 'cancelled') AND w.due_on < CAST(@today AS date) THEN h.state
		WHEN w.due_on < CAST(@today AS date) THEN 'missed' ELSE 'open' END AS is_state
	FROM have h LEFT JOIN want w ON w.company_id = h.company_id AND w.id = h.plan_id AND w.period_on = h.period_on AND w.of_shift IS NOT DISTINCT FROM h.shift_id
	WHERE h.check_id IS NULL AND (h.state IN ('open', 'missed') OR (h.state = 'excused' AND h.stopped) OR (h.state = 'cancelled' AND h.reason_by = ''))),
changed AS (
	UPDATE inspection_task t SET state = d.is_state, stopped = d.is_state = 'excused', settled_at = CASE WHEN d.is_state = 'open' THEN NULL ELSE coalesce(t.settled_at, @now) END,
		reason = CASE d.is_state WHEN 'excused' THEN (SELECT s.reason FROM stop s WHERE s.company_id = d.company AND s.plan_id = d.id AND d.opens_on BETWEEN s.from_on AND s.until_on ORDER BY s.id LIMIT 1)
			ELSE CASE WHEN t.stopped THEN '' ELSE t.reason END END,
		point_id = CASE WHEN d.wanted THEN d.point_id ELSE t.point_id END, route = CASE WHEN d.wanted THEN d.route ELSE t.route END, items = CASE WHEN d.wanted THEN d.items ELSE t.items END,
		title = CASE WHEN d.wanted THEN d.title ELSE t.title END, post_id = CASE WHEN d.wanted THEN d.post_id ELSE t.post_id END,
		assignee_id = CASE WHEN d.wanted AND NOT t.held THEN d.staff_id ELSE t.assignee_id END, assignee_name = CASE WHEN d.wanted AND NOT t.held THEN d.name ELSE t.assignee_name END,
		unit_id = CASE WHEN d.wanted AND NOT t.held THEN d.seat_unit ELSE t.unit_id END,
		opens_on = CASE WHEN d.wanted THEN d.opens_on ELSE t.opens_on END, due_on = CASE WHEN d.wanted THEN d.due_on ELSE t.due_on END,
		opens_at = CASE WHEN d.wanted THEN d.opens_at ELSE t.opens_at END, due_at = CASE WHEN d.wanted THEN d.due_at ELSE t.due_at END,
		shift_name = CASE WHEN d.wanted THEN d.shift_name ELSE t.shift_name END, by_exception = CASE WHEN d.wanted THEN d.by_exception ELSE t.by_exception END,
		sign = CASE WHEN d.wanted THEN d.sign ELSE t.sign END
	FROM diff d WHERE t.company_id = d.company AND t.id = d.task AND t.company_id = ANY(CAST(@of AS bigint[])) AND t.plan_id = ANY(CAST(@plans AS bigint[])) AND t.check_id IS NULL AND (t.state <> d.is_state OR (d.is_state = 'open'
		AND (t.point_id, t.route, t.items, t.title, t.post_id, t.opens_on, t.due_on, t.opens_at, t.due_at, t.shift_name, t.by_exception, t.sign)
			IS DISTINCT FROM (d.point_id, d.route, d.items, d.title, d.post_id, d.opens_on, d.due_on, d.opens_at, d.due_at, d.shift_name, d.by_exception, d.sign))
		OR (d.is_state = 'open' AND NOT t.held AND (t.assignee_id, t.assignee_name, t.unit_id) IS DISTINCT FROM (d.staff_id, d.name, d.seat_unit)))
	RETURNING 1),
made AS (
	INSERT INTO inspection_task (company_id, region_path, oversight_line, plan_id, kind, title, point_id, route, items, post_id, assignee_id, assignee_name, unit_id,
		opens_on, due_on, period_on, shift_id, shift_name, opens_at, due_at, by_exception, sign, state, created_at)
	SELECT w.company_id, w.region_path, w.oversight_line, w.id, 'routine', w.title, w.point_id, w.route, w.items, w.post_id, w.staff_id, w.name, w.seat_unit,
		w.opens_on, w.due_on, w.period_on, w.of_shift, w.shift_name, w.opens_at, w.due_at, w.by_exception, w.sign, 'open', @now
	FROM want w WHERE NOT w.stopped AND w.due_on >= CAST(@today AS date)
		AND NOT EXISTS (SELECT FROM have h WHERE h.company_id = w.company_id AND h.plan_id = w.id AND h.period_on = w.period_on AND h.shift_id IS NOT DISTINCT FROM w.of_shift)
	ON CONFLICT (company_id, plan_id, period_on, shift_id, event_id) WHERE plan_id IS NOT NULL DO NOTHING
	RETURNING 1)
SELECT (SELECT count(*) FROM made) AS made, (SELECT count(*) FROM changed) AS changed`

// draw brings the tasks of plans, which the caller has locked, in line with them.
func draw(ctx context.Context, tx db.Tx, keys []planKey, o outlook) error {
	if len(keys) == 0 {
		return nil
	}
	args := keysOf(keys)
	maps.Copy(args, map[string]any{"today": o.Today.String(), "from": o.From.String(), "last": o.Last.String(), "free": db.Texts(o.Free), "now": tx.Now, "with": o.With})
	g := tx.WithContext(ctx)
	// The planner of queries takes the sets of a WITH for a row or two, and would loop over them.
	if err := g.Exec("SELECT set_config('enable_nestloop', 'off', true)").Error; err != nil {
		return err
	}
	if err := g.Exec(diffed, args).Error; err != nil {
		return err
	}
	if err := g.Exec("SELECT set_config('enable_nestloop', 'on', true)").Error; err != nil {
		return err
	}
	return g.Exec(`UPDATE inspection_plan n SET planned_until = CAST(@last AS date), planned_with = @with FROM unnest(CAST(@companies AS bigint[]), CAST(@plans AS bigint[])) AS k(company, plan)
		WHERE n.company_id = k.company AND n.id = k.plan AND (n.planned_until, n.planned_with) IS DISTINCT FROM (CAST(@last AS date), CAST(@with AS text))`, args).Error
}

func keysOf(keys []planKey) map[string]any {
	companies, plans := make(db.Ints, len(keys)), make(db.Ints, len(keys))
	for i, k := range keys {
		companies[i], plans[i] = int64(k.CompanyID), int64(k.PlanID)
	}
	of := slices.Compact(slices.Sorted(slices.Values(companies)))
	return map[string]any{"companies": companies, "plans": plans, "of": db.Ints(of)}
}

// lockDue locks the next plans after the given one that are to be planned: whose tasks do not
// reach far enough, that were planned with another calendar, or whose post changed hands today.
func lockDue(ctx context.Context, tx db.Tx, after planKey, o outlook, least day.Date, limit int) (keys []planKey, err error) {
	q := `SELECT n.company_id, n.id AS plan_id FROM inspection_plan n
		WHERE (n.company_id, n.id) > (@company, @plan) AND n.frequency <> 'event' AND (n.ends_on IS NULL OR n.ends_on >= CAST(@today AS date))
			AND (n.planned_until IS NULL OR n.planned_until < CAST(@least AS date) OR n.planned_with <> @with
				OR EXISTS (SELECT FROM staff_assignment a WHERE a.company_id = n.company_id AND a.post_id = n.post_id AND (a.from_on = CAST(@today AS date) OR a.until_on = CAST(@today AS date) - 1)))
		ORDER BY n.company_id, n.id LIMIT @limit FOR NO KEY UPDATE`
	err = tx.WithContext(ctx).Raw(q, map[string]any{
		"company": int64(after.CompanyID), "plan": int64(after.PlanID), "today": o.Today.String(), "least": least.String(), "with": o.With, "limit": limit,
	}).Scan(&keys).Error
	return keys, err
}

// lockRunning locks the next plans of a company after the given one that still make tasks, or
// have some ahead.
func lockRunning(ctx context.Context, tx db.Tx, after planKey, from day.Date, limit int) (keys []planKey, err error) {
	q := `SELECT n.company_id, n.id AS plan_id FROM inspection_plan n
		WHERE n.company_id = ? AND n.id > ? AND n.frequency <> 'event' AND (n.ends_on IS NULL OR n.ends_on >= ?::date) ORDER BY n.id LIMIT ? FOR NO KEY UPDATE`
	err = tx.WithContext(ctx).Raw(q, after.CompanyID, after.PlanID, from, limit).Scan(&keys).Error
	return keys, err
}
