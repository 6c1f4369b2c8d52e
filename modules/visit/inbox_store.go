package visit

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/inbox"
	"anbiao/rbac"
)

// Waiting are the orders of the actor's own body that wait for it: the answer to an extension, the re-inspection a company asked for, and
// the one that is due because the deadline passed; a feed of the inbox, read in one query.
func (*Service) Waiting(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) ([]inbox.Item, error) {
	cond, args := scope.Where("o")
	now := today(tx)
	q := `SELECT o.* FROM visit_order o WHERE o.organisation_id = ? AND ` + cond + `
		AND (o.state IN ('extension_asked', 'reinspection_asked') OR (o.state = 'open' AND (o.deadline < ? OR o.reinspect_due_on <= ?)))
		ORDER BY CASE o.state WHEN 'extension_asked' THEN o.extension_due_on ELSE o.reinspect_due_on END NULLS LAST, o.id LIMIT ?`
	var rows []Order
	all := append(append([]any{int64(scope.Actor().OrganisationID)}, args...), now, now, limit)
	err := tx.WithContext(ctx).Raw(q, all...).Scan(&rows).Error
	out := make([]inbox.Item, len(rows))
	for i, o := range rows {
		out[i] = o.waits()
	}
	return out, err
}

// waits is the order as the inbox of its body shows it.
func (o Order) waits() inbox.Item {
	i := inbox.Item{
		Kind: "order", Ref: int64(o.ID), Title: o.Number, CompanyID: o.CompanyID, Company: o.CompanyName, Region: o.RegionPath, Since: o.Deadline, DueOn: o.ReinspectDueOn, Path: "/visit-orders/" + o.ID.String(),
	}
	switch o.State {
	case ExtensionAsked:
		i.Since, i.DueOn = o.ExtensionOn, o.ExtensionDueOn
	case ReinspectionAsked:
		i.Since = o.AskedOn
	case OrderOpen, Passed, Failed:
	}
	if i.Since.IsZero() {
		i.Since = day.In(o.ChangedAt, day.Shanghai)
	}
	return i
}
