package oversight

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table of actions.
func (Bulk) TableName() string { return "oversight_bulk" }

// TableName names the table of what became of each company.
func (BulkRow) TableName() string { return "oversight_bulk_row" }

// chosen returns the companies a filter leaves, at most limit, in order.
func chosen(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, limit int) (ids []rbac.CompanyID, err error) {
	q := filtered(f, scope, day.In(tx.Now, day.Shanghai))
	err = tx.WithContext(ctx).Raw("SELECT b.company_id FROM oversight_area b WHERE "+q.sql()+" ORDER BY b.company_id LIMIT ?", append(q.args, limit)...).Scan(&ids).Error
	return ids, err
}

// judged says of each company what will become of it, by its row in the actor's scope.
func judged(ctx context.Context, tx db.Tx, scope rbac.Scope, b Bulk, ids []rbac.CompanyID) (rows []BulkRow, err error) {
	plain := make(db.Ints, len(ids))
	for i, n := range ids {
		plain[i] = int64(n)
	}
	figure := map[string]string{UrgeReport: "b.missing", UrgeHazards: "b.overdue", Message: "1"}[b.Deed]
	cond, args := scope.Where("b")
	on, onArgs := scope.Where("c")
	q := `SELECT x.id AS company_id, coalesce(b.name, '') AS name, coalesce(` + figure + `, 0) AS figure, coalesce(c.contact_name, '') AS contact_name, coalesce(c.contact_phone, '') AS contact_phone,
			CASE WHEN b.company_id IS NULL THEN 'unseen' WHEN ` + figure + ` = 0 THEN 'nothing' WHEN NOT b.activated THEN 'nobody'
				WHEN ?::text <> 'message' AND EXISTS (SELECT FROM oversight_bulk_row o WHERE o.company_id = x.id AND o.organisation_id = ? AND o.deed = ?::text AND o.on_day = ? AND o.outcome = 'told') THEN 'again'
				ELSE 'told' END AS outcome
		FROM unnest( ?::bigint[]) AS x (id) LEFT JOIN oversight_area b ON b.company_id = x.id AND ` + cond + ` LEFT JOIN company c ON c.company_id = b.company_id AND ` + on + ` ORDER BY x.id`
	all := append([]any{b.Deed, b.OrganisationID, b.Deed, b.OnDay, plain}, args...)
	if err = tx.WithContext(ctx).Raw(q, append(all, onArgs...)...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].OrganisationID, rows[i].Deed, rows[i].OnDay = b.OrganisationID, b.Deed, b.OnDay
	}
	return rows, nil
}

// insertBulk keeps an action with its rows. Two of one office at the same instant wait for each other, so
// that the later one sees what the earlier one told.
func insertBulk(ctx context.Context, tx db.Tx, b *Bulk, rows []BulkRow) error {
	if err := tx.WithContext(ctx).Create(b).Error; err != nil {
		return err
	}
	for i := range rows {
		rows[i].BulkID = b.ID
	}
	return tx.WithContext(ctx).CreateInBatches(rows, 1000).Error
}

// bulkByID reads an action that row security shows. Errors: rbac.ErrNotFound.
func bulkByID(ctx context.Context, tx db.Tx, n id.Of[id.Bulk], lock bool) (b Bulk, err error) {
	q := "SELECT * FROM oversight_bulk WHERE id = ?"
	if lock {
		q += " FOR UPDATE"
	}
	var rows []Bulk
	err = tx.WithContext(ctx).Raw(q, n).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		return b, rbac.ErrNotFound
	}
	if err != nil {
		return b, err
	}
	return rows[0], nil
}

// bulkRows reads one page of an action and one row more: those that were not told first.
func bulkRows(ctx context.Context, tx db.Tx, n id.Of[id.Bulk], k page.Key, limit int) (rows []BulkRow, err error) {
	q, args, by := "SELECT * FROM oversight_bulk_row WHERE bulk_id = ?", []any{n}, "(outcome = 'told')::int, company_id"
	if !k.First() {
		cmp := ">"
		if k.Back {
			cmp, by = "<", "(outcome = 'told')::int DESC, company_id DESC"
		}
		q += " AND ((outcome = 'told')::int, company_id) " + cmp + " (?::int, ?::bigint)"
		args = append(args, k.Vals[0], k.Vals[1])
	}
	err = tx.WithContext(ctx).Raw(q+" ORDER BY "+by+" LIMIT ?", append(args, limit+1)...).Scan(&rows).Error
	return rows, err
}

// toTell reads the next companies a message goes to (system).
func toTell(ctx context.Context, tx db.Tx, n id.Of[id.Bulk], after rbac.CompanyID, limit int) (rows []BulkRow, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM oversight_bulk_row WHERE bulk_id = ? AND company_id > ? AND outcome = 'told' ORDER BY company_id LIMIT ?", n, after, limit).Scan(&rows).Error
	return rows, err
}

// progress writes how far an action has come (system).
func progress(ctx context.Context, tx db.Tx, b Bulk) error {
	return tx.WithContext(ctx).Exec("UPDATE oversight_bulk SET told = ?, finished_at = ? WHERE id = ?", b.Told, b.FinishedAt, b.ID).Error
}
