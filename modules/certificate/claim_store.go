package certificate

import (
	"context"

	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Claim) TableName() string { return "certificate_claim" }

func insertClaim(ctx context.Context, tx db.Tx, c *Claim) error {
	return tx.WithContext(ctx).Create(c).Error
}

// claimed returns what a phone declared before under the same id.
func claimed(ctx context.Context, tx db.Tx, company rbac.CompanyID, client string) (found id.Of[Claim], err error) {
	var rows []id.Of[Claim]
	err = tx.WithContext(ctx).Raw("SELECT id FROM certificate_claim WHERE company_id = ? AND client_id = ?::uuid", int64(company), client).Scan(&rows).Error
	if len(rows) > 0 {
		found = rows[0]
	}
	return found, err
}

// waits reports whether the same certificate of a person waits for an answer.
func waits(ctx context.Context, tx db.Tx, c Claim) (yes bool, err error) {
	q := `SELECT EXISTS (SELECT FROM certificate_claim WHERE company_id = ? AND staff_id = ? AND kind = ? AND operation = ? AND state = 'waiting')`
	return yes, tx.WithContext(ctx).Raw(q, int64(c.CompanyID), int64(c.StaffID), c.Kind, c.Operation).Scan(&yes).Error
}

func claimByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Claim], lock ...clause.Expression) (Claim, error) {
	var rows []Claim
	err := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(lock...).Where("id = ?", int64(n)).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return Claim{}, err
	}
	return rows[0], nil
}

func decideClaim(ctx context.Context, tx db.Tx, c *Claim) error {
	return tx.WithContext(ctx).Model(c).Where("company_id = ?", int64(c.CompanyID)).Select("state", "decided_by_name", "decided_at", "answer", "made_id").Updates(c).Error
}

// claimsBy lists declared certificates, the latest first; of one person, or of all.
func claimsBy(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff], f ClaimFilter, k page.Key) (rows []Claim, err error) {
	w := &page.Where{}
	w.And("c.company_id = ?", int64(company))
	w.When(who != 0, "c.staff_id = ?", int64(who))
	w.When(f.State != "all", "c.state = ?", f.State)
	order := w.Latest(k, "c.id", "?::bigint")
	return rows, tx.WithContext(ctx).Raw("SELECT c.* FROM certificate_claim c WHERE "+w.SQL()+order+" LIMIT ?", append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// waitingCount counts those that wait for an answer.
func waitingCount(ctx context.Context, tx db.Tx, company rbac.CompanyID) (n int64, err error) {
	return n, tx.WithContext(ctx).Raw("SELECT count(*) FROM certificate_claim WHERE company_id = ? AND state = 'waiting'", int64(company)).Scan(&n).Error
}
