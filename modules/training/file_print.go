package training

import (
	"strconv"

	"anbiao/kit/doc"
)

// draw prints a file: who, posts, cards, hours by year, training, exams, certificates.
func (f File) draw(d *doc.Doc) {
	d.Title(paperSay("file", nil))
	d.Small(f.Company)
	d.Fields([][2]string{
		{paperSay("name", nil), f.Name},
		{paperSay("employee-no", nil), f.EmployeeNo},
		{paperSay("unit", nil), f.UnitName},
		{paperSay("post", nil), f.PostName},
		{paperSay("joined-on", nil), dayText(f.JoinedOn)},
		{paperSay("left-on", nil), dayText(f.LeftOn)},
	})
	f.table(d, "cards", []string{"reason", "opened-on", "sum", "score", "completed-on", "state"}, len(f.Cards), func(i int) []string {
		c := f.Cards[i]
		return []string{paperSay("reason-"+c.Reason, nil), c.OpenedOn.String(), hoursText(c.Minutes) + "/" + hoursText(c.RequiredMinutes), number(c.ExamScore), dayText(c.CompletedOn), paperSay("state-"+c.State, nil)}
	})
	f.table(d, "sums", []string{"year", "phase", "sum"}, len(f.Sums), func(i int) []string {
		s := f.Sums[i]
		return []string{strconv.Itoa(s.Year), paperSay("phase-"+s.Phase, nil), hoursText(s.Minutes)}
	})
	f.table(d, "records", []string{"day", "title", "phase", "sum", "trainer-name", "score"}, len(f.Records), func(i int) []string {
		r := f.Records[i]
		return []string{r.HeldOn.String(), r.Title, paperSay("phase-"+r.Phase, nil), hoursText(r.Minutes), r.Trainer, number(r.Score)}
	})
	f.table(d, "exams", []string{"day", "title", "try", "score", "state"}, len(f.Exams), func(i int) []string {
		e := f.Exams[i]
		outcome := "failed"
		if e.Passed {
			outcome = "passed"
		}
		return []string{e.On.String(), e.Title, strconv.Itoa(e.TryNo), strconv.Itoa(e.Score), paperSay("exam-"+outcome, nil)}
	})
	f.table(d, "certificates", []string{"title", "cert-number", "from-on", "until-on", "state"}, len(f.Certificates), func(i int) []string {
		c := f.Certificates[i]
		return []string{c.Title, c.Number, dayText(c.FromOn), dayText(c.UntilOn), c.Status}
	})
	f.table(d, "moves", []string{"unit", "post", "from-on", "until-on"}, len(f.Moves), func(i int) []string {
		m := f.Moves[i]
		return []string{m.UnitName, m.PostName, dayText(m.FromOn), dayText(m.UntilOn)}
	})
	d.Small(paperSay("file-keep", nil))
}

func number(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

// table prints one part; a part without rows says so.
func (File) table(d *doc.Doc, part string, columns []string, n int, row func(int) []string) {
	d.Heading(paperSay("part-"+part, nil))
	if n == 0 {
		d.Small(paperSay("none", nil))
		return
	}
	heads := make([]doc.Column, len(columns))
	for i, c := range columns {
		heads[i] = doc.Column{Title: paperSay(c, nil)}
	}
	rows := make([][]string, n)
	for i := range rows {
		rows[i] = row(i)
	}
	d.Table(heads, rows)
}
