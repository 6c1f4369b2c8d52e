package inspection

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"

	"anbiao/kit/calendar"
	"anbiao/kit/day"
)

const (
	// horizon is how many days ahead tasks are planned: a year, and what is due again before the
	// next week's planning.
	horizon = 372
	// slack is how many days of the horizon may be used up before a plan is planned again.
	slack = 7
)

// builtIn is the calendar that the program carries.
var builtIn = sync.OnceValue(func() *calendar.Calendar {
	c, err := calendar.Open()
	if err != nil {
		panic(err) // the file is part of the program
	}
	return c
})

// days returns the calendar that planning follows.
func (s *Service) days() *calendar.Calendar {
	if s.Calendar != nil {
		return s.Calendar
	}
	return builtIn()
}

// outlookOn is what tasks are planned by on a day, looking back to from.
func (s *Service) outlookOn(today, from day.Date) outlook {
	o := outlook{Today: today, From: day.Earlier(today, from), Last: today.AddDays(horizon)}
	c := s.days()
	until := day.Of(o.Last.Year()+1, 1, 8)
	for d := day.Of(o.From.Year(), 1, 1).AddDays(-8); !d.After(until); d = d.AddDays(1) {
		if !c.Working(d) {
			o.Free = append(o.Free, d.String())
		}
	}
	// The fingerprint is of whole years, so that it is the same on every day of one.
	sum := sha256.New()
	until = day.Of(today.Year()+2, 1, 1)
	for d := day.Of(today.Year(), 1, 1); d.Before(until); d = d.AddDays(1) {
		if !c.Working(d) {
			sum.Write([]byte(d.String()))
		}
	}
	o.With = strings.ToLower(hex.EncodeToString(sum.Sum(nil)[:8]))
	return o
}
