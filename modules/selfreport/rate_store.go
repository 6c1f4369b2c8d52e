package selfreport

import (
	"context"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

const reported = "b.standing IN ('submitted','received','outside')"

// rates counts the companies bound in a period by the first width characters of their paths
// inside an area.
func rates(ctx context.Context, tx db.Tx, scope rbac.Scope, cycle string, p Period, area string, width int) (rows []Rate, err error) {
	cond, args := scope.Where("b")
	q := `SELECT n.*, coalesce(d.name, '') AS area_name FROM (
			SELECT left(b.region_path, ?) AS area, count(*) AS bound, count(*) FILTER (WHERE ` + reported + `) AS reported, count(*) FILTER (WHERE ` + reported + ` AND b.late) AS late,
				count(*) FILTER (WHERE ` + reported + ` AND b.zero) AS zero, count(*) FILTER (WHERE ` + reported + ` AND b.paper) AS paper, count(*) FILTER (WHERE b.standing = 'outside') AS outside,
				count(*) FILTER (WHERE b.standing = 'returned') AS returned,
				count(*) FILTER (WHERE b.high_risk) AS high_bound, count(*) FILTER (WHERE b.high_risk AND ` + reported + `) AS high_in,
				count(*) FILTER (WHERE b.above_scale) AS scale_bound, count(*) FILTER (WHERE b.above_scale AND ` + reported + `) AS scale_in,
				count(*) FILTER (WHERE b.crowded) AS crowd_bound, count(*) FILTER (WHERE b.crowded AND ` + reported + `) AS crowd_in
			FROM selfreport_bound b WHERE ` + cond + ` AND b.cycle = ? AND b.period_from = ? AND b.region_path >= ? AND b.region_path < ? GROUP BY 1) n
		LEFT JOIN division d ON d.path = n.area AND d.valid_until IS NULL ORDER BY n.area`
	params := append(append([]any{width}, args...), cycle, p.From, area, area+"~")
	err = tx.WithContext(ctx).Raw(q, params...).Scan(&rows).Error
	return rows, err
}

func areaName(ctx context.Context, tx db.Tx, path string) (name string, err error) {
	err = tx.WithContext(ctx).Raw("SELECT coalesce((SELECT name FROM division WHERE path = ? AND valid_until IS NULL), '')", path).Scan(&name).Error
	return name, err
}

var standings = map[string]string{
	"missing": "b.standing IN ('unreported','returned')", "unreported": "b.standing = 'unreported'", "returned": "b.standing = 'returned'", "reported": reported,
	"late": reported + " AND b.late", "zero": reported + " AND b.zero", "paper": reported + " AND b.paper", "outside": "b.standing = 'outside'",
}

var baseLists = map[string]string{"high_risk": "b.high_risk", "above_scale": "b.above_scale", "crowded": "b.crowded"}

func bounds(ctx context.Context, tx db.Tx, scope rbac.Scope, f BoundFilter, cycle string, p Period, k page.Key) (rows []BoundRow, err error) {
	cond, args := scope.Where("b")
	conds := []string{cond, "b.cycle = ? AND b.period_from = ? AND b.region_path >= ? AND b.region_path < ?"}
	args = append(args, cycle, p.From, f.Area, f.Area+"~")
	if c, ok := standings[f.Standing]; ok {
		conds = append(conds, c)
	}
	if c, ok := baseLists[f.List]; ok {
		conds = append(conds, c)
	}
	order, op := " ORDER BY b.company_id", ">"
	if k.Back {
		order, op = " ORDER BY b.company_id DESC", "<"
	}
	if !k.First() {
		conds = append(conds, "b.company_id "+op+" ?::bigint")
		args = append(args, k.Vals[0])
	}
	q := `SELECT b.*, coalesce(d.name, '') AS area_name, coalesce(c.contact_name, '') AS contact_name, coalesce(c.contact_phone, '') AS contact_phone,
			(SELECT max(u.urged_on) FROM selfreport_urge u WHERE u.company_id = b.company_id AND u.cycle = b.cycle AND u.period_from = b.period_from) AS urged_on
		FROM (SELECT b.* FROM selfreport_bound b WHERE ` + strings.Join(conds, " AND ") + order + ` LIMIT ?) b
		LEFT JOIN company c ON c.company_id = b.company_id LEFT JOIN division d ON d.path = left(b.region_path, 9) AND d.valid_until IS NULL` + order
	err = tx.WithContext(ctx).Raw(q, append(args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

// urgeMany notes every company of an area that has not reported as urged today, unless it was,
// and returns the first of the notes and how many there are. A company that has moved away is
// nobody's to urge here.
func urgeMany(ctx context.Context, tx db.Tx, scope rbac.Scope, cycle string, p Period, area string, today day.Date) (first id.Of[Urge], n int64, err error) {
	cond, args := scope.Where("c")
	var found []struct {
		First id.Of[Urge]
		N     int64
	}
	a := scope.Actor()
	params := append([]any{cycle, p.Name, p.From, today, tx.Now, int64(a.PersonID), a.Name, cycle, p.From, area, area + "~"}, args...)
	err = tx.WithContext(ctx).Raw(`WITH made AS (
			INSERT INTO selfreport_urge (company_id, region_path, oversight_line, cycle, period, period_from, urged_on, at, person_id, by_name)
			SELECT c.company_id, c.region_path, c.oversight_line, ?, ?, ?::date, ?::date, ?::timestamptz, ?::bigint, ?
			FROM selfreport_bound b JOIN company c ON c.company_id = b.company_id
			WHERE b.cycle = ? AND b.period_from = ? AND b.region_path >= ? AND b.region_path < ? AND b.standing IN ('unreported','returned') AND `+cond+`
			ON CONFLICT ON CONSTRAINT selfreport_urge_company_id_cycle_period_from_urged_on_key DO NOTHING RETURNING id)
		SELECT coalesce(min(id), 0) AS first, count(*) AS n FROM made`, params...).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return 0, 0, err
	}
	return found[0].First, found[0].N, nil
}
