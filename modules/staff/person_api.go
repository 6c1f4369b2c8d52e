package staff

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

// listedView is a row of the list of people.
type listedView struct {
	ID         id.Of[id.Staff] `json:"id"`
	Name       string          `json:"name"`
	EmployeeNo string          `json:"employeeNo"`
	Phone      string          `json:"phone"`
	HasLogin   bool            `json:"hasLogin"`
	UnitID     id.Of[id.Unit]  `json:"unitId"`
	UnitName   string          `json:"unitName"`
	PostName   string          `json:"postName" doc:"main post"`
	JoinedOn   day.Date        `json:"joinedOn"`
	LeftOn     day.Date        `json:"leftOn" doc:"last day; empty: still here"`
}

func viewListed(r Listed) listedView {
	return listedView{
		ID: r.ID, Name: r.Name, EmployeeNo: r.EmployeeNo, Phone: r.Phone, HasLogin: r.HasLogin, UnitID: deref(r.UnitID),
		UnitName: deref(r.UnitName), PostName: deref(r.PostName), JoinedOn: r.JoinedOn, LeftOn: r.LeftOn,
	}
}

type fileView struct {
	ID         id.Of[id.Staff] `json:"id"`
	Name       string          `json:"name"`
	EmployeeNo string          `json:"employeeNo"`
	Phone      string          `json:"phone"`
	Identity   string          `json:"identity" doc:"masked; empty: not recorded"`
	HasLogin   bool            `json:"hasLogin"`
	UnitID     id.Of[id.Unit]  `json:"unitId"`
	JoinedOn   day.Date        `json:"joinedOn"`
	LeftOn     day.Date        `json:"leftOn"`
	CreatedAt  time.Time       `json:"createdAt"`
	Posts      []heldView      `json:"posts" nullable:"false" doc:"newest first"`
}

type heldView struct {
	ID       id.Of[Assignment] `json:"id"`
	PostID   id.Of[id.Post]    `json:"postId"`
	PostName string            `json:"postName"`
	UnitName string            `json:"unitName"`
	Main     bool              `json:"main"`
	FromOn   day.Date          `json:"fromOn"`
	UntilOn  day.Date          `json:"untilOn" doc:"last day; empty: running"`
}

func viewFile(f File) fileView {
	p := f.Person
	v := fileView{
		ID: p.ID, Name: p.Name, EmployeeNo: p.EmployeeNo, Phone: p.Phone, Identity: f.Identity, HasLogin: p.PersonID != nil,
		UnitID: deref(p.UnitID), JoinedOn: p.JoinedOn, LeftOn: p.LeftOn, CreatedAt: p.CreatedAt, Posts: []heldView{},
	}
	for _, h := range f.Posts {
		v.Posts = append(v.Posts, heldView(h))
	}
	return v
}

type revealView struct {
	Identity string `json:"identity"`
}

func mountPeople(api huma.API, s *Service) {
	entry := []*fault.Error{
		ErrName, ErrFuture, ErrEmployeeNo, ErrIdentityTaken, ErrUnitUnknown, code.ErrPhone, code.ErrResidentLength, code.ErrResidentOld,
		code.ErrResidentSign, code.ErrResidentRegion, code.ErrResidentBirth, code.ErrResidentCheck,
	}
	web.Handle(api, web.Op{
		ID: "listPeople", Route: "GET /staff/people", Action: ActionList, Summary: "People of the company", Faults: []*fault.Error{page.ErrCursor},
	}, s.getPeople)
	web.Handle(api, web.Op{
		ID: "getPerson", Route: "GET /staff/people/{id}", Action: ActionList, Summary: "One person with posts", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getPerson)
	web.Handle(api, web.Op{ID: "addPerson", Route: "POST /staff/people", Action: ActionEdit, Summary: "Record a person", Faults: entry}, s.postPerson)
	web.Handle(api, web.Op{
		ID: "editPerson", Route: "PUT /staff/people/{id}", Action: ActionEdit, Summary: "Edit a person", Faults: append(entry, rbac.ErrNotFound, ErrUnitFollows),
	}, s.putPerson)
	web.Handle(api, web.Op{
		ID: "revealIdentity", Route: "POST /staff/people/{id}/reveal", Action: ActionReveal, Summary: "Show an identity number; who asked and why is kept",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNoIdentity}, Exempt: true, Status: ok,
	}, s.postReveal)
	web.Handle(api, web.Op{
		ID: "assignPost", Route: "POST /staff/people/{id}/assignments", Action: ActionAssign, Summary: "Put a person on a post",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrPostUnknown, ErrPostClosed, ErrUnitUnknown, ErrTeam, ErrAssigned, ErrAssignedSince, ErrFuture, ErrLeft, ErrBeforeJoining, ErrSuccessor, ErrBarred}, Status: ok,
	}, s.postAssignment)
	web.Handle(api, web.Op{
		ID: "releasePost", Route: "POST /staff/people/{id}/assignments/{assignment}/end", Action: ActionAssign, Summary: "End a post of a person",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrFuture, ErrAssignedSince, ErrAssignmentOver}, Status: ok,
	}, s.postRelease)
	web.Handle(api, web.Op{
		ID: "leaveCompany", Route: "POST /staff/people/{id}/leave", Action: ActionLeave, Summary: "Record a person's last day",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrLeft, ErrFuture, ErrBeforeJoining, ErrAssignedSince, ErrOpenWork, ErrSuccessor}, Status: ok,
	}, s.postLeave)
	web.Handle(api, web.Op{
		ID: "listOpenWork", Route: "GET /staff/people/{id}/open", Action: ActionAssign, Summary: "What a person would leave behind, and who might take it over",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getOpen)
	web.Handle(api, web.Op{
		ID: "returnToCompany", Route: "POST /staff/people/{id}/return", Action: ActionLeave, Summary: "Record that a person works here again",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrNotLeft, ErrFuture, ErrBeforeJoining}, Status: ok,
	}, s.postReturn)
}

