// Package deadline works terms out (期限测算): somebody chooses a rule and enters days, and gets
// the days that follow with the clause they stand in. Nothing of it is kept. The rules belong to
// the modules whose law they are.
package deadline

import (
	"fmt"
	"slices"
	"strconv"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
	"anbiao/kit/fault"
	"anbiao/kit/term"
)

// Faults of this module.
var (
	// ErrRule: there is no rule of this key.
	ErrRule = fault.New(fault.Invalid, "deadline.rule")
	// ErrInput: something that the rule needs is missing, or is no day, number or choice of it.
	ErrInput = fault.New(fault.Invalid, "deadline.input")
)

// Days that terms are worked out for.
var (
	earliest = day.Of(2000, 1, 1)
	latest   = day.Of(2099, 12, 31)
)

// worked holds values against what the rule asks. Errors: ErrInput.
func worked(r term.Rule, cal *calendar.Calendar, in term.Values) ([]term.Line, error) {
	for _, i := range r.Inputs {
		v := in[i.Key]
		if v == "" && i.Optional {
			continue
		}
		if !fits(i, v) {
			return nil, ErrInput.At(fmt.Sprintf("body.values.%s", i.Key))
		}
	}
	return r.Work(cal, in), nil
}

func fits(i term.Input, v string) bool {
	switch i.Kind {
	case term.Day:
		d, err := day.Parse(v)
		return err == nil && !d.Before(earliest) && !d.After(latest)
	case term.Number:
		n, err := strconv.Atoi(v)
		return err == nil && n >= i.Min && n <= i.Max
	}
	return slices.Contains(i.Options, v)
}
