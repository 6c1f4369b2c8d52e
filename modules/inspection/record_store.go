package inspection

import (
	"context"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Recorded is a check as it is looked at afterwards.
type Recorded struct {
	Check
	PointName string
	Shift     string // of its task; empty: the whole day
}

// Points lists where it looked, in order.
func (r Recorded) Points() []id.Of[id.Point] { return r.points() }

// Asked lists the items answered, each with its point.
func (r Recorded) Asked(each func(at id.Of[id.Point], a Answer)) {
	for _, a := range r.Answers.V {
		each(r.at(a), a)
	}
}

// Photos lists the photos of the answers.
func (r Recorded) Photos() []id.Of[id.Attachment] { return photos(r.Answers.V) }

const recorded = `SELECT c.*, p.name AS point_name, coalesce(t.shift_name, '') AS shift FROM inspection_check c
	JOIN checklist_point p ON p.company_id = c.company_id AND p.id = c.point_id LEFT JOIN inspection_task t ON t.company_id = c.company_id AND t.id = c.task_id WHERE `

// Received returns the checks of a company that arrived in a span, for the job runner.
func Received(ctx context.Context, tx db.Tx, c rbac.CompanyID, from, until time.Time) (out []Recorded, err error) {
	q := recorded + "c.company_id = ? AND c.started_on >= (?::timestamptz)::date - 62 AND c.received_at >= ? AND c.received_at < ? ORDER BY c.started_at, c.id"
	return out, tx.WithContext(ctx).Raw(q, int64(c), from, from, until).Scan(&out).Error
}

// Begun returns the checks of one person that he began in a span by his phone's clock, for the job
// runner.
func Begun(ctx context.Context, tx db.Tx, c rbac.CompanyID, staff int64, from, until time.Time) (out []Recorded, err error) {
	q := recorded + `c.company_id = ? AND c.staff_id = ? AND c.started_on >= (?::timestamptz)::date - 1 AND c.started_on <= (?::timestamptz)::date + 1
		AND c.started_at >= ? AND c.started_at <= ? ORDER BY c.started_at, c.id`
	return out, tx.WithContext(ctx).Raw(q, int64(c), staff, from, until, from, until).Scan(&out).Error
}
