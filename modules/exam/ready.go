package exam

import (
	"embed"
	"fmt"
	"io/fs"

	"github.com/goccy/go-yaml"
)

//go:embed data/*.yaml
var readyYAML embed.FS

// Ready are the question banks that come with the program. Their words are our own; confidence says how far the basis is
// confirmed: verified in a copy of the text, memory known and not read again, design good practice.
var Ready = mustReady(readyYAML)

// ReadyBank is one of them.
type ReadyBank struct {
	Code      string          `yaml:"code"`
	Title     string          `yaml:"title"`
	Subject   string          `yaml:"subject"`
	Note      string          `yaml:"note"`
	Questions []ReadyQuestion `yaml:"questions"`
}

// ReadyQuestion is a question of a ready bank.
type ReadyQuestion struct {
	Kind        Kind     `yaml:"kind"`
	Stem        string   `yaml:"stem"`
	Options     []string `yaml:"options"`
	Answer      string   `yaml:"answer"` // letters, or true, false
	Explanation string   `yaml:"explanation"`
	Basis       string   `yaml:"basis"`
	Confidence  string   `yaml:"confidence"`
	Points      int      `yaml:"points"`
	Tags        []string `yaml:"tags"`
}

// Entry is the question as it would be entered.
func (r ReadyQuestion) Entry() Entry {
	answer, _ := readAnswer(r.Kind, r.Answer)
	return Entry{Kind: r.Kind, Stem: r.Stem, Options: r.Options, Answer: answer, Explanation: r.Explanation, Basis: r.Basis, Points: r.Points, Tags: r.Tags}
}

func mustReady(files fs.FS) (out []ReadyBank) {
	names, err := fs.Glob(files, "data/*.yaml")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			panic(err)
		}
		var bank ReadyBank
		if err := yaml.UnmarshalWithOptions(b, &bank, yaml.Strict()); err != nil {
			panic(fmt.Errorf("%s: %w", name, err))
		}
		for _, q := range bank.Questions {
			if err := new(Question).Say(q.Entry()); err != nil {
				panic(fmt.Errorf("%s: %q: %w", name, q.Stem, err))
			}
		}
		out = append(out, bank)
	}
	return out
}
