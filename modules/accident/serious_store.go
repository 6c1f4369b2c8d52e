package accident

import (
	"context"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/rbac"
)

// Serious lists the days since one on which companies had an accident with a death or a severe
// injury; who had none is missing.
func Serious(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, from day.Date) (map[rbac.CompanyID][]day.Date, error) {
	ids := make(db.Ints, len(companies))
	for i, c := range companies {
		ids[i] = int64(c)
	}
	var rows []struct {
		CompanyID rbac.CompanyID
		OnDay     day.Date
	}
	err := tx.WithContext(ctx).Raw(`SELECT company_id, (happened_at AT TIME ZONE 'Asia/Shanghai')::date AS on_day FROM accident
		WHERE company_id = ANY(?) AND ended_on IS NULL AND kind <> 'near_miss' AND deaths + severe > 0 AND happened_at >= ? ORDER BY company_id, happened_at`,
		ids, from.Midnight(day.Shanghai)).Scan(&rows).Error
	out := make(map[rbac.CompanyID][]day.Date, len(rows))
	for _, r := range rows {
		out[r.CompanyID] = append(out[r.CompanyID], r.OnDay)
	}
	return out, err
}

// StandingRow is an accident behind a company's standing.
type StandingRow struct {
	ID     int64
	Title  string
	OnDay  day.Date
	Counts bool // it costs points: somebody died or was severely injured, or a million yuan was lost
}

// Standing lists a company's accidents and injuries since a day, latest first.
func Standing(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, from day.Date, limit int) (rows []StandingRow, err error) {
	cond, args := scope.Where("a")
	reach, more := scope.Reach("a")
	q := `SELECT a.id, a.title, (a.happened_at AT TIME ZONE 'Asia/Shanghai')::date AS on_day, a.deaths + a.severe > 0 OR a.loss_fen >= 100000000 AS counts
		FROM accident a WHERE ` + cond + " AND " + reach + " AND a.company_id = ? AND a.ended_on IS NULL AND a.kind <> 'near_miss' AND a.happened_at >= ? ORDER BY a.happened_at DESC, a.id DESC LIMIT ?"
	err = tx.WithContext(ctx).Raw(q, append(append(args, more...), int64(company), from.Midnight(day.Shanghai), limit)...).Scan(&rows).Error
	return rows, err
}
