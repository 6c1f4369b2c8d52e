package fund

import (
	"errors"
	"strings"
	"time"

	"anbiao/kit/accrual"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/fen"
	"anbiao/kit/id"
	"anbiao/rbac"
)

// LineForm states a business, mine or contract. No revenue: not known yet.
type LineForm struct {
	Name       string                 `json:"name" minLength:"1" maxLength:"100"`
	Category   string                 `json:"category" minLength:"1" maxLength:"40"`
	Sub        string                 `json:"sub" required:"false" maxLength:"40"`
	Hazards    []string               `json:"hazards" required:"false" maxItems:"10" doc:"further sub-categories that apply to a mine: the highest rate holds"`
	Rules      string                 `json:"rules" required:"false" maxLength:"20" doc:"version kept by a contract signed before the rules; empty: the month's"`
	SignedOn   day.Date               `json:"signedOn,omitzero" required:"false"`
	Rate       string                 `json:"rate" required:"false" maxLength:"20" doc:"the company's own, not below the rules'; empty: the rules'"`
	RevenueFen *fen.Amount            `json:"revenueFen" required:"false" nullable:"true" minimum:"0"`
	Source     string                 `json:"source" required:"false" maxLength:"200" doc:"paper that states it"`
	Files      []id.Of[id.Attachment] `json:"files" required:"false" maxItems:"10"`
}

// line makes a business of the form.
func (f LineForm) line(home rbac.Home, year int32, now time.Time) Line {
	files := make([]int64, len(f.Files))
	for i, n := range f.Files {
		files[i] = int64(n)
	}
	return Line{
		CompanyID: home.CompanyID, RegionPath: home.RegionPath, OversightLine: home.Line, Year: year, Name: strings.TrimSpace(f.Name), Category: f.Category, Sub: f.Sub,
		Hazards: f.Hazards, Rules: f.Rules, SignedOn: f.SignedOn, Rate: strings.TrimSpace(f.Rate), RevenueFen: f.RevenueFen, Source: strings.TrimSpace(f.Source), Files: files, ChangedAt: now,
	}
}

// sameBase reports whether two statements come to the same accrual.
func (l Line) sameBase(o Line) bool {
	known := (l.RevenueFen == nil) == (o.RevenueFen == nil) && (l.RevenueFen == nil || *l.RevenueFen == *o.RevenueFen)
	return known && l.Category == o.Category && l.Sub == o.Sub && strings.Join(l.Hazards, ",") == strings.Join(o.Hazards, ",") && l.Rules == o.Rules && l.Rate == o.Rate
}

// base is what a line is reckoned on.
type base struct {
	Known     bool
	OnRevenue bool
	Lump      bool // a first year accrues in December
	Unit      string
	Rate      *accrual.Rate
	ToVerify  bool
	Article   int
	Sub       accrual.Sub
	Category  accrual.Category
}

// baseOf finds it under the version that holds in a month, or any that knows the line.
func baseOf(rules []*accrual.Rules, l Line, month day.Date) base {
	law := accrual.On(rules, month)
	order := append([]*accrual.Rules{law}, rules...)
	if l.Rules != "" {
		order = []*accrual.Rules{accrual.Version(rules, l.Rules)}
	}
	for _, r := range order {
		if r == nil {
			continue
		}
		c, ok := r.Category(l.Category)
		code := l.Sub
		if code == "" && len(l.Hazards) > 0 {
			code = l.Hazards[0]
		}
		if code == "" && len(c.Subs) == 1 {
			code = c.Subs[0].Code
		}
		if s, known := c.Sub(code); ok && known {
			return base{
				Known: true, OnRevenue: s.Timing.OnRevenue(), Lump: law != nil && law.Treatment.FirstYear.Way == accrual.YearEndLump, Unit: s.Unit, Rate: s.Rate, ToVerify: s.ToVerify(),
				Article: c.Article, Sub: s, Category: c,
			}
		}
	}
	return base{}
}

// accrualLines are the businesses as the arithmetic takes them.
func (b *books) accrualLines() []accrual.Line {
	out := make([]accrual.Line, len(b.Lines))
	for n, l := range b.Lines {
		out[n] = accrual.Line{Key: l.ID.String(), Category: l.Category, Sub: l.Sub, Hazards: l.Hazards, Rules: l.Rules}
		if r, err := accrual.ParseRate(l.Rate); err == nil {
			out[n].Rate = &r
		}
		if l.RevenueFen != nil {
			out[n].RevenueFen = *l.RevenueFen
		}
		for _, r := range l.Revisions.V {
			out[n].Revised = append(out[n].Revised, accrual.Revision{FromMonth: r.FromMonth, RevenueFen: r.RevenueFen})
		}
		for i, q := range b.Quantities[l.ID] {
			out[n].Quantities[i] = accrual.Quantity(q)
		}
	}
	return out
}

// fits reports what is wrong with the businesses of a year; that of the place n is the one the
// request is about. Errors: ErrCategory, ErrSub, ErrRate, ErrRevenue, ErrQuantity, ErrLines.
func (b *books) fits(rules []*accrual.Rules, n int) error {
	if n >= 0 && b.Lines[n].Rate != "" {
		if _, err := accrual.ParseRate(b.Lines[n].Rate); err != nil {
			return ErrRate.At("body.rate")
		}
	}
	_, _, err := b.compute(rules, b.BaseFen)
	f, ok := errors.AsType[*accrual.Fault](err)
	if !ok {
		return err
	}
	is, field := faultOf(f.Code)
	if f.Line == n && field != "" {
		return is.At("body." + field)
	}
	return ErrLines.Because(err)
}

// faultOf says a fault of the arithmetic in this module's words, and which field it is about.
func faultOf(code string) (*fault.Error, string) {
	switch code {
	case accrual.FaultCategory:
		return ErrCategory, "category"
	case accrual.FaultSub, accrual.FaultSubMissing:
		return ErrSub, "sub"
	case accrual.FaultHazard:
		return ErrSub, "hazards"
	case accrual.FaultRules:
		return ErrSub, "rules"
	case accrual.FaultRateLower, accrual.FaultRateRange:
		return ErrRate, "rate"
	case accrual.FaultRevenue, accrual.FaultTooLarge:
		return ErrRevenue, "revenueFen"
	case accrual.FaultRevision:
		return ErrMonth, "fromMonth"
	case accrual.FaultQuantity:
		return ErrQuantity, "quantity"
	}
	return ErrLines, ""
}
