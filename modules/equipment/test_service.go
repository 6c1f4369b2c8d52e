package equipment

import (
	"context"
	"fmt"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web/register"
)

// Entry is a test as it is recorded.
type Entry struct {
	Thing        Thing          `json:"thing" enum:"machine,special,fire,cylinder"`
	RowID        id.Of[id.Row]  `json:"rowId"`
	Kind         string         `json:"kind" required:"false" enum:"test,check,service" default:"test" doc:"check and service: of fire equipment"`
	TestedOn     day.Date       `json:"testedOn"`
	Result       string         `json:"result" enum:"pass,fail"`
	Institute    string         `json:"institute" required:"false" maxLength:"80" doc:"who tested; empty: ourselves"`
	Tester       string         `json:"tester" required:"false" maxLength:"40" doc:"person"`
	ReportNumber string         `json:"reportNumber" required:"false" maxLength:"60"`
	Findings     string         `json:"findings" required:"false" maxLength:"1000" doc:"of a failed test: what is wrong"`
	NextOn       day.Date       `json:"nextOn" required:"false" doc:"next one as the report says it"`
	Files        register.Files `json:"files" required:"false" maxItems:"20" nullable:"false"`
}

// Recorded is a test that was recorded, and what it made.
type Recorded struct {
	ID       id.Of[id.Row]
	HazardID id.Of[id.Hazard]
}

// Record records a test. A pass moves the next day and brings the thing back into use; a
// failure makes a hazard and takes it out of use until a pass. Errors: rbac.ErrNotFound,
// register.ErrEnded, ErrThing, ErrFuture, ErrOrder, ErrFindings.
func (s *Service) Record(ctx context.Context, e Entry) (made Recorded, err error) {
	err = s.Gate.Write(ctx, ActionRecord, func(tx db.Tx, scope rbac.Scope) error {
		made, err = s.record(ctx, tx, scope, e)
		scope.Made(int64(made.ID))
		return err
	})
	return made, err
}

func (s *Service) record(ctx context.Context, tx db.Tx, scope rbac.Scope, e Entry) (made Recorded, err error) {
	home, err := scope.Home()
	if err != nil {
		return made, err
	}
	x, err := rowOf(ctx, tx, scope, e.Thing, e.RowID, true)
	if err != nil {
		return made, err
	}
	if err := e.check(x, day.In(tx.Now, day.Shanghai)); err != nil {
		return made, err
	}
	t := e.test(x, home, scope.Actor().Name, tx)
	if err := insertTest(ctx, tx, &t); err != nil {
		return made, err
	}
	made.ID = t.ID
	if e.Result == "pass" {
		x.passed(t.Kind, e.TestedOn, e.NextOn)
		err = mend(ctx, tx, e.Thing, x.row(), e.TestedOn)
	} else {
		x.failed(t.Kind, e.TestedOn)
		made.HazardID, err = s.raise(ctx, tx, scope, x, &t)
	}
	if err != nil {
		return made, err
	}
	scope.Changed("equipment_test", int64(t.ID), home.CompanyID, Test{}, t)
	return made, s.follow(ctx, tx, scope, e, x, home)
}

// follow writes what a test moved: the row, what falls due, the count of presses, the files.
func (s *Service) follow(ctx context.Context, tx db.Tx, scope rbac.Scope, e Entry, x tested, home rbac.Home) error {
	if err := saveDates(ctx, tx, e.Thing, x); err != nil {
		return err
	}
	if s.Due != nil {
		items := x.dues()
		for i := range items {
			items[i].Ref, items[i].UnitID, items[i].Path = int64(e.RowID), x.row().UnitID, e.Thing.page()+"?id="+e.RowID.String()
		}
		if err := s.Due(ctx, tx, home, items); err != nil {
			return err
		}
	}
	if x.press() {
		if err := countPresses(ctx, tx, []rbac.CompanyID{home.CompanyID}); err != nil {
			return err
		}
	}
	if len(e.Files) == 0 || s.Claim == nil {
		return nil
	}
	return s.Claim(ctx, tx, scope, e.Files, e.Thing.table(), int64(e.RowID))
}

