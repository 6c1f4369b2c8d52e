package checklist

import (
	"context"
	"fmt"
	"strings"

	"anbiao/kit/db"
	"anbiao/rbac"
	"anbiao/web/register"
)

// PointsCalled returns the check points of a company with one of the ids, and those in use that
// one of the words means: their name or printed number.
func PointsCalled(ctx context.Context, tx db.Tx, company rbac.CompanyID, ids []int64, words []string) ([]register.Named, error) {
	lower := make(db.Texts, len(words))
	for i, w := range words {
		lower[i] = strings.ToLower(w)
	}
	var found []Point
	q := tx.WithContext(ctx).Where("company_id = ?", company).
		Where("id = ANY(?) OR (retired_at IS NULL AND (lower(name) = ANY(?) OR lpad(number::text, greatest(4, length(number::text)), '0') = ANY(?)))", db.Ints(ids), lower, lower)
	err := q.Find(&found).Error
	out := make([]register.Named, len(found))
	for i, p := range found {
		out[i] = register.Named{ID: int64(p.ID), Name: p.Name, Also: []string{fmt.Sprintf("%04d", p.Number)}}
	}
	return out, err
}
