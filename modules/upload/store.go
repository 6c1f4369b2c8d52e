package upload

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Receiver) TableName() string { return "upload_receiver" }

// TableName names the table.
func (Row) TableName() string { return "upload_row" }

// TableName names the table.
func (Run) TableName() string { return "upload_run" }

func receiversOf(ctx context.Context, tx db.Tx, company rbac.CompanyID) (rows []Receiver, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM upload_receiver WHERE company_id = ? AND removed_at IS NULL ORDER BY id LIMIT ?", int64(company), mostReceivers+1).Scan(&rows).Error
}

// receiverByID locks a receiver. Errors: rbac.ErrNotFound.
func receiverByID(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Receiver]) (Receiver, error) {
	return oneReceiver(tx.WithContext(ctx).Raw("SELECT * FROM upload_receiver WHERE company_id = ? AND id = ? AND removed_at IS NULL FOR UPDATE", int64(company), int64(n)))
}

// receiverSeen reads a receiver. Errors: rbac.ErrNotFound.
func receiverSeen(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Receiver]) (Receiver, error) {
	return oneReceiver(tx.WithContext(ctx).Raw("SELECT * FROM upload_receiver WHERE company_id = ? AND id = ? AND removed_at IS NULL", int64(company), int64(n)))
}

func oneReceiver(g *gorm.DB) (Receiver, error) {
	var rows []Receiver
	err := g.Scan(&rows).Error
	switch {
	case err != nil:
		return Receiver{}, err
	case len(rows) == 0:
		return Receiver{}, rbac.ErrNotFound
	}
	return rows[0], nil
}

func insertReceiver(ctx context.Context, tx db.Tx, r *Receiver) error {
	return gorm.G[Receiver](tx.DB).Create(ctx, r)
}

func saveReceiver(ctx context.Context, tx db.Tx, r Receiver) error {
	return tx.WithContext(ctx).Model(&Receiver{}).Where("company_id = ? AND id = ?", int64(r.CompanyID), int64(r.ID)).
		Select("Name", "Adapter", "Address", "FirmCode", "KeySealed", "Fields", "Codes", "FromOn", "Open", "ChangedAt", "ChangedBy", "RemovedAt").Updates(&r).Error
}

// due is a receiver that the daily job sends to.
type due struct {
	CompanyID rbac.CompanyID
	ID        id.Of[id.Receiver]

	RegionPath string // of the company
}

// openReceivers lists those of companies behind one (job runner only).
func openReceivers(ctx context.Context, tx db.Tx, after due, limit int) (rows []due, err error) {
	return rows, tx.WithContext(ctx).Raw(`SELECT r.company_id, r.id, c.region_path FROM upload_receiver r JOIN company c USING (company_id) WHERE r.open AND r.removed_at IS NULL AND (r.company_id, r.id) > (?, ?) ORDER BY r.company_id, r.id LIMIT ?`,
		int64(after.CompanyID), int64(after.ID), limit).Scan(&rows).Error
}

// beginRun opens a run. Errors: ErrRunning.
func beginRun(ctx context.Context, tx db.Tx, r *Run) error {
	err := tx.WithContext(ctx).Exec(`UPDATE upload_run SET ended_at = ?, error = 'abandoned' WHERE company_id = ? AND receiver_id = ? AND ended_at IS NULL AND begun_at < ?`,
		tx.Now, int64(r.CompanyID), int64(r.ReceiverID), tx.Now.Add(-abandoned)).Error
	if err != nil {
		return err
	}
	var n []int64
	err = tx.WithContext(ctx).Raw(`INSERT INTO upload_run (company_id, receiver_id, trigger, begun_at, sent, failed, deleted, error) VALUES (?, ?, ?, ?, 0, 0, 0, '') ON CONFLICT DO NOTHING RETURNING id`,
		int64(r.CompanyID), int64(r.ReceiverID), r.Trigger, tx.Now).Scan(&n).Error
	if err == nil && len(n) == 0 {
		return ErrRunning
	}
	if err == nil {
		r.ID = id.Of[Run](n[0])
	}
	return err
}

func endRun(ctx context.Context, tx db.Tx, r Run) error {
	return tx.WithContext(ctx).Exec("UPDATE upload_run SET ended_at = ?, sent = ?, failed = ?, deleted = ?, error = ? WHERE company_id = ? AND id = ?",
		tx.Now, r.Sent, r.Failed, r.Deleted, r.Error, int64(r.CompanyID), int64(r.ID)).Error
}

