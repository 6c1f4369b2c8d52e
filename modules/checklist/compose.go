package checklist

import (
	"slices"
	"strconv"
	"strings"
)

// Document is a standard's content. It names items by code; the texts are those of the
// pinned library version, which never changes, and of the company's own items.
type Document struct {
	Library  string     `json:"library" doc:"library version the texts come from"`
	Tags     []string   `json:"tags" nullable:"false" doc:"the company's tags when it was composed"`
	Modules  []string   `json:"modules" nullable:"false" doc:"module codes in library order"`
	Disabled []Disabled `json:"disabled" nullable:"false"`
	Own      []OwnItem  `json:"own" nullable:"false"`
	Photos   PhotoRule  `json:"photos" enum:"failed,major,none"`
}

// Disabled is an item that a company does not ask, and why.
type Disabled struct {
	Code   string `json:"code" pattern:"^[A-Z0-9]{2,6}-[0-9]{2,3}$" maxLength:"12"`
	Reason string `json:"reason" minLength:"1" maxLength:"300"`
}

// OwnItem is an item a company adds to its standard.
type OwnItem struct {
	Code        string `json:"code" pattern:"^OWN-[0-9]{2,3}$" maxLength:"8"`
	Requirement string `json:"requirement" minLength:"2" maxLength:"500"`
	Method      string `json:"method" required:"false" maxLength:"300"`
	Frequency   string `json:"frequency" enum:"per_shift,daily,weekly,monthly,quarterly,half_yearly,yearly,event,per_use"`
}

// PhotoRule says which failed items need a photo.
type PhotoRule string

// Photo rules. Items of management modules, which are about papers, need none under
// PhotoFailed unless they are major.
const (
	PhotoFailed PhotoRule = "failed"
	PhotoMajor  PhotoRule = "major"
	PhotoNone   PhotoRule = "none"
)

// Draft is what a company decides about its standard; the rest follows from its tags.
type Draft struct {
	BasedOn  int        `json:"basedOn" minimum:"0" doc:"version number the draft was made from, 0 if there is none yet"`
	Disabled []Disabled `json:"disabled" required:"false" nullable:"false" maxItems:"300"`
	Own      []OwnItem  `json:"own" required:"false" nullable:"false" maxItems:"100"`
	Photos   PhotoRule  `json:"photos" required:"false" enum:"failed,major,none" default:"failed"`
}

// Asked is an item as a standard asks it.
type Asked struct {
	Code        string      `json:"code"`
	Module      string      `json:"module" doc:"module code; OWN for the company's own items"`
	ModuleName  string      `json:"moduleName"`
	Requirement string      `json:"requirement"`
	Method      string      `json:"method"`
	Frequency   string      `json:"frequency"`
	Posts       []string    `json:"posts" nullable:"false" doc:"post types it concerns"`
	Level       Level       `json:"level" enum:"general,major" doc:"suggested if it fails"`
	Basis       []Clause    `json:"basis" nullable:"false"`
	MajorBasis  []Clause    `json:"majorBasis" nullable:"false" doc:"the clauses that make it major in this company"`
	Other       OtherRegime `json:"otherRegime"`
	MustPhoto   bool        `json:"mustPhoto" doc:"a failed answer needs a photo"`
	PhotoAlways bool        `json:"photoAlways" doc:"whatever the answer but not applicable, it needs a photo"`
	MustReason  bool        `json:"mustReason" doc:"a not-applicable answer needs a reason"`
	Limit       *Limit      `json:"limit,omitempty" doc:"a value is measured, and passes within this range"`
	Phrases     []string    `json:"phrases" nullable:"false" doc:"what is usually wrong, to be tapped instead of typed"`
	Disabled    string      `json:"disabled" doc:"why the company does not ask it; empty if it does"`
}

// Limit is the range in which a measured value passes (限值); a bound left out is open.
type Limit struct {
	Unit string `json:"unit" minLength:"1" maxLength:"12" doc:"e.g. Ω, MPa, ℃"`
	Min  string `json:"min,omitempty" pattern:"^(-?[0-9]{1,9}(\\.[0-9]{1,4})?)?$" maxLength:"16" doc:"smallest value that passes, a decimal number"`
	Max  string `json:"max,omitempty" pattern:"^(-?[0-9]{1,9}(\\.[0-9]{1,4})?)?$" maxLength:"16" doc:"largest value that passes, a decimal number"`
}

