package checklist

import "slices"

// slot is a place in a standard: an item of the library, or one of the company's own.
type slot struct {
	module *Module
	item   *Item
	own    *OwnItem
}

func (s slot) code() string {
	if s.own != nil {
		return s.own.Code
	}
	return s.item.Code
}

// slots lists d's items in order: by module, in each the library's items, those it no longer
// has but the company keeps, and the company's own; at the end own items of no module.
func (d Document) slots(l *Library) []slot {
	out := make([]slot, 0, 300)
	for _, code := range d.Modules {
		m, ok := d.module(l, code)
		if !ok {
			continue // Compose took the codes from l
		}
		if home, still := l.Module(code); still {
			for i := range home.Items {
				out = append(out, slot{module: m, item: d.text(l, &home.Items[i])})
			}
		}
		for _, x := range d.Older {
			if _, still := l.items[x.Code]; still {
				continue
			}
			if it, home, ok := l.older(x); ok && home.Code == code {
				out = append(out, slot{module: m, item: it})
			}
		}
		out = append(out, d.ownOf(m, code)...)
	}
	return append(out, d.ownOf(nil, "")...)
}

func (d Document) ownOf(m *Module, code string) (out []slot) {
	for i := range d.Own {
		if d.Own[i].Module == code {
			out = append(out, slot{module: m, own: &d.Own[i]})
		}
	}
	return out
}

// module returns a module of d: l's, or that of the older version an item was kept from.
func (d Document) module(l *Library, code string) (*Module, bool) {
	if m, ok := l.Module(code); ok {
		return m, true
	}
	for _, x := range d.Older {
		if _, home, ok := l.older(x); ok && home.Code == code {
			return home, true
		}
	}
	return nil, false
}

// text returns the version of a library item that d asks.
func (d Document) text(l *Library, it *Item) *Item {
	for _, x := range d.Older {
		if x.Code == it.Code {
			if kept, _, ok := l.older(x); ok {
				return kept
			}
		}
	}
	return it
}

// Expand lists every item of d in order, disabled ones included. l is d's library.
func (l *Library) Expand(d Document) []Asked {
	out := []Asked{}
	for _, s := range d.slots(l) {
		a := d.ask(l, s)
		for _, x := range d.Disabled {
			if x.Code == a.Code {
				a.Disabled = x.Reason
			}
		}
		out = append(out, a)
	}
	return out
}

// ask puts an item as d asks it.
func (d Document) ask(l *Library, s slot) Asked {
	if s.own != nil {
		return d.askOwn(s.module, *s.own)
	}
	it, m := s.item, s.module
	level, clauses := it.Suggest(d.Tags)
	a := Asked{
		Code: it.Code, Module: m.Code, ModuleName: m.NameZh, Requirement: it.Requirement, Method: it.Method, Frequency: it.Frequency, Posts: it.Posts,
		Level: level, Basis: it.Basis, MajorBasis: clauses, Other: it.Other, Phrases: slices.Clone(l.hints[it.Code].Phrases),
	}
	if a.Phrases == nil {
		a.Phrases = []string{}
	}
	hint := l.hints[it.Code]
	when := PhotoWhen("")
	if d.Defaults {
		a.Limit, when = hint.limit(), hint.Photo
	}
	if i := slices.IndexFunc(d.Settings, func(x Setting) bool { return x.Code == it.Code }); i >= 0 {
		d.Settings[i].apply(&a)
		if d.Settings[i].Photo != "" {
			when = d.Settings[i].Photo
		}
	}
	d.photograph(&a, when, m.Kind != "management")
	a.MustReason = a.Level == Major
	return a
}

func (d Document) askOwn(m *Module, x OwnItem) Asked {
	a := Asked{
		Code: x.Code, Module: own, ModuleName: x.Group, Requirement: x.Requirement, Method: x.Method, Frequency: x.Frequency, Posts: texts(x.Posts),
		Level: General, Basis: []Clause{}, MajorBasis: []Clause{}, Limit: x.Limit, Phrases: texts(x.Phrases),
	}
	if m != nil {
		a.Module, a.ModuleName = m.Code, m.NameZh
	}
	if x.Basis != "" {
		a.Basis = []Clause{{Code: own, Ref: x.Basis, Confidence: companyOwn}}
	}
	if x.Level == Major {
		a.Level, a.Raised, a.MustReason = Major, true, true
	}
	d.photograph(&a, x.Photo, true)
	return a
}

// photograph says when an item needs a photo: as when says, or else as the standard's rule
// does for things one can see.
func (d Document) photograph(a *Asked, when PhotoWhen, seen bool) {
	switch when {
	case PhotoAlways:
		a.PhotoAlways, a.MustPhoto = true, true
	case PhotoOnFail:
		a.MustPhoto = true
	case PhotoNever:
		a.MustPhoto = a.Level == Major
	default:
		a.MustPhoto = d.Photos != PhotoNone && (a.Level == Major || (d.Photos == PhotoFailed && seen))
	}
}

// texts is a list that is never null on the wire.
func texts(in []string) []string {
	if in == nil {
		return []string{}
	}
	return in
}

// plain is d without what the company set for items of the library.
func (d Document) plain() Document {
	d.Settings, d.Disabled, d.Own, d.Defaults, d.Photos = nil, nil, nil, false, PhotoFailed
	return d
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
	if d.off(code) {
		return Asked{}, false
	}
	for i := range d.Own {
		if d.Own[i].Code == code {
			m, _ := d.module(l, d.Own[i].Module)
			return d.askOwn(m, d.Own[i]), true
		}
	}
	if it, ok := l.items[code]; ok {
		home := l.homes[code]
		if !slices.Contains(d.Modules, home.Code) {
			return Asked{}, false
		}
		return d.ask(l, slot{module: home, item: d.text(l, it)}), true
	}
	for _, x := range d.Older {
		if x.Code != code {
			continue
		}
		if it, home, ok := l.older(x); ok {
			m, _ := d.module(l, home.Code)
			return d.ask(l, slot{module: m, item: it}), true
		}
	}
	return Asked{}, false
}

func (d Document) off(code string) bool {
	return slices.ContainsFunc(d.Disabled, func(x Disabled) bool { return x.Code == code })
}

// codesAt lists the codes that d asks at a point with these modules and items, in order.
func (d Document) codesAt(l *Library, modules, items []string) []string {
	out := []string{}
	for _, s := range d.slots(l) {
		home := own
		if s.module != nil {
			home = s.module.Code
		}
		if code := s.code(); (slices.Contains(modules, home) || slices.Contains(items, code)) && !d.off(code) {
			out = append(out, code)
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
