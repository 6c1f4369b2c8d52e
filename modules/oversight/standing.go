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
	Open         int32  `json:"open"`         // hazards not closed
	Overdue      int32  `json:"overdue"`      // of them, past their deadline
	MajorOpen    int32  `json:"majorOpen"`    // major hazards not closed
	MajorOverdue int32  `json:"majorOverdue"` // of Overdue
	MajorDue     int32  `json:"majorDue"`     // of MajorOpen, overdue or found by an authority
	Recorded     bool   `json:"recorded"`     // the company has a hazard on its ledger, open or closed
	LastReport   int32  `json:"lastReport"`   // day of the last report submitted as YYYYMMDD, 0: never
	Missing      int32  `json:"missing"`      // reports due and not submitted
	Due          bool   `json:"due"`          // a report was due at some time
	Activated    bool   `json:"activated"`    // somebody of the company has signed in
	Level        string `json:"level"`        // of standardization, held today: 1, 2, 3, pass
	Obliged      bool   `json:"obliged"`      // must join standardization, by a rule that does not follow from what it reported
	Risks        int32  `json:"risks"`        // in the register
	RisksLate    int32  `json:"risksLate"`    // of them, not reviewed in time
	Casualties   bool   `json:"casualties"`   // it keeps its accidents here, be there any or none
	Deaths       int32  `json:"deaths"`       // in twelve months
	Severe       int32  `json:"severe"`       // people severely injured in twelve months
	LossFen      int64  `json:"lossFen"`      // in twelve months
	Dishonest    bool   `json:"dishonest"`    // on the list of serious dishonesty (严重失信主体名单)
	Needed       int32  `json:"needed"`       // certificates that its people need
	Valid        int32  `json:"valid"`        // of them, held and valid
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
	Standardization struct {
		Levels    map[string]int // percent of the weight
		ObligedBy []string       `yaml:"obliged_by"`
	} `yaml:"standardization_level"`
	Risk struct {
		Whole bool // the share counts
	} `yaml:"risk_profile"`
	Accidents struct {
		SevereEach int   `yaml:"severe_each"`
		LossEach   int   `yaml:"loss_each"`
		LossYuan   int64 `yaml:"loss_yuan"`
	} `yaml:"accidents_and_penalties"`
	Certificates struct {
		Whole bool
	} `yaml:"training_and_certificates"`
	Veto        []string
	NotMeasured []string `yaml:"not_measured"`
	Colours     []struct {
		Colour Colour
		From   int
	}
	EnoughWeight  int `yaml:"enough_weight"`  // up to version 2: below it no colour is worse than yellow
	BenefitWeight int `yaml:"benefit_weight"` // since version 3: what is missing to it counts as reached
}

//go:embed library/*.yaml
var library embed.FS

// rules are all versions by name; a standing is kept with the version that led to it.
var rules = mustRules()

// current is the version that is applied.
var current = rules["platform-default-2026-4"]

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
		r.measures()[key](&in, f)
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
	if unknown := r.BenefitWeight - weight; unknown > 0 {
		s.Colour = r.colour((points + unknown) * 10_000 / r.BenefitWeight)
	}
	switch {
	case veto:
		s.Colour = Red
	case weight < r.EnoughWeight:
		s.Colour = max(s.Colour, Yellow)
	}
	return s
}

// measures are how each input follows from facts.
func (r rule) measures() map[string]func(*Input, Facts) {
	return map[string]func(*Input, Facts){
		"standardization_level": r.level, "risk_profile": r.risks, "hazard_closure": r.hazards,
		"accidents_and_penalties": r.accidents, "self_report_discipline": r.reports, "training_and_certificates": r.certificates,
	}
}

func (r rule) colour(score int) Colour {
	for _, c := range r.Colours {
		if score >= c.From*100 {
			return c.Colour
		}
	}
	return Red
}
