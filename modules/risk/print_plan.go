package risk

import (
	"math"

	"anbiao/kit/doc"
)

// Sizes of a printed plan, millimetres.
const (
	planHead   = 14.0
	planLegend = 16.0
	planMargin = 12.0
)

// plan is a four-colour plan on one sheet across: the picture with its areas, legend and north.
func (p printer) plan(one Drawn, picture []byte, size string) ([]byte, error) {
	d := doc.New(doc.Options{Size: size, Landscape: true, Title: p.say("plan") + " " + one.Name, Footer: p.firm, Made: p.made})
	w, h := d.Size()
	d.CentreAt(w/2, planMargin+planHead/2, 18, joined(p.firm, p.say("plan"), one.Name))
	x, y := planMargin, planMargin+planHead
	boxW, boxH := w-2*planMargin, h-y-planLegend-2*planMargin
	scale := min(boxW/float64(one.Width), boxH/float64(one.Height))
	pw, ph := float64(one.Width)*scale, float64(one.Height)*scale
	x, y = x+(boxW-pw)/2, y+(boxH-ph)/2
	d.ImageAt(picture, x, y, pw, ph)
	for _, a := range one.Areas.V {
		u, ok := one.Units[a.RiskUnitID]
		if !ok {
			continue // out of use since
		}
		points := make([][2]float64, len(a.Points))
		var cx, cy float64
		for i, c := range a.Points {
			points[i] = [2]float64{x + pw*float64(c[0])/10_000, y + ph*float64(c[1])/10_000}
			cx, cy = cx+points[i][0]/float64(len(points)), cy+points[i][1]/float64(len(points))
		}
		d.ShapeAt(points, p.colour(u.Top()), 0.55)
		d.CentreAt(cx, cy, 9, u.Name)
	}
	north(d, x+pw-10, y+16, float64(one.North))
	p.legend(d, h-planMargin-planLegend)
	return d.Bytes()
}

// legend draws what the colours mean.
func (p printer) legend(d *doc.Doc, y float64) {
	w, _ := d.Size()
	cell := min((w-2*planMargin-60)/float64(len(p.rules.Levels)), 60)
	for i, l := range p.rules.Levels {
		x := planMargin + float64(i)*cell
		d.FillAt(x, y+2, 10, 6, doc.Hex(l.Hex))
		d.TextAt(x+11, y+2.2, 10.5, p.level(l.ID))
	}
	d.TextAt(w-planMargin-62, y+2.2, 9, p.say("made", "day", p.on.String(), "version", p.rules.Version))
}

// north draws an arrow that points north, degrees clockwise from up.
func north(d *doc.Doc, x, y, degrees float64) {
	turn := func(dx, dy float64) [2]float64 {
		a := degrees * math.Pi / 180
		return [2]float64{x + dx*math.Cos(a) - dy*math.Sin(a), y + dx*math.Sin(a) + dy*math.Cos(a)}
	}
	d.ShapeAt([][2]float64{turn(0, -8), turn(3.5, 5), turn(0, 2.5), turn(-3.5, 5)}, doc.Colour{R: 0x20, G: 0x20, B: 0x20}, 1)
	at := turn(0, -11)
	d.CentreAt(at[0], at[1], 11, "N")
}
