package certificate

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"

	"anbiao/kit/day"
)

// Part is somebody's part in a certificate.
type Part string

// Parts, from the holder upwards.
const (
	PartHolder    Part = "holder"
	PartLeader    Part = "leader"
	PartSafety    Part = "safety"
	PartPrincipal Part = "principal"
)

// Rung is who is told from a day on, in days after the due day.
type Rung struct {
	Day int    `yaml:"day"`
	To  []Part `yaml:"to"`
}

// Ladder is how reminders climb, in force from a day on.
type Ladder struct {
	Version string `yaml:"version"`
	Since   string `yaml:"from"`
	Daily   int    `yaml:"daily"`
	Weekly  int    `yaml:"weekly"`
	Rungs   []Rung `yaml:"rungs"`
	from    day.Date
}

//go:embed data/ladder.yaml
var laddersYAML []byte

// Ladders are those built into the program, the oldest first.
var Ladders = mustLadders(laddersYAML)

func mustLadders(b []byte) []Ladder {
	var doc struct {
		Versions []Ladder `yaml:"versions"`
	}
	if err := yaml.UnmarshalWithOptions(b, &doc, yaml.Strict()); err != nil {
		panic(fmt.Errorf("certificate: ladder: %w", err))
	}
	for i := range doc.Versions {
		l := &doc.Versions[i]
		from, err := day.Parse(l.Since)
		if err != nil || l.Daily < 1 || l.Weekly < 1 || len(l.Rungs) == 0 {
			panic(fmt.Errorf("certificate: ladder %s is not complete: %w", l.Version, err))
		}
		l.from = from
	}
	return doc.Versions
}

// ladderOn is the ladder in force on a day; before the first, the first.
func ladderOn(on day.Date) Ladder {
	for _, l := range slices.Backward(Ladders) {
		if !l.from.After(on) {
			return l
		}
	}
	return Ladders[0]
}

// to are those whom a reminder reaches that comes late days after the due day.
func (l Ladder) to(late int) (parts []Part) {
	for _, r := range l.Rungs {
		if r.Day <= late {
			parts = r.To
		}
	}
	return parts
}
