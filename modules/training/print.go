package training

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/doc"
	"anbiao/kit/text"
)

// printed is a session with what its papers show.
type printed struct {
	Sheet
	firm    string
	strokes map[int64][]byte // pictures of signatures, by attachment
	lang    text.Lang
	made    time.Time
}

func (p printed) say(key string) string { return say(p.lang, "print-"+key) }

func (p printed) head(d *doc.Doc, title string) {
	d.Title(p.say(title))
	d.Fields([][2]string{
		{p.say("firm"), p.firm},
		{p.say("title"), p.Title},
		{p.say("kind"), say(p.lang, "kind-"+p.Kind)},
		{p.say("time"), fmt.Sprintf("%s %s—%s", p.HeldOn, clockText(p.Starts), clockText(int16((int(p.Starts)+p.Minutes)%1440)))},
		{p.say("hours"), hoursText(p.Minutes)},
		{p.say("place"), p.Place},
		{p.say("trainer"), p.Trainer},
		{p.say("level"), p.levelName()},
	})
	d.Gap(2)
}

func (p printed) levelName() string {
	if p.Level == "" {
		return "—"
	}
	return say(p.lang, "level-"+p.Level)
}

// blankRows is how many empty lines a sheet for signing has beside those expected.
const blankRows = 8

// signIn is the sheet that people sign on paper (签到表), with the code for those who have a phone.
func (p printed) signIn() ([]byte, error) {
	d := doc.New(doc.Options{Title: p.say("sheet"), Footer: p.firm + "  " + p.Title, Made: p.made})
	const side = 24.0
	d.OnPage(func(page int) {
		if page == 1 && p.Now {
			d.QRAt(p.Link, 210-12-side, 8, side)
		}
	})
	p.head(d, "sheet")
	columns := []doc.Column{
		{Title: p.say("no"), Width: 10, Align: "C"},
		{Title: p.say("name"), Width: 24},
		{Title: p.say("unit"), Width: 30},
		{Title: p.say("sign")},
		{Title: p.say("no"), Width: 10, Align: "C"},
		{Title: p.say("name"), Width: 24},
		{Title: p.say("unit"), Width: 30},
		{Title: p.say("sign")},
	}
	var names [][2]string
	for _, a := range p.Attendance {
		if a.How != notThere {
			names = append(names, [2]string{a.StaffName, a.UnitName})
		}
	}
	for _, w := range p.Waiting {
		names = append(names, [2]string{w.Name, w.UnitName})
	}
	for range blankRows {
		names = append(names, [2]string{})
	}
	var rows [][]string
	for i := 0; i < len(names); i += 2 {
		row := []string{strconv.Itoa(i + 1), names[i][0], names[i][1], "\n\n", "", "", "", ""}
		if i+1 < len(names) {
			row[4], row[5], row[6] = strconv.Itoa(i+2), names[i+1][0], names[i+1][1]
		}
		rows = append(rows, row)
	}
	d.Table(columns, rows)
	d.Gap(3)
	d.Small(p.say("sheet-note"))
	return d.Bytes()
}

// record is the record of a session (培训记录表): content, people, results, what they thought of it.
func (p printed) record() ([]byte, error) {
	d := doc.New(doc.Options{Title: p.say("record"), Footer: p.firm + "  " + p.Title, Made: p.made})
	p.head(d, "record")
	if p.Outline != "" {
		d.Heading(p.say("content"))
		for _, line := range strings.Split(p.Outline, "\n") {
			d.Para(line)
		}
	}
	d.Heading(fmt.Sprintf(p.say("people"), p.Expected, p.Attended))
	d.Table([]doc.Column{
		{Title: p.say("no"), Width: 10, Align: "C"},
		{Title: p.say("name"), Width: 24},
		{Title: p.say("unit")},
		{Title: p.say("post")},
		{Title: p.say("how"), Width: 22},
		{Title: p.say("hours"), Width: 14, Align: "R"},
		{Title: p.say("score"), Width: 14, Align: "R"},
		{Title: p.say("passed"), Width: 18},
	}, p.lines())
	p.signatures(d)
	p.effect(d)
	d.Gap(4)
	d.Fields([][2]string{{p.say("trainer-sign"), ""}, {p.say("recorder"), p.ClosedByName}, {p.say("checked-by"), ""}, {p.say("printed-on"), day.In(p.made, day.Shanghai).String()}})
	return d.Bytes()
}

func (p printed) lines() (rows [][]string) {
	for i, a := range p.Attendance {
		score, passed := "", ""
		if a.Score != nil {
			score = strconv.Itoa(int(*a.Score))
		}
		if a.Passed != nil {
			passed = say(p.lang, map[bool]string{true: "passed", false: "failed"}[*a.Passed])
		}
		rows = append(rows, []string{strconv.Itoa(i + 1), a.StaffName, a.UnitName, a.PostName, say(p.lang, "how-"+a.How), hoursText(a.Minutes), score, passed})
	}
	return rows
}

// signatures draws the strokes of those who signed on a phone, four beside one another.
func (p printed) signatures(d *doc.Doc) {
	const height, beside = 18.0, 4
	w := d.Width() / beside
	n := 0
	y := 0.0
	for _, a := range p.Attendance {
		picture := p.strokes[int64(value(a.SignatureID))]
		if len(picture) == 0 {
			continue
		}
		if n == 0 {
			d.Heading(p.say("signatures"))
		}
		if n%beside == 0 {
			if n > 0 {
				d.Gap(height)
			}
			if d.Left() < height+4 {
				d.Break()
			}
			y = d.Y()
		}
		x := 15 + float64(n%beside)*w
		d.RectAt(x, y, w, height)
		d.TextAt(x+1, y+1, 8, a.StaffName)
		d.ImageAt(picture, x+2, y+5, w-4, height-6)
		n++
	}
	if n > 0 {
		d.Gap(height + 2)
	}
}

// effect is what people and the trainer say of the session.
func (p printed) effect(d *doc.Doc) {
	sum, n := 0, 0
	var remarks []string
	for _, a := range p.Attendance {
		if a.Rating != nil {
			sum, n = sum+int(*a.Rating), n+1
			if a.Remark != "" && len(remarks) < 10 {
				remarks = append(remarks, a.Remark)
			}
		}
	}
	d.Heading(p.say("effect"))
	if n > 0 {
		d.Para(fmt.Sprintf(p.say("rated"), n, sum/n, sum*10/n%10))
	}
	for _, r := range remarks {
		d.Para("· " + r)
	}
	if p.Summary == "" {
		d.Para(p.say("no-summary"))
		return
	}
	d.Para(p.say("summary") + "：" + p.Summary)
}
