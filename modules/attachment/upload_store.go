package attachment

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table (gorm).
func (Sending) TableName() string { return "attachment_upload" }

// sendingOf locks and returns the company's upload of a client id, made from fresh if there
// is none yet.
func sendingOf(ctx context.Context, tx db.Tx, fresh Sending) (s Sending, made bool, err error) {
	done := tx.WithContext(ctx).Clauses(once).Create(&fresh)
	if done.Error != nil || done.RowsAffected == 1 {
		return fresh, true, done.Error
	}
	q := tx.WithContext(ctx).Clauses(clause.Locking{Strength: "UPDATE"})
	return s, false, q.Where("company_id = ? AND client_id = ?", fresh.CompanyID, fresh.ClientID).Take(&s).Error
}

// underWay returns the person's upload of a client id, if there is one.
func underWay(ctx context.Context, tx db.Tx, c rbac.CompanyID, p id.Of[id.Person], client uuid.UUID) (s Sending, ok bool, err error) {
	var found []Sending
	err = tx.WithContext(ctx).Where("company_id = ? AND client_id = ? AND person_id = ?", c, client, p).Limit(1).Find(&found).Error
	if err != nil || len(found) == 0 {
		return s, false, err
	}
	return found[0], true, nil
}

// sendings counts a person's uploads under way.
func sendings(ctx context.Context, tx db.Tx, c rbac.CompanyID, p id.Of[id.Person]) (n int, err error) {
	q := "SELECT count(*) FROM attachment_upload WHERE company_id = ? AND person_id = ? AND swept_at IS NULL"
	return n, tx.WithContext(ctx).Raw(q, c, p).Scan(&n).Error
}

// keepTurn writes a new beginning.
func keepTurn(ctx context.Context, tx db.Tx, s Sending) error {
	q := `UPDATE attachment_upload SET turn = ?, pieces = ?, received = 0, begun_at = ?, touched_at = ?, swept_at = NULL WHERE company_id = ? AND id = ?`
	return tx.WithContext(ctx).Exec(q, s.Turn, s.Pieces, s.BegunAt, s.TouchedAt, s.CompanyID, s.ID).Error
}

// addPiece acknowledges a piece if it still follows what is there.
func addPiece(ctx context.Context, tx db.Tx, s Sending, size int) (ok bool, err error) {
	q := `UPDATE attachment_upload SET pieces = pieces || ?::int, received = received + ?, touched_at = ?
		WHERE company_id = ? AND id = ? AND turn = ? AND received = ? AND swept_at IS NULL`
	r := tx.WithContext(ctx).Exec(q, size, size, tx.Now, s.CompanyID, s.ID, s.Turn, s.Received)
	return r.RowsAffected == 1, r.Error
}

// endSending marks an upload as one whose pieces may go, unless it began anew meanwhile.
func endSending(ctx context.Context, tx db.Tx, s Sending) error {
	q := "UPDATE attachment_upload SET swept_at = ? WHERE company_id = ? AND id = ? AND turn = ?"
	return tx.WithContext(ctx).Exec(q, tx.Now, s.CompanyID, s.ID, s.Turn).Error
}

// overdue marks at most limit uploads that were done or abandoned, and returns them with
// those a sweep before this one left behind.
func overdue(ctx context.Context, tx db.Tx, untouched, begun time.Time, limit int) (out []Sending, err error) {
	q := `UPDATE attachment_upload u SET swept_at = coalesce(u.swept_at, ?) FROM (
			SELECT company_id, id FROM attachment_upload WHERE swept_at IS NOT NULL OR touched_at < ? OR begun_at < ? ORDER BY touched_at LIMIT ? FOR UPDATE SKIP LOCKED) old
		WHERE u.company_id = old.company_id AND u.id = old.id RETURNING u.*`
	return out, tx.WithContext(ctx).Raw(q, tx.Now, untouched, begun, limit).Scan(&out).Error
}

// dropSendings removes rows whose pieces are gone, unless they began anew meanwhile.
func dropSendings(ctx context.Context, tx db.Tx, all []Sending) error {
	companies, ids, turns := make(db.Ints, len(all)), make(db.Ints, len(all)), make(db.Ints, len(all))
	for i, s := range all {
		companies[i], ids[i], turns[i] = int64(s.CompanyID), int64(s.ID), int64(s.Turn)
	}
	q := `DELETE FROM attachment_upload u USING unnest(?::bigint[], ?::bigint[], ?::bigint[]) AS gone (company_id, id, turn)
		WHERE u.company_id = gone.company_id AND u.id = gone.id AND u.turn = gone.turn AND u.swept_at IS NOT NULL`
	return tx.WithContext(ctx).Exec(q, companies, ids, turns).Error
}
