package inspection

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"time"

	"anbiao/kit/fault"
	"anbiao/kit/id"
)

// Asked is an item as the standard that was answered asks it.
type Asked struct {
	Code        string
	Module      string
	ModuleName  string
	Requirement string
	Method      string
	Frequency   Frequency
	Major       bool     // suggested: a failure is a major hazard
	Clause      string   // legal basis of the item
	Why         string   // the clause that makes it major; empty if none does
	MustPhoto   bool     // a failed answer needs a photo
	PhotoAlways bool     // every answer but not applicable needs a photo (必拍项)
	MustReason  bool     // a not-applicable answer needs a reason
	Limit       *Limit   // a value is measured; nil: none
	Posts       []string // post types that check it
}

// Limit is the range in which a measured value passes (限值), bounds included; an empty
// bound is open.
type Limit struct{ Unit, Min, Max string }

// plain is a number as people and instruments write it: no exponent, nothing that a float
// could not say.
var plain = regexp.MustCompile(`^-?[0-9]{1,9}(\.[0-9]{1,6})?$`)

// number reads a plain decimal, exactly.
func number(s string) (*big.Rat, bool) {
	if !plain.MatchString(s) {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// holds reports whether a measured value lies within l; known is false where it is no number.
func (l Limit) holds(measured string) (within, known bool) {
	v, ok := number(measured)
	if !ok {
		return false, false
	}
	low, hasLow := number(l.Min)
	high, hasHigh := number(l.Max)
	return (!hasLow || v.Cmp(low) >= 0) && (!hasHigh || v.Cmp(high) <= 0), true
}

// String writes l as people read it: 2–10 Ω, ≥0.5 MPa, ≤4 Ω.
func (l Limit) String() string {
	switch {
	case l.Min != "" && l.Max != "":
		return l.Min + "–" + l.Max + " " + l.Unit
	case l.Min != "":
		return "≥" + l.Min + " " + l.Unit
	case l.Max != "":
		return "≤" + l.Max + " " + l.Unit
	}
	return l.Unit
}

// Sheet is what a check is held against: the point, and the version of the standard that
// was answered.
type Sheet struct {
	PointName string
	Number    int // under the point's label
	Place     string
	Retired   bool                            // the point is out of use
	Explosive bool                            // no phone there (爆炸危险区域): no photo is asked for
	Sign      bool                            // a check there is signed
	ChangedAt time.Time                       // when what is asked at the point last changed
	At        []string                        // codes asked at the point as it is now
	Find      func(code string) (Asked, bool) // an item that version asks, anywhere
}

// key names an answer.
type key struct {
	point id.Of[id.Point]
	code  string
}

// demands lists the codes that must be answered: those of the task if it names any, else
// those of the point. If the point was changed after the check was begun, it asks nothing:
// the person answered what he was shown.
func (s Sheet) demands(task []string, began time.Time) []string {
	if s.changed(began) {
		return nil
	}
	return s.covers(task)
}

// covers lists the codes of the point, or those of them that the task names.
func (s Sheet) covers(task []string) []string {
	var out []string
	for _, code := range s.At {
		if len(task) == 0 || slices.Contains(task, code) {
			out = append(out, code)
		}
	}
	return out
}

// unlisted lists the codes of the point that wait for an event which no occasion of the catalogue is.
func (s Sheet) unlisted() (out []string) {
	for _, code := range s.At {
		if it, ok := s.Find(code); ok && it.Frequency == Eventually && !slices.Contains(catalogued(), code) {
			out = append(out, code)
		}
	}
	return out
}

func (s Sheet) changed(began time.Time) bool { return s.ChangedAt.After(began) }

// wrong says what an answer lacks. Errors: ErrReasonNeeded, ErrPhotoNeeded, ErrNoteNeeded,
// ErrValueNeeded, ErrOutOfRange, ErrRest.
func (s Sheet) wrong(a Answer, it Asked, c *Check) *fault.Error {
	blank := strings.TrimSpace(a.Note) == ""
	camera := !s.Explosive && !c.Paper
	within, known := true, true
	if it.Limit != nil && a.Result != NA {
		within, known = it.Limit.holds(a.Measured)
	}
	switch {
	case a.Result == NA && it.MustReason && blank:
		return ErrReasonNeeded
	case a.Rest && (a.Result != Pass || c.RestAt == nil || it.Limit != nil || (it.PhotoAlways && camera)):
		return ErrRest
	case camera && a.Result == Fail && it.MustPhoto && len(a.Photos) == 0:
		return ErrPhotoNeeded
	case camera && a.Result != NA && it.PhotoAlways && len(a.Photos) == 0 && !s.changed(c.StartedAt):
		return ErrPhotoNeeded
	case a.Result == Fail && blank && len(a.Photos) == 0: // a hazard nobody could find again
		return ErrNoteNeeded
	case !known:
		return ErrValueNeeded
	case a.Result == Pass && !within:
		return ErrOutOfRange
	}
	return nil
}

// explicit reports whether an item of a team card must be answered for itself: it needs a
// photo or a value of its own. A major item does not: who confirms the line says of it what
// he says of the others, and a fault is entered either way.
func (s Sheet) explicit(it Asked) bool { return it.Limit != nil || (it.PhotoAlways && !s.Explosive) }

// walk is what a check is held against at all the points it went to.
type walk map[id.Of[id.Point]]Sheet

// verify holds the answers of c against the sheets of its points. Each of demanded must be
// answered; on a team card what is not is returned as confirmed as a whole.
// Errors: ErrUnknownPoint, ErrUnknownItem, ErrItemTwice, ErrItemMissing, ErrExplicit, those
// of Sheet.wrong, each naming the answer.
func (w walk) verify(c *Check, demanded []key) (rest []key, err error) {
	seen := map[key]bool{}
	for i, a := range c.Answers.V {
		k := key{c.at(a), a.Code}
		sheet, ok := w[k.point]
		if !ok || !slices.Contains(c.points(), k.point) {
			return nil, ErrUnknownPoint.At(path(i) + ".pointId")
		}
		it, ok := sheet.Find(a.Code)
		var wrong *fault.Error
		switch {
		case !ok:
			wrong = ErrUnknownItem
		case seen[k]:
			wrong = ErrItemTwice
		default:
			wrong = sheet.wrong(a, it, c)
		}
		if wrong != nil {
			return nil, wrong.With("code", a.Code).At(path(i))
		}
		seen[k] = true
	}
	for _, k := range demanded {
		if seen[k] {
			continue
		}
		if !c.ByException {
			return nil, ErrItemMissing.With("code", k.code).At("body.answers")
		}
		it, ok := w[k.point].Find(k.code)
		if ok && w[k.point].explicit(it) {
			return nil, ErrExplicit.With("code", k.code).At("body.answers")
		}
		rest = append(rest, k)
	}
	if len(seen)+len(rest) == 0 {
		return nil, ErrItemMissing.With("code", "").At("body.answers")
	}
	return rest, nil
}

// demanded lists what must be answered at the points of c, in order.
func (w walk) demanded(c *Check, task []string) (out []key) {
	for _, p := range c.points() {
		codes := w[p].demands(task, c.StartedAt)
		if c.ByException { // nobody was shown the items: he confirms the point as it is
			codes = w[p].covers(task)
		}
		for _, code := range codes {
			out = append(out, key{p, code})
		}
	}
	return out
}

// permits holds what c says as a whole against its points. sign: the task asks for a
// signature. Errors: ErrUnknownPoint, ErrPaper, ErrSignature.
func (w walk) permits(c *Check, sign bool) error {
	for i, p := range c.points() {
		s, ok := w[p]
		switch {
		case !ok && c.Route != nil:
			return ErrUnknownPoint.At(fmt.Sprintf("body.route[%d]", i))
		case !ok:
			return ErrUnknownPoint.At("body.pointId")
		case c.Paper && !s.Explosive && !s.changed(c.StartedAt):
			return ErrPaper.With("point", s.PointName).At("body.paper")
		}
		sign = sign || (s.Sign && !s.changed(c.StartedAt))
	}
	if sign && !c.Paper && c.SignatureID == nil { // a printed card bears it
		return ErrSignature.At("body.signature")
	}
	return nil
}

// confirm notes on c what a team card confirmed as a whole, the points with the same items
// together.
func (c *Check) confirm(rest []key) {
	codes := map[id.Of[id.Point]][]string{}
	for _, k := range rest {
		codes[k.point] = append(codes[k.point], k.code)
	}
	var out []Confirmed
	for _, p := range c.points() {
		if len(codes[p]) == 0 {
			continue
		}
		i := slices.IndexFunc(out, func(x Confirmed) bool { return slices.Equal(x.Codes, codes[p]) })
		if i < 0 {
			out = append(out, Confirmed{Codes: codes[p]})
			i = len(out) - 1
		}
		out[i].Points = append(out[i].Points, p)
	}
	c.Confirmed = nil
	if len(out) > 0 {
		c.Confirmed = jsonOf(out)
	}
	c.Passed += len(rest)
}

func path(i int) string { return fmt.Sprintf("body.answers[%d]", i) }
