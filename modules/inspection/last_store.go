package inspection

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// lastDays is how far back the last answer to an item is looked for.
const lastDays = 400

// LastAnswer is what was found at the last check of an item.
type LastAnswer struct {
	Code   string
	On     day.Date
	Result string
}

// LastAnswers returns the last answers that a company gave to items by code; an item that was
// not checked lately is missing.
func LastAnswers(ctx context.Context, tx db.Tx, company rbac.CompanyID, codes []string) (out []LastAnswer, err error) {
	q := `SELECT DISTINCT ON (a->>'code') a->>'code' AS code, c.started_on AS "on", a->>'result' AS result FROM inspection_check c, jsonb_array_elements(c.answers) a
		WHERE c.company_id = ? AND c.started_on >= ? AND a->>'code' = ANY(?) ORDER BY a->>'code', c.started_at DESC, c.id DESC`
	from := day.In(tx.Now, day.Shanghai).AddDays(-lastDays)
	return out, tx.WithContext(ctx).Raw(q, int64(company), from, db.Texts(codes)).Scan(&out).Error
}
