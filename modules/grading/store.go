package grading

import (
	"context"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// TableName names the table; its columns follow from the field names.
func (Application) TableName() string { return "grading_application" }

// TableName names the table.
func (Step) TableName() string { return "grading_step" }

// TableName names the table.
func (Member) TableName() string { return "grading_member" }

// TableName names the table.
func (Issue) TableName() string { return "grading_issue" }

// TableName names the table.
func (Protest) TableName() string { return "grading_objection" }

func applicationsBy(ctx context.Context, tx db.Tx, scope rbac.Scope, f Filter, k page.Key, today day.Date) (rows []Application, err error) {
	cond, args := scope.Where("a")
	conds := []string{cond}
	and := func(c string, a ...any) { conds, args = append(conds, c), append(args, a...) }
	if f.CompanyID != 0 {
		and("a.company_id = ?", int64(f.CompanyID))
	}
	if f.Division != "" {
		and("a.region_path >= ? AND a.region_path < ?", f.Division, f.Division+"~")
	}
	for column, value := range map[string]string{"a.state": f.State, "a.level": f.Level, "a.kind": f.Kind, "a.due_side": f.Side} {
		if value != "" {
			and(column+" = ?", value)
		}
	}
	if f.Late {
		and("a.due_on < ?", today)
	}
	switch f.Stage {
	case "open":
		and("a.ended_on IS NULL")
	case "over":
		and("a.ended_on IS NOT NULL")
	case "public":
		and("a.state IN ('listed', 'publicity', 'objection')")
	}
	order, op := " ORDER BY a.id DESC", "<"
	if k.Back {
		order, op = " ORDER BY a.id", ">"
	}
	if !k.First() {
		and("a.id "+op+" ?::bigint", k.Vals[0])
	}
	q := "SELECT a.* FROM grading_application a WHERE " + strings.Join(conds, " AND ") + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(args, f.Limit+1)...).Scan(&rows).Error
}

// applicationByID reads an application in scope; locked where it is to be changed. Errors: rbac.ErrNotFound; ErrNow
// where row security hides it from locking because it is not the actor's turn.
func applicationByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Application], lock bool) (Application, error) {
	cond, args := scope.Where("a")
	read := func(more string) (rows []Application, err error) {
		q := "SELECT a.* FROM grading_application a WHERE a.id = ? AND " + cond + more
		return rows, tx.WithContext(ctx).Raw(q, append([]any{int64(n)}, args...)...).Scan(&rows).Error
	}
	rows, err := read("")
	if err == nil && len(rows) == 0 {
		err = rbac.ErrNotFound
	}
	if err != nil || !lock {
		return append(rows, Application{})[0], err
	}
	was := rows[0]
	if rows, err = read(" FOR UPDATE OF a"); err != nil || len(rows) == 1 {
		return append(rows, Application{})[0], err
	}
	if rows, err = read(""); err == nil && len(rows) == 1 {
		was = rows[0] // somebody else may have moved it meanwhile
	}
	if err != nil {
		return Application{}, err
	}
	return Application{}, ErrNow[was.State].With("since", was.SinceOn.String())
}

