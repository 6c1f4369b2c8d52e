package visit

import (
	"context"
	"encoding/json"

	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Plan) TableName() string { return "visit_plan" }

// TableName names the table.
func (Pick) TableName() string { return "visit_pick" }

// plansBy lists plans, latest year first; row security says which the actor may see.
func plansBy(ctx context.Context, tx db.Tx, year int) (rows []Plan, err error) {
	w := &page.Where{}
	w.And("p.state <> 'dropped'")
	w.When(year != 0, "p.year = ?", year)
	return rows, tx.WithContext(ctx).Raw("SELECT p.* FROM visit_plan p WHERE "+w.SQL()+" ORDER BY p.year DESC, p.area, p.id DESC LIMIT 500", w.Args...).Scan(&rows).Error
}

// planByID reads a plan. Errors: rbac.ErrNotFound.
func planByID(ctx context.Context, tx db.Tx, n id.Of[id.Plan], lock string) (Plan, error) {
	var rows []Plan
	if err := tx.WithContext(ctx).Raw("SELECT x.* FROM visit_plan x WHERE x.id = ?"+lock, int64(n)).Scan(&rows).Error; err != nil {
		return Plan{}, err
	}
	if len(rows) == 0 {
		return Plan{}, rbac.ErrNotFound
	}
	return rows[0], nil
}

// insertPlan adds a plan. Errors: ErrPlanExists.
func insertPlan(ctx context.Context, tx db.Tx, p *Plan) error {
	err := tx.WithContext(ctx).Create(p).Error
	if db.Violates(err, "visit_plan_year_key") {
		return ErrPlanExists.Because(err)
	}
	return err
}

var planned = []string{
	"state", "rules", "times", "seeds", "officer_ids", "officer_names", "drawn_at", "drawn_by", "candidates", "drawn", "visits", "random_visits", "submitted_at", "decided_at", "decided_by", "opinion",
}

func savePlan(ctx context.Context, tx db.Tx, p *Plan) error {
	return saved(tx.WithContext(ctx).Model(&Plan{}).Where("id = ?", int64(p.ID)).Select(planned).Updates(p))
}

// candidatesOf are the living companies of an area in scope, by id.
func candidatesOf(ctx context.Context, tx db.Tx, scope rbac.Scope, area string, limit int) (rows []Candidate, err error) {
	w := &page.Where{}
	w.Within(scope.Where("c"))
	w.And("c.status = 'active' AND c.region_path >= ? AND c.region_path < ?", area, area+"~")
	return rows, tx.WithContext(ctx).Raw("SELECT c.company_id, c.name FROM company c WHERE "+w.SQL()+" ORDER BY c.company_id LIMIT ?", append(w.Args, limit)...).Scan(&rows).Error
}

