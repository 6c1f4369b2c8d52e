package checklist

import (
	"slices"
	"strconv"
	"strings"
)

// Document is a standard's content. It names items by code; the texts are those of the
// pinned library version, which never changes, of the company's settings and of its own
// items. What a field says that older documents lack is its zero value.
type Document struct {
	Library  string     `json:"library" doc:"library version the texts come from"`
	Tags     []string   `json:"tags" nullable:"false" doc:"the company's tags when it was composed"`
	Modules  []string   `json:"modules" nullable:"false" doc:"module codes in library order"`
	Disabled []Disabled `json:"disabled" nullable:"false"`
	Own      []OwnItem  `json:"own" nullable:"false"`
	Photos   PhotoRule  `json:"photos" enum:"failed,major,none"`
	Settings []Setting  `json:"settings,omitempty" doc:"what the company set for items of the library"`
	Older    []Older    `json:"older,omitempty" doc:"items that keep the text of an older library version"`
	Defaults bool       `json:"defaults,omitempty" doc:"where the company set nothing, the library's must-photo items and limits apply"`
}

// Disabled is an item that a company does not ask, and why.
type Disabled struct {
	Code   string `json:"code" pattern:"^[A-Z0-9]{2,6}-[0-9]{2,3}$" maxLength:"12"`
	Reason string `json:"reason" minLength:"1" maxLength:"300"`
}

// Older is an item of which the company has not taken what a newer library version says.
type Older struct {
	Code    string `json:"code" pattern:"^[A-Z0-9]{2,6}-[0-9]{2,3}$" maxLength:"12"`
	Library string `json:"library" minLength:"1" maxLength:"40" doc:"library version whose text stays"`
}

// OwnItem is an item a company adds to its standard (自增项目).
type OwnItem struct {
	Code        string    `json:"code" pattern:"^OWN-[0-9]{2,3}$" maxLength:"8"`
	Requirement string    `json:"requirement" minLength:"2" maxLength:"500"`
	Method      string    `json:"method" required:"false" maxLength:"300"`
	Frequency   string    `json:"frequency" enum:"per_shift,daily,weekly,monthly,quarterly,half_yearly,yearly,event,per_use"`
	Module      string    `json:"module,omitempty" maxLength:"6" doc:"module of the standard it is asked with; empty: a group of its own"`
	Group       string    `json:"group,omitempty" maxLength:"40" doc:"name of its group where it has no module"`
	Level       Level     `json:"level,omitempty" enum:",general,major" doc:"if it fails; empty: general"`
	Basis       string    `json:"basis,omitempty" maxLength:"300" doc:"what it stands on, e.g. a rule of the company"`
	Photo       PhotoWhen `json:"photo,omitempty" enum:",always,failed,never" doc:"empty: as the standard's photo rule says"`
	Limit       *Limit    `json:"limit,omitempty"`
	Posts       []string  `json:"posts,omitempty" maxItems:"20" doc:"post types that check it"`
	Phrases     []string  `json:"phrases,omitempty" maxItems:"5"`
}

// PhotoRule says which failed items need a photo.
type PhotoRule string

// Photo rules. Items of management modules, which are about papers, need none under
// PhotoFailed unless they are major. PhotoNone stands in documents stored before a major item
// always needed one.
const (
	PhotoFailed PhotoRule = "failed"
	PhotoMajor  PhotoRule = "major"
	PhotoNone   PhotoRule = "none"
)

// Draft is what a company decides about its standard; the rest follows from its tags.
type Draft struct {
	BasedOn  int        `json:"basedOn" minimum:"0" doc:"version number the draft was made from, 0 if there is none yet"`
	Library  string     `json:"library,omitempty" maxLength:"40" doc:"library version to compose from; empty: the last version's"`
	Disabled []Disabled `json:"disabled" required:"false" nullable:"false" maxItems:"400"`
	Own      []OwnItem  `json:"own" required:"false" nullable:"false" maxItems:"200"`
	Photos   PhotoRule  `json:"photos" required:"false" enum:"failed,major" default:"failed"`
	Settings []Setting  `json:"settings,omitempty" maxItems:"400"`
	Older    []Older    `json:"older,omitempty" maxItems:"400"`
	Defaults bool       `json:"defaults,omitempty" doc:"take the library's must-photo items and limits where nothing else is set"`
}

