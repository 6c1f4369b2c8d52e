package reward

import (
	"fmt"
	"io"
	"strconv"

	"anbiao/kit/doc"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
)

// printer writes pay lists in one language.
type printer struct{ lang text.Lang }

func (p printer) say(key string) string { return text.Say(p.lang, "reward.print-"+key, nil) }

// list is the pay list (奖励发放表), A4 upright: each person signs for what he gets.
func (p printer) list(s Sheet) ([]byte, error) {
	d := doc.New(doc.Options{Title: p.say("list"), Footer: s.Firm, Made: s.MadeAt})
	d.Title(s.Firm)
	d.Title(fmt.Sprintf("%s %s", monthKey(s.MonthOn), p.say("list")))
	d.Small(p.say("basis"))
	rows := make([][]string, 0, len(s.Lines)+1)
	for i, l := range s.Lines {
		rows = append(rows, []string{strconv.Itoa(i + 1), l.UnitName, l.Name, l.Numbers, strconv.Itoa(l.Rewards), l.AmountFen.Yuan(), ""})
	}
	rows = append(rows, []string{"", p.say("total"), strconv.Itoa(s.People), "", strconv.Itoa(s.Rewards), s.TotalFen.Yuan(), ""})
	d.Table([]doc.Column{
		{Title: p.say("n"), Width: 10, Align: "C"},
		{Title: p.say("unit"), Width: 30},
		{Title: p.say("name"), Width: 22},
		{Title: p.say("hazards")},
		{Title: p.say("count"), Width: 14, Align: "C"},
		{Title: p.say("amount"), Width: 24, Align: "R"},
		{Title: p.say("sign"), Width: 32},
	}, rows)
	d.Gap(4)
	paid := ""
	if !s.PaidOn.IsZero() {
		paid = s.PaidOn.String() + " " + p.say("method-"+s.Method)
	}
	d.Fields([][2]string{{p.say("made-by"), s.MadeByName}, {p.say("approved-by"), s.ApprovedByName}, {p.say("paid-by"), s.PaidByName}, {p.say("paid-on"), paid}})
	return d.Bytes()
}

// excel is the same list as an Excel file; sums are numbers in yuan.
func (p printer) excel(w io.Writer, s Sheet) error {
	both := func(key string) map[text.Lang]string {
		return map[text.Lang]string{text.Chinese: text.Say(text.Chinese, "reward.print-"+key, nil), text.English: text.Say(text.English, "reward.print-"+key, nil)}
	}
	columns := []sheet.Column{
		{Key: "unit", Title: both("unit"), Kind: sheet.Text, Width: 20},
		{Key: "name", Title: both("name"), Kind: sheet.Text, Width: 14},
		{Key: "hazards", Title: both("hazards"), Kind: sheet.Text, Width: 40},
		{Key: "count", Title: both("count"), Kind: sheet.Int, Width: 10},
		{Key: "amount", Title: both("amount"), Kind: sheet.Decimal, Width: 14},
		{Key: "sign", Title: both("sign"), Kind: sheet.Text, Width: 20},
	}
	return sheet.Export(w, columns, func(yield func(sheet.Record, error) bool) {
		for i, l := range s.Lines {
			record := sheet.Record{Key: strconv.Itoa(i + 1), Values: []string{l.UnitName, l.Name, l.Numbers, strconv.Itoa(l.Rewards), l.AmountFen.Yuan(), ""}}
			if !yield(record, nil) {
				return
			}
		}
	}, p.lang)
}
