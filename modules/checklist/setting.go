package checklist

import (
	"math/big"
	"slices"
	"strconv"
)

// Setting is what a company decides about one item of the library; an empty field leaves what
// the library says. It can make an item stricter, never laxer than the law does: the text of
// a major item stays, its level is never lowered, and its failure keeps a photo.
type Setting struct {
	Code        string    `json:"code" pattern:"^[A-Z0-9]{2,6}-[0-9]{2,3}$" maxLength:"12"`
	Requirement string    `json:"requirement,omitempty" maxLength:"500" doc:"the company's own words; with a reason, and not for a major item"`
	Method      string    `json:"method,omitempty" maxLength:"300"`
	Frequency   string    `json:"frequency,omitempty" enum:",per_shift,daily,weekly,monthly,quarterly,half_yearly,yearly,event,per_use"`
	Photo       PhotoWhen `json:"photo,omitempty" enum:",always,failed,never" doc:"never is refused for a major item"`
	Limit       *Limit    `json:"limit,omitempty"`
	NoLimit     bool      `json:"noLimit,omitempty" doc:"the library's own limit does not apply"`
	Posts       []string  `json:"posts,omitempty" maxItems:"20" doc:"post types that check it, instead of the library's"`
	Phrases     []string  `json:"phrases,omitempty" maxItems:"5" doc:"what is usually wrong here, before the library's phrases"`
	Level       Level     `json:"level,omitempty" enum:",general,major" doc:"major raises a general item; with a reason"`
	Reason      string    `json:"reason,omitempty" maxLength:"300" doc:"why it is worded otherwise or raised"`
}

// PhotoWhen says when one item needs a photo, before the standard's rule is asked.
type PhotoWhen string

// When an item needs a photo.
const (
	PhotoAlways PhotoWhen = "always" // a must-photo item (必拍项): also when it passes
	PhotoOnFail PhotoWhen = "failed"
	PhotoNever  PhotoWhen = "never"
)

// companyOwn marks a basis as the company's own rule, not a law.
const companyOwn = "own"

// phraseLength is how long a phrase may be, in characters: it is tapped on a phone.
const phraseLength = 30

// Limit is the range in which a measured value passes (限值); a bound left out is open.
type Limit struct {
	What string `json:"what,omitempty" maxLength:"20" doc:"what is measured, e.g. 接地电阻"`
	Unit string `json:"unit" minLength:"1" maxLength:"12" doc:"e.g. Ω, MPa, ℃"`
	Min  string `json:"min,omitempty" pattern:"^(-?[0-9]{1,9}(\\.[0-9]{1,4})?)?$" maxLength:"16" doc:"smallest value that passes, a decimal number"`
	Max  string `json:"max,omitempty" pattern:"^(-?[0-9]{1,9}(\\.[0-9]{1,4})?)?$" maxLength:"16" doc:"largest value that passes, a decimal number"`
}

// check refuses a limit that no value or every value meets. A nil limit is none.
func (m *Limit) check(at string) error {
	if m == nil {
		return nil
	}
	low, okLow := new(big.Rat).SetString(m.Min)
	high, okHigh := new(big.Rat).SetString(m.Max)
	switch {
	case blank(m.Unit):
		return ErrBlank.At(at + ".unit")
	case !okLow && !okHigh:
		return ErrLimitEmpty.At(at + ".max")
	case okLow && okHigh && low.Cmp(high) > 0:
		return ErrLimitOrder.At(at + ".max")
	}
	return nil
}

// set takes the company's settings of library items.
func (d *Document) set(l *Library, draft Draft) error {
	if len(draft.Settings) == 0 {
		return nil
	}
	asks, seen := d.index(l), map[string]bool{}
	for i, x := range draft.Settings {
		at := "body.settings[" + strconv.Itoa(i) + "]"
		a, ok := asks[x.Code]
		switch {
		case !ok:
			return ErrUnknownItem.With("code", x.Code).At(at + ".code")
		case seen[x.Code]:
			return ErrItemTwice.With("code", x.Code).At(at + ".code")
		}
		if err := x.check(l, a, at); err != nil {
			return err
		}
		seen[x.Code] = true
		if !x.empty() {
			d.Settings = append(d.Settings, x)
		}
	}
	return nil
}

// check holds a setting against the item as it would be asked without it.
func (x Setting) check(l *Library, a Asked, at string) error {
	legally := len(a.MajorBasis) > 0
	switch {
	case legally && x.Requirement != "":
		return ErrMajorReworded.With("code", x.Code).At(at + ".requirement")
	case legally && x.Level == General:
		return ErrLevelLowered.With("code", x.Code).At(at + ".level")
	case (legally || x.Level == Major) && x.Photo == PhotoNever:
		return ErrMajorPhoto.With("code", x.Code).At(at + ".photo")
	case x.Requirement != "" && blank(x.Requirement):
		return ErrBlank.At(at + ".requirement")
	case x.Method != "" && blank(x.Method):
		return ErrBlank.At(at + ".method")
	case (x.Requirement != "" || (x.Level == Major && !legally)) && blank(x.Reason):
		return ErrChangeReason.With("code", x.Code).At(at + ".reason")
	}
	if err := x.Limit.check(at + ".limit"); err != nil {
		return err
	}
	return l.knows(x.Posts, x.Phrases, at)
}

