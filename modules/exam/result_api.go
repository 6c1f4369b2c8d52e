package exam

import (
	"context"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/page"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
	"anbiao/web"
)

type tallyView struct {
	Sittings int `json:"sittings" doc:"ended"`
	Passed   int `json:"passed"`
	People   int `json:"people"`
	Through  int `json:"through" doc:"people who passed"`
	Best     int `json:"best" doc:"of 100"`
	Mean     int `json:"mean" doc:"of 100, truncated"`
	Running  int `json:"running"`
}

type missedView struct {
	QuestionID id.Of[id.Question] `json:"questionId"`
	Kind       Kind               `json:"kind" enum:"single,multiple,judge"`
	Stem       string             `json:"stem"`
	Asked      int                `json:"asked"`
	Right      int                `json:"right"`
}

type digestView struct {
	Paper   PaperView    `json:"paper"`
	Tally   tallyView    `json:"tally"`
	Hardest []missedView `json:"hardest" nullable:"false"`
}

func viewDigest(d Digest) digestView {
	v := digestView{viewPaper(d.Paper), tallyView(d.Tally), make([]missedView, len(d.Hardest))}
	for i, m := range d.Hardest {
		v.Hardest[i] = missedView(m)
	}
	return v
}

func mountResults(api huma.API, s *Service) {
	web.Handle(api, web.Op{ID: "listExamResults", Route: "GET /exam/results", Action: ActionResults, Summary: "Exams of one's part of the company", Faults: []*fault.Error{page.ErrCursor}}, s.getResults)
	web.Handle(api, web.Op{ID: "getExamResult", Route: "GET /exam/results/{id}", Action: ActionResults, Summary: "One exam with its answers", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getResult)
	web.Handle(api, web.Op{ID: "getExamDigest", Route: "GET /exam/papers/{id}/digest", Action: ActionResults, Summary: "Pass rate and hardest questions of a paper", Faults: []*fault.Error{rbac.ErrNotFound}}, s.getDigest)
}

func satKey(s Sat) []string { return []string{s.ID.String()} }

func (s *Service) getResults(ctx context.Context, in *ResultFilter) (*web.Body[page.List[SatView]], error) {
	rows, k, err := s.Results(ctx, *in)
	return &web.Body[page.List[SatView]]{Body: page.Of(rows, k, in.Limit, satKey, viewSat)}, err
}

func (s *Service) getResult(ctx context.Context, in *one[id.Sitting]) (*web.Body[SittingView], error) {
	o, err := s.Result(ctx, in.ID)
	return &web.Body[SittingView]{Body: viewSitting(o)}, err
}

func (s *Service) getDigest(ctx context.Context, in *one[id.Paper]) (*web.Body[digestView], error) {
	d, err := s.Digest(ctx, in.ID)
	return &web.Body[digestView]{Body: viewDigest(d)}, err
}

// ExportQuestions writes the questions that Questions lists, in the columns of an import. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) ExportQuestions(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[QuestionFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, err := s.Questions(ctx, f)
	if err != nil {
		return nil, "", err
	}
	banks, _, err := s.Banks(ctx, page.Query{Limit: 100})
	if err != nil {
		return nil, "", err
	}
	titles := map[id.Of[id.Bank]]string{}
	for _, b := range banks {
		titles[b.ID] = b.Title
	}
	list := page.Of(rows, k, limit, questionKey, func(q Question) Question { return q })
	for _, q := range list.Items {
		out = append(out, q.record(titles[q.BankID]))
	}
	return out, list.Next, nil
}

func (q Question) record(bank string) sheet.Record {
	values := []string{bank, text.Say(text.Chinese, "exam.kind-"+string(q.Kind), nil), q.Stem, ""}
	for i := range optionKeys {
		o := ""
		if i < len(q.Options) {
			o = q.Options[i]
		}
		values = append(values, o)
	}
	answer := ""
	for _, a := range q.Answer {
		switch {
		case q.Kind != Judge:
			answer += string(rune('A' + a))
		case a == 1:
			answer = "对"
		default:
			answer = "错"
		}
	}
	return sheet.Record{Values: append(values, answer, q.Explanation, q.Basis, strconv.Itoa(q.Points), strings.Join(q.Tags, "、"))}
}

// ResultColumns are the columns of exam results.
func ResultColumns() []sheet.Column {
	return []sheet.Column{
		{Key: "name", Title: named("name"), Kind: sheet.Text},
		{Key: "unit", Title: named("unit"), Kind: sheet.Text, Width: 18},
		{Key: "title", Title: named("paper"), Kind: sheet.Text, Width: 28},
		{Key: "try", Title: named("try"), Kind: sheet.Int},
		{Key: "on", Title: named("on"), Kind: sheet.Date},
		{Key: "points", Title: named("got"), Kind: sheet.Int},
		{Key: "total", Title: named("total"), Kind: sheet.Int},
		{Key: "score", Title: named("score"), Kind: sheet.Int},
		{Key: "passed", Title: named("passed"), Kind: sheet.Text},
	}
}

// ExportResults writes the sittings that Results lists, those that have ended. Errors: web.ErrFilter, page.ErrCursor.
func (s *Service) ExportResults(ctx context.Context, filters map[string][]string, cursor string, limit int) (out []sheet.Record, next string, err error) {
	f, err := web.Params[ResultFilter](ctx, filters)
	if err != nil {
		return nil, "", err
	}
	f.Query = page.Query{Limit: limit, Cursor: cursor}
	rows, k, err := s.Results(ctx, f)
	if err != nil {
		return nil, "", err
	}
	l := text.Of(ctx)
	list := page.Of(rows, k, limit, satKey, func(r Sat) Sat { return r })
	for _, r := range list.Items {
		if r.State != Ended {
			continue
		}
		outcome := "exam.outcome-failed"
		if *r.Passed {
			outcome = "exam.outcome-passed"
		}
		out = append(out, sheet.Record{Values: []string{
			r.Name, r.UnitName, r.Title, strconv.Itoa(r.TryNo), day.In(*r.EndedAt, day.Shanghai).String(), strconv.Itoa(*r.Points), strconv.Itoa(r.Total), strconv.Itoa(*r.Score), text.Say(l, outcome, nil),
		}})
	}
	return out, list.Next, nil
}
