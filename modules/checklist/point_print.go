package checklist

import (
	"fmt"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/doc"
)

// Layout is a sheet of labels as it is sold: A4, lengths in millimetres.
type Layout struct {
	Code    string  `json:"code" doc:"columns and rows, e.g. 3x8"`
	Columns int     `json:"columns"`
	Rows    int     `json:"rows"`
	Width   float64 `json:"width" doc:"of a label"`
	Height  float64 `json:"height"`
	Left    float64 `json:"left" doc:"margin of the sheet"`
	Top     float64 `json:"top"`
	GapX    float64 `json:"gapX" doc:"between labels"`
	GapY    float64 `json:"gapY"`
}

// Layouts are common sheets, from small labels to door signs.
var Layouts = []Layout{
	{"3x8", 3, 8, 70, 37, 0, 0.5, 0, 0},
	{"3x7", 3, 7, 63.5, 38.1, 7.25, 15.15, 2.5, 0},
	{"2x7", 2, 7, 99.1, 38.1, 4.65, 15.15, 2.5, 0},
	{"2x5", 2, 5, 105, 57, 0, 6, 0, 0},
	{"2x4", 2, 4, 105, 74, 0, 0.5, 0, 0},
	{"2x2", 2, 2, 105, 148.5, 0, 0, 0, 0},
	{"1x2", 1, 2, 210, 148.5, 0, 0, 0, 0},
}

func layout(code string) (Layout, bool) {
	for _, l := range Layouts {
		if l.Code == code {
			return l, true
		}
	}
	return Layout{}, false
}

// atmospheres are the words on labels and cards.
var atmospheres = map[Atmosphere]string{Dust: "粉尘", Paint: "涂装", Gas: "可燃气体"}

// danger is the line about the atmosphere of a point; empty where it has none.
func (p Point) danger() string {
	if p.Explosive == NoAtmosphere {
		return ""
	}
	return "爆炸危险区域（" + atmospheres[p.Explosive] + "），禁止携带手机"
}

// fit shortens s to what a box of some width and lines takes, in type of points.
func fit(s string, width, points float64, lines int) string {
	room := int(width/(points*0.36)) * lines * 2 // in halves of a Chinese character
	used := 0
	for i, r := range s {
		used += 2
		if r < 0x2000 {
			used--
		}
		if used > room {
			return strings.TrimRight(s[:i], " ") + "…"
		}
	}
	return s
}

// labels draws points on sheets; first is the label of the first sheet to begin with, from 0.
func labels(points []Point, l Layout, first int, url func(Point) string, made time.Time) ([]byte, error) {
	d := doc.New(doc.Options{Size: "A4", Title: "检查点标签", Made: made, Bare: true})
	for i, p := range points {
		at := (first + i) % (l.Columns * l.Rows)
		if at == 0 && i > 0 {
			d.Break()
		}
		x := l.Left + float64(at%l.Columns)*(l.Width+l.GapX)
		y := l.Top + float64(at/l.Columns)*(l.Height+l.GapY)
		label1(d, p, x, y, l, url(p))
	}
	return d.Bytes()
}

// label1 draws one label: the code on the left, beside it the number that is typed in when
// the code is damaged, the name and the place.
func label1(d *doc.Doc, p Point, x, y float64, l Layout, url string) {
	const pad = 2.5
	side := min(l.Height-2*pad, l.Width*0.46)
	if l.Height > l.Width { // a door sign: the code above
		side = l.Width - 8*pad
		d.QRAt(url, x+(l.Width-side)/2, y+pad, side)
		x, y, l.Height = x+2*pad, y+side+pad, l.Height-side-pad
		l.Width -= 4 * pad
	} else {
		d.QRAt(url, x+pad, y+(l.Height-side)/2, side)
		x, l.Width = x+side+pad+1, l.Width-side-2*pad-1
		y += pad
	}
	scale := min(2.2, max(1, l.Height/38))
	number, name, small := 13*scale, 9.5*scale, 7*scale
	d.TextAt(x, y, number, fmt.Sprintf("%04d", p.Number))
	y += number * 0.5
	y += d.BoxAt(x, y, l.Width, name, fit(p.Name, l.Width, name, 2)) + 0.6
	if p.Place != "" {
		y += d.BoxAt(x, y, l.Width, small, fit(p.Place, l.Width, small, 2)) + 0.6
	}
	if said := p.danger(); said != "" {
		d.BoxAt(x, y, l.Width, small, fit(said, l.Width, small, 2))
	}
}

// card draws the printed check card (检查卡) of a point where nobody takes a phone.
func card(f Form, firm, url string, made time.Time) ([]byte, error) {
	p := f.Point
	d := doc.New(doc.Options{Size: "A4", Title: "安全检查卡 " + p.Name, Made: made, Footer: fmt.Sprintf("%s　检查点 %04d　标准第 %d 版", firm, p.Number, f.Version)})
	const side = 26.0
	d.QRAt(url, 15+d.Width()-side, 12, side)
	d.Title("安全检查卡")
	d.Para(firm)
	d.Gap(max(0, 12+side-d.Y()))
	d.Fields([][2]string{{"检查点", p.Name}, {"编号", fmt.Sprintf("%04d", p.Number)}, {"位置", p.Place}, {"标准版本", fmt.Sprintf("第 %d 版", f.Version)}})
	d.Para(p.danger() + "。离开危险区域后再用手机填报，或由他人按本卡补录；不要求拍照和定位。")
	rows := make([][]string, len(f.Items))
	for i, a := range f.Items {
		asked := a.Requirement
		if a.Level == Major {
			asked = "【重大】" + asked
		}
		value := ""
		if a.Limit != nil {
			value = a.Limit.words()
		}
		rows[i] = []string{a.Code, asked, "□", "□", "□", value, ""}
	}
	d.Table([]doc.Column{
		{Title: "编号", Width: 17},
		{Title: "检查内容"},
		{Title: "合格", Width: 11, Align: "C"},
		{Title: "不合格", Width: 14, Align: "C"},
		{Title: "不涉及", Width: 14, Align: "C"},
		{Title: "限值/测量值", Width: 24},
		{Title: "问题或理由", Width: 36},
	}, rows)
	if d.Left() < 26 {
		d.Break()
	}
	d.Gap(6)
	d.Para("检查日期：　　　　年　　月　　日　　开始时间：　　　时　　　分　　结束时间：　　　时　　　分")
	d.Gap(4)
	d.Para("检查人（签名）：　　　　　　　　　　　　　补录人（签名）：")
	return d.Bytes()
}

// words writes l as people read it.
func (l Limit) words() string {
	switch {
	case l.Min != "" && l.Max != "":
		return l.Min + "–" + l.Max + " " + l.Unit
	case l.Min != "":
		return "≥" + l.Min + " " + l.Unit
	case l.Max != "":
		return "≤" + l.Max + " " + l.Unit
	}
	return l.Unit
}

// printedOn is the day in the name of a file.
func printedOn(t time.Time) string { return day.In(t, day.Shanghai).String() }
