package hazard

import (
	"fmt"
	"time"

	"anbiao/kit/doc"
	"anbiao/kit/text"
)

// posterPrinter draws the notice of a month in one language.
type posterPrinter struct {
	lang text.Lang
	link string // in the QR code
	made time.Time
}

func (p posterPrinter) say(key string, params ...string) string {
	values := map[string]string{}
	for i := 0; i+1 < len(params); i += 2 {
		values[params[i]] = params[i+1]
	}
	return text.Say(p.lang, "hazard.poster-"+key, values)
}

// Colours of the figures on top of a poster.
var posterInk = []string{"#0068B7", "#1E8E3E", "#F39800", "#E5352B"}

// sheet is the poster, A3 across: what was found, fixed and is open, each hazard a line.
func (p posterPrinter) sheet(b Board) ([]byte, error) {
	d := doc.New(doc.Options{Size: "A3", Landscape: true, Title: p.say("title"), Footer: b.Firm + "  " + p.say("title"), Made: p.made})
	d.Title(b.Firm)
	d.Title(p.say("heading", "year", fmt.Sprint(b.Month.Year()), "month", fmt.Sprint(int(b.Month.Month())), "unit", b.UnitName))
	y, left := d.Y(), d.Left()
	d.QRAt(p.link, left+d.Width()-26, y-22, 26)
	w := d.Width() / 4
	for i, cell := range []struct {
		key string
		n   int
	}{{"found", b.Totals.Found}, {"fixed", b.Totals.Fixed}, {"open", b.Totals.Open}, {"majors", b.Totals.Majors}} {
		x := left + float64(i)*w
		d.FillAt(x+1, y+6, w-2, 16, doc.Hex(posterInk[i]))
		d.Ink(doc.Colour{R: 255, G: 255, B: 255})
		d.CentreAt(x+w/2, y+14, 16, fmt.Sprintf("%s  %d", p.say(cell.key), cell.n))
	}
	d.Ink(doc.Colour{})
	d.Gap(26)
	rows := make([][]string, len(b.Rows))
	for i, r := range b.Rows {
		rows[i] = []string{fmt.Sprint(i + 1), r.Number, r.FoundOn.String(), r.Place, r.Description, p.level(r.Level), r.OwnerName + line(r.OwnerUnit), blankDay(r), p.state(r)}
	}
	if len(rows) == 0 {
		d.Para(p.say("none"))
	} else {
		d.Table(p.columns(), rows)
	}
	if b.More > 0 {
		d.Small(p.say("more", "count", fmt.Sprint(b.More)))
	}
	d.Small(p.say("note", "day", b.AsOf.String()))
	return d.Bytes()
}

func (p posterPrinter) columns() []doc.Column {
	return []doc.Column{
		{Title: p.say("n"), Width: 12, Align: "C"},
		{Title: p.say("number"), Width: 44},
		{Title: p.say("found-on"), Width: 26, Align: "C"},
		{Title: p.say("place"), Width: 48},
		{Title: p.say("description")},
		{Title: p.say("level"), Width: 24, Align: "C", Fill: func(s string) (doc.Colour, bool) { return doc.Hex("#F6B0AC"), s == p.level(Major) }},
		{Title: p.say("owner"), Width: 34},
		{Title: p.say("deadline"), Width: 26, Align: "C"},
		{Title: p.say("state"), Width: 32, Align: "C"},
	}
}

func blankDay(r Posted) string {
	if r.Deadline.IsZero() {
		return ""
	}
	return r.Deadline.String()
}

func line(s string) string {
	if s == "" {
		return ""
	}
	return "\n" + s
}

func (p posterPrinter) level(l Level) string {
	switch l {
	case Major:
		return p.say("level-major")
	case General:
		return p.say("level-general")
	case Ungraded:
	}
	return p.say("level-none")
}

func (p posterPrinter) state(r Posted) string {
	switch {
	case !r.CancelledOn.IsZero():
		return p.say("state-closed") + "\n" + r.CancelledOn.String()
	case !r.FixedOn.IsZero():
		return p.say("state-fixed")
	}
	return p.say("state-open")
}
