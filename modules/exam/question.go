package exam

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"anbiao/kit/db"
	"anbiao/kit/fault"
	"anbiao/kit/id"
	"anbiao/kit/search"
	"anbiao/rbac"
)

// Kind is how a question is answered.
type Kind string

// Kinds of questions.
const (
	Single   Kind = "single"   // 单选
	Multiple Kind = "multiple" // 多选
	Judge    Kind = "judge"    // 判断: option 1 is true, 0 is false
)

// States of a version of a question.
const (
	current  = "current"
	archived = "archived" // is not drawn any more
	replaced = "replaced" // by a newer version
)

// Limits of a question.
const (
	maxOptions = 10
	maxStem    = 1000
	maxOption  = 300
	maxTags    = 10
)

// Bank is a company's questions of one subject.
type Bank struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Bank]
	RegionPath    string
	OversightLine int16
	Title         string
	Subject       string
	ReadyCode     string
	Questions     int
	Retired       bool
	MadeByName    string
	ChangedAt     time.Time
}

// Question is one version of a question.
type Question struct {
	CompanyID     rbac.CompanyID
	ID            id.Of[id.Question]
	RegionPath    string
	OversightLine int16
	BankID        id.Of[id.Bank]
	Number        id.Of[id.Question] // of the question over its versions
	Version       int
	Kind          Kind
	Stem          string
	StemFold      string
	Options       db.Texts
	Answer        db.Shorts
	Explanation   string
	Basis         string
	Confidence    string
	Points        int
	Tags          db.Texts
	State         string
	MadeByName    string
	MadeAt        time.Time
}

// Entry is what is entered of a question.
type Entry struct {
	BankID      id.Of[id.Bank] `json:"bankId"`
	Kind        Kind           `json:"kind" enum:"single,multiple,judge"`
	Stem        string         `json:"stem" minLength:"1" maxLength:"1000"`
	Options     []string       `json:"options" nullable:"false" maxItems:"10" doc:"of true or false: none"`
	Answer      []int16        `json:"answer" nullable:"false" maxItems:"10" doc:"places in options from 0; of true or false: 1 true, 0 false"`
	Explanation string         `json:"explanation,omitempty" maxLength:"1000"`
	Basis       string         `json:"basis,omitempty" maxLength:"200" doc:"law or rule with its article"`
	Points      int            `json:"points,omitempty" minimum:"1" maximum:"100" default:"2" doc:"proposed to papers"`
	Tags        []string       `json:"tags,omitempty" maxItems:"10"`
}

// fold is the form in which the same stem is known again: signs, blanks and width do not count.
func fold(stem string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPunct(r) || unicode.IsSpace(r) || unicode.IsSymbol(r) {
			return -1
		}
		return r
	}, search.Fold(stem))
}

// Say puts what e says into q, cleaned. Errors: ErrStem, ErrKind, ErrOptions, ErrSameOption, ErrAnswer, ErrPoints.
func (q *Question) Say(e Entry) error {
	q.Kind, q.Stem, q.Explanation, q.Basis, q.Points = e.Kind, strings.TrimSpace(e.Stem), strings.TrimSpace(e.Explanation), strings.TrimSpace(e.Basis), e.Points
	q.StemFold, q.Options, q.Tags = fold(q.Stem), db.Texts{}, tidy(e.Tags)
	if q.StemFold == "" || len([]rune(q.Stem)) > maxStem {
		return ErrStem.At("body.stem")
	}
	if q.Points == 0 {
		q.Points = 2
	}
	if q.Points < 1 || q.Points > 100 {
		return ErrPoints.At("body.points")
	}
	seen := map[string]bool{}
	for _, o := range e.Options {
		o = strings.TrimSpace(o)
		switch {
		case o == "" || len([]rune(o)) > maxOption:
			return ErrOptions.At("body.options")
		case seen[o]:
			return ErrSameOption.With("option", o).At("body.options")
		}
		seen[o], q.Options = true, append(q.Options, o)
	}
	q.Answer = slices.Compact(slices.Sorted(slices.Values(e.Answer)))
	return q.sound()
}

// sound refuses an answer that its options do not allow.
func (q *Question) sound() error {
	n := len(q.Options)
	switch q.Kind {
	case Judge:
		if n != 0 {
			return ErrOptions.At("body.options")
		}
		n = 2
	case Single, Multiple:
		if n < 2 || n > maxOptions {
			return ErrOptions.At("body.options")
		}
	default:
		return ErrKind.At("body.kind")
	}
	for _, a := range q.Answer {
		if a < 0 || int(a) >= n {
			return ErrAnswer.At("body.answer")
		}
	}
	if len(q.Answer) == 0 || (q.Kind != Multiple && len(q.Answer) > 1) {
		return ErrAnswer.At("body.answer")
	}
	return nil
}

func tidy(tags []string) db.Texts {
	out := db.Texts{}
	for _, t := range tags {
		if t = strings.TrimSpace(t); t != "" && len([]rune(t)) <= 20 && !slices.Contains(out, t) && len(out) < maxTags {
			out = append(out, t)
		}
	}
	return out
}

// mark is how many of points a choice earns: all for the right one, half of them, rounded down,
// for part of several right ones without a wrong one where partial allows it, none otherwise.
func mark(kind Kind, answer, choice []int16, points int, partial bool) int {
	picked := slices.Compact(slices.Sorted(slices.Values(choice)))
	if slices.Equal(picked, answer) {
		return points
	}
	if kind != Multiple || !partial || len(picked) == 0 {
		return 0
	}
	for _, p := range picked {
		if !slices.Contains(answer, p) {
			return 0
		}
	}
	return points / 2
}

// fits refuses a choice that a question does not offer. Errors: ErrChoice.
func (q Question) fits(choice []int16) *fault.Error {
	n := len(q.Options)
	if q.Kind == Judge {
		n = 2
	}
	for i, c := range choice {
		if c < 0 || int(c) >= n || slices.Contains(choice[:i], c) {
			return ErrChoice
		}
	}
	if q.Kind != Multiple && len(choice) > 1 {
		return ErrChoice
	}
	return nil
}
