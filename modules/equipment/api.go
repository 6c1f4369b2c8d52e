package equipment

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
	"anbiao/web/register"
)

// TestView is a test on the wire.
type TestView struct {
	ID           id.Of[id.Row]    `json:"id"`
	CompanyID    rbac.CompanyID   `json:"companyId"`
	Thing        Thing            `json:"thing" enum:"machine,special,fire,cylinder"`
	RowID        id.Of[id.Row]    `json:"rowId" doc:"of the thing"`
	Title        string           `json:"title" doc:"of the thing, as it was called then"`
	Kind         string           `json:"kind" enum:"test,check,service"`
	TestedOn     day.Date         `json:"testedOn"`
	Result       string           `json:"result" enum:"pass,fail"`
	Institute    string           `json:"institute"`
	Tester       string           `json:"tester"`
	ReportNumber string           `json:"reportNumber"`
	Findings     string           `json:"findings"`
	NextOn       day.Date         `json:"nextOn"`
	Files        register.Files   `json:"files" nullable:"false"`
	HazardID     id.Of[id.Hazard] `json:"hazardId" doc:"made of what failed"`
	MendedOn     day.Date         `json:"mendedOn" doc:"of a failed one: day of the pass that followed"`
	MadeBy       string           `json:"madeBy"`
}

func viewTest(t Test) TestView {
	v := TestView{
		ID: t.ID, CompanyID: t.CompanyID, Title: t.Title, Kind: t.Kind, TestedOn: t.TestedOn, Result: t.Result, Institute: t.Institute, Tester: t.Tester,
		ReportNumber: t.ReportNumber, Findings: t.Findings, NextOn: t.NextOn, Files: files(t.Files), MendedOn: t.MendedOn, MadeBy: t.MadeBy,
	}
	for thing, n := range map[Thing]*id.Of[id.Row]{AMachine: t.MachineID, ASpecial: t.SpecialID, AFire: t.FireID, ACylinder: t.CylinderID} {
		if n != nil {
			v.Thing, v.RowID = thing, *n
		}
	}
	if t.HazardID != nil {
		v.HazardID = *t.HazardID
	}
	return v
}

func files(list db.Ints) register.Files {
	out := make(register.Files, len(list))
	for i, n := range list {
		out[i] = id.Of[id.Attachment](n)
	}
	return out
}

// Mount adds the module's operations to api, besides those of its registers.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "recordEquipmentTest", Route: "POST /equipment/tests", Action: ActionRecord, Summary: "Record a test, inspection, check or service; a failure makes a hazard",
		Faults: []*fault.Error{rbac.ErrNotFound, register.ErrEnded, ErrThing, ErrFuture, ErrOrder, ErrFindings},
	}, s.postTest)
	web.Handle(api, web.Op{
		ID: "listEquipmentTests", Route: "GET /equipment/tests", Action: ActionRead, Summary: "Tests of a company's equipment, latest first",
		Faults: []*fault.Error{register.ErrCompanyNeeded, page.ErrCursor},
	}, s.getTests)
	web.Handle(api, web.Op{
		ID: "listTestsOfEquipment", Route: "GET /equipment/history/{thing}/{id}", Action: ActionRead, Summary: "Tests of one thing, latest first",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrThing},
	}, s.getHistory)
	web.Handle(api, web.Op{ID: "listEquipmentCycles", Route: "GET /equipment/cycles", Action: ActionRead, Summary: "How often each kind of thing is tested, and by which rule"}, s.getCycles)
	web.Handle(api, web.Op{
		ID: "listPressRates", Route: "GET /equipment/press-rates", Action: ActionPress, Summary: "Test and rectification rate of presses by area",
		Faults: []*fault.Error{ErrArea},
	}, s.getRates)
	web.Handle(api, web.Op{
		ID: "listPressOwners", Route: "GET /equipment/press-owners", Action: ActionPress, Summary: "Companies with presses, by place", Faults: []*fault.Error{page.ErrCursor},
	}, s.getOwners)
	mountPaper(api, s)
}

type recordedView struct {
	ID       id.Of[id.Row]    `json:"id"`
	HazardID id.Of[id.Hazard] `json:"hazardId" doc:"made of what failed"`
}

func (s *Service) postTest(ctx context.Context, in *web.Body[Entry]) (*web.Body[recordedView], error) {
	made, err := s.Record(ctx, in.Body)
	return &web.Body[recordedView]{Body: recordedView(made)}, err
}

func (s *Service) getTests(ctx context.Context, in *TestFilter) (*web.Body[page.List[TestView]], error) {
	rows, k, err := s.Tests(ctx, *in)
	key := func(t Test) []string { return []string{t.TestedOn.String(), t.ID.String()} }
	return &web.Body[page.List[TestView]]{Body: page.Of(rows, k, in.Limit, key, viewTest)}, err
}

type testList struct {
	Items []TestView `json:"items" nullable:"false" doc:"at most sixty"`
}

func (s *Service) getHistory(ctx context.Context, in *struct {
	Thing Thing         `path:"thing" enum:"machine,special,fire,cylinder"`
	ID    id.Of[id.Row] `path:"id"`
},
) (*web.Body[testList], error) {
	rows, err := s.History(ctx, in.Thing, in.ID)
	out := testList{Items: make([]TestView, len(rows))}
	for i, t := range rows {
		out.Items[i] = viewTest(t)
	}
	return &web.Body[testList]{Body: out}, err
}

type cycleList struct {
	Kinds map[string]Cycle `json:"kinds"`
}

func (s *Service) getCycles(ctx context.Context, _ *struct{}) (*web.Body[cycleList], error) {
	return &web.Body[cycleList]{Body: cycleList{Cycles}}, s.Gate.Read(ctx, ActionRead, func(db.Tx, rbac.Scope) error { return nil })
}

type ratesView struct {
	Total  Rate    `json:"total"`
	Areas  []Rate  `json:"areas" nullable:"false"`
	Target float64 `json:"target" doc:"share of presses that the city's plan asked to be tested"`
	Source string  `json:"source" doc:"of the plan"`
}

func (s *Service) getRates(ctx context.Context, in *struct {
	Parent string `query:"parent" pattern:"^[0-9A-Z]*$" maxLength:"15" doc:"path of an area; empty: one's own"`
},
) (*web.Body[ratesView], error) {
	total, below, err := s.Rates(ctx, in.Parent)
	return &web.Body[ratesView]{Body: ratesView{total, append([]Rate{}, below...), plan.Target, plan.Source}}, err
}

// OwnerView is a company with presses on the wire.
type OwnerView struct {
	ID      rbac.CompanyID `json:"id"`
	Name    string         `json:"name"`
	Town    string         `json:"town"`
	Presses int64          `json:"presses"`
	Tested  int64          `json:"tested"`
	Guarded int64          `json:"guarded"`
	Failed  int64          `json:"failed"`
	Mended  int64          `json:"mended"`
}

func (s *Service) getOwners(ctx context.Context, in *OwnerFilter) (*web.Body[page.List[OwnerView]], error) {
	rows, k, err := s.Owners(ctx, *in)
	view := func(o Owner) OwnerView {
		return OwnerView{o.CompanyID, o.Name, o.Town, o.Presses, o.Tested, o.Guarded, o.Failed, o.Mended}
	}
	return &web.Body[page.List[OwnerView]]{Body: page.Of(rows, k, in.Limit, ownerKey, view)}, err
}
