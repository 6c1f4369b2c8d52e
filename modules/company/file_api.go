package company

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// mountRegister adds what a regulator does with the register, and its history.
func mountRegister(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "listCompanyHistory", Route: "GET /company/companies/{id}/history", Action: ActionRead,
		Summary: "What changed in a company's card, newest first", Faults: []*fault.Error{rbac.ErrNotFound, page.ErrCursor},
	}, s.getHistory)
	web.Handle(api, web.Op{
		ID: "amendCompany", Route: "PUT /company/companies/{id}/registration", Action: ActionAmend, Status: http.StatusOK,
		Summary: "Bring a company's registration up to date",
		Faults:  append([]*fault.Error{rbac.ErrNotFound, ErrTaken, ErrNamesake, ErrNothing, ErrFuture, ErrDates}, codeFaults...),
	}, s.putRegistration)
	web.Handle(api, web.Op{
		ID: "moveCompany", Route: "POST /company/companies/{id}/move", Action: ActionMove, Status: http.StatusOK,
		Summary: "Put a company under another area or supervision line of one's own; done shortly after",
		Faults:  []*fault.Error{rbac.ErrNotFound, ErrDivision, ErrLine, ErrOutside, ErrNothing, ErrMoving},
	}, s.postMove)
	web.Handle(api, web.Op{
		ID: "decideCompanyScale", Route: "POST /company/companies/{id}/above-scale", Action: ActionScale, Status: http.StatusOK,
		Summary: "Say whether a company counts as above designated size", Faults: []*fault.Error{rbac.ErrNotFound, ErrNothing},
	}, s.postScale)
}

// mountFile adds figures, licences, contacts and photos.
func mountFile(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "getCompanyFigures", Route: "GET /company/companies/{id}/figures", Action: ActionRead,
		Summary: "A company's head-counts by date and figures by year", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getFigures)
	web.Handle(api, web.Op{
		ID: "recordHeadcount", Route: "POST /company/companies/{id}/headcounts", Action: ActionEdit, Status: http.StatusOK,
		Summary: "Record the head-count from a day on", Faults: []*fault.Error{rbac.ErrNotFound, ErrFuture},
	}, s.postHeadcount)
	web.Handle(api, web.Op{
		ID: "recordCompanyYear", Route: "PUT /company/companies/{id}/years/{year}", Action: ActionEdit, Status: http.StatusOK,
		Summary: "Record what a year closed with", Faults: []*fault.Error{rbac.ErrNotFound, ErrFuture},
	}, s.putYear)
	web.Handle(api, web.Op{
		ID: "getCompanyPapers", Route: "GET /company/companies/{id}/papers", Action: ActionRead,
		Summary: "A company's licences, contacts and photos", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getPapers)
	licence := []*fault.Error{rbac.ErrNotFound, ErrLicenceName, ErrDates}
	web.Handle(api, web.Op{
		ID: "addLicence", Route: "POST /company/companies/{id}/licences", Action: ActionFile, Summary: "Record a licence", Faults: licence,
	}, s.postLicence)
	web.Handle(api, web.Op{
		ID: "editLicence", Route: "PUT /company/licences/{id}", Action: ActionFile, Status: http.StatusOK, Summary: "Correct or renew a licence",
		Faults: append(licence, ErrEnded),
	}, s.putLicence)
	web.Handle(api, web.Op{
		ID: "endLicence", Route: "POST /company/licences/{id}/end", Action: ActionFile, Status: http.StatusOK, Summary: "Say that a licence ended early",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrEnded, ErrFuture, ErrDates},
	}, s.postLicenceEnd)
	web.Handle(api, web.Op{
		ID: "addContact", Route: "POST /company/companies/{id}/contacts", Action: ActionFile, Summary: "Record a contact",
		Faults: []*fault.Error{rbac.ErrNotFound, code.ErrPhone},
	}, s.postContact)
	web.Handle(api, web.Op{
		ID: "endContact", Route: "POST /company/contacts/{id}/end", Action: ActionFile, Status: http.StatusOK, Summary: "Say that a contact is one no more",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrEnded},
	}, s.postContactEnd)
	web.Handle(api, web.Op{
		ID: "addCompanyPhoto", Route: "POST /company/companies/{id}/photos", Action: ActionFile, Summary: "Add a photo of the firm",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.postPhoto)
	web.Handle(api, web.Op{
		ID: "removeCompanyPhoto", Route: "POST /company/photos/{id}/remove", Action: ActionFile, Status: http.StatusOK, Summary: "Take a photo off the file",
		Faults: []*fault.Error{rbac.ErrNotFound, ErrEnded},
	}, s.postPhotoRemoval)
}

