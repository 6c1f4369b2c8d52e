package inspection

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"anbiao/kit/library"
	words "anbiao/kit/text"
)

//go:embed library/occasions.yaml
var occasionFile []byte

// Kinds of events that other modules report.
const (
	StaffJoined      = "staff.joined"
	StaffTransferred = "staff.transferred"
	MajorHazard      = "hazard.major"

	dangerousWork = "dangerous_work" // a plan that waits for it waits for every permit, too
	permitKinds   = "permit."
)

// OccasionGroup is a group of occasions, as the desk shows them.
type OccasionGroup struct {
	Code   string `yaml:"code" json:"code"`
	NameZh string `yaml:"name_zh" json:"nameZh"`
	NameEn string `yaml:"name_en" json:"nameEn"`
}

// Occasion is something that happens in companies and calls for checks (事件), with the items of the
// checklist library that it creates.
type Occasion struct {
	Kind   string   `yaml:"kind" json:"kind"`
	Group  string   `yaml:"group" json:"group"`
	Auto   bool     `yaml:"auto" json:"auto" doc:"the program notices it by itself; else somebody notes it by hand"`
	NameZh string   `yaml:"name_zh" json:"nameZh"`
	NameEn string   `yaml:"name_en" json:"nameEn"`
	Items  []string `yaml:"items" json:"items" nullable:"false" doc:"codes of the items it creates; empty: whatever waits for it"`
	Basis  struct {
		Ref        string `yaml:"ref" json:"ref"`
		Clause     string `yaml:"clause" json:"clause"`
		Confidence string `yaml:"confidence" json:"confidence" enum:"verified,reported,judgement"`
	} `yaml:"basis" json:"basis"`
	Choice string `yaml:"choice" json:"choice" enum:"verified,reported,judgement" doc:"how far it is founded that the items belong to it"`
}

type occasionShape struct {
	Version   string          `yaml:"version"`
	Groups    []OccasionGroup `yaml:"groups"`
	Occasions []Occasion      `yaml:"occasions"`
}

// catalogue reads the occasions that the program carries.
var catalogue = sync.OnceValue(func() occasionShape {
	s := library.Must[occasionShape]("inspection: occasions", occasionFile)
	words.WideAll(&s)
	for i, o := range s.Occasions {
		s.Occasions[i].Items = orNone(o.Items)
	}
	return s
})

// Occasions lists what may happen, in the order in which the desk shows it.
func Occasions() []Occasion { return catalogue().Occasions }

// PermitKind is the event that the beginning of a kind of dangerous work is.
func PermitKind(work string) string { return permitKinds + work }

// createdBy lists the codes that a kind of event creates.
func createdBy(kind string) []string {
	for _, o := range Occasions() {
		if o.Kind == kind {
			return o.Items
		}
	}
	return nil
}

// catalogued lists every code that some occasion creates.
var catalogued = sync.OnceValue(func() []string {
	var out []string
	for _, o := range Occasions() {
		out = append(out, o.Items...)
	}
	slices.Sort(out)
	return slices.Compact(out)
})

// Triggers lists the kinds of events that create an item of the library.
func Triggers(code string) []string {
	out := []string{}
	for _, o := range Occasions() {
		if slices.Contains(o.Items, code) {
			out = append(out, o.Kind)
		}
	}
	return out
}

// family is the wider kind that plans may wait for instead; the kind itself where there is none.
func family(kind string) string {
	if strings.HasPrefix(kind, permitKinds) {
		return dangerousWork
	}
	return kind
}

// nameOfKind is how a task of an event is called.
func nameOfKind(kind string) string {
	for _, o := range Occasions() {
		if o.Kind == kind {
			return o.NameZh
		}
	}
	return ""
}
