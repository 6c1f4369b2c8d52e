package company

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/code"
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
	Industry            string         `json:"industry" doc:"GB/T 4754-2017"`
	SupervisionIndustry string         `json:"supervisionIndustry"`
	Size                int16          `json:"size" doc:"0 unknown, 1 large, 2 medium, 3 small, 4 micro" minimum:"0" maximum:"4"`
	AboveScale          bool           `json:"aboveScale" doc:"above designated size (规模以上)"`
	Status              Status         `json:"status" enum:"active,suspended,closed"`
	UpdatedAt           time.Time      `json:"updatedAt"`
	Profile
}

func view(c Company, area string) companyView {
	p := Profile{
		StaffCount: c.StaffCount, RevenueFen: (*int64)(c.RevenueFen), AssetsFen: (*int64)(c.AssetsFen), Tags: append([]string{}, c.Tags...),
		Address: c.Address, LongitudeE6: c.LongitudeE6, LatitudeE6: c.LatitudeE6, ContactName: c.ContactName, ContactPhone: c.ContactPhone,
	}
	return companyView{
		ID: c.CompanyID, Name: c.Name, USCC: c.USCC, SiteNo: c.SiteNo, Division: c.RegionPath, DivisionName: area, Line: c.OversightLine,
		Industry: c.Industry, SupervisionIndustry: c.SupervisionIndustry, Size: int16(c.SizeClass), AboveScale: c.AboveScale,
		Status: c.Status, UpdatedAt: c.UpdatedAt, Profile: p,
	}
}

type one struct {
	ID rbac.CompanyID `path:"id"`
}

type describeInput struct {
	ID   rbac.CompanyID `path:"id"`
	Body Profile
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "getCompany", Route: "GET /company/companies/{id}", Action: ActionRead,
		Summary: "Read one company of the register", Faults: []*fault.Error{rbac.ErrNotFound},
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
}

// codeFaults are what package code may refuse of a registration.
var codeFaults = []*fault.Error{
	code.ErrUSCCLength, code.ErrUSCCOld, code.ErrUSCCSign, code.ErrUSCCDivision, code.ErrUSCCPrefix, code.ErrUSCCCheck,
	code.ErrIndustry, code.ErrIndustryDivision, code.ErrIndustrySection, code.ErrPhone,
}

func (s *Service) getOne(ctx context.Context, in *one) (*web.Body[companyView], error) {
	c, area, err := s.Read(ctx, in.ID)
	return &web.Body[companyView]{Body: view(c, area)}, err
}

func (s *Service) post(ctx context.Context, in *web.Body[Registration]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Register(ctx, in.Body))
}

func (s *Service) putProfile(ctx context.Context, in *describeInput) (*web.Body[web.Made], error) {
	return web.MadeOf(in.ID, s.Describe(ctx, in.ID, in.Body))
}
