package dossier

import (
	"context"
	"fmt"
	"strings"

	"anbiao/kit/doc"
	"anbiao/kit/text"
	"anbiao/rbac"
)

func say(key string) string { return text.Say(text.Chinese, "dossier."+key, nil) }

// PrintBoard prints the board (责任公示牌) of a company, A3 across, with the code of the public list of levels of its county.
// Errors: ErrCompanyNeeded, rbac.ErrNotFound.
func (s *Service) PrintBoard(ctx context.Context, company rbac.CompanyID) (name string, content []byte, err error) {
	b, err := s.BoardOf(ctx, company)
	if err != nil {
		return "", nil, err
	}
	d := doc.New(doc.Options{Size: "A3", Landscape: true, Title: say("board"), Bare: true})
	w, h := d.Size()
	d.Ink(doc.Hex("#b3261e"))
	d.CentreAt(w/2, 34, 40, say("board"))
	d.Ink(doc.Hex("#222222"))
	d.CentreAt(w/2, 56, 26, b.Firm.Name)
	d.CentreAt(w/2, 70, 14, say("print-area")+"："+b.Firm.Town)
	top, high := 88.0, 30.0
	for i, k := range Kinds {
		y := top + float64(i)*high
		d.RectAt(20, y, w-40, high)
		d.TextAt(26, y+11, 20, say("kind-"+k))
		who := Responsible{Name: "—"}
		for _, p := range b.Firm.People {
			if p.Kind == k {
				who = p
			}
		}
		d.TextAt(120, y+10, 24, who.Name)
		d.TextAt(190, y+11, 16, who.Post)
		d.TextAt(310, y+11, 18, who.Phone)
	}
	county := b.Firm.RegionPath[:min(6, len(b.Firm.RegionPath))]
	d.QRAt(strings.TrimSuffix(s.BaseURL, "/")+"/levels/"+county, w-58, h-52, 32)
	d.TextAt(20, h-38, 14, say("board-report"))
	d.TextAt(20, h-28, 12, say("print-on")+" "+b.Now.String())
	content, err = d.Bytes()
	return say("board") + " " + b.Firm.Name, content, err
}

// PrintDossier prints the dossier of a company: its lights, who answers, and every section the actor may see. The view is
// noted. It is in Chinese in either language: it is an official paper. Errors: rbac.ErrNotFound.
func (s *Service) PrintDossier(ctx context.Context, company rbac.CompanyID) (name string, content []byte, err error) {
	ctx = text.With(ctx, text.Chinese)
	name, keys, err := s.Open(ctx, company)
	if err != nil {
		return "", nil, err
	}
	board, err := s.BoardOf(ctx, company)
	if err != nil {
		return "", nil, err
	}
	lamps, err := s.Lights(ctx, company)
	if err != nil {
		return "", nil, err
	}
	d := doc.New(doc.Options{Title: say("title"), Footer: name})
	d.Title(say("title"))
	d.Title(name)
	d.Small(say("print-on") + " " + board.Now.String())
	printLights(d, lamps)
	printPeople(d, board)
	for _, k := range keys {
		shown, err := s.Section(ctx, company, k)
		if err != nil {
			return "", nil, err
		}
		printSection(d, shown)
	}
	content, err = d.Bytes()
	return say("title") + " " + name, content, err
}

func printLights(d *doc.Doc, lamps Lamps) {
	d.Heading(say("lights"))
	rows := make([][]string, len(lamps.Lights))
	for i, l := range lamps.Lights {
		var parts []string
		for _, f := range l.Figures {
			if f.Measured {
				parts = append(parts, fmt.Sprintf("%s %d/%d", say("metric-"+f.Metric), f.Num, f.Den))
			}
		}
		share := "—"
		if l.Colour != Unmeasured {
			share = fmt.Sprint(l.Percent) + "%"
		}
		rows[i] = []string{say("light-" + l.Key), say("colour-" + string(l.Colour)), share, strings.Join(parts, "；")}
	}
	d.Table([]doc.Column{{Title: say("print-light"), Width: 22}, {Title: say("print-colour"), Width: 24}, {Title: say("print-share"), Width: 18}, {Title: say("print-figures")}}, rows)
	d.Small(say("print-rule") + " " + lamps.Version + "；" + lamps.Source)
}

func printPeople(d *doc.Doc, b Board) {
	d.Heading(say("people"))
	var rows [][]string
	for _, k := range Kinds {
		row := []string{say("kind-" + k), "—", "", "", ""}
		for _, p := range b.Firm.People {
			if p.Kind == k {
				row = []string{say("kind-" + k), p.Name, p.Post, p.Phone, p.SinceOn.String()}
			}
		}
		rows = append(rows, row)
	}
	d.Table([]doc.Column{{Title: say("print-kind"), Width: 36}, {Title: say("print-name"), Width: 24}, {Title: say("print-post")}, {Title: say("print-phone"), Width: 32}, {Title: say("print-since"), Width: 26}}, rows)
}

func printSection(d *doc.Doc, shown Shown) {
	d.Heading(say("section-" + shown.Key))
	if len(shown.Facts) > 0 {
		pairs := make([][2]string, len(shown.Facts))
		for i, f := range shown.Facts {
			pairs[i] = [2]string{say("fact-" + f.Key), f.text(text.Chinese)}
		}
		d.Fields(pairs)
	}
	for _, t := range shown.Tables {
		if len(shown.Tables) > 1 {
			d.Para(say("table-" + t.Key))
		}
		if len(t.Rows) == 0 {
			d.Small(say("print-none"))
			continue
		}
		columns, rows := make([]doc.Column, len(t.Columns)), make([][]string, len(t.Rows))
		for i, c := range t.Columns {
			columns[i] = doc.Column{Title: c.Title}
		}
		for i, r := range t.Rows {
			rows[i] = r.Values
		}
		d.Table(columns, rows)
		if t.More {
			d.Small(say("print-more"))
		}
	}
}

// text is the value of a fact in a language.
func (f Fact) text(l text.Lang) string {
	if f.Said {
		return text.Say(l, f.Value, nil)
	}
	return f.Value
}
