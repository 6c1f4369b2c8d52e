// Package feature keeps which features are switched on in which area (地区功能配置): the nearest
// area around a place that says anything decides, else the default of the library.
package feature

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/text"
	"anbiao/rbac"
)

// Permissions of this module.
const (
	ActionSee  rbac.Action = "feature.profile.see"
	ActionKeep rbac.Action = "feature.profile.keep"
)

// Faults of this module.
var (
	// ErrUnknown: there is no such feature.
	ErrUnknown = fault.New(fault.Invalid, "feature.unknown")
	// ErrArea: there is no such area.
	ErrArea = fault.New(fault.Invalid, "feature.area")
	// ErrPast: a setting holds from today on or later.
	ErrPast = fault.New(fault.Invalid, "feature.past")
	// ErrSame: the area says this already.
	ErrSame = fault.New(fault.Conflict, "feature.same")
)

// Value is what an area says of a feature.
type Value string

// Values.
const (
	On      Value = "on"
	Off     Value = "off"
	Inherit Value = "inherit" // nothing: what lies around it decides
)

// Feature is one of the library.
type Feature struct {
	Code           string
	Zh, En         string
	ZhText, EnText string   // what it is, and what rests where it is off
	Default        Value    // where no area says anything
	Since          day.Date // when the program came to know it
	Actions        []rbac.Action
	Desk, Field    []string // pages
}

// Name is what people call it.
func (f Feature) Name(l text.Lang) string {
	if l == text.English {
		return f.En
	}
	return f.Zh
}

// Text tells what it is and what rests where it is off.
func (f Feature) Text(l text.Lang) string {
	if l == text.English {
		return f.EnText
	}
	return f.ZhText
}

// Setting is what an area says from a day on, until a later one of the same area. It is never changed.
type Setting struct {
	ID         id.Of[Setting]
	Feature    string
	RegionPath string
	Value      Value
	FromOn     day.Date
	Reason     string
	ByName     string
	CreatedAt  time.Time
}

//go:embed library/features.yaml
var libraryYAML []byte

// Library lists the features there are.
var Library, ofAction = mustRead()

func mustRead() ([]Feature, map[rbac.Action]string) {
	var file struct {
		Features []struct {
			Code    string        `yaml:"code"`
			Zh      string        `yaml:"zh"`
			En      string        `yaml:"en"`
			ZhText  string        `yaml:"zhText"`
			EnText  string        `yaml:"enText"`
			Default Value         `yaml:"default"`
			Since   string        `yaml:"since"`
			Actions []rbac.Action `yaml:"actions"`
			Desk    []string      `yaml:"desk"`
			Field   []string      `yaml:"field"`
		} `yaml:"features"`
	}
	if err := yaml.UnmarshalWithOptions(libraryYAML, &file, yaml.Strict()); err != nil {
		panic("feature: " + err.Error())
	}
	var all []Feature
	of := map[rbac.Action]string{}
	for _, e := range file.Features {
		since, err := day.Parse(e.Since)
		if err != nil || (e.Default != On && e.Default != Off) || len(e.Actions) == 0 {
			panic(fmt.Sprintf("feature: %s is not complete", e.Code))
		}
		for _, a := range e.Actions {
			if of[a] != "" {
				panic(fmt.Sprintf("feature: %s belongs to %s and %s", a, of[a], e.Code))
			}
			of[a] = e.Code
		}
		all = append(all, Feature{e.Code, e.Zh, e.En, e.ZhText, e.EnText, e.Default, since, e.Actions, e.Desk, e.Field})
	}
	return all, of
}

func byCode(code string) (Feature, bool) {
	i := slices.IndexFunc(Library, func(f Feature) bool { return f.Code == code })
	if i < 0 {
		return Feature{}, false
	}
	return Library[i], true
}

// picture is all that areas say: by feature and area, in order of days and of entry.
type picture map[string]map[string][]Setting

func draw(rows []Setting) picture {
	p := picture{}
	for _, s := range rows {
		if p[s.Feature] == nil {
			p[s.Feature] = map[string][]Setting{}
		}
		p[s.Feature][s.RegionPath] = append(p[s.Feature][s.RegionPath], s)
	}
	return p
}

// own is what an area itself says on a day; the zero Setting where it says nothing.
func (p picture) own(feature, area string, on day.Date) (now Setting) {
	for _, s := range p[feature][area] {
		if !s.FromOn.After(on) {
			now = s
		}
	}
	if now.Value == Inherit {
		return Setting{}
	}
	return now
}

// next is what an area will say after a day.
func (p picture) next(feature, area string, on day.Date) Setting {
	for _, s := range p[feature][area] {
		if s.FromOn.After(on) {
			return s
		}
	}
	return Setting{}
}

// standing tells whether a feature is on in an area on a day, and by whose word; the zero Setting
// stands for the default.
func (p picture) standing(f Feature, area string, on day.Date) (bool, Setting) {
	for n := len(area); n > 0; n-- {
		if s := p.own(f.Code, area[:n], on); s.ID != 0 {
			return s.Value == On, s
		}
	}
	return f.Default == On, Setting{}
}

// anywhere tells whether a feature is on in an area or in any within.
func (p picture) anywhere(f Feature, area string, on day.Date) bool {
	if yes, _ := p.standing(f, area, on); yes {
		return true
	}
	for within := range p[f.Code] {
		if strings.HasPrefix(within, area) && p.own(f.Code, within, on).Value == On {
			return true
		}
	}
	return false
}
