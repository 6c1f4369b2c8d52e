package audit

import (
	"context"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Entry) TableName() string { return "audit_entry" }

// entries reads what the actor may see, newest first, from k on, one row more than limit.
// Row security decides: a company what concerns it, a person what he did, the platform
// what no company is concerned in.
func entries(ctx context.Context, tx db.Tx, a rbac.Actor, f Filter, k page.Key, limit int) (out []Entry, err error) {
	q := tx.WithContext(ctx).Model(&Entry{})
	switch a.Kind {
	case rbac.Company:
		q = q.Where("company_id = ?", a.CompanyID)
	case rbac.Platform:
		q = q.Where("company_id IS NULL")
	default:
		q = q.Where("person_id = ?", a.PersonID)
	}
	if f.Noun != "" {
		q = q.Where("noun = ?", f.Noun)
	}
	if f.ObjectID != 0 {
		q = q.Where("object_id = ?", f.ObjectID)
	}
	if f.Name != "" {
		q = q.Where("person_name = ?", f.Name)
	}
	order := "at DESC, id DESC"
	if !k.First() {
		past := "<"
		if k.Back {
			past, order = ">", "at, id"
		}
		q = q.Where("(at, id) "+past+" (?::timestamptz, ?::bigint)", k.Vals[0], k.Vals[1])
	}
	err = q.Order(order).Limit(limit + 1).Find(&out).Error
	return out, err
}

// keepAhead makes the coming months' partitions, and the coming days' of the idempotency
// keys, whose old days it drops.
func keepAhead(ctx context.Context, tx db.Tx, today time.Time) error {
	day := today.Format(time.DateOnly)
	for _, q := range []string{
		"SELECT ensure_partitions('audit_entry', 'month', '" + day + "', 3)",
		"SELECT ensure_partitions('audit_seal', 'month', '" + day + "', 3)",
		"SELECT ensure_partitions('idempotency', 'day', '" + day + "', 3)",
		"SELECT drop_idempotency_before('" + today.AddDate(0, 0, -7).Format(time.DateOnly) + "')",
	} {
		if err := tx.WithContext(ctx).Exec(q).Error; err != nil {
			return err
		}
	}
	return nil
}
