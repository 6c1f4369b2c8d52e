package training

import (
	"context"
	"strings"

	"gorm.io/gorm/clause"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
)

// SessionFilter says which sessions to list.
type SessionFilter struct {
	page.Query
	CompanyID rbac.CompanyID   `query:"companyId" doc:"for those who see several companies: which one"`
	Year      int              `query:"year" minimum:"2005" maximum:"2100"`
	State     string           `query:"state" enum:"planned,open,closed,cancelled"`
	Kind      string           `query:"kind" maxLength:"40"`
	CourseID  id.Of[id.Course] `query:"courseId"`
	ItemID    id.Of[PlanItem]  `query:"planItemId"`
	UnitID    id.Of[id.Unit]   `query:"unitId" doc:"held by this unit or one below it"`
	Words     string           `query:"words" maxLength:"60"`
	From      day.Date         `query:"from"`
	Until     day.Date         `query:"until"`
}

// within is the condition that a session of alias s is one the actor sees: of his part of the company, of the whole company,
// or one that he holds.
func within(scope rbac.Scope) (string, []any) {
	reach, args := scope.Reach("s", "trainer_id")
	return "(s.unit_id IS NULL OR " + reach + ")", args
}

func sessions(ctx context.Context, tx db.Tx, scope rbac.Scope, f SessionFilter, k page.Key) (rows []Session, err error) {
	w := scope.Of(f.CompanyID, "s")
	w.Within(within(scope))
	if f.Year != 0 {
		w.And("s.held_on BETWEEN ? AND ?", day.Of(f.Year, 1, 1), day.Of(f.Year, 12, 31))
	}
	w.When(f.State != "", "s.state = ?", f.State)
	w.When(f.Kind != "", "s.kind = ?", f.Kind)
	w.When(f.CourseID != 0, "s.course_id = ?", int64(f.CourseID))
	w.When(f.ItemID != 0, "s.plan_item_id = ?", int64(f.ItemID))
	w.When(f.UnitID != 0, rbac.Below("s"), int64(f.UnitID))
	w.When(!f.From.IsZero(), "s.held_on >= ?", f.From)
	w.When(!f.Until.IsZero(), "s.held_on <= ?", f.Until)
	if words := strings.TrimSpace(f.Words); words != "" {
		w.And("lower(s.title || ' ' || s.trainer || ' ' || s.place) LIKE ?", "%"+escape.Replace(strings.ToLower(words))+"%")
	}
	order := w.Latest(k, "s.held_on, s.id", "?::date, ?::bigint")
	q := "SELECT s.* FROM training_session s WHERE " + w.SQL() + order + " LIMIT ?"
	return rows, tx.WithContext(ctx).Raw(q, append(w.Args, f.Limit+1)...).Scan(&rows).Error
}

// sessionByID returns a session that the actor sees. Errors: rbac.ErrNotFound.
func sessionByID(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Session], lock bool) (Session, error) {
	w := &page.Where{}
	w.Within(scope.Where("s"))
	w.Within(within(scope))
	w.And("s.id = ?", int64(n))
	return oneSession(ctx, tx, w, lock)
}

// sessionHeld returns a session whoever holds it, for those who were there. Errors: rbac.ErrNotFound.
func sessionHeld(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Session]) (Session, error) {
	w := &page.Where{}
	w.And("s.company_id = ? AND s.id = ?", int64(company), int64(n))
	return oneSession(ctx, tx, w, true)
}

// sessionByToken returns the session of a company that a code names. Errors: ErrToken.
func sessionByToken(ctx context.Context, tx db.Tx, company rbac.CompanyID, token string, lock bool) (Session, error) {
	w := &page.Where{}
	w.And("s.company_id = ? AND s.token = ?", int64(company), token)
	s, err := oneSession(ctx, tx, w, lock)
	if rbac.ErrNotFound.Is(err) {
		return s, ErrToken.At("query.token")
	}
	return s, err
}

func oneSession(ctx context.Context, tx db.Tx, w *page.Where, lock bool) (Session, error) {
	q := "SELECT s.* FROM training_session s WHERE " + w.SQL()
	if lock {
		q += " FOR UPDATE"
	}
	var found []Session
	if err := tx.WithContext(ctx).Raw(q, w.Args...).Scan(&found).Error; err != nil {
		return Session{}, err
	}
	if len(found) == 0 {
		return Session{}, rbac.ErrNotFound
	}
	return found[0], nil
}

func insertSession(ctx context.Context, tx db.Tx, s *Session) error {
	return sessionFault(tx.WithContext(ctx).Create(s).Error)
}

func updateSession(ctx context.Context, tx db.Tx, s *Session) error {
	return sessionFault(tx.WithContext(ctx).Model(s).Where("company_id = ?", int64(s.CompanyID)).Select("*").Omit("CompanyID", "ID", "RegionPath", "OversightLine", "MadeAt", "MadeByName").Updates(s).Error)
}

func sessionFault(err error) error {
	switch {
	case db.Violates(err, "training_session_trainer_id_fkey"):
		return ErrPerson.At("body.trainerId").Because(err)
	case db.Violates(err, "training_session_unit_id_fkey"):
		return ErrUnit.At("body.unitId").Because(err)
	case db.Violates(err, "training_session_plan_item_id_fkey"):
		return ErrItem.At("body.planItemId").Because(err)
	}
	return err
}

