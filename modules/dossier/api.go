package dossier

import (
	"context"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

type companyIn struct {
	ID rbac.CompanyID `path:"id" doc:"of the company"`
}

type sectionIn struct {
	ID  rbac.CompanyID `path:"id" doc:"of the company"`
	Key string         `path:"key" maxLength:"30"`
}

type ownIn struct {
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: which company; companies see their own"`
}

type lightIn struct {
	Light     string         `path:"light" enum:"responsibility,management,investment,training,rescue"`
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: which company; companies see their own"`
}

type viewsIn struct {
	page.Query
	CompanyID rbac.CompanyID `query:"companyId" doc:"for regulators: which company; companies see their own"`
}

// openView is the page of a company: what it has.
type openView struct {
	Name     string        `json:"name"`
	Sections []sectionName `json:"sections" nullable:"false" doc:"those the reader may open, in order"`
}

type sectionName struct {
	Key   string `json:"key"`
	Title string `json:"title"`
}

// factView is one line above the tables of a section.
type factView struct {
	Key   string `json:"key"`
	Label string `json:"label"`
	Value string `json:"value"`
	Tone  string `json:"tone" enum:",good,warn,bad"`
	Path  string `json:"path" doc:"page with what is counted, filtered to the company; empty: there is none"`
}

type columnView struct {
	Key   string `json:"key"`
	Title string `json:"title"`
}

type rowView struct {
	Key    string   `json:"key" doc:"id of what the row is about; empty: it has none"`
	Values []string `json:"values" nullable:"false" doc:"by column, in the reader's language"`
}

type tableView struct {
	Key     string       `json:"key"`
	Title   string       `json:"title"`
	Path    string       `json:"path" doc:"full page, filtered to the company; empty: there is none"`
	Row     string       `json:"row" doc:"page of a row, before its key; empty: there is none"`
	Columns []columnView `json:"columns" nullable:"false"`
	Rows    []rowView    `json:"rows" nullable:"false"`
	More    bool         `json:"more"`
}

type sectionView struct {
	Key    string      `json:"key"`
	Title  string      `json:"title"`
	Path   string      `json:"path"`
	Facts  []factView  `json:"facts" nullable:"false"`
	Tables []tableView `json:"tables" nullable:"false"`
}

func viewSection(l text.Lang, company rbac.CompanyID, s Shown) sectionView {
	v := sectionView{Key: s.Key, Title: text.Say(l, "dossier.section-"+s.Key, nil), Path: of(s.Path, company), Facts: make([]factView, len(s.Facts)), Tables: make([]tableView, len(s.Tables))}
	for i, f := range s.Facts {
		v.Facts[i] = factView{f.Key, text.Say(l, "dossier.fact-"+f.Key, nil), f.text(l), f.Tone, of(f.Path, company)}
	}
	for i, t := range s.Tables {
		one := tableView{Key: t.Key, Title: text.Say(l, "dossier.table-"+t.Key, nil), Path: of(t.Path, company), Row: t.Row, Columns: []columnView{}, Rows: []rowView{}, More: t.More}
		for _, c := range t.Columns {
			one.Columns = append(one.Columns, columnView(c))
		}
		for _, r := range t.Rows {
			one.Rows = append(one.Rows, rowOf(r))
		}
		v.Tables[i] = one
	}
	return v
}

func rowOf(r sheet.Record) rowView { return rowView{r.Key, append([]string{}, r.Values...)} }

// of is a page filtered to a company.
func of(path string, company rbac.CompanyID) string {
	if path == "" {
		return ""
	}
	joint := "?"
	if strings.Contains(path, "?") {
		joint = "&"
	}
	return path + joint + "companyId=" + company.String()
}

type lightView struct {
	Key     string       `json:"key" enum:"responsibility,management,investment,training,rescue"`
	Colour  Colour       `json:"colour" enum:"green,yellow,red,unmeasured"`
	Percent int          `json:"percent" doc:"mean of what is measured"`
	Figures []figureView `json:"figures" nullable:"false"`
}

type figureView struct {
	Metric   string `json:"metric"`
	Label    string `json:"label"`
	Num      int64  `json:"num"`
	Den      int64  `json:"den"`
	Measured bool   `json:"measured"`
	Path     string `json:"path" doc:"page with the rows; empty: there is none"`
}

type lampsView struct {
	Lights     []lightView `json:"lights" nullable:"false"`
	Version    string      `json:"version" doc:"of the rule"`
	Source     string      `json:"source"`
	Confidence string      `json:"confidence" enum:"verified,memory"`
}

type openedView struct {
	Metric string       `json:"metric"`
	Label  string       `json:"label"`
	Path   string       `json:"path"`
	Rows   []behindView `json:"rows" nullable:"false"`
}

type behindView struct {
	Noun   string   `json:"noun"`
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	On     day.Date `json:"on"`
	Path   string   `json:"path"`
	Counts bool     `json:"counts" doc:"it does what is asked"`
}

// lookView is one view of a dossier.
type lookView struct {
	At           time.Time `json:"at"`
	Name         string    `json:"name" doc:"who looked"`
	Organisation string    `json:"organisation"`
	Parts        []string  `json:"parts" nullable:"false" doc:"sections opened, as they are called"`
	Hidden       bool      `json:"hidden" doc:"the company does not see it yet"`
}

func viewLook(l text.Lang) func(View) lookView {
	return func(v View) lookView {
		out := lookView{v.At.UTC(), v.PersonName, v.OrganisationName, make([]string, len(v.Parts)), v.VisibleFrom == nil}
		for i, p := range v.Parts {
			out.Parts[i] = p
			if code := "dossier.section-" + p; text.Known(l, code) {
				out.Parts[i] = text.Say(l, code, nil)
			} else if code := "dossier." + p; text.Known(l, code) {
				out.Parts[i] = text.Say(l, code, nil)
			}
		}
		return out
	}
}

// Mount registers the module's operations.
func Mount(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "openDossier", Route: "GET /dossier/companies/{id}", Action: ActionRead, Summary: "Open the dossier of a company: which sections it has; the company sees that you did", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getOpen)
	web.Handle(api, web.Op{
		ID: "getDossierSection", Route: "GET /dossier/companies/{id}/sections/{key}", Action: ActionRead, Summary: "Read one section of a company's dossier", Faults: []*fault.Error{rbac.ErrNotFound, ErrSection},
	}, s.getSection)
	web.Handle(api, web.Op{
		ID: "printDossier", Route: "GET /dossier/companies/{id}/print", Action: ActionRead, Summary: "Print the dossier of a company (一企一档)", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getPrint)
	web.Handle(api, web.Op{
		ID: "getLights", Route: "GET /dossier/lights", Action: ActionLights, Summary: "The five lights (五到位) of a company", Faults: []*fault.Error{rbac.ErrNotFound, ErrCompanyNeeded},
	}, s.getLights)
	web.Handle(api, web.Op{
		ID: "openLight", Route: "GET /dossier/lights/{light}", Action: ActionLights, Summary: "Open a light down to its rows", Faults: []*fault.Error{rbac.ErrNotFound, ErrCompanyNeeded, ErrLight},
	}, s.getLight)
	web.Handle(api, web.Op{
		ID: "listDossierViews", Route: "GET /dossier/views", Action: ActionViews, Summary: "Who looked at a company's dossier", Faults: []*fault.Error{page.ErrCursor, ErrCompanyNeeded},
	}, s.getViews)
	mountPeople(api, s)
}

func (s *Service) getOpen(ctx context.Context, in *companyIn) (*web.Body[openView], error) {
	name, keys, err := s.Open(ctx, in.ID)
	v := openView{Name: name, Sections: make([]sectionName, len(keys))}
	for i, k := range keys {
		v.Sections[i] = sectionName{k, text.Say(text.Of(ctx), "dossier.section-"+k, nil)}
	}
	return &web.Body[openView]{Body: v}, err
}

func (s *Service) getSection(ctx context.Context, in *sectionIn) (*web.Body[sectionView], error) {
	shown, err := s.Section(ctx, in.ID, in.Key)
	return &web.Body[sectionView]{Body: viewSection(text.Of(ctx), in.ID, shown)}, err
}

func (s *Service) getPrint(ctx context.Context, in *companyIn) (*web.File, error) {
	name, content, err := s.PrintDossier(ctx, in.ID)
	return web.Inline(name+".pdf", content, err)
}

func (s *Service) getLights(ctx context.Context, in *ownIn) (*web.Body[lampsView], error) {
	l, err := s.Lights(ctx, in.CompanyID)
	v := lampsView{Lights: make([]lightView, len(l.Lights)), Version: l.Version, Source: l.Source, Confidence: l.Confidence}
	for i, one := range l.Lights {
		v.Lights[i] = lightView{one.Key, one.Colour, one.Percent, make([]figureView, len(one.Figures))}
		for n, f := range one.Figures {
			v.Lights[i].Figures[n] = figureView{f.Metric, text.Say(text.Of(ctx), "dossier.metric-"+f.Metric, nil), f.Num, f.Den, f.Measured, f.Path}
		}
	}
	return &web.Body[lampsView]{Body: v}, err
}

func (s *Service) getLight(ctx context.Context, in *lightIn) (*web.Body[page.List[openedView]], error) {
	opened, err := s.OpenLight(ctx, in.CompanyID, in.Light)
	list := page.List[openedView]{Items: make([]openedView, len(opened))}
	for i, o := range opened {
		list.Items[i] = openedView{o.Metric, text.Say(text.Of(ctx), "dossier.metric-"+o.Metric, nil), o.Path, make([]behindView, len(o.Rows))}
		for n, r := range o.Rows {
			list.Items[i].Rows[n] = behindView(r)
		}
	}
	return &web.Body[page.List[openedView]]{Body: list}, err
}

func (s *Service) getViews(ctx context.Context, in *viewsIn) (*web.Body[page.List[lookView]], error) {
	rows, k, err := s.Views(ctx, in.CompanyID, in.Query)
	list := page.Of(rows, k, in.Limit, func(v View) []string { return []string{v.At.UTC().Format(time.RFC3339Nano), v.ID.String()} }, viewLook(text.Of(ctx)))
	return &web.Body[page.List[lookView]]{Body: list}, err
}
