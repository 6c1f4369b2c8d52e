package award

import (
	"context"
	"encoding/json"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// lapsed moves up to n awards that a day has overtaken, with a step each, and returns them. Rows that somebody decides on at
// this moment are left to the next round.
func lapsed(ctx context.Context, tx db.Tx, e Event, now day.Date, n int) (rows []Award, err error) {
	set, cond, on := "state = 'renewal_due', state_on = a.window_on", "b.state = 'in_force' AND b.window_on <= ? AND b.valid_until >= ? ORDER BY b.window_on, b.id", "u.window_on"
	if e == Lapsed {
		set, cond, on = "state = 'expired', state_on = a.valid_until + 1, yearly_due_on = NULL", "b.state IN ('in_force', 'renewal_due') AND b.valid_until < ? AND b.valid_until < ? ORDER BY b.valid_until, b.id", "u.valid_until + 1"
	}
	q := `WITH due AS MATERIALIZED (SELECT b.company_id, b.id FROM award b WHERE ` + cond + ` LIMIT ? FOR UPDATE SKIP LOCKED),
		u AS (UPDATE award a SET ` + set + `, steps = a.steps + 1, changed_at = ? FROM due WHERE a.company_id = due.company_id AND a.id = due.id RETURNING a.*),
		s AS (INSERT INTO award_step (company_id, region_path, oversight_line, award_id, event, to_state, at, happened_on, actor_kind, actor_name, note, detail, files)
			SELECT u.company_id, u.region_path, u.oversight_line, u.id, ?, u.state, ?, ` + on + `, 'system', '', '', '{}', '{}' FROM u)
		SELECT * FROM u`
	err = tx.WithContext(ctx).Raw(q, now, now, n, tx.Now, string(e), tx.Now).Scan(&rows).Error
	return rows, err
}

// yearlyDue locks up to n awards, behind one, whose yearly self-evaluation is due by a day.
func yearlyDue(ctx context.Context, tx db.Tx, t Daily, by day.Date, n int) (rows []Award, err error) {
	q := `SELECT * FROM award a WHERE a.state IN ('in_force', 'renewal_due') AND a.yearly_due_on <= ? AND (a.yearly_due_on, a.id) > (coalesce(?::date, '-infinity'), ?::bigint)
		ORDER BY a.yearly_due_on, a.id LIMIT ? FOR UPDATE`
	err = tx.WithContext(ctx).Raw(q, by, t.On, int64(t.ID), n).Scan(&rows).Error
	return rows, err
}

// filingsFor are the paper reports of what companies hold, by award.
func filingsFor(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[id.Of[id.Award]][]Filing, error) {
	var rows []Filing
	err := tx.WithContext(ctx).Raw("SELECT * FROM award_filing WHERE company_id = ANY(?)", ints(companies)).Scan(&rows).Error
	out := map[id.Of[id.Award]][]Filing{}
	for _, r := range rows {
		out[r.AwardID] = append(out[r.AwardID], r)
	}
	return out, err
}

// saveYears writes what yearly has found, all at once.
func saveYears(ctx context.Context, tx db.Tx, files []*file) error {
	if len(files) == 0 {
		return nil
	}
	type line struct {
		CompanyID int64   `json:"company_id"`
		ID        int64   `json:"id"`
		Due       *string `json:"due"`
		Missed    []int16 `json:"missed"`
		Steps     int32   `json:"steps"`
	}
	var lines []line
	var steps []*Step
	for _, f := range files {
		l := line{CompanyID: int64(f.CompanyID), ID: int64(f.ID), Missed: append([]int16{}, f.Missed...), Steps: f.Steps}
		if !f.YearlyDueOn.IsZero() {
			d := f.YearlyDueOn.String()
			l.Due = &d
		}
		lines, steps = append(lines, l), append(steps, f.added...)
	}
	b, err := json.Marshal(lines)
	if err != nil {
		return err
	}
	q := `UPDATE award a SET yearly_due_on = x.due, missed = x.missed, steps = x.steps, changed_at = ?
		FROM jsonb_to_recordset(?::jsonb) AS x (company_id bigint, id bigint, due date, missed smallint[], steps int) WHERE a.company_id = x.company_id AND a.id = x.id`
	if err := tx.WithContext(ctx).Exec(q, tx.Now, string(b)).Error; err != nil {
		return err
	}
	return tx.WithContext(ctx).CreateInBatches(steps, 500).Error
}
