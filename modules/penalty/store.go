package penalty

import (
	"context"
	"strconv"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Penalty) TableName() string { return "penalty" }

// TableName names the table.
func (Dishonesty) TableName() string { return "penalty_dishonesty" }

// TableName names the table.
func (Step) TableName() string { return "penalty_step" }

func penaltiesBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, k page.Key, today day.Date) (rows []Penalty, err error) {
	w := &page.Where{}
	w.Within(scope.Where("p"))
	w.When(f.CompanyID != 0, "p.company_id = ?", int64(f.CompanyID))
	w.When(f.Division != "", "p.region_path >= ? AND p.region_path < ?", f.Division, f.Division+"~")
	w.When(f.Year != 0, "p.decided_on >= make_date(?, 1, 1) AND p.decided_on < make_date(?, 1, 1)", f.Year, f.Year+1)
	w.When(f.Q != "", "(strpos(lower(p.number), lower(?)) > 0 OR strpos(p.company_name, ?) > 0)", f.Q, f.Q)
	w.When(f.State == "unpublished", "p.published_on IS NULL AND p.withdrawn_on IS NULL")
	w.When(f.State == "late", "p.published_on IS NULL AND p.withdrawn_on IS NULL AND p.publish_due_on < ?", today)
	w.When(f.State == "repair", "p.repair_state = 'asked'")
	w.When(f.State == "repaired", "p.repair_state = 'granted'")
	w.When(f.State == "unpaid", "p.amount_fen > 0 AND p.paid_on IS NULL AND p.withdrawn_on IS NULL")
	order := w.Latest(k, "p.decided_on, p.id", "?::date, ?::bigint")
	q := "SELECT p.* FROM penalty p WHERE " + w.SQL() + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

func listingsBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f ListFilter, k page.Key, today day.Date) (rows []Dishonesty, err error) {
	w := &page.Where{}
	w.Within(scope.Where("x"))
	w.When(f.CompanyID != 0, "x.company_id = ?", int64(f.CompanyID))
	w.When(f.Division != "", "x.region_path >= ? AND x.region_path < ?", f.Division, f.Division+"~")
	w.When(f.Q != "", "(strpos(x.company_name, ?) > 0 OR strpos(x.subject_name, ?) > 0)", f.Q, f.Q)
	w.When(f.State == "open", "x.state IN ('noticed', 'stated')")
	w.When(f.State == "holding", "x.listed_on IS NOT NULL AND x.removed_on IS NULL AND x.last_day >= ?", today)
	w.When(f.State == "removal", "x.state IN ('removal_asked', 'removal_accepted')")
	w.When(f.State == "ended", "(x.state IN ('dropped', 'removed') OR x.last_day < ?)", today)
	order := w.Latest(k, "x.id", "?::bigint")
	q := "SELECT x.* FROM penalty_dishonesty x WHERE " + w.SQL() + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// rowByID reads a row of table in scope; locked where it is to be changed. Errors: rbac.ErrNotFound; ErrState where row
// security hides it from locking because it is not the actor's turn.
func rowByID[T any](ctx context.Context, tx db.Tx, scope rbac.Scope, table string, n int64, lock bool) (row T, err error) {
	cond, args := scope.Where("r")
	q := "SELECT r.* FROM " + table + " r WHERE r.id = ? AND " + cond
	read := func(more string) (rows []T, err error) {
		return rows, tx.WithContext(ctx).Raw(q+more, append([]any{n}, args...)...).Scan(&rows).Error
	}
	rows, err := read("")
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil || !lock {
		return append(rows, row)[0], err
	}
	if rows, err = read(" FOR UPDATE OF r"); err == nil && len(rows) == 0 {
		err = ErrState
	}
	return append(rows, row)[0], err
}

func stepsOf(ctx context.Context, tx db.Tx, column string, company rbac.CompanyID, n int64) (rows []Step, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM penalty_step WHERE company_id = ? AND "+column+" = ? ORDER BY id", int64(company), n).Scan(&rows).Error
	return rows, err
}

// insertPenalty adds a penalty. Errors: ErrNumber.
func insertPenalty(ctx context.Context, tx db.Tx, p *Penalty) error {
	err := tx.WithContext(ctx).Create(p).Error
	if db.Violates(err, "penalty_number_key") {
		return ErrNumber.Because(err).At("body.number")
	}
	return err
}

// insertDishonesty adds a listing's procedure. Errors: ErrOpen, rbac.ErrNotFound where the penalty is not the company's.
func insertDishonesty(ctx context.Context, tx db.Tx, x *Dishonesty) error {
	err := tx.WithContext(ctx).Create(x).Error
	switch {
	case db.Violates(err, "penalty_dishonesty_open_key"):
		return ErrOpen.Because(err)
	case db.Violates(err, "penalty_dishonesty_penalty_id_fkey"):
		return rbac.ErrNotFound.Because(err)
	}
	return err
}

func insertStep(ctx context.Context, tx db.Tx, s *Step) error {
	return tx.WithContext(ctx).Create(s).Error
}

// What each side may change; row security says the same.
var (
	penaltyDecided  = []string{"published_on", "medium", "paid_on", "repair_state", "repair_decided_on", "repair_decided_by", "repair_opinion", "withdrawn_on", "withdrawn_note", "files"}
	penaltyAnswered = []string{"repair_state", "repair_asked_on", "repair_asked_by", "repair_note", "repair_due_on"}
	listingDecided  = []string{
		"state", "decision_no", "decided_on", "decided_by", "opinion", "listed_on", "last_day", "early_on", "published_on", "medium", "removal_accepted_on", "removal_decide_by",
		"removal_opinion", "removed_on", "removed_by", "restored_on",
	}
	listingAnswered = []string{"state", "statement", "stated_on", "stated_by", "removal_asked_on", "removal_asked_by", "removal_note", "removal_accept_by"}
)

func updateRow[T any](ctx context.Context, tx db.Tx, company rbac.CompanyID, n int64, row *T, columns []string) error {
	r := tx.WithContext(ctx).Model(new(T)).Where("company_id = ? AND id = ?", int64(company), n).Select(columns).Updates(row)
	if r.Error == nil && r.RowsAffected == 0 {
		return rbac.ErrNotFound
	}
	return r.Error
}

// Listed says which companies are on the list of seriously dishonest firms on a day, in one query: those listed themselves,
// not those whose principal or worker alone is.
func Listed(ctx context.Context, tx db.Tx, companies []rbac.CompanyID, on day.Date) (map[rbac.CompanyID]bool, error) {
	ids := make(db.Ints, len(companies))
	for i, n := range companies {
		ids[i] = int64(n)
	}
	var found []rbac.CompanyID
	err := tx.WithContext(ctx).Raw(`SELECT DISTINCT company_id FROM penalty_dishonesty
		WHERE company_id = ANY(?) AND subject = 'enterprise' AND listed_on <= ? AND last_day >= ? AND removed_on IS NULL`, ids, on, on).Scan(&found).Error
	out := make(map[rbac.CompanyID]bool, len(found))
	for _, n := range found {
		out[n] = true
	}
	return out, err
}

// Item is something that waits for a regulator.
type Item struct {
	Kind      string // penalty-publish, penalty-repair, dishonesty-decide, dishonesty-removal
	ID        int64  // of the penalty or the listing, as the kind says
	CompanyID rbac.CompanyID
	Company   string
	Region    string // path of the company's area
	Title     string
	Since     day.Date // when it came
	DueOn     day.Date // last day; zero: none
	Path      string
}

// Waiting lists what waits for the regulators of the scope, the nearest first, in one query.
func Waiting(ctx context.Context, tx db.Tx, scope rbac.Scope, limit int) ([]Item, error) {
	p, pa := scope.Where("p")
	x, xa := scope.Where("x")
	today := day.In(tx.Now, day.Shanghai)
	q := `SELECT * FROM (
		SELECT CASE WHEN p.repair_state = 'asked' THEN 'penalty-repair' ELSE 'penalty-publish' END AS kind, p.id, p.company_id, p.company_name AS company, p.region_path AS region, p.number AS title,
			CASE WHEN p.repair_state = 'asked' THEN p.repair_asked_on ELSE p.decided_on END AS since, CASE WHEN p.repair_state = 'asked' THEN p.repair_due_on ELSE p.publish_due_on END AS due_on
		FROM penalty p WHERE p.withdrawn_on IS NULL AND (p.repair_state = 'asked' OR p.published_on IS NULL) AND ` + p + `
		UNION ALL
		SELECT CASE WHEN x.state IN ('noticed', 'stated') THEN 'dishonesty-decide' ELSE 'dishonesty-removal' END, x.id, x.company_id, x.company_name, x.region_path, x.notice_no,
			CASE WHEN x.state IN ('noticed', 'stated') THEN coalesce(x.stated_on, x.noticed_on) ELSE x.removal_asked_on END, CASE x.state WHEN 'removal_asked' THEN x.removal_accept_by WHEN 'removal_accepted' THEN x.removal_decide_by ELSE x.statement_due_on END
		FROM penalty_dishonesty x WHERE (x.state IN ('stated', 'removal_asked', 'removal_accepted') OR (x.state = 'noticed' AND x.statement_due_on < ?)) AND ` + x + `) w
		ORDER BY due_on NULLS LAST, id LIMIT ?`
	var rows []Item
	args := append(append(append([]any{}, pa...), today), xa...)
	err := tx.WithContext(ctx).Raw(q, append(args, limit)...).Scan(&rows).Error
	for i, r := range rows {
		rows[i].Path = "/penalties/" + strconv.FormatInt(r.ID, 10)
		if r.Kind == "dishonesty-decide" || r.Kind == "dishonesty-removal" {
			rows[i].Path = "/dishonesty/" + strconv.FormatInt(r.ID, 10)
		}
	}
	return rows, err
}

// rowFirm is a company of the register, as a list of penalties needs it.
type rowFirm struct {
	CompanyID     rbac.CompanyID
	RegionPath    string
	OversightLine int16
	Name          string
	USCC          string
}

// firmsBy finds the companies of codes and of names that a regulator oversees, the first site of each.
func firmsBy(ctx context.Context, tx db.Tx, a rbac.Actor, codes, names []string) (byCode, byName map[string]rowFirm, err error) {
	var rows []rowFirm
	err = tx.WithContext(ctx).Raw(`SELECT c.company_id, c.region_path, c.oversight_line, c.name, c.uscc FROM company c
		WHERE (c.uscc = ANY(?) AND c.uscc <> '' OR c.name = ANY(?)) AND EXISTS (SELECT FROM unnest( ?::text[]) p WHERE starts_with(c.region_path, p))
			AND (cardinality( ?::smallint[]) = 0 OR c.oversight_line = ANY(?)) ORDER BY c.site_no DESC, c.company_id DESC`,
		db.Texts(codes), db.Texts(names), db.Texts(a.Areas), db.Shorts(a.Lines), db.Shorts(a.Lines)).Scan(&rows).Error
	byCode, byName = map[string]rowFirm{}, map[string]rowFirm{}
	for _, r := range rows {
		byCode[r.USCC], byName[r.Name] = r, r
	}
	delete(byCode, "")
	return byCode, byName, err
}

// known says which decisions are registered already, by company, number and name.
func known(ctx context.Context, tx db.Tx, numbers []string) (map[string]bool, error) {
	var rows []Penalty
	err := tx.WithContext(ctx).Raw("SELECT company_id, number, subject_name FROM penalty WHERE number = ANY(?)", db.Texts(numbers)).Scan(&rows).Error
	out := map[string]bool{}
	for _, r := range rows {
		out[r.key()] = true
	}
	return out, err
}

func insertPenalties(ctx context.Context, tx db.Tx, all []Penalty) error {
	if len(all) == 0 {
		return nil
	}
	return tx.WithContext(ctx).CreateInBatches(&all, len(all)).Error
}

func insertSteps(ctx context.Context, tx db.Tx, all []Step) error {
	if len(all) == 0 {
		return nil
	}
	return tx.WithContext(ctx).CreateInBatches(&all, len(all)).Error
}

func stepByID(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[Step]) (s Step, err error) {
	err = tx.WithContext(ctx).Raw("SELECT * FROM penalty_step WHERE company_id = ? AND id = ?", int64(company), int64(n)).Take(&s).Error
	return s, err
}

// codesOf are the social credit codes of companies in scope.
func codesOf(ctx context.Context, tx db.Tx, scope rbac.Scope, rows []Penalty) (map[rbac.CompanyID]string, error) {
	ids := make(db.Ints, len(rows))
	for i, r := range rows {
		ids[i] = int64(r.CompanyID)
	}
	cond, args := scope.Where("c")
	var found []rowFirm
	err := tx.WithContext(ctx).Raw("SELECT c.company_id, c.uscc FROM company c WHERE c.company_id = ANY(?) AND "+cond, append([]any{ids}, args...)...).Scan(&found).Error
	out := map[rbac.CompanyID]string{}
	for _, f := range found {
		out[f.CompanyID] = f.USCC
	}
	return out, err
}
