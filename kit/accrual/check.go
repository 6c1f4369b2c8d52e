package accrual

import (
	"errors"
	"fmt"
	"strings"
)

// one is the rate 1, a hundred percent.
const one Rate = 100_000_000

// Check reports what is wrong with a version: what cannot be reckoned with, and sources that are
// named and missing.
func (r *Rules) Check() error {
	if law, _, ok := strings.Cut(r.Version, "."); !ok || law == "" || r.Docno == "" || r.InForce.IsZero() || len(r.Categories) == 0 {
		return errors.New("no version, document, day or category")
	}
	for _, rule := range []struct {
		Rule
		ways string
	}{
		{r.Treatment.FirstYear, YearEndLump + " " + CurrentMonthly},
		{r.Treatment.Suspension, ByBalance + " " + ByApproval},
		{r.Treatment.Deficit, TopUp + " " + NormalCost},
		{r.Treatment.Inseparable, LargestRevenue},
		{r.Treatment.NetRevenue, NetAllowed + " " + GrossOnly},
	} {
		if rule.Way == "" || !strings.Contains(" "+rule.ways+" ", " "+rule.Way+" ") || (rule.Article <= 0) != (rule.Way == GrossOnly) || (rule.Way == ByBalance) != (rule.Multiple > 0) || (rule.Way == NetAllowed) != (rule.Above != nil) {
			return fmt.Errorf("treatment %q", rule.Way)
		}
	}
	seen := map[string]bool{}
	for _, c := range r.Categories {
		if seen[c.Code] || c.Code == "" || c.Article <= 0 {
			return fmt.Errorf("category %q twice, without code or without article", c.Code)
		}
		seen[c.Code] = true
		if err := r.checkCategory(c); err != nil {
			return fmt.Errorf("%s: %w", c.Code, err)
		}
	}
	return r.checkSources()
}

func (r *Rules) checkCategory(c Category) error {
	seen := map[string]bool{}
	for _, s := range c.Subs {
		if seen[s.Code] || s.Code == "" {
			return fmt.Errorf("sub-category %q twice or without code", s.Code)
		}
		seen[s.Code] = true
		s, _ = c.Sub(s.Code)
		if err := s.check(); err != nil {
			return fmt.Errorf("%s: %w", s.Code, err)
		}
	}
	for _, i := range c.Industries {
		if i.Sub != "" && !seen[i.Sub] {
			return fmt.Errorf("industry %s: no sub-category %q", i.Prefix, i.Sub)
		}
	}
	if n := len(c.UseScopes.Items); n != c.UseScopes.Count {
		return fmt.Errorf("%d scopes of use, not %d", n, c.UseScopes.Count)
	}
	return nil
}

// check looks at the figures of a sub-category with its method and timing.
func (s Sub) check() error {
	if s.Timing != MonthEndActual && s.Timing != AverageMonthly && s.Timing != ProjectMonthly {
		return fmt.Errorf("timing %q", s.Timing)
	}
	switch s.Method {
	case PerUnit, Percent:
		if s.Rate == nil || len(s.Brackets) > 0 || *s.Rate <= 0 || *s.Rate > topRate || s.Method == Percent && *s.Rate > one || s.Method == PerUnit && s.Timing.OnRevenue() {
			return errors.New("no rate that fits")
		}
	case Regressive:
		if s.Rate != nil || !s.Timing.OnRevenue() {
			return errors.New("brackets need revenue, and no rate beside them")
		}
		return checkBrackets(s.Brackets)
	default:
		return fmt.Errorf("method %q", s.Method)
	}
	return nil
}

// mostYuan bounds what a bracket may name; beyond it no revenue is taken.
const mostYuan = int64(MaxAmount) / 100

func checkBrackets(bs []Bracket) error {
	if len(bs) == 0 || bs[len(bs)-1].UntilYuan != nil {
		return errors.New("brackets end in one without bound")
	}
	from := int64(0)
	for i, b := range bs {
		switch {
		case b.FromYuan != from:
			return fmt.Errorf("bracket %d does not begin where the one before it ends", i+1)
		case b.Rate <= 0 || b.Rate > one:
			return fmt.Errorf("bracket %d: rate", i+1)
		case i < len(bs)-1 && (b.UntilYuan == nil || *b.UntilYuan <= from || *b.UntilYuan > mostYuan):
			return fmt.Errorf("bracket %d: bound", i+1)
		}
		if b.UntilYuan != nil {
			from = *b.UntilYuan
		}
	}
	return nil
}

// checkSources looks whether every claim says how sure it is and where it was seen.
func (r *Rules) checkSources() error {
	for c := range r.claims() {
		switch {
		case c.source != Verified && c.source != Memory:
			return fmt.Errorf("%s: source %q", c.what, c.source)
		case c.source == Verified && len(c.seenIn) == 0:
			return fmt.Errorf("%s: verified where?", c.what)
		}
		for _, s := range c.seenIn {
			if _, ok := r.Sources[s]; !ok {
				return fmt.Errorf("%s: no source %s", c.what, s)
			}
		}
	}
	return nil
}
