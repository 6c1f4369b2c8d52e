package company

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table.
func (Link) TableName() string { return "company_link" }

// TableName names the table.
func (Agreement) TableName() string { return "company_agreement" }

// TableName names the table.
func (JointCheck) TableName() string { return "company_joint_check" }

// partner returns the firm of a code, site and folded name. Errors: ErrPartner.
func partner(ctx context.Context, tx db.Tx, uscc string, site int16, fold string) (rbac.CompanyID, error) {
	var found *int64
	err := tx.WithContext(ctx).Raw("SELECT company_partner(?, ?::smallint, ?)", uscc, site, fold).Scan(&found).Error
	switch {
	case err != nil:
		return 0, err
	case found == nil:
		return 0, ErrPartner.At("body.code")
	}
	return rbac.CompanyID(*found), nil
}

// side is the condition that a link in alias is one of the actor's: of either firm, or of a
// regulator who oversees either. Row security says the same.
func side(scope rbac.Scope, alias string) (string, []any) {
	a := scope.Actor()
	switch a.Kind {
	case rbac.Company, rbac.Service:
		return "? IN (" + alias + ".company_id, " + alias + ".tenant_id)", []any{int64(a.CompanyID)}
	case rbac.Regulator, rbac.Agency, rbac.Platform, rbac.Public, rbac.System:
	}
	own, args := scope.Where(alias)
	tenant, more := scope.Where("t")
	return "(" + own + " OR EXISTS (SELECT FROM company t WHERE t.company_id = " + alias + ".tenant_id AND " + tenant + "))", append(args, more...)
}

// insertLink adds l. Errors: ErrLinked.
func insertLink(ctx context.Context, tx db.Tx, l *Link) error {
	err := tx.WithContext(ctx).Create(l).Error
	switch {
	case db.Violates(err, "company_link_company_id_tenant_id_key"):
		return ErrLinked.Because(err)
	case db.Violates(err, "company_link_tenant_id_check"):
		return ErrPartner.At("body.code").Because(err)
	}
	return err
}

// linkByID returns a link that the actor may see; lock holds it. Errors: rbac.ErrNotFound.
func linkByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Link], lock bool) (l Link, err error) {
	cond, args := side(scope, "l")
	q := "SELECT l.* FROM company_link l WHERE l.id = ? AND " + cond
	if lock {
		q += " FOR UPDATE OF l"
	}
	err = tx.WithContext(ctx).Raw(q, append([]any{int64(n)}, args...)...).Take(&l).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return l, rbac.ErrNotFound
	}
	return l, err
}

// updateLink writes how far l has come.
func updateLink(ctx context.Context, tx db.Tx, l Link, columns ...any) error {
	return tx.WithContext(ctx).Model(&l).Where("company_id = ?", int64(l.CompanyID)).Select("state", columns...).Updates(&l).Error
}

// linksOf returns the links a company is on either side of, those in force first.
func linksOf(ctx context.Context, tx db.Tx, scope rbac.Scope, c rbac.CompanyID) (rows []Link, err error) {
	cond, args := side(scope, "l")
	q := `SELECT l.* FROM company_link l WHERE (l.company_id = ? OR l.tenant_id = ?) AND ` + cond + `
		ORDER BY array_position(ARRAY['proposed', 'confirmed', 'ended', 'declined'], l.state), l.from_on DESC, l.id LIMIT 300`
	return rows, tx.WithContext(ctx).Raw(q, append([]any{int64(c), int64(c)}, args...)...).Scan(&rows).Error
}

// agreementsOf returns the agreements of links, the one signed last first.
func agreementsOf(ctx context.Context, tx db.Tx, links []Link) (rows []Agreement, err error) {
	return rows, tx.WithContext(ctx).Where("link_id = ANY(?) AND company_id = ANY(?)", linkKeys(links), landlords(links)).Order("signed_on DESC, id DESC").Find(&rows).Error
}

// jointChecksOf returns the joint checks of links, newest first.
func jointChecksOf(ctx context.Context, tx db.Tx, links []Link) (rows []JointCheck, err error) {
	return rows, tx.WithContext(ctx).Where("link_id = ANY(?) AND company_id = ANY(?)", linkKeys(links), landlords(links)).Order("on_day DESC, id DESC").Limit(500).Find(&rows).Error
}

func linkKeys(links []Link) db.Ints {
	out := make(db.Ints, len(links))
	for i, l := range links {
		out[i] = int64(l.ID)
	}
	return out
}

func landlords(links []Link) db.Ints {
	out := make(db.Ints, len(links))
	for i, l := range links {
		out[i] = int64(l.CompanyID)
	}
	return out
}

func insertAgreement(ctx context.Context, tx db.Tx, a *Agreement) error {
	return tx.WithContext(ctx).Create(a).Error
}

func insertJointCheck(ctx context.Context, tx db.Tx, c *JointCheck) error {
	return tx.WithContext(ctx).Create(c).Error
}

// renameLinks lets the names in links follow the register.
func renameLinks(ctx context.Context, tx db.Tx, ids db.Ints) error {
	err := tx.WithContext(ctx).Exec(`UPDATE company_link l SET landlord_name = c.name FROM company c
		WHERE c.company_id = l.company_id AND l.company_id = ANY(?) AND l.landlord_name <> c.name`, ids).Error
	if err != nil {
		return err
	}
	return tx.WithContext(ctx).Exec(`UPDATE company_link l SET tenant_name = c.name FROM company c
		WHERE c.company_id = l.tenant_id AND l.tenant_id = ANY(?) AND l.tenant_name <> c.name`, ids).Error
}
