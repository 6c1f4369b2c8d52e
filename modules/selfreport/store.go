package selfreport

import (
	"context"
	"errors"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Report) TableName() string { return "selfreport" }

// TableName names the table.
func (Step) TableName() string { return "selfreport_step" }

// TableName names the table.
func (Submission) TableName() string { return "selfreport_submission" }

// insertReport adds an opened report with its step, unless the period has one; it returns
// the id of whichever stands.
func insertReport(ctx context.Context, tx db.Tx, f *file) (made bool, err error) {
	r := tx.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&f.Report)
	if r.Error != nil {
		return false, r.Error
	}
	if r.RowsAffected == 0 {
		err := tx.WithContext(ctx).Raw("SELECT id FROM selfreport WHERE company_id = ? AND cycle = ? AND period_from = ?", int64(f.CompanyID), f.Cycle, f.PeriodFrom).Scan(&f.ID).Error
		return false, err
	}
	for i := range f.added {
		f.added[i].ReportID = f.ID
	}
	return true, insertSteps(ctx, tx, f)
}

func insertSteps(ctx context.Context, tx db.Tx, f *file) error {
	return tx.WithContext(ctx).Create(&f.added).Error
}

func insertSubmission(ctx context.Context, tx db.Tx, s *Submission) error {
	return gorm.G[Submission](tx.DB).Create(ctx, s)
}

// What an event may change: all of it for the company, the decision for a regulator.
var (
	movable = []string{
		"State", "Remark", "Content", "ContentHash", "Zero", "CompiledAt", "CompiledByName", "SignedAt", "SignedByPersonID", "SignedByName", "SignedHow", "SignatureID", "Scans", "Rounds",
		"OutsideSystem", "OutsideNumber", "OutsideOn", "OutsideFiles", "OutsideAt", "OutsideByName", "FirstSubmittedAt", "SubmittedAt", "SubmittedByName", "Late", "DecidedAt", "DecidedByName", "Steps", "ChangedAt",
	}
	decidable = []string{"State", "DecidedAt", "DecidedByName", "Steps", "ChangedAt"}
)

// updateReport writes the named columns of a row the transaction has locked.
func updateReport(ctx context.Context, tx db.Tx, f *file, columns []string) error {
	r := tx.WithContext(ctx).Model(&Report{}).Where("company_id = ? AND id = ?", int64(f.CompanyID), int64(f.ID)).Select(columns).Updates(&f.Report)
	if r.Error == nil && r.RowsAffected == 0 {
		return rbac.ErrNotFound
	}
	return r.Error
}

// reportByID reads one row. Errors: rbac.ErrNotFound.
func reportByID(ctx context.Context, tx db.Tx, scope rbac.Scope, rid id.Of[id.Report]) (Report, error) {
	return single(tx.WithContext(ctx).Scopes(scope.Rows).Where("id = ?", int64(rid)))
}

// lockReport locks a row for an event. In a state that the other side holds, row security
// hides it from locking. Errors: ErrNow.
func lockReport(ctx context.Context, tx db.Tx, scope rbac.Scope, seen Report, e Event) (Report, error) {
	states := make(db.Texts, len(from[e]))
	for i, s := range from[e] {
		states[i] = string(s)
	}
	locked := tx.WithContext(ctx).Scopes(scope.Rows).Clauses(clause.Locking{Strength: "UPDATE"})
	r, err := single(locked.Where("company_id = ? AND id = ? AND state = ANY(?)", int64(seen.CompanyID), int64(seen.ID), states))
	if !errors.Is(err, rbac.ErrNotFound) {
		return r, err
	}
	if seen, err = reportByID(ctx, tx, scope, seen.ID); err != nil { // somebody else may have moved it meanwhile
		return seen, err
	}
	return seen, ErrNow[seen.State]
}

func single(q *gorm.DB) (Report, error) {
	var rows []Report
	if err := q.Limit(1).Find(&rows).Error; err != nil {
		return Report{}, err
	}
	if len(rows) == 0 {
		return Report{}, rbac.ErrNotFound
	}
	return rows[0], nil
}

func stepsOf(ctx context.Context, tx db.Tx, r Report) ([]Step, error) {
	return gorm.G[Step](tx.DB).Where("company_id = ? AND report_id = ?", int64(r.CompanyID), int64(r.ID)).Order("n").Find(ctx)
}

