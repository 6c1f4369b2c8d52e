package programme

import (
	"bytes"
	"context"
	"strconv"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

func num(n int64) string { return strconv.FormatInt(n, 10) }

// share writes a part in percent with one digit; empty of nothing.
func share(part, all int64) string {
	if all == 0 {
		return ""
	}
	return num(part*1000/all/10) + "." + num(part*1000/all%10) + "%"
}

// formHeads are the columns of the two tables of a form, by their texts.
var (
	formHeads = []string{"companies", "bound", "reported", "zero", "checked", "found", "fixed", "rate", "major-found", "major-fixed", "major-rate"}
	planHeads = []string{"plan-count", "plan-goals", "plan-funds", "plan-owner", "plan-time", "plan-measures", "funds"}
)

func (f Figures) cells() []string {
	return []string{num(f.Companies), num(f.Bound), num(f.Reported), num(f.Zero), num(f.Checked), num(f.Found), num(f.Fixed), share(f.Fixed, f.Found), num(f.MajorFound), num(f.MajorFixed), share(f.MajorFixed, f.MajorFound)}
}

func (f Figures) plans() []string {
	return []string{num(f.PlanCount), num(f.PlanGoals), num(f.PlanFunds), num(f.PlanOwner), num(f.PlanTime), num(f.PlanMeasures), fen.Amount(f.FundsFen).Yuan()}
}

// label names a line: its industry or its area.
func (x Line) label(l text.Lang) string {
	switch {
	case x.Area != "" && x.Name != "":
		return x.Name
	case x.Area != "":
		return x.Area
	case x.Section == "":
		return say(l, "section.none")
	}
	return x.Section + " " + say(l, "section."+x.Section)
}

// listed are the three lists of a form (三类名单): title, bound, reported, rate.
func (f Figures) listed(l text.Lang) [][]string {
	return [][]string{
		{say(l, "form.high"), num(f.HighBound), num(f.HighIn), share(f.HighIn, f.HighBound)},
		{say(l, "form.scale"), num(f.ScaleBound), num(f.ScaleIn), share(f.ScaleIn, f.ScaleBound)},
		{say(l, "form.crowd"), num(f.CrowdBound), num(f.CrowdIn), share(f.CrowdIn, f.CrowdBound)},
	}
}

func dayText(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// title is the official name of a form.
func (f Form) title(l text.Lang) string {
	r := ruleOf(f.Kind)
	return said{r.Zh, r.En}.in(l)
}

// formPaper prints a form as it is issued.
func formPaper(l text.Lang, f Form, made time.Time) ([]byte, error) {
	s := f.statistics()
	d := doc.New(doc.Options{Landscape: true, Title: f.title(l), Footer: f.UnitName + "  " + f.Period, Made: made})
	d.Title(f.title(l))
	version := say(l, "form.preview")
	if f.Version > 0 {
		version = say(l, "form.version", "n", num(int64(f.Version)))
	}
	d.Fields([][2]string{
		{say(l, "form.unit"), f.UnitName}, {say(l, "form.period"), f.Period + "（" + s.From.String() + " — " + s.Until.String() + "）"}, {say(l, "form.area"), f.AreaName}, {say(l, "form.issue"), version},
	})
	d.Gap(3)
	total := s.Total()
	for _, part := range []struct {
		heading, first string
		lines          []Line
	}{{"form.by-industry", "form.industry", s.Industries()}, {"form.by-area", "form.town", s.Areas()}} {
		d.Heading(say(l, part.heading))
		table(d, l, part.first, formHeads, part.lines, total, Figures.cells)
	}
	d.Heading(say(l, "form.plans"))
	table(d, l, "form.industry", planHeads, s.Industries(), total, Figures.plans)
	d.Heading(say(l, "form.lists"))
	d.Table([]doc.Column{{Title: say(l, "form.list")}, {Title: say(l, "form.bound"), Align: "R"}, {Title: say(l, "form.reported"), Align: "R"}, {Title: say(l, "form.report-rate"), Align: "R"}}, total.listed(l))
	d.Gap(3)
	for i, n := range forms.Notes {
		d.Small(num(int64(i+1)) + ". " + n.in(l))
	}
	d.Small(say(l, "form.rule", "version", f.RuleVersion, "sha", f.SHA256))
	d.Gap(5)
	d.Fields([][2]string{{say(l, "form.head"), f.Head}, {say(l, "form.filled-by"), f.FilledBy}, {say(l, "form.reviewed-by"), f.ReviewedBy}, {say(l, "form.phone"), f.Phone}, {say(l, "form.filled-on"), dayText(f.FilledOn)}, {say(l, "form.seal"), ""}})
	return d.Bytes()
}

func table(d *doc.Doc, l text.Lang, first string, heads []string, lines []Line, total Figures, cells func(Figures) []string) {
	columns := []doc.Column{{Title: say(l, first), Width: 46}}
	for _, h := range heads {
		columns = append(columns, doc.Column{Title: say(l, "form."+h), Align: "R"})
	}
	var rows [][]string
	for _, x := range lines {
		rows = append(rows, append([]string{x.label(l)}, cells(x.Figures)...))
	}
	d.Table(columns, append(rows, append([]string{say(l, "form.total")}, cells(total)...)))
}

// formSheet writes a form as an Excel file: the two tables and the three lists, a sheet each.
func formSheet(l text.Lang, f Form) ([]byte, error) {
	s := f.statistics()
	total := s.Total()
	leaf := func(name, first string, lines []Line) sheet.Leaf {
		columns := []sheet.Column{{Key: "label", Title: named(first), Kind: sheet.Text, Width: 26}}
		for _, h := range append(append([]string{}, formHeads...), planHeads...) {
			columns = append(columns, sheet.Column{Key: h, Title: named("form." + h), Kind: sheet.Text, Width: 12})
		}
		var rows [][]string
		for _, x := range lines {
			rows = append(rows, append(append([]string{x.label(l)}, x.cells()...), x.plans()...))
		}
		return sheet.Leaf{Name: name, Columns: columns, Rows: append(rows, append(append([]string{say(l, "form.total")}, total.cells()...), total.plans()...))}
	}
	var b bytes.Buffer
	err := sheet.Workbook(&b, []sheet.Leaf{
		leaf(say(l, "form.by-industry"), "form.industry", s.Industries()), leaf(say(l, "form.by-area"), "form.town", s.Areas()),
		{Name: say(l, "form.lists"), Rows: total.listed(l), Columns: []sheet.Column{
			{Key: "list", Title: named("form.list"), Kind: sheet.Text, Width: 22},
			{Key: "bound", Title: named("form.bound"), Kind: sheet.Int},
			{Key: "in", Title: named("form.reported"), Kind: sheet.Int},
			{Key: "rate", Title: named("form.report-rate"), Kind: sheet.Text},
		}},
		{Name: say(l, "form.signatures"), Columns: []sheet.Column{{Key: "what", Title: named("form.item"), Kind: sheet.Text, Width: 16}, {Key: "said", Title: named("form.content"), Kind: sheet.Text, Width: 50}}, Rows: [][]string{
			{say(l, "form.unit"), f.UnitName},
			{say(l, "form.period"), f.Period},
			{say(l, "form.head"), f.Head},
			{say(l, "form.filled-by"), f.FilledBy},
			{say(l, "form.reviewed-by"), f.ReviewedBy},
			{say(l, "form.filled-on"), dayText(f.FilledOn)},
			{say(l, "form.issue"), num(int64(f.Version))},
			{"SHA-256", f.SHA256},
		}},
	}, l)
	return b.Bytes(), err
}

func named(key string) map[text.Lang]string {
	return map[text.Lang]string{text.Chinese: say(text.Chinese, key), text.English: say(text.English, key)}
}

// PrintForm prints a form that was issued, as PDF or as Excel, and names the file. Errors: rbac.ErrNotFound.
func (s *Service) PrintForm(ctx context.Context, n id.Of[Form], asSheet bool) (content []byte, name string, err error) {
	err = s.Gate.Read(ctx, ActionForms, func(tx db.Tx, scope rbac.Scope) error {
		f, err := formByID(ctx, tx, scope, n)
		if err == nil {
			content, name, err = printed(text.Of(ctx), f, asSheet, tx.Now)
		}
		return err
	})
	return content, name, err
}

// PrintPreview prints a form as it would be issued now. Errors: as Draw.
func (s *Service) PrintPreview(ctx context.Context, q FormQuery, asSheet bool) (content []byte, name string, err error) {
	err = s.Gate.Read(ctx, ActionForms, func(tx db.Tx, scope rbac.Scope) error {
		p, err := s.draw(ctx, tx, scope, q)
		if err == nil {
			content, name, err = printed(text.Of(ctx), p.unsigned(), asSheet, tx.Now)
		}
		return err
	})
	return content, name, err
}

func printed(l text.Lang, f Form, asSheet bool, now time.Time) (content []byte, name string, err error) {
	name = f.title(l) + "-" + f.AreaName + "-" + f.Period
	if asSheet {
		content, err = formSheet(l, f)
		return content, name + ".xlsx", err
	}
	content, err = formPaper(l, f, now)
	return content, name + ".pdf", err
}
