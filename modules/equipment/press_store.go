package equipment

import (
	"context"
	"slices"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Presses is what is counted of a company's presses (冲床).
type Presses struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	Presses       int
	Tested        int
	Guarded       int
	Failed        int
	Mended        int
	NextOn        day.Date // last day on which Tested holds; zero: until something is written
	CountedAt     time.Time
}

// inForce holds for a press of alias m whose test is in force on a day: passed, not barred since.
const inForce = "m.tested_on IS NOT NULL AND m.barred_on IS NULL AND m.due_on >= ?"

// countPresses counts the presses of companies anew, in one statement.
func countPresses(ctx context.Context, tx db.Tx, companies []rbac.CompanyID) error {
	ids := make(db.Ints, len(companies))
	for i, c := range companies {
		ids[i] = int64(c)
	}
	today := day.In(tx.Now, day.Shanghai)
	return tx.WithContext(ctx).Exec(`INSERT INTO equipment_press AS p (company_id, region_path, oversight_line, presses, tested, guarded, failed, mended, next_on, counted_at)
		SELECT c.company_id, c.region_path, c.oversight_line, m.presses, m.tested, m.guarded, t.failed, t.mended, m.next_on, ?
		FROM company c,
		LATERAL (SELECT count(*) AS presses, count(*) FILTER (WHERE `+inForce+`) AS tested, count(*) FILTER (WHERE m.guarded) AS guarded, min(m.due_on) FILTER (WHERE `+inForce+`) AS next_on
			FROM equipment_machine m WHERE m.company_id = c.company_id AND m.kind = 'press' AND m.ended_on IS NULL) m,
		LATERAL (SELECT count(*) AS failed, count(t.mended_on) AS mended FROM equipment_test t JOIN equipment_machine m ON m.company_id = t.company_id AND m.id = t.machine_id
			WHERE t.company_id = c.company_id AND t.press AND t.result = 'fail' AND m.ended_on IS NULL) t
		WHERE c.company_id = ANY(?) ORDER BY c.company_id
		ON CONFLICT ON CONSTRAINT equipment_press_pkey DO UPDATE SET presses = excluded.presses, tested = excluded.tested, guarded = excluded.guarded,
			failed = excluded.failed, mended = excluded.mended, next_on = excluded.next_on, counted_at = excluded.counted_at`,
		tx.Now, today.String(), today.String(), ids).Error
}

// outdated returns companies of which a press has fallen due since they were counted.
func outdated(ctx context.Context, tx db.Tx, n int) (ids []rbac.CompanyID, err error) {
	today := day.In(tx.Now, day.Shanghai)
	return ids, tx.WithContext(ctx).Raw("SELECT company_id FROM equipment_press WHERE next_on < ? ORDER BY next_on, company_id LIMIT ? FOR UPDATE", today.String(), n).Scan(&ids).Error
}

// testedNow is how many presses of row p are tested, counted anew where one has fallen due since.
const testedNow = "CASE WHEN p.next_on < ? THEN (SELECT count(*) FROM equipment_machine m WHERE m.company_id = p.company_id AND m.kind = 'press' AND m.ended_on IS NULL AND " + inForce + ") ELSE p.tested END"

// Rate is the standing of presses in an area.
type Rate struct {
	Path      string `json:"path"`
	Name      string `json:"name"`
	Companies int64  `json:"companies" doc:"with presses"`
	Presses   int64  `json:"presses"`
	Tested    int64  `json:"tested" doc:"with a passed test in force"`
	Guarded   int64  `json:"guarded" doc:"with a device at the operator's side"`
	Failed    int64  `json:"failed" doc:"tests failed of presses in use"`
	Mended    int64  `json:"mended" doc:"of these, followed by a pass"`
	Wave      string `json:"wave" doc:"year by which the city's plan asked for all presses here to be tested; empty: not named there"`
}

// ratesBelow sums presses of the areas just below a parent, or of the areas themselves.
func ratesBelow(ctx context.Context, tx db.Tx, scope rbac.Scope, parent string, depth int, areas db.Texts) (rows []Rate, err error) {
	cond, args := scope.Where("p")
	node, from := "left(p.region_path, ?::int)", "equipment_press p"
	head := []any{depth}
	if parent == "" {
		node, from, head = "a.path", "equipment_press p JOIN unnest( ?::text[]) AS a(path) ON p.region_path >= a.path COLLATE \"C\" AND p.region_path < (a.path || '~') COLLATE \"C\"", nil
	}
	today := day.In(tx.Now, day.Shanghai).String()
	all := slices.Concat(head, []any{today, today})
	if parent == "" {
		all = append(all, areas)
	} else {
		cond, args = cond+" AND p.region_path >= ? AND p.region_path < ?", append(args, parent, parent+"~")
	}
	q := `WITH n AS (SELECT ` + node + ` AS path, count(*) AS companies, sum(p.presses) AS presses, sum(` + testedNow + `) AS tested, sum(p.guarded) AS guarded, sum(p.failed) AS failed, sum(p.mended) AS mended
		FROM ` + from + ` WHERE p.presses > 0 AND ` + cond + ` GROUP BY 1)
		SELECT n.*, coalesce(d.name, '') AS name FROM n LEFT JOIN division d ON d.path = n.path AND d.valid_until IS NULL ORDER BY n.path LIMIT 200`
	return rows, tx.WithContext(ctx).Raw(q, append(all, args...)...).Scan(&rows).Error
}

// Owner is a company with presses.
type Owner struct {
	CompanyID  rbac.CompanyID
	RegionPath string
	Name       string
	Town       string
	Presses    int64
	Tested     int64
	Guarded    int64
	Failed     int64
	Mended     int64
}

// owners returns at most limit+1 companies with presses in an area, by place, from k on.
func owners(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, behind bool, limit int, k page.Key) (rows []Owner, err error) {
	today := day.In(tx.Now, day.Shanghai).String()
	cond, args := scope.Where("p")
	cond += " AND p.presses > 0"
	if area != "" {
		cond, args = cond+" AND p.region_path >= ? AND p.region_path < ?", append(args, area, area+"~")
	}
	if behind {
		cond, args = cond+" AND (p.tested < p.presses OR p.next_on < ?)", append(args, today)
	}
	order := "p.region_path, p.company_id"
	switch {
	case k.Back:
		cond, args, order = cond+" AND (p.region_path, p.company_id) < (?, ?::bigint)", append(args, k.Vals[0], k.Vals[1]), "p.region_path DESC, p.company_id DESC"
	case !k.First():
		cond, args = cond+" AND (p.region_path, p.company_id) > (?, ?::bigint)", append(args, k.Vals[0], k.Vals[1])
	}
	q := `SELECT p.company_id, p.region_path, c.name, coalesce(d.name, '') AS town, p.presses, ` + testedNow + ` AS tested, p.guarded, p.failed, p.mended
		FROM (SELECT p.* FROM equipment_press p WHERE ` + cond + " ORDER BY " + order + ` LIMIT ?) p JOIN company c ON c.company_id = p.company_id
		LEFT JOIN division d ON d.path = left(p.region_path, 9) AND d.valid_until IS NULL ORDER BY ` + order
	return rows, tx.WithContext(ctx).Raw(q, append(append([]any{today, today}, args...), limit+1)...).Scan(&rows).Error
}
