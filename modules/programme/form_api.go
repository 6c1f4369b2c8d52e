package programme

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

type issuedView struct {
	ID         id.Of[Form] `json:"id"`
	Area       string      `json:"area"`
	AreaName   string      `json:"areaName"`
	Kind       string      `json:"kind" enum:"month,quarter"`
	Period     string      `json:"period"`
	Version    int16       `json:"version"`
	UnitName   string      `json:"unitName"`
	Head       string      `json:"head"`
	FilledBy   string      `json:"filledBy"`
	ReviewedBy string      `json:"reviewedBy"`
	Phone      string      `json:"phone"`
	FilledOn   day.Date    `json:"filledOn"`
	Reason     string      `json:"reason" doc:"of a correction"`
	SHA256     string      `json:"sha256"`
	IssuedAt   time.Time   `json:"issuedAt"`
	IssuedBy   string      `json:"issuedBy"`
}

func issuedAs(f Form) issuedView {
	return issuedView{f.ID, f.Area, f.AreaName, f.Kind, f.Period, f.Version, f.UnitName, f.Head, f.FilledBy, f.ReviewedBy, f.Phone, f.FilledOn, f.Reason, f.SHA256, f.IssuedAt, f.IssuedBy}
}

func keyOfForm(f Form) []string { return []string{f.ID.String()} }

// LineView is a row of a form.
type LineView struct {
	Label string `json:"label"`
	Area  string `json:"area"`
	Figures
}

type sheetView struct {
	Title      string     `json:"title"`
	Area       string     `json:"area"`
	AreaName   string     `json:"areaName"`
	Kind       string     `json:"kind" enum:"month,quarter"`
	Period     string     `json:"period"`
	From       day.Date   `json:"from"`
	Until      day.Date   `json:"until"`
	Industries []LineView `json:"industries" nullable:"false"`
	Areas      []LineView `json:"areas" nullable:"false"`
	Total      Figures    `json:"total"`
	Notes      []string   `json:"notes" nullable:"false" doc:"what the columns count"`
	Version    string     `json:"version" doc:"of the rules"`
}

func sheetAs(l text.Lang, f Form) sheetView {
	st := f.statistics()
	v := sheetView{
		f.title(l), st.Area, st.AreaName, st.Kind, st.Period, st.From, st.Until, linesAs(l, st.Industries()), linesAs(l, st.Areas()), st.Total(), make([]string, len(forms.Notes)), f.RuleVersion,
	}
	for i, n := range forms.Notes {
		v.Notes[i] = n.in(l)
	}
	return v
}

func linesAs(l text.Lang, lines []Line) []LineView {
	out := make([]LineView, len(lines))
	for i, x := range lines {
		out[i] = LineView{x.label(l), x.Area, x.Figures}
	}
	return out
}

type previewView struct {
	Sheet    sheetView   `json:"sheet"`
	UnitName string      `json:"unitName"`
	Periods  []string    `json:"periods" nullable:"false"`
	Ended    bool        `json:"ended" doc:"the period is over: the form can be issued"`
	Last     *issuedView `json:"last,omitempty" doc:"latest version issued"`
}

func previewAs(l text.Lang, p Preview) previewView {
	v := previewView{Sheet: sheetAs(l, p.unsigned()), UnitName: p.UnitName, Periods: append([]string{}, p.Periods...), Ended: p.Ended}
	if p.Last != nil {
		last := issuedAs(*p.Last)
		v.Last = &last
	}
	return v
}

type formView struct {
	Form  issuedView `json:"form"`
	Sheet sheetView  `json:"sheet"`
}

type formIn struct {
	ID id.Of[Form] `path:"id"`
}

func mountForms(api huma.API, s *Service) {
	drawn := []*fault.Error{ErrPeriod, ErrArea, ErrWide}
	one := []*fault.Error{rbac.ErrNotFound}
	web.Handle(api, web.Op{ID: "previewForm", Route: "GET /programme/form-preview", Action: ActionForms, Summary: "A statistics form as it would be issued now", Faults: drawn}, s.getPreview)
	web.Handle(api, web.Op{ID: "printFormPreview", Route: "GET /programme/form-preview/print", Action: ActionForms, Summary: "The same as PDF", Faults: drawn}, s.getPreviewPaper)
	web.Handle(api, web.Op{ID: "exportFormPreview", Route: "GET /programme/form-preview/sheet", Action: ActionForms, Summary: "The same as an Excel file", Faults: drawn}, s.getPreviewSheet)
	web.Handle(api, web.Op{
		ID: "issueForm", Route: "POST /programme/forms", Action: ActionIssue, Summary: "Issue a statistics form, or a corrected version of it",
		Faults: append([]*fault.Error{ErrSigner, ErrReason, ErrSame, ErrIssued}, drawn...),
	}, s.postForm)
	web.Handle(api, web.Op{ID: "listForms", Route: "GET /programme/forms", Action: ActionForms, Summary: "List the forms that were issued", Faults: []*fault.Error{page.ErrCursor}}, s.getForms)
	web.Handle(api, web.Op{ID: "getForm", Route: "GET /programme/forms/{id}", Action: ActionForms, Summary: "A form as it was issued", Faults: one}, s.getForm)
	web.Handle(api, web.Op{ID: "printForm", Route: "GET /programme/forms/{id}/print", Action: ActionForms, Summary: "The same as PDF", Faults: one}, s.getFormPaper)
	web.Handle(api, web.Op{ID: "exportForm", Route: "GET /programme/forms/{id}/sheet", Action: ActionForms, Summary: "The same as an Excel file", Faults: one}, s.getFormSheet)
}

func (s *Service) getPreview(ctx context.Context, in *FormQuery) (*web.Body[previewView], error) {
	p, err := s.Draw(ctx, *in)
	if err != nil {
		return nil, err
	}
	return &web.Body[previewView]{Body: previewAs(text.Of(ctx), p)}, nil
}

func (s *Service) getPreviewPaper(ctx context.Context, in *FormQuery) (*web.File, error) {
	b, name, err := s.PrintPreview(ctx, *in, false)
	return web.Inline(name, b, err)
}

func (s *Service) getPreviewSheet(ctx context.Context, in *FormQuery) (*web.File, error) {
	b, name, err := s.PrintPreview(ctx, *in, true)
	return web.Download(name, b, err)
}

func (s *Service) postForm(ctx context.Context, in *web.Body[Issuing]) (*web.Body[web.Made], error) {
	return web.MadeOf(s.Issue(ctx, in.Body))
}

func (s *Service) getForms(ctx context.Context, in *FormFilter) (*web.Body[page.List[issuedView]], error) {
	rows, k, err := s.Forms(ctx, *in)
	return &web.Body[page.List[issuedView]]{Body: page.Of(rows, k, in.Limit, keyOfForm, issuedAs)}, err
}

func (s *Service) getForm(ctx context.Context, in *formIn) (*web.Body[formView], error) {
	f, err := s.FormByID(ctx, in.ID)
	return &web.Body[formView]{Body: formView{issuedAs(f), sheetAs(text.Of(ctx), f)}}, err
}

func (s *Service) getFormPaper(ctx context.Context, in *formIn) (*web.File, error) {
	b, name, err := s.PrintForm(ctx, in.ID, false)
	return web.Inline(name, b, err)
}

func (s *Service) getFormSheet(ctx context.Context, in *formIn) (*web.File, error) {
	b, name, err := s.PrintForm(ctx, in.ID, true)
	return web.Download(name, b, err)
}
