package hazard

import (
	_ "embed"
	"strings"

	"github.com/goccy/go-yaml"
)

//go:embed library/taxonomy@1.yaml
var taxonomyYAML []byte

// Taxonomy is the two-level list of hazard categories that self-report systems share, with a
// second, independent label for the cause. Every entry says how well it is attested.
type Taxonomy struct {
	Version   string            `json:"version"`
	ValidFrom string            `json:"validFrom" yaml:"valid_from"`
	Sources   map[string]string `json:"sources"`
	Classes   []Class           `json:"classes"`
	Causes    []Cause           `json:"causes"`
}

// Class is a first-level category.
type Class struct {
	ID   string     `json:"id"`
	Zh   string     `json:"zh"`
	En   string     `json:"en"`
	Subs []Category `json:"subs"`
}

// Category is a second-level category.
type Category struct {
	ID   string   `json:"id" example:"B02"`
	Zh   string   `json:"zh"`
	En   string   `json:"en"`
	Conf string   `json:"confidence" yaml:"conf" enum:"verified,memory" doc:"whether the name was read in its source"`
	Src  []string `json:"sources" yaml:"src" nullable:"false"`
}

// Cause says whether people, things or management failed.
type Cause struct {
	ID   int16    `json:"id"`
	Zh   string   `json:"zh"`
	En   string   `json:"en"`
	Conf string   `json:"confidence" yaml:"conf" enum:"verified,memory"`
	Src  []string `json:"sources" yaml:"src" nullable:"false"`
}

// Categories is the taxonomy in force.
var Categories = mustTaxonomy()

func mustTaxonomy() (t Taxonomy) {
	if err := yaml.UnmarshalWithOptions(taxonomyYAML, &t, yaml.Strict()); err != nil {
		panic("hazard: " + err.Error())
	}
	for i := range t.Classes {
		for j := range t.Classes[i].Subs {
			if s := &t.Classes[i].Subs[j]; s.Src == nil {
				s.Src = []string{}
			}
		}
	}
	return t
}

// Has reports whether code is a second-level category.
func (t Taxonomy) Has(code string) bool {
	for _, c := range t.Classes {
		for _, s := range c.Subs {
			if s.ID == code {
				return true
			}
		}
	}
	return false
}

// paper reports whether code is a matter of management (基础管理类), which a photograph need not show.
func paper(code string) bool { return strings.HasPrefix(code, "A") }
