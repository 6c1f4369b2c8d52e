package certificate

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"

	"anbiao/kit/text"
)

//go:embed data/needs.yaml
var needsYAML []byte

// Needed are the rules that say what a post needs by its types, read once.
var Needed = mustNeeds(needsYAML)

// NeedRules is one version of them.
type NeedRules struct {
	Version      string       `yaml:"version"`
	Hours        []HourNeed   `yaml:"hours"`
	Certificates []PermitNeed `yaml:"certificates"`
}

// HourNeed is training that people on posts of some types have, in hours of 45 minutes.
type HourNeed struct {
	For        []string `yaml:"for"`   // post types, or "all"
	Phase      string   `yaml:"phase"` // initial, annual, occupational_health_initial, occupational_health_annual
	General    int      `yaml:"general"`
	Hazardous  int      `yaml:"hazardous"` // in mines, hazardous chemicals, fireworks, metal smelting
	Basis      string   `yaml:"basis"`
	Confidence string   `yaml:"confidence"`
}

// PermitNeed is a certificate without which people on posts of some types may not work.
type PermitNeed struct {
	For        []string `yaml:"for"`
	Kind       string   `yaml:"kind"`
	AnyOf      []string `yaml:"any_of"` // operations of which one is enough; none: the kind has none
	Basis      string   `yaml:"basis"`
	Confidence string   `yaml:"confidence"`
}

// everyPost stands for posts of all types.
const everyPost = "all"

func mustNeeds(b []byte) NeedRules {
	var n NeedRules
	if err := yaml.Unmarshal(b, &n); err != nil {
		panic(fmt.Errorf("certificate: needs: %w", err))
	}
	text.WideAll(&n)
	for _, c := range n.Certificates {
		if _, err := Kinds.Kind(c.Kind); err != nil {
			panic(fmt.Errorf("certificate: needs: kind %q: %w", c.Kind, err))
		}
		for _, o := range c.AnyOf {
			if _, err := Kinds.operand(c.Kind, o); err != nil {
				panic(fmt.Errorf("certificate: needs: %s of %s: %w", o, c.Kind, err))
			}
		}
	}
	return n
}

// Of returns what a post of those types needs: every certificate once, and of each phase of
// training the longest that is said of one of its types, or else what is said of every post.
func (n NeedRules) Of(types []string, hazardous bool) (hours []HourNeed, permits []PermitNeed) {
	named := func(of []string) bool {
		return slices.ContainsFunc(of, func(t string) bool { return slices.Contains(types, t) })
	}
	for _, h := range n.Hours {
		i := slices.IndexFunc(hours, func(x HourNeed) bool { return x.Phase == h.Phase })
		switch {
		case i < 0 && (named(h.For) || slices.Contains(h.For, everyPost)):
			hours = append(hours, h)
		case i >= 0 && named(h.For) && (!named(hours[i].For) || h.hours(hazardous) > hours[i].hours(hazardous)):
			hours[i] = h
		}
	}
	for _, c := range n.Certificates {
		if named(c.For) {
			permits = append(permits, c)
		}
	}
	return hours, permits
}

// hours is how long the training is.
func (h HourNeed) hours(hazardous bool) int {
	if hazardous {
		return h.Hazardous
	}
	return h.General
}