type historyInput struct {
	CompanyInput
	page.Query
}

type stepView struct {
	ValidFrom day.Date      `json:"validFrom"`
	At        time.Time     `json:"at"`
	Source    Source        `json:"source" enum:"register,import,profile,figures,registration,scale,move"`
	Reason    string        `json:"reason"`
	By        string        `json:"by"`
	Changes   []FieldChange `json:"changes" nullable:"false" doc:"areas and lines by name; empty for the first entry"`
}

func (s *Service) getHistory(ctx context.Context, in *historyInput) (*web.Body[page.List[stepView]], error) {
	rows, k, names, err := s.History(ctx, in.ID, in.Query)
	list := page.Of(rows, k, in.Limit, func(r Step) []string { return []string{r.ID.String()} }, func(r Step) stepView { return viewStep(r, names) })
	return &web.Body[page.List[stepView]]{Body: list}, err
}

func viewStep(r Step, names Names) stepView {
	v := stepView{ValidFrom: r.ValidFrom, At: r.At, Source: r.Source, Reason: r.Reason, By: r.ByName, Changes: []FieldChange{}}
	if r.Was == nil {
		return v
	}
	v.Changes = differences(r.CompanyID, r.Was.V, r.Card.V)
	for i, c := range v.Changes {
		switch c.Field {
		case "division":
			v.Changes[i].Old, v.Changes[i].New = names.Areas[c.Old], names.Areas[c.New]
		case "line":
			v.Changes[i].Old, v.Changes[i].New = names.Lines[r.Was.V.Line], names.Lines[r.Card.V.Line]
		}
	}
	return v
}

type amendInput struct {
	CompanyInput
	Body Amendment
}

func (s *Service) putRegistration(ctx context.Context, in *amendInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Amend(ctx, in.ID, in.Body))
}

type moveInput struct {
	CompanyInput
	Body MoveOrder
}

func (s *Service) postMove(ctx context.Context, in *moveInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Move(ctx, in.ID, in.Body))
}

type scaleInput struct {
	CompanyInput
	Body ScaleDecision
}

func (s *Service) postScale(ctx context.Context, in *scaleInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.DecideScale(ctx, in.ID, in.Body))
}

type headcountView struct {
	On         day.Date `json:"on"`
	StaffCount int32    `json:"staffCount"`
	Source     Source   `json:"source"`
	By         string   `json:"by"`
}

type yearView struct {
	Year   int32  `json:"year"`
	Source Source `json:"source"`
	By     string `json:"by"`
	YearEntry
}

type figuresView struct {
	Headcounts []headcountView `json:"headcounts" nullable:"false" doc:"newest first"`
	Years      []yearView      `json:"years" nullable:"false" doc:"newest first"`
	SizeYear   int32           `json:"sizeYear" doc:"whose figures the size class follows from; 0: those of the card"`
}

func (s *Service) getFigures(ctx context.Context, in *CompanyInput) (*web.Body[figuresView], error) {
	f, err := s.Figures(ctx, in.ID)
	v := figuresView{Headcounts: []headcountView{}, Years: []yearView{}, SizeYear: f.SizeYear}
	for _, h := range f.Headcounts {
		v.Headcounts = append(v.Headcounts, headcountView{h.OnDay, h.StaffCount, h.Source, h.ByName})
	}
	for _, y := range f.Years {
		v.Years = append(v.Years, yearView{y.Year, y.Source, y.ByName, YearEntry{y.StaffCount, (*int64)(y.RevenueFen), (*int64)(y.AssetsFen)}})
	}
	return &web.Body[figuresView]{Body: v}, err
}

type headcountInput struct {
	CompanyInput
	Body HeadcountEntry
}

func (s *Service) postHeadcount(ctx context.Context, in *headcountInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.RecordHeadcount(ctx, in.ID, in.Body))
}

type yearInput struct {
	CompanyInput
	Year int32 `path:"year" minimum:"1990" maximum:"2200"`
	Body YearEntry
}