// submissionsOf reads what was submitted, newest first.
func submissionsOf(ctx context.Context, tx db.Tx, r Report) ([]Submission, error) {
	return gorm.G[Submission](tx.DB).Where("company_id = ? AND report_id = ?", int64(r.CompanyID), int64(r.ID)).Order("round DESC").Limit(50).Find(ctx)
}

// reports reads one page of the reports in scope, the latest due first.
func reports(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, k page.Key, today day.Date) (rows []Listed, err error) {
	cond, args := scope.Where("r")
	conds := []string{cond}
	and := func(c string, a ...any) {
		conds = append(conds, c)
		args = append(args, a...)
	}
	if f.CompanyID != 0 {
		and("r.company_id = ?", int64(f.CompanyID))
	}
	if f.Cycle != "" {
		and("r.cycle = ?", f.Cycle)
	}
	if f.Period != "" {
		and("r.period = ?", f.Period)
	}
	if len(f.State) > 0 {
		states := make(db.Texts, len(f.State))
		for i, s := range f.State {
			states[i] = string(s)
		}
		and("r.state = ANY(?)", states)
	}
	if f.Late {
		and("(r.late OR (r.first_submitted_at IS NULL AND r.due_on < ?))", today)
	}
	order := " ORDER BY r.due_on DESC, r.id DESC"
	op := "<"
	if k.Back {
		order, op = " ORDER BY r.due_on, r.id", ">"
	}
	if !k.First() {
		and("(r.due_on, r.id) "+op+" (?::date, ?::bigint)", k.Vals[0], k.Vals[1])
	}
	q := "SELECT r.*, c.name AS company_name FROM (SELECT r.* FROM selfreport r WHERE " + strings.Join(conds, " AND ") + order +
		" LIMIT ?) r JOIN company c ON c.company_id = r.company_id" + order
	err = tx.WithContext(ctx).Raw(q, append(args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

// pending reads the reports of the actor's company that are not with the regulator yet, the
// first due first.
func pending(ctx context.Context, tx db.Tx, scope rbac.Scope) (rows []Report, err error) {
	err = tx.WithContext(ctx).Scopes(scope.Rows).Where("state IN ('open','draft','signed','returned')").Order("due_on, id").Limit(20).Find(&rows).Error
	return rows, err
}

// openMany opens the report of one period for many companies in one statement; those that
// have it keep theirs. It returns how many were opened.
func openMany(ctx context.Context, tx db.Tx, firms []Firm, c Cycle, p Period, name string) (int64, error) {
	companies, paths, lines := make(db.Ints, len(firms)), make(db.Texts, len(firms)), make(db.Shorts, len(firms))
	for i, f := range firms {
		companies[i], paths[i], lines[i] = int64(f.CompanyID), f.RegionPath, f.Line
	}
	r := tx.WithContext(ctx).Exec(`WITH opened AS (
		INSERT INTO selfreport (company_id, region_path, oversight_line, cycle, cycle_version, period, period_from, period_until, due_on, state, remark, content, content_hash,
			zero, compiled_by_name, signed_by_name, rounds, submitted_by_name, late, decided_by_name, opened_at, steps, changed_at)
		SELECT c, p, l, ?, ?, ?, ?::date, ?::date, ?::date, 'open', '', '', '', false, '', '', 0, '', false, '', ?::timestamptz, 1, ?::timestamptz
		FROM unnest(?::bigint[], ?::text[], ?::smallint[]) AS f(c, p, l)
		ON CONFLICT ON CONSTRAINT selfreport_company_id_cycle_period_from_key DO NOTHING
		RETURNING company_id, id, region_path, oversight_line)
		INSERT INTO selfreport_step (company_id, region_path, oversight_line, report_id, n, event, from_state, to_state, at, actor_kind, actor_name, content_hash, note, reasons)
		SELECT company_id, region_path, oversight_line, id, 1, 'open', '', 'open', ?::timestamptz, 'system', ?, '', '', '[]' FROM opened`,
		c.ID, cycles.Version, p.Name, p.From, p.Until, c.DueOn(p), tx.Now, tx.Now, companies, paths, lines, tx.Now, name)
	return r.RowsAffected, r.Error
}
