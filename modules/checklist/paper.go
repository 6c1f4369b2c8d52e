package checklist

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"anbiao/kit/day"
	"anbiao/kit/doc"
	"anbiao/kit/sheet"
	"anbiao/kit/text"
)

// Paper is a version of a standard, ready to be printed or written as a workbook.
type Paper struct {
	Company  string
	Standard Standard
	Items    []Asked
	Posts    map[string]string // post types with their Chinese names
}

func say(l text.Lang, key string) string { return text.Say(l, "checklist.paper."+key, nil) }

// name is what the document is called, e.g. in a file name.
func (p Paper) name(l text.Lang) string {
	return text.Say(l, "checklist.paper.name", map[string]string{"company": p.Company, "version": strconv.Itoa(p.Standard.Version)})
}

// PDF prints the standard: a cover, the items module by module, and what the company does not
// ask, with its reasons, as an annex.
func (p Paper) PDF(l text.Lang) ([]byte, error) {
	d := doc.New(doc.Options{Landscape: true, Title: p.name(l), Footer: p.name(l), Made: p.Standard.PublishedAt})
	p.cover(d, l)
	var off [][]string
	for _, group := range p.groups() {
		rows := [][]string{}
		for _, a := range group {
			if a.Disabled != "" {
				off = append(off, []string{a.Code, a.ModuleName, a.Requirement, a.Disabled})
				continue
			}
			rows = append(rows, p.line(a, l))
		}
		if len(rows) > 0 {
			d.Heading(p.heading(group[0], l))
			d.Table(p.columns(l), rows)
		}
	}
	if len(off) > 0 {
		d.Heading(say(l, "annex"))
		d.Table([]doc.Column{
			{Title: say(l, "code"), Width: 20}, {Title: say(l, "module"), Width: 45}, {Title: say(l, "requirement")}, {Title: say(l, "disabled"), Width: 70},
		}, off)
	}
	d.Gap(4)
	d.Para(say(l, "sign"))
	return d.Bytes()
}

func (p Paper) cover(d *doc.Doc, l text.Lang) {
	majors, off := 0, 0
	for _, a := range p.Items {
		switch {
		case a.Disabled != "":
			off++
		case a.Level == Major:
			majors++
		}
	}
	st := p.Standard
	d.Gap(30)
	d.Title(p.Company)
	d.Title(say(l, "title"))
	d.Gap(10)
	d.Fields([][2]string{
		{say(l, "version"), "V" + strconv.Itoa(st.Version)},
		{say(l, "library"), st.LibraryVersion},
		{say(l, "by"), st.PublishedName},
		{say(l, "at"), day.In(st.PublishedAt, day.Shanghai).String()},
		{say(l, "items"), strconv.Itoa(st.Items)},
		{say(l, "majors"), strconv.Itoa(majors)},
		{say(l, "own"), strconv.Itoa(len(st.Document.V.Own))},
		{say(l, "off"), strconv.Itoa(off)},
	})
	d.Small(say(l, "legend"))
	d.Break()
}

// groups are the items of one module, or of one group of own items, each.
func (p Paper) groups() (out [][]Asked) {
	for _, a := range p.Items {
		if n := len(out); n > 0 && out[n-1][0].Module == a.Module && out[n-1][0].ModuleName == a.ModuleName {
			out[n-1] = append(out[n-1], a)
			continue
		}
		out = append(out, []Asked{a})
	}
	return out
}

func (Paper) heading(a Asked, l text.Lang) string {
	name := a.ModuleName
	if name == "" {
		name = say(l, "own")
	}
	return strings.TrimSpace(strings.TrimPrefix(a.Module, own) + " " + name)
}

func (Paper) columns(l text.Lang) []doc.Column {
	return []doc.Column{
		{Title: say(l, "code"), Width: 18},
		{Title: say(l, "requirement")},
		{Title: say(l, "level"), Width: 13, Align: "C"},
		{Title: say(l, "basis"), Width: 55},
		{Title: say(l, "method"), Width: 34},
		{Title: say(l, "frequency"), Width: 15, Align: "C"},
		{Title: say(l, "posts"), Width: 30},
		{Title: say(l, "limit"), Width: 24},
		{Title: say(l, "photo"), Width: 16, Align: "C"},
	}
}

func (p Paper) line(a Asked, l text.Lang) []string {
	return []string{
		a.Code, p.words(a, l), say(l, "level."+string(a.Level)), basisText(a), a.Method, say(l, "frequency."+a.Frequency), p.postNames(a.Posts), a.Limit.String(),
		say(l, "photo."+string(a.photo())),
	}
}

// words are the requirement, and where the company put it in its own, the library's too.
func (Paper) words(a Asked, l text.Lang) string {
	switch {
	case a.Original != "":
		return a.Requirement + "\n" + text.Say(l, "checklist.paper.original", map[string]string{"text": a.Original, "why": a.Why})
	case a.Raised && a.Why != "":
		return a.Requirement + "\n" + text.Say(l, "checklist.paper.raised", map[string]string{"why": a.Why})
	}
	return a.Requirement
}

func (p Paper) postNames(types []string) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = p.Posts[t]
	}
	return strings.Join(names, "、")
}

// photo sums up when an item needs a photo.
func (a Asked) photo() PhotoWhen {
	switch {
	case a.PhotoAlways:
		return PhotoAlways
	case a.MustPhoto:
		return PhotoOnFail
	}
	return PhotoNever
}

func basisText(a Asked) string {
	var parts []string
	for _, c := range slices.Concat(a.Basis, a.MajorBasis) {
		if one := c.Ref + c.Clause; !slices.Contains(parts, one) {
			parts = append(parts, one)
		}
	}
	return strings.Join(parts, "；")
}

// String is the range as people write it, e.g. 接地电阻 ≤4Ω; empty without one.
func (m *Limit) String() string {
	if m == nil {
		return ""
	}
	bounds := m.Min + "～" + m.Max
	switch {
	case m.Min == "":
		bounds = "≤" + m.Max
	case m.Max == "":
		bounds = "≥" + m.Min
	}
	return strings.TrimSpace(m.What + " " + bounds + m.Unit)
}

// Excel writes the standard as a list, in the screen's columns.
func (p Paper) Excel(l text.Lang) ([]byte, error) {
	var b bytes.Buffer
	err := sheet.Export(&b, PaperColumns(), func(yield func(sheet.Record, error) bool) {
		for _, a := range p.Items {
			if !yield(p.record(a), nil) {
				return
			}
		}
	}, l)
	return b.Bytes(), err
}

func (p Paper) record(a Asked) sheet.Record {
	return sheet.Record{Key: a.Code, Values: []string{
		a.Code, a.ModuleName, a.Requirement, a.Method, a.Frequency, string(a.Level), a.Limit.String(), string(a.photo()), basisText(a), p.postNames(a.Posts),
		strings.Join(a.Phrases, "、"), a.Disabled,
	}}
}
