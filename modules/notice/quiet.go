package notice

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"anbiao/kit/day"
	"anbiao/kit/library"
)

//go:embed library/quiet@1.yaml
var quietYAML []byte

// quietHours are when nothing that rings may leave (夜间免打扰).
type quietHours struct {
	Version    string    `yaml:"version"`
	ValidFrom  string    `yaml:"valid_from"`
	Source     string    `yaml:"source"`
	SourceEn   string    `yaml:"source_en"`
	Confidence string    `yaml:"confidence"`
	Zone       string    `yaml:"zone"`
	From       clock     `yaml:"from"`
	Until      clock     `yaml:"until"`
	Channels   []Channel `yaml:"channels"`
}

// clock is a time of day in minutes.
type clock int

// UnmarshalYAML reads 22:00.
func (c *clock) UnmarshalYAML(b []byte) error {
	t, err := time.Parse("15:04", strings.Trim(string(b), `"' `))
	if err != nil {
		return fmt.Errorf("notice: %w", err)
	}
	*c = clock(t.Hour()*60 + t.Minute())
	return nil
}

// quiet is read once: it is part of the program.
var quiet = library.Must[quietHours]("notice: quiet@1.yaml", quietYAML)

// quietUntil returns when channel c may ring again; false: it may now.
func quietUntil(c Channel, now time.Time) (time.Time, bool) {
	if !slices.Contains(quiet.Channels, c) {
		return time.Time{}, false
	}
	local := now.In(day.Shanghai)
	minute := clock(local.Hour()*60 + local.Minute())
	night := minute >= quiet.From || minute < quiet.Until
	if quiet.From <= quiet.Until {
		night = minute >= quiet.From && minute < quiet.Until
	}
	if !night {
		return time.Time{}, false
	}
	return nextClock(now, quiet.Until), true
}

// nextClock is the next instant at which the clock in Shanghai shows c.
func nextClock(now time.Time, c clock) time.Time {
	l := now.In(day.Shanghai)
	at := time.Date(l.Year(), l.Month(), l.Day(), int(c)/60, int(c)%60, 0, 0, day.Shanghai)
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	return at.UTC()
}

const (
	tries    = 12
	maxDelay = 4 * time.Hour
)

// delay is how long after the n-th try that failed the next one comes: 5 s, 15 s, 45 s and
// so on to 4 h; twelve tries are about a day.
func delay(n int) time.Duration {
	d := 5 * time.Second
	for range n - 1 {
		if d *= 3; d >= maxDelay {
			return maxDelay
		}
	}
	return d
}
