package activation

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Slip) TableName() string { return "activation_slip" }

// TableName names the table.
func (Guess) TableName() string { return "activation_guess" }

func one[T any](found []T, err error) (T, error) {
	var none T
	switch {
	case err != nil:
		return none, err
	case len(found) == 0:
		return none, rbac.ErrNotFound
	}
	return found[0], nil
}

// slipByToken locks the slip of a token (system only). Errors: rbac.ErrNotFound.
func slipByToken(ctx context.Context, tx db.Tx, hashes [][]byte) (Slip, error) {
	return one(gorm.G[Slip](tx.DB, clause.Locking{Strength: "UPDATE"}).Where("token_hash IN ?", hashes).Find(ctx))
}

// slipByCode locks the slip of a typed code, the newest of that code (system only).
// Errors: rbac.ErrNotFound.
func slipByCode(ctx context.Context, tx db.Tx, hashes [][]byte) (Slip, error) {
	q := gorm.G[Slip](tx.DB, clause.Locking{Strength: "UPDATE"}).Where("code_hash IN ?", hashes)
	return one(q.Order("(used_at IS NULL AND revoked_at IS NULL) DESC, id DESC").Limit(1).Find(ctx))
}

// spend marks a slip used (system only).
func spend(ctx context.Context, tx db.Tx, s Slip) error {
	return tx.WithContext(ctx).Exec("UPDATE activation_slip SET used_at = ?, used_by = ? WHERE company_id = ? AND id = ?", s.UsedAt, s.UsedBy, s.CompanyID, s.ID).Error
}

// countCode counts a phone code asked for with a slip (system only).
func countCode(ctx context.Context, tx db.Tx, s Slip) error {
	return tx.WithContext(ctx).Exec("UPDATE activation_slip SET codes = codes + 1 WHERE company_id = ? AND id = ?", s.CompanyID, s.ID).Error
}

// usedBy reports whether a slip was used by the person of a phone number (system only).
func usedBy(ctx context.Context, tx db.Tx, s Slip, phone string) (yes bool, err error) {
	err = tx.WithContext(ctx).Raw("SELECT EXISTS (SELECT FROM account_person WHERE id = ? AND phone = ?)", s.UsedBy, phone).Scan(&yes).Error
	return yes, err
}

// guessed returns how many wrong codes were typed at an address this hour (system only).
func guessed(ctx context.Context, tx db.Tx, address string) (n int, err error) {
	err = tx.WithContext(ctx).Raw("SELECT coalesce(sum(n), 0) FROM activation_guess WHERE address = ? AND hour = ?", address, tx.Now.Truncate(time.Hour)).Scan(&n).Error
	return n, err
}

func countGuess(ctx context.Context, tx db.Tx, address string) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO activation_guess AS g (address, hour, n) VALUES (?, ?, 1)
		ON CONFLICT ON CONSTRAINT activation_guess_pkey DO UPDATE SET n = g.n + 1`, address, tx.Now.Truncate(time.Hour)).Error
}

// firm is what a slip says of its company.
type firm struct {
	RegionPath    string
	OversightLine int16
	Name          string
	Area          string
	StaffCount    *int32
}

// firmOf reads a company and the name of its town, locking it against moving away (system
// only).
func firmOf(ctx context.Context, tx db.Tx, c rbac.CompanyID) (firm, error) {
	var found []firm
	err := tx.WithContext(ctx).Raw(`SELECT c.region_path, c.oversight_line, c.name, c.staff_count,
			coalesce((SELECT string_agg(d.name, '' ORDER BY d.path) FROM division d WHERE d.valid_until IS NULL AND d.path IN (left(c.region_path, 6), left(c.region_path, 9))), '') AS area
		FROM company c, pg_advisory_xact_lock_shared(?) WHERE c.company_id = ?`, int64(c), int64(c)).Scan(&found).Error
	return one(found, err)
}

// ids are plain numbers for an array parameter.
func ids[I ~int64](list []I) db.Ints {
	out := make(db.Ints, len(list))
	for i, n := range list {
		out[i] = int64(n)
	}
	return out
}
