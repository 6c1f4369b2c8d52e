package fund

import (
	"context"

	"gorm.io/gorm/clause"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// saveYear writes what is stated about a year.
func saveYear(ctx context.Context, tx db.Tx, y Year) error {
	return tx.WithContext(ctx).Model(&Year{}).Where("company_id = ? AND year = ?", int64(y.CompanyID), y.Year).
		Select("FirstYear", "ProductionOn", "Inseparable", "PriorDueFen", "Suspended", "Note", "ChangedAt").Updates(&y).Error
}

// insertLines adds businesses. Errors: ErrName.
func insertLines(ctx context.Context, tx db.Tx, lines []Line) error {
	err := tx.WithContext(ctx).Create(&lines).Error
	if db.Violates(err, "fund_line_name_key") {
		return ErrName.At("body.name").Because(err)
	}
	return err
}

// saveLine writes what may change of a business. Errors: ErrName.
func saveLine(ctx context.Context, tx db.Tx, l Line) error {
	err := tx.WithContext(ctx).Model(&Line{}).Where("company_id = ? AND id = ?", int64(l.CompanyID), int64(l.ID)).
		Select("Name", "Category", "Sub", "Hazards", "Rules", "SignedOn", "Rate", "RevenueFen", "Source", "Revisions", "Files", "Retired", "ChangedAt").Updates(&l).Error
	if db.Violates(err, "fund_line_name_key") {
		return ErrName.At("body.name").Because(err)
	}
	return err
}

// lineByID reads a business that was not retired. Errors: rbac.ErrNotFound.
func lineByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[Line]) (Line, error) {
	var rows []Line
	if err := tx.WithContext(ctx).Scopes(scope.Rows).Where("id = ? AND NOT retired", int64(n)).Limit(1).Find(&rows).Error; err != nil {
		return Line{}, err
	}
	if len(rows) == 0 {
		return Line{}, rbac.ErrNotFound
	}
	return rows[0], nil
}

// saveQuantity states a month's output or progress, or states it anew.
func saveQuantity(ctx context.Context, tx db.Tx, q Quantity) error {
	return tx.WithContext(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "company_id"}, {Name: "line_id"}, {Name: "month_on"}}, DoUpdates: clause.AssignmentColumns([]string{"thousandths", "note", "made_by_name", "changed_at"}),
	}).Create(&q).Error
}

// quantityOf returns what is stated for a month, and whether anything is.
func quantityOf(ctx context.Context, tx db.Tx, q Quantity) (Quantity, bool, error) {
	var rows []Quantity
	err := tx.WithContext(ctx).Raw("SELECT * FROM fund_quantity WHERE company_id = ? AND line_id = ? AND month_on = ?", int64(q.CompanyID), int64(q.LineID), q.MonthOn).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return Quantity{}, false, err
	}
	return rows[0], true, nil
}

// linesOfYear returns the businesses of a year.
func linesOfYear(ctx context.Context, tx db.Tx, company rbac.CompanyID, year int) (rows []Line, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM fund_line WHERE company_id = ? AND year = ? AND NOT retired ORDER BY id", int64(company), year).Scan(&rows).Error
	return rows, err
}
