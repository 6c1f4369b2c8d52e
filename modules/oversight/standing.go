package oversight

import (
	"embed"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// Colour is a company's standing in the four colours (四色).
type Colour int16

// Colours, worst first.
const (
	Red Colour = iota + 1
	Orange
	Yellow
	Blue
)

// Facts are what is known of a company on a day.
type Facts struct {
	Open         int32 // hazards not closed
	Overdue      int32 // of them, past their deadline
	MajorOpen    int32 // major hazards not closed
	MajorOverdue int32
	MajorDue     int32 // of MajorOpen, overdue or found by an authority
	Recorded     bool  // the company has a hazard on its ledger, open or closed
	LastReport   int32 // day of the last report submitted as YYYYMMDD, 0: never
	Missing      int32 // reports due and not submitted
	Due          bool  // a report was due at some time
	Activated    bool  // somebody of the company has signed in
}

// Input is one part of a standing: what it weighs, what was reached and why.
type Input struct {
	Key      string   `json:"key"`      // hazard_closure …; texts: oversight.input.<key>
	Weight   int      `json:"weight"`   // points
	Measured bool     `json:"measured"` // false: not yet measured
	Points   int      `json:"points"`   // reached, at most Weight
	Veto     bool     `json:"veto,omitempty"`
	Reasons  []Reason `json:"reasons,omitempty"`
}

// Reason is what cost points, or is a veto.
type Reason struct {
	Code  string `json:"code"` // of the texts, with {count}
	Count int32  `json:"count"`
}

// Standing is where a company stands, with what led there.
type Standing struct {
	Colour   Colour
	Score    int // hundredths of a point of 100, over what is measured
	Measured int // hundredths of the weight that is measured; 0: nothing yet
	Inputs   []Input
}

// rule is how a standing follows from facts.
type rule struct {
	Version, Source string
	Weights         map[string]int
	HazardClosure   struct {
		OverdueEach   int `yaml:"overdue_each"`
		MajorOpenEach int `yaml:"major_open_each"`
		MajorDueEach  int `yaml:"major_due_each"`
	} `yaml:"hazard_closure"`
	SelfReport struct {
		MissingEach int `yaml:"missing_each"`
	} `yaml:"self_report_discipline"`
	Veto    []string
	Colours []struct {
		Colour Colour
		From   int
	}
	EnoughWeight int `yaml:"enough_weight"`
}

//go:embed library/*.yaml
var library embed.FS

// rules are all versions by name; a standing is kept with the version that led to it.
var rules = mustRules()

// current is the version that is applied.
var current = rules["platform-default-2026-2"]

func mustRules() map[string]rule {
	files, err := library.ReadDir("library")
	if err != nil {
		panic(fmt.Errorf("oversight: %w", err))
	}
	all := map[string]rule{}
	for _, f := range files {
		if strings.HasPrefix(f.Name(), "standing@") {
			r := mustRule("library/" + f.Name())
			all[r.Version] = r
		}
	}
	return all
}

// mustRule parses the rule; a mistake in it stops the program, and every test, at once.
func mustRule(name string) (r rule) {
	b, err := library.ReadFile(name)
	if err == nil {
		err = yaml.UnmarshalWithOptions(b, &r, yaml.Strict())
	}
	if err != nil {
		panic(fmt.Errorf("oversight: %s: %w", name, err))
	}
	return r
}

// inputs in the order in which they are shown.
var inputs = []string{"standardization_level", "risk_profile", "hazard_closure", "accidents_and_penalties", "self_report_discipline", "training_and_certificates"}

// StandingOf applies the current rule to facts.
func StandingOf(f Facts) Standing { return current.apply(f) }

// RuleVersion names the rule that StandingOf applies.
func RuleVersion() string { return current.Version }

func (r rule) apply(f Facts) Standing {
	s := Standing{}
	weight, points, veto := 0, 0, false
	for _, key := range inputs {
		in := Input{Key: key, Weight: r.Weights[key]}
		switch key {
		case "hazard_closure":
			r.hazards(&in, f)
		case "self_report_discipline":
			r.reports(&in, f)
		}
		if in.Measured {
			weight, points = weight+in.Weight, points+in.Points
		}
		veto = veto || in.Veto
		s.Inputs = append(s.Inputs, in)
	}
	s.Measured, s.Score = weight*100, 10_000
	if weight > 0 {
		s.Score = points * 10_000 / weight
	}
	s.Colour = r.colour(s.Score)
	switch {
	case veto:
		s.Colour = Red
	case weight < r.EnoughWeight:
		s.Colour = max(s.Colour, Yellow)
	}
	return s
}

func (r rule) colour(score int) Colour {
	for _, c := range r.Colours {
		if score >= c.From*100 {
			return c.Colour
		}
	}
	return Red
}

func (r rule) hazards(in *Input, f Facts) {
	in.Measured = f.Recorded || f.LastReport > 0
	if !in.Measured {
		return
	}
	in.Points = max(0, in.Weight-int(f.Overdue)*r.HazardClosure.OverdueEach-int(f.MajorOpen)*r.HazardClosure.MajorOpenEach-int(f.MajorDue)*r.HazardClosure.MajorDueEach)
	if f.Overdue > 0 {
		in.Reasons = append(in.Reasons, Reason{"oversight.reason.overdue", f.Overdue})
	}
	if f.MajorOpen > 0 && r.HazardClosure.MajorOpenEach > 0 {
		in.Reasons = append(in.Reasons, Reason{"oversight.reason.major-open", f.MajorOpen})
	}
	if f.MajorDue > 0 && r.HazardClosure.MajorDueEach > 0 {
		in.Reasons = append(in.Reasons, Reason{"oversight.reason.major-due", f.MajorDue})
	}
	for _, v := range r.Veto {
		if v == "open_major_hazard_overdue" && f.MajorOverdue > 0 {
			in.Veto, in.Reasons = true, append(in.Reasons, Reason{"oversight.reason.major-overdue", f.MajorOverdue})
		}
	}
}

func (r rule) reports(in *Input, f Facts) {
	in.Measured = f.Due || f.LastReport > 0
	if !in.Measured {
		return
	}
	in.Points = max(0, in.Weight-int(f.Missing)*r.SelfReport.MissingEach)
	if f.Missing > 0 {
		in.Reasons = append(in.Reasons, Reason{"oversight.reason.missing", f.Missing})
	}
}
