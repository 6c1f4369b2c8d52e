package training

import (
	"context"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/fault"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

func mountPapers(api huma.API, s *Service) {
	faults := []*fault.Error{rbac.ErrNotFound, ErrNotHis}
	web.Handle(api, web.Op{ID: "printTrainingSheet", Route: "GET /training/sessions/{id}/sheet.pdf", Action: ActionAttend, Summary: "The sheet that people sign on paper", Faults: faults}, s.getSheet)
	web.Handle(api, web.Op{ID: "printTrainingRecord", Route: "GET /training/sessions/{id}/record.pdf", Action: ActionAttend, Summary: "The record of a session with its signatures", Faults: faults}, s.getRecord)
}

func (s *Service) getSheet(ctx context.Context, in *oneSessionInput) (*web.File, error) {
	b, name, err := s.PrintSheet(ctx, in.ID)
	return web.Download(name, b, err)
}

func (s *Service) getRecord(ctx context.Context, in *oneSessionInput) (*web.File, error) {
	b, name, err := s.PrintRecord(ctx, in.ID)
	return web.Download(name, b, err)
}

// HoursColumns are the columns of the list of hours, in the order of the screen.
func HoursColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "name", Title: named("col-name"), Kind: sheet.Text},
		{Key: "employeeNo", Title: named("col-employee-no"), Kind: sheet.Code},
		{Key: "unitName", Title: named("col-unit"), Kind: sheet.Text, Width: 18},
		{Key: "postName", Title: named("col-post"), Kind: sheet.Text, Width: 18},
		{Key: "kinds", Title: named("col-kinds"), Kind: sheet.Text, Width: 24},
		{Key: "required", Title: named("col-required"), Kind: sheet.Decimal},
		{Key: "had", Title: named("col-had"), Kind: sheet.Decimal},
		{Key: "missing", Title: named("col-missing"), Kind: sheet.Decimal},
		{Key: "all", Title: named("col-all"), Kind: sheet.Decimal},
		{Key: "met", Title: named("col-met"), Kind: sheet.Text},
	}
}

// HoursPage reads one page of the list of hours for an export. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) HoursPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[HoursFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	p, err := s.HoursList(ctx, f)
	l := text.Of(ctx)
	list := page.Of(p.Rows, p.Key, limit, keyOfHours, func(x Stands) hoursView { return hoursAs(x, l) })
	for _, v := range list.Items {
		met := say(l, "not-due")
		if v.Due {
			met = say(l, map[bool]string{true: "met", false: "not-met"}[v.Met])
		}
		kinds := ""
		for i, k := range v.Kinds {
			if i > 0 {
				kinds += "、"
			}
			kinds += k
		}
		out = append(out, sheet.Record{Key: v.StaffID.String(), Values: []string{
			v.Name, v.EmployeeNo, v.UnitName, v.PostName, kinds, hoursText(v.Required), hoursText(v.Had), hoursText(v.Missing), hoursText(v.All), met,
		}})
	}
	return out, list.Next, err
}

// RecordsPage reads one page of training that people had for an export, in the columns of RecordColumns. Errors:
// web.ErrFilter, page.ErrCursor.
func (s *Service) RecordsPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[RecordFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, err := s.Records(ctx, f)
	list := page.Of(rows, k, limit, keyOfRecord, recordAs)
	for _, r := range list.Items {
		score, passed := "", ""
		if r.Score != nil {
			score = strconv.Itoa(*r.Score)
		}
		if r.Passed != nil {
			passed = strconv.FormatBool(*r.Passed)
		}
		out = append(out, sheet.Record{Key: r.ID.String(), Values: []string{
			r.Name, r.EmployeeNo, "", r.HeldOn.String(), r.Title, hoursText(r.Minutes), r.Kind, r.Phase, r.Level, r.Trainer, score, passed,
		}})
	}
	return out, list.Next, err
}

// YearColumns are the columns of the companies of a county.
func YearColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "town", Title: named("col-town"), Kind: sheet.Text, Width: 16},
		{Key: "company", Title: named("col-company"), Kind: sheet.Text, Width: 34},
		{Key: "people", Title: named("col-people"), Kind: sheet.Int},
		{Key: "due", Title: named("col-due"), Kind: sheet.Int},
		{Key: "met", Title: named("col-met"), Kind: sheet.Int},
		{Key: "rate", Title: named("col-rate"), Kind: sheet.Text},
		{Key: "firstDue", Title: named("col-first-due"), Kind: sheet.Int},
		{Key: "firstMet", Title: named("col-first-met"), Kind: sheet.Int},
		{Key: "sessions", Title: named("col-sessions"), Kind: sheet.Int},
		{Key: "plan", Title: named("col-plan"), Kind: sheet.Choice, Choices: yesNo()},
	}
}

// YearsPage reads one page of a county's companies for an export. Errors: web.ErrFilter, those of Companies.
func (s *Service) YearsPage(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[CompaniesFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, err := s.Companies(ctx, f)
	list := page.Of(rows, k, limit, keyOfYear, func(c CompanyYear) CompanyYear { return c })
	for _, c := range list.Items {
		out = append(out, sheet.Record{Key: c.CompanyID.String(), Values: []string{
			c.Town, c.Name, strconv.Itoa(c.People), strconv.Itoa(c.Due), strconv.Itoa(c.Met), percent(c.Met, c.Due), strconv.Itoa(c.FirstDue), strconv.Itoa(c.FirstMet), strconv.Itoa(c.Sessions),
			strconv.FormatBool(c.PlanApproved),
		}})
	}
	return out, list.Next, err
}
