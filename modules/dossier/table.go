package dossier

import (
	"slices"

	"anbiao/kit/sheet"
	"anbiao/kit/text"
)

// shown is a table with the rows read, its columns chosen and its values in words.
func (t Table) shown(rows []sheet.Record, limit int, lang text.Lang) ShownTable {
	all := t.Columns()
	out := ShownTable{Key: t.Key, Path: t.Path, Row: t.Row, More: len(rows) > limit}
	var places []int
	for i, c := range all {
		if len(t.Keep) == 0 || slices.Contains(t.Keep, c.Key) {
			places = append(places, i)
			out.Columns = append(out.Columns, ShownColumn{c.Key, c.Title[lang]})
		}
	}
	for _, r := range rows[:min(limit, len(rows))] {
		one := sheet.Record{Key: r.Key}
		for _, i := range places {
			value := ""
			if i < len(r.Values) {
				value = said(all[i], r.Values[i], lang)
			}
			one.Values = append(one.Values, value)
		}
		out.Rows = append(out.Rows, one)
	}
	return out
}

// said is a value as a column says it.
func said(c sheet.Column, value string, lang text.Lang) string {
	for _, o := range c.Choices {
		if o.Value == value && o.Title[lang] != "" {
			return o.Title[lang]
		}
	}
	return value
}
