package enrolment

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Claim) TableName() string { return "enrolment_claim" }

// insertClaim adds a claim. Errors: ErrClaimed.
func insertClaim(ctx context.Context, tx db.Tx, c *Claim) error {
	err := gorm.G[Claim](tx.DB).Create(ctx, c)
	if db.Violates(err, "enrolment_claim_level_key") {
		return ErrClaimed.At("body.awardId").Because(err)
	}
	return err
}

// levelsClaimed are the levels of the actor's company that are claimed or paid.
func levelsClaimed(ctx context.Context, tx db.Tx, scope rbac.Scope) (levels []string, err error) {
	cond, args := scope.Where("c")
	err = tx.WithContext(ctx).Raw("SELECT c.level FROM enrolment_claim c WHERE c.state <> 'refused' AND "+cond, args...).Scan(&levels).Error
	return levels, err
}

func claimsBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f ClaimFilter, k page.Key) (rows []Claim, err error) {
	w := &page.Where{}
	w.Within(scope.Where("c"))
	w.When(f.Division != "", "c.region_path >= ? AND c.region_path < ?", f.Division, f.Division+"~")
	w.When(f.State != "", "c.state = ?", f.State)
	w.When(f.Level != "", "c.level = ?", f.Level)
	w.When(f.CompanyID != 0, "c.company_id = ?", int64(f.CompanyID))
	order := w.Latest(k, "c.id", "?::bigint")
	return rows, tx.WithContext(ctx).Raw("SELECT c.* FROM enrolment_claim c WHERE "+w.SQL()+order+" LIMIT ?", append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// claimByID reads a claim in scope. Errors: rbac.ErrNotFound.
func claimByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Claim]) (Claim, error) {
	return one[Claim](ctx, tx, scope, "enrolment_claim", int64(n), "")
}

// one reads a row of a table by its id, in scope. Errors: rbac.ErrNotFound.
func one[T any](ctx context.Context, tx db.Tx, scope rbac.Scope, table string, n int64, lock string) (row T, err error) {
	var rows []T
	cond, args := scope.Where("x")
	err = tx.WithContext(ctx).Raw("SELECT x.* FROM "+table+" x WHERE x.id = ? AND "+cond+lock, append([]any{n}, args...)...).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		return row, rbac.ErrNotFound
	}
	return append(rows, row)[0], err
}

// lockClaim reads a claim to change it. Errors: rbac.ErrNotFound; ErrState where it is not the
// actor's turn, and row security would hide it from being locked.
func lockClaim(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Claim], from []ClaimState) (Claim, error) {
	c, err := claimByID(ctx, tx, scope, n)
	if err != nil {
		return c, err
	}
	if !slices.Contains(from, c.State) {
		return c, ErrState
	}
	c, err = one[Claim](ctx, tx, scope, "enrolment_claim", int64(n), " FOR UPDATE OF x")
	if errors.Is(err, rbac.ErrNotFound) || (err == nil && !slices.Contains(from, c.State)) {
		return c, ErrState // somebody was faster
	}
	return c, err
}

// saveClaim writes the columns of a claim that a step changes.
func saveClaim(ctx context.Context, tx db.Tx, c *Claim, columns []string) error {
	return saved(tx.WithContext(ctx).Model(&Claim{}).Where("company_id = ? AND id = ?", int64(c.CompanyID), int64(c.ID)).Select(columns).Updates(c))
}

// saved refuses a write that row security kept from any row.
func saved(g *gorm.DB) error {
	if g.Error == nil && g.RowsAffected == 0 {
		return ErrState
	}
	return g.Error
}
