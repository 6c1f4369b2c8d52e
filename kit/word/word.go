// Package word makes short Word documents (.docx): headings, paragraphs and tables, as an issued
// form has them. It writes the parts that Office Open XML (ECMA-376) asks for and nothing else.
package word

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
)

// Doc is a document in the making: A4 across, in SimSun (宋体), the type of official forms.
type Doc struct {
	body    bytes.Buffer
	upright bool
}

// New starts a document.
func New() *Doc { return &Doc{} }

// NewUpright starts a document on A4 upright, as reports are.
func NewUpright() *Doc { return &Doc{upright: true} }

// Break begins a new page.
func (d *Doc) Break() { d.body.WriteString(`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`) }

// Centre is a line in the middle, of a cover.
func (d *Doc) Centre(s string) { d.para(s, 28, "center", false) }

// Title is the name of the document, large and centred.
func (d *Doc) Title(s string) { d.para(s, 36, "center", true) }

// Heading is the name of a part.
func (d *Doc) Heading(s string) { d.para(s, 24, "left", true) }

// Para is a paragraph; a new line in s begins a new one.
func (d *Doc) Para(s string) {
	for line := range strings.SplitSeq(s, "\n") {
		d.para(line, 21, "left", false)
	}
}

// Small is a remark in small type.
func (d *Doc) Small(s string) { d.para(s, 16, "left", false) }

// Table draws a heading and rows within borders, columns of equal width. Cells missing at the
// end of a row are empty.
func (d *Doc) Table(head []string, rows [][]string) { d.TableOf(make([]int, len(head)), head, rows) }

// TableOf is Table with the share of the width that each column takes; where all are 0 they are equal.
func (d *Doc) TableOf(shares []int, head []string, rows [][]string) {
	width := 14000 // twentieths of a point between the margins
	if d.upright {
		width = 9400
	}
	sum := 0
	for _, s := range shares {
		sum += s
	}
	widths := make([]string, len(shares))
	for i, s := range shares {
		each := width / max(1, len(shares))
		if sum > 0 {
			each = width * s / sum
		}
		widths[i] = strconv.Itoa(each)
	}
	d.body.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="` + strconv.Itoa(width) + `" w:type="dxa"/><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		d.body.WriteString(`<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="000000"/>`)
	}
	d.body.WriteString(`</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		d.body.WriteString(`<w:gridCol w:w="` + w + `"/>`)
	}
	d.body.WriteString(`</w:tblGrid>`)
	if len(head) > 0 {
		d.row(head, widths, true)
	}
	for _, r := range rows {
		d.row(r, widths, false)
	}
	d.body.WriteString(`</w:tbl>`)
	d.para("", 12, "left", false) // two tables must not touch: they would become one
}

func (d *Doc) row(cells, widths []string, head bool) {
	d.body.WriteString(`<w:tr>`)
	if head {
		d.body.WriteString(`<w:trPr><w:tblHeader/></w:trPr>`)
	}
	for i, width := range widths {
		text := ""
		if i < len(cells) {
			text = cells[i]
		}
		d.body.WriteString(`<w:tc><w:tcPr><w:tcW w:w="` + width + `" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>`)
		d.para(text, 21, "center", head)
		d.body.WriteString(`</w:tc>`)
	}
	d.body.WriteString(`</w:tr>`)
}

// para writes a paragraph in a type of so many half points.
func (d *Doc) para(s string, size int, align string, bold bool) {
	d.body.WriteString(`<w:p><w:pPr><w:jc w:val="` + align + `"/></w:pPr><w:r><w:rPr><w:rFonts w:ascii="SimSun" w:hAnsi="SimSun" w:eastAsia="宋体" w:cs="SimSun"/>`)
	if bold {
		d.body.WriteString(`<w:b/>`)
	}
	n := strconv.Itoa(size)
	d.body.WriteString(`<w:sz w:val="` + n + `"/><w:szCs w:val="` + n + `"/></w:rPr><w:t xml:space="preserve">`)
	_ = xml.EscapeText(&d.body, []byte(s)) // a buffer takes everything
	d.body.WriteString(`</w:t></w:r></w:p>`)
}

const (
	head  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	types = head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	rels = head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" ` +
		`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`
	opening = head + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`
	across  = `<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>`
	along   = `<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>`
	closing = `<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr></w:body></w:document>`
)

// Write writes the file.
func (d *Doc) Write(w io.Writer) error {
	z := zip.NewWriter(w)
	section := across
	if d.upright {
		section = along
	}
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", types}, {"_rels/.rels", rels}, {"word/document.xml", opening + d.body.String() + section + closing},
	} {
		f, err := z.Create(part.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, part.text); err != nil {
			return err
		}
	}
	return z.Close()
}

// Bytes is the file.
func (d *Doc) Bytes() ([]byte, error) {
	var b bytes.Buffer
	err := d.Write(&b)
	return b.Bytes(), err
}
