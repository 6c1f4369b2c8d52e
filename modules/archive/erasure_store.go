package archive

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Erasure) TableName() string { return "archive_erasure" }

// TableName names the table.
func (ErasedTable) TableName() string { return "archive_erased" }

// insertErasure adds e. Errors: ErrOpen.
func insertErasure(ctx context.Context, tx db.Tx, e *Erasure) error {
	err := tx.WithContext(ctx).Create(e).Error
	if db.Violates(err, "archive_erasure_company_id_key") {
		return ErrOpen.Because(err)
	}
	return err
}

// lockErasure reads and holds an erasure in scope. Errors: rbac.ErrNotFound.
func lockErasure(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Erasure]) (e Erasure, err error) {
	q := tx.WithContext(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", n)
	if company != 0 {
		q = q.Where("company_id = ?", int64(company))
	}
	if err = q.Take(&e).Error; errors.Is(err, gorm.ErrRecordNotFound) {
		return e, rbac.ErrNotFound
	}
	return e, err
}

// erasureByID reads an erasure in scope. Errors: rbac.ErrNotFound.
func erasureByID(ctx context.Context, tx db.Tx, n id.Of[id.Erasure]) (e Erasure, err error) {
	if err = tx.WithContext(ctx).Where("id = ?", n).Take(&e).Error; errors.Is(err, gorm.ErrRecordNotFound) {
		return e, rbac.ErrNotFound
	}
	return e, err
}

// updateErasure writes everything that changes in the life of an erasure.
func updateErasure(ctx context.Context, tx db.Tx, e Erasure) error {
	return tx.WithContext(ctx).Model(&Erasure{}).Where("company_id = ? AND id = ?", int64(e.CompanyID), e.ID).
		Select("State", "Answer", "AnsweredBy", "AnsweredAt", "EraseOn", "EndedNote", "EndedBy", "EndedAt", "BegunOn", "LookedOn", "NextOn", "Stage", "Run", "Erased", "Files", "Kept", "Version", "DoneAt").
		Updates(&e).Error
}

// erasuresIn reads one page of erasures, newest first; company 0: of all.
func erasuresIn(ctx context.Context, tx db.Tx, company rbac.CompanyID, group Group, k page.Key, limit int) (rows []Erasure, err error) {
	q := tx.WithContext(ctx)
	if company != 0 {
		q = q.Where("company_id = ?", int64(company))
	}
	if states, ok := groups[group]; ok {
		q = q.Where("state = ANY(?)", db.Texts(states))
	}
	order := "id DESC"
	if !k.First() {
		cmp := " < "
		if k.Back {
			cmp, order = " > ", "id"
		}
		q = q.Where("id"+cmp+"?::bigint", k.Vals[0])
	}
	err = q.Order(order).Limit(limit + 1).Find(&rows).Error
	return rows, err
}

// exported returns the company's newest finished export, the zero Bundle where there is none.
func exported(ctx context.Context, tx db.Tx, company rbac.CompanyID) (b Bundle, err error) {
	err = tx.WithContext(ctx).Where("company_id = ? AND status = 'done'", int64(company)).Order("finished_at DESC, id DESC").Limit(1).Find(&b).Error
	return b, err
}

// talliesOf reads what became of each table, by name.
func talliesOf(ctx context.Context, tx db.Tx, e Erasure) (rows []Tally, err error) {
	err = tx.WithContext(ctx).Raw("SELECT table_name, erased, kept FROM archive_erased WHERE company_id = ? AND erasure_id = ? ORDER BY table_name", int64(e.CompanyID), e.ID).Scan(&rows).Error
	return rows, err
}

// count adds to what became of a table; kept replaces what stood there.
func count(ctx context.Context, tx db.Tx, e Erasure, t Tally) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO archive_erased (company_id, erasure_id, table_name, erased, kept) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT archive_erased_pkey DO UPDATE SET erased = archive_erased.erased + excluded.erased, kept = excluded.kept`,
		int64(e.CompanyID), e.ID, t.Table, t.Erased, t.Kept).Error
}

// erasuresDue reads erasures that may have something to do on a day, behind an id.
func erasuresDue(ctx context.Context, tx db.Tx, today day.Date, after id.Of[id.Erasure], limit int) (rows []Erasure, err error) {
	err = tx.WithContext(ctx).Where("id > ? AND state IN ('agreed', 'erasing', 'kept') AND (state = 'erasing' OR erase_on <= ?)", after, today).Order("id").Limit(limit).Find(&rows).Error
	return rows, err
}

// closings end what a company does: nobody signs in for it, nothing is sent, no list counts on it. Each is done once.
var closings = []string{
	"UPDATE company SET status = 'closed', updated_at = @now WHERE company_id = @company AND status <> 'closed'",
	`UPDATE account_session SET revoked_at = @now WHERE revoked_at IS NULL AND person_id IN (SELECT m.person_id FROM account_membership m WHERE m.company_id = @company)
		AND membership_id IN (SELECT m.id FROM account_membership m WHERE m.company_id = @company)`,
	"UPDATE account_membership SET ended_at = @now WHERE company_id = @company AND ended_at IS NULL",
	"DELETE FROM account_pass WHERE membership_id IN (SELECT m.id FROM account_membership m WHERE m.company_id = @company) OR company_id = @company",
	"UPDATE account_engagement SET until_on = greatest(from_on, CAST(@today AS date) - 1) WHERE company_id = @company AND (until_on IS NULL OR until_on >= CAST(@today AS date))",
	"UPDATE notice_hook SET open = false, removed_at = @now WHERE company_id = @company AND removed_at IS NULL",
	"UPDATE upload_receiver SET open = false WHERE company_id = @company AND open",
	"UPDATE inspection_plan SET ends_on = CAST(@today AS date) - 1 WHERE company_id = @company AND (ends_on IS NULL OR ends_on >= CAST(@today AS date))",
	"UPDATE due_item SET closed_at = @now, remind_on = NULL WHERE company_id = @company AND closed_at IS NULL",
	// Persons who act nowhere else: what remains is a number that the trail names.
	`UPDATE account_person p SET login = 'erased-' || p.id, phone = NULL, name = '已注销', email = '', password_hash = '', totp_secret = NULL, totp_confirmed_at = NULL, disabled_at = @now
		WHERE p.id IN (SELECT m.person_id FROM account_membership m WHERE m.company_id = @company) AND NOT EXISTS (SELECT FROM account_membership o WHERE o.person_id = p.id AND o.ended_at IS NULL)`,
	"DELETE FROM notice_wechat w USING account_person p WHERE p.id = w.person_id AND p.login = 'erased-' || p.id AND p.id IN (SELECT m.person_id FROM account_membership m WHERE m.company_id = @company)",
	"DELETE FROM notice_dead_address w USING account_person p WHERE p.id = w.person_id AND p.login = 'erased-' || p.id AND p.id IN (SELECT m.person_id FROM account_membership m WHERE m.company_id = @company)",
	"DELETE FROM account_identity w USING account_person p WHERE p.id = w.person_id AND p.login = 'erased-' || p.id AND p.id IN (SELECT m.person_id FROM account_membership m WHERE m.company_id = @company)",
}

// closeCompany ends what the company does.
func closeCompany(ctx context.Context, tx db.Tx, company rbac.CompanyID) error {
	for _, q := range closings {
		err := tx.WithContext(ctx).Exec(q, map[string]any{"now": tx.Now, "company": int64(company), "today": day.In(tx.Now, day.Shanghai)}).Error
		if err != nil {
			return err
		}
	}
	return nil
}
