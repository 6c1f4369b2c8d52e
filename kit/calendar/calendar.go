// Package calendar knows which days are worked in mainland China: public holidays and the
// working days that make up for them (调休), year by year as the State Council publishes
// them. Terms are never counted through a year that is not published yet; who only plans
// ahead may take Monday to Friday for working days there.
package calendar

import (
	_ "embed"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/goccy/go-yaml"

	"anbiao/kit/day"
)

//go:embed holidays.yaml
var file []byte

// Holiday is a run of free days with a name.
type Holiday struct {
	NameZh string
	NameEn string
	First  day.Date
	Last   day.Date
}

// Calendar says which days are worked. It is read only.
type Calendar struct {
	years    []int
	holidays []Holiday // by first day
	makeup   map[day.Date]bool
}

type shape struct {
	Years []struct {
		Year       int      `yaml:"year"`
		Source     string   `yaml:"source"`
		Confidence string   `yaml:"confidence"`
		Holidays   []run    `yaml:"holidays"`
		Makeup     []string `yaml:"makeup"`
	} `yaml:"years"`
}

type run struct {
	NameZh string `yaml:"name_zh"`
	NameEn string `yaml:"name_en"`
	First  string `yaml:"first"`
	Last   string `yaml:"last"`
}

// Open reads the calendar built into the program.
func Open() (*Calendar, error) { return parse(file) }

// China is the calendar built into the program, read once. That it can be read is tested.
var China = sync.OnceValue(func() *Calendar {
	c, err := Open()
	if err != nil {
		panic(err) // the file is part of the program
	}
	return c
})

func parse(b []byte) (*Calendar, error) {
	var s shape
	if err := yaml.UnmarshalWithOptions(b, &s, yaml.Strict()); err != nil {
		return nil, err
	}
	c := &Calendar{makeup: map[day.Date]bool{}}
	for _, y := range s.Years {
		c.years = append(c.years, y.Year)
		for _, h := range y.Holidays {
			first, err := day.Parse(h.First)
			if err != nil {
				return nil, err
			}
			last, err := day.Parse(h.Last)
			if err != nil {
				return nil, err
			}
			if last.Before(first) || first.Year() != y.Year || len(c.holidays) > 0 && !c.holidays[len(c.holidays)-1].Last.Before(first) {
				return nil, fmt.Errorf("calendar: %s is out of order", h.NameZh)
			}
			c.holidays = append(c.holidays, Holiday{h.NameZh, h.NameEn, first, last})
		}
		for _, m := range y.Makeup {
			d, err := day.Parse(m)
			if err != nil {
				return nil, err
			}
			c.makeup[d] = true
		}
	}
	return c, nil
}

// New makes a calendar of given holidays and make-up working days, for the years they name.
func New(holidays, makeup []day.Date) *Calendar {
	c := &Calendar{makeup: map[day.Date]bool{}}
	for _, d := range holidays {
		c.years = append(c.years, d.Year())
		c.holidays = append(c.holidays, Holiday{First: d, Last: d})
	}
	slices.SortFunc(c.holidays, func(a, b Holiday) int { return a.First.DaysSince(b.First) })
	for _, d := range makeup {
		c.years = append(c.years, d.Year())
		c.makeup[d] = true
	}
	return c
}

// Known reports whether the holidays of a year are published.
func (c *Calendar) Known(year int) bool { return slices.Contains(c.years, year) }

// On returns the holiday that d belongs to.
func (c *Calendar) On(d day.Date) (Holiday, bool) {
	i, found := slices.BinarySearchFunc(c.holidays, d, func(h Holiday, d day.Date) int {
		switch {
		case h.Last.Before(d):
			return -1
		case h.First.After(d):
			return 1
		}
		return 0
	})
	if !found {
		return Holiday{}, false
	}
	return c.holidays[i], true
}

// Working reports whether d is a working day; in a year without a list Monday to Friday are.
func (c *Calendar) Working(d day.Date) bool {
	if c.makeup[d] {
		return true
	}
	if _, free := c.On(d); free {
		return false
	}
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
}

// MissingYearError says that a term would be counted through a year without a published list.
type MissingYearError struct{ Year int }

// Error names the year.
func (m MissingYearError) Error() string { return fmt.Sprintf("calendar_missing:%d", m.Year) }

// Add returns the n-th working day after d, or before it where n is negative. The day of the
// event itself is never counted (民法典 art. 201). A year without a list is never guessed:
// MissingYearError.
func (c *Calendar) Add(d day.Date, n int) (day.Date, error) {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		d = d.AddDays(step)
		if !c.Known(d.Year()) {
			return day.Date{}, MissingYearError{d.Year()}
		}
		if c.Working(d) {
			n--
		}
	}
	return d, nil
}

// Roll returns d, or the next working day where d is not worked: a term counted in days that
// ends on a rest day ends on the day after it (民法典 art. 203). A year without a list is never
// guessed: MissingYearError.
func (c *Calendar) Roll(d day.Date) (day.Date, error) {
	for {
		if !c.Known(d.Year()) {
			return day.Date{}, MissingYearError{d.Year()}
		}
		if c.Working(d) {
			return d, nil
		}
		d = d.AddDays(1)
	}
}

// Ahead is Add for terms that no law counts, like those a company sets itself: a year without
// a list has its Mondays to Fridays for working days.
func (c *Calendar) Ahead(d day.Date, n int) day.Date {
	for n > 0 {
		d = d.AddDays(1)
		if c.Working(d) {
			n--
		}
	}
	return d
}

// Between lists the holidays that have a day in [from, until], in order.
func (c *Calendar) Between(from, until day.Date) []Holiday {
	out := []Holiday{}
	for _, h := range c.holidays {
		if !h.Last.Before(from) && !h.First.After(until) {
			out = append(out, h)
		}
	}
	return out
}