// putPicks writes a draw in place of the one before.
func putPicks(ctx context.Context, tx db.Tx, plan id.Of[id.Plan], picks []Pick) error {
	g := tx.WithContext(ctx)
	if err := g.Exec("DELETE FROM visit_pick WHERE plan_id = ?", int64(plan)).Error; err != nil {
		return err
	}
	type row struct {
		CompanyID rbac.CompanyID `json:"company_id,string"`
		Name      string         `json:"company_name"`
		Class     string         `json:"class"`
		Kind      Kind           `json:"kind"`
		Rank      int32          `json:"rank"`
		Months    []int16        `json:"months"`
		Officers  []int64        `json:"officer_ids"`
	}
	for from := 0; from < len(picks); from += 5000 {
		part := picks[from:min(from+5000, len(picks))]
		rows := make([]row, len(part))
		for i, p := range part {
			rows[i] = row{p.CompanyID, p.CompanyName, p.Class, p.Kind, p.Rank, append([]int16{}, p.Months...), append([]int64{}, p.OfficerIDs...)}
		}
		b, err := json.Marshal(rows)
		if err != nil {
			return err
		}
		err = g.Exec(`INSERT INTO visit_pick (plan_id, company_id, company_name, class, kind, rank, months, officer_ids)
			SELECT ?, x.company_id, x.company_name, x.class, x.kind, x.rank, x.months, x.officer_ids
			FROM jsonb_to_recordset(?::jsonb) AS x (company_id bigint, company_name text, class text, kind text, rank int, months smallint[], officer_ids bigint[])`, int64(plan), string(b)).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// PickFilter narrows the draw of a plan.
type PickFilter struct {
	page.Query
	ID    id.Of[id.Plan] `path:"id"`
	Class string         `query:"class" enum:",none,A,B,C,D"`
	Drawn bool           `query:"drawn" doc:"only companies that were drawn"`
	Name  string         `query:"name" maxLength:"60"`
}

func picksBy(ctx context.Context, tx db.Tx, f PickFilter, k page.Key) (rows []Pick, err error) {
	w := &page.Where{}
	w.And("x.plan_id = ?", int64(f.ID))
	class := f.Class
	if class == "none" {
		class = ""
	}
	w.When(f.Class != "", "x.class = ?", class)
	w.When(f.Drawn, "x.months <> '{}'")
	w.When(f.Name != "", "x.company_name LIKE ?", "%"+likely(f.Name)+"%")
	order := w.Rising(k, "x.class, x.rank", "?::text, ?::int")
	return rows, tx.WithContext(ctx).Raw("SELECT x.* FROM visit_pick x WHERE "+w.SQL()+order+" LIMIT ?", append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// allPicks reads the whole draw.
func allPicks(ctx context.Context, tx db.Tx, plan id.Of[id.Plan]) (rows []Pick, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM visit_pick WHERE plan_id = ? ORDER BY class, rank", int64(plan)).Scan(&rows).Error
}

// Tick is how far the plan's visits of a month and kind have come.
type Tick struct {
	Month   int
	Planned int // as drawn
	Made    int // visits that exist
	Over    int
	Late    int
}

// ticksOf counts a plan by month: what was drawn, and what became of it.
func ticksOf(ctx context.Context, tx db.Tx, p Plan, today string) (rows []Tick, err error) {
	q := `SELECT m.month, coalesce(d.n, 0) AS planned, coalesce(v.made, 0) AS made, coalesce(v.over, 0) AS over, coalesce(v.late, 0) AS late FROM generate_series(1, 12) m(month)
		LEFT JOIN (SELECT x.month, count(*) AS n FROM visit_pick k, unnest(k.months) x(month) WHERE k.plan_id = ? GROUP BY 1) d ON d.month = m.month
		LEFT JOIN (SELECT extract(month FROM v.planned_on)::int AS month, count(*) AS made, count(*) FILTER (WHERE v.state IN ('closed', 'refused')) AS over,
			count(*) FILTER (WHERE v.ended_at IS NULL AND v.due_on < ?::date) AS late FROM visit v WHERE v.plan_id = ? GROUP BY 1) v ON v.month = m.month ORDER BY 1`
	return rows, tx.WithContext(ctx).Raw(q, int64(p.ID), today, int64(p.ID)).Scan(&rows).Error
}

// Part is how much of a plan one class is.
type Part struct {
	Class     string
	Companies int
	Drawn     int
	Visits    int
}

func partsOf(ctx context.Context, tx db.Tx, plan id.Of[id.Plan]) (rows []Part, err error) {
	q := `SELECT class, count(*) AS companies, count(*) FILTER (WHERE months <> '{}') AS drawn, sum(cardinality(months)) AS visits FROM visit_pick WHERE plan_id = ? GROUP BY class ORDER BY class`
	return rows, tx.WithContext(ctx).Raw(q, int64(plan)).Scan(&rows).Error
}

// sharesOf counts the visits of a body's year by kind, those given up left out.
func sharesOf(ctx context.Context, tx db.Tx, body id.Of[id.Organisation], year int) (random, all int, err error) {
	var row struct{ Random, Total int }
	err = tx.WithContext(ctx).Raw("SELECT count(*) FILTER (WHERE kind = 'random') AS random, count(*) AS total FROM visit WHERE organisation_id = ? AND year = ? AND state <> 'cancelled'", int64(body), year).Scan(&row).Error
	return row.Random, row.Total, err
}

// generate makes the visits of the next companies of a plan that is approved, those behind after; a second run makes none
// again. It answers the last company and how many there were.
func generate(ctx context.Context, tx db.Tx, plan id.Of[id.Plan], after rbac.CompanyID, limit int) (last rbac.CompanyID, n int, err error) {
	var row struct {
		Last rbac.CompanyID
		N    int
	}
	g := tx.WithContext(ctx)
	err = g.Raw(`SELECT coalesce(max(company_id), 0) AS last, count(*) AS n FROM (SELECT company_id FROM visit_pick WHERE plan_id = ? AND company_id > ? AND months <> '{}' ORDER BY company_id LIMIT ?) x`,
		int64(plan), int64(after), limit).Scan(&row).Error
	if err != nil || row.N == 0 {
		return 0, 0, err
	}
	q := `WITH made AS (
			INSERT INTO visit (company_id, region_path, oversight_line, company_name, organisation_id, organisation_name, kind, announced, reason, cap_reason, plan_id, plan_no, year, planned_on, due_on,
				officer_ids, officer_names, state, record_number, items, place, situation, firm_person, firm_post, firm_refused, refusal_note, findings, majors, received_by, made_by, made_at, changed_at)
			SELECT c.company_id, c.region_path, c.oversight_line, c.name, p.organisation_id, p.organisation_name, k.kind, true, '', '', p.id, m.n, p.year, make_date(p.year, m.month, 1),
				(make_date(p.year, m.month, 1) + interval '1 month - 1 day')::date, k.officer_ids[2 * m.n - 1 : 2 * m.n],
				ARRAY(SELECT p.officer_names[array_position(p.officer_ids, o)] FROM unnest(k.officer_ids[2 * m.n - 1 : 2 * m.n]) WITH ORDINALITY u(o, i) ORDER BY i),
				'planned', '', '[]', '', '', '', '', false, '', 0, 0, '', p.made_by, ?, ?
			FROM visit_plan p JOIN visit_pick k ON k.plan_id = p.id CROSS JOIN LATERAL unnest(k.months) WITH ORDINALITY m(month, n) JOIN company c ON c.company_id = k.company_id
			WHERE p.id = ? AND p.state = 'approved' AND k.company_id > ? AND k.company_id <= ? ORDER BY k.company_id, m.n
			ON CONFLICT DO NOTHING RETURNING company_id, id, region_path, oversight_line, made_by)
		INSERT INTO visit_step (company_id, region_path, oversight_line, visit_id, event, at, actor_kind, actor_name, note)
		SELECT company_id, region_path, oversight_line, id, 'make', ?, 'system', made_by, '' FROM made`
	return row.Last, row.N, g.Exec(q, tx.Now, tx.Now, int64(plan), int64(after), int64(row.Last), tx.Now).Error
}

func generatedAt(ctx context.Context, tx db.Tx, plan id.Of[id.Plan]) error {
	return tx.WithContext(ctx).Exec("UPDATE visit_plan SET generated_at = ? WHERE id = ? AND generated_at IS NULL", tx.Now, int64(plan)).Error
}
