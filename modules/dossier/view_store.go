package dossier

import (
	"context"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (View) TableName() string { return "dossier_view" }

// sitting is how long further sections count as the same view.
const sitting = 30 * time.Minute

// addPart adds a section to the sitting that runs, hidden or not as it is now, and says whether there was one.
func addPart(ctx context.Context, tx db.Tx, company rbac.CompanyID, person id.Of[id.Person], hidden bool, part string) (bool, error) {
	r := tx.WithContext(ctx).Exec(`UPDATE dossier_view SET parts = CASE WHEN ? = '' OR ? = ANY(parts) THEN parts ELSE parts || ?::text END
		WHERE company_id = ? AND id = (SELECT v.id FROM dossier_view v WHERE v.company_id = ? AND v.person_id = ? AND v.at > ? AND (v.visible_from IS NULL) = ? ORDER BY v.at DESC, v.id DESC LIMIT 1)`,
		part, part, part, int64(company), int64(company), int64(person), tx.Now.Add(-sitting), hidden)
	return r.RowsAffected > 0, r.Error
}

func insertView(ctx context.Context, tx db.Tx, v *View) error {
	return tx.WithContext(ctx).Create(v).Error
}

// reveal makes the hidden views of an organisation visible to the company from now on.
func reveal(ctx context.Context, tx db.Tx, company rbac.CompanyID, organisation id.Of[id.Organisation]) error {
	return tx.WithContext(ctx).Exec("UPDATE dossier_view SET visible_from = ? WHERE company_id = ? AND organisation_id = ? AND visible_from IS NULL", tx.Now, int64(company), int64(organisation)).Error
}

// viewsOf returns who looked at a company's dossier, one page and one row more, latest first.
func viewsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, k page.Key, limit int) (rows []View, err error) {
	w := scope.Of(company, "v")
	order := w.Latest(k, "v.at, v.id", "?::timestamptz, ?::bigint")
	err = tx.WithContext(ctx).Raw("SELECT v.* FROM dossier_view v WHERE "+w.SQL()+order+" LIMIT ?", append(w.Args, limit+1)...).Scan(&rows).Error
	return rows, err
}

// organisationName names the actor's organisation.
func organisationName(ctx context.Context, tx db.Tx, n id.Of[id.Organisation]) (name string, err error) {
	err = tx.WithContext(ctx).Raw("SELECT coalesce((SELECT name FROM account_organisation WHERE id = ?), '')", int64(n)).Scan(&name).Error
	return name, err
}
