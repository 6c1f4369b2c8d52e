package visit

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Visit) TableName() string { return "visit" }

// TableName names the table.
func (Finding) TableName() string { return "visit_finding" }

// TableName names the table.
func (Measure) TableName() string { return "visit_measure" }

// TableName names the table.
func (Step) TableName() string { return "visit_step" }

func visitsBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, k page.Key, now day.Date) (rows []Visit, err error) {
	a := scope.Actor()
	w := &page.Where{}
	w.Within(scope.Where("v"))
	w.When(f.CompanyID != 0, "v.company_id = ?", int64(f.CompanyID))
	w.When(f.Division != "", "v.region_path >= ? AND v.region_path < ?", f.Division, f.Division+"~")
	w.When(f.State != "", "v.state = ?", f.State)
	w.When(f.Stage == "open", "v.ended_at IS NULL")
	w.When(f.Stage == "over", "v.state IN ('closed', 'refused')")
	w.When(f.Kind != "", "v.kind = ?", f.Kind)
	w.When(f.Way != "", "v.announced = ?", f.Way == "announced")
	w.When(f.Mine, "?::bigint = ANY (v.officer_ids)", int64(a.PersonID))
	w.When(f.Own, "v.organisation_id = ?", int64(a.OrganisationID))
	w.When(f.Late, "v.ended_at IS NULL AND v.due_on < ?", now)
	w.When(f.PlanID != 0, "v.plan_id = ?", int64(f.PlanID))
	w.When(f.Year != 0, "v.year = ?", f.Year)
	w.When(!f.Until.IsZero(), "v.planned_on <= ?", f.Until)
	w.When(f.Month != "", "v.planned_on >= (?::text || '-01')::date AND v.planned_on < (?::text || '-01')::date + interval '1 month'", f.Month, f.Month)
	w.When(f.CompanyName != "", "v.company_name LIKE ?", "%"+likely(f.CompanyName)+"%")
	order := w.Latest(k, "v.planned_on, v.id", "?::date, ?::bigint")
	q := "SELECT v.* FROM visit v WHERE " + w.SQL() + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// likely takes the meaning from what a LIKE pattern would read.
func likely(s string) string {
	return strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(strings.TrimSpace(s))
}

// visitByID reads a visit in scope. Errors: rbac.ErrNotFound.
func visitByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Visit], lock string) (Visit, error) {
	return single[Visit](ctx, tx, scope, "visit", int64(n), lock)
}

// single reads one row of a table in scope. Errors: rbac.ErrNotFound.
func single[T any](ctx context.Context, tx db.Tx, scope rbac.Scope, table string, n int64, lock string) (one T, err error) {
	cond, args := scope.Where("x")
	var rows []T
	q := "SELECT x.* FROM " + table + " x WHERE x.id = ? AND " + cond + lock
	if err = tx.WithContext(ctx).Raw(q, append([]any{n}, args...)...).Scan(&rows).Error; err != nil {
		return one, err
	}
	if len(rows) == 0 {
		return one, rbac.ErrNotFound
	}
	return rows[0], nil
}

const forUpdate = " FOR UPDATE OF x"

func insertVisits(ctx context.Context, tx db.Tx, rows []*Visit) error {
	return tx.WithContext(ctx).Create(rows).Error
}

// worked are the columns that the body may change of a visit; row security says the same.
var worked = []string{
	"announced", "planned_on", "due_on", "officer_ids", "officer_names", "state", "record_number", "set_out_at", "arrived_at", "ended_at", "revealed_at", "items", "place", "situation",
	"firm_person", "firm_post", "firm_signature", "officer_signature", "firm_refused", "refusal_note", "findings", "majors", "changed_at",
}

func saveVisit(ctx context.Context, tx db.Tx, v *Visit, columns []string) error {
	return saved(tx.WithContext(ctx).Model(&Visit{}).Where("company_id = ? AND id = ?", int64(v.CompanyID), int64(v.ID)).Select(columns).Updates(v))
}

