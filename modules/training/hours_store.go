package training

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// Hours is how the hours of one person stand in a year, as it is kept.
type Hours struct {
	CompanyID       rbac.CompanyID
	RegionPath      string
	OversightLine   int16
	Year            int32
	StaffID         id.Of[id.Staff]
	Present         bool // works there: at the end of the year, or now
	Kinds           db.Texts
	RequiredMinutes int
	HadMinutes      int // that count for what is required
	AllMinutes      int // of all training in the year
	MissingMinutes  int
	Due             bool
	Met             bool
	FirstDue        bool
	FirstMet        bool
	Duties          db.JSON[[]Duty]
}

// Tally is the training of a company in a year, in numbers.
type Tally struct {
	CompanyID       rbac.CompanyID
	RegionPath      string
	OversightLine   int16
	Year            int32
	People          int
	Due             int
	Met             int
	FirstDue        int
	FirstMet        int
	RequiredMinutes int64
	HadMinutes      int64
	Sessions        int // held
	PlanApproved    bool
	ChangedAt       time.Time
}

// saveHours keeps what was reckoned of people.
func saveHours(ctx context.Context, tx db.Tx, rows []Hours) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.WithContext(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "company_id"}, {Name: "year"}, {Name: "staff_id"}}, UpdateAll: true}).CreateInBatches(rows, 500).Error
}

// goneFrom takes people who no longer work there out of a year's count.
func goneFrom(ctx context.Context, tx db.Tx, company rbac.CompanyID, year int, gone db.Ints) error {
	return tx.WithContext(ctx).Exec("UPDATE training_hours SET present = false WHERE company_id = ? AND year = ? AND staff_id = ANY(?) AND present", int64(company), year, gone).Error
}

// stayed takes everybody out of a year's count who is not among those there.
func stayed(ctx context.Context, tx db.Tx, company rbac.CompanyID, year int, there db.Ints) error {
	return tx.WithContext(ctx).Exec("UPDATE training_hours SET present = false WHERE company_id = ? AND year = ? AND staff_id <> ALL(?) AND present", int64(company), year, there).Error
}

// count counts the training of a company in a year anew.
func count(ctx context.Context, tx db.Tx, home rbac.Home, year int) error {
	return tx.WithContext(ctx).Exec(`INSERT INTO training_tally (company_id, region_path, oversight_line, year, people, due, met, first_due, first_met, required_minutes, had_minutes, sessions, plan_approved, changed_at)
		SELECT ?::bigint, ?, ?::smallint, ?::int, count(*), count(*) FILTER (WHERE h.due), count(*) FILTER (WHERE h.due AND h.met), count(*) FILTER (WHERE h.first_due), count(*) FILTER (WHERE h.first_met),
			coalesce(sum(h.required_minutes), 0), coalesce(sum(h.had_minutes), 0),
			(SELECT count(*) FROM training_session s WHERE s.company_id = ?::bigint AND s.state = 'closed' AND s.held_on BETWEEN ? AND ?),
			EXISTS (SELECT FROM training_plan p WHERE p.company_id = ?::bigint AND p.year = ?::int AND p.state = 'approved'), ?::timestamptz
		FROM training_hours h WHERE h.company_id = ?::bigint AND h.year = ?::int AND h.present
		ON CONFLICT ON CONSTRAINT training_tally_pkey DO UPDATE SET people = excluded.people, due = excluded.due, met = excluded.met, first_due = excluded.first_due, first_met = excluded.first_met,
			required_minutes = excluded.required_minutes, had_minutes = excluded.had_minutes, sessions = excluded.sessions, plan_approved = excluded.plan_approved, changed_at = excluded.changed_at`,
		int64(home.CompanyID), home.RegionPath, home.Line, year, int64(home.CompanyID), day.Of(year, 1, 1), day.Of(year, 12, 31), int64(home.CompanyID), year, tx.Now, int64(home.CompanyID), year).Error
}

// HoursFilter says whose hours to list.
type HoursFilter struct {
	page.Query
	Year    int            `query:"year" minimum:"2005" maximum:"2100" doc:"empty: this one"`
	UnitID  id.Of[id.Unit] `query:"unitId" doc:"of this unit and those below it"`
	Kind    string         `query:"kind" maxLength:"40" doc:"kind of person"`
	Missing string         `query:"missing" enum:"yes,no"`
	Words   string         `query:"words" maxLength:"60" doc:"in names and employee numbers"`
}

// Stands is the hours of a person with who he is.
type Stands struct {
	Hours
	StaffName  string
	EmployeeNo string
	UnitName   string
	PostName   string
}

// hoursOf lists how people stand, whom most is missing first.
func hoursOf(ctx context.Context, tx db.Tx, scope rbac.Scope, f HoursFilter, k page.Key) (rows []Stands, err error) {
	w := &page.Where{}
	w.Within(scope.Where("h"))
	w.Within(scope.Reach("p"))
	w.And("h.year = ? AND h.present", f.Year)
	w.When(f.UnitID != 0, rbac.Below("p"), int64(f.UnitID))
	w.When(f.Kind != "", "? = ANY(h.kinds)", f.Kind)
	w.When(f.Missing == "yes", "NOT h.met")
	w.When(f.Missing == "no", "h.met")
	if words := strings.TrimSpace(f.Words); words != "" {
		w.And("lower(p.name || ' ' || p.employee_no) LIKE ?", "%"+escape.Replace(strings.ToLower(words))+"%")
	}
	order := w.Latest(k, "h.missing_minutes, h.staff_id", "?::int, ?::bigint")
	q := `SELECT h.*, p.name AS staff_name, p.employee_no, coalesce(u.name, '') AS unit_name, coalesce(o.name, '') AS post_name FROM training_hours h
		JOIN staff_person p ON p.company_id = h.company_id AND p.id = h.staff_id
		LEFT JOIN staff_unit u ON u.company_id = p.company_id AND u.id = p.unit_id
		LEFT JOIN staff_assignment a ON a.company_id = p.company_id AND a.staff_id = p.id AND a.main AND a.until_on IS NULL
		LEFT JOIN staff_post o ON o.company_id = a.company_id AND o.id = a.post_id WHERE ` + w.SQL() + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// hoursBy is how one person stands in a year; nil: nothing was reckoned.
func hoursBy(ctx context.Context, tx db.Tx, company rbac.CompanyID, year int, who id.Of[id.Staff]) (*Hours, error) {
	var found []Hours
	err := tx.WithContext(ctx).Raw("SELECT * FROM training_hours WHERE company_id = ? AND year = ? AND staff_id = ?", int64(company), year, int64(who)).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// tallyOf are the numbers of a company's year; nil: nothing was counted.
func tallyOf(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, year int) (*Tally, error) {
	w := scope.Of(company, "t")
	w.And("t.year = ?", year)
	var found []Tally
	err := tx.WithContext(ctx).Raw("SELECT t.* FROM training_tally t WHERE "+w.SQL(), w.Args...).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return &found[0], nil
}

// stale are companies of which a year was not reckoned since a moment, or not at all.
func stale(ctx context.Context, tx db.Tx, year int, since time.Time, after rbac.CompanyID, limit int) (rows []rbac.Home, err error) {
	var found []struct {
		CompanyID     rbac.CompanyID
		RegionPath    string
		OversightLine int16
	}
	q := `SELECT t.company_id, t.region_path, t.oversight_line FROM training_tally t WHERE t.company_id > ? AND ((t.year = ? AND t.changed_at < ?)
		OR (t.year = ? AND NOT EXISTS (SELECT FROM training_tally n WHERE n.company_id = t.company_id AND n.year = ?))) ORDER BY t.company_id LIMIT ?`
	err = tx.WithContext(ctx).Raw(q, int64(after), year, since, year-1, year, limit).Scan(&found).Error
	for _, f := range found {
		rows = append(rows, rbac.Home{CompanyID: f.CompanyID, RegionPath: f.RegionPath, Line: f.OversightLine})
	}
	return rows, err
}

// Behind is a company that lacks something in a year.
type Behind struct {
	rbac.Home
	Due  int
	Left int // people who do not meet what is due
}

// behind are companies with people whose hours of a year are missing, or without an approved plan of it.
func behind(ctx context.Context, tx db.Tx, year int, plan bool, after rbac.CompanyID, limit int) (rows []Behind, err error) {
	cond := "t.met < t.due"
	if plan {
		cond = "NOT t.plan_approved AND t.people > 0"
	}
	var found []struct {
		CompanyID     rbac.CompanyID
		RegionPath    string
		OversightLine int16
		Due, Met      int
	}
	err = tx.WithContext(ctx).Raw("SELECT t.company_id, t.region_path, t.oversight_line, t.due, t.met FROM training_tally t WHERE t.year = ? AND "+cond+" AND t.company_id > ? ORDER BY t.company_id LIMIT ?",
		year, int64(after), limit).Scan(&found).Error
	for _, f := range found {
		rows = append(rows, Behind{rbac.Home{CompanyID: f.CompanyID, RegionPath: f.RegionPath, Line: f.OversightLine}, f.Due, f.Due - f.Met})
	}
	return rows, err
}
