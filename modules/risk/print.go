package risk

import (
	"fmt"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/doc"
	"anbiao/kit/text"
)

// Paper is a file to be printed.
type Paper struct {
	Content []byte
	Name    string
}

// printer writes papers in one language by one version of the rules.
type printer struct {
	lang  text.Lang
	rules *Rules
	firm  string
	on    day.Date
	made  time.Time
}

func (p printer) say(key string, params ...string) string {
	values := map[string]string{}
	for i := 0; i+1 < len(params); i += 2 {
		values[params[i]] = params[i+1]
	}
	return text.Say(p.lang, "risk.print-"+key, values)
}

func (p printer) level(l Level) string {
	r := p.rules.level(l)
	if p.lang == text.English {
		return r.En
	}
	return r.Zh
}

// colour is that of a level; grey where nothing is rated.
func (p printer) colour(l Level) doc.Colour {
	if l == "" {
		return doc.Colour{R: 0xD0, G: 0xD0, B: 0xD0}
	}
	return doc.Hex(p.rules.level(l).Hex)
}

func (p printer) accidents(codes []string) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = named(p.rules.Accidents, c).Name(p.lang)
	}
	return strings.Join(out, p.comma())
}

func (p printer) comma() string {
	if p.lang == text.English {
		return ", "
	}
	return "、"
}

// measures are the controls of a kind, numbered where there are several.
func measures(list []Control, kind string) string {
	var out []string
	for _, c := range list {
		if c.Kind == kind {
			out = append(out, c.Text)
		}
	}
	return numbered(out)
}

func numbered(list []string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	for i := range list {
		list[i] = fmt.Sprintf("%d. %s", i+1, list[i])
	}
	return strings.Join(list, "\n")
}

// joined puts what is said of several things into one line.
func joined(parts ...string) string {
	var out []string
	for _, s := range parts {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, " ")
}

func pad(n int) string { return fmt.Sprintf("%03d", n) }

func (p printer) score(e Event) string {
	if e.Mode == LS {
		return fmt.Sprintf("L%s × S%s = %s", decimal(e.L), decimal(e.S), decimal(e.Score))
	}
	return fmt.Sprintf("L%s × E%s × C%s = %s", decimal(e.L), decimal(e.E), decimal(e.C), decimal(e.Score))
}

// list is the risk list (安全风险分级管控清单), A3 across.
func (p printer) list(events []Controlled) ([]byte, error) {
	d := doc.New(doc.Options{Size: "A3", Landscape: true, Title: p.say("list"), Footer: p.firm + "  " + p.say("list"), Made: p.made})
	d.Title(p.firm + " " + p.say("list"))
	d.Small(p.say("made", "day", p.on.String(), "version", p.rules.Version))
	columns := []doc.Column{
		{Title: p.say("number"), Width: 12, Align: "C"},
		{Title: p.say("unit"), Width: 28},
		{Title: p.say("hazard"), Width: 42},
		{Title: p.say("accidents"), Width: 26},
		{Title: p.say("rating"), Width: 30},
		{Title: p.say("level"), Width: 20, Align: "C"},
	}
	for _, c := range p.rules.Controls {
		columns = append(columns, doc.Column{Title: c.Name(p.lang)})
	}
	columns = append(columns, doc.Column{Title: p.say("residual"), Width: 18, Align: "C"}, doc.Column{Title: p.say("control"), Width: 16, Align: "C"}, doc.Column{Title: p.say("responsible"), Width: 26})
	var rows [][]string
	for _, e := range events {
		row := []string{"R" + pad(e.Number), e.RiskUnitName, e.Hazard, p.accidents(e.Accidents), p.score(e.Event), p.level(e.Level)}
		for _, c := range p.rules.Controls {
			row = append(row, measures(e.Controls, c.ID))
		}
		rows = append(rows, append(row, p.level(e.ResidualLevel), named(p.rules.ControlLevels, string(e.ControlLevel)).Name(p.lang), strings.ReplaceAll(joined(e.UnitName, e.PostName, e.OwnerName), " ", "\n")))
	}
	d.Table(columns, rows)
	return d.Bytes()
}

