package company

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/code"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/rbac"
	"anbiao/web"
)

// companyView is a company on the wire.
type companyView struct {
	ID                  rbac.CompanyID `json:"id"`
	Name                string         `json:"name"`
	USCC                string         `json:"uscc" doc:"empty while the company has none"`
	SiteNo              int16          `json:"siteNo"`
	Division            string         `json:"division" doc:"path of its area"`
	DivisionName        string         `json:"divisionName"`
	Line                int16          `json:"line" doc:"supervision line"`
	LineName            string         `json:"lineName"`
	Industry            string         `json:"industry" doc:"GB/T 4754-2017"`
	SupervisionIndustry string         `json:"supervisionIndustry"`
	Size                int16          `json:"size" doc:"0 unknown, 1 large, 2 medium, 3 small, 4 micro" minimum:"0" maximum:"4"`
	AboveScale          bool           `json:"aboveScale" doc:"above designated size (规模以上)"`
	Status              Status         `json:"status" enum:"active,suspended,closed"`
	UpdatedAt           time.Time      `json:"updatedAt"`
	Code                string         `json:"code" doc:"the social credit code, or the id that stands in while there is none"`
	AboveScaleComputed  bool           `json:"aboveScaleComputed" doc:"what industry and revenue suggest"`
	AboveScalePinned    bool           `json:"aboveScalePinned" doc:"a regulator decided it"`
	On                  day.Date       `json:"on" doc:"the day it is shown as of; empty: now"`
	Sites               []siteView     `json:"sites" nullable:"false" doc:"others under the same code that the reader may see"`
	Moving              *movingView    `json:"moving,omitempty" doc:"a move that is ordered and not yet done"`
	Profile
}

type siteView struct {
	ID           rbac.CompanyID `json:"id"`
	SiteNo       int16          `json:"siteNo"`
	Name         string         `json:"name"`
	DivisionName string         `json:"divisionName"`
}

type movingView struct {
	Division string    `json:"division"`
	Line     int16     `json:"line"`
	Reason   string    `json:"reason"`
	By       string    `json:"by"`
	AskedAt  time.Time `json:"askedAt"`
}

func view(v View) companyView {
	c := v.Company
	p := Profile{
		StaffCount: c.StaffCount, RevenueFen: (*int64)(c.RevenueFen), AssetsFen: (*int64)(c.AssetsFen), Tags: append([]string{}, c.Tags...),
		Address: c.Address, LongitudeE6: c.LongitudeE6, LatitudeE6: c.LatitudeE6, ContactName: c.ContactName, ContactPhone: c.ContactPhone,
	}
	out := companyView{
		ID: c.CompanyID, Name: c.Name, USCC: c.USCC, SiteNo: c.SiteNo, Division: c.RegionPath, DivisionName: v.Area, Line: c.OversightLine, LineName: v.Line,
		Industry: c.Industry, SupervisionIndustry: c.SupervisionIndustry, Size: int16(c.SizeClass), AboveScale: c.AboveScale,
		Status: c.Status, UpdatedAt: c.UpdatedAt, Code: c.Code(), AboveScaleComputed: AboveScale(c.Industry, c.RevenueFen), AboveScalePinned: c.AboveScalePinned,
		On: v.On, Sites: []siteView{}, Profile: p,
	}
	for _, s := range v.Sites {
		out.Sites = append(out.Sites, siteView{s.CompanyID, s.SiteNo, s.Name, s.Area})
	}
	if m := v.Moving; m != nil {
		out.Moving = &movingView{m.ToRegionPath, m.ToLine, m.Reason, m.ByName, m.AskedAt}
	}
	return out
}

// CompanyInput names a company; exported because huma skips an embedded type that is not.
type CompanyInput struct {
	ID rbac.CompanyID `path:"id"`
}

type readInput struct {
	CompanyInput
	On day.Date `query:"on" required:"false" doc:"as the register said on that day; empty: now"`
}

type describeInput struct {
	ID   rbac.CompanyID `path:"id"`
	Body Profile
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "getCompany", Route: "GET /company/companies/{id}", Action: ActionRead,
		Summary: "Read one company of the register, as it is or as it was on a day", Faults: []*fault.Error{rbac.ErrNotFound, ErrNotYet, ErrFuture},
	}, s.getOne)
	web.Handle(api, web.Op{
		ID: "registerCompany", Route: "POST /company/companies", Action: ActionRegister,
		Summary: "Enter a company into the register",
		Faults:  append([]*fault.Error{ErrTaken, ErrNamesake, ErrDivision, ErrLine, ErrOutside, ErrTag}, codeFaults...),
	}, s.post)
	web.Handle(api, web.Op{
		ID: "describeCompany", Route: "PUT /company/companies/{id}/profile", Action: ActionEdit, Status: http.StatusOK,
		Summary: "Replace what a company says of itself", Faults: []*fault.Error{rbac.ErrNotFound, ErrTag, code.ErrPhone},
	}, s.putProfile)
	mountRegister(api, s)
	mountFile(api, s)
	mountLinks(api, s)
}

// codeFaults are what package code may refuse of a registration.
var codeFaults = []*fault.Error{
	code.ErrUSCCLength, code.ErrUSCCOld, code.ErrUSCCSign, code.ErrUSCCDivision, code.ErrUSCCPrefix, code.ErrUSCCCheck,
	code.ErrIndustry, code.ErrIndustryDivision, code.ErrIndustrySection, code.ErrPhone,
}

func (s *Service) getOne(ctx context.Context, in *readInput) (*web.Body[companyView], error) {
	v, err := s.ReadOn(ctx, in.ID, in.On)
	return &web.Body[companyView]{Body: view(v)}, err
}

func (s *Service) post(ctx context.Context, in *web.Body[Registration]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Register(ctx, in.Body))
}

func (s *Service) putProfile(ctx context.Context, in *describeInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Describe(ctx, in.ID, in.Body))
}
