package standardization

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/id"
	"anbiao/kit/scoring"
	"anbiao/kit/text"
	"anbiao/kit/word"
	"anbiao/rbac"
)

// paper is what a report is written on: PDF and Word have the same parts.
type paper interface {
	Title(s string)
	Heading(s string)
	Para(s string)
	Small(s string)
	Break()
	table(shares []int, head []string, rows [][]string)
}

type onPDF struct{ *doc.Doc }

func (p onPDF) table(shares []int, head []string, rows [][]string) {
	width, sum := p.Width(), 0
	for _, s := range shares {
		sum += s
	}
	columns := make([]doc.Column, len(shares))
	for i, s := range shares {
		columns[i].Width = width * float64(s) / float64(sum)
		if len(head) > i {
			columns[i].Title = head[i]
		}
	}
	if len(head) == 0 {
		pairs := make([][2]string, len(rows))
		for i, r := range rows {
			pairs[i] = [2]string{r[0], r[1]}
		}
		p.Fields(pairs)
		return
	}
	p.Table(columns, rows)
}

type onWord struct{ *word.Doc }

func (w onWord) table(shares []int, head []string, rows [][]string) { w.TableOf(shares, head, rows) }

// Report is the report of an evaluation in the official structure, as PDF or Word, with its file name. One that is not
// finished is marked a draft. Errors: rbac.ErrNotFound.
func (s *Service) Report(ctx context.Context, n id.Of[id.Evaluation], format string) (name string, content []byte, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		r, err := s.writing(ctx, tx, scope, n)
		if err != nil {
			return err
		}
		name = r.firm.Name + r.title() + "." + format
		if format == "docx" {
			w := word.NewUpright()
			r.write(onWord{w})
			content, err = w.Bytes()
			return err
		}
		d := doc.New(doc.Options{Title: r.title(), Footer: r.firm.Name + " " + r.title(), Made: r.sheet.ChangedAt})
		r.write(onPDF{d})
		content, err = d.Bytes()
		return err
	})
	return name, content, err
}

// report is a report being written.
type report struct {
	lang  text.Lang
	sheet Sheet
	firm  Firm
}

func (s *Service) writing(ctx context.Context, tx db.Tx, scope rbac.Scope, n id.Of[id.Evaluation]) (*report, error) {
	r := &report{lang: text.Of(ctx)}
	var err error
	if r.sheet, err = s.sheet(ctx, tx, scope, n); err != nil {
		return nil, err
	}
	r.firm = Firm{Name: r.sheet.Company}
	if s.FirmOf != nil {
		r.firm, err = s.FirmOf(ctx, tx, scope, r.sheet.CompanyID)
	}
	for _, m := range r.sheet.Team.V { // the principal leads the group
		if m.Part == Leader && r.sheet.Kind == Self && r.firm.Principal == "" {
			r.firm.Principal = m.Name
		}
	}
	return r, err
}

func (r *report) say(key string, params ...string) string {
	values := map[string]string{}
	for i := 0; i+1 < len(params); i += 2 {
		values[params[i]] = params[i+1]
	}
	return text.Say(r.lang, "standardization."+key, values)
}

// title is what the report is called by its kind.
func (r *report) title() string { return r.say("report-" + string(r.sheet.Kind)) }

func (r *report) write(p paper) {
	e := &r.sheet.Evaluation
	p.Title(r.firm.Name)
	p.Title(r.title())
	p.Para(r.say("report-year", "year", strconv.Itoa(int(e.Year)), "table", r.sheet.Table.Title, "version", r.sheet.Table.Version))
	if e.Result == "" {
		p.Para(r.say("report-draft"))
	}
	p.Heading(r.say("part-firm"))
	p.table([]int{1, 3}, nil, [][]string{
		{r.say("firm-name"), r.firm.Name},
		{r.say("firm-uscc"), r.firm.USCC},
		{r.say("firm-address"), r.firm.Address},
		{r.say("firm-industry"), r.firm.Industry},
		{r.say("firm-principal"), r.firm.Principal},
		{r.say("firm-contact"), strings.TrimSpace(r.firm.Contact + " " + r.firm.Phone)},
		{r.say("firm-staff"), strconv.Itoa(r.firm.Staff)},
	})
	r.team(p)
	r.course(p)
	r.elements(p)
	r.losses(p)
	r.excluded(p)
	r.performance(p)
	r.conclusion(p)
	r.plan(p)
	r.signatures(p)
}

