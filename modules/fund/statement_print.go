package fund

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/doc"
	"anbiao/kit/fen"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
)

// printer writes the papers of the fund in one language.
type printer struct {
	lang text.Lang
	made time.Time
}

func (p printer) say(key string) string { return say(p.lang, "print-"+key) }

// category names a category and a sub-category of the newest rules.
func (p printer) category(code, sub string) string {
	all := accrual.Library()
	c, ok := all[len(all)-1].Category(code)
	if !ok {
		return ""
	}
	name := c.NameZh
	if p.lang == text.English {
		name = c.NameEn
	}
	for _, s := range c.Subs {
		if s.Code == sub && sub != "default" {
			return name + "（" + s.Zh + "）"
		}
	}
	return name
}

// facts are the head of the paper.
func (p printer) facts(r Report) [][2]string {
	bound := p.say("not-bound")
	if r.Profile.Bound {
		bound = p.category(r.Profile.Category, "")
	}
	rules, docno := "", ""
	if w, version, ok := r.Working(); ok {
		rules, docno = version, w.Docno
	}
	return [][2]string{
		{p.say("firm"), r.Firm.Name},
		{p.say("uscc"), r.Firm.USCC},
		{p.say("category"), bound},
		{p.say("clause"), r.Profile.Clause},
		{p.say("rules"), strings.TrimSpace(docno + " " + rules)},
		{p.say("year"), strconv.Itoa(int(r.Year.Year))},
	}
}

