package rubric

import (
	"context"
	_ "embed" // the schema
	"strings"
	"time"

	"anbiao/kit/db"
	"anbiao/kit/doc"
	"anbiao/kit/scoring"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
	"anbiao/rbac"
)

//go:embed schema/rubric.schema.json
var schema []byte

// Schema returns the JSON schema of a table's file form. Errors: those of the Gate.
func (s *Service) Schema(ctx context.Context) ([]byte, error) {
	return schema, s.Gate.Read(ctx, ActionRead, func(db.Tx, rbac.Scope) error { return nil })
}

// Template returns an example workbook that says how to fill it in. Errors: those of the Gate.
func (s *Service) Template(ctx context.Context) (b []byte, err error) {
	if err := s.Gate.Read(ctx, ActionRead, func(db.Tx, rbac.Scope) error { return nil }); err != nil {
		return nil, err
	}
	var rows [][]string
	l := text.Of(ctx)
	for _, c := range itemColumns {
		rows = append(rows, []string{sheetItems + " / " + c.Title[text.Chinese], text.Say(l, "rubric.guide."+c.Key, nil)})
	}
	for _, key := range []string{"official", "head", "levels", "elements"} {
		rows = append(rows, []string{text.Say(l, "rubric.guide.sheet-"+key, nil), text.Say(l, "rubric.guide."+key, nil)})
	}
	r := example()
	head, err := headRows(r)
	if err != nil {
		return nil, err
	}
	return book([]sheet.Leaf{
		{Name: sheetItems, Columns: itemColumns, Rows: itemRows(r)},
		{Name: sheetHead, Columns: headColumns, Rows: head},
		{Name: sheetLevels, Columns: levelColumns, Rows: levelRows(r)},
		{Name: sheetElements, Columns: elementColumns, Rows: elementRows(r)},
		{Name: "填写说明", Columns: headColumns, Rows: rows},
	})
}

// example is a table of two items that shows every kind of rule.
func example() *scoring.Rubric {
	w := scoring.Whole
	r := &scoring.Rubric{ID: "my-table", Version: "2026.1", Purpose: scoring.Grading, Title: "示例评分标准", Scorable: true, Total: w(20)}
	r.Rounding.Decimals = 1
	r.Levels = []scoring.Level{{Level: "pass", Name: "达标", MinScore: "60", Limits: []scoring.Limit{{Fact: "deaths", Max: "0"}}}}
	r.Elements = []scoring.Element{{Code: "1", Title: "目标职责", Points: w(20), Children: []scoring.Element{{Code: "1.1", Title: "机构和职责", Points: w(20), Items: []scoring.Item{
		{Code: "1.1.1", Requirement: "设置安全生产管理机构或者配备安全生产管理人员。", Points: w(10), Deductions: []scoring.Deduction{
			{ID: "a", When: "未设置或者未配备", Zero: true},
			{ID: "b", When: "每缺一人", Minus: w(2), Per: "人", Cap: w(6)},
			{ID: "c", When: "本条扣满", Extra: w(5), Auto: scoring.ItemExhausted},
		}},
		{Code: "1.1.2", Requirement: "建立全员安全生产责任制并考核。", Points: w(10), Deductions: []scoring.Deduction{
			{ID: "a", When: "未建立", Zero: true, Scope: scoring.AtSub},
			{ID: "b", When: "使用国家明令淘汰的设备", Veto: true},
		}},
	}}}}}
	return r
}

// fileName is what the files of a version are called.
func (l Listed) fileName() string { return l.Code + "@" + l.Version }

// Paper is a version, ready to be printed.
type Paper struct {
	Listed
	Table *scoring.Rubric
}

func say(l text.Lang, key string, params ...string) string {
	p := map[string]string{}
	for i := 0; i+1 < len(params); i += 2 {
		p[params[i]] = params[i+1]
	}
	return text.Say(l, "rubric.paper."+key, p)
}

// PDF prints the table in the official layout: 考评类目, 考评项目, 考评内容, 标准分值, 考评办法.
func (p Paper) PDF(l text.Lang) ([]byte, error) {
	name := p.Title
	if l == text.English && p.TitleEN != "" {
		name = p.TitleEN
	}
	d := doc.New(doc.Options{Landscape: true, Title: name, Footer: name + "  " + p.fileName(), Made: time.Unix(0, 0).UTC()})
	d.Title(name)
	d.Fields([][2]string{
		{say(l, "code"), p.Code},
		{say(l, "version"), p.Version},
		{say(l, "issuer"), p.Issuer},
		{say(l, "state"), say(l, "state-"+string(p.State))},
		{say(l, "total"), p.Table.Total.String()},
		{say(l, "levels"), levelsLine(p.Table, l)},
	})
	d.Gap(3)
	d.Table([]doc.Column{
		{Title: say(l, "element"), Width: 28},
		{Title: say(l, "sub"), Width: 30},
		{Title: say(l, "item"), Width: 16},
		{Title: say(l, "requirement")},
		{Title: say(l, "points"), Width: 14, Align: "C"},
		{Title: say(l, "method"), Width: 95},
	}, p.rows(l))
	return d.Bytes()
}

func levelsLine(r *scoring.Rubric, l text.Lang) string {
	var out []string
	for _, v := range r.Levels {
		out = append(out, say(l, "level", "name", v.Name, "score", string(v.MinScore)))
	}
	return strings.Join(out, "  ")
}

// rows are the lines of the table; a branch is named at its first line. A tree has a line a branch.
func (p Paper) rows(l text.Lang) (rows [][]string) {
	for i := range p.Table.Elements {
		e := &p.Table.Elements[i]
		title := heads(e)
		for j := range e.Children {
			s := &e.Children[j]
			under := heads(s)
			for k := range s.Items {
				it := &s.Items[k]
				rows = append(rows, []string{title, under, it.Code, it.Requirement, it.Points.String(), rulesOf(it, l)})
				title, under = "", ""
			}
			if len(s.Items) == 0 {
				rows = append(rows, []string{title, under, "", "", "", ""})
				title = ""
			}
		}
		if len(e.Children) == 0 {
			rows = append(rows, []string{title, "", "", "", "", ""})
		}
		if p.Table.Scorable {
			rows = append(rows, []string{say(l, "subtotal"), "", "", "", e.Points.String(), ""})
		}
	}
	if p.Table.Scorable {
		rows = append(rows, []string{say(l, "sum"), "", "", "", p.Table.Total.String(), ""})
	}
	return rows
}

func heads(e *scoring.Element) string {
	s := strings.TrimSpace(e.Code + " " + e.Title)
	if e.Points > 0 {
		s += "（" + e.Points.String() + "）"
	}
	return s
}

// rulesOf puts the rules of an item in words.
func rulesOf(it *scoring.Item, l text.Lang) string {
	out := make([]string, 0, len(it.Deductions))
	for i := range it.Deductions {
		out = append(out, ruleIn(&it.Deductions[i], l))
	}
	return strings.Join(out, "\n")
}

func ruleIn(d *scoring.Deduction, l text.Lang) string {
	if !d.Sound() {
		return d.When // of a draft
	}
	params := []string{"when", d.When, "points", (d.Minus + d.Extra).String(), "per", d.Per, "cap", d.Cap.String()}
	s := say(l, "rule-"+d.Kind()+"-"+d.At(), params...)
	if d.Per != "" {
		s += say(l, "rule-per", params...)
	}
	if d.Cap > 0 {
		s += say(l, "rule-cap", params...)
	}
	return s
}
