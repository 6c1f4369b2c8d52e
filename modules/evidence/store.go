package evidence

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Bundle) TableName() string { return "evidence_bundle" }

// insertBundle adds b. Errors: ErrBusy.
func insertBundle(ctx context.Context, tx db.Tx, b *Bundle) error {
	err := tx.WithContext(ctx).Create(b).Error
	if db.Violates(err, "evidence_bundle_membership_id_key") {
		return ErrBusy.Because(err)
	}
	return err
}

// giveUp fails the actor's package that has not moved since before.
func giveUp(ctx context.Context, tx db.Tx, scope rbac.Scope, before time.Time) error {
	return tx.WithContext(ctx).Model(&Bundle{}).Scopes(scope.Rows).Where("membership_id = ? AND status = 'writing' AND touched_at < ?", scope.Actor().MembershipID, before).
		Updates(map[string]any{"status": string(Failed), "fault_code": errStalled.Code, "finished_at": tx.Now, "touched_at": tx.Now}).Error
}

// bundleByID reads one package in scope. Errors: rbac.ErrNotFound.
func bundleByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Bundle]) (b Bundle, err error) {
	err = tx.WithContext(ctx).Scopes(scope.Rows).Where("id = ?", n).Take(&b).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return b, rbac.ErrNotFound
	}
	return b, err
}

// lockBundle reads and holds the package of a job. Errors: rbac.ErrNotFound.
func lockBundle(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Bundle]) (b Bundle, err error) {
	err = tx.WithContext(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("company_id = ? AND id = ?", int64(company), n).Take(&b).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return b, rbac.ErrNotFound
	}
	return b, err
}

// updateBundle writes everything that changes in the life of a package.
func updateBundle(ctx context.Context, tx db.Tx, b Bundle) error {
	b.TouchedAt = tx.Now
	return tx.WithContext(ctx).Model(&Bundle{}).Where("company_id = ? AND id = ?", int64(b.CompanyID), b.ID).
		Select("Status", "Stage", "Run", "Done", "Files", "FileSize", "SHA256", "BlobKey", "FaultCode", "TouchedAt", "FinishedAt", "KeptUntil").Updates(&b).Error
}

// bundlesBy reads one page of the packages in scope, newest first.
func bundlesBy(ctx context.Context, tx db.Tx, scope rbac.Scope, k page.Key, limit int) (rows []Bundle, err error) {
	q := tx.WithContext(ctx).Scopes(scope.Rows)
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

// over returns packages whose file is still there although its days are over.
func over(ctx context.Context, tx db.Tx, limit int) (rows []Bundle, err error) {
	err = tx.WithContext(ctx).Where("blob_key <> '' AND kept_until < (?::timestamptz AT TIME ZONE 'Asia/Shanghai')::date", tx.Now).Order("kept_until").Limit(limit).Find(&rows).Error
	return rows, err
}

func forget(ctx context.Context, tx db.Tx, b Bundle) error {
	return tx.WithContext(ctx).Exec("UPDATE evidence_bundle SET blob_key = '' WHERE company_id = ? AND id = ?", int64(b.CompanyID), b.ID).Error
}
