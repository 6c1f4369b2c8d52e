package notice

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Fix) TableName() string { return "notice_fix" }

// openFixes makes fixes of void addresses in the companies where their people are members.
func openFixes(ctx context.Context, tx db.Tx, most int) (rows []Fix, err error) {
	return rows, tx.WithContext(ctx).Raw(`INSERT INTO notice_fix (company_id, person_id, person_name, channel, address_index, address, detail, opened_at)
		SELECT m.company_id, a.person_id, p.name, a.channel, a.address_index,
			coalesce((SELECT d.address FROM notice_delivery d WHERE d.address_index = a.address_index AND d.channel = a.channel ORDER BY d.id DESC LIMIT 1), ''), a.detail, ?
		FROM notice_dead_address a
		JOIN account_membership m ON m.person_id = a.person_id AND m.company_id IS NOT NULL AND m.ended_at IS NULL
		JOIN account_person p ON p.id = a.person_id AND p.disabled_at IS NULL
		WHERE NOT EXISTS (SELECT FROM notice_fix f WHERE f.company_id = m.company_id AND f.person_id = a.person_id AND f.channel = a.channel AND f.address_index = a.address_index AND
			(f.closed_at IS NULL OR f.closed_at >= a.since))
		ORDER BY m.company_id, a.person_id LIMIT ?
		ON CONFLICT ON CONSTRAINT notice_fix_pkey DO UPDATE SET opened_at = excluded.opened_at, detail = excluded.detail, closed_at = NULL, closed_by_name = '', how = ''
		RETURNING *`, tx.Now, most).Scan(&rows).Error
}

// leftFixes ends the fixes of who is no member any more.
func leftFixes(ctx context.Context, tx db.Tx) (rows []Fix, err error) {
	return rows, tx.WithContext(ctx).Raw(`UPDATE notice_fix f SET closed_at = ?, how = 'left' WHERE f.closed_at IS NULL
		AND NOT EXISTS (SELECT FROM account_membership m WHERE m.company_id = f.company_id AND m.person_id = f.person_id AND m.ended_at IS NULL) RETURNING *`, tx.Now).Scan(&rows).Error
}

func openFixRows(ctx context.Context, tx db.Tx, after id.Of[Fix], most int) (rows []Fix, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM notice_fix WHERE closed_at IS NULL AND id > ? ORDER BY id LIMIT ?", int64(after), most).Scan(&rows).Error
}

func endFixes(ctx context.Context, tx db.Tx, fixes []id.Of[Fix], how, by string) (rows []Fix, err error) {
	ids := make(db.Ints, len(fixes))
	for i, f := range fixes {
		ids[i] = int64(f)
	}
	return rows, tx.WithContext(ctx).Raw("UPDATE notice_fix SET closed_at = ?, how = ?, closed_by_name = ? WHERE id = ANY(?) AND closed_at IS NULL RETURNING *", tx.Now, how, by, ids).Scan(&rows).Error
}

func fixesOf(ctx context.Context, tx db.Tx, home rbac.Home, f FixFilter, k page.Key) (rows []Fix, err error) {
	w := &page.Where{}
	w.And("company_id = ?", int64(home.CompanyID))
	w.When(f.Closed, "closed_at IS NOT NULL")
	w.When(!f.Closed, "closed_at IS NULL")
	order := w.Latest(k, "id", "?::bigint")
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM notice_fix WHERE "+w.SQL()+order+" LIMIT ?", append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// fixOf locks one. Errors: rbac.ErrNotFound.
func fixOf(ctx context.Context, tx db.Tx, home rbac.Home, f id.Of[Fix]) (Fix, error) {
	var rows []Fix
	err := tx.WithContext(ctx).Raw("SELECT * FROM notice_fix WHERE company_id = ? AND id = ? FOR UPDATE", int64(home.CompanyID), int64(f)).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Fix{}, err
	}
	return rows[0], nil
}

func revive(ctx context.Context, tx db.Tx, f id.Of[Fix]) error {
	return tx.WithContext(ctx).Exec("SELECT notice_revive(?)", int64(f)).Error
}
