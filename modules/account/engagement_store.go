package account

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// engagements lists the companies that have engaged org today (system only: the agency may
// not read a company before it has chosen to work for it).
func engagements(ctx context.Context, tx db.Tx, org id.Of[id.Organisation], today string) (out []Client, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT e.company_id, c.name, e.from_on, e.until_on FROM account_engagement e JOIN company c ON c.company_id = e.company_id
		WHERE e.organisation_id = ? AND e.from_on <= ?::date AND (e.until_on IS NULL OR e.until_on >= ?::date) ORDER BY c.name, e.company_id LIMIT 500`, org, today, today).Scan(&out).Error
	return out, err
}

func engaged(ctx context.Context, tx db.Tx, org id.Of[id.Organisation], company rbac.CompanyID) (ok bool, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT EXISTS (SELECT FROM account_engagement WHERE organisation_id = ? AND company_id = ?
		AND from_on <= (?::timestamptz AT TIME ZONE 'Asia/Shanghai')::date AND (until_on IS NULL OR until_on >= (?::timestamptz AT TIME ZONE 'Asia/Shanghai')::date))`,
		org, company, tx.Now, tx.Now).Scan(&ok).Error
	return ok, err
}

func insertEngagement(ctx context.Context, tx db.Tx, e *Engagement) error {
	err := gorm.G[Engagement](tx.DB).Create(ctx, e)
	if db.Violates(err, "account_engagement_pkey") {
		return ErrMemberExists.At("body.fromOn").Because(err)
	}
	return err
}

// engagementsOf lists a company's engagements, the newest first.
func engagementsOf(ctx context.Context, tx db.Tx, company rbac.CompanyID) (out []Engaged, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT e.*, o.name FROM account_engagement e JOIN account_organisation o ON o.id = e.organisation_id
		WHERE e.company_id = ? ORDER BY e.from_on DESC, e.organisation_id LIMIT 200`, company).Scan(&out).Error
	return out, err
}

// serviceAgencies lists the agencies a company may engage.
func serviceAgencies(ctx context.Context, tx db.Tx) ([]Organisation, error) {
	return gorm.G[Organisation](tx.DB).Where("kind = ?", rbac.Service).Order("name, id").Limit(500).Find(ctx)
}

// lockEngagement locks one engagement. Errors: rbac.ErrNotFound.
func lockEngagement(ctx context.Context, tx db.Tx, company rbac.CompanyID, org id.Of[id.Organisation], from day.Date) (Engagement, error) {
	return one(gorm.G[Engagement](tx.DB, clause.Locking{Strength: "UPDATE"}).Where("company_id = ? AND organisation_id = ? AND from_on = ?", company, org, from).Find(ctx))
}

// endEngagement writes an engagement's last day.
func endEngagement(ctx context.Context, tx db.Tx, e Engagement) error {
	return tx.WithContext(ctx).Exec("UPDATE account_engagement SET until_on = ? WHERE company_id = ? AND organisation_id = ? AND from_on = ?",
		e.UntilOn, e.CompanyID, e.OrganisationID, e.FromOn).Error
}
