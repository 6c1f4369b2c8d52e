package award

import (
	"context"
	"regexp"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/search"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Award) TableName() string { return "award" }

// TableName names the table.
func (Step) TableName() string { return "award_step" }

// TableName names the table.
func (Bar) TableName() string { return "award_bar" }

// open is whether a revocation or a change of name is under way, for lists.
const open = `EXISTS (SELECT FROM award_revocation r WHERE r.company_id = l.company_id AND r.award_id = l.id AND r.state IN ('proposed', 'stated'))`

func awardsBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, k page.Key, now day.Date) (rows []Line, err error) {
	w := &page.Where{}
	w.Within(scope.Where("l"))
	w.When(f.CompanyID != 0, "l.company_id = ?", int64(f.CompanyID))
	w.When(f.Division != "", "l.region_path >= ? AND l.region_path < ?", f.Division, f.Division+"~")
	w.When(f.Level != "", "l.level = ?", f.Level)
	w.When(f.Speciality != "", "l.speciality = ?", f.Speciality)
	stateOn(w, f.State, now)
	w.When(f.Within > 0, "l.state IN ('in_force', 'renewal_due') AND l.valid_until BETWEEN ? AND ?", now, now.AddDays(f.Within))
	w.When(f.Revoking, open)
	searched(w, strings.TrimSpace(f.Search))
	order := ""
	if f.Sort == "expiry" {
		order = w.Rising(k, "l.valid_until, l.id", "?::date, ?::bigint")
	} else {
		order = w.Latest(k, "l.announced_on, l.id", "?::date, ?::bigint")
	}
	q := `SELECT l.*, ` + open + ` AS proposed,
		EXISTS (SELECT FROM award_rename n WHERE n.company_id = l.company_id AND n.award_id = l.id AND n.state = 'asked') AS rename_open
		FROM award l WHERE ` + w.SQL() + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// stateOn is Award.On in SQL: what the calendar alone changes is not waited for.
func stateOn(w *page.Where, s State, now day.Date) {
	switch s {
	case "":
	case InForce:
		w.And("l.state IN ('in_force', 'renewal_due') AND l.window_on > ?", now)
	case RenewalDue:
		w.And("l.state IN ('in_force', 'renewal_due') AND l.window_on <= ? AND l.valid_until >= ?", now, now)
	case Expired:
		w.And("(l.state = 'expired' OR (l.state IN ('in_force', 'renewal_due') AND l.valid_until < ?))", now)
	default:
		w.And("l.state = ?", string(s))
	}
}

// searched finds a certificate by its number or the beginning of it, a company by its code, or by a part of its name.
func searched(w *page.Where, q string) {
	upper := strings.ToUpper(q)
	switch {
	case q == "":
	case strings.Contains(upper, "AQB"):
		w.And("l.certificate_no LIKE ?", strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(upper)+"%")
	case codeForm.MatchString(upper):
		w.And(`l.uscc COLLATE "C" >= ? AND l.uscc COLLATE "C" < ?`, upper, upper+"~")
	default:
		grams, like := search.Query(q)
		w.When(len(grams) > 0, "l.name_bi @> ?::int[]", db.Int4s(grams))
		w.And("l.name_fold LIKE ?", like)
	}
}

// codeForm is a unified social credit code, or its beginning.
var codeForm = regexp.MustCompile(`^[0-9A-Z]{6,18}$`)

// awardByID reads an award in scope; locked where it is to be changed. Errors: rbac.ErrNotFound.
func awardByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Award], lock bool) (Award, error) {
	cond, args := scope.Where("l")
	q := "SELECT l.* FROM award l WHERE l.id = ? AND " + cond
	if lock {
		q += " FOR UPDATE OF l"
	}
	var rows []Award
	err := tx.WithContext(ctx).Raw(q, append([]any{int64(n)}, args...)...).Scan(&rows).Error
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	return append(rows, Award{})[0], err
}

// currentOf is what a company holds, whatever the day; nil: nothing.
func currentOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, lock bool) (*Award, error) {
	q := "SELECT * FROM award WHERE company_id = ? AND state IN ('in_force', 'renewal_due')"
	if lock {
		q += " FOR UPDATE"
	}
	var rows []Award
	if err := tx.WithContext(ctx).Raw(q, int64(company)).Scan(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// nextNumber draws the next certificate number of a row.
func nextNumber(ctx context.Context, tx db.Tx, prefix string, digits int) (n string, err error) {
	err = tx.WithContext(ctx).Raw("SELECT award_number(?, ?)", prefix, digits).Scan(&n).Error
	return n, err
}

// insertAward adds an award with its first steps. Errors: ErrNumber, ErrHeld.
func insertAward(ctx context.Context, tx db.Tx, f *file) error {
	err := tx.WithContext(ctx).Create(&f.Award).Error
	switch {
	case db.Violates(err, "award_certificate_no_key"):
		return ErrNumber.At("body.certificateNo").Because(err)
	case db.Violates(err, "award_current_key"):
		return ErrHeld.Because(err)
	case err != nil:
		return err
	}
	for _, s := range f.added {
		s.AwardID = f.ID
	}
	return insertSteps(ctx, tx, f)
}

func insertSteps(ctx context.Context, tx db.Tx, f *file) error {
	if len(f.added) == 0 {
		return nil
	}
	return tx.WithContext(ctx).Create(f.added).Error
}

// What changes of an award after it was made; row security says the same.
var changing = []string{"company_name", "name_fold", "name_bi", "state", "state_on", "reason", "printed_no", "plaque_no", "yearly_due_on", "missed", "revoked_on", "steps", "changed_at"}

// saveAward writes an award that was locked, with what happened to it.
func saveAward(ctx context.Context, tx db.Tx, f *file) error {
	err := tx.WithContext(ctx).Model(&Award{}).Where("company_id = ? AND id = ?", int64(f.CompanyID), int64(f.ID)).Select(changing).Updates(&f.Award).Error
	if err != nil {
		return err
	}
	return insertSteps(ctx, tx, f)
}

func insertBar(ctx context.Context, tx db.Tx, b *Bar) error {
	return tx.WithContext(ctx).Create(b).Error
}

// awardsOf are all awards of a company: what it holds first, then the latest.
func awardsOf(ctx context.Context, tx db.Tx, company rbac.CompanyID) (rows []Award, err error) {
	err = tx.WithContext(ctx).Raw(`SELECT * FROM award WHERE company_id = ? ORDER BY state IN ('in_force', 'renewal_due') DESC, announced_on DESC, id DESC LIMIT 50`, int64(company)).Scan(&rows).Error
	return rows, err
}
