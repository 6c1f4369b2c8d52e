package rubric

import (
	"regexp"
	"strconv"
	"strings"

	"anbiao/kit/scoring"
	"anbiao/kit/sheet"
)

// tree is a table being put together from rows. Points that a heading or a subtotal row states are kept
// beside those that the items come to, so that Check sees where they differ.
type tree struct {
	*sheets
	element, sub, requirement string          // of the row above
	declared                  map[string]bool // codes of branches whose points the file states
	total                     bool            // the file states the total
}

var (
	stated  = regexp.MustCompile(`[（(]\s*(?:共|计|满分|标准分)?\s*([0-9]{1,5}(?:\.[0-9]{1,2})?)\s*分\s*[)）]`)
	counted = regexp.MustCompile(`^([0-9]{1,2}(?:[.．][0-9]{1,3}){0,3})(?:[.．、\s]+|$)`)
	hanzi   = regexp.MustCompile(`^[（(]?[一二三四五六七八九十]{1,3}[)）]?[、.．\s]+`)
	subsums = regexp.MustCompile(`^(?:本?(?:类目|项目|要素)?小\s*计)`)
	sums    = regexp.MustCompile(`^(?:总\s*计|合\s*计|总\s*分)`)
)

// heading takes a number and stated points off a title: 1.2 职责（16分）.
func heading(s string) (code, title string, points scoring.Points, isStated bool) {
	if at := stated.FindStringSubmatch(s); at != nil {
		points, _ = scoring.ParsePoints(at[1])
		isStated = true
		s = strings.Replace(s, at[0], "", 1)
	}
	s = strings.TrimSpace(strings.ReplaceAll(s, "\n", ""))
	if at := counted.FindStringSubmatch(s); at != nil {
		code, s = strings.ReplaceAll(at[1], "．", "."), s[len(at[0]):]
	}
	return code, strings.TrimSpace(hanzi.ReplaceAllString(s, "")), points, isStated
}

func (t *tree) row(r sheet.Row) {
	v := r.Values
	if t.sum(r) {
		return
	}
	if t.declared == nil {
		t.declared = map[string]bool{}
	}
	if e := v["element"]; e != "" && e != t.element {
		t.element, t.sub, t.requirement = e, "", ""
		t.open(&t.out.Table.Elements, "", e, v["element_code"])
	}
	if len(t.out.Table.Elements) == 0 {
		t.trouble(r.Number, "element", errBranch)
		return
	}
	e := &t.out.Table.Elements[len(t.out.Table.Elements)-1]
	if s := v["sub"]; s != "" && s != t.sub {
		t.sub, t.requirement = s, ""
		t.open(&e.Children, e.Code+".", s, v["sub_code"])
	}
	if v["requirement"] == "" {
		if v["points"] != "" || v["method"] != "" || v["when"] != "" {
			t.trouble(r.Number, "requirement", errColumn.With("column", titleOf("requirement")))
		}
		return
	}
	if len(e.Children) == 0 {
		t.trouble(r.Number, "sub", errBranch)
		return
	}
	t.item(r, &e.Children[len(e.Children)-1])
}

// open begins a branch.
func (t *tree) open(list *[]scoring.Element, above, said, number string) {
	code, title, points, isStated := heading(said)
	if number != "" {
		code = number
	}
	if code == "" {
		code = above + strconv.Itoa(len(*list)+1)
	}
	*list = append(*list, scoring.Element{Code: code, Title: title, Points: points})
	if isStated {
		t.declared[code] = true
	}
}

// sum reads a row of a subtotal or the total.
func (t *tree) sum(r sheet.Row) bool {
	for _, column := range []string{"element", "sub", "code", "requirement"} {
		said := strings.TrimSpace(r.Values[column])
		switch all := &t.out.Table.Elements; {
		case sums.MatchString(said):
			t.out.Table.Total, t.total = t.points(r, "points"), true
			return true
		case subsums.MatchString(said) && len(*all) == 0:
			t.trouble(r.Number, column, errSubtotal)
			return true
		case subsums.MatchString(said):
			e := &(*all)[len(*all)-1]
			e.Points = t.points(r, "points")
			t.declared[e.Code] = true
			return true
		}
	}
	return false
}

func (t *tree) item(r sheet.Row, sub *scoring.Element) {
	v := r.Values
	if key := v["code"] + "\x00" + v["requirement"]; key != t.requirement || len(sub.Items) == 0 {
		t.requirement = key
		code, said := v["code"], v["requirement"]
		if at := counted.FindStringSubmatch(said); code == "" && at != nil && strings.Count(at[1], ".")+strings.Count(at[1], "．") > 0 {
			code, said = strings.ReplaceAll(at[1], "．", "."), said[len(at[0]):]
		}
		if code == "" {
			code = sub.Code + "." + strconv.Itoa(len(sub.Items)+1)
		}
		sub.Items = append(sub.Items, scoring.Item{
			Code: code, Requirement: said, Points: t.points(r, "points"), NAAllowed: t.yes(r, "na"), Evidence: v["evidence"], Source: v["source"],
			Deductions: []scoring.Deduction{},
		})
		t.method(r, &sub.Items[len(sub.Items)-1])
	}
	if it := &sub.Items[len(sub.Items)-1]; v["kind"] != "" || v["when"] != "" {
		it.Deductions = append(it.Deductions, t.rule(r, len(it.Deductions)))
	}
}

// method reads the 考评办法 of an item; clauses that are not understood are told.
func (t *tree) method(r sheet.Row, it *scoring.Item) {
	m := readMethod(r.Values["method"], it.Points)
	it.Deductions = append(it.Deductions, m.rules...)
	for _, clause := range m.unread {
		t.trouble(r.Number, "method", errMethod.With("text", clause).With("item", it.Code))
	}
	if len(m.where) > 0 && it.Evidence == "" {
		it.Evidence = strings.Join(m.where, "；")
	}
}

// rule reads a rule that stands in columns of its own.
func (t *tree) rule(r sheet.Row, n int) scoring.Deduction {
	v := r.Values
	d := scoring.Deduction{ID: v["rule"], When: v["when"], Per: v["per"], Cap: t.points(r, "cap"), Scope: t.word(r, "scope", scopeWords), If: t.comparisons(r, "if"), Once: v["once"]}
	if d.ID == "" {
		d.ID = ruleID(n)
	}
	if t.yes(r, "auto") {
		d.Auto = scoring.ItemExhausted
	}
	p := t.points(r, "amount")
	switch t.word(r, "kind", kindWords) {
	case "minus":
		d.Minus = p
	case "extra":
		d.Extra = p
	case "zero":
		d.Zero = true
	case "veto":
		d.Veto = true
	}
	if p <= 0 && !d.Zero && !d.Veto {
		t.trouble(r.Number, "amount", errPoints.With("text", v["amount"]))
	}
	return d
}

// finish gives the branches whose points the file does not state what their items come to.
func (t *tree) finish() {
	var all scoring.Points
	for i := range t.out.Table.Elements {
		e := &t.out.Table.Elements[i]
		var inner scoring.Points
		for j := range e.Children {
			s := &e.Children[j]
			if !t.declared[s.Code] {
				for k := range s.Items {
					s.Points += s.Items[k].Points
				}
			}
			inner += s.Points
		}
		if !t.declared[e.Code] {
			e.Points = inner
		}
		all += e.Points
	}
	if !t.total {
		t.out.Table.Total = all
	}
}
