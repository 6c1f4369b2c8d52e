package rbac

import (
	"context"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"anbiao/kit/db"
	"anbiao/kit/page"
)

// Scope limits a query to the rows the actor may touch, and notes what is done. Only a
// Gate makes one; the zero Scope matches no row.
type Scope struct{ pass *pass }

// pass is what one transaction collects on its way.
type pass struct {
	actor   Actor
	gate    *Gate
	action  Action // of a write
	changes []change
	made    int64
}

// Home is where a company's new rows belong.
type Home struct {
	CompanyID  CompanyID
	RegionPath string // of the company, copied into every row
	Line       int16  // supervision line, copied into every row
}

// Actor returns who is asking.
func (s Scope) Actor() Actor {
	if s.pass == nil {
		return Actor{}
	}
	return s.pass.actor
}

// Can reports whether the actor may also do action.
func (s Scope) Can(action Action) bool { return s.pass != nil && s.pass.gate.Can(s.pass.actor, action) }

// Home returns the company that new rows belong to. Errors: ErrForbidden for anybody who
// does not act for one company.
func (s Scope) Home() (Home, error) {
	a := s.Actor()
	if (a.Kind != Company && a.Kind != Service) || a.CompanyID == 0 {
		return Home{}, ErrForbidden
	}
	return Home{a.CompanyID, a.RegionPath, a.Line}, nil
}

// Where returns the condition that holds for the rows of alias in scope, and its
// parameters, for SQL written by hand. The table has company_id, region_path and
// oversight_line. The condition repeats what row security says, because a plan needs the
// bounds as parameters.
func (s Scope) Where(alias string) (string, []any) {
	a := s.Actor()
	switch a.Kind {
	case Company, Service:
		if a.CompanyID != 0 {
			return alias + ".company_id = ?", []any{int64(a.CompanyID)}
		}
	case Regulator:
		return s.ranges(alias)
	case System:
		return "true", nil
	case Agency:
		return alias + ".company_id IN (SELECT g.company_id FROM grading_access g WHERE g.organisation_id = ? AND (now() AT TIME ZONE 'Asia/Shanghai')::date BETWEEN g.opens_on AND g.closes_on)", []any{int64(a.OrganisationID)}
	case Platform, Public:
	}
	return "false", nil
}

func (s Scope) ranges(alias string) (string, []any) {
	a := s.Actor()
	if len(a.Areas) == 0 {
		return "false", nil
	}
	var or []string
	var args []any
	for _, area := range a.Areas {
		or = append(or, fmt.Sprintf("(%[1]s.region_path >= ? AND %[1]s.region_path < ?)", alias))
		args = append(args, area, area+"~")
	}
	cond := "(" + strings.Join(or, " OR ") + ")"
	if len(a.Lines) > 0 {
		cond += " AND " + alias + ".oversight_line = ANY(?)"
		args = append(args, db.Shorts(a.Lines))
	}
	return cond, args
}

// Rows limits a gorm statement on one table, as Where does.
func (s Scope) Rows(g *gorm.DB) *gorm.DB {
	cond, args := s.Where("x")
	return g.Where(strings.ReplaceAll(cond, "x.", ""), args...)
}

// Of begins the conditions of a list of one company: its rows of alias that Where allows.
func (s Scope) Of(company CompanyID, alias string) *page.Where {
	w := &page.Where{}
	w.Within(s.Where(alias))
	w.And(alias+".company_id = ?", int64(company))
	return w
}

// Within locks the company that a regulator or agency writes into against moving away, and
// returns where the new rows belong. Errors: ErrNotFound outside the scope, ErrOff where the action
// is switched off.
func (s Scope) Within(ctx context.Context, tx db.Tx, company CompanyID) (Home, error) {
	h := Home{CompanyID: company}
	cond, args := s.Where("c")
	var found []struct {
		RegionPath    string
		OversightLine int16
	}
	q := "SELECT c.region_path, c.oversight_line FROM company c, pg_advisory_xact_lock_shared(?) WHERE c.company_id = ? AND " + cond
	if err := tx.WithContext(ctx).Raw(q, append([]any{int64(company), int64(company)}, args...)...).Scan(&found).Error; err != nil {
		return Home{}, err
	}
	if len(found) == 0 {
		return Home{}, ErrNotFound
	}
	h.RegionPath, h.Line = found[0].RegionPath, found[0].OversightLine
	return h, s.within(h.RegionPath)
}

// ActionWhole lets a member see the rows of the whole company, not only those of his own
// unit and what is below it.
const ActionWhole Action = "company.rows.whole"

// Reach returns the condition that a row of alias, which has company_id and unit_id, lies in
// the part of the company that the actor answers for: a team leader (班组长) his team, a
// workshop director (车间主任) his workshop; or that one of the staff columns names the actor
// himself. It stands beside Where, never for it. Whoever sees several companies, or may do
// ActionWhole, is not limited by it.
func (s Scope) Reach(alias string, staff ...string) (string, []any) {
	a := s.Actor()
	if a.Kind != Company || s.Can(ActionWhole) {
		return "true", nil
	}
	or, args := []string{"false"}, []any{}
	if a.UnitPath != "" {
		or = append(or, alias+".unit_id IN (SELECT u.id FROM staff_unit u WHERE u.company_id = ? AND u.unit_path >= ? AND u.unit_path < ?)")
		args = append(args, int64(a.CompanyID), a.UnitPath, a.UnitPath+"~")
	}
	for _, column := range staff {
		or, args = append(or, alias+"."+column+" = ?"), append(args, int64(a.StaffID))
	}
	return "(" + strings.Join(or, " OR ") + ")", args
}

// Below returns the condition that a row of alias, which has company_id and unit_id, lies in a unit
// or below it; the unit's id is its one parameter. It narrows what Where and Reach allow.
func Below(alias string) string {
	return alias + `.unit_id IN (SELECT u.id FROM staff_unit u JOIN staff_unit top ON top.company_id = u.company_id AND u.unit_path >= top.unit_path AND u.unit_path < top.unit_path || '~'
		WHERE u.company_id = ` + alias + `.company_id AND top.id = ?)`
}

// Reaches reports the same of a unit whose path is known, for rows that are not in a query.
func (s Scope) Reaches(unitPath string) bool {
	a := s.Actor()
	return a.Kind != Company || s.Can(ActionWhole) || (a.UnitPath != "" && strings.HasPrefix(unitPath, a.UnitPath))
}

// Made notes the id that the operation answers with, so that a repeated request gets the
// same answer.
func (s Scope) Made(n int64) {
	if s.pass != nil {
		s.pass.made = n
	}
}

// Changed notes in the trail what became of one object: the fields in which after differs
// from before, both structs of one type. A zero before means created.
func (s Scope) Changed(noun string, n int64, company CompanyID, before, after any) {
	if s.pass != nil {
		s.pass.changes = append(s.pass.changes, change{Noun: noun, ID: n, Company: int64(company), Fields: diff(before, after)})
	}
}

// Saw notes in the trail that one object was looked at (Gate.Witness).
func (s Scope) Saw(noun string, n int64, company CompanyID) {
	if s.pass != nil {
		s.pass.changes = append(s.pass.changes, change{Noun: noun, ID: n, Company: int64(company), Fields: []field{}})
	}
}