// latestOf is the company's latest application; nil: it has none.
func latestOf(ctx context.Context, tx db.Tx, company rbac.CompanyID) (*Application, error) {
	var rows []Application
	err := tx.WithContext(ctx).Raw("SELECT a.* FROM grading_application a WHERE a.company_id = ? ORDER BY a.id DESC LIMIT 1", int64(company)).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// barredUntil is until when earlier applications keep a company from a new one; zero: they do not.
func barredUntil(ctx context.Context, tx db.Tx, company rbac.CompanyID) (until day.Date, err error) {
	var rows []day.Date
	err = tx.WithContext(ctx).Raw("SELECT max(barred_until) FROM grading_application WHERE company_id = ? HAVING max(barred_until) IS NOT NULL", int64(company)).Scan(&rows).Error
	return append(rows, day.Date{})[0], err
}

// insertApplication adds an application with its first step. Errors: ErrOpen.
func insertApplication(ctx context.Context, tx db.Tx, f *file) error {
	err := tx.WithContext(ctx).Create(&f.Application).Error
	if db.Violates(err, "grading_application_open_key") {
		return ErrOpen.Because(err)
	}
	if err != nil {
		return err
	}
	for _, s := range f.added {
		s.ApplicationID = f.ID
	}
	return insertSteps(ctx, tx, f)
}

func insertSteps(ctx context.Context, tx db.Tx, f *file) error {
	return tx.WithContext(ctx).Create(f.added).Error
}

// always is what every step writes.
var always = []string{"state", "since_on", "due_on", "due_side", "due_missing", "end_reason", "ended_on", "steps", "changed_at"}

// What each side may change of an application besides; row security says the same.
var columns = map[rbac.Kind][]string{
	rbac.Company: {
		"level", "take_reached", "direct", "snapshot", "conditions", "organizer_level", "authority_level", "signature_id", "signed_by", "signed_on", "submitted_on", "received_on",
		"listed_on", "extension_asked_on", "extension_days", "rectified_on",
	},
	rbac.Regulator: {
		"escalated_to", "corrections", "corrected", "accepted_on", "organizer_unit", "organizer_agency_id", "authority_unit", "endorsed_on", "confirmed_on", "review_organisation_id", "review_unit",
		"site_from", "site_until", "review_id", "rectify_due_on", "extensions", "extension_asked_on", "extension_days", "checked_on", "listed_on", "public_from", "public_until", "public_at",
		"objections_open", "objections_upheld", "announced_on", "notice_no", "barred_until",
	},
	rbac.Agency: {"review_id", "site_reported_on", "level", "reached", "review_score", "conclusion", "rectify_due_on", "checked_on", "listed_on", "barred_until"},
	rbac.System: {"accepted_on", "silent", "barred_until", "escalated_to", "rectify_due_on", "objections", "objections_open"},
}

func updateApplication(ctx context.Context, tx db.Tx, f *file) error {
	kind := f.by.Kind
	if kind == rbac.Service {
		kind = rbac.Company
	}
	r := tx.WithContext(ctx).Model(&Application{}).Where("company_id = ? AND id = ?", int64(f.CompanyID), int64(f.ID)).Select(append(append([]string{}, always...), columns[kind]...)).Updates(&f.Application)
	if r.Error == nil && r.RowsAffected == 0 {
		return rbac.ErrNotFound
	}
	return r.Error
}

// of reads the rows of a table that belong to an application, in order.
func of[T any](ctx context.Context, tx db.Tx, table string, a Application, order string) (rows []T, err error) {
	q := "SELECT * FROM " + table + " WHERE company_id = ? AND application_id = ? ORDER BY " + order
	return rows, tx.WithContext(ctx).Raw(q, int64(a.CompanyID), int64(a.ID)).Scan(&rows).Error
}

func stepsOf(ctx context.Context, tx db.Tx, a Application) ([]Step, error) {
	return of[Step](ctx, tx, "grading_step", a, "n")
}

func issuesOf(ctx context.Context, tx db.Tx, a Application) ([]Issue, error) {
	return of[Issue](ctx, tx, "grading_issue", a, "n")
}

func protestsOf(ctx context.Context, tx db.Tx, a Application) ([]Protest, error) {
	return of[Protest](ctx, tx, "grading_objection", a, "id")
}

// teamOf is the review team that is sent now.
func teamOf(ctx context.Context, tx db.Tx, a Application) (rows []Member, err error) {
	q := "SELECT * FROM grading_member WHERE company_id = ? AND application_id = ? AND ended_on IS NULL ORDER BY leads DESC, id"
	return rows, tx.WithContext(ctx).Raw(q, int64(a.CompanyID), int64(a.ID)).Scan(&rows).Error
}

// sendTeam recalls the team that was sent before, and sends another, which sees the company on its days.
func sendTeam(ctx context.Context, tx db.Tx, f *file, team []Member, before *id.Of[id.Organisation]) error {
	g := tx.WithContext(ctx)
	if before != nil {
		if err := endAccess(ctx, tx, f.CompanyID, *before, f.today()); err != nil {
			return err
		}
	}
	if err := g.Exec("UPDATE grading_member SET ended_on = ? WHERE company_id = ? AND application_id = ? AND ended_on IS NULL", f.today(), int64(f.CompanyID), int64(f.ID)).Error; err != nil {
		return err
	}
	if err := g.Create(&team).Error; err != nil {
		return err
	}
	return letIn(ctx, tx, f.Application, f.SiteFrom, f.SiteUntil)
}

// letIn opens the company to the review agency for some days, both inclusive.
func letIn(ctx context.Context, tx db.Tx, a Application, from, until day.Date) error {
	return tx.WithContext(ctx).Exec("INSERT INTO grading_access (company_id, region_path, oversight_line, organisation_id, opens_on, closes_on) VALUES (?, ?, ?, ?, ?, ?)",
		int64(a.CompanyID), a.RegionPath, a.OversightLine, int64(*a.ReviewOrganisationID), from, until).Error
}

// endAccess closes the company to a review agency from today on.
func endAccess(ctx context.Context, tx db.Tx, company rbac.CompanyID, agency id.Of[id.Organisation], today day.Date) error {
	return tx.WithContext(ctx).Exec("UPDATE grading_access SET closes_on = greatest(opens_on - 1, ?::date - 1) WHERE company_id = ? AND organisation_id = ? AND closes_on >= ?::date",
		today, int64(company), int64(agency), today).Error
}

// leaveNow is endAccess for the agency itself.
func leaveNow(ctx context.Context, tx db.Tx, company rbac.CompanyID, today day.Date) error {
	return tx.WithContext(ctx).Exec("SELECT grading_leave(?, ?::date)", int64(company), today).Error
}

func updateMember(ctx context.Context, tx db.Tx, m Member) error {
	return tx.WithContext(ctx).Model(&Member{}).Where("company_id = ? AND id = ?", int64(m.CompanyID), int64(m.ID)).Select("declared_on", "conflict", "statement").Updates(&m).Error
}

func insertIssues(ctx context.Context, tx db.Tx, rows []Issue) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.WithContext(ctx).Create(&rows).Error
}