// bases are what the year was reckoned from: name, sub-category, base, rate, amount.
func (p printer) bases(r Report) (rows [][]string) {
	w, _, ok := r.Working()
	for _, l := range r.Lines {
		row := []string{l.Name, p.category(l.Category, l.Sub), "", "", "", l.Source}
		if l.RevenueFen != nil {
			row[2] = l.RevenueFen.Yuan()
			if n := len(l.Revisions.V); n > 0 {
				row[2] = l.Revisions.V[n-1].RevenueFen.Yuan()
			}
		}
		if i := slices.IndexFunc(w.Lines, func(x accrual.LineWorking) bool { return x.Key == l.ID.String() }); ok && i >= 0 {
			row[3], row[4] = p.rates(w.Lines[i]), w.Lines[i].AmountFen.Yuan()
			if w.Lines[i].Unit != "" && l.RevenueFen == nil {
				row[2] = p.say("by-month")
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// rates writes the rate of a line, or its brackets.
func (p printer) rates(l accrual.LineWorking) string {
	if l.Rate != nil {
		return strings.TrimSpace(l.Rate.String() + " " + l.Unit)
	}
	var parts []string
	for _, s := range l.Slices {
		parts = append(parts, s.OnFen.Yuan()+" × "+s.Rate.String())
	}
	return strings.Join(parts, " + ")
}

var monthHeads = []string{"month", "opening", "standard", "accrued", "top-up", "expense", "capital", "moved", "closing", "note"}

func (p printer) months(r Report) (rows [][]string) {
	var total Month
	for _, m := range r.Months {
		note := ""
		switch {
		case m.Suspended:
			note = p.say("suspended")
		case m.Source == "imported":
			note = p.say("imported")
		case m.CatchUpFen != 0:
			note = p.say("catch-up") + " " + m.CatchUpFen.Yuan()
		case m.ClosingFen < 0:
			note = p.say("deficit")
		}
		rows = append(rows, []string{m.MonthOn.String()[:7], m.OpeningFen.Yuan(), m.StandardFen.Yuan(), m.AccruedFen.Yuan(), m.TopUpFen.Yuan(), m.UsedExpenseFen.Yuan(), m.UsedCapitalFen.Yuan(), m.MovedFen.Yuan(), m.ClosingFen.Yuan(), note})
		total.StandardFen, total.AccruedFen, total.TopUpFen = total.StandardFen+m.StandardFen, total.AccruedFen+m.AccruedFen, total.TopUpFen+m.TopUpFen
		total.UsedExpenseFen, total.UsedCapitalFen, total.MovedFen = total.UsedExpenseFen+m.UsedExpenseFen, total.UsedCapitalFen+m.UsedCapitalFen, total.MovedFen+m.MovedFen
	}
	if len(rows) > 0 {
		rows = append(rows, []string{p.say("total"), rows[0][1], total.StandardFen.Yuan(), total.AccruedFen.Yuan(), total.TopUpFen.Yuan(), total.UsedExpenseFen.Yuan(), total.UsedCapitalFen.Yuan(), total.MovedFen.Yuan(), rows[len(rows)-1][8], ""})
	}
	return rows
}

var itemHeads = []string{"item", "label", "expense", "capital", "sum", "share"}

func (p printer) items(r Report) (rows [][]string) {
	var expense, capital fen.Amount
	for _, i := range r.Items {
		expense, capital = expense+i.ExpenseFen, capital+i.CapitalFen
	}
	for _, i := range r.Items {
		no := ""
		if i.Item > 0 {
			no = strconv.Itoa(int(i.Item))
		}
		label, parts := i.Label, [2]string{i.ExpenseFen.Yuan(), i.CapitalFen.Yuan()}
		if r.Summed {
			label, parts = say(p.lang, "tag-"+i.Tag), [2]string{}
		}
		rows = append(rows, []string{no, label, parts[0], parts[1], (i.ExpenseFen + i.CapitalFen).Yuan(), percent(i.ExpenseFen+i.CapitalFen, expense+capital)})
	}
	parts := [2]string{expense.Yuan(), capital.Yuan()}
	if r.Summed {
		parts = [2]string{}
	}
	return append(rows, []string{"", p.say("total"), parts[0], parts[1], (expense + capital).Yuan(), ""})
}

// results are what the year comes to.
func (p printer) results(r Report) [][2]string {
	suspended := p.say("none")
	if months := r.Suspended(); len(months) > 0 {
		parts := make([]string, len(months))
		for i, m := range months {
			parts[i] = strconv.Itoa(m)
		}
		suspended = strings.Join(parts, "、")
	}
	rate := percent(r.Year.UsedFen, r.Due())
	flag := p.say("at-least-60")
	switch {
	case r.Due() <= 0:
		rate, flag = "—", p.say("nothing-due")
	case !r.Over():
		flag = p.say("running")
	case r.Under():
		flag = p.say("under-60")
	}
	return [][2]string{
		{p.say("due"), r.Due().Yuan()},
		{p.say("accrued-year"), r.Year.AccruedFen.Yuan()},
		{p.say("opening-year"), r.Year.OpeningFen.Yuan()},
		{p.say("used-year"), r.Year.UsedFen.Yuan()},
		{p.say("closing-year"), r.Closing().Yuan()},
		{p.say("planned-year"), r.Year.PlannedFen.Yuan()},
		{p.say("rate"), rate},
		{p.say("sixty"), flag},
		{p.say("suspended-months"), suspended},
		{p.say("top-up-year"), r.TopUp().Yuan()},
	}
}

func dayText(d day.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func (p printer) columns(heads []string, left int) []doc.Column {
	out := make([]doc.Column, len(heads))
	for i, h := range heads {
		out[i] = doc.Column{Title: p.say(h), Align: "R"}
		if i < left || h == "note" || h == "source" || h == "rate-of" {
			out[i].Align = "L"
		}
	}
	return out
}

var baseHeads = []string{"business", "sub", "base", "rate-of", "amount", "source"}

// paper is the year on A4 across.
func (p printer) paper(r Report) ([]byte, error) {
	d := doc.New(doc.Options{Landscape: true, Title: p.say("report"), Footer: r.Firm.Name + "  " + strconv.Itoa(int(r.Year.Year)), Made: p.made})
	d.Title(fmt.Sprintf(p.say("title"), int(r.Year.Year)))
	d.Fields(p.facts(r))
	d.Gap(2)
	d.Heading(p.say("results"))
	d.Fields(p.results(r))
	if len(r.Lines) > 0 {
		d.Heading(p.say("bases"))
		columns := p.columns(baseHeads, 2)
		columns[2].Width, columns[4].Width = 34, 32
		d.Table(columns, p.bases(r))
	}
	d.Heading(p.say("by-item"))
	columns := p.columns(itemHeads, 2)
	columns[0].Width, columns[2].Width, columns[3].Width, columns[4].Width, columns[5].Width = 14, 34, 34, 34, 20
	d.Table(columns, p.items(r))
	d.Heading(p.say("by-months"))
	columns = p.columns(monthHeads, 1)
	columns[0].Width = 20
	d.Table(columns, p.months(r))
	p.statement(d, r)
	d.Gap(3)
	d.Small(p.say("basis"))
	d.Gap(4)
	d.Fields([][2]string{{p.say("made-by"), ""}, {p.say("checked-by"), ""}, {p.say("head"), ""}, {p.say("made-on"), dayText(r.Today)}})
	return d.Bytes()
}

// statement adds the explanation of a year in which too little was used.
func (p printer) statement(d *doc.Doc, r Report) {
	if r.Statement == nil {
		return
	}
	t := r.Statement
	by := "—"
	if t.ReviewedBy != "" {
		by = p.say("by-" + t.ReviewedBy)
	}
	d.Heading(p.say("statement"))
	d.Fields([][2]string{
		{p.say("statement-state"), p.say("state-" + t.State)},
		{p.say("reviewed"), strings.TrimSpace(by + " " + dayText(t.ReviewedOn))},
		{p.say("statement-due-on"), dayText(t.DueOn)},
		{p.say("submitted-by"), t.SubmittedByName},
	})
	d.Para(p.say("reasons") + "：" + t.Reasons)
	d.Para(p.say("measures") + "：" + t.Measures)
}

// workbook is the year as an Excel file, a sheet each part; sums are numbers in yuan.
func (p printer) workbook(r Report) ([]byte, error) {
	pairs := func(key string, rows [][2]string) sheet.Leaf {
		leaf := sheet.Leaf{Name: p.say(key), Columns: []sheet.Column{{Key: "what", Title: named("print-what"), Kind: sheet.Text, Width: 24}, {Key: "said", Title: named("print-said"), Kind: sheet.Text, Width: 40}}}
		for _, x := range rows {
			leaf.Rows = append(leaf.Rows, []string{x[0], x[1]})
		}
		return leaf
	}
	table := func(key string, heads []string, texts int, rows [][]string) sheet.Leaf {
		leaf := sheet.Leaf{Name: p.say(key), Rows: rows}
		for i, h := range heads {
			c := sheet.Column{Key: h, Title: named("print-" + h), Kind: sheet.Decimal, Width: 16}
			if i < texts || slices.Contains([]string{"note", "share", "source", "rate-of", "month"}, h) {
				c.Kind, c.Width = sheet.Text, 24
			}
			leaf.Columns = append(leaf.Columns, c)
		}
		return leaf
	}
	var b bytes.Buffer
	leaves := []sheet.Leaf{pairs("results", append(p.facts(r), p.results(r)...)), table("by-item", itemHeads, 2, p.items(r)), table("by-months", monthHeads, 1, p.months(r))}
	if bases := p.bases(r); len(bases) > 0 {
		for _, row := range bases {
			if row[2] == p.say("by-month") {
				row[2] = ""
			}
		}
		leaves = append(leaves, table("bases", baseHeads, 2, bases))
	}
	err := sheet.Workbook(&b, leaves, p.lang)
	return b.Bytes(), err
}
