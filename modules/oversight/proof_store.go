package oversight

import (
	"context"

	"anbiao/kit/db"
)

// TableName names the table of nightly proofs.
func (Proof) TableName() string { return "oversight_proof" }

// drift lists counts that differ from the list, and stops its writers until the transaction ends (system).
func drift(ctx context.Context, tx db.Tx, most int) (rows []Drift, err error) {
	err = tx.WithContext(ctx).Raw("SELECT node, line, colour, coalesce(kept, 0) AS kept, coalesce(truth, 0) AS truth, coalesce(kept_overdue, 0) AS kept_overdue, coalesce(true_overdue, 0) AS true_overdue FROM oversight_drift(?)",
		most).Scan(&rows).Error
	return rows, err
}

// insertProof keeps a night's comparison (system).
func insertProof(ctx context.Context, tx db.Tx, p Proof) error {
	return tx.WithContext(ctx).Exec("INSERT INTO oversight_proof (at, companies, wrong_cells, drift) SELECT ?, count(*), ?, ?::jsonb FROM oversight_board", p.At, p.WrongCells, p.Drift).Error
}

// proofs reads the latest nights, the last first.
func proofs(ctx context.Context, tx db.Tx, limit int) (rows []Proof, err error) {
	err = tx.WithContext(ctx).Order("at DESC").Limit(limit).Find(&rows).Error
	return rows, err
}
