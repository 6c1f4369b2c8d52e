package fund

import (
	"context"
	"fmt"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// TableName names the table.
func (Rule) TableName() string { return "fund_rule" }

// TableName names the table.
func (Profile) TableName() string { return "fund_profile" }

// TableName names the table.
func (Year) TableName() string { return "fund_year" }

// TableName names the table.
func (Line) TableName() string { return "fund_line" }

// TableName names the table.
func (Quantity) TableName() string { return "fund_quantity" }

// TableName names the table.
func (Month) TableName() string { return "fund_month" }

// TableName names the table.
func (MonthStep) TableName() string { return "fund_month_step" }

// TableName names the table.
func (Expense) TableName() string { return "fund_expense" }

// TableName names the table.
func (ExpenseStep) TableName() string { return "fund_expense_step" }

// TableName names the table.
func (Entry) TableName() string { return "fund_entry" }

// TableName names the table.
func (Plan) TableName() string { return "fund_plan" }

// TableName names the table.
func (Statement) TableName() string { return "fund_statement" }

// lockCompany lets one transaction at a time book into a company's fund: vouchers are numbered without gaps, and a month
// is not closed while something is booked into it.
func lockCompany(ctx context.Context, tx db.Tx, company rbac.CompanyID) error {
	return tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('fund', ?))", int64(company)).Error
}

// profileOf returns a company's profile. Errors: ErrNoProfile.
func profileOf(ctx context.Context, tx db.Tx, company rbac.CompanyID) (p Profile, err error) {
	var found []Profile
	if err := tx.WithContext(ctx).Raw("SELECT * FROM fund_profile WHERE company_id = ?", int64(company)).Scan(&found).Error; err != nil {
		return p, err
	}
	if len(found) == 0 {
		return p, ErrNoProfile
	}
	return found[0], nil
}

// book adds a voucher of one or more entries to the journal; the caller holds lockCompany. All rows are of one company.
func book(ctx context.Context, tx db.Tx, voucher []Entry) error {
	if len(voucher) == 0 {
		return nil
	}
	first := voucher[0]
	var no int32
	q := "SELECT coalesce(max(voucher_no), 0) + 1 FROM fund_entry WHERE company_id = ? AND month_on >= make_date(?, 1, 1) AND month_on < make_date(? + 1, 1, 1)"
	if err := tx.WithContext(ctx).Raw(q, int64(first.CompanyID), first.MonthOn.Year(), first.MonthOn.Year()).Scan(&no).Error; err != nil {
		return fmt.Errorf("fund: voucher number: %w", err)
	}
	for i := range voucher {
		voucher[i].VoucherNo, voucher[i].Line = no, int16(i+1)
	}
	return tx.WithContext(ctx).Create(&voucher).Error
}
