package grading

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/kit/word"
	"anbiao/rbac"
)

// sheetOf is what a form is drawn on: PDF or Word.
type sheetOf interface {
	Title(s string)
	Heading(s string)
	Para(s string)
	Small(s string)
}

type printer struct {
	lang text.Lang
	made time.Time
}

func (p printer) say(key string) string { return text.Say(p.lang, "grading."+key, nil) }

// said is one of two texts, in the reader's language.
func (p printer) said(zh, en string) string {
	if p.lang == text.English {
		return en
	}
	return zh
}

func (p printer) level(a Application) string {
	g, _ := a.Form().Grade(a.Level)
	return p.said(g.Zh, g.En)
}

// PrintForm prints an application (定级申请表) as PDF or Word, and names it. Errors: rbac.ErrNotFound.
func (s *Service) PrintForm(ctx context.Context, n id.Of[id.Application], format string) (name string, content []byte, err error) {
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		a, err := applicationByID(ctx, tx, scope, n, false)
		if err != nil {
			return err
		}
		steps, err := stepsOf(ctx, tx, a)
		if err != nil {
			return err
		}
		p := printer{text.Of(ctx), tx.Now}
		name = p.say("print-form") + "-" + a.CompanyName + "." + format
		if format == "docx" {
			d := word.New()
			fields := func(pairs [][2]string) {
				rows := make([][]string, len(pairs))
				for i, r := range pairs {
					rows[i] = r[:]
				}
				d.Table([]string{p.say("print-what"), p.say("print-value")}, rows)
			}
			p.form(d, fields, d.Table, a, steps)
			content, err = d.Bytes()
			return err
		}
		d := doc.New(doc.Options{Title: p.say("print-form"), Footer: a.Number() + "  " + a.CompanyName, Made: p.made})
		table := func(head []string, rows [][]string) {
			columns := make([]doc.Column, len(head))
			for i, h := range head {
				columns[i] = doc.Column{Title: h}
			}
			columns[0].Width = 12
			d.Table(columns, rows)
		}
		p.form(d, d.Fields, table, a, steps)
		content, err = d.Bytes()
		return err
	})
	return name, content, err
}

func (p printer) form(d sheetOf, fields func([][2]string), table func([]string, [][]string), a Application, steps []Step) {
	d.Title(p.say("print-form"))
	e := a.Snapshot.V
	fields([][2]string{
		{p.say("print-number"), a.Number()},
		{p.say("print-company"), a.CompanyName},
		{p.say("print-code"), a.CompanyCode},
		{p.say("print-level"), p.level(a)},
		{p.say("print-kind"), p.say("kind-" + a.Kind)},
		{p.say("print-authority"), p.say("rank-" + string(a.AuthorityLevel))},
		{p.say("print-organizer"), p.say("rank-" + string(a.OrganizerLevel))},
		{p.say("print-self-score"), scoreText(e.Score)},
		{p.say("print-self-level"), e.LevelName},
		{p.say("print-self-on"), dayText(e.FinishedOn)},
		{p.say("print-published"), dayText(e.PublishedFrom)},
		{p.say("print-submitted-on"), dayText(a.SubmittedOn)},
	})
	d.Heading(p.say("print-conditions"))
	form := a.Form()
	rows := [][]string{}
	for i, c := range a.Conditions.V {
		title := c.Code
		for _, x := range form.Conditions {
			if x.Code == c.Code {
				title = p.said(x.Zh, x.En)
			}
		}
		rows = append(rows, []string{strconv.Itoa(i + 1), title, p.say("standing-" + dashed(string(c.Standing))), c.Note})
	}
	table([]string{p.say("print-n"), p.say("print-condition"), p.say("print-standing"), p.say("print-note")}, rows)
	d.Heading(p.say("print-commitment"))
	d.Para(p.say("commitment"))
	fields([][2]string{{p.say("print-signed-by"), a.SignedBy}, {p.say("print-signed-on"), dayText(a.SignedOn)}})
	d.Heading(p.say("print-steps"))
	rows = nil
	for _, s := range steps {
		who := s.Organisation
		if who == "" {
			who = p.say("side-" + string(s.Side))
		}
		rows = append(rows, []string{strconv.Itoa(int(s.N)), p.say("event-" + dashed(string(s.Event))), dayText(s.HappenedOn), who, s.Note})
	}
	table([]string{p.say("print-n"), p.say("print-step"), p.say("print-day"), p.say("print-who"), p.say("print-note")}, rows)
	d.Small(form.Clause)
}

// printed is how many applications a printed list holds at most.
const printed = 500

// PrintList prints the applications that a filter leaves: the list of a publicity notice (公示名单) or of an
// announcement (公告名单). Errors: page.ErrCursor.
func (s *Service) PrintList(ctx context.Context, f Filter) (name string, content []byte, err error) {
	p := printer{lang: text.Of(ctx)}
	err = s.Gate.Read(ctx, ActionList, func(tx db.Tx, scope rbac.Scope) error {
		f.Limit, f.Cursor = printed, ""
		k, err := f.Start("id", 1)
		if err != nil {
			return err
		}
		rows, err := applicationsBy(ctx, tx, scope, f, k, today(tx))
		if err != nil {
			return err
		}
		rows = rows[:min(len(rows), printed)]
		p.made = tx.Now
		name = p.say("print-list")
		switch {
		case f.Stage == "public":
			name = p.say("print-publicity")
		case f.State == string(Achieved):
			name = p.say("print-announcement")
		}
		d := doc.New(doc.Options{Landscape: true, Title: name, Made: tx.Now})
		d.Title(name)
		if f.Stage == "public" {
			d.Para(p.say("print-publicity-text"))
		}
		d.Table(p.columns(), p.rows(rows))
		content, err = d.Bytes()
		return err
	})
	return name, content, err
}

func (p printer) columns() []doc.Column {
	return []doc.Column{
		{Title: p.say("print-n"), Width: 10, Align: "C"},
		{Title: p.say("print-company")},
		{Title: p.say("print-code"), Width: 42},
		{Title: p.say("print-level"), Width: 20},
		{Title: p.say("print-kind"), Width: 16},
		{Title: p.say("print-review-unit"), Width: 38},
		{Title: p.say("print-score"), Width: 18},
		{Title: p.say("print-state"), Width: 22},
		{Title: p.say("print-public"), Width: 44},
		{Title: p.say("print-notice"), Width: 36},
	}
}

func (p printer) rows(all []Application) [][]string {
	out := make([][]string, len(all))
	for i, a := range all {
		public := ""
		if !a.PublicFrom.IsZero() {
			public = a.PublicFrom.String() + " – " + a.PublicUntil.String()
		}
		out[i] = []string{
			strconv.Itoa(i + 1), a.CompanyName, a.CompanyCode, p.level(a), p.say("kind-" + a.Kind), a.ReviewUnit, scoreText(int(a.ReviewScore)), p.say("state-" + dashed(string(a.State))), public, a.NoticeNo,
		}
	}
	return out
}

// scoreText shows hundredths with two decimals.
func scoreText(n int) string {
	if n < 0 {
		return "—"
	}
	return fmt.Sprintf("%d.%02d", n/100, n%100)
}

func dayText(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}
