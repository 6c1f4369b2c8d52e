package listing

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// PaperKind is a paper of a listing.
type PaperKind string

// Papers.
const (
	NoticePaper     PaperKind = "notice"     // 挂牌督办通知书
	ExtensionPaper  PaperKind = "extension"  // 延期审批意见书
	AcceptancePaper PaperKind = "acceptance" // 验收意见书
)

// ErrNoPaper answers a paper of a step that has not come.
var ErrNoPaper = fault.New(fault.Conflict, "listing.no-paper")

// holders are who keeps the copies of a paper, in their order.
var holders = map[PaperKind][]string{NoticePaper: {"firm", "lister", "office"}, ExtensionPaper: {"firm", "lister", "office"}, AcceptancePaper: {"firm", "lister", "office"}}

// copiesOf is in how many copies a paper is made out: as the form says, else one for each side.
func (p Profile) copiesOf(k PaperKind) int {
	n := map[PaperKind]int{NoticePaper: p.Copies.Notice, ExtensionPaper: p.Copies.Extension, AcceptancePaper: p.Copies.Acceptance}[k]
	if n == 0 {
		return 2
	}
	return min(n, len(holders[k]))
}

type printer struct {
	lang text.Lang
	made time.Time
}

func (p printer) say(key string, params ...string) string {
	values := map[string]string{}
	for i := 0; i+1 < len(params); i += 2 {
		values[params[i]] = params[i+1]
	}
	return text.Say(p.lang, "listing."+key, values)
}

// PrintPaper prints a paper in all its copies, and names it. Errors: rbac.ErrNotFound, ErrNoPaper.
func (s *Service) PrintPaper(ctx context.Context, n id.Of[id.Listing], k PaperKind) (name string, content []byte, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		l, err := listingByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		steps, err := stepsOf(ctx, tx, l)
		if err != nil {
			return err
		}
		p := printer{text.Of(ctx), tx.Now}
		name = p.say("print-"+string(k)) + "-" + l.Number()
		content, err = p.paper(l, steps, k)
		return err
	})
	return name, content, err
}

func (p printer) paper(l Listing, steps []Step, k PaperKind) ([]byte, error) {
	body, err := p.body(l, steps, k)
	if err != nil {
		return nil, err
	}
	title := p.say("print-" + string(k))
	d := doc.New(doc.Options{Title: title, Footer: l.Number() + "  " + l.CompanyName, Made: p.made})
	for i, holder := range holders[k][:l.Terms().copiesOf(k)] {
		if i > 0 {
			d.Break()
		}
		d.Small(p.say("print-copy", "n", strconv.Itoa(i+1), "whose", p.say("print-copy-"+string(k)+"-"+holder)))
		d.Title(title)
		d.Para(p.say("print-number", "number", l.Number()))
		d.Para(p.say("print-to", "company", l.CompanyName))
		body(d)
	}
	return d.Bytes()
}

func (p printer) body(l Listing, steps []Step, k PaperKind) (func(*doc.Doc), error) {
	switch k {
	case ExtensionPaper:
		return p.opinion(l, steps, k, AskExtension, Grant, Refuse)
	case AcceptancePaper:
		return p.opinion(l, steps, k, AskAcceptance, Pass, Fail)
	case NoticePaper:
	}
	return func(d *doc.Doc) { p.notice(d, l) }, nil
}

func (p printer) notice(d *doc.Doc, l Listing) {
	d.Para(p.say("print-notice-text", "gov", l.ListingGov, "level", p.say("level-"+l.Level)))
	d.Fields([][2]string{
		{p.say("print-hazard-number"), l.HazardNumber},
		{p.say("print-level"), p.say("level-" + l.Level)},
		{p.say("print-place"), l.HazardPlace},
		{p.say("print-listed-on"), l.ListedOn.String()},
		{p.say("print-plan-by"), l.PlanBy.String()},
		{p.say("print-finish-by"), l.FinishFirst.String()},
	})
	d.Heading(p.say("print-hazard"))
	d.Para(l.HazardText)
	d.Heading(p.say("print-requirement"))
	d.Para(l.Requirement)
	if l.StopWork != "" {
		d.Para(p.say("print-stop-" + l.StopWork))
	}
	d.Heading(p.say("print-duties"))
	t := l.Terms()
	months := t.ProgressEach
	duties := []string{p.say("print-duty-plan", "day", l.PlanBy.String())}
	if months > 0 {
		duties = append(duties, p.say("print-duty-progress", "months", strconv.Itoa(months)))
	} else {
		duties = append(duties, p.say("print-duty-progress-any"))
	}
	duties = append(duties, p.say("print-duty-ask-"+cmpMode(t.Extension.Mode), "day", l.FinishFirst.String(), "days", strconv.Itoa(t.Extension.WorkingDays)), p.say("print-duty-safe"))
	for i, s := range duties {
		d.Para(strconv.Itoa(i+1) + ". " + s)
	}
	d.Gap(4)
	d.Fields([][2]string{
		{p.say("print-signatory"), l.Signatory},
		{p.say("print-dept"), l.ListingDept},
		{p.say("print-delivered-by"), joined(l.DeliveredBy, l.DeliveredOn)},
		{p.say("print-received-by"), joined(l.ReceivedBy, l.ReceivedOn)},
		{p.say("print-seal"), ""},
		{p.say("print-day"), l.ListedOn.String()},
	})
	d.Small(p.say("print-clause", "clause", t.Clause))
}

