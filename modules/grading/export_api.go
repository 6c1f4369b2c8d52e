package grading

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

type formIn struct {
	ID     id.Of[id.Application] `path:"id"`
	Format string                `path:"format" enum:"pdf,docx"`
}

func mountPapers(api huma.API, s *Service) {
	web.Handle(api, web.Op{
		ID: "printGrading", Route: "GET /grading/applications/{id}/form/{format}", Action: ActionList, Summary: "Print the application form (定级申请表)", Faults: []*fault.Error{rbac.ErrNotFound},
	}, s.getForm)
	web.Handle(api, web.Op{
		ID: "printGradings", Route: "GET /grading/print", Action: ActionList, Summary: "Print the list as it is filtered: publicity notice, announcement", Faults: []*fault.Error{page.ErrCursor},
	}, s.getPrint)
}

func (s *Service) getForm(ctx context.Context, in *formIn) (*web.File, error) {
	name, content, err := s.PrintForm(ctx, in.ID, in.Format)
	if in.Format == "docx" {
		return web.Download(name, content, err)
	}
	return web.Inline(name, content, err)
}

func (s *Service) getPrint(ctx context.Context, in *Filter) (*web.File, error) {
	name, content, err := s.PrintList(ctx, *in)
	return web.Inline(name+".pdf", content, err)
}

func option(prefix, value string) sheet.Option {
	return sheet.Option{Value: value, Title: named(prefix + dashed(value))}
}

func named(key string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: text.Say(text.Chinese, "grading."+key, nil), text.English: text.Say(text.English, "grading."+key, nil)}
}

// ExportColumns are the columns of the list, in the order of the screen.
func ExportColumns() []sheet.Column {
	states := make([]sheet.Option, len(States))
	for i, s := range States {
		states[i] = option("state-", string(s))
	}
	var levels []sheet.Option
	for _, p := range Profiles() {
		if p.ID != "county_demo" { // it has every level
			continue
		}
		for _, g := range p.Levels {
			levels = append(levels, sheet.Option{Value: g.Level, Title: map[text.Lang]string{text.Chinese: g.Zh, text.English: g.En}})
		}
	}
	return []sheet.Column{
		{Key: "number", Title: named("print-number"), Kind: sheet.Code, Width: 14},
		{Key: "companyName", Title: named("print-company"), Kind: sheet.Text, Width: 32},
		{Key: "companyCode", Title: named("print-code"), Kind: sheet.Code, Width: 22},
		{Key: "level", Title: named("print-level"), Kind: sheet.Choice, Width: 12, Choices: levels},
		{Key: "kind", Title: named("print-kind"), Kind: sheet.Choice, Width: 10, Choices: []sheet.Option{option("kind-", First), option("kind-", Renewal)}},
		{Key: "state", Title: named("print-state"), Kind: sheet.Choice, Width: 14, Choices: states},
		{Key: "submittedOn", Title: named("print-submitted-on"), Kind: sheet.Date},
		{Key: "dueOn", Title: named("print-due"), Kind: sheet.Date},
		{Key: "selfScore", Title: named("print-self-score"), Kind: sheet.Text, Width: 10},
		{Key: "reviewScore", Title: named("print-score"), Kind: sheet.Text, Width: 10},
		{Key: "organizerUnit", Title: named("print-organizer"), Kind: sheet.Text, Width: 24},
		{Key: "reviewUnit", Title: named("print-review-unit"), Kind: sheet.Text, Width: 24},
		{Key: "publicFrom", Title: named("print-public-from"), Kind: sheet.Date},
		{Key: "publicUntil", Title: named("print-public-until"), Kind: sheet.Date},
		{Key: "announcedOn", Title: named("print-announced-on"), Kind: sheet.Date},
		{Key: "noticeNo", Title: named("print-notice"), Kind: sheet.Text, Width: 26},
	}
}

// ExportPage reads one page of the list for an export, from cursor on, as Applications does. Errors: web.ErrFilter,
// page.ErrCursor.
func (s *Service) ExportPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[Filter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, _, err := s.Applications(ctx, f)
	list := page.Of(rows, k, limit, keyOf, func(a Application) Application { return a })
	for _, a := range list.Items {
		out = append(out, sheet.Record{Key: a.ID.String(), Values: []string{
			a.Number(), a.CompanyName, a.CompanyCode, a.Level, a.Kind, string(a.State), dayText(a.SubmittedOn), dayText(a.DueOn), scoreText(a.Snapshot.V.Score), scoreText(int(a.ReviewScore)),
			a.OrganizerUnit, a.ReviewUnit, dayText(a.PublicFrom), dayText(a.PublicUntil), dayText(a.AnnouncedOn), a.NoticeNo,
		}})
	}
	return out, list.Next, err
}
