// Package text renders codes in the reader's language. The catalogues are embedded: one
// YAML file a noun and language, flat, code: sentence, with {name} for parameters.
package text

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/language"
)

//go:embed zh-CN/*.yaml en/*.yaml
var catalogues embed.FS

// Lang is a language the program speaks.
type Lang string

// Languages, the default first.
const (
	Chinese Lang = "zh-CN"
	English Lang = "en"
)

var (
	matcher  = language.NewMatcher([]language.Tag{language.MustParse("zh-CN"), language.English})
	messages = map[Lang]map[string]string{Chinese: mustLoad(Chinese), English: mustLoad(English)}
)

func mustLoad(l Lang) map[string]string {
	all := map[string]string{}
	files, err := fs.Glob(catalogues, string(l)+"/*.yaml")
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		b, err := catalogues.ReadFile(f)
		if err != nil {
			panic(err)
		}
		one := map[string]string{}
		if err := yaml.Unmarshal(b, &one); err != nil {
			panic(fmt.Errorf("text: %s: %w", path.Base(f), err))
		}
		for code, sentence := range one {
			if _, twice := all[code]; twice {
				panic("text: " + string(l) + " says " + code + " twice")
			}
			all[code] = sentence
		}
	}
	return all
}

// Match returns the language that suits an Accept-Language header best.
func Match(accept string) Lang {
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return Chinese
	}
	if _, i, _ := matcher.Match(tags...); i == 1 {
		return English
	}
	return Chinese
}

type key struct{}

// With returns ctx for a reader of l.
func With(ctx context.Context, l Lang) context.Context { return context.WithValue(ctx, key{}, l) }

// Of returns the reader's language, Chinese unless said otherwise.
func Of(ctx context.Context) Lang {
	if l, ok := ctx.Value(key{}).(Lang); ok {
		return l
	}
	return Chinese
}

// Say returns the sentence of code in l with params filled in. A code without a sentence
// is returned as it is; Known tells beforehand.
func Say(l Lang, code string, params map[string]string) string {
	s, ok := messages[l][code]
	if !ok {
		return code
	}
	return Fill(s, params)
}

// Fill puts params in the place of {name} in a sentence.
func Fill(s string, params map[string]string) string {
	if len(params) == 0 {
		return s
	}
	pairs := make([]string, 0, 2*len(params))
	for name, value := range params {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

// Known reports whether l has a sentence for code.
func Known(l Lang, code string) bool { _, ok := messages[l][code]; return ok }

// Sentence returns the sentence of code in l as it stands, placeholders and all.
func Sentence(l Lang, code string) string { return messages[l][code] }

// Bodied lists, in order, the codes whose sentence is the title of a longer text: that of code + "-body".
func Bodied() []string {
	var out []string
	for code := range messages[Chinese] {
		if Known(Chinese, code+"-body") {
			out = append(out, code)
		}
	}
	slices.Sort(out)
	return out
}

// Codes returns how many sentences each language has, and those that only one has.
func Codes() (count map[Lang]int, lone []string) {
	count = map[Lang]int{}
	for l, m := range messages {
		count[l] = len(m)
		for code := range m {
			for other := range messages {
				if !Known(other, code) {
					lone = append(lone, string(l)+": "+code)
				}
			}
		}
	}
	return count, lone
}