func (s *Service) putYear(ctx context.Context, in *yearInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.RecordYear(ctx, in.ID, in.Year, in.Body))
}

type licenceView struct {
	ID          id.Of[id.Licence] `json:"id"`
	State       State             `json:"state" enum:"valid,soon,expired,not-yet,ended" doc:"soon: its last day is within 90 days"`
	DaysLeft    int               `json:"daysLeft" doc:"until its last day; 0 where it has none"`
	EndedOn     day.Date          `json:"endedOn"`
	EndedReason string            `json:"endedReason"`
	By          string            `json:"by"`
	LicenceEntry
}

type contactView struct {
	ID    id.Of[id.Contact] `json:"id"`
	From  day.Date          `json:"from"`
	Until day.Date          `json:"until" doc:"empty: still so"`
	ContactEntry
}

type photoView struct {
	ID      id.Of[id.Picture] `json:"id"`
	AddedOn day.Date          `json:"addedOn"`
	By      string            `json:"by"`
	PictureEntry
}

type papersView struct {
	Licences []licenceView `json:"licences" nullable:"false"`
	Contacts []contactView `json:"contacts" nullable:"false"`
	Photos   []photoView   `json:"photos" nullable:"false"`
}

func (s *Service) getPapers(ctx context.Context, in *CompanyInput) (*web.Body[papersView], error) {
	p, err := s.Papers(ctx, in.ID)
	v := papersView{Licences: []licenceView{}, Contacts: []contactView{}, Photos: []photoView{}}
	for _, l := range p.Licences {
		v.Licences = append(v.Licences, viewLicence(l, p.Today))
	}
	for _, c := range p.Contacts {
		v.Contacts = append(v.Contacts, contactView{c.ID, c.FromOn, c.UntilOn, ContactEntry{c.Role, c.Name, c.Phone, c.Note}})
	}
	for _, f := range p.Pictures {
		v.Photos = append(v.Photos, photoView{f.ID, f.AddedOn, f.ByName, PictureEntry{f.Kind, f.AttachmentID, f.Caption}})
	}
	return &web.Body[papersView]{Body: v}, err
}

func viewLicence(l Licence, today day.Date) licenceView {
	v := licenceView{
		ID: l.ID, State: l.State(today), EndedOn: l.EndedOn, EndedReason: l.EndedReason, By: l.ByName,
		LicenceEntry: LicenceEntry{l.Kind, l.Name, l.Number, l.Issuer, l.ValidFrom, l.ValidTo, fileIDs(l.AttachmentIDs)},
	}
	if !l.ValidTo.IsZero() {
		v.DaysLeft = l.ValidTo.DaysSince(today)
	}
	return v
}

type licenceInput struct {
	CompanyInput
	Body LicenceEntry
}

func (s *Service) postLicence(ctx context.Context, in *licenceInput) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AddLicence(ctx, in.ID, in.Body))
}

type licenceEditInput struct {
	ID   id.Of[id.Licence] `path:"id"`
	Body LicenceEntry
}

func (s *Service) putLicence(ctx context.Context, in *licenceEditInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.EditLicence(ctx, in.ID, in.Body))
}

type licenceEndInput struct {
	ID   id.Of[id.Licence] `path:"id"`
	Body Ending
}

func (s *Service) postLicenceEnd(ctx context.Context, in *licenceEndInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.EndLicence(ctx, in.ID, in.Body))
}

type contactInput struct {
	CompanyInput
	Body ContactEntry
}

func (s *Service) postContact(ctx context.Context, in *contactInput) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AddContact(ctx, in.ID, in.Body))
}

type contactPath struct {
	ID id.Of[id.Contact] `path:"id"`
}

func (s *Service) postContactEnd(ctx context.Context, in *contactPath) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.EndContact(ctx, in.ID))
}

type photoInput struct {
	CompanyInput
	Body PictureEntry
}

func (s *Service) postPhoto(ctx context.Context, in *photoInput) (*web.Body[web.Made], error) {
	return web.MadeOf(s.AddPicture(ctx, in.ID, in.Body))
}

type photoPath struct {
	ID id.Of[id.Picture] `path:"id"`
}

func (s *Service) postPhotoRemoval(ctx context.Context, in *photoPath) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.RemovePicture(ctx, in.ID))
}
