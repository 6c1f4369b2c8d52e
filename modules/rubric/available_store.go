package rubric

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/scoring"
)

// Available lists the newest published version of every table of a purpose that can be scored by and may
// be used on a day, wherever: for who looks at many places at once.
func Available(ctx context.Context, tx db.Tx, purpose scoring.Purpose, on day.Date) (out []Listed, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT DISTINCT ON (r.organisation_id, r.code) `+listed+`
		FROM rubric r WHERE r.state <> 'draft' AND r.scorable AND r.purpose = ? AND coalesce(r.published_on <= ?::date, true) AND coalesce(r.retired_on > ?::date, true)
		ORDER BY r.organisation_id, r.code, r.published_on DESC NULLS LAST, r.version DESC, r.id DESC`, purpose, on, on).Scan(&out).Error
	return out, err
}