func (r *report) team(p paper) {
	p.Heading(r.say("part-team"))
	var rows [][]string
	for i, m := range r.sheet.Team.V {
		worker := ""
		if m.Worker {
			worker = r.say("worker-yes")
		}
		rows = append(rows, []string{strconv.Itoa(i + 1), m.Name, r.say("team-" + m.Part), m.Duty, worker})
	}
	p.table([]int{2, 4, 4, 8, 4}, []string{r.say("no"), r.say("name"), r.say("part"), r.say("post"), r.say("worker")}, rows)
}

func (r *report) course(p paper) {
	p.Heading(r.say("part-course"))
	if r.sheet.About != "" {
		p.Para(r.sheet.About)
	}
	e := &r.sheet.Evaluation
	p.Para(r.say("course-days", "from", dayText(e.StartedOn), "until", dayText(e.FinishedOn), "items", strconv.Itoa(len(r.sheet.Result.Items)), "answered", strconv.Itoa(r.sheet.Result.Answered)))
	if len(e.Plan.V) == 0 {
		return
	}
	var rows [][]string
	for i, s := range e.Plan.V {
		rows = append(rows, []string{strconv.Itoa(i + 1), s.What, s.Who, dayText(s.From), dayText(s.Until)})
	}
	p.table([]int{2, 10, 5, 4, 4}, []string{r.say("no"), r.say("plan-what"), r.say("plan-who"), r.say("from"), r.say("until")}, rows)
}

func (r *report) elements(p paper) {
	p.Heading(r.say("part-elements"))
	var rows [][]string
	res := r.sheet.Result
	for i, e := range r.sheet.Table.Elements {
		b := res.Elements[i]
		rows = append(rows, []string{e.Code, e.Title, e.Points.String(), (e.Points - b.Applicable).String(), b.Applicable.String(), b.Raw.String(), b.Percent})
		for _, sub := range e.Children {
			if j := slices.IndexFunc(res.Subs, func(x scoring.Branch) bool { return x.Code == sub.Code }); j >= 0 {
				x := res.Subs[j]
				rows = append(rows, []string{sub.Code, "　" + sub.Title, sub.Points.String(), (sub.Points - x.Applicable).String(), x.Applicable.String(), x.Raw.String(), x.Percent})
			}
		}
	}
	rows = append(rows, []string{"", r.say("total"), res.Total.String(), res.NA.String(), res.Applicable.String(), res.Raw.String(), res.Score})
	p.table([]int{3, 9, 4, 4, 4, 4, 4}, []string{r.say("code"), r.say("element"), r.say("points"), r.say("points-na"), r.say("points-applicable"), r.say("points-reached"), r.say("percent")}, rows)
	p.Small(r.say("formula"))
}

func (r *report) losses(p paper) {
	p.Heading(r.say("part-losses"))
	var rows [][]string
	for i, l := range r.sheet.losses() {
		rule := l.When
		if l.Kind != scoring.KindMinus {
			rule += "（" + r.say("loss-"+l.Kind) + "）"
		}
		rows = append(rows, []string{strconv.Itoa(i + 1), l.Item, strings.Join(l.Found, "；"), rule, strconv.Itoa(l.Occurrences), l.Points.String()})
	}
	if len(rows) == 0 {
		p.Para(r.say("losses-none"))
		return
	}
	p.table([]int{2, 3, 11, 8, 3, 3}, []string{r.say("no"), r.say("item"), r.say("found"), r.say("rule"), r.say("occurrences"), r.say("lost")}, rows)
}

func (r *report) excluded(p paper) {
	p.Heading(r.say("part-na"))
	items := map[string]*scoring.Item{}
	for _, it := range r.sheet.Table.Rows() {
		items[it.Code] = it
	}
	var rows [][]string
	for _, a := range r.sheet.Answers {
		if it := items[a.ItemCode]; a.State == NA && it != nil {
			rows = append(rows, []string{strconv.Itoa(len(rows) + 1), it.Code, it.Requirement, it.Points.String(), a.Reason})
		}
	}
	if len(rows) == 0 {
		p.Para(r.say("na-none"))
		return
	}
	p.table([]int{2, 3, 10, 3, 10}, []string{r.say("no"), r.say("item"), r.say("requirement"), r.say("points"), r.say("reason")}, rows)
}