// own is the code of the company's own module.
const own = "OWN"

// Compose makes the standard that follows from a company's tags (一企一标准): the modules for
// everyone and every module that shares a tag with the company, less what the draft
// disables. A major item cannot be disabled while its tag is set.
// Errors: ErrUnknownItem, ErrItemTwice, ErrReasonNeeded, ErrMajorDisabled.
func (l *Library) Compose(tags []string, draft Draft) (Document, error) {
	d := Document{Library: l.Meta.Version, Tags: []string{}, Modules: []string{}, Disabled: []Disabled{}, Own: []OwnItem{}, Photos: draft.Photos}
	if d.Photos == "" {
		d.Photos = PhotoFailed
	}
	for _, t := range unique(tags) {
		if t != Everyone && l.KnownTag(t) {
			d.Tags = append(d.Tags, t)
		}
	}
	for _, m := range l.Modules {
		if m.applies(d.Tags) {
			d.Modules = append(d.Modules, m.Code)
		}
	}
	return l.decide(d, draft)
}

func (l *Library) decide(d Document, draft Draft) (Document, error) {
	asks, seen := d.index(l), map[string]bool{}
	for i, x := range draft.Disabled {
		at := "body.disabled[" + strconv.Itoa(i) + "]"
		it, ok := asks[x.Code]
		switch {
		case !ok:
			return Document{}, ErrUnknownItem.With("code", x.Code).At(at)
		case seen[x.Code]:
			return Document{}, ErrItemTwice.With("code", x.Code).At(at)
		case strings.TrimSpace(x.Reason) == "":
			return Document{}, ErrReasonNeeded.With("code", x.Code).At(at + ".reason")
		case it.Level == Major:
			return Document{}, ErrMajorDisabled.With("code", x.Code).At(at)
		}
		seen[x.Code] = true
		d.Disabled = append(d.Disabled, x)
	}
	for i, x := range draft.Own {
		at := "body.own[" + strconv.Itoa(i) + "]"
		if seen[x.Code] {
			return Document{}, ErrItemTwice.With("code", x.Code).At(at)
		}
		if strings.TrimSpace(x.Requirement) == "" {
			return Document{}, ErrBlank.At(at + ".requirement")
		}
		seen[x.Code] = true
		d.Own = append(d.Own, x)
	}
	return d, nil
}

func (m *Module) applies(tags []string) bool {
	return slices.ContainsFunc(m.Tags, func(t string) bool { return t == Everyone || slices.Contains(tags, t) })
}

// Suggest returns the level of it if it fails in a company with tags, and the clauses that
// make it major there.
func (it *Item) Suggest(tags []string) (Level, []Clause) {
	hits := []Clause{}
	for _, c := range slices.Concat(it.MajorBasis, it.MajorWhen) {
		if slices.ContainsFunc(c.Tags, func(t string) bool { return t == Everyone || slices.Contains(tags, t) }) {
			hits = append(hits, c)
		}
	}
	if len(hits) == 0 {
		return General, hits
	}
	return Major, hits
}

// Expand lists every item of d in order, disabled ones included. l is d's library.
func (l *Library) Expand(d Document) []Asked {
	why := map[string]string{}
	for _, x := range d.Disabled {
		why[x.Code] = x.Reason
	}
	out := []Asked{}
	for _, code := range d.Modules {
		m, ok := l.Module(code)
		if !ok {
			continue // Compose took the codes from l
		}
		for i := range m.Items {
			out = append(out, m.ask(&m.Items[i], d, why[m.Items[i].Code]))
		}
	}
	for _, x := range d.Own {
		out = append(out, d.ownItem(x))
	}
	return out
}