func updateIssue(ctx context.Context, tx db.Tx, i Issue, columns ...string) error {
	return tx.WithContext(ctx).Model(&Issue{}).Where("company_id = ? AND id = ?", int64(i.CompanyID), int64(i.ID)).Select(columns).Updates(&i).Error
}

func updateProtest(ctx context.Context, tx db.Tx, p Protest) error {
	return tx.WithContext(ctx).Model(&Protest{}).Where("company_id = ? AND id = ?", int64(p.CompanyID), int64(p.ID)).Select("verdict", "finding", "verified_on", "verified_by", "origin").Updates(&p).Error
}

// raised counts the objections of a day: those from one origin anywhere, and those against one application.
func raised(ctx context.Context, tx db.Tx, origin string, a Application, since day.Date) (mine, all int, err error) {
	var row struct{ Mine, Everybody int }
	from := since.Midnight(day.Shanghai)
	err = tx.WithContext(ctx).Raw(`SELECT (SELECT count(*) FROM grading_objection WHERE origin = ? AND at >= ?) AS mine,
		(SELECT count(*) FROM grading_objection WHERE company_id = ? AND application_id = ? AND at >= ?) AS everybody`, origin, from, int64(a.CompanyID), int64(a.ID), from).Scan(&row).Error
	return row.Mine, row.Everybody, err
}

func insertProtest(ctx context.Context, tx db.Tx, p *Protest) error {
	return tx.WithContext(ctx).Create(p).Error
}

// agenciesFor lists the review agencies with when each last worked for a company.
func agenciesFor(ctx context.Context, tx db.Tx, company rbac.CompanyID) (rows []Agency, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM grading_agencies(?)", int64(company)).Scan(&rows).Error
}

// publicOf reads what is public of an area, latest first, from before an id on.
func publicOf(ctx context.Context, tx db.Tx, area string, before int64, n int) (rows []Public, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM grading_public(?, ?, ?)", area, before, n).Scan(&rows).Error
}

// lateOnes are the applications of which a term ended before a day, or could not be counted, from after a key on (system only).
func lateOnes(ctx context.Context, tx db.Tx, until day.Date, after int64, n int) (rows []Application, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM grading_application WHERE ended_on IS NULL AND id > ? AND (due_on <= ? OR due_missing > 0) ORDER BY id LIMIT ?", after, until, n).Scan(&rows).Error
}