func (r *report) performance(p paper) {
	e := &r.sheet.Evaluation
	p.Heading(r.say("part-performance"))
	p.Para(r.say("performance-days", "from", dayText(e.PeriodFrom), "until", dayText(e.PeriodUntil)))
	var rows [][]string
	for _, f := range e.Facts.V {
		value := string(f.Value)
		if value == "" {
			value = r.say("not-known")
		}
		rows = append(rows, []string{r.fact(f.Fact), value, string(f.Found), f.Reason})
	}
	if len(rows) > 0 {
		p.table([]int{8, 4, 4, 10}, []string{r.say("figure"), r.say("counts"), r.say("recorded"), r.say("reason")}, rows)
	}
}

// fact names a figure of the performance.
func (r *report) fact(key string) string {
	if code := "standardization.fact-" + key; text.Known(r.lang, code) {
		return text.Say(r.lang, code, nil)
	}
	return key
}

// reason says in words why there is no level, or no better one.
func (r *report) reason(s string) string {
	code, at, _ := strings.Cut(s, ":")
	switch code {
	case scoring.ReasonIncomplete:
		return r.say("why-incomplete", "item", at)
	case scoring.ReasonNothing:
		return r.say("why-nothing")
	case scoring.ReasonVeto:
		return r.say("why-veto", "item", at)
	case scoring.ReasonElement:
		return r.say("why-element", "element", at)
	}
	level := strings.TrimPrefix(code, scoring.ReasonPerformance)
	for _, l := range r.sheet.Table.Levels {
		if l.Level == level {
			level = l.Name
		}
	}
	return r.say("why-performance", "level", level, "fact", r.fact(at))
}

func (r *report) conclusion(p paper) {
	e, res := &r.sheet.Evaluation, r.sheet.Result
	p.Heading(r.say("part-conclusion"))
	if res.Exact == "" {
		p.Para(r.say("no-score", "open", strconv.Itoa(len(res.Items)-res.Answered)))
	} else {
		level := res.LevelName
		if level == "" {
			level = r.say("no-level")
		}
		p.Para(r.say("score-line", "raw", res.Raw.String(), "applicable", res.Applicable.String(), "official", res.Official, "score", res.Score, "level", level))
		for _, why := range res.Reasons {
			p.Para("· " + r.reason(why))
		}
		if len(res.Unknown) > 0 {
			names := make([]string, len(res.Unknown))
			for i, f := range res.Unknown {
				names[i] = r.fact(f)
			}
			p.Para(r.say("provisional", "facts", strings.Join(names, "、")))
		}
	}
	if e.Conclusion != "" {
		p.Para(e.Conclusion)
	}
}

func (r *report) plan(p paper) {
	p.Heading(r.say("part-plan"))
	var rows [][]string
	for _, f := range r.sheet.Findings {
		i := slices.IndexFunc(r.sheet.Mended, func(x Rectification) bool { return x.FindingID == f.ID })
		number, owner, until, state := "", "", dayText(f.DueOn), r.say("plan-open")
		if i >= 0 {
			h := r.sheet.Hazards[r.sheet.Mended[i].HazardID]
			number, owner, until = h.Number, h.OwnerName, dayText(h.DueOn)
			if !r.sheet.Mended[i].MendedOn.IsZero() {
				state = r.say("plan-mended", "day", dayText(r.sheet.Mended[i].MendedOn))
			} else {
				state = r.say("plan-going")
			}
		}
		rows = append(rows, []string{strconv.Itoa(len(rows) + 1), f.ItemCode, placed(f), number, owner, until, state})
	}
	if len(rows) == 0 {
		p.Para(r.say("plan-none"))
		return
	}
	p.table([]int{2, 3, 10, 6, 4, 4, 4}, []string{r.say("no"), r.say("item"), r.say("found"), r.say("hazard"), r.say("owner"), r.say("until"), r.say("state")}, rows)
}

func (r *report) signatures(p paper) {
	p.Break()
	p.Heading(r.say("part-signatures"))
	var rows [][]string
	for _, m := range r.sheet.Team.V {
		rows = append(rows, []string{m.Name, r.say("team-" + m.Part), m.Duty, "", ""})
	}
	p.table([]int{4, 4, 6, 6, 5}, []string{r.say("name"), r.say("part"), r.say("post"), r.say("signature"), r.say("date")}, rows)
	p.Para(r.say("sign-principal", "name", r.sheet.FinishedBy))
	p.Para(r.say("sign-seal"))
}

func dayText(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
