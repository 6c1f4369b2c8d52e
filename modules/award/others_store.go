package award

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Held is what a company holds and what keeps it from applying.
type Held struct {
	Level       string   // empty: none that counts
	Until       day.Date // inclusive
	RevokedOn   day.Date // the latest revocation; zero: none
	BarredUntil day.Date // inclusive; zero: it may apply
}

// HeldBy says what a company holds today, for other nouns' transactions.
func HeldBy(ctx context.Context, tx db.Tx, company rbac.CompanyID) (h Held, err error) {
	d := today(tx)
	err = tx.WithContext(ctx).Raw(`SELECT coalesce(c.level, '') AS level, c.valid_until AS until,
			(SELECT max(a.revoked_on) FROM award a WHERE a.company_id = ?) AS revoked_on,
			(SELECT max(b.until_on) FROM award_bar b WHERE b.company_id = ? AND b.until_on >= ?) AS barred_until
		FROM (SELECT 1) one LEFT JOIN award c ON c.company_id = ? AND c.state IN ('in_force', 'renewal_due') AND c.valid_until >= ?`,
		int64(company), int64(company), d, int64(company), d).Scan(&h).Error
	return h, err
}

// Level is what a company holds today.
type Level struct {
	Level string
	Until day.Date // inclusive
}

// LevelsOf says what companies hold today; who holds none is missing.
func LevelsOf(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) (map[rbac.CompanyID]Level, error) {
	var rows []struct {
		CompanyID rbac.CompanyID
		Level     string
		Until     day.Date
	}
	err := tx.WithContext(ctx).Raw(`SELECT a.company_id, a.level, a.valid_until AS until FROM award a
		WHERE a.company_id = ANY(?) AND a.state IN ('in_force', 'renewal_due') AND a.valid_until >= ?`, ints(companies), today(tx)).Scan(&rows).Error
	out := make(map[rbac.CompanyID]Level, len(rows))
	for _, r := range rows {
		out[r.CompanyID] = Level{r.Level, r.Until}
	}
	return out, err
}

func ints[T ~int64](list []T) db.Ints {
	out := make(db.Ints, len(list))
	for i, n := range list {
		out[i] = int64(n)
	}
	return out
}
