package accident

import (
	"context"
	"math/big"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
)

// suffered is what a company's records say of a period.
type suffered struct {
	CompanyID id.Of[id.Company]
	Recorded  bool // accidents or hours were ever entered: no row of the period means that nothing happened
	Deaths    int64
	Severe    int64
	Larger    int64
	Largest   int64
	Total     int64
	People    int64 // on average, of the last year entered by the end of the period; 0: not known
}

// Performance is the safety performance (安全绩效) of companies from one day to another, both inclusive, by the names
// that scoring tables use; only what is known. Rates are of the people on average in the last year entered.
// Occupational diseases are not in these records. A company that keeps no record is missing.
func Performance(ctx context.Context, tx db.Tx, companies []id.Of[id.Company], from, until day.Date) (map[id.Of[id.Company]]scoring.Facts, error) {
	var ids db.Ints
	for _, c := range companies {
		ids = append(ids, int64(c))
	}
	var rows []suffered
	err := tx.WithContext(ctx).Raw(`SELECT c.id AS company_id, s.*, h.people IS NOT NULL OR EXISTS (SELECT FROM accident a WHERE a.company_id = c.id AND a.ended_on IS NULL) AS recorded, coalesce(h.people, 0) AS people
		FROM unnest( ?::bigint[]) c(id)
		CROSS JOIN LATERAL (SELECT coalesce(sum(deaths), 0) AS deaths, coalesce(sum(severe), 0) AS severe, count(*) FILTER (WHERE class IN ('larger', 'major', 'extraordinary')) AS larger,
			coalesce(max(loss_fen), 0)::bigint AS largest, coalesce(sum(loss_fen), 0)::bigint AS total
			FROM accident a WHERE a.company_id = c.id AND a.ended_on IS NULL AND a.happened_at >= ? AND a.happened_at < ?) s
		LEFT JOIN LATERAL (SELECT staff_count AS people FROM accident_hours h WHERE h.company_id = c.id AND h.ended_on IS NULL AND h.year <= ? ORDER BY h.year DESC LIMIT 1) h ON true`,
		ids, from.Midnight(day.Shanghai), until.AddDays(1).Midnight(day.Shanghai), until.Year()).Scan(&rows).Error
	out := make(map[id.Of[id.Company]]scoring.Facts, len(rows))
	for _, r := range rows {
		if !r.Recorded {
			continue
		}
		f := scoring.Facts{
			"deaths": scoring.Int(r.Deaths), "serious_injuries": scoring.Int(r.Severe), "larger_accidents": scoring.Int(r.Larger),
			"largest_loss_fen": scoring.Int(r.Largest), "total_loss_fen": scoring.Int(r.Total),
		}
		if r.People > 0 {
			f["deaths_per_thousand"], f["serious_per_thousand"] = perThousand(r.Deaths, r.People), perThousand(r.Severe, r.People)
		}
		out[r.CompanyID] = f
	}
	return out, err
}

func perThousand(n, of int64) scoring.Num {
	return scoring.Num(scoring.HalfUp(big.NewRat(n*1000, of), 4))
}
