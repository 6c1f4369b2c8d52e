package livescore

import (
	"embed"
	"slices"
	"strings"

	"anbiao/kit/library"
	"anbiao/kit/scoring"
	"anbiao/kit/text"
)

//go:embed library/*.yaml
var files embed.FS

// Bindings are one version of the declared rules by which operating data score items; the file says
// what its words mean.
type Bindings struct {
	Version  string    `yaml:"version"`
	Source   string    `yaml:"source"`
	Metrics  []Metric  `yaml:"metrics"`
	Defaults []Default `yaml:"defaults"`
	Tables   []Table   `yaml:"tables"`

	metrics map[string]*Metric
	slots   []Slot // what is read of a company, each once
	index   map[Slot]int
}

// Metric is what people read of a figure, and what they can do about it.
type Metric struct {
	Key     string `yaml:"key"`
	TitleZH string `yaml:"title_zh"`
	TitleEN string `yaml:"title_en"`
	DoZH    string `yaml:"do_zh"`
	DoEN    string `yaml:"do_en"`
	Page    string `yaml:"page"` // of the desk, where it is done; empty: there is none yet
}

// Default says which companies are scored by a table before they have evaluated themselves.
type Default struct {
	Rubric     string   `yaml:"rubric"`
	Industries []string `yaml:"industries"` // GB/T 4754 prefixes
	Sizes      []int    `yaml:"sizes"`      // 1 large … 4 micro
}

// Table binds items of one scoring table.
type Table struct {
	Rubric string         `yaml:"rubric"`
	Total  scoring.Points `yaml:"total"`
	Count  int            `yaml:"count"` // items
	Items  []BoundItem    `yaml:"items"`
}

// BoundItem is an item that operating data speak to.
type BoundItem struct {
	Item  string `yaml:"item"`
	Rules []Rule `yaml:"rules"`
}

// Rule says what a figure does to an item.
type Rule struct {
	Metric string   `yaml:"metric"`
	Period Span     `yaml:"period"`
	Each   []string `yaml:"each"`  // deductions hit once for each that is missing
	Below  *Below   `yaml:"below"` // hit once below a line
	None   []string `yaml:"none"`  // hit once when nothing was done
	WhyZH  string   `yaml:"why_zh"`
	WhyEN  string   `yaml:"why_en"`
}

// Below is a line of a share.
type Below struct {
	Hit     string `yaml:"hit"`
	Percent int64  `yaml:"percent"`
}

// Slot is a figure that is read of a company.
type Slot struct {
	Metric string
	Period Span
}

// current are the bindings that are applied. What is wrong with them keeps the program from starting.
var current = loadBindings()

func loadBindings() *Bindings {
	all := library.All[Bindings]("livescore", files, "library/bindings@*.yaml")
	b := all[len(all)-1]
	b.metrics, b.index = map[string]*Metric{}, map[Slot]int{}
	for i := range b.Metrics {
		b.metrics[b.Metrics[i].Key] = &b.Metrics[i]
	}
	for _, t := range b.Tables {
		for _, it := range t.Items {
			for _, r := range it.Rules {
				if b.metrics[r.Metric] == nil || !slices.Contains(spans, r.Period) {
					panic("livescore: " + t.Rubric + " " + it.Item + ": unknown metric or period " + r.Metric + " " + string(r.Period))
				}
				at := Slot{r.Metric, r.Period}
				if _, ok := b.index[at]; !ok {
					b.index[at] = len(b.slots)
					b.slots = append(b.slots, at)
				}
			}
		}
	}
	return b
}

// BindingsVersion names the bindings that are applied.
func BindingsVersion() string { return current.Version }

// of returns the bindings of a table: by its code, or, of a local edition, those of a table of the same
// total and number of items that has every code that is bound.
func (b *Bindings) of(r *scoring.Rubric, c *scoring.Compiled) *Table {
	for i := range b.Tables {
		if b.Tables[i].Rubric == r.ID {
			return &b.Tables[i]
		}
	}
	for i := range b.Tables {
		t := &b.Tables[i]
		if t.Total == r.Total && t.Count == len(c.Items) && t.fits(c) {
			return t
		}
	}
	return nil
}

func (t *Table) fits(c *scoring.Compiled) bool {
	for _, it := range t.Items {
		at, ok := c.Index(it.Item)
		if !ok {
			return false
		}
		for _, r := range it.Rules {
			for _, id := range r.deductions() {
				if _, ok := c.Rule(at, id); !ok {
					return false
				}
			}
		}
	}
	return true
}

// deductions are those that a rule may hit.
func (r Rule) deductions() []string {
	all := slices.Concat(r.Each, r.None)
	if r.Below != nil {
		all = append(all, r.Below.Hit)
	}
	return all
}

// fits reports whether a company is scored by the table of d.
func (d Default) fits(industry string, size int16) bool {
	return (len(d.Industries) == 0 || slices.ContainsFunc(d.Industries, func(p string) bool { return strings.HasPrefix(industry, p) })) &&
		(len(d.Sizes) == 0 || slices.Contains(d.Sizes, int(size)))
}

func (m *Metric) title(l text.Lang) string {
	if l == text.Chinese {
		return m.TitleZH
	}
	return m.TitleEN
}

func (m *Metric) do(l text.Lang) string {
	if l == text.Chinese {
		return m.DoZH
	}
	return m.DoEN
}

func (r Rule) why(l text.Lang) string {
	if l == text.Chinese {
		return r.WhyZH
	}
	return r.WhyEN
}