// attendanceOf are the people of a session, the earliest first.
func attendanceOf(ctx context.Context, tx db.Tx, company rbac.CompanyID, n id.Of[id.Session]) (rows []Attendance, err error) {
	return rows, tx.WithContext(ctx).Raw("SELECT * FROM training_attendance WHERE company_id = ? AND session_id = ? ORDER BY at, staff_id", int64(company), int64(n)).Scan(&rows).Error
}

// note writes that people were there; who is noted already stays as he is noted.
func note(ctx context.Context, tx db.Tx, rows []Attendance) error {
	if len(rows) == 0 {
		return nil
	}
	return personFault(tx.WithContext(ctx).Clauses(clause.OnConflict{Columns: attendanceKey, DoNothing: true}).CreateInBatches(rows, 500).Error)
}

var attendanceKey = []clause.Column{{Name: "company_id"}, {Name: "session_id"}, {Name: "staff_id"}}

// saveAttendance writes rows over what was noted.
func saveAttendance(ctx context.Context, tx db.Tx, rows []Attendance) error {
	if len(rows) == 0 {
		return nil
	}
	return personFault(tx.WithContext(ctx).Clauses(clause.OnConflict{Columns: attendanceKey, UpdateAll: true}).CreateInBatches(rows, 500).Error)
}

func personFault(err error) error {
	if db.Violates(err, "training_attendance_staff_id_fkey") {
		return ErrPerson.Because(err)
	}
	return err
}

// upcoming are sessions of a company about which its people may want to know: to come, of today, or just over.
func upcoming(ctx context.Context, tx db.Tx, company rbac.CompanyID, from day.Date) (rows []Session, err error) {
	return rows, tx.WithContext(ctx).Raw(`SELECT * FROM training_session WHERE company_id = ? AND held_on >= ? AND state <> 'cancelled' ORDER BY held_on, starts, id LIMIT 200`,
		int64(company), from).Scan(&rows).Error
}

// attended are the notes on one person in some sessions.
func attendedBy(ctx context.Context, tx db.Tx, company rbac.CompanyID, who id.Of[id.Staff], of db.Ints) (map[id.Of[id.Session]]Attendance, error) {
	var rows []Attendance
	err := tx.WithContext(ctx).Raw("SELECT * FROM training_attendance WHERE company_id = ? AND staff_id = ? AND session_id = ANY(?)", int64(company), int64(who), of).Scan(&rows).Error
	out := map[id.Of[id.Session]]Attendance{}
	for _, a := range rows {
		out[a.SessionID] = a
	}
	return out, err
}

// claimReminders locks at most limit sessions whose people are to be told today.
func claimReminders(ctx context.Context, tx db.Tx, today day.Date, limit int) (rows []Session, err error) {
	return rows, tx.WithContext(ctx).Raw(`SELECT * FROM training_session WHERE remind_on <= ? ORDER BY remind_on, company_id, id LIMIT ? FOR UPDATE SKIP LOCKED`, today, limit).Scan(&rows).Error
}

// reminded moves on sessions whose people were told.
func reminded(ctx context.Context, tx db.Tx, rows []Session) error {
	firms, ids, next := make(db.Ints, len(rows)), make(db.Ints, len(rows)), make(db.Texts, len(rows))
	for i, s := range rows {
		firms[i], ids[i] = int64(s.CompanyID), int64(s.ID)
		if !s.RemindOn.IsZero() {
			next[i] = s.RemindOn.String()
		}
	}
	return tx.WithContext(ctx).Exec(`UPDATE training_session s SET remind_on = nullif(n.next, '')::date FROM unnest( ?::bigint[], ?::bigint[], ?::text[]) n(company_id, id, next)
		WHERE s.company_id = n.company_id AND s.id = n.id`, firms, ids, next).Error
}

// Held is a session as others name it.
type Held struct {
	ID       id.Of[id.Session]
	Title    string
	HeldOn   day.Date
	State    State
	Attended int
}

// Sessions finds sessions of a company by words, or one by its id, the latest first: what an expense paid for, what a paper names.
func Sessions(ctx context.Context, tx db.Tx, scope rbac.Scope, company rbac.CompanyID, words string, one int64, limit int) (rows []Held, err error) {
	w := scope.Of(company, "s")
	w.Within(within(scope))
	w.And("s.state <> 'cancelled'")
	w.When(one != 0, "s.id = ?", one)
	if words = strings.TrimSpace(words); words != "" {
		w.And("lower(s.title || ' ' || s.trainer || ' ' || s.held_on::text) LIKE ?", "%"+escape.Replace(strings.ToLower(words))+"%")
	}
	return rows, tx.WithContext(ctx).Raw("SELECT s.id, s.title, s.held_on, s.state, s.attended FROM training_session s WHERE "+w.SQL()+" ORDER BY s.held_on DESC, s.id DESC LIMIT ?", append(w.Args, limit)...).Scan(&rows).Error
}