func cmpMode(mode string) string {
	if mode == "" {
		return "any"
	}
	return mode
}

func joined(name string, on day.Date) string {
	if on.IsZero() {
		return name
	}
	return strings.TrimSpace(name + "  " + on.String())
}

// opinion is the regulator's answer to what the company asked.
func (p printer) opinion(l Listing, steps []Step, k PaperKind, asked Event, yes, no Event) (func(*doc.Doc), error) {
	var question, answer *Step
	for i := range steps {
		e := steps[i].Event
		if e == asked {
			question, answer = &steps[i], nil
		}
		if e == yes || e == no {
			answer = &steps[i]
		}
	}
	if question == nil || answer == nil {
		return nil, ErrNoPaper
	}
	return func(d *doc.Doc) {
		a, q := answer.Detail.V, question.Detail.V
		fields := [][2]string{
			{p.say("print-hazard-number"), l.HazardNumber},
			{p.say("print-level"), p.say("level-" + l.Level)},
			{p.say("print-place"), l.HazardPlace},
			{p.say("print-asked-on"), question.HappenedOn.String()},
			{p.say("print-finish-by"), l.FinishFirst.String()},
		}
		if k == ExtensionPaper {
			fields = append(fields, [2]string{p.say("print-until-asked"), q.Until}, [2]string{p.say("print-until"), a.FinishBy})
		}
		d.Fields(fields)
		d.Heading(p.say("print-hazard"))
		d.Para(l.HazardText)
		d.Heading(p.say("print-asked-" + string(k)))
		d.Para(question.Note)
		if q.Protection != "" {
			d.Para(p.say("print-protection", "text", q.Protection))
		}
		d.Heading(p.say("print-opinion"))
		d.Para(p.say("print-is-" + string(answer.Event)))
		d.Para(answer.Note)
		if len(a.Officers) > 0 {
			d.Para(p.say("print-officers", "names", strings.Join(a.Officers, "、")))
		}
		d.Gap(6)
		d.Fields([][2]string{{p.say("print-dept"), l.ListingDept}, {p.say("print-by"), answer.ActorName}, {p.say("print-seal"), ""}, {p.say("print-day"), answer.HappenedOn.String()}})
	}, nil
}

// printed is how many listings a printed list holds at most.
const printed = 500

// PrintList prints the listings that a filter leaves. Errors: page.ErrCursor.
func (s *Service) PrintList(ctx context.Context, f Filter) (content []byte, err error) {
	p := printer{lang: text.Of(ctx)}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		f.Limit, f.Cursor = printed, ""
		k, err := f.Start("id", 1)
		if err != nil {
			return err
		}
		rows, err := listingsBy(ctx, tx, scope, f, k, today(tx))
		if err != nil {
			return err
		}
		rows = slices.Clip(rows[:min(len(rows), printed)])
		p.made = tx.Now
		title := p.say("print-list")
		if f.Stage == "public" {
			title = p.say("print-publication")
		}
		d := doc.New(doc.Options{Landscape: true, Title: title, Made: tx.Now})
		d.Title(title)
		table := make([][]string, len(rows))
		for i, l := range rows {
			table[i] = []string{
				strconv.Itoa(i + 1), l.Number(), l.CompanyName, l.HazardText, p.say("level-" + l.Level), l.ListingDept, l.ListedOn.String(), l.FinishBy.String(),
				p.say("state-" + string(l.State)), dayText(l.AnnouncedOn), dayText(l.DelistedOn),
			}
		}
		d.Table([]doc.Column{
			{Title: p.say("print-n"), Width: 10, Align: "C"},
			{Title: p.say("print-doc"), Width: 34},
			{Title: p.say("print-company"), Width: 40},
			{Title: p.say("print-hazard")},
			{Title: p.say("print-level"), Width: 16},
			{Title: p.say("print-dept"), Width: 32},
			{Title: p.say("print-listed-on"), Width: 22},
			{Title: p.say("print-finish-by"), Width: 22},
			{Title: p.say("print-state"), Width: 20},
			{Title: p.say("print-announced-on"), Width: 22},
			{Title: p.say("print-delisted-on"), Width: 22},
		}, table)
		content, err = d.Bytes()
		return err
	})
	return content, err
}

func dayText(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