// check holds an entry against the thing it is of.
func (e *Entry) check(x tested, today day.Date) error {
	if e.Kind == "" {
		e.Kind = FullTest
	}
	e.Findings = strings.TrimSpace(e.Findings)
	switch {
	case !x.row().EndedOn.IsZero():
		return register.ErrEnded
	case !x.takes(e.Kind):
		return ErrThing.At("body.kind")
	case e.TestedOn.After(today):
		return ErrFuture.At("body.testedOn")
	case !e.NextOn.IsZero() && !e.NextOn.After(e.TestedOn):
		return ErrOrder.At("body.nextOn")
	case e.Result == "fail" && e.Findings == "":
		return ErrFindings.At("body.findings")
	}
	return nil
}

// test is the row of an entry.
func (e *Entry) test(x tested, home rbac.Home, by string, tx db.Tx) Test {
	t := Test{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Press: x.press(), Kind: e.Kind, Title: title(x), TestedOn: e.TestedOn,
		Result: e.Result, Institute: strings.TrimSpace(e.Institute), Tester: strings.TrimSpace(e.Tester), ReportNumber: strings.TrimSpace(e.ReportNumber),
		Findings: e.Findings, NextOn: e.NextOn, Files: db.Ints{}, MadeBy: by, CreatedAt: tx.Now,
	}
	for _, f := range e.Files {
		t.Files = append(t.Files, int64(f))
	}
	if u := x.row().UnitID; u != 0 {
		t.UnitID = &u
	}
	n := e.RowID
	switch e.Thing {
	case AMachine:
		t.MachineID = &n
	case ASpecial:
		t.SpecialID = &n
	case AFire:
		t.FireID = &n
	case ACylinder:
		t.CylinderID = &n
	}
	return t
}

// raise makes a hazard of what failed.
func (s *Service) raise(ctx context.Context, tx db.Tx, scope rbac.Scope, x tested, t *Test) (id.Of[id.Hazard], error) {
	if s.Raise == nil {
		return 0, nil
	}
	place, point := x.where()
	said := title(x)
	if place != "" {
		said = place + " " + said
	}
	h, err := s.Raise(ctx, tx, scope, Finding{
		Ref: fmt.Sprintf("equipment_test/%s/%s", t.CompanyID, t.ID), Place: said, PointID: point, Category: x.category(),
		Description: title(x) + " 检测不合格：" + t.Findings, ByInstitute: t.Institute != "", OwnerID: x.owner(),
	})
	if err != nil || h == 0 {
		return 0, err
	}
	t.HazardID = &h
	return h, noteHazard(ctx, tx, t, h)
}

// TestFilter says which tests to list.
type TestFilter struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId" doc:"for those who see several companies: which one"`
	Thing     string         `query:"thing" enum:",machine,special,fire,cylinder"`
	Result    string         `query:"result" enum:",pass,fail"`
}

// Tests returns one page of a company's tests, latest first. Errors: register.ErrCompanyNeeded,
// page.ErrCursor.
func (s *Service) Tests(ctx context.Context, f TestFilter) (rows []Test, k page.Key, err error) {
	if k, err = f.Start("tested", 2); err != nil {
		return nil, k, err
	}
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		company, err := companyOf(scope, f.CompanyID)
		if err != nil {
			return err
		}
		rows, err = testsIn(ctx, tx, scope, f, company, k)
		return err
	})
	return rows, k, err
}

// mostTests is how many tests of one thing are shown.
const mostTests = 60

// History returns the tests of one thing, latest first. Errors: rbac.ErrNotFound, ErrThing.
func (s *Service) History(ctx context.Context, thing Thing, n id.Of[id.Row]) (rows []Test, err error) {
	err = s.Gate.Read(ctx, ActionRead, func(tx db.Tx, scope rbac.Scope) error {
		x, err := rowOf(ctx, tx, scope, thing, n, false)
		if err != nil {
			return err
		}
		rows, err = testsOf(ctx, tx, thing, x.row(), mostTests)
		return err
	})
	return rows, err
}

// companyOf is the company meant: one's own, or for others the one they name.
func companyOf(scope rbac.Scope, asked rbac.CompanyID) (rbac.CompanyID, error) {
	if home, err := scope.Home(); err == nil {
		return home.CompanyID, nil
	}
	if asked == 0 {
		return 0, register.ErrCompanyNeeded.At("query.companyId")
	}
	return asked, nil
}