// board is the notice board (安全风险公告栏), A3 upright: the larger and major risks, with the
// counts of all levels.
func (p printer) board(events []Controlled, counts map[Level]int) ([]byte, error) {
	d := doc.New(doc.Options{Size: "A3", Title: p.say("board"), Footer: p.firm, Made: p.made})
	d.Title(p.firm)
	d.Title(p.say("board"))
	y := d.Y()
	w := d.Width() / float64(len(p.rules.Levels))
	for i, l := range p.rules.Levels {
		x := 15 + float64(i)*w
		d.FillAt(x, y, w, 16, doc.Hex(l.Hex))
		d.CentreAt(x+w/2, y+8, 15, fmt.Sprintf("%s  %d", p.level(l.ID), counts[l.ID]))
	}
	d.Gap(20)
	rows := make([][]string, len(events))
	for i, e := range events {
		var all []string
		for _, c := range e.Controls {
			if c.Kind != "emergency" {
				all = append(all, c.Text)
			}
		}
		rows[i] = []string{
			p.level(e.Level), e.RiskUnitName, e.Hazard, p.accidents(e.Accidents) + line(e.Consequence), numbered(all), measures(e.Controls, "emergency"),
			strings.ReplaceAll(joined(e.UnitName, e.OwnerName), " ", "\n"),
		}
	}
	d.Table([]doc.Column{
		{Title: p.say("level"), Width: 22, Align: "C"},
		{Title: p.say("unit"), Width: 32},
		{Title: p.say("hazard"), Width: 46},
		{Title: p.say("consequence"), Width: 36},
		{Title: p.say("measures")},
		{Title: p.say("emergency"), Width: 46},
		{Title: p.say("responsible"), Width: 26},
	}, rows)
	d.Small(p.say("board-note", "day", p.on.String()))
	return d.Bytes()
}

func line(s string) string {
	if s == "" {
		return ""
	}
	return "\n" + s
}

// card is the warning card of a unit (岗位安全风险告知卡), A4 upright.
func (p printer) card(u Unit, events []Controlled, link string) ([]byte, error) {
	d := doc.New(doc.Options{Title: p.say("card") + " " + u.Name, Footer: p.firm, Made: p.made})
	d.Title(p.say("card"))
	top := Level("")
	for _, e := range events {
		top = highest(top, e.Level)
	}
	y := d.Y()
	d.FillAt(15, y, d.Width()-34, 16, p.colour(top))
	d.CentreAt(15+(d.Width()-34)/2, y+8, 18, joined(u.Name, p.level(top)))
	d.QRAt(link, 15+d.Width()-30, y-2, 30)
	d.Gap(19)
	pairs := [][2]string{{p.say("firm"), p.firm}, {p.say("place"), u.Place}, {p.say("responsible"), joined(u.UnitName, u.OwnerName)}, {p.say("phone"), u.Phone}}
	d.Gap(11)
	d.Fields(pairs)
	rows := make([][]string, len(events))
	for i, e := range events {
		var all []string
		for _, c := range e.Controls {
			if c.Kind != "emergency" {
				all = append(all, c.Text)
			}
		}
		rows[i] = []string{p.level(e.Level), e.Hazard, p.accidents(e.Accidents) + line(e.Consequence), numbered(all), measures(e.Controls, "emergency")}
	}
	d.Table([]doc.Column{
		{Title: p.say("level"), Width: 18, Align: "C"},
		{Title: p.say("hazard"), Width: 34},
		{Title: p.say("consequence"), Width: 28},
		{Title: p.say("measures")},
		{Title: p.say("emergency"), Width: 38},
	}, rows)
	d.Para(p.say("card-note"))
	return d.Bytes()
}
