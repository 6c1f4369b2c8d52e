package certificate

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// TableName names the table.
func (OwnNeed) TableName() string { return "certificate_need" }

// needyTypes are the post types that need a certificate.
func needyTypes() db.Texts {
	var out db.Texts
	for _, n := range Needed.Certificates {
		out = append(out, n.For...)
	}
	return out
}

// seatsOf returns who holds, on a day, a post that may need a certificate, main posts first; of some people, or of all.
func seatsOf(ctx context.Context, tx db.Tx, companies db.Ints, people db.Ints, on day.Date) (rows []Seat, err error) {
	q := `SELECT a.company_id, a.staff_id, a.post_id, coalesce(a.unit_id, p.unit_id) AS unit_id, p.types, a.main
		FROM staff_assignment a JOIN staff_post p ON p.company_id = a.company_id AND p.id = a.post_id
		WHERE a.company_id = ANY(?) AND a.from_on <= ? AND (a.until_on IS NULL OR a.until_on >= ?)
			AND (p.types && ?::text[] OR EXISTS (SELECT FROM certificate_need n WHERE n.company_id = p.company_id AND n.post_id = p.id AND n.removed_at IS NULL))`
	args := []any{companies, on.String(), on.String(), needyTypes()}
	if people != nil {
		q, args = q+" AND a.staff_id = ANY(?)", append(args, people)
	}
	return rows, tx.WithContext(ctx).Raw(q+" ORDER BY a.company_id, a.staff_id, a.main DESC, a.from_on, a.id", args...).Scan(&rows).Error
}

// ownNeeds returns what companies add to the needs of their posts.
func ownNeeds(ctx context.Context, tx db.Tx, companies db.Ints) (rows []OwnNeed, err error) {
	q := "SELECT * FROM certificate_need WHERE company_id = ANY(?) AND removed_at IS NULL ORDER BY company_id, post_id, id"
	return rows, tx.WithContext(ctx).Raw(q, companies).Scan(&rows).Error
}

// cardsOf returns the certificates of companies that were not replaced by a day; of some people, or of all.
func cardsOf(ctx context.Context, tx db.Tx, companies db.Ints, people db.Ints, since day.Date) (rows []Certificate, err error) {
	q := "SELECT * FROM certificate WHERE company_id = ANY(?) AND (superseded_on IS NULL OR superseded_on > ?)"
	args := []any{companies, since.String()}
	if people != nil {
		q, args = q+" AND staff_id = ANY(?)", append(args, people)
	}
	return rows, tx.WithContext(ctx).Raw(q+" ORDER BY company_id, staff_id, id", args...).Scan(&rows).Error
}

// firmsOn reads companies as of a day, with the certificates that were not replaced by since, in three
// statements; of some people, or of all.
func firmsOn(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, people db.Ints, on, since day.Date) (map[rbac.CompanyID]*firm, error) {
	ids, firms := make(db.Ints, len(companies)), map[rbac.CompanyID]*firm{}
	for i, c := range companies {
		ids[i] = int64(c)
		firms[c] = &firm{own: map[id.Of[id.Post]][]OwnNeed{}, cards: map[id.Of[id.Staff]][]held{}}
	}
	seats, err := seatsOf(ctx, tx, ids, people, on)
	if err != nil {
		return nil, err
	}
	for _, s := range seats {
		firms[s.CompanyID].seats = append(firms[s.CompanyID].seats, s)
	}
	own, err := ownNeeds(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	for _, o := range own {
		f := firms[o.CompanyID]
		f.own[o.PostID] = append(f.own[o.PostID], o)
	}
	cards, err := cardsOf(ctx, tx, ids, people, since)
	if err != nil {
		return nil, err
	}
	for i := range cards {
		h, err := heldOn(&cards[i], on)
		if ErrKind.Is(err) {
			continue // the catalogue lost the kind: it covers nothing
		}
		if err != nil {
			return nil, err
		}
		f := firms[cards[i].CompanyID]
		f.cards[cards[i].StaffID] = append(f.cards[cards[i].StaffID], h)
	}
	return firms, nil
}