// waiting reads rows of a table that may be sent now and were not tried in this run: those that failed first.
func waiting(ctx context.Context, tx db.Tx, run Run, k Kind, deleting bool, limit int) (rows []Row, err error) {
	states := db.Texts{"failed", "pending"}
	if deleting {
		states = db.Texts{"deleting"}
	}
	return rows, tx.WithContext(ctx).Raw(`SELECT u.* FROM upload_row u JOIN upload_run n ON n.company_id = u.company_id AND n.id = ?
		WHERE u.company_id = ? AND u.receiver_id = ? AND u.kind = ? AND u.state = ANY(?) AND u.tries < ? AND (u.tried_at IS NULL OR u.tried_at < n.begun_at)
		AND (u.parent_kind = '' OR ? OR NOT EXISTS (SELECT FROM upload_row p WHERE p.company_id = u.company_id AND p.receiver_id = u.receiver_id AND p.kind = u.parent_kind AND p.object_key = u.parent_key AND p.sent_version = ''))
		ORDER BY u.state = 'pending', u.object_key LIMIT ?`,
		int64(run.ID), int64(run.CompanyID), int64(run.ReceiverID), string(k), states, mostTries, deleting, limit).Scan(&rows).Error
}

// settleRow notes what became of a row. A row that changed while it was on its way waits again.
func settleRow(ctx context.Context, tx db.Tx, u Row, problem string) error {
	key := []any{int64(u.CompanyID), int64(u.ReceiverID), string(u.Kind), u.ObjectKey}
	const at = " WHERE company_id = ? AND receiver_id = ? AND kind = ? AND object_key = ?"
	switch {
	case problem != "":
		q := "UPDATE upload_row SET state = CASE state WHEN 'deleting' THEN state ELSE 'failed' END, error = ?, tries = tries + 1, tried_at = ?" + at
		return tx.WithContext(ctx).Exec(q, append([]any{problem, tx.Now}, key...)...).Error
	case u.State == "deleting":
		return tx.WithContext(ctx).Exec("UPDATE upload_row SET state = 'deleted', sent_version = '', error = '', tried_at = ?"+at, append([]any{tx.Now}, key...)...).Error
	}
	q := `UPDATE upload_row SET sent_version = ?, error = '', tried_at = ?, tries = 0, state = CASE WHEN version = ? THEN 'delivered' ELSE state END, body = CASE WHEN version = ? THEN NULL ELSE body END` + at
	return tx.WithContext(ctx).Exec(q, append([]any{u.Version, tx.Now, u.Version, u.Version}, key...)...).Error
}

// tally is how much of a table is in which state.
type tally struct {
	Kind  Kind
	State string
	N     int
}

func tallies(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Receiver]) (rows []tally, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT kind, state, count(*)::int AS n FROM upload_row WHERE company_id = ? AND receiver_id = ? GROUP BY 1, 2", int64(company), int64(n)).Scan(&rows).Error
}

// failures lists rows that a receiver refused.
func failures(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Receiver], k page.Key, limit int) (rows []Row, err error) {
	w := &page.Where{}
	w.And("u.company_id = ? AND u.receiver_id = ? AND u.error <> '' AND u.state <> 'delivered'", int64(company), int64(n))
	order := w.Rising(k, "u.kind, u.object_key", "?, ?")
	return rows, tx.WithContext(ctx).Raw("SELECT u.* FROM upload_row u WHERE "+w.SQL()+order+" LIMIT ?", append(w.Args, limit+1)...).Scan(&rows).Error
}

func runsOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Receiver], k page.Key, limit int) (rows []Run, err error) {
	w := &page.Where{}
	w.And("r.company_id = ? AND r.receiver_id = ?", int64(company), int64(n))
	order := w.Latest(k, "r.id", "?::bigint")
	return rows, tx.WithContext(ctx).Raw("SELECT r.* FROM upload_run r WHERE "+w.SQL()+order+" LIMIT ?", append(w.Args, limit+1)...).Scan(&rows).Error
}

func reversed(list []Kind) []Kind {
	out := slices.Clone(list)
	slices.Reverse(out)
	return out
}
