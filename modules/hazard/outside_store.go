package hazard

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Outside) TableName() string { return "hazard_outside" }

// OutsideGuess counts wrong links tried from one address in one hour.
type OutsideGuess struct {
	Address string
	Hour    time.Time
	N       int
}

// TableName names the table.
func (OutsideGuess) TableName() string { return "hazard_outside_guess" }

// outsideByToken locks the link of a token (system only). Errors: rbac.ErrNotFound.
func outsideByToken(ctx context.Context, tx db.Tx, hashes [][]byte) (Outside, error) {
	return firstOf(gorm.G[Outside](tx.DB, clause.Locking{Strength: "UPDATE"}).Where("token_hash IN ?", hashes).Limit(1).Find(ctx))
}

// outsideByID locks a link in scope. Errors: rbac.ErrNotFound.
func outsideByID(ctx context.Context, tx db.Tx, scope rbac.Scope, hid id.Of[id.Hazard], n id.Of[Outside]) (Outside, error) {
	var rows []Outside
	err := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(clause.Locking{Strength: "UPDATE"}).Where("hazard_id = ? AND id = ?", int64(hid), int64(n)).Limit(1).Find(&rows).Error
	return firstOf(rows, err)
}

func firstOf(rows []Outside, err error) (Outside, error) {
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Outside{}, err
	}
	return rows[0], nil
}

// outsideOf lists the links of a hazard, the latest first.
func outsideOf(ctx context.Context, tx db.Tx, scope rbac.Scope, h Hazard) (rows []Outside, err error) {
	err = tx.WithContext(ctx).Scopes(scope.Rows).Where("company_id = ? AND hazard_id = ?", int64(h.CompanyID), int64(h.ID)).Order("id DESC").Limit(20).Find(&rows).Error
	return rows, err
}

// revokeOpen ends the link of a hazard that still works.
func revokeOpen(ctx context.Context, tx db.Tx, company rbac.CompanyID, hid id.Of[id.Hazard]) error {
	return tx.WithContext(ctx).Exec("UPDATE hazard_outside SET revoked_at = ? WHERE company_id = ? AND hazard_id = ? AND used_at IS NULL AND revoked_at IS NULL", tx.Now, int64(company), int64(hid)).Error
}

func insertOutside(ctx context.Context, tx db.Tx, o *Outside) error {
	return gorm.G[Outside](tx.DB).Create(ctx, o)
}

// spendOutside writes what was decided by a link, or that it was revoked.
func spendOutside(ctx context.Context, tx db.Tx, o Outside) error {
	return tx.WithContext(ctx).Model(&Outside{}).Where("company_id = ? AND id = ?", o.CompanyID, o.ID).
		Select("RevokedAt", "UsedAt", "Accepted", "Name", "Phone", "Note", "Signature").Updates(&o).Error
}

func outsideTries(ctx context.Context, tx db.Tx, address string) (n int, err error) {
	err = tx.WithContext(ctx).Raw("SELECT coalesce(sum(n), 0) FROM hazard_outside_guess WHERE address = ? AND hour = ?", address, tx.Now.Truncate(time.Hour)).Scan(&n).Error
	return n, err
}

// countTry counts a wrong link and forgets those of yesterday.
func countTry(ctx context.Context, tx db.Tx, address string) error {
	if err := tx.WithContext(ctx).Exec("DELETE FROM hazard_outside_guess WHERE hour < ?", tx.Now.Add(-24*time.Hour)).Error; err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec(`INSERT INTO hazard_outside_guess AS g (address, hour, n) VALUES (?, ?, 1)
		ON CONFLICT ON CONSTRAINT hazard_outside_guess_pkey DO UPDATE SET n = g.n + 1`, address, tx.Now.Truncate(time.Hour)).Error
}

// lonely asks the database whether a firm of the regulator's range has one person at most.
func lonely(ctx context.Context, tx db.Tx, company rbac.CompanyID) (yes bool, err error) {
	err = tx.WithContext(ctx).Raw("SELECT hazard_lonely(?)", int64(company)).Scan(&yes).Error
	return yes, err
}

// lockForGrid locks a hazard that the grid worker may accept; in another state row security
// hides it from locking. Errors: ErrNow for another state.
func lockForGrid(ctx context.Context, tx db.Tx, scope rbac.Scope, seen Hazard) (Hazard, error) {
	locked := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(clause.Locking{Strength: "UPDATE"})
	h, err := single(locked.Where("company_id = ? AND id = ? AND state = ?", int64(seen.CompanyID), int64(seen.ID), string(AwaitingAcceptance)))
	if err == nil || !rbac.ErrNotFound.Is(err) {
		return h, err
	}
	if seen, err = hazardByID(ctx, tx, scope, seen.ID); err != nil {
		return seen, err
	}
	return seen, ErrNow[seen.State]
}

// lonelyWaiting lists what waits for acceptance in one-person firms of the grid worker's range.
func lonelyWaiting(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int, k page.Key) (rows []Listed, err error) {
	cond, args := scope.Where("h")
	order, compare := " ORDER BY h.id", ">"
	if k.Back {
		order, compare = " ORDER BY h.id DESC", "<"
	}
	if !k.First() {
		cond, args = cond+" AND h.id "+compare+" ?::bigint", append(args, k.Vals[0])
	}
	err = tx.WithContext(ctx).Raw(`SELECT h.*, c.name AS company_name FROM hazard h JOIN company c ON c.company_id = h.company_id WHERE `+cond+` AND `+openRow+`
		AND h.state = 'awaiting_acceptance' AND h.level = 'general' AND h.source IN ('self_check','snap','expert','drill','alarm') AND hazard_lonely(h.company_id)`+order+" LIMIT ?",
		append(args, limit+1)...).Scan(&rows).Error
	return rows, err
}
