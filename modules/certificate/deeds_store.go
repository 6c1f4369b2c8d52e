package certificate

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// Deed is what certificates show of a person's duties: that he holds one, or that he kept the
// book of them.
type Deed struct {
	StaffID       id.Of[id.Staff]
	CertificateID id.Of[id.Certificate]
	Kind          string // of the catalogue
	HolderName    string
	Held          bool     // he holds it himself; otherwise he registered, renewed or checked it
	From          day.Date // of the deed, or first day of the validity
	Until         day.Date // last day of the validity; zero: without end, or a deed of one day
}

// Deeds returns the certificates that the people of a company held in a period, both days
// inclusive, and what they entered about certificates in it.
func Deeds(ctx context.Context, tx db.Tx, company rbac.CompanyID, from, until day.Date) (list []Deed, err error) {
	q := `SELECT c.staff_id, c.id AS certificate_id, c.kind, c.holder_name, true AS held, c.valid_from AS "from",
			least(c.valid_to, c.superseded_on, c.revoked_on, c.cancelled_on, c.holder_left_on) AS until
		FROM certificate c WHERE c.company_id = @company AND c.valid_from <= @until
			AND coalesce(least(c.valid_to, c.superseded_on, c.revoked_on, c.cancelled_on, c.holder_left_on), @until) >= @from
		UNION ALL
		SELECT p.id, e.certificate_id, c.kind, c.holder_name, false, (e.at AT TIME ZONE 'Asia/Shanghai')::date, NULL::date
		FROM certificate_event e JOIN certificate c ON c.company_id = e.company_id AND c.id = e.certificate_id
			JOIN staff_person p ON p.company_id = e.company_id AND p.person_id = e.by_person_id
		WHERE e.company_id = @company AND (e.at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN @from AND @until
		ORDER BY 6, 2`
	args := map[string]any{"company": int64(company), "from": from, "until": until}
	err = tx.WithContext(ctx).Raw(q, args).Scan(&list).Error
	return list, err
}
