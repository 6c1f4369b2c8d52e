package dossier

import (
	_ "embed"
	"slices"

	"github.com/goccy/go-yaml"
)

//go:embed library/lights.yaml
var lightsYAML []byte

// Colour of a light.
type Colour string

// Colours. Unmeasured: nothing is known, which is not red.
const (
	Green      Colour = "green"
	Yellow     Colour = "yellow"
	Red        Colour = "red"
	Unmeasured Colour = "unmeasured"
)

type figureRule struct {
	Metric string
	Path   string // page with the rows; empty: there is none yet
	Own    bool   // the rows are personal records of the company: regulators have the figure only
}

type lightRule struct {
	Key     string
	Figures []figureRule
}

type lightRules struct {
	Version    string
	Source     string
	Confidence string
	Bands      struct{ Green, Yellow int }
	Lights     []lightRule
}

// lights is the rule in force.
var lights = mustLights()

func mustLights() (r lightRules) {
	if err := yaml.UnmarshalWithOptions(lightsYAML, &r, yaml.Strict()); err != nil {
		panic("dossier: " + err.Error())
	}
	return r
}

// Figure is a share as it was last measured.
type Figure struct {
	Metric string
	Num    int64
	Den    int64
}

// LightFigure is one figure of a light.
type LightFigure struct {
	Figure
	Path     string
	Measured bool
}

// Light is one of the five.
type Light struct {
	Key     string
	Colour  Colour
	Percent int // mean of what is measured
	Figures []LightFigure
}

// work finds the five lights from the figures that are known. Rounded down, so that no light is greener than its figures.
func (r lightRules) work(known map[string]Figure) []Light {
	out := make([]Light, len(r.Lights))
	for i, rule := range r.Lights {
		l := Light{Key: rule.Key, Colour: Unmeasured}
		sum, n := int64(0), int64(0)
		for _, f := range rule.Figures {
			x, ok := known[f.Metric]
			one := LightFigure{Figure: Figure{Metric: f.Metric, Num: x.Num, Den: x.Den}, Path: f.Path, Measured: ok && x.Den > 0}
			if one.Measured {
				sum, n = sum+min(x.Num, x.Den)*10000/x.Den, n+1
			}
			l.Figures = append(l.Figures, one)
		}
		if n > 0 {
			l.Percent = int(sum / n / 100)
			l.Colour = r.colour(l.Percent)
		}
		out[i] = l
	}
	return out
}

func (r lightRules) colour(percent int) Colour {
	switch {
	case percent >= r.Bands.Green:
		return Green
	case percent >= r.Bands.Yellow:
		return Yellow
	}
	return Red
}

func (r lightRules) find(key string) (lightRule, bool) {
	i := slices.IndexFunc(r.Lights, func(l lightRule) bool { return l.Key == key })
	if i < 0 {
		return lightRule{}, false
	}
	return r.Lights[i], true
}
