package risk

import (
	"fmt"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/doc"
)

// report is a report of larger and major risks, A4 across.
func (p printer) report(o OneReport, title string) ([]byte, error) {
	c := o.Content
	d := doc.New(doc.Options{Landscape: true, Title: title, Footer: p.firm + "  " + title, Made: p.made})
	d.Title(title)
	submitted := p.say("not-submitted")
	if o.SubmittedAt != nil {
		submitted = day.In(*o.SubmittedAt, day.Shanghai).String()
	}
	d.Fields([][2]string{
		{p.say("firm"), c.Company.Name},
		{p.say("uscc"), c.Company.USCC},
		{p.say("address"), c.Company.Address},
		{p.say("industry"), c.Company.Industry},
		{p.say("due"), o.DueOn.String()},
		{p.say("submitted"), joined(submitted, o.SubmittedName)},
		{p.say("counts"), p.counts(c)},
		{p.say("remark"), c.Remark},
	})
	if len(c.Triggers) > 0 {
		d.Heading(p.say("changes"))
		rows := make([][]string, len(c.Triggers))
		for i, t := range c.Triggers {
			rows[i] = []string{t.On.String(), p.say("why-" + t.Why), t.Event, p.level(t.Was), p.level(t.Is)}
		}
		d.Table([]doc.Column{{Title: p.say("day"), Width: 24}, {Title: p.say("change"), Width: 36}, {Title: p.say("event")}, {Title: p.say("was"), Width: 26}, {Title: p.say("is"), Width: 26}}, rows)
	}
	d.Heading(p.say("larger"))
	rows := make([][]string, len(c.Events))
	for i, e := range c.Events {
		var all []string
		for _, m := range e.Controls {
			all = append(all, named(p.rules.Controls, m.Kind).Name(p.lang)+"："+m.Text)
		}
		rows[i] = []string{
			"R" + pad(e.Number), e.Unit, e.Hazard, p.accidents(e.Accidents), e.Score, p.level(e.Level), numbered(all),
			named(p.rules.ControlLevels, string(e.ControlLevel)).Name(p.lang), e.Responsible,
		}
	}
	d.Table([]doc.Column{
		{Title: p.say("number"), Width: 14, Align: "C"},
		{Title: p.say("unit"), Width: 28},
		{Title: p.say("hazard"), Width: 40},
		{Title: p.say("accidents"), Width: 26},
		{Title: p.say("score"), Width: 14, Align: "C"},
		{Title: p.say("level"), Width: 20, Align: "C"},
		{Title: p.say("measures")},
		{Title: p.say("control"), Width: 16, Align: "C"},
		{Title: p.say("responsible"), Width: 26},
	}, rows)
	if o.ContentHash != "" {
		d.Small("SHA-256 " + o.ContentHash)
	}
	return d.Bytes()
}

func (p printer) counts(c Content) string {
	var out []string
	for _, l := range p.rules.Levels {
		out = append(out, fmt.Sprintf("%s %d", p.level(l.ID), c.Counts[l.ID]))
	}
	return strings.Join(out, p.comma())
}