// knows refuses post types the library does not have, and phrases that say nothing or are too
// long to be tapped.
func (l *Library) knows(posts, phrases []string, at string) error {
	for i, p := range posts {
		if _, ok := l.Posts[p]; !ok {
			return ErrUnknownPost.With("post", p).At(at + ".posts[" + strconv.Itoa(i) + "]")
		}
	}
	for i, p := range phrases {
		if blank(p) {
			return ErrBlank.At(at + ".phrases[" + strconv.Itoa(i) + "]")
		}
		if len([]rune(p)) > phraseLength {
			return ErrPhraseLong.With("most", strconv.Itoa(phraseLength)).At(at + ".phrases[" + strconv.Itoa(i) + "]")
		}
	}
	return nil
}

// apply changes an item as the company set it. Who may change what was checked before.
func (x Setting) apply(a *Asked) {
	if x.Requirement != "" && x.Requirement != a.Requirement {
		a.Original, a.Requirement, a.Why = a.Requirement, x.Requirement, x.Reason
	}
	if x.Level == Major && a.Level != Major {
		a.Level, a.Raised, a.Why = Major, true, x.Reason
	}
	if x.Method != "" {
		a.Method = x.Method
	}
	if x.Frequency != "" {
		a.Frequency = x.Frequency
	}
	if x.NoLimit {
		a.Limit = nil
	}
	if x.Limit != nil {
		a.Limit = x.Limit
	}
	if len(x.Posts) > 0 {
		a.Posts = x.Posts
	}
	for _, p := range slices.Backward(x.Phrases) {
		if !slices.Contains(a.Phrases, p) {
			a.Phrases = slices.Insert(a.Phrases, 0, p)
		}
	}
}

// empty reports whether x sets nothing.
func (x Setting) empty() bool {
	return x.Requirement == "" && x.Method == "" && x.Frequency == "" && x.Photo == "" && x.Limit == nil && !x.NoLimit &&
		len(x.Posts) == 0 && len(x.Phrases) == 0 && x.Level != Major
}

// standing returns what of x still stands where the item is a as the library asks it now.
func (x Setting) standing(a Asked) Setting {
	if len(a.MajorBasis) > 0 {
		x.Requirement, x.Level, x.Reason = "", "", ""
		if x.Photo == PhotoNever {
			x.Photo = ""
		}
	}
	return x
}

// add takes the company's own items.
func (d *Document) add(l *Library, draft Draft) error {
	seen := map[string]bool{}
	for i, x := range draft.Own {
		at := "body.own[" + strconv.Itoa(i) + "]"
		switch {
		case seen[x.Code]:
			return ErrItemTwice.With("code", x.Code).At(at + ".code")
		case blank(x.Requirement):
			return ErrBlank.At(at + ".requirement")
		case x.Module != "" && !slices.Contains(d.Modules, x.Module):
			return ErrUnknownModule.With("code", x.Module).At(at + ".module")
		case x.Level == Major && x.Photo == PhotoNever:
			return ErrMajorPhoto.With("code", x.Code).At(at + ".photo")
		}
		if err := x.Limit.check(at + ".limit"); err != nil {
			return err
		}
		if err := l.knows(x.Posts, x.Phrases, at); err != nil {
			return err
		}
		seen[x.Code] = true
		d.Own = append(d.Own, x)
	}
	return nil
}

// rehome lets an own item whose module is no longer in the standard keep that module's name.
func (x *OwnItem) rehome(l *Library, now Document) {
	if x.Module == "" || slices.Contains(now.Modules, x.Module) {
		return
	}
	if m, ok := l.Module(x.Module); ok && x.Group == "" {
		x.Group = m.NameZh
	}
	x.Module = ""
}

// keep takes the items that stay as an older library version has them. What the newer one
// makes major, and what was not asked before, cannot stay behind.
func (d *Document) keep(l *Library, draft Draft) error {
	seen := map[string]bool{}
	for i, x := range draft.Older {
		at := "body.older[" + strconv.Itoa(i) + "]"
		it, home, ok := l.older(x)
		switch {
		case !ok:
			return ErrUnknownLibrary.With("version", x.Library).At(at + ".library")
		case seen[x.Code]:
			return ErrItemTwice.With("code", x.Code).At(at + ".code")
		case !home.applies(d.Tags):
			return ErrUnknownItem.With("code", x.Code).At(at + ".code")
		}
		if now, still := l.items[x.Code]; still {
			was, _ := it.Suggest(d.Tags)
			if is, _ := now.Suggest(d.Tags); was != Major && is == Major {
				return ErrMustAccept.With("code", x.Code).At(at)
			}
			if !slices.Contains(d.Modules, l.homes[x.Code].Code) {
				return ErrUnknownItem.With("code", x.Code).At(at + ".code")
			}
		} else if !slices.Contains(d.Modules, home.Code) {
			d.Modules = append(d.Modules, home.Code)
		}
		seen[x.Code] = true
		d.Older = append(d.Older, x)
	}
	return nil
}
