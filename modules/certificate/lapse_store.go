package certificate

import (
	"context"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table.
func (Lapse) TableName() string { return "certificate_lapse" }

// unraised leaves of lapsed certificates those for whose due day no hazard was entered yet.
func unraised(ctx context.Context, tx db.Tx, list []Certificate) (out []Certificate, err error) {
	var c columns
	for _, x := range list {
		c.add(int64(x.CompanyID), int64(x.ID), 0, 0, x.NextDueOn.String(), "")
	}
	var done []struct {
		CompanyID     rbac.CompanyID
		CertificateID id.Of[id.Certificate]
	}
	err = tx.WithContext(ctx).Raw(`SELECT l.company_id, l.certificate_id FROM unnest(?::bigint[], ?::bigint[], ?::text[]::date[]) AS r(c, i, d)
		JOIN certificate_lapse l ON l.company_id = r.c AND l.certificate_id = r.i AND l.due_on = r.d`, c.ints[0], c.ints[1], c.texts[0]).Scan(&done).Error
	raised := map[id.Of[id.Certificate]]bool{}
	for _, d := range done {
		raised[d.CertificateID] = true
	}
	for _, x := range list {
		if !raised[x.ID] {
			out = append(out, x)
		}
	}
	return out, err
}

func insertLapses(ctx context.Context, tx db.Tx, list []Lapse) error {
	return tx.WithContext(ctx).Create(&list).Error
}

type placeKey struct {
	CompanyID rbac.CompanyID
	ID        int64
}

// placed names posts and units of companies, and their industries.
type placed struct {
	posts, units map[placeKey]string
	industries   map[rbac.CompanyID]string
}

func placesOf(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, firms map[rbac.CompanyID]*firm) (p placed, err error) {
	p = placed{map[placeKey]string{}, map[placeKey]string{}, map[rbac.CompanyID]string{}}
	var ids, posts, units db.Ints
	for _, c := range companies {
		ids = append(ids, int64(c))
		for _, s := range firms[c].seats {
			posts, units = append(posts, int64(s.PostID)), append(units, int64(s.UnitID))
		}
	}
	var rows []struct {
		What      string
		CompanyID rbac.CompanyID
		ID        int64
		Name      string
	}
	err = tx.WithContext(ctx).Raw(`SELECT 'post' AS what, company_id, id, name FROM staff_post WHERE company_id = ANY(?) AND id = ANY(?)
		UNION ALL SELECT 'unit', company_id, id, name FROM staff_unit WHERE company_id = ANY(?) AND id = ANY(?)
		UNION ALL SELECT 'firm', company_id, 0, industry FROM company WHERE company_id = ANY(?)`, ids, posts, ids, units, ids).Scan(&rows).Error
	for _, r := range rows {
		switch k := (placeKey{r.CompanyID, r.ID}); r.What {
		case "post":
			p.posts[k] = r.Name
		case "unit":
			p.units[k] = r.Name
		default:
			p.industries[r.CompanyID] = r.Name
		}
	}
	return p, err
}

// lapsesOf returns the hazards that were entered for a certificate, the latest first.
func lapsesOf(ctx context.Context, tx db.Tx, c Certificate) (rows []Lapse, err error) {
	q := "SELECT * FROM certificate_lapse WHERE company_id = ? AND certificate_id = ? ORDER BY due_on DESC LIMIT 20"
	return rows, tx.WithContext(ctx).Raw(q, int64(c.CompanyID), int64(c.ID)).Scan(&rows).Error
}

// Wake has the next scan look again at lapsed certificates of people whose posts changed. It belongs in the
// transaction that changes them.
func Wake(ctx context.Context, tx db.Tx, company rbac.CompanyID, people []id.Of[id.Staff]) error {
	who := make(db.Ints, len(people))
	for i, p := range people {
		who[i] = int64(p)
	}
	today := dayOf(tx)
	return tx.WithContext(ctx).Exec("UPDATE certificate SET remind_on = ? WHERE company_id = ? AND staff_id = ANY(?) AND next_due_on < ? AND remind_on > ?",
		today.AddDays(1).String(), int64(company), who, today.String(), today.AddDays(1).String()).Error
}
