package proof

import (
	"context"

	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table (gorm).
func (Proof) TableName() string { return "proof" }

// TableName names the table (gorm).
func (Signal) TableName() string { return "proof_signal" }

// TableName names the table (gorm).
func (Tally) TableName() string { return "proof_tally" }

// TableName names the table (gorm).
func (Key) TableName() string { return "proof_key" }

// keysKept are the keys that were kept (system only).
func keysKept(ctx context.Context, tx db.Tx) (out []Key, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM proof_key ORDER BY id").Scan(&out).Error
	return out, err
}

// keepKey keeps an endorsement in the place of a former one (system only).
func keepKey(ctx context.Context, tx db.Tx, k Key) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO proof_key (id, public, endorser, signature, endorsed_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT proof_key_pkey DO UPDATE SET public = excluded.public, endorser = excluded.endorser, signature = excluded.signature, endorsed_at = excluded.endorsed_at`,
		k.ID, k.Public, k.Endorser, k.Signature, k.EndorsedAt).Error
}

// keyByID reads a kept key, for anybody.
func keyByID(ctx context.Context, tx db.Tx, id string) (out []Key, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM proof_key_of(?)", id).Scan(&out).Error
	return out, err
}

// insertProof adds p. A code that another photo has already (one in 2^60) leaves this one without a
// proof rather than lost.
func insertProof(ctx context.Context, tx db.Tx, p *Proof) error {
	taken := clause.OnConflict{Columns: []clause.Column{{Name: "code"}}, DoNothing: true}
	return tx.WithContext(ctx).Clauses(taken).Create(p).Error
}

// named are the names a proof is made with.
type named struct {
	Company string
	Point   string
	Place   string
}

// namesOf returns the company's name and that of a point of it, both as they are now; a point that
// the company does not have has none.
func namesOf(ctx context.Context, tx db.Tx, c rbac.CompanyID, point id.Of[id.Point]) (n named, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT c.name AS company, coalesce(p.name, '') AS point, coalesce(p.place, '') AS place
		FROM company c LEFT JOIN checklist_point p ON p.company_id = c.company_id AND p.id = ? WHERE c.company_id = ?`, int64(point), int64(c)).Scan(&n).Error
	return n, err
}

// kept is a proof and the file it is of, as the store has it.
type kept struct {
	Proof
	OriginalKey string
	KeptSHA256  []byte
	Bound       bool
}

// keptByCode returns what stands behind a code (public). Errors: rbac.ErrNotFound.
func keptByCode(ctx context.Context, tx db.Tx, code string) (kept, error) {
	var found []kept
	err := tx.WithContext(ctx).Raw("SELECT p.*, k.original_key, k.kept_sha256, k.bound FROM proof_by_code(?) p, proof_kept(?) k", code, code).Scan(&found).Error
	return one(found, err)
}

// keptOf returns the proofs of files in scope that belong to something, or are the actor's own.
func keptOf(ctx context.Context, tx db.Tx, scope rbac.Scope, files db.Ints) (out []kept, err error) {
	cond, args := scope.Where("p")
	q := `SELECT p.*, a.original_key, a.sha256 AS kept_sha256, a.bound_noun IS NOT NULL AS bound FROM proof p JOIN attachment a ON a.company_id = p.company_id AND a.id = p.attachment_id
		WHERE p.attachment_id = ANY(?) AND ` + cond + ` AND a.swept_at IS NULL AND (a.uploaded_person = ? OR (a.bound_noun IS NOT NULL AND a.bound_noun NOT IN ('letter', 'inspection_signature'))) ORDER BY p.attachment_id`
	all := append([]any{files}, args...)
	err = tx.WithContext(ctx).Raw(q, append(all, int64(scope.Actor().PersonID))...).Scan(&out).Error
	return out, err
}

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

// ints are plain numbers for an array parameter.
func ints[I ~int64](list []I) db.Ints {
	out := make(db.Ints, len(list))
	for i, n := range list {
		out[i] = int64(n)
	}
	return out
}
