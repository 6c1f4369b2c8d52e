package company

import (
	"context"

	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table.
func (Licence) TableName() string { return "company_licence" }

// TableName names the table.
func (Contact) TableName() string { return "company_contact" }

// TableName names the table.
func (Picture) TableName() string { return "company_photo" }

var locked = clause.Locking{Strength: "UPDATE"}

// held locks and returns a row of a company's file in scope. Errors: rbac.ErrNotFound.
func held[T any](ctx context.Context, tx db.Tx, scope rbac.Scope, n int64) (row T, err error) {
	var rows []T
	err = tx.WithContext(ctx).Scopes(scope.Rows).Clauses(locked).Where("id = ?", n).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil {
		return row, err
	}
	return rows[0], nil
}

func licenceByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Licence]) (Licence, error) {
	return held[Licence](ctx, tx, scope, int64(n))
}

func contactByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Contact]) (Contact, error) {
	return held[Contact](ctx, tx, scope, int64(n))
}

func pictureByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Picture]) (Picture, error) {
	return held[Picture](ctx, tx, scope, int64(n))
}

// licencesOf returns a company's licences, those in force first, soonest to end first.
func licencesOf(ctx context.Context, tx db.Tx, c rbac.CompanyID) (rows []Licence, err error) {
	return rows, tx.WithContext(ctx).Where("company_id = ?", int64(c)).Order("ended_on IS NOT NULL, valid_to NULLS LAST, id").Limit(300).Find(&rows).Error
}

// contactsOf returns a company's contacts, those who still are first.
func contactsOf(ctx context.Context, tx db.Tx, c rbac.CompanyID) (rows []Contact, err error) {
	order := "until_on IS NOT NULL, until_on DESC, array_position(ARRAY['principal', 'safety', 'duty', 'finance', 'other'], role), id"
	return rows, tx.WithContext(ctx).Where("company_id = ?", int64(c)).Order(order).Limit(200).Find(&rows).Error
}

// picturesOf returns the photos on a company's file.
func picturesOf(ctx context.Context, tx db.Tx, c rbac.CompanyID) (rows []Picture, err error) {
	return rows, tx.WithContext(ctx).Where("company_id = ? AND removed_on IS NULL", int64(c)).Order("kind, id").Limit(100).Find(&rows).Error
}

func insertLicence(ctx context.Context, tx db.Tx, l *Licence) error {
	return tx.WithContext(ctx).Create(l).Error
}

func updateLicence(ctx context.Context, tx db.Tx, l Licence) error {
	return tx.WithContext(ctx).Model(&l).Where("company_id = ?", int64(l.CompanyID)).Select(
		"kind", "name", "number", "issuer", "valid_from", "valid_to", "attachment_ids", "ended_on", "ended_reason", "by_name", "at").Updates(&l).Error
}

func insertContact(ctx context.Context, tx db.Tx, c *Contact) error {
	return tx.WithContext(ctx).Create(c).Error
}

func endContact(ctx context.Context, tx db.Tx, c Contact) error {
	return tx.WithContext(ctx).Model(&c).Where("company_id = ?", int64(c.CompanyID)).Select("until_on").Updates(&c).Error
}

// insertPicture adds p. Errors: rbac.ErrNotFound if the company has no such file.
func insertPicture(ctx context.Context, tx db.Tx, p *Picture) error {
	err := tx.WithContext(ctx).Create(p).Error
	if db.Violates(err, "company_photo_company_id_attachment_id_fkey") {
		return rbac.ErrNotFound.At("body.attachmentId").Because(err)
	}
	return err
}

func removePicture(ctx context.Context, tx db.Tx, p Picture) error {
	return tx.WithContext(ctx).Model(&p).Where("company_id = ?", int64(p.CompanyID)).Select("removed_on").Updates(&p).Error
}

// LicencesOn counts the licences that a company has not given up, and those of them that are past their last day.
func LicencesOn(ctx context.Context, tx db.Tx, c rbac.CompanyID, on day.Date) (all, expired int, err error) {
	rows, err := licencesOf(ctx, tx, c)
	for _, l := range rows {
		if l.EndedOn.IsZero() {
			all++
			if !l.ValidTo.IsZero() && l.ValidTo.Before(on) {
				expired++
			}
		}
	}
	return all, expired, err
}
