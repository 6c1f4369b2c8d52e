package checklist

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/rbac"
	"anbiao/web"
)

// ModuleRow is a module in a list.
type ModuleRow struct {
	Code      string   `json:"code"`
	NameZh    string   `json:"nameZh"`
	NameEn    string   `json:"nameEn"`
	Kind      string   `json:"kind" enum:"management,equipment,place,operation"`
	Tags      []string `json:"tags" nullable:"false" doc:"applies where a company has any of these; all: everywhere"`
	ScopeNote string   `json:"scopeNote"`
	Items     int      `json:"items" doc:"how many items it holds"`
}

type libraryView struct {
	Version string            `json:"version"`
	Title   string            `json:"title"`
	Tags    map[string]string `json:"tags" doc:"tags that modules apply by, with their Chinese names"`
	Profile map[string]string `json:"profile" doc:"tags that rules for major hazards apply by, with their Chinese names"`
	Posts   map[string]string `json:"posts" doc:"post types with their Chinese names"`
	Modules []ModuleRow       `json:"modules" nullable:"false"`
}

type itemView struct {
	Code        string      `json:"code"`
	Requirement string      `json:"requirement"`
	Method      string      `json:"method"`
	Level       Level       `json:"level" enum:"general,major" doc:"before a company's tags are asked"`
	Frequency   string      `json:"frequency"`
	Posts       []string    `json:"posts" nullable:"false"`
	Basis       []Clause    `json:"basis" nullable:"false"`
	MajorBasis  []Clause    `json:"majorBasis" nullable:"false"`
	MajorWhen   []Clause    `json:"majorWhen" nullable:"false"`
	Other       OtherRegime `json:"otherRegime"`
}

type moduleView struct {
	ModuleRow
	Asks []itemView `json:"asks" nullable:"false"`
}

// StandardRow is a version of a standard in a list.
type StandardRow struct {
	ID             id.Of[id.Standard] `json:"id"`
	CompanyID      rbac.CompanyID     `json:"companyId"`
	Version        int                `json:"version"`
	LibraryVersion string             `json:"libraryVersion"`
	Items          int                `json:"items" doc:"items asked"`
	PublishedAt    time.Time          `json:"publishedAt"`
	PublishedBy    string             `json:"publishedBy" doc:"name"`
}

type standardView struct {
	StandardRow
	Tags   []string  `json:"tags" nullable:"false"`
	Own    []OwnItem `json:"own" nullable:"false"`
	Photos PhotoRule `json:"photos" enum:"failed,major,none"`
	Asks   []Asked   `json:"asks" nullable:"false" doc:"every item in order, disabled ones included"`
}

type proposalView struct {
	BasedOn  int      `json:"basedOn" doc:"version number compared with, 0 if there is none"`
	Document Document `json:"document"`
	Asks     []Asked  `json:"asks" nullable:"false"`
	Added    []string `json:"added" nullable:"false" doc:"item codes that would be asked anew"`
	Removed  []string `json:"removed" nullable:"false" doc:"item codes that would no longer be asked"`
}

func rowOf(m *Module) ModuleRow {
	return ModuleRow{m.Code, m.NameZh, m.NameEn, m.Kind, m.Tags, m.ScopeNote, len(m.Items)}
}

func standardRow(s Standard) StandardRow {
	return StandardRow{s.ID, s.CompanyID, s.Version, s.LibraryVersion, s.Items, s.PublishedAt, s.PublishedName}
}

func viewOf(s Standard, items []Asked) standardView {
	d := s.Document.V
	return standardView{standardRow(s), d.Tags, d.Own, d.Photos, items}
}

// CompanyQuery names the company a regulator asks about.
type CompanyQuery struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: which company; companies see their own"`
}

