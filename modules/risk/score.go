package risk

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"anbiao/kit/day"
)

// Level is how grave a risk is (风险等级).
type Level string

// Levels, from red to blue.
const (
	Major   Level = "major"
	Larger  Level = "larger"
	General Level = "general"
	Low     Level = "low"
)

// rank orders levels; an unknown one is below all.
func (l Level) rank() int { return slices.Index([]Level{Low, General, Larger, Major}, l) }

// Above reports whether l is graver than o.
func (l Level) Above(o Level) bool { return l.rank() > o.rank() }

// reported holds for levels that are reported to the regulator (较大以上).
func (l Level) reported() bool { return l.rank() >= Larger.rank() }

// Method is a way of rating.
type Method string

// Methods: LEC multiplies likelihood, exposure and consequence; LS likelihood and severity.
const (
	LEC Method = "lec"
	LS  Method = "ls"
)

// ControlLevel is who controls a risk; those above answer for it as well.
type ControlLevel string

// Control levels, the highest first.
const (
	AtCompany  ControlLevel = "company"
	AtWorkshop ControlLevel = "workshop"
	AtTeam     ControlLevel = "team"
	AtPost     ControlLevel = "post"
)

var controlLevels = []ControlLevel{AtCompany, AtWorkshop, AtTeam, AtPost}

// below reports whether c stands lower than o.
func (c ControlLevel) below(o ControlLevel) bool {
	return slices.Index(controlLevels, c) > slices.Index(controlLevels, o)
}

// Chain are the levels that answer for what c controls, the highest first.
func (c ControlLevel) Chain() []ControlLevel {
	return controlLevels[:slices.Index(controlLevels, c)+1]
}

// Scoring is a rating as a person enters it: the values of the method's factors as decimals.
type Scoring struct {
	Method Method `json:"method" enum:"lec,ls"`
	L      string `json:"l" maxLength:"5" doc:"likelihood, one of the values of the rules"`
	E      string `json:"e" required:"false" maxLength:"5" doc:"exposure; of LEC"`
	C      string `json:"c" required:"false" maxLength:"5" doc:"consequence; of LEC"`
	S      string `json:"s" required:"false" maxLength:"5" doc:"severity; of LS"`
}

// Rating is a rating worked out: factors and score in hundredths, so that products are exact.
type Rating struct {
	Method     Method
	L, E, C, S int
	Score      int
	Level      Level // what the score says
}

// Rate multiplies the factors of s and finds the band. Errors: ErrFactor at the factor that the
// method does not have or whose value it does not know.
func (r *Rules) Rate(s Scoring, at string) (Rating, error) {
	m, ok := r.Methods[s.Method]
	if !ok {
		return Rating{}, ErrFactor.At(at + ".method")
	}
	out := Rating{Method: s.Method}
	given := map[string]string{"l": s.L, "e": s.E, "c": s.C, "s": s.S}
	into := map[string]*int{"l": &out.L, "e": &out.E, "c": &out.C, "s": &out.S}
	for _, f := range m.Factors {
		n, ok := hundredths(given[f.Key])
		if !ok || !slices.ContainsFunc(f.Options, func(v Value) bool { h, _ := hundredths(v.V); return h == n }) {
			return Rating{}, ErrFactor.At(at + "." + f.Key)
		}
		*into[f.Key] = n
		delete(given, f.Key)
	}
	for _, key := range []string{"e", "c", "s"} {
		if given[key] != "" {
			return Rating{}, ErrFactor.At(at + "." + key)
		}
	}
	out.Score = product(out)
	for _, b := range m.Bands {
		if from, _ := hundredths(b.Gte); out.Score >= from {
			out.Level = b.Level
			break
		}
	}
	return out, nil
}

// product multiplies the factors that there are, in hundredths, rounding only once.
func product(r Rating) int {
	n, scale := 1, 1
	for _, f := range []int{r.L, r.E, r.C, r.S} {
		if f != 0 {
			n, scale = n*f, scale*100
		}
	}
	return n * 100 / scale
}

