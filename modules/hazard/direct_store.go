package hazard

import (
	"context"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table.
func (Direct) TableName() string { return "hazard_direct" }

// own limits direct reports to the actor's own, unless he oversees the company. Row security says the same.
func own(scope rbac.Scope) (string, []any) {
	if a := scope.Actor(); a.Kind == rbac.Company {
		return "d.sender_id = ?", []any{int64(a.PersonID)}
	}
	return "true", nil
}

// directs reads one page of the direct reports in scope.
func directs(ctx context.Context, tx db.Tx, scope rbac.Scope, f DirectFilter, k page.Key) (rows []DirectRow, err error) {
	q := &query{}
	cond, args := scope.Where("d")
	q.and(cond, args...)
	cond, args = own(scope)
	q.and(cond, args...)
	if f.Waiting {
		q.and("d.handled_at IS NULL")
	}
	order := " ORDER BY d.id DESC"
	if k.Back {
		order = " ORDER BY d.id"
	}
	if !k.First() {
		q.and("d.id "+beyond(k.Back)+" ?::bigint", k.Vals[0])
	}
	sql := `SELECT d.*, c.name AS company_name, coalesce(h.number, '') AS number, coalesce(o.number, '') AS opened_number FROM hazard_direct d JOIN company c ON c.company_id = d.company_id
		LEFT JOIN hazard h ON h.company_id = d.company_id AND h.id = d.hazard_id LEFT JOIN hazard o ON o.company_id = d.company_id AND o.id = d.opened_id
		WHERE ` + strings.Join(q.conds, " AND ") + order + " LIMIT ?"
	err = tx.WithContext(ctx).Raw(sql, append(q.args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

// directByID reads one direct report. Errors: rbac.ErrNotFound.
func directByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Direct]) (Direct, error) {
	return oneDirect(tx.WithContext(ctx), scope, n)
}

// lockDirect reads one and keeps others from answering it. Errors: rbac.ErrNotFound.
func lockDirect(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Direct]) (Direct, error) {
	return oneDirect(tx.WithContext(ctx).Clauses(clause.Locking{Strength: "UPDATE"}), scope, n)
}

func oneDirect(q *gorm.DB, scope rbac.Scope, n id.Of[Direct]) (Direct, error) {
	var rows []Direct
	if err := q.Scopes(scope.Rows).Where("id = ?", int64(n)).Limit(1).Find(&rows).Error; err != nil {
		return Direct{}, err
	}
	if len(rows) == 0 {
		return Direct{}, rbac.ErrNotFound
	}
	return rows[0], nil
}

func saveAnswer(ctx context.Context, tx db.Tx, d Direct) error {
	return tx.WithContext(ctx).Model(&Direct{}).Where("company_id = ? AND id = ?", d.CompanyID, d.ID).
		Select("HandledAt", "HandledName", "HandledNote", "OpenedID").Updates(&d).Error
}
