package checklist

import (
	"slices"
	"strings"
)

// LightItems is how many items the monthly list of a micro firm (小微企业) holds at most.
const LightItems = 15

// LightReason stands in a light standard at every item that it leaves for the full one.
const LightReason = "简易清单未列入（小微企业）"

// Light picks the items of a micro firm's monthly list from those of its full standard: every
// major item that applies under the tags, then general ones until there are limit. General
// items come in this order: modules that apply because of something the company has before
// those for everybody, what is to be looked at more often before what is looked at rarely,
// then the library's own order. Where the major items alone are more than limit, the list is
// exactly these: an item that may be a major accident hazard (重大事故隐患) is never left out.
// Unknown tags count for nothing.
func (l *Library) Light(tags []string, limit int) []string {
	d, err := l.Compose(tags, Draft{})
	if err != nil {
		return []string{} // an empty draft decides nothing that could be refused
	}
	var major, general []Asked
	for _, a := range l.Expand(d) {
		if a.Level == Major {
			major = append(major, a)
		} else {
			general = append(general, a)
		}
	}
	slices.SortStableFunc(general, func(a, b Asked) int {
		if x, y := l.common(a.Module), l.common(b.Module); x != y {
			return x - y
		}
		return slices.Index(Frequencies, a.Frequency) - slices.Index(Frequencies, b.Frequency)
	})
	room := max(0, limit-len(major))
	return codes(slices.Concat(major, general[:min(room, len(general))]))
}

// common is 1 for a module that every company has, and 0 for one chosen by what it has.
func (l *Library) common(code string) int {
	m, ok := l.Module(code)
	if ok && slices.Contains(m.Tags, Everyone) {
		return 1
	}
	return 0
}

// light is the draft of the light standard: the full one with all items but the picked ones
// put aside, so that the full standard is the same draft without them.
func (l *Library) light(last Document, tags []string, limit int) (Draft, error) {
	d := l.full(last, tags)
	full, err := l.Compose(tags, d)
	if err != nil {
		return d, err
	}
	picked := l.Light(tags, limit)
	for _, a := range l.Expand(full) {
		if a.Disabled == "" && !mine(a.Code) && !slices.Contains(picked, a.Code) {
			d.Disabled = append(d.Disabled, Disabled{Code: a.Code, Reason: LightReason})
		}
	}
	return d, nil
}

// LightDraft is the draft of a light standard of a company that has none yet. Errors: those of
// Compose.
func (l *Library) LightDraft(tags []string) (Draft, error) {
	return l.light(Document{}, tags, LightItems)
}

// full carries the last version over, without what a light standard had put aside.
func (l *Library) full(last Document, tags []string) Draft {
	last.Disabled = slices.DeleteFunc(slices.Clone(last.Disabled), func(x Disabled) bool { return x.Reason == LightReason })
	return l.carry(last, tags)
}

// IsLight reports whether d is a light standard.
func (d Document) IsLight() bool {
	return slices.ContainsFunc(d.Disabled, func(x Disabled) bool { return x.Reason == LightReason })
}

// mine reports whether code is that of an own item.
func mine(code string) bool { return strings.HasPrefix(code, own+"-") }
