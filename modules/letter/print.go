package letter

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"anbiao/kit/day"
	"anbiao/kit/doc"
)

// stamp is what the QR code of a printed page says: whose letter, which page of how many, of
// which year's round.
type stamp struct {
	letter   uuid.UUID
	page, of int
	year     int
}

const stampPrefix = "AB-L:"

// String writes a stamp, e.g. AB-L:AZrUe3mUcAKyqoQ3m1nq5w:1/2:2026.
func (s stamp) String() string {
	return fmt.Sprintf("%s%s:%d/%d:%d", stampPrefix, base64.RawURLEncoding.EncodeToString(s.letter[:]), s.page, s.of, s.year)
}

var stampForm = regexp.MustCompile(`^` + stampPrefix + `([A-Za-z0-9_-]{22}):([0-9]{1,3})/([0-9]{1,3}):([0-9]{4})$`)

// stampOf reads a stamp.
func stampOf(code string) (s stamp, ok bool) {
	m := stampForm.FindStringSubmatch(code)
	if m == nil {
		return s, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(m[1])
	if err != nil {
		return s, false
	}
	copy(s.letter[:], raw)
	s.page, _ = strconv.Atoi(m[2]) // digits, by the pattern
	s.of, _ = strconv.Atoi(m[3])
	s.year, _ = strconv.Atoi(m[4])
	return s, s.page >= 1 && s.page <= s.of && s.of <= maxPages
}

// maxPages is how long a letter may be.
const maxPages = 60

func isStamp(code string) bool { _, ok := stampOf(code); return ok }

// printed is a letter with the pictures of its signatures.
type printed struct {
	Letter
	signatures map[Side]Signature
	strokes    map[Side][]byte // JPEG
}

// Sizes of a printed page, in millimetres.
const (
	codeSide  = 24.0
	codeX     = 210 - 12 - codeSide
	codeY     = 8.0
	underCode = 22.0 // the flow begins below the code
)

// render prints letters, each beginning on a page of its own. It draws everything twice: how
// many pages a letter has must be known before its first code is printed.
func render(letters []printed, year int, made time.Time) ([]byte, error) {
	counts := make([]int, len(letters))
	draw(letters, year, made, counts) // once to count the pages
	return draw(letters, year, made, counts).Bytes()
}

// draw prints letters with the counts of pages it is given, and writes those it finds back.
func draw(letters []printed, year int, made time.Time, counts []int) *doc.Doc {
	d := doc.New(doc.Options{Title: fmt.Sprintf("安全生产责任书（%d 年度）", year), Footer: fmt.Sprintf("安全生产责任书 %d", year), Made: made})
	at, began := 0, 1
	d.OnPage(func(page int) {
		if at >= len(letters) {
			return
		}
		l := letters[at].Letter
		n := page - began + 1
		d.QRAt(stamp{l.PublicID, n, max(counts[at], n), year}.String(), codeX, codeY, codeSide)
		d.TextAt(15, 9, 8.5, fmt.Sprintf("%s　%s　第 %d 页，共 %d 页", l.Code(year), l.StaffName, n, max(counts[at], n)))
	})
	for i, l := range letters {
		if i > 0 {
			at, began = i, d.Page()+1
			d.Break()
		}
		d.Gap(underCode - 6)
		l.draw(d)
		counts[i] = d.Page() - began + 1
	}
	return d
}

// heading begins with a Chinese numeral.
var heading = regexp.MustCompile(`^[一二三四五六七八九十]+、`)

// draw prints the text as it was frozen, line by line, and the places of the two signatures.
func (l printed) draw(d *doc.Doc) {
	for i, line := range lines(l.Text) {
		switch {
		case i == 0:
			d.Title(line)
		case heading.MatchString(line):
			d.Heading(line)
		default:
			d.Para(line)
		}
		if d.Y() < codeY+codeSide { // beside the code of a new page
			d.Gap(codeY + codeSide - d.Y())
		}
	}
	const height = 42.0
	if d.Left() < height {
		d.Break()
		d.Gap(underCode)
	}
	d.Gap(3)
	y, w := d.Y(), d.Width()/2
	for i, side := range []Side{Superior, Subordinate} {
		x := 15 + float64(i)*w
		d.RectAt(x, y, w, 30)
		who := map[Side]string{Superior: "甲方（签名）：" + l.SuperiorName, Subordinate: "乙方（签名）：" + l.StaffName}[side]
		d.TextAt(x+2, y+2, 10, who)
		sig, signed := l.signatures[side]
		if !signed {
			d.TextAt(x+2, y+23, 10, "日期：　　　　年　　月　　日")
			continue
		}
		if picture := l.strokes[side]; len(picture) > 0 {
			d.ImageAt(picture, x+w/2, y+6, w/2-3, 16)
		}
		d.TextAt(x+2, y+19, 9, "时间："+sig.At.In(day.Shanghai).Format("2006-01-02 15:04:05"))
		d.TextAt(x+2, y+24.5, 6.5, "签名校验码："+hex.EncodeToString(sig.Hash)[:40])
	}
	d.Gap(32)
	d.Small("文本校验码（SHA-256）：" + strings.ToUpper(hex.EncodeToString(l.TextHash)))
}
