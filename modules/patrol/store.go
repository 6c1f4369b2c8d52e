package patrol

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Patrol) TableName() string { return "patrol" }

// TableName names the table.
func (Handed) TableName() string { return "patrol_handed" }

// Firm is a company as a grid worker needs it.
type Firm struct {
	CompanyID    rbac.CompanyID
	Name         string
	RegionPath   string
	Address      string
	ContactName  string
	ContactPhone string
	Colour       int16
	LongitudeE6  *int32
	LatitudeE6   *int32
	CreatedAt    time.Time
	Reasons      db.Texts // why it is a key firm
	LastOn       day.Date // of the last visit
}

func firmsOf(ctx context.Context, tx db.Tx, scope rbac.Scope, f Frequency, name string, limit int) (rows []Firm, err error) {
	w := &page.Where{}
	w.Within(scope.Where("b"))
	w.And("b.status <> 'closed'")
	w.When(name != "", "strpos(b.name, ?) > 0", name)
	q := `SELECT b.company_id, b.name, b.region_path, b.colour, c.address, c.contact_name, c.contact_phone, c.longitude_e6, c.latitude_e6, c.created_at, ` + f.reasons() + ` AS reasons, p.on_day AS last_on
		FROM oversight_area b JOIN company c USING (company_id)
		LEFT JOIN LATERAL (SELECT x.on_day FROM patrol x WHERE x.company_id = b.company_id ORDER BY x.on_day DESC LIMIT 1) p ON true
		WHERE ` + w.SQL() + ` ORDER BY b.company_id LIMIT ?`
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, limit)...).Scan(&rows).Error
}

// figures counts what the actor's office did today and what of its hand-ups stands.
func figures(ctx context.Context, tx db.Tx, scope rbac.Scope, r *Round) error {
	org, on := int64(scope.Actor().OrganisationID), today(tx)
	cond, args := scope.Where("x")
	q := `SELECT (SELECT count(DISTINCT x.company_id) FROM patrol x WHERE x.organisation_id = ? AND x.on_day = ?::date AND ` + cond + `) AS visited, h.handed, h.answered
		FROM (SELECT count(*) FILTER (WHERE x.answered_at IS NULL) AS handed, count(*) FILTER (WHERE x.answered_at > ?::timestamptz - interval '30 days') AS answered
			FROM patrol_handed x WHERE x.organisation_id = ? AND ` + cond + `) h`
	all := append(append([]any{org, on}, args...), tx.Now, org)
	var found struct{ Visited, Handed, Answered int }
	err := tx.WithContext(ctx).Raw(q, append(all, args...)...).Scan(&found).Error
	r.Visited, r.Handed, r.Answered = found.Visited, found.Handed, found.Answered
	return err
}

// earlier is the visit of a client id, 0 for none.
func earlier(ctx context.Context, tx db.Tx, company rbac.CompanyID, client uuid.UUID) (n id.Of[id.Patrol], err error) {
	err = tx.WithContext(ctx).Raw("SELECT id FROM patrol WHERE company_id = ? AND client_id = ?", int64(company), client).Scan(&n).Error
	return n, err
}

// insertPatrol adds a visit; where another transaction sent the same one meanwhile it becomes that one.
func insertPatrol(ctx context.Context, tx db.Tx, p *Patrol) error {
	r := tx.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(p)
	if r.Error == nil && r.RowsAffected == 0 {
		return rbac.ErrNotFound
	}
	return r.Error
}

// locate names the actor's office and measures how far from the company's own position the phone was.
func locate(ctx context.Context, tx db.Tx, scope rbac.Scope, p *Patrol) error {
	if err := tx.WithContext(ctx).Raw("SELECT name FROM account_organisation WHERE id = ?", int64(p.OrganisationID)).Scan(&p.OrganisationName).Error; err != nil {
		return err
	}
	var at []struct{ LongitudeE6, LatitudeE6 *int32 }
	w := scope.Of(p.CompanyID, "c")
	if err := tx.WithContext(ctx).Raw("SELECT c.longitude_e6, c.latitude_e6 FROM company c WHERE "+w.SQL(), w.Args...).Scan(&at).Error; err != nil {
		return err
	}
	if p.LongitudeE6 == nil || len(at) == 0 || at[0].LongitudeE6 == nil || at[0].LatitudeE6 == nil {
		return nil
	}
	m := metres(*p.LongitudeE6, *p.LatitudeE6, *at[0].LongitudeE6, *at[0].LatitudeE6)
	p.DistanceM = &m
	return nil
}

func insertHanded(ctx context.Context, tx db.Tx, h *Handed) error {
	return tx.WithContext(ctx).Create(h).Error
}

func patrolsBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, month Span, k page.Key) (rows []Patrol, err error) {
	w := &page.Where{}
	w.Within(scope.Where("p"))
	w.When(f.CompanyID != 0, "p.company_id = ?", int64(f.CompanyID))
	w.When(f.Division != "", "p.region_path >= ? AND p.region_path < ?", f.Division, f.Division+"~")
	w.When(!month.From.IsZero(), "p.on_day BETWEEN ? AND ?", month.From, month.Until)
	w.When(f.Found, "p.found > 0")
	w.When(f.Own, "p.organisation_id = ?", int64(scope.Actor().OrganisationID))
	order := w.Latest(k, "p.id", "?::bigint")
	q := "SELECT p.* FROM patrol p WHERE " + w.SQL() + " " + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// patrolByID reads a visit. Errors: rbac.ErrNotFound.
func patrolByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Patrol]) (Patrol, error) {
	cond, args := scope.Where("p")
	var rows []Patrol
	err := tx.WithContext(ctx).Raw("SELECT p.* FROM patrol p WHERE p.id = ? AND "+cond, append([]any{int64(n)}, args...)...).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	return append(rows, Patrol{})[0], err
}

func handedBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f HandedFilter, k page.Key, now day.Date) (rows []Handed, err error) {
	w := &page.Where{}
	w.Within(scope.Where("h"))
	w.When(f.CompanyID != 0, "h.company_id = ?", int64(f.CompanyID))
	w.When(f.Division != "", "h.region_path >= ? AND h.region_path < ?", f.Division, f.Division+"~")
	w.When(f.State != "", "h.state = ?", f.State)
	w.When(f.Open, "h.answered_at IS NULL")
	w.When(f.Late, "h.answered_at IS NULL AND h.due_on < ?", now)
	w.When(f.Own, "h.organisation_id = ?", int64(scope.Actor().OrganisationID))
	order := w.Latest(k, "h.id", "?::bigint")
	q := "SELECT h.* FROM patrol_handed h WHERE " + w.SQL() + " " + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// handedByID reads a thing handed up; lock is a locking clause or empty. Errors: rbac.ErrNotFound.
func handedByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Handed], lock string) (Handed, error) {
	cond, args := scope.Where("h")
	var rows []Handed
	err := tx.WithContext(ctx).Raw("SELECT h.* FROM patrol_handed h WHERE h.id = ? AND "+cond+lock, append([]any{int64(n)}, args...)...).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	return append(rows, Handed{})[0], err
}

// handedOf is what was handed up with a visit; nil: nothing.
func handedOf(ctx context.Context, tx db.Tx, scope rbac.Scope, p Patrol) (*Handed, error) {
	w := scope.Of(p.CompanyID, "h")
	w.And("h.patrol_id = ?", int64(p.ID))
	var rows []Handed
	err := tx.WithContext(ctx).Raw("SELECT h.* FROM patrol_handed h WHERE "+w.SQL(), w.Args...).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

func updateHanded(ctx context.Context, tx db.Tx, h Handed) error {
	return tx.WithContext(ctx).Model(&Handed{}).Where("company_id = ? AND id = ?", int64(h.CompanyID), int64(h.ID)).
		Select("state", "received_at", "received_by", "answered_at", "answered_by", "answer", "hazard_id", "visit_id").Updates(&h).Error
}

// unanswered is what others handed up to the actor's office.
func unanswered(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) (rows []Handed, err error) {
	w := &page.Where{}
	w.Within(scope.Where("h"))
	w.And("h.answered_at IS NULL AND h.organisation_id <> ?", int64(scope.Actor().OrganisationID))
	return rows, tx.WithContext(ctx).Raw("SELECT h.* FROM patrol_handed h WHERE "+w.SQL()+" ORDER BY h.due_on, h.id LIMIT ?", append(w.Args, limit)...).Scan(&rows).Error
}

// below is the length of the paths one level below a path of a county or smaller.
func below(parent string) int {
	for _, n := range []int{9, 12, 15} {
		if n > len(parent) {
			return n
		}
	}
	return 15
}

// coverage counts by the areas below one, by four grouped reads of that area alone.
func coverage(ctx context.Context, tx db.Tx, scope rbac.Scope, f Frequency, division string, month Span) (rows []Grid, err error) {
	n, quarter := below(division), span(month.From, f.OtherMonths)
	cond, args := scope.Where("b")
	visits, more := scope.Where("p")
	handed, last := scope.Where("h")
	q := `WITH v AS (SELECT p.company_id, left(p.region_path, ?) AS path, bool_or(p.on_day >= ?::date) AS month, count(*) FILTER (WHERE p.on_day >= ?::date) AS visits,
			count(*) FILTER (WHERE p.on_day >= ?::date AND p.found > 0) AS found
			FROM patrol p WHERE p.region_path >= ? AND p.region_path < ? AND p.on_day BETWEEN ? AND ? AND ` + visits + ` GROUP BY 1, 2),
		k AS (SELECT left(b.region_path, ?) AS path, b.company_id, cardinality(` + f.reasons() + `) > 0 AS key FROM oversight_area b JOIN company c USING (company_id)
			WHERE b.status <> 'closed' AND b.region_path >= ? AND b.region_path < ? AND ` + cond + `),
		h AS (SELECT left(h.region_path, ?) AS path, count(*) AS handed, count(h.answered_at) AS answered FROM patrol_handed h
			WHERE h.region_path >= ? AND h.region_path < ? AND (h.at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN ? AND ? AND ` + handed + ` GROUP BY 1)
		SELECT g.*, coalesce(d.name, '') AS name, coalesce(h.handed, 0) AS handed, coalesce(h.answered, 0) AS answered FROM (
			SELECT k.path, count(*) FILTER (WHERE k.key) AS key, count(*) FILTER (WHERE k.key AND v.month) AS key_visited, count(*) FILTER (WHERE NOT k.key) AS other,
				count(*) FILTER (WHERE NOT k.key AND v.company_id IS NOT NULL) AS other_visited, coalesce(sum(v.visits), 0) AS visits, coalesce(sum(v.found), 0) AS found
			FROM k LEFT JOIN v USING (company_id) GROUP BY 1) g
		LEFT JOIN h USING (path) LEFT JOIN division d ON d.path = g.path AND d.valid_until IS NULL ORDER BY g.path`
	all := append([]any{n, month.From, month.From, month.From, division, division + "~", quarter.From, month.Until}, more...)
	all = append(append(all, n, division, division+"~"), args...)
	all = append(append(all, n, division, division+"~", month.From, month.Until), last...)
	return rows, tx.WithContext(ctx).Raw(q, all...).Scan(&rows).Error
}
