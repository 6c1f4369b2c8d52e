package archive

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
func (Bundle) TableName() string { return "archive_bundle" }

// TableName names the table.
func (Piece) TableName() string { return "archive_piece" }

// insertBundle adds b. Errors: ErrBusy.
func insertBundle(ctx context.Context, tx db.Tx, b *Bundle) error {
	err := tx.WithContext(ctx).Create(b).Error
	if db.Violates(err, "archive_bundle_company_id_key") {
		return ErrBusy.Because(err)
	}
	return err
}

// giveUp fails the company's export that has not moved since before.
func giveUp(ctx context.Context, tx db.Tx, company rbac.CompanyID, before time.Time) error {
	return tx.WithContext(ctx).Model(&Bundle{}).Where("company_id = ? AND status = 'writing' AND touched_at < ?", int64(company), before).
		Updates(map[string]any{"status": string(Failed), "fault_code": errStalled.Code, "finished_at": tx.Now, "touched_at": tx.Now}).Error
}

// bundleByID reads one export in scope. Errors: rbac.ErrNotFound.
func bundleByID(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Archive]) (b Bundle, err error) {
	return one(tx.WithContext(ctx), company, n)
}

// lockBundle reads and holds the export of a job. Errors: rbac.ErrNotFound.
func lockBundle(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Archive]) (b Bundle, err error) {
	return one(tx.WithContext(ctx).Clauses(clause.Locking{Strength: "UPDATE"}), company, n)
}

func one(q *gorm.DB, company rbac.CompanyID, n id.Of[id.Archive]) (b Bundle, err error) {
	err = q.Where("company_id = ? AND id = ?", int64(company), n).Take(&b).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return b, rbac.ErrNotFound
	}
	return b, err
}

// updateBundle writes everything that changes in the life of an export.
func updateBundle(ctx context.Context, tx db.Tx, b Bundle) error {
	b.TouchedAt = tx.Now
	return tx.WithContext(ctx).Model(&Bundle{}).Where("company_id = ? AND id = ?", int64(b.CompanyID), b.ID).
		Select("Status", "Stage", "Run", "Done", "Files", "FileSize", "SHA256", "BlobKey", "FaultCode", "TouchedAt", "FinishedAt", "KeptUntil").Updates(&b).Error
}

// bundlesOf reads one page of a company's exports, newest first.
func bundlesOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, k page.Key, limit int) (rows []Bundle, err error) {
	q := tx.WithContext(ctx).Where("company_id = ?", int64(company))
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

// over returns exports whose file is still there although its days are over, and those given up that left one.
func over(ctx context.Context, tx db.Tx, limit int) (rows []Bundle, err error) {
	err = tx.WithContext(ctx).Where("blob_key <> '' AND (kept_until < (?::timestamptz AT TIME ZONE 'Asia/Shanghai')::date OR status = 'failed')", tx.Now).Limit(limit).Find(&rows).Error
	return rows, err
}

func forget(ctx context.Context, tx db.Tx, b Bundle) error {
	return tx.WithContext(ctx).Exec("UPDATE archive_bundle SET blob_key = '' WHERE company_id = ? AND id = ?", int64(b.CompanyID), b.ID).Error
}

// piecesOf reads what has been read of an export, in order.
func piecesOf(ctx context.Context, tx db.Tx, b Bundle) (rows []Piece, err error) {
	err = tx.WithContext(ctx).Where("company_id = ? AND archive_id = ?", int64(b.CompanyID), b.ID).Order("n").Find(&rows).Error
	return rows, err
}

// putPiece adds a piece, or writes it anew.
func putPiece(ctx context.Context, tx db.Tx, p Piece) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO archive_piece (company_id, archive_id, n, table_name, from_key, next_key, rows, bytes, blob_key, done) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT archive_piece_pkey DO UPDATE SET next_key = excluded.next_key, rows = excluded.rows, bytes = excluded.bytes, blob_key = excluded.blob_key, done = excluded.done`,
		int64(p.CompanyID), p.ArchiveID, p.N, p.Table, p.FromKey, p.NextKey, p.Rows, p.Bytes, p.BlobKey, p.Done).Error
}

// spare returns pieces of exports that are settled.
func spare(ctx context.Context, tx db.Tx, limit int) (rows []Piece, err error) {
	err = tx.WithContext(ctx).Raw("SELECT p.* FROM archive_piece p JOIN archive_bundle b ON b.company_id = p.company_id AND b.id = p.archive_id WHERE b.status <> 'writing' LIMIT ?", limit).Scan(&rows).Error
	return rows, err
}

func dropPiece(ctx context.Context, tx db.Tx, p Piece) error {
	return tx.WithContext(ctx).Exec("DELETE FROM archive_piece WHERE company_id = ? AND archive_id = ? AND n = ?", int64(p.CompanyID), p.ArchiveID, p.N).Error
}
