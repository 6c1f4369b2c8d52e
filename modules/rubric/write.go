package rubric

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"anbiao/kit/scoring"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
)

// YAML writes a table as a file that can be loaded again: the form of the library.
func YAML(r *scoring.Rubric) ([]byte, error) { return yaml.Marshal(r) }

// Excel writes a table as a workbook that can be loaded again and gives the same table. The headings are
// Chinese: they are those of the official tables. Errors: ErrNotUsable for a tree without points.
func Excel(r *scoring.Rubric) ([]byte, error) {
	if !r.Scorable {
		return nil, ErrNotUsable
	}
	head, err := headRows(r)
	if err != nil {
		return nil, err
	}
	return book([]sheet.Leaf{
		{Name: sheetItems, Columns: itemColumns, Rows: itemRows(r)},
		{Name: sheetHead, Columns: headColumns, Rows: head},
		{Name: sheetLevels, Columns: levelColumns, Rows: levelRows(r)},
		{Name: sheetElements, Columns: elementColumns, Rows: elementRows(r)},
	})
}

func book(leaves []sheet.Leaf) ([]byte, error) {
	var b bytes.Buffer
	err := sheet.Workbook(&b, leaves, text.Chinese)
	return b.Bytes(), err
}

// headRows are what stands above the table, by the names of the file form.
func headRows(r *scoring.Rubric) ([][]string, error) {
	about, err := json.Marshal(r.About)
	if err != nil {
		return nil, err
	}
	yes := func(b bool) string {
		if b {
			return "是"
		}
		return ""
	}
	year := ""
	if r.Year != 0 {
		year = strconv.Itoa(r.Year)
	}
	return [][]string{
		{"id", r.ID},
		{"version", r.Version},
		{"purpose", string(r.Purpose)},
		{"title_zh", r.Title},
		{"title_en", r.TitleEN},
		{"issuer_ref", r.Issuer},
		{"year", year},
		{"total_points", r.Total.String()},
		{"model", r.Model},
		{"decimals", strconv.Itoa(r.Rounding.Decimals)},
		{"rounding_mode", r.Rounding.Mode},
		{"rounding_source", r.Rounding.Source},
		{"na_listed", yes(r.NAListed)},
		{"min_element_percent", string(r.MinElement)},
		{"about", string(about)},
	}, nil
}

func levelRows(r *scoring.Rubric) (rows [][]string) {
	for _, l := range r.Levels {
		limits := make([]string, len(l.Limits))
		for i, x := range l.Limits {
			limits[i] = x.Fact + "<=" + string(x.Max)
		}
		rows = append(rows, []string{l.Level, l.Name, string(l.MinScore), strings.Join(limits, "; "), l.Performance, l.Source})
	}
	return rows
}

func elementRows(r *scoring.Rubric) (rows [][]string) {
	line := func(rank string, e *scoring.Element) {
		rows = append(rows, []string{rank, e.Code, e.Title, e.Points.String(), string(e.Weight), e.PointsSource, e.Source, e.Note})
	}
	for i := range r.Elements {
		line("1", &r.Elements[i])
		for j := range r.Elements[i].Children {
			line("2", &r.Elements[i].Children[j])
		}
	}
	return rows
}

func itemRows(r *scoring.Rubric) (rows [][]string) {
	for i := range r.Elements {
		e := &r.Elements[i]
		for j := range e.Children {
			s := &e.Children[j]
			for k := range s.Items {
				rows = append(rows, ruleRows([]string{e.Code, e.Title, s.Code, s.Title}, &s.Items[k])...)
			}
		}
	}
	return rows
}

// ruleRows are the rows of an item, one for each rule.
func ruleRows(branch []string, it *scoring.Item) (rows [][]string) {
	na := ""
	if it.NAAllowed {
		na = "是"
	}
	line := func(d *scoring.Deduction) {
		row := append(append([]string{}, branch...), it.Code, it.Requirement, it.Points.String(), "")
		row = append(row, ruleCells(d)...)
		rows = append(rows, append(row, na, it.Evidence, it.Source))
	}
	if len(it.Deductions) == 0 {
		line(nil)
	}
	for i := range it.Deductions {
		line(&it.Deductions[i])
	}
	return rows
}

func ruleCells(d *scoring.Deduction) []string {
	if d == nil {
		return make([]string, 10)
	}
	amount, limit, auto, conditions := "", "", "", make([]string, 0, len(d.If))
	if p := d.Minus + d.Extra; p != 0 {
		amount = p.String()
	}
	if d.Cap != 0 {
		limit = d.Cap.String()
	}
	if d.Auto != "" {
		auto = "是"
	}
	for _, c := range d.If {
		if c.Min != "" {
			conditions = append(conditions, c.Fact+">="+string(c.Min))
		}
		if c.Max != "" {
			conditions = append(conditions, c.Fact+"<="+string(c.Max))
		}
	}
	kind := "minus"
	switch {
	case d.Veto:
		kind = "veto"
	case d.Zero:
		kind = "zero"
	case d.Extra != 0:
		kind = "extra"
	}
	return []string{d.ID, d.When, wordOf(kindWords, kind), amount, d.Per, limit, wordOf(scopeWords, d.Scope), auto, strings.Join(conditions, "; "), d.Once}
}