func (d Document) ownItem(x OwnItem) Asked {
	return Asked{
		Code: x.Code, Module: own, Requirement: x.Requirement, Method: x.Method, Frequency: x.Frequency, Posts: []string{},
		Level: General, Basis: []Clause{}, MajorBasis: []Clause{}, MustPhoto: d.Photos == PhotoFailed, Phrases: []string{},
	}
}

func (m *Module) ask(it *Item, d Document, disabled string) Asked {
	level, clauses := it.Suggest(d.Tags)
	return Asked{
		Code: it.Code, Module: m.Code, ModuleName: m.NameZh, Requirement: it.Requirement, Method: it.Method, Frequency: it.Frequency, Posts: it.Posts,
		Level: level, Basis: it.Basis, MajorBasis: clauses, Other: it.Other, Disabled: disabled,
		MustPhoto:  d.Photos != PhotoNone && (level == Major || (d.Photos == PhotoFailed && m.Kind != "management")),
		MustReason: level == Major, Phrases: []string{},
	}
}

// index maps d's enabled items by code.
func (d Document) index(l *Library) map[string]Asked {
	out := map[string]Asked{}
	for _, a := range l.Expand(d) {
		if a.Disabled == "" {
			out[a.Code] = a
		}
	}
	return out
}

// find returns what d asks under a code, without expanding the rest: a check is held
// against few of the items.
func (d Document) find(l *Library, code string) (Asked, bool) {
	for _, x := range d.Own {
		if x.Code == code {
			return d.ownItem(x), true
		}
	}
	it, ok := l.items[code]
	if !ok || d.off(code) || !slices.Contains(d.Modules, l.homes[code].Code) {
		return Asked{}, false
	}
	return l.homes[code].ask(it, d, ""), true
}

func (d Document) off(code string) bool {
	return slices.ContainsFunc(d.Disabled, func(x Disabled) bool { return x.Code == code })
}

// codesAt lists the codes that d asks at a point with these modules and items, in order.
func (d Document) codesAt(l *Library, modules, items []string) []string {
	out := []string{}
	for i := range l.Modules {
		m := &l.Modules[i]
		if !slices.Contains(d.Modules, m.Code) {
			continue
		}
		whole := slices.Contains(modules, m.Code)
		for j := range m.Items {
			if code := m.Items[j].Code; (whole || slices.Contains(items, code)) && !d.off(code) {
				out = append(out, code)
			}
		}
	}
	for _, x := range d.Own {
		if slices.Contains(modules, own) || slices.Contains(items, x.Code) {
			out = append(out, x.Code)
		}
	}
	return out
}

// at lists what d asks at a point with these modules and items, in order.
func (d Document) at(l *Library, modules, items []string) []Asked {
	out := []Asked{}
	for _, code := range d.codesAt(l, modules, items) {
		if a, ok := d.find(l, code); ok {
			out = append(out, a)
		}
	}
	return out
}

// enabled counts d's items that are asked.
func (d Document) enabled(l *Library) int { return len(l.Expand(d)) - len(d.Disabled) }

// Diff compares the items asked by two documents: what is new in the second, and what it
// no longer asks.
func Diff(was, is []Asked) (added, removed []string) {
	added, removed = []string{}, []string{}
	before := codes(was)
	after := codes(is)
	for _, c := range after {
		if !slices.Contains(before, c) {
			added = append(added, c)
		}
	}
	for _, c := range before {
		if !slices.Contains(after, c) {
			removed = append(removed, c)
		}
	}
	return added, removed
}

func codes(in []Asked) []string {
	out := []string{}
	for _, a := range in {
		if a.Disabled == "" {
			out = append(out, a.Code)
		}
	}
	return out
}

// carry turns the last version into a draft for a company with tags: it drops a disabled
// item that is gone or has become major.
func (l *Library) carry(last Document, tags []string) Draft {
	d := Draft{Own: last.Own, Photos: last.Photos}
	now, err := l.Compose(tags, Draft{})
	if err != nil {
		return d // an empty draft decides nothing that could be refused
	}
	asks := now.index(l)
	for _, x := range last.Disabled {
		if it, ok := asks[x.Code]; ok && it.Level != Major {
			d.Disabled = append(d.Disabled, x)
		}
	}
	return d
}
