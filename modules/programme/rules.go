package programme

import (
	"embed"

	"anbiao/kit/day"
	"anbiao/kit/library"
	"anbiao/kit/text"
)

//go:embed library
var files embed.FS

// shipped are the programmes that come with the program.
type shipped struct {
	Version    string `yaml:"version"`
	Source     string `yaml:"source"`
	SourceEn   string `yaml:"source_en"`
	Confidence string `yaml:"confidence"`
	Programmes []struct {
		Code      string `yaml:"code"`
		Area      string `yaml:"area"`
		Zh        string `yaml:"zh"`
		En        string `yaml:"en"`
		Indicator string `yaml:"indicator"`
		Measure   string `yaml:"measure"`
		Targets   []struct {
			Area  string `yaml:"area"`
			Year  int16  `yaml:"year"`
			Value int32  `yaml:"value"`
		} `yaml:"targets"`
	} `yaml:"programmes"`
}

// said is a text in both languages.
type said struct {
	Zh string `yaml:"zh"`
	En string `yaml:"en"`
}

func (s said) in(l text.Lang) string {
	if l == text.English {
		return s.En
	}
	return s.Zh
}

// formRules say what a statistics form is called and counts.
type formRules struct {
	Version    string     `yaml:"version"`
	Source     string     `yaml:"source"`
	SourceEn   string     `yaml:"source_en"`
	Confidence string     `yaml:"confidence"`
	Forms      []formRule `yaml:"forms"`
	Notes      []said     `yaml:"notes"`
}

// formRule is one kind of form.
type formRule struct {
	Kind  string `yaml:"kind"`
	Cycle string `yaml:"cycle"` // of the reports behind it
	Zh    string `yaml:"zh"`
	En    string `yaml:"en"`
}

// Indicator is one by which areas are compared.
type Indicator struct {
	Key     string   `yaml:"key" json:"key"`
	Zh      string   `yaml:"zh" json:"zh"`
	En      string   `yaml:"en" json:"en"`
	Kind    string   `yaml:"kind" json:"kind" enum:"rate,count"`
	Better  string   `yaml:"better" json:"better" enum:"high,low"`
	From    string   `yaml:"from" json:"from" enum:"report,hazard,metric,board"`
	Metrics []string `yaml:"metrics" json:"-"`
	Ranked  bool     `yaml:"ranked" json:"ranked" doc:"counts in the overall order"`
}

func (i Indicator) name(l text.Lang) string { return said{i.Zh, i.En}.in(l) }

// comparison says by what areas are compared.
type comparison struct {
	Version     string      `yaml:"version"`
	Source      string      `yaml:"source"`
	SourceEn    string      `yaml:"source_en"`
	Confidence  string      `yaml:"confidence"`
	Indicators  []Indicator `yaml:"indicators"`
	NotMeasured []string    `yaml:"not_measured"`
}

// The versions in force.
var (
	plan      = library.All[shipped]("programme", files, "library/programmes@*.yaml")[0]
	forms     = library.All[formRules]("programme", files, "library/forms@*.yaml")[0]
	indicated = library.All[comparison]("programme", files, "library/indicators@*.yaml")[0]
)

// ruleOf is the rule of a form of a kind.
func ruleOf(kind string) formRule {
	for _, f := range forms.Forms {
		if f.Kind == kind {
			return f
		}
	}
	return formRule{}
}

// monthOf reads YYYY-MM. Errors: ErrPeriod.
func monthOf(s string) (from, until day.Date, err error) {
	from, err = day.Parse(s + "-01")
	if err != nil {
		return from, until, ErrPeriod.At("query.month").Because(err)
	}
	return from, from.AddMonths(1).AddDays(-1), nil
}

// periodOf reads the period of a form: 2026-10, 2026-Q3. Errors: ErrPeriod.
func periodOf(kind, s string) (from, until day.Date, err error) {
	if kind == Quarter {
		if len(s) != 7 || s[4:6] != "-Q" || s[6] < '1' || s[6] > '4' {
			return from, until, ErrPeriod.At("query.period")
		}
		if from, err = day.Parse(s[:4] + "-01-01"); err != nil {
			return from, until, ErrPeriod.At("query.period").Because(err)
		}
		from = from.AddMonths(3 * int(s[6]-'1'))
		return from, from.AddMonths(3).AddDays(-1), nil
	}
	from, until, err = monthOf(s)
	if err != nil {
		return from, until, ErrPeriod.At("query.period").Because(err)
	}
	return from, until, nil
}

// depths are the lengths of paths: province, city, county, town, village, grid.
var depths = []int{2, 4, 6, 9, 12, 15}

// below is the length of the paths one level below a path.
func below(parent string) int {
	for _, d := range depths {
		if d > len(parent) {
			return d
		}
	}
	return depths[len(depths)-1]
}