// scoring is a rating as it was entered.
func (r Rating) scoring() Scoring {
	return Scoring{r.Method, decimal(r.L), decimal(r.E), decimal(r.C), decimal(r.S)}
}

// hundredths reads a decimal of at most two places, e.g. 0.5 as 50.
func hundredths(s string) (int, bool) {
	whole, part, _ := strings.Cut(strings.TrimSpace(s), ".")
	if whole == "" || len(whole) > 5 || len(part) > 2 {
		return 0, false
	}
	n, err := strconv.ParseUint(whole+(part + "00")[:2], 10, 32)
	return int(n), err == nil
}

// decimal writes hundredths without zeros at the end; zero is empty, which means "not given".
func decimal(n int) string {
	if n == 0 {
		return ""
	}
	s := strconv.Itoa(n/100) + "." + strconv.Itoa(n%100 + 100)[1:]
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

// Judged is a risk's level as it stands: what the score says, what the catalogue asks at least,
// and what the company raised it to.
type Judged struct {
	Inherent      Rating
	Residual      *Rating // nil: not rated yet
	Level         Level   // inherent
	ResidualLevel Level
	ControlLevel  ControlLevel
}

// Judgement is what a company says of a risk besides its factors.
type Judgement struct {
	Inherent     Scoring
	Residual     *Scoring
	Catalogue    bool
	RaisedLevel  Level
	RaiseReason  string
	ControlLevel ControlLevel // empty: as the colour says
}

// Judge works out the levels. An entry of the catalogue is never below its level, inherent or
// residual; a level may be raised by hand with a reason, never lowered; the residual risk is
// not above the inherent one; and the control level is not below the colour's.
// Errors: ErrFactor, ErrLowered, ErrRaiseReason, ErrResidual, ErrControlLevel.
func (r *Rules) Judge(j Judgement) (out Judged, err error) {
	if out.Inherent, err = r.Rate(j.Inherent, "body.inherent"); err != nil {
		return out, err
	}
	out.Level = out.Inherent.Level
	if j.Catalogue && r.CatalogueLevel.Above(out.Level) {
		out.Level = r.CatalogueLevel
	}
	switch {
	case j.RaisedLevel == "":
	case !j.RaisedLevel.Above(out.Level):
		return out, ErrLowered.At("body.raisedLevel")
	case strings.TrimSpace(j.RaiseReason) == "":
		return out, ErrRaiseReason.At("body.raiseReason")
	default:
		out.Level = j.RaisedLevel
	}
	if err := r.judgeResidual(j, &out); err != nil {
		return out, err
	}
	least := r.level(out.Level).ControlAt
	out.ControlLevel = j.ControlLevel
	switch {
	case out.ControlLevel == "":
		out.ControlLevel = least
	case out.ControlLevel.below(least):
		return out, ErrControlLevel.At("body.controlLevel")
	}
	return out, nil
}

func (r *Rules) judgeResidual(j Judgement, out *Judged) error {
	if j.Residual == nil {
		return nil
	}
	if j.Residual.Method != j.Inherent.Method {
		return ErrFactor.At("body.residual.method")
	}
	rest, err := r.Rate(*j.Residual, "body.residual")
	if err != nil {
		return err
	}
	if rest.Score > out.Inherent.Score {
		return ErrResidual.At("body.residual")
	}
	out.Residual, out.ResidualLevel = &rest, rest.Level
	if j.Catalogue && r.CatalogueLevel.Above(rest.Level) {
		out.ResidualLevel = r.CatalogueLevel
	}
	return nil
}

// highest is the gravest of levels; none: empty.
func highest(levels ...Level) (top Level) {
	for _, l := range levels {
		if l.Above(top) {
			top = l
		}
	}
	return top
}

func dayOfYear(year, month, d int) day.Date { return day.Of(year, time.Month(month), d) }

func lastOfQuarter(d day.Date) day.Date {
	return day.Of(d.Year(), time.Month(3*d.Quarter()), 1).AddMonths(1).AddDays(-1)
}
