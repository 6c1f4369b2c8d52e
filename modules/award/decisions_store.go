package award

import (
	"context"

	"anbiao/kit/db"
	"anbiao/rbac"
)

// TableName names the table.
func (Filing) TableName() string { return "award_filing" }

// TableName names the table.
func (Confirmation) TableName() string { return "award_confirmation" }

// filingsOf are the yearly self-evaluations of an award that are on paper.
func filingsOf(ctx context.Context, tx db.Tx, a Award) (rows []Filing, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM award_filing WHERE company_id = ? AND award_id = ? ORDER BY n", int64(a.CompanyID), int64(a.ID)).Scan(&rows).Error
	return rows, err
}

// confirmedOf is what officers said last of each condition.
func confirmedOf(ctx context.Context, tx db.Tx, a Award) (map[string]Confirmation, error) {
	var rows []Confirmation
	err := tx.WithContext(ctx).Raw("SELECT DISTINCT ON (key) * FROM award_confirmation WHERE company_id = ? AND award_id = ? ORDER BY key, id DESC", int64(a.CompanyID), int64(a.ID)).Scan(&rows).Error
	out := map[string]Confirmation{}
	for _, r := range rows {
		out[r.Key] = r
	}
	return out, err
}

// revoking reports whether a revocation of an award is under way.
func revoking(ctx context.Context, tx db.Tx, a Award) (yes bool, err error) {
	err = tx.WithContext(ctx).Raw("SELECT EXISTS (SELECT FROM award_revocation WHERE company_id = ? AND award_id = ? AND state IN ('proposed', 'stated'))", int64(a.CompanyID), int64(a.ID)).Scan(&yes).Error
	return yes, err
}

// stepsOf reads what has happened to an award, in order.
func stepsOf(ctx context.Context, tx db.Tx, c rbac.CompanyID, n int64) (rows []Step, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM award_step WHERE company_id = ? AND award_id = ? ORDER BY id", int64(c), n).Scan(&rows).Error
	return rows, err
}

// TableName names the table.
func (Revocation) TableName() string { return "award_revocation" }

// lastRevocation reads the last one of an award; nil: there never was one. Locked where it is to be changed.
func lastRevocation(ctx context.Context, tx db.Tx, a Award, lock bool) (*Revocation, error) {
	var rows []Revocation
	q := "SELECT * FROM award_revocation WHERE company_id = ? AND award_id = ? ORDER BY id DESC LIMIT 1"
	read := func(more string) error {
		rows = nil
		return tx.WithContext(ctx).Raw(q+more, int64(a.CompanyID), int64(a.ID)).Scan(&rows).Error
	}
	err := read("")
	if err == nil && lock && len(rows) > 0 {
		seen := rows[0]
		// Row security hides from locking what the actor may not change: the state says then why.
		if err = read(" FOR UPDATE"); err == nil && len(rows) == 0 {
			rows = []Revocation{seen}
		}
	}
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// TableName names the table.
func (Rename) TableName() string { return "award_rename" }

// revocationsOf reads all of an award, the latest first.
func revocationsOf(ctx context.Context, tx db.Tx, a Award) (rows []Revocation, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM award_revocation WHERE company_id = ? AND award_id = ? ORDER BY id DESC", int64(a.CompanyID), int64(a.ID)).Scan(&rows).Error
	return rows, err
}

// renamesOf reads all of an award, the latest first.
func renamesOf(ctx context.Context, tx db.Tx, a Award) (rows []Rename, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM award_rename WHERE company_id = ? AND award_id = ? ORDER BY id DESC", int64(a.CompanyID), int64(a.ID)).Scan(&rows).Error
	return rows, err
}

// lastRename reads the last one, locked; nil: there never was one.
func lastRename(ctx context.Context, tx db.Tx, a Award) (*Rename, error) {
	var rows []Rename
	q := "SELECT * FROM award_rename WHERE company_id = ? AND award_id = ? AND state = 'asked' FOR UPDATE"
	if err := tx.WithContext(ctx).Raw(q, int64(a.CompanyID), int64(a.ID)).Scan(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// insertRevocation opens one. Errors: ErrProposed.
func insertRevocation(ctx context.Context, tx db.Tx, r *Revocation) error {
	err := tx.WithContext(ctx).Create(r).Error
	if db.Violates(err, "award_revocation_open_key") {
		return ErrProposed.Because(err)
	}
	return err
}

// What each side may write of a revocation; row security says the same.
var (
	statedOf  = []string{"state", "statement", "waived", "stated_on", "stated_by"}
	decidedOf = []string{"state", "decided_on", "decided_by", "opinion", "downgrade", "barred_until", "notice_no", "announced_on", "medium", "certificate_on", "plaque_on"}
)

func updateRevocation(ctx context.Context, tx db.Tx, r *Revocation, columns []string) error {
	done := tx.WithContext(ctx).Model(&Revocation{}).Where("company_id = ? AND id = ?", int64(r.CompanyID), int64(r.ID)).Select(columns).Updates(r)
	if done.Error == nil && done.RowsAffected == 0 {
		return rbac.ErrNotFound
	}
	return done.Error
}

// insertRename opens one. Errors: ErrRenameOpen.
func insertRename(ctx context.Context, tx db.Tx, r *Rename) error {
	err := tx.WithContext(ctx).Create(r).Error
	if db.Violates(err, "award_rename_open_key") {
		return ErrRenameOpen.Because(err)
	}
	return err
}

func updateRename(ctx context.Context, tx db.Tx, r *Rename) error {
	columns := []string{"state", "decided_on", "decided_by"}
	if r.State != Withdrawn {
		columns = append(columns, "opinion")
	}
	return tx.WithContext(ctx).Model(&Rename{}).Where("company_id = ? AND id = ?", int64(r.CompanyID), int64(r.ID)).Select(columns).Updates(r).Error
}

func insertConfirmation(ctx context.Context, tx db.Tx, c *Confirmation) error {
	return tx.WithContext(ctx).Create(c).Error
}

// insertFiling adds a report on paper. Errors: ErrYearFiled.
func insertFiling(ctx context.Context, tx db.Tx, f *Filing) error {
	err := tx.WithContext(ctx).Create(f).Error
	if db.Violates(err, "award_filing_n_key") {
		return ErrYearFiled.Because(err)
	}
	return err
}
