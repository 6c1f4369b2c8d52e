package penalty

import (
	_ "embed"
	"slices"

	"github.com/goccy/go-yaml"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
)

//go:embed library/penalty.yaml
var bookYAML []byte

// Hint is what the law says of an act, for whoever writes a decision or a warning; amounts in yuan.
type Hint struct {
	Key            string   `json:"key"`
	Act            string   `json:"act"`
	Article        string   `json:"article"`
	FirstMax       int64    `yaml:"first_max" json:"firstMax" doc:"yuan, the first time; 0: none"`
	Overdue        []int64  `json:"overdue" nullable:"false" doc:"from and to in yuan where it is not put right in time"`
	Persons        []int64  `json:"persons" nullable:"false" doc:"from and to in yuan for those who answer for it"`
	RefusalPersons []int64  `yaml:"refusal_persons" json:"refusalPersons" nullable:"false" doc:"the same where putting it right is refused"`
	Src            []string `yaml:"src" json:"-"`
	Conf           string   `json:"conf" enum:"verified,memory"`
}

// Condition is a reason for which somebody can be listed as seriously dishonest.
type Condition struct {
	ID   string   `json:"id"`
	Zh   string   `json:"zh"`
	En   string   `json:"en"`
	Src  []string `yaml:"src" json:"-"`
	Conf string   `json:"conf" enum:"verified,memory"`
}

type book struct {
	Version     string
	Sources     map[string]string
	Publication struct {
		WorkingDays int `yaml:"working_days"`
		Clause      string
		Src         []string
		Conf        string
	}
	Repair struct {
		AfterMonths       int `yaml:"after_months"`
		DecideWorkingDays int `yaml:"decide_working_days"`
		Clause            string
		Src               []string
		Conf              string
	}
	Hints      []Hint
	Dishonesty struct {
		DecidedBy            string `yaml:"decided_by"`
		StatementWorkingDays int    `yaml:"statement_working_days"`
		StatementConf        string `yaml:"statement_conf"`
		Early                struct {
			Needs             []string
			AcceptWorkingDays int `yaml:"accept_working_days"`
			DecideWorkingDays int `yaml:"decide_working_days"`
			Src               []string
			Conf              string
		}
		Conditions []Condition
	}
}

// rules are the terms in force.
var rules = mustBook()

func mustBook() (b book) {
	if err := yaml.UnmarshalWithOptions(bookYAML, &b, yaml.Strict()); err != nil {
		panic("penalty: " + err.Error())
	}
	return b
}

func knownCondition(id string) bool {
	return slices.ContainsFunc(rules.Dishonesty.Conditions, func(c Condition) bool { return c.ID == id })
}

// within is the n-th working day after d; zero where the holidays of its year are not published.
func within(d day.Date, n int) day.Date {
	last, err := calendar.China().Add(d, n)
	if err != nil {
		return day.Date{}
	}
	return last
}
