package due

import (
	_ "embed"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/goccy/go-yaml"

	"anbiao/kit/day"
	kit "anbiao/kit/due"
)

// Part is somebody's part in what falls due.
type Part string

// Parts, from who does it upwards.
const (
	Owner     Part = "owner"
	Leader    Part = "leader"
	Director  Part = "director"
	Safety    Part = "safety"
	Principal Part = "principal"
)

// Rung is one step of a ladder: on a day, in days after the due day, whom it reaches.
type Rung struct {
	Day int    `yaml:"day" json:"day" doc:"in days after the day it is due; negative: before"`
	To  []Part `yaml:"to" json:"to" nullable:"false" enum:"owner,leader,director,safety,principal"`
}

// Weekly is what comes after the last step, on one day of the week.
type Weekly struct {
	Weekday time.Weekday `yaml:"weekday" json:"weekday" doc:"0 Sunday … 6 Saturday"`
	To      []Part       `yaml:"to" json:"to" nullable:"false"`
}

// Ladder is how reminders of some kinds of items climb (提醒升级阶梯). One without kinds is that of
// all others; it leaves the steps ahead of the day to the items.
type Ladder struct {
	ID     string   `yaml:"id" json:"id"`
	Zh     string   `yaml:"zh" json:"zh"`
	En     string   `yaml:"en" json:"en"`
	Kinds  []string `yaml:"kinds" json:"kinds" nullable:"false"`
	Steps  []Rung   `yaml:"steps" json:"steps" nullable:"false"`
	Weekly *Weekly  `yaml:"weekly" json:"weekly,omitempty"`
	Every  int      `yaml:"every" json:"every" doc:"days between reminders after the last step; 0: weekly"`
	To     []Part   `yaml:"to" json:"to" nullable:"false" doc:"whom steps reach that the ladder does not name"`
	Silent bool     `yaml:"silent" json:"silent" doc:"items are listed, and told of elsewhere"`
}

// Edition is the ladders in force from a day on, with the hours in which people are told.
type Edition struct {
	Version string   `yaml:"version" json:"version"`
	From    day.Date `yaml:"-" json:"from"`
	Since   string   `yaml:"from" json:"-"`
	Digest  string   `yaml:"digest" json:"digest" doc:"time of day of the one message, Beijing time"`
	Quiet   struct {
		From  string `yaml:"from" json:"from"`
		Until string `yaml:"until" json:"until"`
	} `yaml:"quiet" json:"quiet"`
	Ladders []Ladder `yaml:"ladders" json:"ladders" nullable:"false"`
}

//go:embed ladders.yaml
var laddersFile []byte

// Editions are those built into the program, the oldest first.
var Editions = sync.OnceValue(func() []Edition {
	var doc struct {
		Versions []Edition `yaml:"versions"`
	}
	if err := yaml.UnmarshalWithOptions(laddersFile, &doc, yaml.Strict()); err != nil {
		panic(fmt.Sprintf("due: ladders: %v", err))
	}
	for i := range doc.Versions {
		e := &doc.Versions[i]
		from, err := day.Parse(e.Since)
		if err != nil {
			panic(fmt.Sprintf("due: ladders: %v", err))
		}
		e.From = from
		for _, s := range []string{e.Digest, e.Quiet.From, e.Quiet.Until} {
			minutes(s)
		}
	}
	return doc.Versions
})

// minutes of the day of a clock time; the files are the program's own.
func minutes(clock string) int {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		panic(fmt.Sprintf("due: ladders: %v", err))
	}
	return t.Hour()*60 + t.Minute()
}

// EditionOn is the edition in force on a day; before the first, the first.
func EditionOn(on day.Date) Edition {
	all := Editions()
	for _, e := range slices.Backward(all) {
		if !e.From.After(on) {
			return e
		}
	}
	return all[0]
}

// ladderOf is the ladder of a kind of items.
func (e Edition) ladderOf(kind string) Ladder {
	usual := Ladder{}
	for _, l := range e.Ladders {
		if slices.Contains(l.Kinds, kind) {
			return l
		}
		if len(l.Kinds) == 0 {
			usual = l
		}
	}
	return usual
}

// silent reports whether nobody may be told anything at t, and when that ends.
func (e Edition) silent(t time.Time) (until time.Time, yes bool) {
	l := t.In(day.Shanghai)
	now, from, end := l.Hour()*60+l.Minute(), minutes(e.Quiet.From), minutes(e.Quiet.Until)
	morning := time.Date(l.Year(), l.Month(), l.Day(), end/60, end%60, 0, 0, day.Shanghai)
	switch {
	case from > end && now >= from:
		return morning.AddDate(0, 0, 1), true
	case now < end && (from > end || now >= from):
		return morning, true
	}
	return time.Time{}, false
}

// own are the days ahead that the ladder itself names; nil leaves them to the items.
func (l Ladder) own() []int {
	if len(l.Kinds) == 0 {
		return nil
	}
	out := []int{}
	for _, r := range l.Steps {
		if r.Day <= 0 {
			out = append(out, -r.Day)
		}
	}
	return out
}

// ahead are the reminders before an item's day, the earliest first.
func (l Ladder) ahead(i kit.Item) []int {
	if own := l.own(); own != nil {
		i.Before = own
	}
	return before(i)
}

// rungs are all steps of an item that names those ahead of its day, in order.
func (l Ladder) rungs(ahead []int) []Rung {
	var out []Rung
	if len(l.Kinds) == 0 {
		for _, n := range ahead {
			out = append(out, Rung{-n, l.To})
		}
	}
	return append(out, l.Steps...)
}

// Call is what a day calls for.
type Call struct {
	Step int    // in days after the due day
	To   []Part // whom it reaches
	Next int    // step that follows
	Due  bool   // false before the first step
}

// On returns what a day calls for of an item due on due whose own steps lie ahead days before.
func (l Ladder) On(ahead []int, due, today day.Date) Call {
	late := today.DaysSince(due)
	c := Call{}
	for _, r := range l.rungs(ahead) {
		if r.Day > late {
			c.Next = r.Day
			return c
		}
		c.Step, c.To, c.Due = r.Day, r.To, true
	}
	last := c.Step
	if l.Weekly == nil {
		if late < l.Every {
			c.Next = l.Every
			return c
		}
		step := late - late%l.Every
		return Call{Step: step, To: l.To, Next: step + l.Every, Due: true}
	}
	first := due.AddDays(last + 1)
	for first.Weekday() != l.Weekly.Weekday {
		first = first.AddDays(1)
	}
	if today.Before(first) {
		c.Next = first.DaysSince(due)
		return c
	}
	step := late - today.DaysSince(first)%7
	return Call{Step: step, To: l.Weekly.To, Next: step + 7, Due: true}
}
