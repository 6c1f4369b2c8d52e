package certificate

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// HeldCard is a certificate that somebody has, and what it is worth on a day.
type HeldCard struct {
	StaffID    id.Of[id.Staff]
	Kind       string
	Operation  string
	Valid      bool     // he may work under it
	ValidUntil day.Date // until when without a review or renewal; zero: without end
}

// Held returns the certificates that people of a company have on a day, save those that a newer
// version has replaced, in one query.
func Held(ctx context.Context, tx db.Tx, company rbac.CompanyID, people []id.Of[id.Staff], on day.Date) ([]HeldCard, error) {
	who := make(db.Ints, len(people))
	for i, n := range people {
		who[i] = int64(n)
	}
	var rows []Certificate
	q := "SELECT * FROM certificate WHERE company_id = ? AND staff_id = ANY(?) AND (superseded_on IS NULL OR superseded_on > ?) ORDER BY id"
	if err := tx.WithContext(ctx).Raw(q, int64(company), who, on).Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]HeldCard, len(rows))
	for i := range rows {
		f, err := rows[i].facts()
		if err != nil {
			return nil, err
		}
		s := f.On(on)
		out[i] = HeldCard{rows[i].StaffID, rows[i].Kind, rows[i].Operation, s.Counts, s.NextDue}
		for _, ended := range []day.Date{f.RevokedOn, f.CancelledOn} {
			if !ended.IsZero() {
				out[i].ValidUntil = ended.AddDays(-1)
			}
		}
	}
	return out, nil
}

// Lapsed counts the certificates of people who work there on a day, save those that a newer version has replaced or
// that were given up, and those of them under which nobody may work.
func Lapsed(ctx context.Context, tx db.Tx, company rbac.CompanyID, on day.Date) (all, lapsed int, err error) {
	var rows []Certificate
	q := `SELECT * FROM certificate WHERE company_id = ? AND (superseded_on IS NULL OR superseded_on > ?) AND revoked_on IS NULL AND cancelled_on IS NULL
		AND (holder_left_on IS NULL OR holder_left_on > ?)`
	if err := tx.WithContext(ctx).Raw(q, int64(company), on, on).Scan(&rows).Error; err != nil {
		return 0, 0, err
	}
	for i := range rows {
		f, err := rows[i].facts()
		if err != nil {
			return 0, 0, err
		}
		if all++; !f.On(on).Counts {
			lapsed++
		}
	}
	return all, lapsed, nil
}
