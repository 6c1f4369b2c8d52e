package fund

import (
	"embed"
	"slices"
	"strings"
	"sync"

	"anbiao/kit/accrual"
	"anbiao/kit/library"
	"anbiao/kit/search"
)

//go:embed library/doubts@*.yaml
var doubtFiles embed.FS

// suspicion is how an expense that may not be chargeable (不得列支) is noticed.
type suspicion struct {
	Code   string     `yaml:"code"`
	Words  []string   `yaml:"words"`
	All    [][]string `yaml:"all"`
	Except []string   `yaml:"except"`
}

type suspicions struct {
	Version string      `yaml:"version"`
	Source  string      `yaml:"source"`
	Doubts  []suspicion `yaml:"doubts"`
}

var shippedDoubts = sync.OnceValue(func() []suspicion {
	all := library.All[suspicions]("fund", doubtFiles, "library/doubts@*.yaml")
	return all[len(all)-1].Doubts
})

// Doubt is why an expense may not be chargeable.
type Doubt struct {
	Code   string
	Zh     string
	En     string
	Source string   // verified, memory: how sure the prohibition is
	Words  []string // that called for it
}

// doubtsOf asks of a purpose what may speak against it. category is the company's own.
func doubtsOf(r *accrual.Rules, category, purpose string) (out []Doubt) {
	said := search.Fold(purpose)
	for _, s := range shippedDoubts() {
		at := slices.IndexFunc(r.NotChargeable, func(n accrual.NotChargeable) bool { return n.Code == s.Code })
		if at < 0 {
			continue
		}
		n := r.NotChargeable[at]
		words := s.in(said)
		if len(words) == 0 || (len(n.AppliesTo) > 0 && !slices.Contains(n.AppliesTo, category)) {
			continue
		}
		if i := slices.IndexFunc(out, func(d Doubt) bool { return d.Code == s.Code }); i >= 0 {
			out[i].Words = append(out[i].Words, words...)
			continue
		}
		out = append(out, Doubt{n.Code, n.Zh, n.En, n.Source, words})
	}
	return out
}

// in returns the words of s that a folded text holds; none if they do not come to a doubt.
func (s suspicion) in(said string) []string {
	if len(held(s.Except, said)) > 0 {
		return nil
	}
	words := held(s.Words, said)
	for _, group := range s.All {
		one := held(group, said)
		if len(one) == 0 {
			return nil
		}
		words = append(words, one...)
	}
	return words
}

func held(words []string, said string) (out []string) {
	for _, w := range words {
		if strings.Contains(said, search.Fold(w)) {
			out = append(out, w)
		}
	}
	return out
}

func codesOf(doubts []Doubt) []string {
	out := make([]string, len(doubts))
	for i, d := range doubts {
		out[i] = d.Code
	}
	return out
}
