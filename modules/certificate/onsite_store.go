package certificate

import (
	"context"
	"slices"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Shown is a certificate as an officer on site asks for it: never its number.
type Shown struct {
	Holder        string
	KindName      string
	OperationName string
	NextDue       day.Date
	Counts        bool // somebody may work under it today
}

// OnSite are the certificates in use of a company, those of principals and safety managers or all others, the soonest due first.
func OnSite(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, managers bool, limit int) ([]Shown, error) {
	cond, args := scope.Where("c")
	in := "NOT IN"
	if managers {
		in = "IN"
	}
	var rows []Certificate
	q := "SELECT c.* FROM certificate c WHERE c.company_id = ? AND " + cond + ` AND c.superseded_on IS NULL AND c.revoked_on IS NULL AND c.cancelled_on IS NULL
		AND (c.holder_left_on IS NULL OR c.holder_left_on > ?) AND c.kind ` + in + " ? ORDER BY c.next_due_on NULLS LAST, c.id LIMIT ?"
	today := day.In(tx.Now, day.Shanghai)
	if err := tx.WithContext(ctx).Raw(q, append(append([]any{int64(company)}, args...), today, slices.Clone(management), limit)...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]Shown, len(rows))
	for i := range rows {
		f, err := rows[i].facts()
		if err != nil {
			return nil, err
		}
		kind, operation := Kinds.names(text.Of(ctx), rows[i].Kind, rows[i].Operation)
		out[i] = Shown{rows[i].HolderName, kind, operation, rows[i].NextDueOn, f.On(today).Counts}
	}
	return out, nil
}
