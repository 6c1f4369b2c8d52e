package permit

import (
	"fmt"
	"math/big"
	"slices"
	"time"
)

// within reports whether a value keeps to the limits of g, bounds included; known is false
// where it is no number.
func (g Gas) within(value string) (ok, known bool) {
	v, read := new(big.Rat).SetString(value)
	if !read {
		return false, false
	}
	low, hasLow := new(big.Rat).SetString(g.Min)
	high, hasHigh := new(big.Rat).SetString(g.Max)
	return (!hasLow || v.Cmp(low) >= 0) && (!hasHigh || v.Cmp(high) <= 0), true
}

// limit writes the limits as people read them.
func (g Gas) limit() string {
	switch {
	case g.Min != "" && g.Max != "":
		return g.Min + "–" + g.Max + " " + g.Unit
	case g.Min != "":
		return "≥" + g.Min + " " + g.Unit
	}
	return "≤" + g.Max + " " + g.Unit
}

func (f Form) gas(key string) (Gas, bool) {
	i := slices.IndexFunc(f.Gases, func(g Gas) bool { return g.Key == key })
	if i < 0 {
		return Gas{}, false
	}
	return f.Gases[i], true
}

// judge completes readings that arrive with a step: when each was taken, and whether it keeps
// to the limits. Errors: ErrGasUnknown, ErrReadingValue, ErrFuture.
func (f Form) judge(list []Reading, at time.Time) ([]Reading, error) {
	out := orNone(list)
	for i := range out {
		r := &out[i]
		path := fmt.Sprintf("body.readings[%d]", i)
		g, ok := f.gas(r.Gas)
		if !ok {
			return nil, ErrGasUnknown.At(path + ".gas")
		}
		within, known := g.within(r.Value)
		if !known {
			return nil, ErrReadingValue.At(path + ".value")
		}
		r.Out = !within
		when := at
		if r.At != nil {
			when = r.At.UTC()
		}
		if when.After(at) {
			return nil, ErrFuture.At(path + ".at")
		}
		r.At = &when
	}
	return out, nil
}

// latest returns the last reading of each gas, up to an instant and not before another.
func latest(list []Reading, since, until time.Time) map[string]Reading {
	out := map[string]Reading{}
	for _, r := range list {
		if r.At.Before(since) || r.At.After(until) {
			continue
		}
		if seen, ok := out[r.Gas]; !ok || !r.At.Before(*seen.At) {
			out[r.Gas] = r
		}
	}
	return out
}

// fresh holds the readings against what the form asks before a start at an instant: each gas
// asked for measured within the last minutes, and none out of its limits. since is an
// interruption after which earlier readings are worth nothing.
// Errors: ErrReadingMissing, ErrReadingOut.
func (f Form) fresh(list []Reading, since, at time.Time) error {
	from := at.Add(-time.Duration(f.FreshMinutes) * time.Minute)
	if since.After(from) {
		from = since
	}
	got := latest(list, from, at)
	for _, g := range f.Gases {
		if r, ok := got[g.Key]; ok && r.Out {
			return ErrReadingOut.With("gas", g.NameZh).With("value", r.Value+" "+g.Unit).With("limit", g.limit()).At("body.readings." + g.Key)
		}
	}
	for _, g := range f.Gases {
		if _, ok := got[g.Key]; ok || !f.needs(g, got) {
			continue
		}
		return ErrReadingMissing.With("gas", g.NameZh).With("minutes", fmt.Sprint(f.FreshMinutes)).At("body.readings." + g.Key)
	}
	return nil
}

// needs reports whether g must be measured, given what was.
func (f Form) needs(g Gas, got map[string]Reading) bool {
	if g.Group == "" {
		return g.Required
	}
	for _, other := range f.Gases {
		if _, ok := got[other.Key]; ok && other.Group == g.Group {
			return false
		}
	}
	return true
}