// Asked is an item as a standard asks it.
type Asked struct {
	Code        string      `json:"code"`
	Module      string      `json:"module" doc:"module code; OWN for own items that are in no module"`
	ModuleName  string      `json:"moduleName"`
	Requirement string      `json:"requirement"`
	Method      string      `json:"method"`
	Frequency   string      `json:"frequency"`
	Posts       []string    `json:"posts" nullable:"false" doc:"post types it concerns"`
	Level       Level       `json:"level" enum:"general,major" doc:"suggested if it fails"`
	Basis       []Clause    `json:"basis" nullable:"false"`
	MajorBasis  []Clause    `json:"majorBasis" nullable:"false" doc:"the clauses that make it major in this company; none where the company raised it"`
	Other       OtherRegime `json:"otherRegime"`
	MustPhoto   bool        `json:"mustPhoto" doc:"a failed answer needs a photo"`
	PhotoAlways bool        `json:"photoAlways" doc:"whatever the answer but not applicable, it needs a photo"`
	MustReason  bool        `json:"mustReason" doc:"a not-applicable answer needs a reason"`
	Limit       *Limit      `json:"limit,omitempty" doc:"a value is measured, and passes within this range"`
	Phrases     []string    `json:"phrases" nullable:"false" doc:"what is usually wrong, to be tapped instead of typed"`
	Disabled    string      `json:"disabled" doc:"why the company does not ask it; empty if it does"`
	Original    string      `json:"original,omitempty" doc:"the library's words, where the company put it in its own"`
	Why         string      `json:"why,omitempty" doc:"why the company put it in other words or raised its level"`
	Raised      bool        `json:"raised,omitempty" doc:"general in the library, major because the company says so"`
}

// own is the code of the module of own items that belong to no other.
const own = "OWN"

// Compose makes the standard that follows from a company's tags (一企一标准): the modules for
// everyone and every module that shares a tag with the company, less what the draft
// disables. A major item cannot be disabled while its tag is set.
// Errors: ErrUnknownItem, ErrItemTwice, ErrReasonNeeded, ErrMajorDisabled, ErrBlank,
// ErrUnknownModule, ErrUnknownPost, ErrUnknownLibrary, ErrMustAccept, ErrMajorReworded,
// ErrLevelLowered, ErrChangeReason, ErrMajorPhoto, ErrLimitEmpty, ErrLimitOrder.
func (l *Library) Compose(tags []string, draft Draft) (Document, error) {
	d := Document{
		Library: l.Meta.Version, Tags: []string{}, Modules: []string{}, Disabled: []Disabled{}, Own: []OwnItem{}, Photos: draft.Photos, Defaults: draft.Defaults,
	}
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
	for _, step := range []func(*Library, Draft) error{d.keep, d.set, d.add, d.disable} {
		if err := step(l, draft); err != nil {
			return Document{}, err
		}
	}
	return d, nil
}

// disable takes the items that the draft does not ask. The others are all in d.
func (d *Document) disable(l *Library, draft Draft) error {
	if len(draft.Disabled) == 0 {
		return nil
	}
	asks, seen := d.index(l), map[string]bool{}
	for i, x := range draft.Disabled {
		at := "body.disabled[" + strconv.Itoa(i) + "]"
		it, ok := asks[x.Code]
		switch {
		case !ok:
			return ErrUnknownItem.With("code", x.Code).At(at)
		case seen[x.Code]:
			return ErrItemTwice.With("code", x.Code).At(at)
		case blank(x.Reason):
			return ErrReasonNeeded.With("code", x.Code).At(at + ".reason")
		case len(it.MajorBasis) > 0:
			return ErrMajorDisabled.With("code", x.Code).At(at)
		}
		seen[x.Code] = true
		d.Disabled = append(d.Disabled, x)
	}
	return nil
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
// item that is gone or has become major, and of the settings what no longer stands.
func (l *Library) carry(last Document, tags []string) Draft {
	d := Draft{Library: l.Meta.Version, Own: slices.Clone(last.Own), Photos: last.Photos, Defaults: last.Defaults}
	if d.Photos == PhotoNone {
		d.Photos = PhotoMajor
	}
	for _, x := range last.Older {
		if _, err := l.Compose(tags, Draft{Older: []Older{x}}); err == nil {
			d.Older = append(d.Older, x)
		}
	}
	now, err := l.Compose(tags, Draft{Older: d.Older})
	if err != nil {
		return d // each stood alone, and none depends on another
	}
	asks := now.index(l)
	for _, x := range last.Settings {
		if a, ok := asks[x.Code]; ok {
			if x = x.standing(a); !x.empty() {
				d.Settings = append(d.Settings, x)
			}
		}
	}
	for i := range d.Own {
		d.Own[i].rehome(l, now)
		asks[d.Own[i].Code] = Asked{Code: d.Own[i].Code}
	}
	for _, x := range last.Disabled {
		if a, ok := asks[x.Code]; ok && len(a.MajorBasis) == 0 {
			d.Disabled = append(d.Disabled, x)
		}
	}
	return d
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }
