package fund

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/db"
	"anbiao/kit/fault"
)

// Faults of the rates.
var (
	// ErrRuleKept: no version of this number.
	ErrRuleKept = fault.New(fault.Invalid, "fund.rule-kept")
	// ErrRevision: months of revisions do not rise, or are none.
	ErrRevision = fault.New(fault.Invalid, "fund.revision")
	// ErrApproval: the month's law knows no suspension by approval.
	ErrApproval = fault.New(fault.Invalid, "fund.approval")
)

// Texts of single fields of a correction.
const (
	fieldVersion = "fund.rule-version"
	fieldRead    = "fund.rule-read"
	fieldRate    = "fund.rule-rate"
	fieldBracket = "fund.rule-brackets"
	fieldSame    = "fund.rule-same"
	fieldTwice   = "fund.rule-sub"
)

// Rule is a version of the rates beside those built in: a correction by the platform administrator.
type Rule struct {
	Version     string
	Docno       string
	InForce     day.Date
	BaseVersion string
	Document    db.JSON[json.RawMessage]
	Changes     db.JSON[json.RawMessage]
	Note        string
	MadeByName  string
	MadeAt      time.Time
}

// Correction is what the official text says otherwise than a version, or confirms.
type Correction struct {
	Base    string
	Version string // empty: the next number of its law
	Changes []accrual.Change
	Note    string
}

// lawOf is the law of a version, the part before the point.
func lawOf(version string) string {
	law, _, _ := strings.Cut(version, ".")
	return law
}

// serialOf is the number of a version within its law.
func serialOf(version string) (n int64) {
	_, number, _ := strings.Cut(version, ".")
	n, _ = strconv.ParseInt(number, 10, 64)
	return n
}

// newest is the last version of a version's law; all are sorted.
func newest(all []*accrual.Rules, version string) (last *accrual.Rules) {
	for _, r := range all {
		if lawOf(r.Version) == lawOf(version) && (last == nil || accrual.CompareVersions(r.Version, last.Version) > 0) {
			last = r
		}
	}
	return last
}

// before is the version of the law before that was published last; nil: there was none.
func before(all []*accrual.Rules, is *accrual.Rules) (was *accrual.Rules) {
	for _, r := range all {
		if r.InForce.Before(is.InForce) && lawOf(r.Version) != lawOf(is.Version) {
			was = r
		}
	}
	return was
}

// apply makes the next version. Errors: ErrRule, ErrRuleTaken, ErrRuleKept, ErrState, ErrCategory, ErrSub, each with its field.
func (c Correction) apply(all []*accrual.Rules) (*accrual.Rules, error) {
	base := accrual.Version(all, c.Base)
	if base == nil {
		return nil, ErrRuleKept.At("body.base")
	}
	if last := newest(all, c.Base); last.Version != c.Base {
		return nil, ErrState.At("body.base") // what the later one corrected would be lost
	}
	version := c.Version
	switch {
	case version == "":
		version = fmt.Sprintf("%s.%d", lawOf(c.Base), serialOf(c.Base)+1)
	case accrual.Version(all, version) != nil:
		return nil, ErrRuleTaken.At("body.version")
	}
	next, err := base.Corrected(version, c.Changes)
	if f, ok := errors.AsType[*accrual.ChangeFault](err); ok {
		return nil, c.blame(base, f)
	}
	for i, x := range c.Changes {
		if same(base, x) {
			return nil, wrong("body.changes[%d].rate", i, fieldSame)
		}
	}
	return next, err
}

// same reports whether a change says nothing new: the figure stands there, verified.
func same(base *accrual.Rules, x accrual.Change) bool {
	category, _ := base.Category(x.Category)
	s, ok := category.Sub(x.Sub)
	if !ok || s.ToVerify() || (s.Rate == nil) != (x.Rate == nil) || s.Rate != nil && *s.Rate != *x.Rate {
		return false
	}
	return slices.EqualFunc(s.Brackets, x.Brackets, func(a, b accrual.Bracket) bool {
		return a.FromYuan == b.FromYuan && a.Rate == b.Rate && (a.UntilYuan == nil) == (b.UntilYuan == nil) && (a.UntilYuan == nil || *a.UntilYuan == *b.UntilYuan)
	})
}

// wrong is ErrRule with the field at fault and its own text.
func wrong(path string, i int, code string) error {
	return ErrRule.Also(fault.Field{Path: fmt.Sprintf(path, i), Code: code})
}

// blame says which field of a correction is at fault.
func (c Correction) blame(base *accrual.Rules, f *accrual.ChangeFault) error {
	switch f.Code {
	case accrual.ChangeVersion:
		return ErrRule.Also(fault.Field{Path: "body.version", Code: fieldVersion})
	case accrual.ChangeNone:
		return ErrRule.At("body.changes")
	case accrual.ChangeRead:
		return wrong("body.changes[%d].read", f.Change, fieldRead)
	case accrual.ChangeRate:
		return wrong("body.changes[%d].rate", f.Change, fieldRate)
	case accrual.ChangeBrackets:
		return wrong("body.changes[%d].brackets", f.Change, fieldBracket)
	}
	x := c.Changes[f.Change]
	category, ok := base.Category(x.Category)
	if !ok {
		return ErrCategory.At(fmt.Sprintf("body.changes[%d].category", f.Change))
	}
	if _, ok := category.Sub(x.Sub); !ok {
		return ErrSub.At(fmt.Sprintf("body.changes[%d].sub", f.Change))
	}
	return wrong("body.changes[%d].sub", f.Change, fieldTwice)
}
