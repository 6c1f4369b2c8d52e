package visit

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Order) TableName() string { return "visit_order" }

func ordersBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f OrderFilter, k page.Key, now day.Date) (rows []Order, err error) {
	w := &page.Where{}
	w.Within(scope.Where("o"))
	w.When(f.CompanyID != 0, "o.company_id = ?", int64(f.CompanyID))
	w.When(f.Division != "", "o.region_path >= ? AND o.region_path < ?", f.Division, f.Division+"~")
	w.When(f.State != "", "o.state = ?", f.State)
	w.When(f.Kind != "", "o.kind = ?", f.Kind)
	w.When(f.Own, "o.organisation_id = ?", int64(scope.Actor().OrganisationID))
	w.When(f.Late, "((o.state IN ('open', 'extension_asked', 'failed') AND o.deadline < ?) OR (o.state NOT IN ('passed', 'failed') AND o.reinspect_due_on < ?))", now, now)
	order := w.Rising(k, "o.rank_on, o.id", "?::date, ?::bigint")
	q := "SELECT o.* FROM visit_order o WHERE " + w.SQL() + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// insertOrder adds an order. Errors: ErrOrderNumber.
func insertOrder(ctx context.Context, tx db.Tx, o *Order) error {
	err := tx.WithContext(ctx).Create(o).Error
	if db.Violates(err, "visit_order_number_key") {
		return ErrOrderNumber.At("body.number").Because(err)
	}
	return err
}

func saveOrder(ctx context.Context, tx db.Tx, o *Order, columns []string) error {
	return saved(tx.WithContext(ctx).Model(&Order{}).Where("company_id = ? AND id = ?", int64(o.CompanyID), int64(o.ID)).Select(columns).Updates(o))
}

func ordersOf(ctx context.Context, tx db.Tx, v Visit) (rows []Order, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM visit_order WHERE company_id = ? AND visit_id = ? ORDER BY id", int64(v.CompanyID), int64(v.ID)).Scan(&rows).Error
	return rows, err
}

// orderedIn are the findings that an order is about.
func orderedIn(ctx context.Context, tx db.Tx, o Order) (rows []Finding, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM visit_finding WHERE company_id = ? AND order_id = ? ORDER BY n", int64(o.CompanyID), int64(o.ID)).Scan(&rows).Error
	return rows, err
}

func orderSteps(ctx context.Context, tx db.Tx, o Order) (rows []Step, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM visit_step WHERE company_id = ? AND order_id = ? ORDER BY id LIMIT 500", int64(o.CompanyID), int64(o.ID)).Scan(&rows).Error
	return rows, err
}
