package permit

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Permit) TableName() string { return "permit" }

// TableName names the table.
func (Step) TableName() string { return "permit_step" }

// TableName names the table.
func (Setting) TableName() string { return "permit_setting" }

// Setting is how a company approves permits.
type Setting struct {
	CompanyID     rbac.CompanyID `gorm:"primaryKey"`
	RegionPath    string
	OversightLine int16
	Approvers     db.JSON[[]ApproverRule]
	Areas         db.JSON[[]Area]
	HolidayUp     bool
	ChangedAt     time.Time
	ChangedName   string
}

// seen is the condition that alias p is a permit the actor may see: those of his part of the
// company, and those he has to do with. Who answers for nobody sees only the latter.
func seen(scope rbac.Scope) (string, []any) {
	cond, args := scope.Where("p")
	a := scope.Actor()
	if a.Kind != rbac.Company || scope.Can(rbac.ActionWhole) {
		return cond, args
	}
	mine, own := "p.staff_ids @> ARRAY[?::bigint]", []any{int64(a.StaffID)}
	if scope.Can(ActionStat) {
		part, bounds := scope.Reach("p")
		mine, own = "("+mine+" OR "+part+")", append(own, bounds...)
	}
	return cond + " AND " + mine, append(args, own...)
}

// permitByID reads one permit. Errors: rbac.ErrNotFound.
func permitByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Permit], lock bool) (Permit, error) {
	cond, args := seen(scope)
	q := "SELECT p.* FROM permit p WHERE p.id = ? AND " + cond
	if lock {
		q += " FOR UPDATE OF p"
	}
	var found []Permit
	if err := tx.WithContext(ctx).Raw(q, append([]any{int64(n)}, args...)...).Scan(&found).Error; err != nil {
		return Permit{}, err
	}
	if len(found) == 0 {
		return Permit{}, rbac.ErrNotFound
	}
	return found[0], nil
}

// stepsOf reads what a permit went through, in order.
func stepsOf(ctx context.Context, tx db.Tx, p Permit) ([]Step, error) {
	return gorm.G[Step](tx.DB).Where("company_id = ? AND permit_id = ?", int64(p.CompanyID), int64(p.ID)).Order("n").Find(ctx)
}

// stepBy returns the permit of the step that was made under a client id, 0 if there is none. It
// makes a second one of the same wait for the first.
func stepBy(ctx context.Context, tx db.Tx, company rbac.CompanyID, client string) (found id.Of[id.Permit], err error) {
	if client == "" {
		return 0, nil
	}
	if err := tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended(?, ?))", "permit"+strings.ToLower(client), int64(company)).Error; err != nil {
		return 0, err
	}
	err = tx.WithContext(ctx).Raw("SELECT permit_id FROM permit_step WHERE company_id = ? AND client_id = ?::uuid", int64(company), client).Scan(&found).Error
	return found, err
}

// number gives p the next number of its company's year.
func number(ctx context.Context, tx db.Tx, p *Permit, short string) error {
	if err := tx.WithContext(ctx).Exec("SELECT pg_advisory_xact_lock(hashtextextended('permit_number', ?))", int64(p.CompanyID)).Error; err != nil {
		return err
	}
	var last int
	if err := tx.WithContext(ctx).Raw("SELECT coalesce(max(serial), 0) FROM permit WHERE company_id = ? AND year = ?", int64(p.CompanyID), p.Year).Scan(&last).Error; err != nil {
		return err
	}
	p.Serial = last + 1
	p.Number = fmt.Sprintf("%s-%d-%04d", short, p.Year, p.Serial)
	return nil
}

// insertPermit adds a permit. Errors: ErrPointUnknown, ErrUnitUnknown.
func insertPermit(ctx context.Context, tx db.Tx, p *Permit) error {
	return refused(gorm.G[Permit](tx.DB).Create(ctx, p))
}

// updatePermit writes p, which the transaction has locked.
func updatePermit(ctx context.Context, tx db.Tx, p *Permit) error {
	r := tx.WithContext(ctx).Model(&Permit{}).Where("company_id = ? AND id = ?", int64(p.CompanyID), int64(p.ID)).Select("*").
		Omit("CompanyID", "ID", "RegionPath", "OversightLine").Updates(p)
	if r.Error == nil && r.RowsAffected == 0 {
		return rbac.ErrNotFound
	}
	return refused(r.Error)
}

func refused(err error) error {
	switch {
	case db.Violates(err, "permit_company_id_point_id_fkey"):
		return ErrPointUnknown.At("body.pointId").Because(err)
	case db.Violates(err, "permit_company_id_unit_id_fkey"):
		return ErrUnitUnknown.At("body.unitId").Because(err)
	}
	return err
}

// insertStep adds a step. Errors: ErrPhotoUnknown.
func insertStep(ctx context.Context, tx db.Tx, s *Step) error {
	err := gorm.G[Step](tx.DB).Create(ctx, s)
	if db.Violates(err, "permit_step_company_id_signature_id_fkey") {
		return ErrPhotoUnknown.At("body.signature").Because(err)
	}
	return err
}

// pointThere reports whether a company has a check point.
func pointThere(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Point]) (there bool, err error) {
	err = tx.WithContext(ctx).Raw("SELECT EXISTS (SELECT FROM checklist_point WHERE company_id = ? AND id = ?)", int64(company), int64(n)).Scan(&there).Error
	return there, err
}

// explosiveAt reports whether a check point has an explosive atmosphere (爆炸危险区域), where nobody takes photos.
func explosiveAt(ctx context.Context, tx db.Tx, company rbac.CompanyID, n *id.Of[id.Point]) (is bool, err error) {
	if n == nil {
		return false, nil
	}
	err = tx.WithContext(ctx).Raw("SELECT EXISTS (SELECT FROM checklist_point WHERE company_id = ? AND id = ? AND explosive <> '')", int64(company), int64(*n)).Scan(&is).Error
	return is, err
}

// settingOf reads a company's setting; there may be none yet.
func settingOf(ctx context.Context, tx db.Tx, company rbac.CompanyID) (Setting, error) {
	found, err := gorm.G[Setting](tx.DB).Where("company_id = ?", int64(company)).Limit(1).Find(ctx)
	if err != nil || len(found) == 0 {
		return Setting{CompanyID: company, HolidayUp: true}, err
	}
	return found[0], nil
}

// saveSetting writes it.
func saveSetting(ctx context.Context, tx db.Tx, s Setting) error {
	q := `INSERT INTO permit_setting (company_id, region_path, oversight_line, approvers, areas, holiday_up, changed_at, changed_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT permit_setting_pkey DO UPDATE SET approvers = excluded.approvers, areas = excluded.areas, holiday_up = excluded.holiday_up,
			changed_at = excluded.changed_at, changed_name = excluded.changed_name`
	return tx.WithContext(ctx).Exec(q, int64(s.CompanyID), s.RegionPath, s.OversightLine, s.Approvers, s.Areas, s.HolidayUp, s.ChangedAt, s.ChangedName).Error
}
