package permit

import (
	"context"

	"anbiao/kit/db"
)

// lapse ends requests and approved permits whose time is over before anybody began, with a step
// each, and returns how many there were.
func lapse(ctx context.Context, tx db.Tx, limit int) (n int, err error) {
	q := `WITH due AS (
			SELECT company_id, id, state FROM permit WHERE state IN ('requested', 'approved') AND until_at < @now ORDER BY until_at LIMIT @limit FOR UPDATE SKIP LOCKED
		), ended AS (
			UPDATE permit p SET state = 'lapsed', steps = p.steps + 1, changed_at = @now FROM due d WHERE p.company_id = d.company_id AND p.id = d.id
			RETURNING p.company_id, p.id, p.region_path, p.oversight_line, p.steps, d.state
		), noted AS (
			INSERT INTO permit_step (company_id, region_path, oversight_line, permit_id, n, event, from_state, to_state, at, received_at, actor_name, note, problem, detail, files)
			SELECT company_id, region_path, oversight_line, id, steps, 'lapse', state, 'lapsed', @now, @now, 'permit.sweep', '', '', '{}', '{}' FROM ended RETURNING 1
		) SELECT count(*) FROM noted`
	err = tx.WithContext(ctx).Raw(q, map[string]any{"now": tx.Now, "limit": limit}).Scan(&n).Error
	return n, err
}

// overdue marks permits that should have been closed and returns those whom the next reminder is
// due for: at the end, an hour later, and a day later. The first marks it with a step.
func overdue(ctx context.Context, tx db.Tx, limit int) (rows []Permit, err error) {
	q := `WITH due AS (
			SELECT company_id, id FROM permit WHERE state IN ('open', 'suspended') AND until_at < @now AND reminded < 3
				AND until_at + CASE reminded WHEN 0 THEN interval '0' WHEN 1 THEN interval '1 hour' ELSE interval '24 hours' END < @now
			ORDER BY until_at LIMIT @limit FOR UPDATE SKIP LOCKED
		), marked AS (
			UPDATE permit p SET reminded = CASE WHEN p.until_at + interval '24 hours' < @now THEN 3 WHEN p.until_at + interval '1 hour' < @now THEN 2 ELSE 1 END,
				overdue_at = coalesce(p.overdue_at, @now), steps = p.steps + CASE WHEN p.overdue_at IS NULL THEN 1 ELSE 0 END, changed_at = @now
			FROM due d WHERE p.company_id = d.company_id AND p.id = d.id RETURNING p.*
		), noted AS (
			INSERT INTO permit_step (company_id, region_path, oversight_line, permit_id, n, event, from_state, to_state, at, received_at, actor_name, note, problem, detail, files)
			SELECT company_id, region_path, oversight_line, id, steps, 'overdue', state, state, @now, @now, 'permit.sweep', '', '', '{}', '{}'
			FROM marked WHERE overdue_at = @now ON CONFLICT DO NOTHING
		) SELECT * FROM marked ORDER BY company_id, id`
	err = tx.WithContext(ctx).Raw(q, map[string]any{"now": tx.Now, "limit": limit}).Scan(&rows).Error
	return rows, err
}

// stepToTell reads a step and its permit; ok is false where they are not there.
func stepToTell(ctx context.Context, tx db.Tx, t TellStep) (p Permit, s Step, ok bool, err error) {
	var permits []Permit
	if err := tx.WithContext(ctx).Raw("SELECT * FROM permit WHERE company_id = ? AND id = ?", int64(t.CompanyID), int64(t.PermitID)).Scan(&permits).Error; err != nil {
		return p, s, false, err
	}
	var steps []Step
	q := "SELECT * FROM permit_step WHERE company_id = ? AND permit_id = ? AND n = ?"
	if err := tx.WithContext(ctx).Raw(q, int64(t.CompanyID), int64(t.PermitID), t.N).Scan(&steps).Error; err != nil {
		return p, s, false, err
	}
	if len(permits) == 0 || len(steps) == 0 {
		return p, s, false, nil
	}
	return permits[0], steps[0], true, nil
}