// saved reports what an update did. Errors: rbac.ErrNotFound.
func saved(r *gorm.DB) error {
	if r.Error == nil && r.RowsAffected == 0 {
		return rbac.ErrNotFound
	}
	return r.Error
}

func insertSteps(ctx context.Context, tx db.Tx, steps []*Step) error {
	if len(steps) == 0 {
		return nil
	}
	return tx.WithContext(ctx).Create(steps).Error
}

func stepsOf(ctx context.Context, tx db.Tx, v Visit) (rows []Step, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM visit_step WHERE company_id = ? AND visit_id = ? ORDER BY id LIMIT 500", int64(v.CompanyID), int64(v.ID)).Scan(&rows).Error
	return rows, err
}

func findingsOf(ctx context.Context, tx db.Tx, v Visit) (rows []Finding, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM visit_finding WHERE company_id = ? AND visit_id = ? AND dropped_at IS NULL ORDER BY n", int64(v.CompanyID), int64(v.ID)).Scan(&rows).Error
	return rows, err
}

// findingBy is the finding that a phone made under a client id, if it was sent before.
func findingBy(ctx context.Context, tx db.Tx, v Visit, client string) (n id.Of[Finding], err error) {
	err = tx.WithContext(ctx).Raw("SELECT id FROM visit_finding WHERE company_id = ? AND visit_id = ? AND client_id = ?::uuid", int64(v.CompanyID), int64(v.ID), client).Scan(&n).Error
	return n, err
}

func nextFinding(ctx context.Context, tx db.Tx, v Visit) (n int32, err error) {
	err = tx.WithContext(ctx).Raw("SELECT coalesce(max(n), 0) + 1 FROM visit_finding WHERE company_id = ? AND visit_id = ?", int64(v.CompanyID), int64(v.ID)).Scan(&n).Error
	return n, err
}

func insertFinding(ctx context.Context, tx db.Tx, f *Finding) error {
	return tx.WithContext(ctx).Create(f).Error
}

func saveFinding(ctx context.Context, tx db.Tx, f *Finding, columns ...string) error {
	return saved(tx.WithContext(ctx).Model(&Finding{}).Where("company_id = ? AND id = ?", int64(f.CompanyID), int64(f.ID)).Select(columns).Updates(f))
}

func measuresOf(ctx context.Context, tx db.Tx, v Visit) (rows []Measure, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM visit_measure WHERE company_id = ? AND visit_id = ? ORDER BY n", int64(v.CompanyID), int64(v.ID)).Scan(&rows).Error
	return rows, err
}

func insertMeasure(ctx context.Context, tx db.Tx, m *Measure) error {
	return tx.WithContext(ctx).Create(m).Error
}

func saveLift(ctx context.Context, tx db.Tx, m *Measure) error {
	return saved(tx.WithContext(ctx).Model(&Measure{}).Where("company_id = ? AND id = ?", int64(m.CompanyID), int64(m.ID)).Select("lifted_on", "lift_note").Updates(m))
}

// nextNumber draws the next number of a body's papers; what a rolled back transaction drew is never given again.
func nextNumber(ctx context.Context, tx db.Tx, body id.Of[id.Organisation], paper string, year int) (n int64, err error) {
	err = tx.WithContext(ctx).Raw("SELECT visit_number(?, ?, ?)", int64(body), paper, year).Scan(&n).Error
	return n, err
}

func plain[T ~int64](ids []T) db.Ints {
	out := make(db.Ints, len(ids))
	for i, n := range ids {
		out[i] = int64(n)
	}
	return out
}

func countsOf(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, year int) (map[rbac.CompanyID]Count, error) {
	var rows []struct {
		CompanyID     rbac.CompanyID
		Done, Planned int
	}
	err := tx.WithContext(ctx).Raw(`SELECT company_id, count(*) FILTER (WHERE arrived_at IS NOT NULL OR state = 'refused') AS done, count(*) FILTER (WHERE arrived_at IS NULL AND ended_at IS NULL) AS planned
		FROM visit WHERE company_id = ANY(?) AND year = ? GROUP BY company_id`, plain(companies), year).Scan(&rows).Error
	out := make(map[rbac.CompanyID]Count, len(companies))
	for _, r := range rows {
		out[r.CompanyID] = Count{Done: r.Done, Planned: r.Planned}
	}
	return out, err
}

