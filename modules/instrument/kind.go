package instrument

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"

	"anbiao/kit/library"
)

//go:embed library/kinds.yaml
var kindsYAML []byte

// Kind is one version of a kind of letter with its clocks. A zero number: there is no such clock.
type Kind struct {
	ID              string
	Version         string
	Zh              string
	En              string
	Word            string   // of the number, e.g. 安督函〔2026〕3号
	AckWorking      int      `yaml:"ack_working_days"`
	ReplyWorking    int      `yaml:"reply_working_days"`
	HoldWithin      int      `yaml:"hold_within_days"` // an interview, calendar days from issue
	FeedbackWorking int      `yaml:"feedback_working_days"`
	AgainWorking    int      `yaml:"again_working_days"` // for a reply that was sent back
	EscalateTo      []string `yaml:"escalate_to"`        // kinds, or listing: 挂牌督办
	Title           string
	Body            string
	Src             []string
	Conf            string
	NumbersConf     string `yaml:"numbers_conf"`
}

var kinds = library.Must[struct {
	Sources map[string]string
	Kinds   []Kind
}]("instrument: library/kinds.yaml", kindsYAML).Kinds

// Kinds are the newest versions, in their order.
func Kinds() (out []Kind) {
	for _, k := range kinds {
		if n := slices.IndexFunc(out, func(x Kind) bool { return x.ID == k.ID }); n >= 0 {
			out[n] = k
			continue
		}
		out = append(out, k)
	}
	return out
}

// kindOf is the newest version of a kind.
func kindOf(name string) (Kind, bool) {
	all := Kinds()
	n := slices.IndexFunc(all, func(k Kind) bool { return k.ID == name })
	if n < 0 {
		return Kind{}, false
	}
	return all[n], true
}

// versionOf is a version of a kind, as a letter keeps it.
func versionOf(name, version string) Kind {
	n := slices.IndexFunc(kinds, func(k Kind) bool { return k.ID == name && k.Version == version })
	if n < 0 {
		k, _ := kindOf(name)
		return k
	}
	return kinds[n]
}

// Held reports whether letters of the kind ask for a meeting.
func (k Kind) Held() bool { return k.HoldWithin > 0 }

// Asks reports whether letters of the kind ask for a reply, at once or after the meeting.
func (k Kind) Asks() bool { return k.ReplyWorking > 0 || k.FeedbackWorking > 0 }

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

// filled puts values into the placeholders of a text; one that is not known stays as it is written.
func filled(s string, values map[string]string) string {
	return placeholder.ReplaceAllStringFunc(s, func(p string) string {
		if v, ok := values[strings.Trim(p, "{}")]; ok {
			return v
		}
		return p
	})
}

// unfilled is the first placeholder that a text still has; empty: none.
func unfilled(s string) string { return placeholder.FindString(s) }