// Mount adds the module's operations to api.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listChecklistModules", Route: "GET /checklist/library/modules", Action: ActionLibrary, Summary: "List the modules of the item library"}, s.getModules)
	web.Handle(api, web.Op{
		ID: "getChecklistModule", Route: "GET /checklist/library/modules/{code}", Action: ActionLibrary, Summary: "Read one module with its items",
		Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getModule)
	web.Handle(api, web.Op{
		ID: "getStandard", Route: "GET /checklist/standard", Action: ActionRead, Summary: "Read a company's newest standard",
		Faults: []*fault.Error{ErrNoStandard, ErrCompanyNeeded},
	}, s.getCurrent)
	web.Handle(api, web.Op{ID: "proposeStandard", Route: "GET /checklist/standard/proposal", Action: ActionRead, Summary: "Compose the standard that would be published now and compare it with the last"}, s.getProposal)
	web.Handle(api, web.Op{
		ID: "publishStandard", Route: "POST /checklist/standards", Action: ActionPublish, Summary: "Publish the next version of the company's standard",
		Faults: []*fault.Error{ErrStandardMoved, ErrUnknownItem, ErrItemTwice, ErrReasonNeeded, ErrMajorDisabled, ErrBlank},
	}, s.postStandard)
	web.Handle(api, web.Op{
		ID: "listStandards", Route: "GET /checklist/standards", Action: ActionRead, Summary: "List the versions of a company's standard",
		Faults: []*fault.Error{ErrCompanyNeeded, page.ErrCursor},
	}, s.getStandards)
	web.Handle(api, web.Op{
		ID: "getStandardVersion", Route: "GET /checklist/standards/{id}", Action: ActionRead, Summary: "Read one version of a company's standard",
		Faults: []*fault.Error{ErrNoStandard, ErrCompanyNeeded},
	}, s.getStandard)
	mountPoints(api, s)
	mountPack(api, s)
}

func (s *Service) getModules(ctx context.Context, _ *struct{}) (*web.Body[libraryView], error) {
	l, err := s.Modules(ctx)
	if err != nil {
		return nil, err
	}
	v := libraryView{Version: l.Meta.Version, Title: l.Meta.Title, Tags: l.Tags, Profile: l.Profile, Posts: l.Posts}
	for i := range l.Modules {
		v.Modules = append(v.Modules, rowOf(&l.Modules[i]))
	}
	return &web.Body[libraryView]{Body: v}, nil
}

func (s *Service) getModule(ctx context.Context, in *struct {
	Code string `path:"code" pattern:"^[A-Z0-9]{2,6}$" maxLength:"6"`
},
) (*web.Body[moduleView], error) {
	m, err := s.Module(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	v := moduleView{ModuleRow: rowOf(m)}
	for _, it := range m.Items {
		v.Asks = append(v.Asks, itemView{it.Code, it.Requirement, it.Method, it.Level, it.Frequency, it.Posts, it.Basis, clauses(it.MajorBasis).V, clauses(it.MajorWhen).V, it.Other})
	}
	return &web.Body[moduleView]{Body: v}, nil
}

func (s *Service) getCurrent(ctx context.Context, in *CompanyQuery) (*web.Body[standardView], error) {
	st, items, err := s.Current(ctx, in.CompanyID)
	return &web.Body[standardView]{Body: viewOf(st, items)}, err
}

func (s *Service) getProposal(ctx context.Context, _ *struct{}) (*web.Body[proposalView], error) {
	p, err := s.Propose(ctx)
	return &web.Body[proposalView]{Body: proposalView{p.Based, p.Document, p.Items, p.Added, p.Removed}}, err
}

func (s *Service) postStandard(ctx context.Context, in *web.Body[Draft]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Publish(ctx, in.Body))
}

func (s *Service) getStandards(ctx context.Context, in *struct {
	CompanyQuery
	page.Query
},
) (*web.Body[page.List[StandardRow]], error) {
	list, err := s.Standards(ctx, in.CompanyID, in.Query)
	return &web.Body[page.List[StandardRow]]{Body: list}, err
}

func (s *Service) getStandard(ctx context.Context, in *struct {
	CompanyQuery
	ID id.Of[id.Standard] `path:"id"`
},
) (*web.Body[standardView], error) {
	st, items, err := s.Standard(ctx, in.CompanyID, in.ID)
	return &web.Body[standardView]{Body: viewOf(st, items)}, err
}