func unannouncedOf(ctx context.Context, tx db.Tx, body id.Of[id.Organisation], companies []rbac.CompanyID) (map[rbac.CompanyID]bool, error) {
	var found []rbac.CompanyID
	err := tx.WithContext(ctx).Raw("SELECT DISTINCT company_id FROM visit WHERE company_id = ANY(?) AND organisation_id = ? AND NOT announced AND ended_at IS NULL", plain(companies), int64(body)).Scan(&found).Error
	out := make(map[rbac.CompanyID]bool, len(found))
	for _, n := range found {
		out[n] = true
	}
	return out, err
}

// Tally is what unannounced visits of a month came to, by town.
type Tally struct {
	Division  string
	Name      string
	Visits    int
	Companies int
	Refused   int
	Findings  int
	Majors    int
	Mended    int // findings put right: on the spot, or cancelled in the ledger
}

// talliesOf counts the unannounced visits that ended in a month, by town.
func talliesOf(ctx context.Context, tx db.Tx, scope rbac.Scope, month string) (rows []Tally, err error) {
	cond, args := scope.Where("v")
	q := `SELECT x.division, coalesce(max(d.name), '') AS name, sum(x.visits) AS visits, sum(x.companies) AS companies, sum(x.refused) AS refused, sum(x.findings) AS findings, sum(x.majors) AS majors, sum(x.mended) AS mended
		FROM (SELECT left(v.region_path, 9) AS division, count(*) AS visits, count(DISTINCT v.company_id) AS companies, count(*) FILTER (WHERE v.state = 'refused') AS refused,
				sum(v.findings) AS findings, sum(v.majors) AS majors, sum((SELECT count(*) FROM visit_finding f LEFT JOIN hazard h ON h.company_id = f.company_id AND h.id = f.hazard_id
					WHERE f.company_id = v.company_id AND f.visit_id = v.id AND f.dropped_at IS NULL AND (f.on_spot OR h.state = 'cancelled'))) AS mended
			FROM visit v WHERE NOT v.announced AND v.state IN ('closed', 'refused') AND v.ended_at >= (?::text || '-01')::date::timestamp AT TIME ZONE 'Asia/Shanghai'
				AND v.ended_at < ((?::text || '-01')::date + interval '1 month') AT TIME ZONE 'Asia/Shanghai' AND ` + cond + ` GROUP BY 1) x
		LEFT JOIN division d ON d.path = x.division AND d.valid_until IS NULL GROUP BY x.division ORDER BY x.division`
	return rows, tx.WithContext(ctx).Raw(q, append([]any{month, month}, args...)...).Scan(&rows).Error
}

// foundIn lists what the unannounced visits of a month found, the gravest first.
func foundIn(ctx context.Context, tx db.Tx, scope rbac.Scope, month string, limit int) (rows []FoundIn, err error) {
	cond, args := scope.Where("v")
	q := `SELECT v.company_name, v.ended_at, f.place, f.description, f.level, f.hazard_number, coalesce(h.state, '') AS state, f.on_spot FROM visit v
		JOIN visit_finding f ON f.company_id = v.company_id AND f.visit_id = v.id AND f.dropped_at IS NULL
		LEFT JOIN hazard h ON h.company_id = f.company_id AND h.id = f.hazard_id
		WHERE NOT v.announced AND v.state IN ('closed', 'refused') AND v.ended_at >= (?::text || '-01')::date::timestamp AT TIME ZONE 'Asia/Shanghai'
			AND v.ended_at < ((?::text || '-01')::date + interval '1 month') AT TIME ZONE 'Asia/Shanghai' AND ` + cond + ` ORDER BY f.level DESC, v.ended_at DESC, f.n LIMIT ?`
	return rows, tx.WithContext(ctx).Raw(q, append(append([]any{month, month}, args...), limit)...).Scan(&rows).Error
}