func (s *Service) getPeople(ctx context.Context, in *Filter) (*web.Body[page.List[listedView]], error) {
	rows, k, err := s.List(ctx, *in)
	return &web.Body[page.List[listedView]]{Body: page.Of(rows, k, in.Limit, keyOf(in.Sort), viewListed)}, err
}

type personInput struct {
	ID id.Of[id.Staff] `path:"id"`
}

func (s *Service) getPerson(ctx context.Context, in *personInput) (*web.Body[fileView], error) {
	f, err := s.Open(ctx, in.ID)
	return &web.Body[fileView]{Body: viewFile(f)}, err
}

func (s *Service) postPerson(ctx context.Context, in *web.Body[Entry]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Add(ctx, in.Body))
}

type entryInput struct {
	ID   id.Of[id.Staff] `path:"id"`
	Body Entry
}

func (s *Service) putPerson(ctx context.Context, in *entryInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Edit(ctx, in.ID, in.Body))
}

type reasonInput struct {
	ID   id.Of[id.Staff] `path:"id"`
	Body Reason
}

func (s *Service) postReveal(ctx context.Context, in *reasonInput) (*web.Body[revealView], error) {
	number, err := s.Reveal(ctx, in.ID, in.Body)
	return &web.Body[revealView]{Body: revealView{number}}, err
}

type placingInput struct {
	ID   id.Of[id.Staff] `path:"id"`
	Body Placing
}

func (s *Service) postAssignment(ctx context.Context, in *placingInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Assign(ctx, in.ID, in.Body))
}

type releaseInput struct {
	DayInput
	Assignment id.Of[Assignment] `path:"assignment"`
}

func (s *Service) postRelease(ctx context.Context, in *releaseInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Release(ctx, in.ID, in.Assignment, in.Body.On))
}

type leaveInput struct {
	ID   id.Of[id.Staff] `path:"id"`
	Body Departure
}

func (s *Service) postLeave(ctx context.Context, in *leaveInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Leave(ctx, in.ID, in.Body))
}

type openView struct {
	Items         []openLine      `json:"items" nullable:"false"`
	SuggestedID   id.Of[id.Staff] `json:"suggestedId" doc:"head of the person's unit or of one above; empty: none"`
	SuggestedName string          `json:"suggestedName"`
}

type openLine struct {
	Noun  string `json:"noun"`
	Name  string `json:"name"`
	Count int    `json:"count"`
}

func (s *Service) getOpen(ctx context.Context, in *personInput) (*web.Body[openView], error) {
	pile, err := s.OpenOf(ctx, in.ID)
	v := openView{Items: []openLine{}, SuggestedID: pile.SuggestedID, SuggestedName: pile.SuggestedName}
	for _, o := range pile.Open {
		v.Items = append(v.Items, openLine{o.Noun, text.Say(text.Of(ctx), "staff.open."+o.Noun, nil), o.Count})
	}
	return &web.Body[openView]{Body: v}, err
}

func (s *Service) postReturn(ctx context.Context, in *DayInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Return(ctx, in.ID, in.Body.On))
}

// nothing is for an answer that needs the permission and no row.
func nothing(db.Tx, rbac.Scope) error { return nil }

func deref[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
