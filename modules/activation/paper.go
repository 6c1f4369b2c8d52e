package activation

import (
	"unicode/utf8"

	"anbiao/kit/doc"
	"anbiao/kit/text"
)

// printed is a slip with the secrets that only the paper holds.
type printed struct {
	chosen
	token, typed string
}

// paper is the print of an order: four slips on a sheet of A4, to be cut apart.
type paper struct {
	doc   *doc.Doc
	batch Batch
	base  string
	n     int
}

// Measures of a slip, in millimetres.
const (
	perSheet = 4
	slipWide = 186.0
	slipHigh = 66.0
	qrSize   = 40.0
)

func newPaper(b Batch, base string) *paper {
	p := &paper{batch: b, base: base}
	p.doc = doc.New(doc.Options{Title: p.say("activation.paper.title", nil), Made: b.CreatedAt})
	return p
}

func (p *paper) say(key string, params map[string]string) string {
	return text.Say(p.batch.Lang, key, params)
}

// add prints one slip below the last.
func (p *paper) add(s printed) {
	if p.n > 0 && p.n%perSheet == 0 {
		p.doc.Break()
	}
	x, y := 12.0, 10+float64(p.n%perSheet)*(slipHigh+2)
	p.n++
	d := p.doc
	d.RectAt(x, y, slipWide, slipHigh)
	d.TextAt(x+4, y+3, 13, p.say("activation.paper.title", nil))
	d.TextAt(x+4, y+11, fit(s.Name), s.Name)
	number := s.USCC
	if number == "" {
		number = p.say("activation.paper.temporary", map[string]string{"n": s.CompanyID.String()})
	}
	d.TextAt(x+4, y+19, 9, p.say("activation.paper.number", map[string]string{"number": number}))
	steps := p.say("activation.paper.steps", nil)
	d.BoxAt(x+4, y+26, slipWide-qrSize-16, 9.5, steps)
	d.TextAt(x+4, y+slipHigh-15, 9, p.say("activation.paper.typed", map[string]string{"address": p.base + "/field/activate"}))
	d.TextAt(x+4, y+slipHigh-9, 13, shown(s.typed))
	d.TextAt(x+44, y+slipHigh-8, 8.5, p.say("activation.paper.until", map[string]string{"day": p.batch.ValidUntil.String(), "maker": p.batch.MadeByName}))
	d.QRAt(p.base+"/field/activate/"+s.token, x+slipWide-qrSize-5, y+6, qrSize)
	d.TextAt(x+slipWide-qrSize-2, y+qrSize+9, 9, p.say("activation.paper.scan", nil))
}

// fit is the type size at which a name fits beside the QR code.
func fit(name string) float64 {
	n := utf8.RuneCountInString(name)
	return min(15, max(7, 15*25/float64(max(n, 1))))
}

// file is the finished print.
func (p *paper) file() ([]byte, error) {
	if p.n == 0 {
		p.doc.Para(p.say("activation.paper.nobody", nil))
	}
	return p.doc.Bytes()
}
