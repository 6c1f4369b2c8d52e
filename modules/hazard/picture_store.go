package hazard

import (
	"context"
	"fmt"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Picture is a photo of a hazard, before or after.
type Picture struct {
	HazardID     id.Of[id.Hazard]
	Number       string
	Description  string
	StepN        int32
	Event        Event // register: as it was found; fix: as it was mended
	N            int16 // from 0 within the step
	AttachmentID id.Of[id.Attachment]
}

// Pictures reads the photos of the hazards that a period had to do with: found by its end and
// not closed before its beginning. From cursor on, in order of hazard and step; next is empty on
// the last page. Errors: those of a cursor it did not make.
func Pictures(ctx context.Context, tx db.Tx, scope rbac.Scope, from, until day.Date, cursor string, limit int) (out []Picture, next string, err error) {
	var h, step, n int64 = 0, 0, -1
	if cursor != "" {
		if _, err := fmt.Sscanf(cursor, "%d:%d:%d", &h, &step, &n); err != nil {
			return nil, "", fmt.Errorf("hazard: cursor of pictures: %w", err)
		}
	}
	cond, args := seen(scope)
	q := `SELECT h.id AS hazard_id, h.number, h.description, s.n AS step_n, s.event, p.n, p.attachment_id FROM hazard h
		JOIN hazard_step s ON s.company_id = h.company_id AND s.hazard_id = h.id
		JOIN hazard_photo p ON p.company_id = s.company_id AND p.hazard_id = h.id AND p.step_id = s.id
		WHERE ` + cond + ` AND h.found_on <= ? AND coalesce(h.cancelled_on, h.voided_on, 'infinity') >= ? AND (h.id, s.n, p.n) > (?::bigint, ?::int, ?::int)
		ORDER BY h.id, s.n, p.n LIMIT ?`
	args = append(args, until, from, h, step, n, limit+1)
	if err := tx.WithContext(ctx).Raw(q, args...).Scan(&out).Error; err != nil {
		return nil, "", err
	}
	if len(out) > limit {
		last := out[limit-1]
		out, next = out[:limit], fmt.Sprintf("%d:%d:%d", int64(last.HazardID), last.StepN, last.N)
	}
	return out, next, nil
}
