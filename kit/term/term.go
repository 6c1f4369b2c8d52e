// Package term is the shape in which modules offer the terms (期限) that law gives them to be
// worked out: what is asked, and the days that follow.
package term

import (
	"errors"
	"strconv"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
)

// Kinds of input.
const (
	Day    = "day"
	Number = "number"
	Choice = "choice"
)

// Input is one thing that has to be known.
type Input struct {
	Key      string
	Kind     string   // Day, Number or Choice
	Options  []string // of a Choice; the first is the usual
	Optional bool
	Min, Max int // of a Number
	Usual    int // of a Number
}

// Rule is one term or a few that belong together.
type Rule struct {
	Key    string
	Inputs []Input
	Clause string // where it stands, in Chinese, as people cite it
	Sure   bool   // the clause was read in its source, not only known
	Work   func(cal *calendar.Calendar, in Values) []Line
}

// Line is one thing that follows: a day, a number of days, or a word.
type Line struct {
	Key     string
	On      day.Date
	Days    *int   // a count
	Word    string // a state, e.g. in_window
	Missing int    // the year whose holidays are not published, so that no day can be given
}

// On is the line of a day.
func On(key string, d day.Date) Line { return Line{Key: key, On: d} }

// Of is the line of a day that could not be counted where err says so.
func Of(key string, d day.Date, err error) Line {
	var missing calendar.MissingYearError
	if errors.As(err, &missing) {
		return Line{Key: key, Missing: missing.Year}
	}
	return On(key, d)
}

// Count is the line of a number of days.
func Count(key string, n int) Line { return Line{Key: key, Days: &n} }

// Say is the line of a state.
func Say(key, word string) Line { return Line{Key: key, Word: word} }

// Values are the inputs given, by key.
type Values map[string]string

// Day returns a day; none where it is not given.
func (v Values) Day(key string) day.Date {
	d, err := day.Parse(v[key])
	if err != nil {
		return day.Date{}
	}
	return d
}

// Number returns a number; 0 where it is not given.
func (v Values) Number(key string) int {
	n, err := strconv.Atoi(v[key])
	if err != nil {
		return 0
	}
	return n
}

// Standing is how a day lies to a window.
type Standing string

// Standings.
const (
	InWindow Standing = "in_window"
	TooEarly Standing = "too_early"
	TooLate  Standing = "too_late"
)

// Window is a time in which something can be asked for, both days inclusive. A zero Opens:
// at any time before.
type Window struct{ Opens, Closes day.Date }

// Judge says how d lies to the window.
func (w Window) Judge(d day.Date) Standing {
	switch {
	case !w.Opens.IsZero() && d.Before(w.Opens):
		return TooEarly
	case d.After(w.Closes):
		return TooLate
	}
	return InWindow
}
